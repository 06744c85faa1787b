"""What the assets of each class are like: valid, plausible values for every common field."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .scenario import Scenario

_ACCURACY = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
_STREETS = [
    first + last
    for first in ("Linden", "Birken", "Kirch", "Schul", "Mühl", "Wald", "Ring", "Bach", "Hof")
    for last in ("weg", "straße", "gasse", "steig")
]


class Coded(NamedTuple):
    """Values out of a list; -1 is none."""

    values: list
    index: NDArray[np.int64]


Column = Coded | NDArray
Columns = dict[str, Column]


def columns(scenario: Scenario, table: str, course: NDArray[np.int64]) -> Columns:
    """Values of each field for assets along these courses; NaN or -1 where an asset has none."""
    rng, n = scenario.stream("attributes", table), len(course)
    found = {**_common(rng, n, scenario), **_OF[table](rng, n)}
    if table == "utility_line":
        found |= _networks(rng, course)
    return found


def accuracies(rng: np.random.Generator, n: int, scenario: Scenario) -> NDArray[np.float64]:
    found = np.array(_ACCURACY)[rng.integers(0, len(_ACCURACY), n)]
    found[rng.random(n) >= scenario.shape.accuracy_known] = np.nan
    return found


def taken(column: Column, rows: NDArray) -> Column:
    if isinstance(column, Coded):
        return Coded(column.values, column.index[rows])
    return column[rows]


def changed(column: Column, rows: NDArray, step: NDArray) -> Column:
    """Codes move on by `step` in their list; numbers grow by it, or shrink if they are great."""
    if isinstance(column, Coded):
        index = column.index.copy()
        index[rows] = (index[rows] + step.astype(np.int64)) % len(column.values)
        return Coded(column.values, index)
    values = column.copy()
    old = values[rows]
    values[rows] = np.round(np.where(old > 3.5, old - step, old + step), 2)
    return values


def _pick(rng: np.random.Generator, n: int, *values, weights=None, known: float = 1.0) -> Coded:
    p = None if weights is None else np.array(weights) / sum(weights)
    index = rng.choice(len(values), n, p=p)
    return Coded(list(values), np.where(rng.random(n) < known, index, -1))


def _days(rng: np.random.Generator, n: int, first: str, last: str, known: float = 1.0) -> Coded:
    every = np.arange(np.datetime64(first), np.datetime64(last)).astype(str).tolist()
    return _pick(rng, n, *every, known=known)


def _common(rng: np.random.Generator, n: int, scenario: Scenario) -> Columns:
    return {
        "name": _pick(rng, n, *_STREETS, known=0.6),
        "status": _pick(rng, n, "functional", "projected", "under_construction", "disused",
                        weights=(94, 2, 2, 2)),
        "owner_type": _pick(rng, n, "municipality", "association", "utility", "private",
                            weights=(80, 8, 10, 2), known=0.9),
        "owner": _pick(rng, n, "Gemeinde", "Zweckverband", "Stadtwerke", known=0.7),
        "maintainer": _pick(rng, n, "Bauhof", "Straßenmeisterei", "Betriebshof", known=0.7),
        "commissioned_on": _days(rng, n, "1985-01-01", "2019-12-31", known=0.8),
        "condition_class": _pick(rng, n, *"12345", known=0.7),
        "inspected_on": _days(rng, n, "2024-01-01", "2026-05-31", known=0.6),
        "next_inspection_on": _days(rng, n, "2034-01-01", "2036-12-31", known=0.5),
        "accuracy_m": accuracies(rng, n, scenario),
        "capture_method": _pick(rng, n, "gnss", "tachymetry", "digitised", "plan"),
        "source": _pick(rng, n, "Bestandsplan", "Vermessung", "Luftbild", known=0.8),
        "source_date": _days(rng, n, "2015-01-01", "2026-05-31", known=0.8),
    }  # fmt: skip


def _path(rng: np.random.Generator, n: int) -> Columns:
    width = np.round(rng.choice(np.arange(2.0, 6.55, 0.1), n), 2)
    core = (width > 6.4) & (rng.random(n) < 0.3)
    return {
        "legal_class": _pick(rng, n, "connecting_road", "local_street", "field_forest_built",
                             "field_forest_unbuilt", "restricted", "owner_way"),
        "maintenance_body": _pick(rng, n, "municipality", "participants", "owner"),
        "rlw_category": _pick(rng, n, "connection", "main_farm", "farm", "green", known=0.6),
        "is_core": core,
        "surface": _pick(rng, n, "asphalt", "concrete", "paving_stones", "compacted", "gravel",
                         "grass"),
        "width_m": width,
        "verge_m": np.where(core, 0.75, np.round(rng.uniform(0.25, 1.5, n), 2)),
        "axle_load_t": np.where(core, 11.5, rng.choice([5.0, 7.5, 10.0, 11.5], n)),
        "cycle_type": _pick(rng, n, "shared", "farm_ok", "none", known=0.8),
        "condition_grade": np.round(rng.uniform(1, 5, n), 1),
        "visibility": _pick(rng, n, "public"),
    }  # fmt: skip


def _utility_line(rng: np.random.Generator, n: int) -> Columns:
    return {
        "function": _pick(rng, n, "transport", "distribution", weights=(30, 70)),
        "material": _pick(rng, n, "pvc", "pe", "pp", "ductile_iron", "steel", "grp"),
        "dn_mm": _pick(rng, n, 80, 100, 125, 150, 200, 250, 300, 400),
        "vertical_position": _pick(rng, n, "underground"),
        "cover_m": np.round(rng.uniform(0.8, 2.5, n), 2),
        "protection_strip_m": rng.choice([2.0, 4.0, 6.0], n),
        "accuracy_class": _pick(rng, n, "unknown"),
        "visibility": _pick(rng, n, "internal"),
    }  # fmt: skip


def _networks(rng: np.random.Generator, course: NDArray[np.int64]) -> Columns:
    """What runs in the pipes: the same along a course, so that one line of it follows another."""
    n = int(course.max(initial=-1)) + 1
    network = rng.choice(3, n, p=(0.4, 0.4, 0.2))[course]  # water, sewer, gas
    sewer = 1 + rng.integers(0, 3, n)[course]
    return {
        "network_type": Coded(["water", "sewer", "gas"], network),
        "sub_type": Coded(["potable", "combined", "sanitary", "storm"],
                          np.select([network == 0, network == 1], [0, sewer], -1)),
        "pressure_bar": np.where(network == 1, np.nan, rng.choice([4.0, 6.0, 10.0], len(course))),
    }  # fmt: skip


def _streetlight(rng: np.random.Generator, n: int) -> Columns:
    power = rng.choice([18.0, 24.0, 36.0, 50.0, 70.0], n)
    return {
        "pole_type": _pick(rng, n, "straight_mast", "bent_mast", "wall_mounted",
                           weights=(70, 25, 5)),
        "pole_material": _pick(rng, n, "steel", "aluminium", "wood"),
        "light_point_height_m": rng.choice([4.0, 4.5, 5.0, 6.0, 8.0], n),
        "lamp_type": _pick(rng, n, "led", "hps", "mh", weights=(70, 25, 5)),
        "luminaire_count": _pick(rng, n, 1, 2, weights=(95, 5)),
        "power_w": power,
        "power_reduced_w": np.where(rng.random(n) < 0.5, power / 2, np.nan),
        "cct_k": _pick(rng, n, 2200, 2700, 3000, 4000),
        "switching_point": _pick(rng, n, *(f"S{k:02d}" for k in range(1, 30))),
        "control": _pick(rng, n, "ripple", "twilight", "astro"),
        "metered": rng.random(n) < 0.8,
        "lighting_class": _pick(rng, n, "P3", "P4", "P5", "M5"),
        "burning_hours_a": _pick(rng, n, 4100, 2800),
        "electrical_test_on": _days(rng, n, "2025-09-01", "2026-05-31"),
        "stability_test_on": _days(rng, n, "2025-01-01", "2026-05-31"),
        "visibility": _pick(rng, n, "public"),
    }  # fmt: skip


def _charging_point(rng: np.random.Generator, n: int) -> Columns:
    fast = rng.random(n) < 0.25
    return {
        "device_type": Coded(["normal", "fast"], fast.astype(np.int64)),
        "power_kw": np.where(fast, 150.0, 22.0),
        "point_count": _pick(rng, n, 1, 2, weights=(30, 70)),
        "public_access": np.ones(n, dtype=bool),
        "payment": _pick(rng, n, "RFID-Karte", "App"),
        "opening_hours": _pick(rng, n, "247"),
        "address": _pick(rng, n, *_STREETS),
        "visibility": _pick(rng, n, "public"),
    }  # fmt: skip


_OF = {
    "path": _path,
    "utility_line": _utility_line,
    "streetlight": _streetlight,
    "charging_point": _charging_point,
}
