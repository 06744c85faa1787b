"""Municipalities: Voronoi cells with fractal borders, of which neighbours share every vertex."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from .polylines import Floats, Integers, Polylines, concatenate
from .scenario import AREA_M2, Scenario

#: So that the largest register lies inside the area of use of EPSG:25832, too.
ORIGIN = np.array([300_000.0, 5_320_000.0])
_EDGE_M = 31.0  # a border edge, so that a municipality has some 750 of them
_ROUGHNESS = 0.12  # sideways step of a border's middle, as part of its length
_CHUNK = 8  # border edges that are searched as one


@dataclass
class Territory:
    """A coverage of municipalities, and its inner borders as lines with what lies beside them."""

    frame: tuple[float, float, float, float]
    polygons: NDArray[np.object_]
    borders: Polylines  # between two municipalities
    left: Integers  # municipality to the left of each border
    right: Integers
    corners: Floats  # (k, 2) where three municipalities meet
    corner_owners: Integers  # (k, 3)

    @cached_property
    def chunks(self) -> tuple[NDArray[np.object_], Integers]:
        """Border lines of some edges each, and the border that each is a part of."""
        size = np.diff(self.borders.offsets) - 1
        count = -(-size // _CHUNK)
        border = np.repeat(np.arange(self.borders.count), count)
        place = np.arange(len(border)) - np.repeat(np.cumsum(count) - count, count)
        first = self.borders.offsets[border] + place * _CHUNK
        edges = np.minimum(_CHUNK, size[border] - place * _CHUNK)
        index = np.repeat(np.arange(len(border)), edges + 1)
        start = np.cumsum(edges + 1) - edges - 1
        vertex = np.repeat(first - start, edges + 1) + np.arange(len(index))
        return shapely.linestrings(self.borders.coords[vertex], indices=index), border

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.chunks[0])

    def at(self, xy: Floats) -> Integers:
        """The municipality at each place; -1 outside all."""
        found = np.full(len(xy), -1, dtype=np.int64)
        # The many simple ones in the tree: the query prepares the few large ones.
        polygon, point = shapely.STRtree(shapely.points(xy)).query(self.polygons, "contains")
        found[point] = polygon
        return found

    def holds(self, municipality: Integers, xy: Floats) -> NDArray[np.bool_]:
        """Whether each municipality holds the place (n, 2) or all places (n, k, 2) beside it."""
        shapely.prepare(self.polygons)
        flat = xy.reshape(len(xy), xy.size // (2 * len(xy)) if len(xy) else 1, 2)
        owner = np.repeat(self.polygons[municipality], flat.shape[1])
        inside = shapely.contains_xy(owner, flat[..., 0].ravel(), flat[..., 1].ravel())
        return inside.reshape(flat.shape[:2]).all(axis=1)

    def far_from_borders(self, geometries: NDArray[np.object_], metres: float) -> NDArray:
        near, _ = self.tree.query(geometries, "dwithin", distance=metres)
        far = np.ones(len(geometries), dtype=bool)
        far[near] = False
        return far

    def neighbour(self, municipality: Integers, rng: np.random.Generator) -> Integers:
        """Some neighbour of each municipality."""
        one, two = np.append(self.left, self.right), np.append(self.right, self.left)
        pairs = np.unique(np.column_stack((one, two)), axis=0)
        first = np.searchsorted(pairs[:, 0], municipality)
        count = np.searchsorted(pairs[:, 0], municipality, side="right") - first
        return pairs[first + (rng.random(len(first)) * count).astype(np.int64), 1]


def make(scenario: Scenario) -> Territory:
    rng = scenario.stream("territory")
    extent = round(np.sqrt(scenario.municipalities * AREA_M2), -2)
    frame = (*ORIGIN, *(ORIGIN + extent))
    seeds = shapely.multipoints(rng.uniform(ORIGIN, ORIGIN + extent, (scenario.municipalities, 2)))
    box = shapely.box(*frame)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box))
    cells = shapely.orient_polygons(shapely.intersection(cells, box))
    vertices, tail, head, cell = _edges(cells)
    one, other = _pairs(tail, head, len(vertices))

    ends = np.stack((vertices[tail[one]], vertices[head[one]]), axis=1)
    roughness = np.where(other < 0, 0.0, _ROUGHNESS)
    paths = _fractal(ends, roughness, rng)
    for _ in range(12):
        polygons = _polygons(paths, one, other, cell, len(cells))
        bad = ~shapely.is_valid(polygons)
        bad |= ~shapely.is_empty(shapely.coverage_invalid_edges(polygons))
        again = np.flatnonzero(
            (bad[cell[one]] | np.where(other < 0, False, bad[cell[other]])) & (roughness > 0)
        )
        if not bad.any():
            break
        # In a sharp corner two rough borders may cross: smoother ones do not.
        roughness[again] /= 2
        for n, path in zip(again.tolist(), _fractal(ends[again], roughness[again], rng),
                           strict=True):  # fmt: skip
            paths[n] = path

    inner = np.flatnonzero(other >= 0)
    borders = concatenate([
        Polylines(paths[n], np.array([0, len(paths[n])])) for n in inner.tolist()
    ])  # fmt: skip
    corners, owners = _corners(vertices, tail, cell, frame)
    return Territory(frame, polygons, borders, cell[one[inner]], cell[other[inner]], corners,
                     owners)  # fmt: skip


def _edges(cells: NDArray[np.object_]) -> tuple[Floats, Integers, Integers, Integers]:
    """Vertices of the cells to 1 cm, and the directed edges around each: tail, head, cell."""
    coords, index = shapely.get_coordinates(shapely.get_exterior_ring(cells), return_index=True)
    keys, vertex = np.unique(np.round(coords * 100).astype(np.int64), axis=0, return_inverse=True)
    vertex = vertex.ravel()
    edge = (index[1:] == index[:-1]) & (vertex[1:] != vertex[:-1])
    return keys / 100, vertex[:-1][edge], vertex[1:][edge], index[:-1][edge]


def _pairs(tail: Integers, head: Integers, vertices: int) -> tuple[Integers, Integers]:
    """Each edge once, and the same edge as its neighbour walks it; -1 on the frame."""
    ahead, back = tail * vertices + head, head * vertices + tail
    order = np.argsort(ahead)
    at = np.minimum(np.searchsorted(ahead, back, sorter=order), len(order) - 1)
    twin = np.where(ahead[order[at]] == back, order[at], -1)
    one = np.flatnonzero((twin < 0) | (tail < head))
    return one, twin[one]


def _fractal(ends: Floats, roughness: Floats, rng: np.random.Generator) -> list[Floats]:
    """Paths between pairs of places, by moving the middle of each piece again and again."""
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    levels = np.clip(np.round(np.log2(np.maximum(length, 1) / _EDGE_M)), 0, 9).astype(int)
    levels[roughness == 0] = 0
    found: list[Floats] = [np.empty((0, 2))] * len(ends)
    for level in np.unique(levels).tolist():
        chosen = np.flatnonzero(levels == level)
        path = ends[chosen]
        for _ in range(level):
            step = np.diff(path, axis=1)
            size = np.clip(rng.normal(0, 1, step.shape[:2]), -2.5, 2.5)
            normal = step[..., ::-1] * [1, -1] * (size * roughness[chosen, None])[..., None]
            finer = np.empty((len(path), 2 * path.shape[1] - 1, 2))
            finer[:, ::2] = path
            finer[:, 1::2] = np.round(path[:, :-1] + step / 2 + normal, 3)
            path = finer
        for n, line in zip(chosen.tolist(), path, strict=True):
            found[n] = line
    return found


def _polygons(paths: list[Floats], one: Integers, other: Integers, cell: Integers,
              n: int) -> NDArray[np.object_]:  # fmt: skip
    # Edges are numbered around each cell, so its ring is its paths in that order.
    rings: list[list[tuple[int, Floats]]] = [[] for _ in range(n)]
    for path, edge, twin in zip(paths, one.tolist(), other.tolist(), strict=True):
        rings[cell[edge]].append((edge, path[:-1]))
        if twin >= 0:
            rings[cell[twin]].append((twin, path[:0:-1]))
    return shapely.polygons([
        shapely.linearrings(np.concatenate([p for _, p in sorted(ring, key=lambda e: e[0])]))
        for ring in rings
    ])  # fmt: skip


def _corners(vertices: Floats, tail: Integers, cell: Integers,
             frame: tuple[float, float, float, float]) -> tuple[Floats, Integers]:  # fmt: skip
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(len(vertices)))
    three = np.flatnonzero(np.bincount(tail, minlength=len(vertices)) == 3)
    x, y = vertices[three].T
    inside = (x > frame[0] + 1) & (x < frame[2] - 1) & (y > frame[1] + 1) & (y < frame[3] - 1)
    three = three[inside]
    return vertices[three], cell[order[first[three][:, None] + np.arange(3)]]
