"""Lays the grid of cells over a coverage's boundaries.

All that is as long as the boundaries is made in pieces or in 32 bits: the grid of 10,000
municipalities with 7.5 million edges is built within a gigabyte.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand
from .grid import BorderGrid, Cells, Edges, Floats, Integers, side

Indexes = NDArray[np.int32]

# Edges are listed in every cell that they come this near to: well above ON_BORDER_M and rounding.
_REACH_M = 1e-5
_MIN_CELLS, _MAX_CELLS = 4_096, 8_000_000
_CELLS_PER_EDGE = 12
_PIECE = 500_000


class Boundaries(NamedTuple):
    """Boundaries as chains of vertices, municipality after municipality by ascending rank."""

    x: Floats
    y: Floats
    first: Indexes  # (edges,) ascending; edge e joins vertex first[e] and the next one
    municipality: Indexes  # (edges,) ascending

    def ends(self, edge: NDArray | slice) -> tuple[Indexes, Indexes]:
        """The vertices at the western and at the eastern end of edges."""
        a = self.first[edge]
        swap = self.x[a] > self.x[a + 1]
        return a + swap, a + ~swap

    def between(self, a: Indexes, b: Indexes) -> Edges:
        return Edges(self.x[a], self.y[a], self.x[b], self.y[b])


class _Runs(NamedTuple):
    """Cells of a row, one after the other, whose centres lie in a municipality."""

    first: Integers
    end: Integers  # the cell behind the run
    municipality: Integers


class _Candidates(NamedTuple):
    key: Integers  # border cell × municipalities + municipality, ascending
    of_edge: Indexes  # of each listed edge
    inside: NDArray[np.bool_]  # whether the cell's centre lies in it


def border_grid(boundaries: Boundaries, n_municipalities: int) -> BorderGrid:
    """The grid over the boundaries of municipalities, which are numbered by their rank."""
    cells = _lay_out(boundaries)
    runs = _runs(cells, boundaries)
    owner, crowded = _owners(cells, runs)
    cell, edge = _cells_of_edges(cells, boundaries)
    is_border = np.zeros(len(owner), dtype=bool)
    is_border[cell] = True
    # Cells inside an overlap count as border cells too: they have no single owner.
    is_border[crowded] = True
    border = np.flatnonzero(is_border)
    owner[border] = -2 - np.arange(len(border), dtype=np.int32)
    number = -2 - owner[cell]
    candidates = _candidates(boundaries, number, edge, runs, is_border, n_municipalities)
    candidate_cell, candidate = np.divmod(candidates.key, n_municipalities)
    return BorderGrid(
        cells.x0, cells.y0, cells.cell_m, cells.columns, cells.rows,
        owner=owner,
        border_sum=_border_sum(cells, is_border),
        x=boundaries.x,
        y=boundaries.y,
        edge_start=_starts(number, len(border)),
        **_listed(cells, boundaries, border, number, edge),
        candidate_of_edge=candidates.of_edge,
        candidate_start=_starts(candidate_cell, len(border)),
        candidates=candidate.astype(np.int32),
        centre_inside=candidates.inside,
    )  # fmt: skip


def _lay_out(boundaries: Boundaries) -> Cells:
    x, y = boundaries.x, boundaries.y
    width, height = float(np.ptp(x)), float(np.ptp(y))
    cells = np.clip(_CELLS_PER_EDGE * len(boundaries.first), _MIN_CELLS, _MAX_CELLS)
    longest = max(width, height, 1e-2)
    cell_m = float(max(np.sqrt(width * height / cells), longest / cells))
    # Cell centres keep off all vertices, so that no edge ever begins on a line through them.
    # One ring of free cells stands for all the world outside.
    x0, y0 = float(x.min()) - 1.5 * cell_m, float(y.min()) - 1.5 * cell_m
    x0 += _middle_of_largest_gap(x - x0, cell_m) - 0.5 * cell_m
    y0 += _middle_of_largest_gap(y - y0, cell_m) - 0.5 * cell_m
    columns = int((x.max() - x0) / cell_m) + 3
    rows = int((y.max() - y0) / cell_m) + 3
    return Cells(x0, y0, cell_m, columns, rows)


def _middle_of_largest_gap(values: Floats, period: float) -> float:
    """The number in [0, period) that keeps farthest from all values modulo the period."""
    bins = 4 * len(values)  # more than values, so some stay empty
    values %= period
    values *= bins / period
    is_taken = np.zeros(bins + 1, dtype=bool)
    is_taken[values.astype(np.int64)] = True
    taken = np.flatnonzero(is_taken)
    gaps = np.diff(taken, append=taken[0] + bins)
    widest = int(np.argmax(gaps))
    return float((taken[widest] + 0.5 + 0.5 * gaps[widest]) % bins * (period / bins))


def _pieces(n: int) -> list[slice]:
    return [slice(first, min(first + _PIECE, n)) for first in range(0, n, _PIECE)]


def _runs(cells: Cells, boundaries: Boundaries) -> _Runs:
    """Which centres lie in which municipality, by one scan line a row (even-odd rule)."""
    keys = []
    for piece in _pieces(len(boundaries.first)):
        edges = boundaries.between(*boundaries.ends(piece))
        y_low, y_high = np.minimum(edges.ay, edges.by), np.maximum(edges.ay, edges.by)
        row0 = np.ceil((y_low - cells.y0) / cells.cell_m - 0.5).astype(np.int64)
        row1 = np.ceil((y_high - cells.y0) / cells.cell_m - 0.5).astype(np.int64)
        i, row = expand(row0, row1 - row0)
        crossing = edges.take(i)
        centre_y = cells.y0 + (row + 0.5) * cells.cell_m
        slope = (crossing.bx - crossing.ax) / (crossing.by - crossing.ay)
        x = crossing.ax + (centre_y - crossing.ay) * slope
        # The nearest centre is judged by side(), as all later steps do.
        column = np.rint((x - cells.x0) / cells.cell_m - 0.5).astype(np.int64)
        centre_x = cells.x0 + (column + 0.5) * cells.cell_m
        is_left = side(crossing, centre_x, centre_y) >= 0
        column += is_left != (crossing.by < crossing.ay)
        line = boundaries.municipality[piece][i].astype(np.int64) * cells.rows + row
        keys.append(line * (cells.columns + 1) + column)
    key = np.concatenate(keys)
    key.sort()
    line, column = np.divmod(key, cells.columns + 1)
    municipality, row = np.divmod(line[::2], cells.rows)
    return _Runs(row * cells.columns + column[::2], row * cells.columns + column[1::2],
                 municipality)  # fmt: skip


def _owners(cells: Cells, runs: _Runs) -> tuple[Indexes, Integers]:
    """The owner of each cell as if all were free; and the cells that have several."""
    # From one end of a run to the next the owner stays the same.
    ends = np.concatenate([runs.first, runs.end])
    order = np.argsort(ends)
    opens = np.repeat([1, -1], len(runs.first))[order]
    total = np.cumsum(opens * np.tile(runs.municipality, 2)[order])
    count = np.cumsum(opens)
    owner = np.where(count == 0, -1, total).astype(np.int32)
    ends = ends[order]
    gap = np.diff(ends, append=cells.rows * cells.columns)
    crowded = expand(ends, np.where(count > 1, gap, 0))[1]
    return np.repeat(np.append(np.int32(-1), owner), np.append(ends[:1], gap)), crowded


def _cells_of_edges(cells: Cells, boundaries: Boundaries) -> tuple[Indexes, Indexes]:
    """Pairs (cell, edge) of all cells that come near an edge, sorted."""
    bits = len(boundaries.first).bit_length()
    pairs = []
    for piece in _pieces(len(boundaries.first)):
        edges = boundaries.between(*boundaries.ends(piece))
        edge, cell = cells.cells_of_segments(*edges, _REACH_M)
        pairs.append(cell << bits | edge + piece.start)
    pair = np.concatenate(pairs)
    del pairs
    pair.sort()
    edge = (pair & (1 << bits) - 1).astype(np.int32)
    pair >>= bits
    return pair.astype(np.int32), edge


def _candidates(
    boundaries: Boundaries, number: Indexes, edge: Indexes, runs: _Runs,
    is_border: NDArray[np.bool_], n_municipalities: int,
) -> _Candidates:  # fmt: skip
    """The municipalities that may be met in each border cell."""
    municipality = boundaries.municipality[edge]
    is_new = np.ones(len(edge), dtype=bool)
    is_new[1:] = (number[1:] != number[:-1]) | (municipality[1:] != municipality[:-1])
    key = number[is_new].astype(np.int64) * n_municipalities + municipality[is_new]
    of_edge = np.cumsum(is_new, dtype=np.int32) - np.int32(1)

    before = np.append(np.int32(0), np.cumsum(is_border, dtype=np.int32))
    low, high = before[runs.first], before[runs.end]
    run, b = expand(low.astype(np.int64), high - low)
    key_inside = b * n_municipalities + runs.municipality[run]
    found = np.searchsorted(key, key_inside)
    missing = key[np.minimum(found, len(key) - 1)] != key_inside
    if missing.any():
        # in an overlap a centre may lie in a municipality that has no edge near the cell
        every = np.sort(np.concatenate([key, key_inside[missing]]))
        of_edge = np.searchsorted(every, key).astype(np.int32)[of_edge]
        key, found = every, np.searchsorted(every, key_inside)
    inside = np.zeros(len(key), dtype=bool)
    inside[found] = True
    return _Candidates(key, of_edge, inside)


def _listed(
    cells: Cells, boundaries: Boundaries, border: Integers, number: Indexes, edge: Indexes
) -> dict[str, NDArray]:
    """What the grid keeps of each listed edge, and of the centres."""
    n = len(edge)
    west, step = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int8)
    centre_side, spans_centre = np.empty(n, dtype=bool), np.empty(n, dtype=bool)
    centre_x, centre_y = cells.centre(border)
    for piece in _pieces(n):
        a, b = boundaries.ends(edge[piece])
        edges = boundaries.between(a, b)
        x, y = centre_x[number[piece]], centre_y[number[piece]]
        west[piece], step[piece] = a, b - a
        centre_side[piece] = side(edges, x, y) >= 0
        spans_centre[piece] = (edges.ax > x) != (edges.bx > x)
    return {"west": west, "step": step, "centre_side": centre_side,
            "spans_centre": spans_centre, "centre_x": centre_x}  # fmt: skip


def _border_sum(cells: Cells, is_border: NDArray[np.bool_]) -> Indexes:
    total = np.zeros((cells.rows + 1, cells.columns + 1), dtype=np.int32)
    total[1:, 1:] = is_border.reshape(cells.rows, cells.columns)
    np.cumsum(total, axis=1, out=total)
    np.cumsum(total, axis=0, out=total)
    return total.ravel()


def _starts(number: NDArray, n: int) -> Integers:
    """Where the items of each number begin, among items in ascending order."""
    return np.append(0, np.cumsum(np.bincount(number, minlength=n)))
