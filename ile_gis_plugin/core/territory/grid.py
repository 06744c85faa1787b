"""A grid of square cells over a coverage's boundaries: most questions then need no geometry.

A cell that no boundary comes near lies as a whole in one municipality, or outside all: it is
*free* and stores its owner. The others are *border cells*: each lists the boundary edges near it
and the state of its centre. Whether a point of a border cell lies in a municipality then follows
from the few edges between centre and point.

All coordinates here are metres relative to the grid's origin; municipalities are numbered by
their rank in ascending AGS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# A point this near to a boundary lies on it.
ON_BORDER_M = 1e-6
# Edges are listed in every cell that they come this near to: well above ON_BORDER_M and rounding.
_REACH_M = 1e-5
_MIN_CELLS, _MAX_CELLS = 4_096, 8_000_000
_CELLS_PER_EDGE = 12


@dataclass(frozen=True)
class Edges:
    """Boundary edges from a to b with ax <= bx; each belongs to one municipality."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    municipality: Integers

    def __getitem__(self, index: NDArray) -> Edges:
        return Edges(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def side(edges: Edges, x: Floats, y: Floats) -> Floats:
    """Twice the area of (a, b, point), in m²: positive left of the edge, so above it."""
    ax, ay = edges.ax, edges.ay
    return (edges.bx - ax) * (y - ay) - (edges.by - ay) * (x - ax)


class BorderGrid:
    """Cells, numbered row by row; see the module's docstring.

    Attributes:
        cell_m: side of a cell in metres.
        owner: (cells,) int32; of a free cell its municipality, or -1 for outside all;
            of border cell b: -2 - b.
        edges: the edges near border cells, those of cell b at edge_start[b]:edge_start[b + 1].
        centre_side: (edges,) whether the cell's centre lies left of (or on) the edge.
        spans_centre: (edges,) whether the edge crosses the vertical line through the centre.
        candidate_of_edge: (edges,) the candidate that the edge belongs to.
        candidates, centre_inside: the municipalities that points of border cell b may lie in,
            at candidate_start[b]:candidate_start[b + 1], and whether the centre does.
    """

    def __init__(self, edges: Edges, n_municipalities: int) -> None:
        self._lay_out(edges)
        edge, cell = self.cells_of_segments(edges.ax, edges.ay, edges.bx, edges.by, _REACH_M)
        inside = self._fill(edges, n_municipalities)
        self._list_border_cells(edges, edge, cell, inside, n_municipalities)
        total = np.zeros((self.rows + 1, self.columns + 1), dtype=np.int32)
        total[1:, 1:] = (self.owner <= -2).reshape(self.rows, self.columns)
        np.cumsum(total, axis=1, out=total)
        np.cumsum(total, axis=0, out=total)
        self._border_sum = total.ravel()

    def _lay_out(self, edges: Edges) -> None:
        x, y = np.concatenate([edges.ax, edges.bx]), np.concatenate([edges.ay, edges.by])
        width, height = np.ptp(x), np.ptp(y)
        cells = np.clip(_CELLS_PER_EDGE * len(edges.ax), _MIN_CELLS, _MAX_CELLS)
        longest = max(width, height, 1e-2)
        self.cell_m = float(max(np.sqrt(width * height / cells), longest / cells))
        # Cell centres keep off all vertices, so that no edge ever begins on a line through them.
        # One ring of free cells stands for all the world outside.
        self.x0 = float(x.min()) - 1.5 * self.cell_m
        self.y0 = float(y.min()) - 1.5 * self.cell_m
        self.x0 += _middle_of_largest_gap(x - self.x0, self.cell_m) - 0.5 * self.cell_m
        self.y0 += _middle_of_largest_gap(y - self.y0, self.cell_m) - 0.5 * self.cell_m
        self.columns = int((x.max() - self.x0) / self.cell_m) + 3
        self.rows = int((y.max() - self.y0) / self.cell_m) + 3

    def column_of(self, x: Floats) -> Integers:
        """Column of each x; the outermost ones stand for everything beyond."""
        return self._clipped((x - self.x0) * (1.0 / self.cell_m), self.columns)

    def row_of(self, y: Floats) -> Integers:
        """Row of each y; the outermost ones stand for everything beyond."""
        return self._clipped((y - self.y0) * (1.0 / self.cell_m), self.rows)

    @staticmethod
    def _clipped(value: Floats, size: int) -> Integers:
        np.clip(value, 0, size - 1, out=value)
        return value.astype(np.int64)

    def cell_of(self, x: Floats, y: Floats) -> Integers:
        """Number of the cell that each point lies in."""
        return self.row_of(y) * self.columns + self.column_of(x)

    def centre(self, cell: Integers) -> tuple[Floats, Floats]:
        """Coordinates of cell centres."""
        row, column = np.divmod(cell, self.columns)
        return self.x0 + (column + 0.5) * self.cell_m, self.y0 + (row + 0.5) * self.cell_m

    def is_free(self, column0, column1, row0, row1) -> NDArray[np.bool_]:
        """Whether boxes of cells (first and last column and row, inclusive) hold no border cell."""
        width, total = self.columns + 1, self._border_sum
        below, above = row0 * width, (row1 + 1) * width
        right = column1 + 1
        return (total[above + right] - total[above + column0]) == (
            total[below + right] - total[below + column0]
        )

    def cells_of_segments(
        self, x1: Floats, y1: Floats, x2: Floats, y2: Floats, reach: float = 0.0
    ) -> tuple[Integers, Integers]:
        """Pairs (segment, cell) of all cells that come within `reach` metres of a segment."""
        row0 = self.row_of(np.minimum(y1, y2) - reach)
        row1 = self.row_of(np.maximum(y1, y2) + reach)
        left, right = np.minimum(x1, x2) - reach, np.maximum(x1, x2) + reach
        column0, column1 = self.column_of(left), self.column_of(right)
        narrow = (row0 == row1) | (column0 == column1)
        if narrow.all():
            return self._cells_of_boxes(np.arange(len(x1)), column0, column1, row0, row1)

        # Row by row: where the segment enters and leaves the row gives its columns.
        wide = np.flatnonzero(~narrow)
        i, row = expand(row0[wide], (row1 - row0 + 1)[wide])
        s = wide[i]
        dy = (y2 - y1)[s]
        with np.errstate(divide="ignore", invalid="ignore"):
            t0 = (self.y0 + row * self.cell_m - reach - y1[s]) / dy
            t1 = (self.y0 + (row + 1) * self.cell_m + reach - y1[s]) / dy
        # a horizontal segment lies in the reach of each row it was given
        t0, t1 = (np.where(dy == 0, end, t) for end, t in ((0.0, t0), (1.0, t1)))
        # the outermost rows stand for everything beyond
        beyond = (row == 0) | (row == self.rows - 1)
        t0, t1 = np.where(beyond, 0.0, np.clip(t0, 0, 1)), np.where(beyond, 1.0, np.clip(t1, 0, 1))
        dx = (x2 - x1)[s]
        xa, xb = x1[s] + t0 * dx, x1[s] + t1 * dx
        first = self.column_of(np.minimum(xa, xb) - reach)
        last = self.column_of(np.maximum(xa, xb) + reach)
        by_row = self._cells_of_boxes(s, first, last, row, row)
        keep = np.flatnonzero(narrow)
        boxes = self._cells_of_boxes(keep, column0[keep], column1[keep], row0[keep], row1[keep])
        return np.concatenate([boxes[0], by_row[0]]), np.concatenate([boxes[1], by_row[1]])

    def _cells_of_boxes(self, name, column0, column1, row0, row1) -> tuple[Integers, Integers]:
        """Pairs (name, cell) for boxes of one row or one column."""
        by_column = row0 == row1
        step = np.where(by_column, 1, self.columns)
        count = np.where(by_column, column1 - column0, row1 - row0) + 1
        i, k = expand(np.zeros(len(count), np.int64), count)
        return name[i], (row0 * self.columns + column0)[i] + k * step[i]

    def _fill(self, edges: Edges, n_municipalities: int) -> tuple[Integers, Integers, Integers]:
        """Find which centres lie in which municipality, by one scan line a row (even-odd rule).

        Sets `owner` as if all cells were free and returns the runs of centres inside: (first
        cell, last cell + 1, municipality).
        """
        y_low, y_high = np.minimum(edges.ay, edges.by), np.maximum(edges.ay, edges.by)
        row0 = np.ceil((y_low - self.y0) / self.cell_m - 0.5).astype(np.int64)
        row1 = np.ceil((y_high - self.y0) / self.cell_m - 0.5).astype(np.int64)
        i, row = expand(row0, row1 - row0)
        crossing = edges[i]
        centre_y = self.y0 + (row + 0.5) * self.cell_m
        slope = (crossing.bx - crossing.ax) / (crossing.by - crossing.ay)
        x = crossing.ax + (centre_y - crossing.ay) * slope
        # The nearest centre is judged by side(), as all later steps do.
        column = np.rint((x - self.x0) / self.cell_m - 0.5).astype(np.int64)
        centre_x = self.x0 + (column + 0.5) * self.cell_m
        is_left = side(crossing, centre_x, centre_y) >= 0
        column += is_left != (crossing.by < crossing.ay)

        order = np.argsort(
            (crossing.municipality * self.rows + row) * (self.columns + 1) + column, kind="stable"
        )
        cell, municipality = (row * self.columns + column)[order], crossing.municipality[order]
        first, last, municipality = cell[::2], cell[1::2], municipality[::2]

        # From one end of a run to the next the owner stays the same.
        ends = np.concatenate([first, last])
        order = np.argsort(ends)
        opens = np.repeat([1, -1], len(first))[order]
        total = np.cumsum(opens * np.tile(municipality, 2)[order])
        count = np.cumsum(opens)
        owner = np.where(count == 0, -1, total).astype(np.int32)
        ends = ends[order]
        gap = np.diff(ends, append=self.rows * self.columns)
        self.owner = np.repeat(np.append(np.int32(-1), owner), np.append(ends[:1], gap))
        self._crowded = expand(ends, np.where(count > 1, gap, 0))[1]
        return first, last, municipality

    def _list_border_cells(self, edges, edge, cell, inside, n_municipalities) -> None:
        is_border = np.zeros(self.rows * self.columns, dtype=bool)
        is_border[cell] = True
        # Cells inside an overlap count as border cells too: they have no single owner.
        is_border[self._crowded] = True
        del self._crowded
        border = np.flatnonzero(is_border)
        self.owner[border] = -2 - np.arange(len(border), dtype=np.int32)

        key = (-2 - self.owner[cell].astype(np.int64)) * n_municipalities
        key += edges.municipality[edge]
        order = np.argsort(key)
        edge, key = edge[order], key[order]
        number = key // n_municipalities
        is_new = np.append(True, key[1:] != key[:-1])[: len(key)]
        keys, self.candidate_of_edge = key[is_new], np.cumsum(is_new) - 1

        first, last, municipality = inside
        low, high = np.searchsorted(border, first), np.searchsorted(border, last)
        run, b = expand(low, high - low)
        key_inside = b * n_municipalities + municipality[run]
        found = np.searchsorted(keys, key_inside)
        missing = keys[np.minimum(found, len(keys) - 1)] != key_inside
        if missing.any():
            # in an overlap a centre may lie in a municipality that has no edge near the cell
            every = np.sort(np.concatenate([keys, key_inside[missing]]))
            self.candidate_of_edge = np.searchsorted(every, keys)[self.candidate_of_edge]
            keys, found = every, np.searchsorted(every, key_inside)
        self.candidates = keys % n_municipalities
        self.centre_inside = np.zeros(len(keys), dtype=bool)
        self.centre_inside[found] = True
        bounds = np.arange(len(border) + 1)
        self.candidate_start = np.searchsorted(keys, bounds * n_municipalities)
        self.edge_start = np.searchsorted(number, bounds)

        self.edges = edges[edge]
        self.centre_x, self.centre_y = self.centre(border)
        x, y = self.centre_x[number], self.centre_y[number]
        self.centre_side = side(self.edges, x, y) >= 0
        self.spans_centre = (self.edges.ax > x) != (self.edges.bx > x)


def _middle_of_largest_gap(values: Floats, period: float) -> float:
    """The number in [0, period) that keeps farthest from all values modulo the period."""
    bins = 4 * len(values)  # more than values, so some stay empty
    phase = np.mod(values, period) * (bins / period)
    is_taken = np.zeros(bins + 1, dtype=bool)
    is_taken[phase.astype(np.int64)] = True
    taken = np.flatnonzero(is_taken)
    gaps = np.diff(taken, append=taken[0] + bins)
    widest = int(np.argmax(gaps))
    return float((taken[widest] + 0.5 + 0.5 * gaps[widest]) % bins * (period / bins))
