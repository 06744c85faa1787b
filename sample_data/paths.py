"""What the register says of each path: dedication, surface, width, age and condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import lines
import numpy as np
from cutting import Crossing, Cutter, cut
from network import Line
from noise import stream
from villages import Village

STREET_NAMES = (
    "Hauptstraße", "Kirchstraße", "Schulstraße", "Bahnhofstraße", "Rathausplatz", "Bachstraße",
    "Mühlweg", "Gartenstraße", "Lindenstraße", "Ringstraße", "Bergstraße", "Wiesenweg",
    "Am Anger", "Birkenweg", "Buchenweg", "Eichenweg", "Ahornstraße", "Tannenweg", "Fichtenweg",
    "Lerchenweg", "Amselweg", "Meisenweg", "Finkenstraße", "Schwalbenweg", "Drosselweg",
    "Rosenstraße", "Tulpenweg", "Nelkenweg", "Fliederweg", "Am Hang", "Sonnenhang", "Talstraße",
    "Rothtalstraße", "Illerstraße", "Biberstraße", "Auenweg", "Weiherweg", "Kapellenweg",
    "Klosterweg", "Marktstraße", "Färbergasse", "Webergasse", "Schmiedgasse", "Hirtengasse",
    "Obere Gasse", "Untere Gasse", "Am Kirchberg", "Sportplatzweg", "Ziegeleistraße",
    "Gewerbestraße", "Industriestraße", "Raiffeisenstraße", "Feldstraße", "Waldstraße",
    "Am Brunnen", "Römerstraße", "Ulmer Straße", "Memminger Straße", "Günzburger Straße",
    "Krumbacher Straße", "Weißenhorner Straße", "Am Steigle", "Dorfstraße", "Angerweg",
    "Holzweg", "Lohweg", "Kreuzweg", "Hofäcker", "Breitäcker", "Im Esch", "Am Ösch", "Moosweg",
    "Kiesgrubenweg", "Burgweg", "Schloßstraße", "Vöhlinstraße", "Kolpingstraße", "Ahornring",
)  # fmt: skip
_FIELDS = ("Ösch", "Ried", "Hart", "Loh", "Bühl", "Halde", "Moos", "Breite", "Gern", "Angermahd",
           "Kreuzäcker", "Steinäcker", "Langwies", "Brand", "Eichet", "Tannet", "Kohlstatt",
           "Viehweide", "Hochholz", "Mahdle")  # fmt: skip


def make(cutter: Cutter, network: list[Line], villages: list[Village],
         seed: int) -> tuple[list[dict], list[Crossing]]:  # fmt: skip
    """The members' paths, cut at their borders."""
    rng = stream(seed, "path attributes")
    rows: list[dict] = []
    crossings: list[Crossing] = []
    used: dict[int, Iterator[str]] = {}
    for line in network:
        facts = {"street": _street, "road": _road, "track": _track, "forest": _forest,
                 "cycle": _cycle}[line.kind](line, rng)  # fmt: skip
        if line.kind == "street":
            village = villages[line.ends[0]]
            if line.ends[0] not in used:
                used[line.ends[0]] = _shuffled(rng)
            facts["name"] = next(used[line.ends[0]]) if line.rank else "Hauptstraße"
            facts["_place"] = village.name
        age = int(facts.pop("_age"))
        built = date(2024 - age, 1, 1) + timedelta(days=int(rng.integers(60, 330)))
        grade = np.clip(1.0 + age / 14.0 + rng.normal(0, 0.6), 1.0, 5.0)
        facts |= {
            "status": "functional", "owner_type": "municipality", "commissioned_on": built,
            "condition_grade": round(float(grade), 1),
            "condition_class": str(int(np.clip(round(grade), 1, 5))),
            "inspected_on": date(2021, 3, 1) + timedelta(days=int(rng.integers(0, 1500))),
            "accuracy_m": float(rng.choice([0.1, 0.3, 1.0])), "_kind": line.kind,
            "register_sheet": f"Bl. {int(rng.integers(1, 400))}",
        }  # fmt: skip
        facts["inspected_on"] = max(facts["inspected_on"], built + timedelta(days=30))
        beyond = float(rng.choice([0.0, 60.0, 400.0], p=[0.6, 0.15, 0.25]))
        whole = line.kind != "street" and rng.uniform() < 0.07
        for points in _sections(line):
            made, met = cut(cutter, "path", points, facts, beyond, whole)
            rows += made
            crossings += met
    return rows, crossings


def _sections(line: Line) -> list[np.ndarray]:
    """Long roads and cycle paths are listed in sections of at most about two kilometres."""
    total = lines.lengths(line.points)[-1]
    if line.kind not in ("road", "cycle") or total < 2600:
        return [line.points]
    along = lines.lengths(line.points)
    count = round(total / 1900)
    cuts = [0, *(int(np.abs(along - total * k / count).argmin()) for k in range(1, count)),
            len(along) - 1]  # fmt: skip
    return [line.points[a : b + 1] for a, b in zip(cuts[:-1], cuts[1:], strict=True)]


