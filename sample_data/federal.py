"""The charging points of the whole region in the layout of the federal register (before 2025)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import deliveries
import formats
import geography as geo
import numpy as np
import points
from border_faults import FINDING, QUARANTINED, Fault
from noise import stream
from region import Region

_PREAMBLE = (
    "Ladesäulenregister (erfundene Testdaten im Aufbau der Bundesnetzagentur)", "", "Hinweis: ",
    "Die Liste beinhaltet erfundene Ladeeinrichtungen. Betreiber und Standorte gibt es nicht; ",
    "die Spalten entsprechen der veröffentlichten Liste. ", "", "Stand: 01.01.2026", "",
    "Allgemeine Informationen" + ";" * 14 + "1. Ladepunkt;;;2. Ladepunkt;;;3. Ladepunkt;;;"
    "4. Ladepunkt",
)  # fmt: skip
_COLUMNS = (
    "Betreiber", "Straße", "Hausnummer", "Adresszusatz", "Postleitzahl", "Ort", "Bundesland",
    "Kreis/kreisfreie Stadt", "Breitengrad", "Längengrad", "Inbetriebnahmedatum",
    "Anschlussleistung", "Art der Ladeeinrichung", "Anzahl Ladepunkte",
    *(f"{name}{n}{tail}" for n in range(1, 5)
      for name, tail in (("Steckertypen", ""), ("P", " [kW]"), ("Public Key", ""))),
)  # fmt: skip
_PLUGS = {"IEC_62196_T2": "AC Steckdose Typ 2", "IEC_62196_T2_COMBO": "DC Kupplung Combo",
          "CHADEMO": "DC CHAdeMO", "DOMESTIC_F": "AC Schuko"}  # fmt: skip
_POSTCODES = {"09775118": "89290", "09775129": "89257", "09775132": "89293", "09775141": "89294",
              "09775142": "89296", "09775149": "89297", "09775161": "89299"}  # fmt: skip


def write(path: Path, region: Region, seed: int) -> tuple[int, list[Fault], dict[int, int]]:
    """Writes the file: its number of rows, its faults, and the row in which each stands."""
    rng = stream(seed, "federal register")
    rows = _own(region, rng) + _others(region, rng)
    rows = [rows[k] for k in rng.permutation(len(rows))]
    twin = next(k for k, r in enumerate(rows) if r["ags"] == "09775129")
    rows.insert(twin + 1, dict(rows[twin]))  # two devices side by side, alike in every column
    lines = [_line(r) for r in rows]
    faults = _spoil(rows, lines, rng)
    where = {id(r): k + 1 for k, r in enumerate(rows)}
    formats.write_csv(path, "cp1252", list(_PREAMBLE), list(_COLUMNS), lines)
    return len(rows), faults, where


def _own(region: Region, rng) -> list[dict]:
    """Most of the stations that members list themselves, some metres off, and a few more."""
    rows = []
    for row in region.rows["charging_point"]:
        if rng.uniform() < 0.75:
            off = rng.normal(0, 9, 2)
            rows.append({**row, "geom": row["geom"] + off, "_own": row["asset_no"]})
    for village in region.villages:
        if village.streets and rng.uniform() < 0.3:
            street, _ = village.streets[int(rng.integers(len(village.streets)))]
            rows.append(points.station(rng, village.ags, street[len(street) // 2] + 6.0,
                                       "Gewerbestraße", village.name))  # fmt: skip
    return rows


def _others(region: Region, rng) -> list[dict]:
    rows = []
    for village in region.villages:
        if not village.streets:
            for _ in range(int(rng.integers(1, 4))):
                spot = village.centre + rng.normal(0, 0.4 * village.radius, 2)
                street = ("Hauptstraße", "Bahnhofstraße", "Marktplatz")[int(rng.integers(3))]
                rows.append(points.station(rng, village.ags, spot, street, village.name))
    return rows


def _line(row: dict) -> dict[str, Any]:
    east, north = formats.into("EPSG:4326")(np.asarray(row["geom"], float)[None])[0]
    street, _, number = row["address"].rpartition(" ")
    swabian = row["ags"].startswith("08")
    district = {"08425": "Landkreis Alb-Donau-Kreis", "08426": "Landkreis Biberach",
                "09774": "Landkreis Günzburg", "09775": "Landkreis Neu-Ulm",
                "09778": "Landkreis Unterallgäu"}[row["ags"][:5]]  # fmt: skip
    delivery = deliveries.DELIVERIES[-1]
    kind = "Schnellladeeinrichtung" if row["device_type"] == "fast" else "Normalladeeinrichtung"
    line = {
        "Betreiber": row["operator"], "Straße": street, "Hausnummer": number,
        "Postleitzahl": _POSTCODES.get(row["ags"], "89999"), "Ort": row["_place"],
        "Bundesland": "Baden-Württemberg" if swabian else "Bayern",
        "Kreis/kreisfreie Stadt": district,
        "Breitengrad": f"{north:.6f}".replace(".", ","),
        "Längengrad": f"{east:.6f}".replace(".", ","),
        "Inbetriebnahmedatum": deliveries.cell(delivery, row["commissioned_on"]),
        "Anschlussleistung": deliveries.cell(delivery, row["power_kw"]),
        "Art der Ladeeinrichung": kind, "Anzahl Ladepunkte": row["point_count"],
    }  # fmt: skip
    for n, (plug, power, _) in enumerate(row["_connectors"], 1):
        line[f"Steckertypen{n}"] = _PLUGS[plug]
        line[f"P{n} [kW]"] = f"{power:g}".replace(".", ",")
    if row["device_type"] == "fast" and len(row["_connectors"]) == 3:
        # a fast charger's two cables stand in one cell, as older rows of the register have it
        line["Steckertypen1"] = "DC Kupplung Combo; DC CHAdeMO"
        line["P1 [kW]"] = f"{line['P1 [kW]']}; 50"
        line["Steckertypen2"], line["P2 [kW]"] = "AC Kupplung Typ 2", "22"
        line["Steckertypen3"] = line["P3 [kW]"] = None
        line["Anzahl Ladepunkte"] = 2
    return line


def _spoil(rows: list[dict], lines: list[dict], rng) -> list[Fault]:
    """One place at zero, one far outside, and two whose place is not that of the address."""
    order = rng.permutation(len(rows)).tolist()
    faults = []
    plan = (("coordinates_outside", "0", "0", QUARANTINED, "latitude and longitude are 0"),
            ("home_unknown", "48,398000", "9,991000", QUARANTINED, "outside all municipalities"))
    for (kind, north, east, expected, detail), k in zip(plan, order, strict=False):
        lines[k] |= {"Breitengrad": north, "Längengrad": east}
        faults.append(Fault(kind, rows[k], expected, detail))
    mine = [k for k in order[2:] if rows[k]["ags"] in _POSTCODES]
    for k, other in zip(mine[:2], geo.MEMBERS[4:6], strict=True):
        if rows[k]["ags"] == other.ags:
            other = geo.MEMBERS[0]
        lines[k] |= {"Postleitzahl": _POSTCODES[other.ags], "Ort": other.name}
        faults.append(Fault("address_elsewhere", rows[k], FINDING,
                            f"lies in {rows[k]['ags']}, address in {other.ags}"))  # fmt: skip
    return faults
