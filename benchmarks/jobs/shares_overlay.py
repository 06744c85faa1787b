"""Shares with geopandas.overlay for the lines and sjoin for the points."""

from __future__ import annotations

import geopandas
from job import LINES, POINTS, arguments, report, timed, write_shares

register, out, _ = arguments()


def frame(layer: str, columns: list[str]):
    return geopandas.read_file(register, layer=layer, columns=columns, use_arrow=True)


with timed("read"):
    municipalities = frame("municipality", ["ags"])
parts, metres = [], 0.0
for layer in (*LINES, *POINTS):
    with timed("read"):
        assets = frame(layer, ["uuid"])
    if layer in LINES:
        with timed("overlay"):
            found = geopandas.overlay(assets, municipalities, keep_geom_type=True)
            found["length_m"] = found.length
        metres += float(found["length_m"].sum())
    else:
        with timed("sjoin"):
            found = assets.sjoin(municipalities)
            found["length_m"] = float("nan")
    parts.append({c: found[c].to_numpy() for c in ("uuid", "ags", "length_m")})
with timed("write"):
    write_shares(out, parts)
report(metres=metres, rows=sum(len(p["uuid"]) for p in parts))