def _shuffled(rng: np.random.Generator) -> Iterator[str]:
    """Street names of one village, each once; a large place has several of one name."""
    order = rng.permutation(len(STREET_NAMES) - 1) + 1
    for part in ("", " Nord", " Süd", " Ost", " West", *(f" {n}" for n in range(2, 99))):
        yield from (STREET_NAMES[k] + part for k in order)


def _street(line: Line, rng) -> dict:
    if line.rank == 0:
        legal = str(rng.choice(["district_road", "local_street"], p=[0.3, 0.7]))
        width = float(rng.choice([6.0, 6.5, 7.0]))
    else:
        legal, width = "local_street", float(rng.choice([4.0, 4.5, 5.0, 5.5]))
    surface = str(rng.choice(["asphalt", "paving_stones"], p=[0.93, 0.07] if line.rank < 2
                             else [0.8, 0.2]))  # fmt: skip
    return {"legal_class": legal, "surface": surface, "width_m": width, "is_core": False,
            "maintenance_body": "other" if legal == "district_road" else "municipality",
            "cycle_type": "none", "axle_load_t": 11.5, "_age": rng.integers(3, 50)}  # fmt: skip


def _road(line: Line, rng) -> dict:
    legal = ("state_road", "district_road", "connecting_road")[line.rank]
    width = (float(rng.choice([6.5, 7.0])), float(rng.choice([5.5, 6.0, 6.5])),
             float(rng.choice([3.5, 4.0, 4.5, 5.0])))[line.rank]  # fmt: skip
    return {"legal_class": legal, "surface": "asphalt", "width_m": width, "verge_m": 1.0,
            "is_core": line.rank == 2 and width <= 4.5, "axle_load_t": 11.5,
            "rlw_category": "connection" if line.rank == 2 else None, "name": line.name,
            "maintenance_body": "municipality" if line.rank == 2 else "other",
            "cycle_type": "none", "_age": rng.integers(4, 42)}  # fmt: skip


def _track(line: Line, rng) -> dict:
    surface = str(rng.choice(
        ["asphalt", "concrete", "concrete_lanes", "compacted", "gravel", "grass", "ground"],
        p=[0.24, 0.06, 0.07, 0.2, 0.27, 0.11, 0.05]))  # fmt: skip
    paved = surface in ("asphalt", "concrete", "concrete_lanes")
    core = surface == "asphalt" and rng.uniform() < 0.35
    width = 3.5 if core else float(rng.choice([2.5, 3.0, 3.5] if paved else [2.0, 2.5, 3.0]))
    green = surface in ("grass", "ground")
    return {
        "legal_class": "field_forest_built" if paved or surface == "compacted" else
        str(rng.choice(["field_forest_unbuilt", "owner_way"], p=[0.88, 0.12])),
        "surface": surface, "width_m": width, "is_core": bool(core),
        "verge_m": 0.75 if core else 0.5 if paved else None,
        "rlw_category": "main_farm" if core else "green" if green else "farm",
        "axle_load_t": 11.5 if core else 5.0 if not green else None,
        "cycle_type": "farm_ok" if paved and rng.uniform() < 0.4 else "none",
        "maintenance_body": str(rng.choice(["municipality", "participants"], p=[0.75, 0.25])),
        "name": f"{rng.choice(_FIELDS)}weg" if rng.uniform() < 0.6 else None,
        "_age": rng.integers(5, 58),
    }  # fmt: skip


def _forest(line: Line, rng) -> dict:
    facts = _track(line, rng)
    surface = str(rng.choice(["gravel", "compacted", "ground"], p=[0.6, 0.25, 0.15]))
    haul = surface == "gravel"
    return facts | {
        "surface": surface, "is_core": False, "width_m": 3.5 if haul else 3.0, "verge_m": None,
        "legal_class": "field_forest_unbuilt", "rlw_category": "timber_haul" if haul else "other",
        "axle_load_t": 11.5 if haul else None, "cycle_type": "none",
        "name": f"{rng.choice(_FIELDS)}-Forstweg" if rng.uniform() < 0.4 else None,
    }  # fmt: skip


def _cycle(line: Line, rng) -> dict:
    return {"legal_class": "restricted", "surface": "compacted" if line.name[0] == "B" else
            "asphalt", "width_m": 2.5, "verge_m": 0.5, "is_core": False, "rlw_category": "other",
            "axle_load_t": 3.5, "cycle_type": "shared", "maintenance_body": "municipality",
            "name": line.name, "_age": rng.integers(4, 26)}  # fmt: skip
