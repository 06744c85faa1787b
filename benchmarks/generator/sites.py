"""Places on a border with room around them, and the ways from there into each municipality."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from .layer import Layer
from .polylines import Floats, Integers, Polylines, of_matrix
from .territory import Territory

_APART_M = 520.0  # between sites, so that what is put there never meets
_ROOM_M = (100.0, 130.0, 160.0, 190.0, 240.0)  # free of other lines of the class
_HEADINGS = 24
_REACH_M = np.array([1.0, 3.0, 8.0, 15.0, 30.0, 60.0, 90.0, 125.0])


class Sites(NamedTuple):
    """Border vertices that are no corners."""

    border: Integers
    vertex: Integers  # index in the coordinates of the borders
    xy: Floats
    room: Floats  # metres to the nearest line of the layer, as far as looked

    def take(self, which: NDArray) -> Sites:
        return Sites(*(c[which] for c in self))


def border_sites(territory: Territory, taken: Floats, count: int,
                 rng: np.random.Generator) -> Sites:  # fmt: skip
    """Up to `count` border vertices, far from corners, from each other and from `taken`."""
    borders = territory.borders
    size = np.diff(borders.offsets)
    place = np.arange(len(borders.coords)) - np.repeat(borders.offsets[:-1], size)
    far = np.minimum(place, np.repeat(size, size) - 1 - place) >= 12
    vertex = rng.permutation(np.flatnonzero(far))[: 3 * count]
    xy = borders.coords[vertex]
    free = apart(xy, _APART_M) & ~near(xy, taken, _APART_M)
    vertex = vertex[free][:count]
    border = np.searchsorted(borders.offsets, vertex, side="right") - 1
    return Sites(border, vertex, borders.coords[vertex], np.zeros(len(vertex)))


def room(xy: Floats, tree: shapely.STRtree) -> Floats:
    """Metres to the nearest of the tree's lines, in steps of `_ROOM_M`."""
    found = np.full(len(xy), _ROOM_M[-1])
    points = shapely.points(xy)
    for metres, lesser in zip(_ROOM_M[::-1], (*_ROOM_M[-2::-1], 0.0), strict=True):
        found[tree.query(points, "dwithin", distance=metres)[0]] = lesser
    return found


def apart(xy: Floats, metres: float) -> NDArray[np.bool_]:
    """Places none of which is nearer than this to one before it."""
    one, two = shapely.STRtree(shapely.points(xy)).query(
        shapely.points(xy), "dwithin", distance=metres
    )
    alone = np.ones(len(xy), dtype=bool)
    alone[np.maximum(one, two)[one != two]] = False
    return alone


def near(xy: Floats, others: Floats, metres: float) -> NDArray[np.bool_]:
    found = np.zeros(len(xy), dtype=bool)
    if len(others):
        tree = shapely.STRtree(shapely.points(others))
        found[tree.query(shapely.points(xy), "dwithin", distance=metres)[0]] = True
    return found


def ways_in(territory: Territory, xy: Floats, municipality: Integers) -> tuple[Floats, Integers]:
    """The heading (radians) that leads most safely into a municipality, and how safely.

    Safety k: 125 m straight ahead and up to k steps of 15 degrees to both sides stay inside.
    """
    heading = np.arange(_HEADINGS) * 2 * np.pi / _HEADINGS
    ray = np.stack((np.cos(heading), np.sin(heading)), axis=-1)[:, None] * _REACH_M[:, None]
    place = xy[:, None, None] + ray  # (n, headings, reach, 2)
    inside = territory.holds(
        np.repeat(municipality, _HEADINGS), place.reshape(-1, len(_REACH_M), 2)
    ).reshape(-1, _HEADINGS)
    safety = inside.astype(np.int64)
    for step in range(1, 6):
        both = np.roll(inside, step, axis=1) & np.roll(inside, -step, axis=1)
        safety += both & (safety == step)
    best = safety.argmax(axis=1)
    return heading[best], safety[np.arange(len(xy)), best] - 1


def line_into(xy: Floats, heading: Floats, length: Floats, vertices: int,
              rng: np.random.Generator) -> Polylines:  # fmt: skip
    """Slightly winding lines that begin at `xy`."""
    t = np.linspace(0, 1, vertices)
    ahead = np.column_stack((np.cos(heading), np.sin(heading)))
    side = ahead[:, ::-1] * [-1, 1]
    swing = rng.uniform(-3, 3, (len(xy), 1)) * np.sin(np.pi * t) ** 2
    along = length[:, None] * t
    coords = xy[:, None] + ahead[:, None] * along[..., None] + side[:, None] * swing[..., None]
    coords[:, 0] = xy
    return of_matrix(np.round(coords, 3))


def line_tree(layer: Layer) -> shapely.STRtree:
    return shapely.STRtree(layer.shapes(np.arange(layer.count)).geometries())
