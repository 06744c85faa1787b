"""Faults inside municipalities: the network, doubles, and a wrong home."""

from __future__ import annotations

import numpy as np

from .cutting import Cut
from .layer import Layer
from .polylines import Floats, Integers, Polylines, of_matrix, substrings
from .scenario import Scenario, Shape, uniform
from .territory import Territory
from .truth import Truth

_STUB_M = 40.0


def plant(scenario: Scenario, territory: Territory, layer: Layer, pieces: Cut, edge: Integers,
          truth: Truth) -> None:  # fmt: skip
    """Spoil some pieces of the layer; `edge` tells which lines of the network follow another."""
    rng, shape, n = scenario.stream("inner", layer.table), scenario.shape, scenario.inner_count()
    inside = pieces.inside & ~layer.used[: pieces.pieces.count]
    line = pieces.line
    follows = np.flatnonzero(
        inside[:-1] & inside[1:] & (line[1:] == line[:-1] + 1) & (edge[line[1:]] == edge[line[:-1]])
    )
    # Every third at most, so that no piece is in two pairs.
    follows = rng.permutation(follows[np.unique(follows // 3, return_index=True)[1]])[:n]
    layer.used[follows] = layer.used[follows + 1] = True
    _ends(layer, follows, rng, shape, truth)

    free = rng.permutation(np.flatnonzero(inside & ~layer.used[: len(inside)]))
    _stubs(layer, free[: 4 * n], rng, shape, truth)
    _duplicates(layer, free[4 * n : 5 * n], rng, truth)
    wrong_home(territory, layer, free[5 * n : 6 * n], rng, truth)


def _ends(layer: Layer, first: Integers, rng, shape: Shape, truth: Truth) -> None:
    """A line stops short of the next one."""
    lines = layer.shapes(first)
    size = uniform(rng, shape.near_miss, len(first))
    node = lines.last()
    layer.reshape(first, substrings(lines, np.zeros(len(first)), lines.lengths() - size))
    truth.add("near_end_end", "", layer, np.column_stack((first, first + 1)), node, size_m=size)


def _stubs(layer: Layer, rows: Integers, rng, shape: Shape, truth: Truth) -> None:
    """Short lines at an edge of others: just before, past, across; or right on their vertex."""
    n = len(rows)
    lines = layer.shapes(rows)
    vertex = lines.offsets[:-1] + np.diff(lines.offsets) // 2
    step = lines.coords[vertex] - lines.coords[vertex - 1]
    place, ahead = lines.coords[vertex] - step / 2, step / np.hypot(*step.T)[:, None]
    which = np.arange(n) % 4
    place[which == 3] = lines.coords[vertex[which == 3]]
    side = ahead[:, ::-1] * np.array([-1, 1]) * rng.choice([-1, 1], n)[:, None]
    size = np.select(
        [which == 0, which == 1, which == 2],
        [uniform(rng, shape.near_miss, n), -uniform(rng, shape.past, n), -_STUB_M / 2],
    )
    stubs = _straight(place, side, size, rng)
    # Of the same attributes: pipes of two networks may cross.
    added = layer.add(stubs, layer.ags[rows], layer.origin[rows])
    layer.used[rows] = True
    for k, (kind, report) in enumerate((("near_end_line", True), ("past_line", True),
                                        ("crossing_without_node", True),
                                        ("t_junction_inside", False))):  # fmt: skip
        mine = which == k
        truth.add(kind, "", layer, np.column_stack((added, rows))[mine], place[mine],
                  report=report, size_m=np.abs(size[mine]))  # fmt: skip


def _straight(place: Floats, side: Floats, begin: Floats, rng) -> Polylines:
    """Lines of 40 m that begin so far to one side of each place, with a slight bend."""
    along = begin[:, None] + np.array([0.0, 15.0, _STUB_M])
    coords = place[:, None] + side[:, None] * along[..., None]
    coords[:, 2] += side[:, ::-1] * [-1, 1] * rng.uniform(-2, 2, (len(place), 1))
    return of_matrix(np.round(coords, 3))


def _duplicates(layer: Layer, rows: Integers, rng, truth: Truth) -> None:
    copies = layer.shapes(rows)
    added = layer.add(copies.reversed(rng.random(len(rows)) < 0.5), layer.ags[rows],
                      layer.origin[rows])  # fmt: skip
    layer.used[rows] = True
    truth.add("duplicate", "", layer, np.column_stack((rows, added)), layer.centres(rows))


def wrong_home(territory: Territory, layer: Layer, rows: Integers, rng, truth: Truth) -> None:
    """Assets that a neighbour keeps although they lie wholly in another municipality."""
    layer.ags[rows] = territory.neighbour(layer.ags[rows], rng)
    layer.used[rows] = True
    truth.add("wrong_home", "", layer, rows, layer.centres(rows))
