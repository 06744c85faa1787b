"""Streetlights and charging points in villages, and the same device in two registers."""

from __future__ import annotations

import numpy as np
import shapely

from .inner_faults import wrong_home
from .layer import Layer
from .polylines import Floats, Polylines, directions_at, points_at
from .scenario import Scenario, uniform
from .sites import apart, near
from .territory import Territory
from .truth import Truth

_FINE_M, _JITTER_M = 40.0, 12.0  # lights of a village: never nearer than 16 m to each other
_PER_VILLAGE = 60
_BLOCK = 12  # a village lies in a square of so many fine cells
_BORDER_M = 15.0


def points_of(xy: Floats) -> Polylines:
    return Polylines(np.round(xy, 3), np.arange(len(xy) + 1))


def make(scenario: Scenario, territory: Territory, table: str, count: int, planted: int,
         truth: Truth) -> Layer:  # fmt: skip
    """`count` points of one class, with `planted` faults of each kind at the borders."""
    rng = scenario.stream("points", table)
    extra = 6 * planted + scenario.inner_count() // 2
    xy = _villages(scenario, territory, count, rng)
    home = territory.at(xy)
    keep = (home >= 0) & ~near_borders(territory, xy)
    xy, home = xy[keep], home[keep]
    every = np.arange(len(xy))
    layer = Layer(table, points_of(xy), every, home, every)
    _at_borders(scenario, territory, layer, xy, planted, rng, truth)
    wrong_home(territory, layer, rng.permutation(len(xy))[: max(3, extra // 10)], rng, truth)
    # The rest of the villages goes, so that the register has the size that was asked for.
    left_over = rng.permutation(np.flatnonzero(~layer.used))[: max(0, layer.count - count)]
    layer.deleted[left_over] = True
    return layer


def near_borders(territory: Territory, xy: Floats) -> np.ndarray:
    return ~territory.far_from_borders(shapely.points(xy), _BORDER_M)


def _villages(scenario: Scenario, territory: Territory, count: int, rng) -> Floats:
    """Some more places than asked for, since a few come to lie at a border."""
    x0, y0, x1, _ = territory.frame
    columns = int((x1 - x0) // (_FINE_M * _BLOCK))
    blocks = rng.permutation(columns * columns)[: int(count * 1.1 / _PER_VILLAGE) + 2]
    cell = np.argsort(rng.random((len(blocks), _BLOCK**2)), axis=1)[:, :_PER_VILLAGE]
    block = np.stack((blocks % columns, blocks // columns), axis=-1)[:, None] * _BLOCK
    place = block + np.stack((cell % _BLOCK, cell // _BLOCK), axis=-1) + 0.5
    xy = np.array([x0, y0]) + place * _FINE_M
    return (xy + rng.uniform(-_JITTER_M, _JITTER_M, xy.shape)).reshape(-1, 2)


def _at_borders(scenario: Scenario, territory: Territory, layer: Layer, lights: Floats, n: int,
                rng, truth: Truth) -> None:  # fmt: skip
    """The same device in both registers; and two that stand on both sides of the border."""
    borders, shape = territory.borders, scenario.shape
    border = rng.integers(0, borders.count, 8 * n)
    length = borders.lengths()[border]
    border, length = border[length > 250], length[length > 250]
    measure = rng.uniform(100, length - 100)
    xy = points_at(borders, border, measure)
    free = np.flatnonzero(apart(xy, 80) & ~near(xy, lights, 25))[: 3 * n]
    border, measure, xy = border[free], measure[free], xy[free]
    ahead = directions_at(borders, border, measure)
    left = ahead[:, ::-1] * [-1, 1]
    # Straight over the border for one third, all on one side of it for another.
    third = np.arange(len(xy)) % 3
    turn = rng.uniform(-1, 1, len(xy))
    across = left * np.cos(turn)[:, None] + ahead * np.sin(turn)[:, None]
    size = np.where(third == 2, rng.uniform(6, 10, len(xy)), uniform(rng, shape.point, len(xy)))
    shift = np.where(third == 1, rng.uniform(-0.8, 0.8, len(xy)), 0)[:, None] * left
    one, two = xy + across * size[:, None] / 2 + shift, xy - across * size[:, None] / 2 + shift
    straight = (third == 2)[:, None]
    one = np.where(straight, xy + left * size[:, None] / 2, one)
    two = np.where(straight, xy - left * size[:, None] / 2, two)
    sides = territory.left[border], territory.right[border]
    kept = np.flatnonzero((third < 2) | (territory.holds(sides[0], one)
                                         & territory.holds(sides[1], two)))  # fmt: skip
    origin = layer.new_origins(len(kept))
    other = np.where(third[kept] == 2, layer.new_origins(len(kept)), origin)
    rows = np.column_stack((
        layer.add(points_of(one[kept]), sides[0][kept], origin),
        layer.add(points_of(two[kept]), sides[1][kept], other),
    ))  # fmt: skip
    for k, (kind, variant, report) in enumerate((("point_double", "across", True),
                                                 ("point_double", "one_side", True),
                                                 ("two_devices", "", False))):  # fmt: skip
        mine = third[kept] == k
        truth.add(kind, variant, layer, rows[mine], xy[kept][mine], report=report,
                  size_m=size[kept][mine])  # fmt: skip
