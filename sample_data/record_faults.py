"""Deliberate faults in single records, which an import has to put aside."""

from __future__ import annotations

from typing import Any

import formats
import numpy as np
import shapely
from border_faults import QUARANTINED, Fault
from deliveries import Placed, Sheet
from noise import stream

#: (delivery's mapping or file, kind, field, what stands there)
_PLAN: tuple[tuple[str, str, str, Any], ...] = (
    ("buch_path", "null_geometry", "", None),
    ("illertissen_streetlight", "null_geometry", "", None),
    ("kellmuenz_streetlight", "null_geometry", "", None),
    ("osterberg_utility_line", "null_geometry", "", None),
    ("oberroth_path", "null_geometry", "", None),
    ("buch_path", "unknown_code", "surface", "Quarzsand"),
    ("illertissen_utility_line", "unknown_code", "material", "XYZ"),
    ("kellmuenz_streetlight", "unknown_code", "lamp_type", "Petroleum"),
    ("oberroth_streetlight", "unknown_code", "lamp_type", "Fackel"),
    ("unterroth/streetlight", "unknown_code", "control", "by_hand"),
    ("kellmuenz_path", "number_not_numeric", "width_m", "ca. drei"),
    ("oberroth_streetlight", "number_not_numeric", "power_w", "siebzig"),
    ("roggenburg_streetlight", "number_not_numeric", "light_point_height_m", "hoch"),
    ("buch_streetlight", "number_out_of_range", "light_point_height_m", 80.0),
    ("illertissen_path", "number_out_of_range", "width_m", 35000.0),
    ("osterberg_utility_line", "number_out_of_range", "dn_mm", 99999),
    ("roggenburg_path", "number_out_of_range", "width_m", 300.0),
    ("buch_streetlight", "duplicate_number", "asset_no", None),
    ("illertissen_path", "duplicate_number", "asset_no", None),
    ("osterberg_streetlight", "duplicate_number", "asset_no", None),
    ("kellmuenz_streetlight", "broken_date", "commissioned_on", "31.02.2009"),
    ("illertissen_utility_line", "broken_date", "commissioned_on", "00.00.1998"),
    ("roggenburg_streetlight", "broken_date", "electrical_test_on", "45.13.2021"),
    ("kellmuenz_streetlight", "coordinates_outside", "", "swapped"),
    ("oberroth_streetlight", "coordinates_outside", "", "swapped"),
    ("osterberg_charging_point", "coordinates_outside", "", "swapped"),
    ("roggenburg_streetlight", "coordinates_outside", "", "zero"),
    ("buch_utility_line", "required_missing", "accuracy_m", None),
    ("illertissen_utility_line", "required_missing", "accuracy_m", None),
    ("osterberg_utility_line", "required_missing", "network_type", None),
    ("osterberg_path", "wrong_geometry_kind", "", "point"),
    ("kellmuenz_utility_line", "wrong_geometry_kind", "", "polygon"),
    ("buch_utility_line", "wrong_geometry_kind", "", "point"),
    ("buch_streetlight", "reduced_power_above_power", "power_reduced_w", None),
    ("unterroth/streetlight", "reduced_power_above_power", "power_reduced_w", None),
)


def put_in(sheets: list[Sheet], taken: list[Fault], seed: int) -> list[Fault]:
    """Spoils single records of the deliveries; never one that bears another fault."""
    rng = stream(seed, "record faults")
    named = {s.delivery.mapping_name or f"unterroth/{s.delivery.asset_class}": s for s in sheets}
    used = {id(f.row) for f in taken}
    faults = []
    for name, kind, field, value in _PLAN:
        sheet = named[name]
        k = _free_row(sheet, field, used, rng)
        used |= {id(sheet.rows[k]), id(sheet.rows[k - 1])}
        faults.append(Fault(kind, sheet.rows[k], QUARANTINED, _spoil(sheet, k, kind, field, value)))
    return faults


def _free_row(sheet: Sheet, field: str, used: set[int], rng: np.random.Generator) -> int:
    """A record (not the first) whose field has a value and whose neighbour is free as well."""
    while True:
        k = int(rng.integers(1, len(sheet.rows)))
        free = not {id(sheet.rows[k]), id(sheet.rows[k - 1])} & used
        if free and (not field or sheet.cells[k][sheet.column(field)] is not None):
            return k


def _spoil(sheet: Sheet, k: int, kind: str, field: str, value: Any) -> str:
    """Changes one record and says how."""
    if kind == "null_geometry":
        sheet.geometry[k] = None
        return "no geometry"
    if kind == "wrong_geometry_kind":
        line = shapely.linestrings(sheet.geometry[k])
        sheet.geometry[k] = shapely.buffer(line, 5.0) if value == "polygon" else \
            shapely.centroid(line)  # fmt: skip
        return f"a {value} among lines"
    if kind == "coordinates_outside":
        return _misplace(sheet, k, value)
    column = sheet.column(field)
    if kind == "duplicate_number":
        value = sheet.cells[k - 1][column]
    elif kind == "reduced_power_above_power":
        value = float(sheet.rows[k]["power_w"]) + 20.0
    sheet.cells[k][column] = value
    return f"{column}: {'empty' if value is None else value}"


def _misplace(sheet: Sheet, k: int, how: str) -> str:
    """Swaps the coordinates, or puts zeros; in tables as cells, which come after the place."""
    if "source" not in sheet.mapping or "x" not in sheet.mapping["source"]:
        swapped = formats.into(sheet.delivery.crs)(sheet.geometry[k][None])[0][::-1]
        sheet.geometry[k] = Placed(swapped)
        return "latitude and longitude swapped"
    row = formats.with_coordinates(sheet)[k]
    x, y = sheet.mapping["source"]["x"], sheet.mapping["source"]["y"]
    sheet.cells[k] |= {x: row[y], y: row[x]} if how == "swapped" else {x: "0", y: "0"}
    sheet.geometry[k] = Placed(None)
    return "x and y swapped" if how == "swapped" else "x and y are 0"
