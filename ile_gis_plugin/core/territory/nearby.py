"""What lies near a border: the nearest point of it, whose it is, and where three territories meet.

The border cells of the coverage's grid leave out all that is farther away, so most points and
lines cost one look-up each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.ranges import batches, expand
from .coverage import Coverage
from .grid import ON_BORDER_M, BorderGrid, Edges

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Arrays of this size stay in the processor's cache.
_CHUNK = 100_000
# Who is across a border is asked this far beyond it; farther on only where nobody was found, so
# that a slit between two territories still has both of them at its sides.
_ACROSS_M = (1e-5, 1e-2, 1.0)
# ... and not at the very end of an edge, where the border turns.
_OFF_END_M = 1e-2


class NearBorders(NamedTuple):
    """The border nearest to each point."""

    distance: Floats  # (n,) metres; inf where none is within reach
    foot: Floats  # (n, 2) the border's nearest point, in the coverage's CRS; NaN beyond reach
    left: Integers  # (n,) index in Coverage.ags of the northern side (the western one of a
    right: Integers  # vertical border), and of the other; -1: outside all, or beyond reach


def borders_near(coverage: Coverage, xy: ArrayLike, reach_m: float) -> NearBorders:
    """The nearest boundary edge to each point, no matter on which side of it the point lies.

    Outer borders count too: there one side is -1. Where the territories leave a slit of up to a
    metre between them, its two sides are those territories.

    Args:
        xy: (n, 2) finite coordinates in metres, in the coverage's CRS.
        reach_m: how far to look. Meant for a few metres: the work grows with its square.

    Raises:
        ValueError: a coordinate is not finite (names the index).
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    finite = np.isfinite(xy).all(axis=1)
    if not finite.all():
        raise ValueError(f"point {finite.argmin()}: coordinates are empty or not finite")
    n = len(xy)
    result = NearBorders(np.full(n, np.inf), np.full((n, 2), np.nan), np.full(n, -1),
                         np.full(n, -1))  # fmt: skip
    for first in range(0, n, _CHUNK):
        x, y = (xy[first : first + _CHUNK] - coverage.origin).T
        boxes = _boxes(coverage.grid, x, y, x, y, reach_m)
        near = np.flatnonzero(~coverage.grid.is_free(*boxes))
        boxes = [side[near] for side in boxes]
        point, edge, distance = _nearest_edges(coverage.grid, x[near], y[near], boxes, reach_m)
        point = near[point]
        foot, left, right = _sides(coverage, edge, x[point], y[point])
        point += first
        result.distance[point], result.foot[point] = distance, foot
        result.left[point], result.right[point] = left, right
    return result


def lines_near_borders(
    coverage: Coverage, coords: ArrayLike, offsets: ArrayLike, reach_m: float
) -> NDArray[np.bool_]:
    """Which lines may come within reach of a border: none that does is left out.

    Args:
        coords: (N, 2) finite coordinates in metres, in the coverage's CRS.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]], at least one vertex.
        reach_m: how far from the line to look, in metres.

    Returns:
        (n,) False where the grid alone tells that no border is near.
    """
    coords = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    offsets = np.asarray(offsets, dtype=np.int64)
    near = np.zeros(len(offsets) - 1, dtype=bool)
    for lines in _runs(offsets):
        part = offsets[lines.start : lines.stop + 1]
        x, y = (coords[part[0] : part[-1]] - coverage.origin).T
        near[lines] = _lines_near(coverage.grid, x, y, part - part[0], reach_m)
    return near


def corners(coverage: Coverage) -> Floats:
    """(k, 2) border vertices, in the coverage's CRS, that the boundaries of three or more
    municipalities come within 1e-6 m of: with a vertex of their own or with an edge.
    """
    grid = coverage.grid
    several = np.diff(grid.candidate_start) >= 3
    edge_cell = np.repeat(np.arange(len(several)), np.diff(grid.edge_start))
    edges = grid.edges(np.flatnonzero(several[edge_cell]))
    vertices = np.unique(
        np.concatenate([edges.ax + 1j * edges.ay, edges.bx + 1j * edges.by])
    )  # pairs as complex numbers: they sort by x, then y
    x, y = vertices.real.copy(), vertices.imag.copy()
    cell = -2 - grid.owner[grid.cell_of(x, y)].astype(np.int64)
    kept = np.flatnonzero(several[cell])  # an edge may lead on into another cell
    x, y, cell = x[kept], y[kept], cell[kept]
    touching = np.zeros(len(x), dtype=np.int64)
    for part in batches(grid.edge_start[cell + 1] - grid.edge_start[cell]):
        touching[part] = _touching(grid, cell[part], x[part], y[part])
    found = touching >= 3
    return _apart(x[found], y[found]) + coverage.origin


def _boxes(grid: BorderGrid, x0, y0, x1, y1, reach_m: float) -> tuple[Integers, ...]:
    """First and last column and row of boxes, widened by the reach."""
    return (grid.column_of(x0 - reach_m), grid.column_of(x1 + reach_m),
            grid.row_of(y0 - reach_m), grid.row_of(y1 + reach_m))  # fmt: skip


