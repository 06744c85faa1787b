"""Gaps and overlaps between territories, where points tell of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.ranges import batches, expand
from .coverage import Coverage
from .nearby import borders_near, lines_near_borders

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: A gap is surrounded: in all but two of sixteen directions a municipality comes this near
#: (metres), and not always the same one.
GAP_M = 50.0
_RADII = np.array([0.25, 1.0, 3.0, 8.0, 15.0, 25.0, 35.0, GAP_M])
_DIRECTIONS, _OPEN = 16, 2
_POINTS = 10_000


def in_gaps(coverage: Coverage, xy: ArrayLike, narrowest_m: float) -> NDArray[np.bool_]:
    """Which points lie outside all municipalities but between several of them.

    Along a straight slit two directions are open; before the outer border, also where it turns
    inward between two municipalities, many are. A hole in one municipality is no gap.

    Args:
        xy: (n, 2) finite coordinates in metres, in the coverage's CRS.
        narrowest_m: points this near to a territory are not taken to be outside it.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    gap = np.zeros(len(xy), dtype=bool)
    possible = np.flatnonzero(lines_near_borders(coverage, xy, np.arange(len(xy) + 1), GAP_M))
    for first in range(0, len(possible), _POINTS):
        part = possible[first : first + _POINTS]
        part = part[coverage.municipality_at(xy[part]) < 0]
        gap[part] = _surrounded(coverage, xy[part])
    found = np.flatnonzero(gap)
    gap[found] = borders_near(coverage, xy[found], narrowest_m).distance > narrowest_m
    return gap


def _surrounded(coverage: Coverage, xy: Floats) -> NDArray[np.bool_]:
    angle = 2 * np.pi / _DIRECTIONS * np.arange(_DIRECTIONS)
    ways = np.column_stack([np.cos(angle), np.sin(angle)])[:, None] * _RADII[:, None]
    seen = coverage.municipality_at(xy[:, None, None] + ways)
    seen = seen.reshape(len(xy), _DIRECTIONS, len(_RADII))
    met = seen >= 0
    lowest = np.where(met, seen, len(coverage.ags)).min(axis=(1, 2), initial=len(coverage.ags))
    several = seen.max(axis=(1, 2), initial=-1) > lowest
    return (met.any(axis=2).sum(axis=1) >= _DIRECTIONS - _OPEN) & several


def other_municipality(
    coverage: Coverage, xy: ArrayLike, municipality: ArrayLike, narrowest_m: float
) -> Integers:
    """A second municipality that each point lies in, where territories overlap, or -1.

    Args:
        xy: (n, 2) finite coordinates in metres, in the coverage's CRS.
        municipality: (n,) one that the point lies in, as an index in `coverage.ags`, or -1.
        narrowest_m: points this near to a border are not taken to be in an overlap.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    rank, grid = coverage.to_rank(np.asarray(municipality)), coverage.grid
    x, y = (xy - coverage.origin).T
    cell = -2 - grid.owner[grid.cell_of(x, y)].astype(np.int64)
    asked = np.flatnonzero((cell >= 0) & (rank >= 0))
    count = np.diff(grid.candidate_start)[cell[asked]]
    asked, count = asked[count > 1], count[count > 1]
    other = np.full(len(xy), -1)
    for part in batches(count):
        of = asked[part]
        i, k = expand(grid.candidate_start[cell[of]], count[part])
        i, candidate = of[i], grid.candidates[k]
        i, candidate = i[candidate != rank[i]], candidate[candidate != rank[i]]
        inside = coverage.rank_at(x[i], y[i], candidate) == candidate
        other[i[inside]] = coverage.from_rank(candidate[inside])
    found = np.flatnonzero(other >= 0)
    on_border = borders_near(coverage, xy[found], narrowest_m).distance <= narrowest_m
    other[found[on_border]] = -1
    return other
