"""Shares with geopandas.sjoin, then the intersection of all pairs."""

from __future__ import annotations

import geopandas
import shapely
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
    with timed("sjoin"):
        found = assets.sjoin(municipalities)
    found["length_m"] = float("nan")
    if layer in LINES:
        with timed("exact"):
            areas = municipalities.geometry.to_numpy()[found["index_right"]]
            found["length_m"] = shapely.length(
                shapely.intersection(found.geometry.to_numpy(), areas)
            )
        metres += float(found["length_m"].sum())
    parts.append({c: found[c].to_numpy() for c in ("uuid", "ags", "length_m")})
with timed("write"):
    write_shares(out, parts)
report(metres=metres, rows=sum(len(p["uuid"]) for p in parts))