def _nearest_edges(
    grid: BorderGrid, x: Floats, y: Floats, boxes: list[Integers], reach_m: float
) -> tuple[Integers, Integers, Floats]:
    """(point, edge, distance) of the points with an edge in reach, by ascending point."""
    column0, column1, row0, row1 = boxes
    point, row = expand(row0, row1 - row0 + 1)
    i, column = expand(column0[point], (column1 - column0 + 1)[point])
    point, cell = point[i], row[i] * grid.columns + column
    border = -2 - grid.owner[cell].astype(np.int64)
    point, border = point[border >= 0], border[border >= 0]
    start = grid.edge_start[border]
    count = grid.edge_start[border + 1] - start

    found = [(point[:0], point[:0], x[:0])]
    for part in batches(count):
        i, edge = expand(start[part], count[part])
        of = point[part][i]
        distance = _distance(grid.edges(edge), x[of], y[of])
        near = np.flatnonzero(distance <= reach_m)
        found.append((of[near], edge[near], distance[near]))
    point, edge, distance = (np.concatenate(c) for c in zip(*found, strict=True))
    # stable: of the two edges of a common border the first one counts
    order = np.lexsort((distance, point))
    point, edge, distance = point[order], edge[order], distance[order]
    first = np.append(True, point[1:] != point[:-1])[: len(point)]
    return point[first], edge[first], distance[first]


def _position(edges: Edges, x: Floats, y: Floats) -> Floats:
    """Where on the edges, 0 to 1, the nearest point to each point lies. No edge is without
    length."""
    dx, dy = edges.bx - edges.ax, edges.by - edges.ay
    along = (x - edges.ax) * dx + (y - edges.ay) * dy
    return np.clip(along / (dx * dx + dy * dy), 0.0, 1.0)


def _distance(edges: Edges, x: Floats, y: Floats) -> Floats:
    t = _position(edges, x, y)
    return np.hypot(edges.ax + t * (edges.bx - edges.ax) - x,
                    edges.ay + t * (edges.by - edges.ay) - y)  # fmt: skip


def _sides(
    coverage: Coverage, edge: Integers, x: Floats, y: Floats
) -> tuple[Floats, Integers, Integers]:
    """Foot points on the edges, and the municipalities left and right of them."""
    edges = coverage.grid.edges(edge)
    dx, dy = edges.bx - edges.ax, edges.by - edges.ay
    length = np.hypot(dx, dy)
    t = _position(edges, x, y)
    foot = np.column_stack([edges.ax + t * dx, edges.ay + t * dy]) + coverage.origin
    margin = np.minimum(0.5, _OFF_END_M / length)
    t = np.clip(t, margin, 1 - margin)
    px, py = edges.ax + t * dx, edges.ay + t * dy
    own = coverage.grid.municipality_of_edge(edge)
    upwards = np.where((dx == 0) & (dy < 0), -1.0, 1.0) / length
    left_x, left_y = -dy * upwards, dx * upwards
    answers = []
    for nx, ny in ((left_x, left_y), (-left_x, -left_y)):
        answer = np.full(len(edge), -1, dtype=np.int64)
        for across in _ACROSS_M:
            open_ = np.flatnonzero(answer < 0)
            found = coverage.rank_at(px[open_] + across * nx[open_],
                                     py[open_] + across * ny[open_], own[open_])  # fmt: skip
            # Farther off, the edge's own municipality is only that round the next bend.
            found[(across > _ACROSS_M[0]) & (found == own[open_])] = -1
            answer[open_] = found
        answers.append(coverage.from_rank(answer))
    return foot, answers[0], answers[1]


def _runs(offsets: Integers) -> list[slice]:
    """Runs of lines with about a chunk of vertices each."""
    bounds = np.searchsorted(offsets, np.arange(0, offsets[-1], _CHUNK))
    bounds = [*np.unique(bounds).tolist(), len(offsets) - 1]
    return [slice(a, b) for a, b in zip(bounds[:-1], bounds[1:], strict=True) if a < b]


def _lines_near(
    grid: BorderGrid, x: Floats, y: Floats, offsets: Integers, reach_m: float
) -> NDArray[np.bool_]:
    start = offsets[:-1]
    near = ~grid.is_free(*_boxes(
        grid, np.minimum.reduceat(x, start), np.minimum.reduceat(y, start),
        np.maximum.reduceat(x, start), np.maximum.reduceat(y, start), reach_m,
    ))  # fmt: skip

    # The box of a line may hold a border that its segments keep away from.
    line = np.flatnonzero(near)
    i, a = expand(start[line], np.diff(offsets)[line])
    b = np.minimum(a + 1, offsets[line + 1][i] - 1)  # the last vertex stands for itself
    free = grid.is_free(*_boxes(
        grid, np.minimum(x[a], x[b]), np.minimum(y[a], y[b]),
        np.maximum(x[a], x[b]), np.maximum(y[a], y[b]), reach_m,
    ))  # fmt: skip
    near[line] = np.bincount(i[~free], minlength=len(line)) > 0
    return near


def _touching(grid: BorderGrid, cell: Integers, x: Floats, y: Floats) -> Integers:
    """How many municipalities' boundaries pass each point of a border cell."""
    point, k = expand(grid.edge_start[cell], grid.edge_start[cell + 1] - grid.edge_start[cell])
    near = _distance(grid.edges(k), x[point], y[point]) <= ON_BORDER_M
    pairs = np.unique(point[near] * len(grid.candidates) + grid.candidate_of_edge[k[near]])
    return np.bincount(pairs // len(grid.candidates), minlength=len(cell))


def _apart(x: Floats, y: Floats) -> Floats:
    """(k, 2) one of each group of points that are the same within 1e-6 m; x ascends."""
    column = np.cumsum(np.append(True, np.diff(x) > ON_BORDER_M)[: len(x)])
    order = np.lexsort((y, column))
    x, y, column = x[order], y[order], column[order]
    is_new = np.append(True, (np.diff(column) > 0) | (np.diff(y) > ON_BORDER_M))[: len(x)]
    return np.column_stack([x[is_new], y[is_new]])
