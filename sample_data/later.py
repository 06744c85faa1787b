"""A municipality's second delivery: some lights switched to LED, some new, the rest as before."""

from __future__ import annotations

import copy
from datetime import date

import deliveries
import numpy as np
from deliveries import Sheet
from noise import stream
from region import Region

SWITCHED, NEW = 20, 3


def make(region: Region, first: Sheet, seed: int) -> Sheet:
    """The later state of a delivery of streetlights."""
    rng = stream(seed, "later delivery")
    sheet = Sheet(deliveries.LATER, list(first.rows), copy.deepcopy(first.cells),
                  list(first.geometry), first.mapping)  # fmt: skip
    at = {n: first.column(n) for n in ("asset_no", "lamp_type", "power_w", "power_reduced_w",
                                       "cct_k", "commissioned_on", "light_no")}  # fmt: skip
    old = [k for k, r in enumerate(first.rows) if r["lamp_type"] != "led"
           and r["light_no"] and first.cells[k][at["power_w"]] is not None]  # fmt: skip
    start = int(rng.integers(0, max(len(old) - SWITCHED, 1)))
    for k in old[start : start + SWITCHED]:
        sheet.cells[k] |= {at["lamp_type"]: "LED", at["power_w"]: 24.0, at["cct_k"]: 3000,
                           at["power_reduced_w"]: 12.0,
                           at["commissioned_on"]: date(2026, 3, 12)}  # fmt: skip
    for k in rng.choice(len(first.rows), NEW, replace=False).tolist():
        row = first.rows[k]
        number = region.number("streetlight", row["ags"])
        place = row["geom"] + np.round(rng.uniform(14, 17, 2), 3)
        sheet.rows.append({**row, "asset_no": number, "geom": place})
        sheet.geometry.append(place)
        sheet.cells.append({**first.cells[k], at["asset_no"]: number, at["light_no"]: None,
                            at["lamp_type"]: "LED", at["power_w"]: 18.0, at["cct_k"]: 2700,
                            at["power_reduced_w"]: 9.0,
                            at["commissioned_on"]: date(2026, 3, 12)})  # fmt: skip
    return sheet
