"""Assets as arrays from a few coordinates, and what a rule finds among them.

Coordinates are metres from a place in the middle of WEST; the border to EAST is 5 km to the east.
"""

from __future__ import annotations

import numpy as np
import shapely

from ile_gis_plugin.core.geometry.assets import LineAssets, PointAssets
from ile_gis_plugin.core.rules.rule import CATALOGUE, Scope, Settings
from ile_gis_plugin.core.tasks import validation  # noqa: F401  (enters all rules)
from ile_gis_plugin.core.territory.coverage import Coverage

PLACE = np.array([600_000.0, 5_400_000.0])
WEST, EAST = 0, 1
BORDER_X = 5_000.0
TERRITORIES = (shapely.box(-5_000, -5_000, BORDER_X, 5_000),
               shapely.box(BORDER_X, -5_000, 15_000, 5_000))  # fmt: skip


def coverage_of(*territories) -> Coverage:
    moved = shapely.transform(list(territories), lambda xy: PLACE + xy)
    ags = [f"0977{n:04}" for n in range(len(territories))]
    return Coverage(ags, shapely.to_wkb(moved).tolist())


COVERAGE = coverage_of(*TERRITORIES)


def lines(*lines, home=WEST, network=0, table="path", tolerance=3.0, first_fid=1) -> LineAssets:
    """Lines from lists of coordinates; keys are 1, 2, 3 … unless told otherwise."""
    n = len(lines)
    coords = [np.array(line, dtype=float).reshape(-1, 2) for line in lines]
    offsets = np.append(0, np.cumsum([len(line) for line in coords])).astype(np.int64)
    return LineAssets(
        table, np.arange(first_fid, first_fid + n),
        PLACE + np.concatenate([np.empty((0, 2)), *coords]),
        offsets, np.broadcast_to(home, n).astype(np.int64),
        np.broadcast_to(network, n).astype(np.int64), np.full(n, tolerance), {},
    )  # fmt: skip


def points(*points, home=WEST, table="streetlight", tolerance=3.0) -> PointAssets:
    n = len(points)
    xy = PLACE + np.array(points, dtype=float).reshape(-1, 2)
    return PointAssets(table, np.arange(1, n + 1), xy, np.broadcast_to(home, n).astype(np.int64),
                       np.full(n, tolerance), {})  # fmt: skip


def scope_of(*assets, coverage: Coverage = COVERAGE, **settings) -> Scope:
    return Scope(
        tuple(a for a in assets if isinstance(a, LineAssets)),
        tuple(a for a in assets if isinstance(a, PointAssets)),
        coverage, np.ones(len(coverage.ags), dtype=bool), Settings(**settings),
    )  # fmt: skip


def found(code: str, *assets, **scope) -> list[tuple]:
    """(key, other key or None, x, y) of what a rule finds, by key."""
    rows = []
    for one in CATALOGUE[code].find(scope_of(*assets, **scope)):
        xy = np.round(one.xy - PLACE, 6).tolist()
        others = [None] * len(xy) if one.other_fid is None else one.other_fid.tolist()
        rows += [(fid, other, *at) for fid, other, at in
                 zip(one.fid.tolist(), others, xy, strict=True)]  # fmt: skip
    return sorted(rows, key=str)


def codes(*assets, **scope) -> set[str]:
    """The codes of all rules on geometry that find anything."""
    chosen = scope_of(*assets, **scope)
    return {code for code in CATALOGUE if code[:3] in ("GEO", "NET", "DUP", "TER")
            and CATALOGUE[code].of_geometry
            and any(len(one.fid) for one in CATALOGUE[code].find(chosen))}  # fmt: skip


def values(code: str, name: str, *assets, **scope) -> list:
    return [value for one in CATALOGUE[code].find(scope_of(*assets, **scope))
            for value in one.values[name].tolist()]  # fmt: skip


def parts(code: str, *assets, **scope) -> list[int]:
    return [part for one in CATALOGUE[code].find(scope_of(*assets, **scope))
            for part in one.part.tolist()]  # fmt: skip
