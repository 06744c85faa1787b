"""What lies near what: points near points, and points near lines.

Distances are planar metres in the register's CRS. Its scale is off by up to 4e-4, which is a
millimetre in three metres.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pieces import PieceIndex
from .planar import to_segments
from .ranges import batches, expand
from .runs import each
from .sorting import is_first, order_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


# Points looked up at once: arrays of this size stay in the processor's cache.
_POINTS = 20_000


class NearPairs(NamedTuple):
    """Pairs of points, i < j, in no particular order (but the same one for the same points)."""

    i: Integers
    j: Integers
    distance: Floats  # metres


class NearLines(NamedTuple):
    """Pairs of a point and a segment of a line; found by point, then segment."""

    point: Integers
    line: Integers
    segment: Integers  # number of its first vertex in the coordinates
    position: Floats  # where on the segment its nearest point lies, 0 … 1
    distance: Floats  # metres

    def take(self, index: NDArray) -> NearLines:
        """The pairs at `index` (or of a mask)."""
        return NearLines(*(values[index] for values in self))

    def nearest_first(self) -> NearLines:
        """The pairs by point, distance and segment."""
        return self.take(np.lexsort((self.segment, self.distance, self.point)))

    def first_of_each(self, *keys: Integers) -> NearLines:
        """Of `nearest_first` pairs the first one of each combination of the keys, such as
        `near.point` (the nearest line of each point) or `near.point, near.line`."""
        order = np.lexsort(keys[::-1])  # stable
        return self.take(np.sort(order[is_first(*(key[order] for key in keys))]))


def near_pairs(xy: ArrayLike, reach_m: float, group: ArrayLike | None = None) -> NearPairs:
    """All pairs of points that are no farther apart than `reach_m`.

    The work grows with the number of points, and with that of the pairs in squares of `reach_m`.

    Args:
        xy: (n, 2) finite coordinates in metres.
        group: (n,) only points of the same number make a pair; default: all.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    n = len(xy)
    if n < 2:
        return NearPairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    order, cell, columns = _by_cell(xy, reach_m)
    x, y = xy.take(order, axis=0).T.copy()
    group = None if group is None else np.asarray(group)[order]

    # Each point with those after it in its cell and in the next one of the row, and with those
    # in three cells of the row above: all pairs of neighbouring cells, each once.
    here = np.arange(1, n + 1)
    above = np.searchsorted(cell, cell + (columns - 1))
    first, start, count = [], [], []
    for begin, last in ((here, cell + 1), (above, cell + (columns + 1))):
        some = np.flatnonzero(np.append(cell, cell[-1] + 2 * columns)[begin] <= last)
        first.append(some)
        start.append(begin[some])
        count.append(np.searchsorted(cell, last[some], side="right") - begin[some])
    first, start, count = (np.concatenate(values) for values in (first, start, count))
    found = [NearPairs(first[:0], first[:0], x[:0])]
    for part in batches(count):
        i, b = expand(start[part], count[part])
        a = first[part][i]
        if group is not None:
            same = group[a] == group[b]
            a, b = a[same], b[same]
        distance = np.hypot(x[a] - x[b], y[a] - y[b])
        near = np.flatnonzero(distance <= reach_m)
        a, b = order[a[near]], order[b[near]]
        found.append(NearPairs(np.minimum(a, b), np.maximum(a, b), distance[near]))
    return NearPairs(*(np.concatenate(values) for values in zip(*found, strict=True)))


def _by_cell(xy: Floats, reach_m: float) -> tuple[Integers, Integers, int]:
    """Order of the points by cell, the cells in that order, and the number of columns.

    Cells are numbered row by row, with one column more than there are, so that a row's last cell
    has no neighbour in the next row.
    """
    bits = (len(xy) - 1).bit_length()
    x, y = xy.T
    west, south = x.min(), y.min()
    width, height = x.max() - west, y.max() - south
    # Number of cell and point share 63 bits: sorting whole numbers is many times quicker than
    # sorting an index by them. Larger cells are slower, never wrong.
    cells = 2.0 ** (60 - bits)
    side = max(reach_m, 1e-6, float(np.sqrt(width / cells * height)), float(width + height) / cells)
    column, row = ((x - west) / side).astype(np.int64), ((y - south) / side).astype(np.int64)
    columns = int(width / side) + 3
    cell = row * columns + column
    order = order_of(cell)
    return order, cell[order], columns


