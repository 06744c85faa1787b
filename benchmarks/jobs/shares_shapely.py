"""Shares with shapely: one pass of `intersects`, exact only where a line meets more than one.

The lines stand in the tree and the municipalities ask, because a query prepares its geometries.
Two threads: GEOS lets the interpreter go.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import shapely
from job import LINES, POINTS, arguments, geometries, read, report, timed, write_shares


def pairs(shapes: np.ndarray, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Assets and the municipalities that they meet."""
    tree = shapely.STRtree(shapes)
    halves = np.array_split(np.arange(len(areas)), 2)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda half: tree.query(areas[half], "intersects"), halves))
    area = np.concatenate([half[one[0]] for half, one in zip(halves, found, strict=True)])
    return np.concatenate([one[1] for one in found]), area


def lengths(lines: np.ndarray, areas: np.ndarray, line: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Metres of each pair."""
    metres = shapely.length(lines)[line]
    shared = np.flatnonzero(np.bincount(line, minlength=len(lines))[line] > 1)

    def cut(rows: np.ndarray) -> np.ndarray:
        return shapely.length(shapely.intersection(lines[line[rows]], areas[area[rows]]))

    with ThreadPoolExecutor(2) as pool:
        metres[shared] = np.concatenate(list(pool.map(cut, np.array_split(shared, 2))))
    return metres


register, out, _ = arguments()
with timed("read"):
    municipalities = read(register, "municipality", ["ags"])
    areas, ags = geometries(municipalities), municipalities.column("ags")
parts, metres = [], 0.0
for layer in (*LINES, *POINTS):
    with timed("read"):
        table = read(register, layer, ["uuid"])
        shapes, uuid = geometries(table), table.column("uuid")
    with timed("join"):
        asset, area = pairs(shapes, areas)
    length = np.full(len(asset), np.nan)
    if layer in LINES:
        with timed("exact"):
            length = lengths(shapes, areas, asset, area)
        metres += float(length.sum())
    parts.append({"uuid": uuid.take(pa.array(asset)), "ags": ags.take(pa.array(area)),
                  "length_m": pa.array(length, from_pandas=True)})  # fmt: skip
with timed("write"):
    write_shares(out, parts)
report(metres=metres, rows=sum(len(p["uuid"]) for p in parts))
