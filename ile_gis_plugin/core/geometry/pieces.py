"""Lines cut into short pieces with boxes, listed by the cells of a grid that they come into.

The index that neighbours and crossings of lines are looked up in. Pieces are small against the
lines, so few boxes meet in vain; they are many fewer than the segments, so the index stays small.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ranges import expand
from .runs import each, runs_of_lines
from .sorting import order_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SEGMENTS = 6
# A piece whose box is longer than this many cells is divided further.
_LONGEST = 2
# Side of a cell as a multiple of the usual size of a piece.
_CELL = 1.5


class PieceIndex:
    """Pieces of lines, looked up by place.

    Attributes:
        coords, offsets: the lines; line i has coords[offsets[i]:offsets[i + 1]].
        line: (pieces,) int32 line of each piece.
        first, count: (pieces,) its segments: number first … first + count - 1, where segment v
            leads from vertex v to vertex v + 1. A part of a long segment stands for all of it.
        box: (pieces, 4) float32 west, south, east, north in metres from `origin`, rounded outward.
        slack: by how much, in metres, at most.
        cell_m: side of the cells in metres.
        entries: cell << bits | piece of every piece in every cell that its box meets, ascending.
    """

    def __init__(self, coords: ArrayLike, offsets: ArrayLike, threads: int = 1) -> None:
        """Index lines.

        Args:
            coords: (N, 2) finite coordinates in metres. One line far outside the country makes
                the cells useless for all: leave such lines out.
            offsets: (n + 1,); at least two vertices a line.
            threads: how many chunks of lines are cut at once. The result is the same.
        """
        self.coords = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
        self.offsets = np.asarray(offsets, dtype=np.int64)
        self._set_origin()
        parts = each(self._cut, runs_of_lines(self.offsets) or [slice(0, 0)], threads)
        self._set(*(np.concatenate(values) for values in zip(*parts, strict=True)))
        self._choose_cells()
        self._divide_long()
        self._list_cells()

    def __len__(self) -> int:
        return len(self.first)

    def column_of(self, x: Floats) -> Integers:
        """Column of each x in metres from `origin`; those beyond belong to the outermost ones."""
        return np.clip(x * self._per_metre, 0, self.columns - 1).astype(np.int64)

    def row_of(self, y: Floats) -> Integers:
        """Row of each y in metres from `origin`."""
        return np.clip(y * self._per_metre, 0, self.rows - 1).astype(np.int64)

    def cell_of(self, x: Floats, y: Floats) -> Integers:
        """Cell of each point in metres from `origin`: numbered row by row."""
        return self.row_of(y) * self.columns + self.column_of(x)

    def line_of(self, segment: Integers) -> Integers:
        """The lines of segments."""
        return np.searchsorted(self.offsets, segment, side="right") - 1

    def piece_of(self, entry: NDArray) -> Integers:
        """The pieces of entries."""
        return entry & ((1 << self.bits) - 1)

    def _set_origin(self) -> None:
        x, y = self.coords.T if len(self.coords) else np.zeros((2, 1))
        self.origin = np.floor([x.min(), y.min()])
        self._span = float(max(x.max() - self.origin[0], y.max() - self.origin[1]))
        self.slack = self._span * 2.0**-22  # more than float32 rounds off

    def _set(self, line: NDArray, first: NDArray, count: NDArray, box: NDArray) -> None:
        self.line, self.first, self.count, self.box = line, first, count, box

    def _cut(self, lines: slice) -> tuple[NDArray, ...]:
        """Pieces of equally many segments, at most six, with their boxes."""
        offsets = self.offsets[lines.start : lines.stop + 1]
        segments = np.diff(offsets) - 1
        pieces = -(-segments // _SEGMENTS)
        line, k = expand(np.zeros_like(pieces), pieces)
        of, n = segments[line], pieces[line]
        begin = k * of // n
        count = (k + 1) * of // n - begin
        begin += offsets[line] - offsets[0]
        box = np.empty((len(line), 4), dtype=np.float32)
        for axis in (0, 1):
            values = self.coords[offsets[0] : offsets[-1], axis] - self.origin[axis]
            last = values[begin + count]  # the next piece begins with this vertex
            low = np.minimum(np.minimum.reduceat(values, begin), last)
            high = np.maximum(np.maximum.reduceat(values, begin), last)
            box[:, axis], box[:, axis + 2] = low - self.slack, high + self.slack
        return (
            (line + lines.start).astype(np.int32), begin + offsets[0], count.astype(np.int32), box
        )  # fmt: skip

    def _sizes(self) -> NDArray[np.float32]:
        """The longer sides of the boxes."""
        return np.maximum(self.box[:, 2] - self.box[:, 0], self.box[:, 3] - self.box[:, 1])

    def _choose_cells(self) -> None:
        typical = float(np.median(self._sizes())) if len(self) else 0.0
        # cell and piece share 63 bits
        self.cell_m = max(_CELL * typical, 1.0, self._span / 2.0**19)
        self._per_metre = np.float32(1.0 / self.cell_m)

    def _divide_long(self) -> None:
        """Replace pieces of long segments, whose boxes are wide and empty, by parts of them."""
        is_long = self._sizes() > _LONGEST * self.cell_m
        if not is_long.any():
            return
        long = np.flatnonzero(is_long)
        i, segment = expand(self.first[long], self.count[long].astype(np.int64))
        a = self.coords[segment] - self.origin
        step = self.coords[segment + 1] - self.origin - a
        parts = np.ceil(np.abs(step).max(axis=1) / (_LONGEST * self.cell_m)).astype(np.int64)
        s, k = expand(np.zeros_like(parts), np.maximum(parts, 1))
        of = np.maximum(parts, 1)[s]
        begin = a[s] + step[s] * (k / of)[:, None]
        end = a[s] + step[s] * ((k + 1) / of)[:, None]
        low, high = np.minimum(begin, end) - self.slack, np.maximum(begin, end) + self.slack
        self._set(
            np.append(self.line[~is_long], self.line[long][i[s]]),
            np.append(self.first[~is_long], segment[s]),
            np.append(self.count[~is_long], np.ones(len(s), dtype=np.int32)),
            np.append(self.box[~is_long], np.hstack([low, high]).astype(np.float32), axis=0),
        )

    def _list_cells(self) -> None:
        east, north = self.box[:, 2:].T
        self.columns = int(east.max(initial=0.0) * self._per_metre) + 1
        self.rows = int(north.max(initial=0.0) * self._per_metre) + 1
        self.bits = max(len(self) - 1, 1).bit_length()
        column, row = self.column_of(self.box[:, 0]), self.row_of(self.box[:, 1])
        # Pieces that are near each other stand near each other in memory too.
        order = order_of(row * self.columns + column)
        self._set(self.line[order], self.first[order], self.count[order],
                  self.box.take(order, axis=0))  # fmt: skip
        column, row = self.column_of(self.box[:, 0]), self.row_of(self.box[:, 1])
        more_columns = self.column_of(self.box[:, 2]) - column
        more_rows = self.row_of(self.box[:, 3]) - row
        entries = ((row * self.columns + column) << self.bits) | np.arange(len(self))
        parts = [entries]
        for right, up in product(range(more_columns.max(initial=0) + 1),
                                 range(more_rows.max(initial=0) + 1)):  # fmt: skip
            if right or up:
                reached = np.flatnonzero((more_columns >= right) & (more_rows >= up))
                parts.append(entries[reached] + ((up * self.columns + right) << self.bits))
        self.entries = np.concatenate(parts)
        self.entries.sort()
