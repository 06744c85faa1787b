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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# A point this near to a boundary lies on it.
ON_BORDER_M = 1e-6


class Edges(NamedTuple):
    """Boundary edges from a to b with ax <= bx."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats

    def take(self, index: NDArray) -> Edges:
        """The edges at `index`."""
        return Edges(*(values[index] for values in self))


def side(edges: Edges, x: Floats, y: Floats) -> Floats:
    """Twice the area of (a, b, point), in m²: positive left of the edge, so above it."""
    ax, ay = edges.ax, edges.ay
    return (edges.bx - ax) * (y - ay) - (edges.by - ay) * (x - ax)


@dataclass(frozen=True)
class Cells:
    """Square cells over a plane, numbered row by row.

    Attributes:
        x0, y0: the south-western corner.
        cell_m: side of a cell in metres.
    """

    x0: float
    y0: float
    cell_m: float
    columns: int
    rows: int

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


@dataclass(frozen=True)
class BorderGrid(Cells):
    """The cells of a coverage; see the module's docstring. `building.border_grid` makes it.

    Memory: 8 bytes a cell, 32 bytes a boundary vertex.

    Attributes:
        owner: (cells,) of a free cell its municipality, or -1 for outside all;
            of border cell b: -2 - b.
        border_sum: how many border cells lie below and left of each corner of a cell.
        x, y: the boundaries' vertices; each edge joins two successive ones.
        edge_start: the edges near border cell b are edge_start[b]:edge_start[b + 1].
        west: (edges,) index of the edge's vertex a.
        step: (edges,) 1 or -1: where the vertex b lies from there.
        centre_side: (edges,) whether the cell's centre lies left of (or on) the edge.
        spans_centre: (edges,) whether the edge crosses the vertical line through the centre.
        candidate_of_edge: (edges,) the candidate that the edge belongs to.
        candidates, centre_inside: the municipalities that points of border cell b may lie in,
            at candidate_start[b]:candidate_start[b + 1], and whether the centre does.
        centre_x: (border cells,) of the cell's centre.
    """

    owner: NDArray[np.int32]
    border_sum: NDArray[np.int32]
    x: Floats
    y: Floats
    edge_start: Integers
    west: NDArray[np.int32]
    step: NDArray[np.int8]
    centre_side: NDArray[np.bool_]
    spans_centre: NDArray[np.bool_]
    candidate_of_edge: NDArray[np.int32]
    candidate_start: Integers
    candidates: NDArray[np.int32]
    centre_inside: NDArray[np.bool_]
    centre_x: Floats

    def edges(self, index: NDArray) -> Edges:
        """Boundary edges by their number."""
        # `take` by indexes of the processor's width is the fastest way to pick many
        a = self.west.take(index).astype(np.intp)
        b = a + self.step.take(index)
        return Edges(self.x.take(a), self.y.take(a), self.x.take(b), self.y.take(b))

    def municipality_of_edge(self, index: NDArray) -> NDArray[np.int32]:
        """The municipality that each edge bounds."""
        return self.candidates[self.candidate_of_edge[index]]

    def is_free(self, column0, column1, row0, row1) -> NDArray[np.bool_]:
        """Whether boxes of cells (first and last column and row, inclusive) hold no border cell."""
        width, total = self.columns + 1, self.border_sum
        below, above = row0 * width, (row1 + 1) * width
        right = column1 + 1
        return (total[above + right] - total[above + column0]) == (
            total[below + right] - total[below + column0]
        )
