"""The nearest of some points, however far away it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.ranges import batches, expand

Floats = NDArray[np.float64]

_NEIGHBOURS = tuple((right, up) for up in (-1, 0, 1) for right in (-1, 0, 1))


def nearest_distance(xy: ArrayLike, targets: ArrayLike) -> Floats:
    """(n,) planar metres from each point to the nearest target; inf where there is no target.

    Looks into the cells around a point; where the nearest one may lie beyond them, again with
    cells twice as wide.

    Args:
        xy: (n, 2) finite coordinates in metres.
        targets: (m, 2) the same.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    targets = np.unique(np.asarray(targets, dtype=np.float64).reshape(-1, 2), axis=0)
    best = np.full(len(xy), np.inf)
    if not len(targets) or not len(xy):
        return best
    every = np.concatenate([xy, targets])
    origin, span = every.min(axis=0), float(np.ptp(every, axis=0).max())
    side = max(span / max(1.0, np.sqrt(len(targets))), 1e-6)
    todo = np.arange(len(xy))
    while len(todo):
        best[todo] = _in_cells(xy[todo] - origin, targets - origin, side)
        # What lies outside the nine cells is at least one side away.
        todo = todo[best[todo] > side] if side <= span else todo[:0]
        side *= 2
    return best


def _in_cells(xy: Floats, targets: Floats, side: float) -> Floats:
    """The distance to the nearest target in the nine cells around each point, else inf."""
    columns = int(max(xy[:, 0].max(), targets[:, 0].max()) / side) + 3
    cell_of_target = _cell(targets, side, columns)
    order = np.argsort(cell_of_target, kind="stable")
    cell_of_target, targets = cell_of_target[order], targets[order]
    cell = _cell(xy, side, columns)
    best = np.full(len(xy), np.inf)
    for right, up in _NEIGHBOURS:
        there = cell + up * columns + right
        start = np.searchsorted(cell_of_target, there)
        count = np.searchsorted(cell_of_target, there, side="right") - start
        some = np.flatnonzero(count)
        for part in batches(count[some]):
            point, target = expand(start[some[part]], count[some[part]])
            distance = np.hypot(*(xy[some[part][point]] - targets[target]).T)
            first = np.cumsum(count[some[part]]) - count[some[part]]
            at = some[part]
            best[at] = np.minimum(best[at], np.minimum.reduceat(distance, first))
    return best


def _cell(xy: Floats, side: float, columns: int) -> NDArray[np.int64]:
    """Number of each point's cell, row by row; a column is left free at both edges."""
    column, row = (xy / side).astype(np.int64).T
    return (row + 1) * columns + column + 1