def points_near_lines(
    xy: ArrayLike,
    lines: PieceIndex,
    reach_m: float,
    own: ArrayLike | None = None,
    group: tuple[ArrayLike, ArrayLike] | None = None,
    threads: int = 1,
) -> NearLines:
    """All segments of lines that come within reach of points.

    Args:
        xy: (n, 2) finite coordinates in metres.
        own: (n,) a line that each point shall not be compared with, or -1; default: none.
        group: (n,) number of each point and (lines,) of each line: only equal ones are compared.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if not len(lines):
        xy = xy[:0]
    own = None if own is None else np.asarray(own)
    groups = None if group is None else (np.asarray(group[0]), np.asarray(group[1]))
    # By cell, so that look-ups of neighbours follow each other.
    order = order_of(lines.cell_of(*(xy - lines.origin).T))

    def work(part: slice) -> NearLines:
        point, piece = _pieces_near(xy, order[part], lines, reach_m)
        asked = np.ones(len(point), dtype=bool)
        if own is not None:
            asked &= own[point] != lines.line[piece]
        if groups is not None:
            asked &= groups[0][point] == groups[1][lines.line[piece]]
        return _segments_near(xy, lines, reach_m, point[asked], piece[asked])

    parts = [slice(first, first + _POINTS) for first in range(0, max(len(xy), 1), _POINTS)]
    near = NearLines(*(np.concatenate(v) for v in zip(*each(work, parts, threads), strict=True)))
    # the parts of a long segment stand for the whole of it, each
    _, once = np.unique(near.point * len(lines.coords) + near.segment, return_index=True)
    return near.take(once)


def _pieces_near(
    xy: Floats, point: Integers, lines: PieceIndex, reach_m: float
) -> tuple[Integers, Integers]:
    """Pairs of some points and the pieces whose boxes are in reach."""
    x, y = (xy.take(point, axis=0) - lines.origin).T
    column0, row0 = lines.column_of(x - reach_m), lines.row_of(y - reach_m)
    column1, row1 = lines.column_of(x + reach_m), lines.row_of(y + reach_m)
    k, row = expand(row0, row1 - row0 + 1)
    cell = row * lines.columns
    start = np.searchsorted(lines.entries, (cell + column0[k]) << lines.bits)
    until = np.searchsorted(lines.entries, (cell + column1[k] + 1) << lines.bits)
    found = [(point[:0], point[:0])]
    for part in batches(until - start):
        i, entry = expand(start[part], (until - start)[part])
        of, in_row = k[part][i], row[part][i]
        entry = lines.entries[entry]
        piece = lines.piece_of(entry)
        west, south, east, north = lines.box.take(piece, axis=0).T
        near = (west <= (x + reach_m)[of]) & (east >= (x - reach_m)[of])
        near &= (south <= (y + reach_m)[of]) & (north >= (y - reach_m)[of])
        # a pair that meets in several cells counts in the first one
        near &= in_row == np.maximum(row0[of], lines.row_of(south))
        column = (entry >> lines.bits) - in_row * lines.columns
        near &= column == np.maximum(column0[of], lines.column_of(west))
        found.append((point[of[near]], piece[near]))
    point, piece = (np.concatenate(values) for values in zip(*found, strict=True))
    return point, piece


def _segments_near(
    xy: Floats, lines: PieceIndex, reach_m: float, point: Integers, piece: Integers
) -> NearLines:
    """The segments within reach, of pairs of a point and a piece."""
    i, segment = expand(lines.first[piece], lines.count[piece].astype(np.int64))
    point = point[i]
    distance, position = to_segments(
        xy.take(point, axis=0), *(lines.coords.take(v, axis=0) for v in (segment, segment + 1))
    )
    near = np.flatnonzero(distance <= reach_m)
    line = lines.line[piece[i[near]]].astype(np.int64)
    return NearLines(point[near], line, segment[near], position[near], distance[near])
