"""Whether assets outside a municipality come within reach of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.planar import to_segments
from ..geometry.ranges import batches, expand
from .coverage import Coverage
from .grid import Edges
from .nearby import lines_near_borders

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def come_near(
    coverage: Coverage, coords: ArrayLike, offsets: ArrayLike, home: ArrayLike, reach_m: ArrayLike
) -> NDArray[np.bool_]:
    """Which lines come within reach of a municipality's boundary.

    Meant for few lines: each is compared with the whole boundary of its municipality, if any
    border is near.

    Args:
        coords: (N, 2) finite coordinates in metres, in the coverage's CRS.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]], one vertex (a point) or
            more. None may cross the boundary that it is compared with.
        home: (n,) index of each line's municipality in `coverage.ags`, or -1: it is near none.
        reach_m: (n,) metres.
    """
    coords = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    offsets, reach = np.asarray(offsets, dtype=np.int64), np.asarray(reach_m, dtype=np.float64)
    rank = coverage.to_rank(np.asarray(home))
    near = np.zeros(len(rank), dtype=bool)
    if not len(rank):
        return near
    possible = lines_near_borders(coverage, coords, offsets, float(reach.max())) & (rank >= 0)
    edges, bounded = _edges_of(coverage, np.unique(rank[possible]))
    xy = coords - coverage.origin
    line, edge = _boxes_meeting(xy, offsets, np.flatnonzero(possible), rank, reach, edges, bounded)
    for part in batches(np.diff(offsets)[line]):
        pair, vertex = expand(offsets[line[part]], np.diff(offsets)[line[part]])
        of, e = line[part][pair], edges.take(edge[part][pair])
        a, b = (np.column_stack(end) for end in ((e.ax, e.ay), (e.bx, e.by)))
        following = np.minimum(vertex + 1, offsets[of + 1] - 1)
        distance = to_segments(xy[vertex], a, b)[0]
        for end in (a, b):
            distance = np.minimum(distance, to_segments(end, xy[vertex], xy[following])[0])
        near[of[distance <= reach[of]]] = True
    return near


def _edges_of(coverage: Coverage, rank: Integers) -> tuple[Edges, Integers]:
    """The boundary edges of some municipalities, by municipality; and the rank of each."""
    wanted = np.zeros(len(coverage.ags), dtype=bool)
    wanted[rank] = True
    bounded = coverage.grid.municipality_of_edge(slice(None))
    index = np.flatnonzero(wanted[bounded])
    index = index[np.argsort(bounded[index], kind="stable")]
    return coverage.grid.edges(index), bounded[index]


def _boxes_meeting(
    xy: Floats, offsets: Integers, lines: Integers, rank: Integers, reach: Floats, edges: Edges,
    bounded: Integers,
) -> tuple[Integers, Integers]:  # fmt: skip
    """Pairs of a line and an edge of its municipality whose boxes are within reach."""
    start = np.searchsorted(bounded, rank[lines])
    count = np.searchsorted(bounded, rank[lines], side="right") - start
    low, high = (f.reduceat(xy, offsets[:-1], axis=0)[lines] for f in (np.minimum, np.maximum))
    low, high = low - reach[lines, None], high + reach[lines, None]
    found = [(lines[:0], lines[:0])]
    for part in batches(count):
        i, edge = expand(start[part], count[part])
        i += part.start
        e = edges.take(edge)
        meets = (e.ax <= high[i, 0]) & (e.bx >= low[i, 0])
        meets &= np.minimum(e.ay, e.by) <= high[i, 1]
        meets &= np.maximum(e.ay, e.by) >= low[i, 1]
        found.append((lines[i[meets]], edge[meets]))
    line, edge = (np.concatenate(values) for values in zip(*found, strict=True))
    return line, edge
