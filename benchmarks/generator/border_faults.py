"""Faults where a line crosses a border: each spoils one clean pair of pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .cutting import Cut, cut
from .layer import Layer
from .polylines import (
    Floats,
    Integers,
    directions_at,
    joined,
    offset,
    substrings,
)
from .scenario import Scenario, Shape, uniform
from .territory import Territory
from .truth import Truth

_FIELDS = {
    "path": ("surface", "width_m", "legal_class", "status"),
    "utility_line": ("material", "dn_mm", "status"),
}
_KINDS = 9  # of faults and decoys, each in crossings of its own
_LANE_M, _LANE_LENGTH_M = 8.0, 80.0


class Pairs(NamedTuple):
    """Crossings: the piece that ends there, the one that begins there, and the place."""

    a: Integers
    b: Integers
    xy: Floats

    def where(self, which: np.ndarray) -> Pairs:
        return Pairs(*(c[which] for c in self))


def plant(scenario: Scenario, territory: Territory, layer: Layer, pieces: Cut,
          truth: Truth) -> None:  # fmt: skip
    """Spoil some crossings of the layer, whose first rows are the pieces."""
    rng, shape = scenario.stream("border faults", layer.table), scenario.shape
    a = pieces.before
    # Of a piece with two crossings, a fault at one would be a fault at the other.
    once = np.bincount(np.concatenate((a, a + 1)), minlength=layer.count)
    single = np.flatnonzero((once[a] == 1) & (once[a + 1] == 1))
    n = min(scenario.border_count(len(a)), len(single) // _KINDS)
    if not n:
        raise ValueError(f"{len(single)} border crossings are too few for {_KINDS} kinds of faults")
    chosen = rng.permutation(single)[: n * _KINDS].reshape(_KINDS, n)
    pairs: Iterator[Pairs] = (Pairs(a[c], a[c] + 1, pieces.xy[c]) for c in chosen)

    _short(layer, next(pairs), rng, shape, truth)
    _too_long(layer, next(pairs), rng, shape, truth)
    _sideways(layer, next(pairs), rng, shape, truth)
    _differing(layer, next(pairs), rng, shape, truth)
    if layer.table == "path":
        _hardly_differing(layer, next(pairs), rng, truth)
    _missing(layer, next(pairs), rng, truth)
    _ending_before(layer, next(pairs), truth)
    _across(layer, next(pairs), rng, shape, truth)
    _lanes(territory, layer, next(pairs), rng, truth)
    undivided = np.flatnonzero(pieces.undivided)
    truth.add("undivided", "", layer, undivided, layer.centres(undivided), report=False)


def _either_side(layer: Layer, pairs: Pairs, rng: np.random.Generator) -> Iterator[tuple]:
    """The pairs in two lots: spoil the ending piece of one, the beginning piece of the other.

    Yields the pairs, the rows to spoil, and their shapes turned so that they end at the border.
    """
    ending = rng.random(len(pairs.a)) < 0.5
    for which, rows in ((ending, pairs.a), (~ending, pairs.b)):
        if not which.any():
            continue
        lot = layer.shapes(rows[which])
        turn = np.full(lot.count, rows is pairs.b)
        yield pairs.where(which), rows[which], lot.reversed(turn), turn


def _short(layer: Layer, pairs: Pairs, rng, shape: Shape, truth: Truth) -> None:
    for lot, rows, lines, turn in _either_side(layer, pairs, rng):
        size = uniform(rng, shape.gap, len(rows))
        shorter = substrings(lines, np.zeros(len(rows)), lines.lengths() - size)
        layer.reshape(rows, shorter.reversed(turn))
        layer.used[lot.a] = layer.used[lot.b] = True
        truth.add("gap", "end", layer, np.column_stack((lot.a, lot.b)), lot.xy, size_m=size)


def _too_long(layer: Layer, pairs: Pairs, rng, shape: Shape, truth: Truth) -> None:
    for lot, rows, lines, turn in _either_side(layer, pairs, rng):
        size = uniform(rng, shape.overshoot, len(rows))
        ahead = directions_at(lines, np.arange(len(rows)), lines.lengths() - 0.6)
        side = ahead[:, ::-1] * [-1, 1] * rng.uniform(-0.05, 0.05, (len(rows), 1))
        end = lines.offsets[1:] - 1
        lines.coords[end] = np.round(lines.coords[end] + ahead * size[:, None] + side, 3)
        layer.reshape(rows, lines.reversed(turn))
        layer.used[lot.a] = layer.used[lot.b] = True
        truth.add("overshoot", "end", layer, np.column_stack((lot.a, lot.b)), lot.xy, size_m=size)


def _sideways(layer: Layer, pairs: Pairs, rng, shape: Shape, truth: Truth) -> None:
    one, two = layer.shapes(pairs.a), layer.shapes(pairs.b)
    size = uniform(rng, shape.lateral, len(pairs.a)) * rng.choice([-1, 1], len(pairs.a))
    part = rng.choice([0.0, 0.5, 1.0], len(pairs.a)) * size
    ahead = directions_at(one, np.arange(one.count), one.lengths() - 0.6)
    side = ahead[:, ::-1] * [-1, 1]
    end, begin = one.offsets[1:] - 1, two.offsets[:-1]
    one.coords[end] = np.round(one.coords[end] + side * part[:, None], 3)
    two.coords[begin] = np.round(two.coords[begin] + side * (part - size)[:, None], 3)
    layer.reshape(pairs.a, one)
    layer.reshape(pairs.b, two)
    truth.add("gap", "lateral", layer, np.column_stack(pairs[:2]), pairs.xy, size_m=np.abs(size))


def _differing(layer: Layer, pairs: Pairs, rng, shape: Shape, truth: Truth) -> None:
    fields = _FIELDS[layer.table]
    which = rng.integers(0, len(fields), len(pairs.a))
    for n, field in enumerate(fields):
        lot = pairs.where(which == n)
        step = rng.integers(1, 4, len(lot.a)).astype(float)
        if field == "width_m":
            step = np.round(uniform(rng, shape.width, len(lot.a)), 2)
        layer.change(field, lot.b, step)
        layer.used[lot.a] = True
        truth.add("mismatch", field, layer, np.column_stack(lot[:2]), lot.xy, field=field,
                  size_m=step if field == "width_m" else np.nan)  # fmt: skip


def _hardly_differing(layer: Layer, pairs: Pairs, rng, truth: Truth) -> None:
    step = rng.choice([0.05, 0.1, 0.15, 0.2, 0.25], len(pairs.a))
    layer.change("width_m", pairs.b, step)
    layer.used[pairs.a] = True
    truth.add("mismatch", "hardly", layer, np.column_stack(pairs[:2]), pairs.xy, report=False,
              field="width_m", size_m=step)  # fmt: skip


def _missing(layer: Layer, pairs: Pairs, rng, truth: Truth) -> None:
    ending = rng.random(len(pairs.a)) < 0.5
    left, gone = np.where(ending, pairs.a, pairs.b), np.where(ending, pairs.b, pairs.a)
    layer.delete(gone)
    layer.used[left] = True
    truth.add("missing", "", layer, left, pairs.xy)


def _ending_before(layer: Layer, pairs: Pairs, truth: Truth) -> None:
    """A line that ends 30 m before the border, with nothing beyond: nothing to report."""
    lines = layer.shapes(pairs.a)
    long = lines.lengths() > 60
    if not long.any():
        return
    pairs, lines = pairs.where(long), lines.take(np.flatnonzero(long))
    layer.reshape(pairs.a, substrings(lines, np.zeros(lines.count), lines.lengths() - 30))
    layer.delete(pairs.b)
    truth.add("ends_before_border", "", layer, pairs.a, pairs.xy, report=False)


def _across(layer: Layer, pairs: Pairs, rng, shape: Shape, truth: Truth) -> None:
    """The ending piece goes on beside the other one; so that stretch is recorded twice."""
    length = uniform(rng, shape.across_length, len(pairs.a))
    long = layer.shapes(pairs.b).lengths() > length + 15
    if not long.any():
        return
    pairs, length = pairs.where(long), length[long]
    side = uniform(rng, shape.across_offset, len(length)) * rng.choice([-1, 1], len(length))
    other = layer.shapes(pairs.b)
    beside = offset(substrings(other, np.zeros(len(length)), length), side)
    own = layer.shapes(pairs.a)
    until = substrings(own, np.zeros(len(length)), own.lengths() - 2.0)
    layer.reshape(pairs.a, joined([until, beside]))
    layer.used[pairs.b] = True
    truth.add("double", "across", layer, np.column_stack(pairs[:2]),
              (beside.first() + beside.last()) / 2, size_m=length)  # fmt: skip


def _lanes(territory: Territory, layer: Layer, pairs: Pairs, rng, truth: Truth) -> None:
    """A second lane 8 m beside a line, with its own exact partner beyond the border."""
    one, two = layer.shapes(pairs.a), layer.shapes(pairs.b)
    long = np.flatnonzero(np.minimum(one.lengths(), two.lengths()) > _LANE_LENGTH_M + 50)
    if not len(long):
        return
    one, two = one.take(long), two.take(long)
    end, reach = one.lengths(), np.full(len(long), _LANE_LENGTH_M)
    middle = joined([substrings(one, end - reach, end), substrings(two, 0 * reach, reach)])
    lanes = cut(territory, offset(middle, np.full(len(long), _LANE_M)), rng)
    first = np.flatnonzero(np.bincount(lanes.line, minlength=len(long)) == 2)
    kept = np.flatnonzero(np.isin(lanes.line, first))
    shared = np.repeat(layer.new_origins(len(first)), 2)
    rows = layer.add(lanes.pieces.take(kept), lanes.municipality[kept], shared).reshape(-1, 2)
    layer.used[pairs.a[long]] = layer.used[pairs.b[long]] = True
    truth.add("parallel_lanes", "", layer, rows, lanes.pieces.take(kept[::2]).last(),
              report=False)  # fmt: skip
