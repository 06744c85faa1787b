"""The same geometry twice in one table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets, PointAssets
from ..geometry.neighbours import near_pairs
from ..geometry.ranges import batches, expand
from ..geometry.runs import each_of_size
from ..geometry.sorting import is_first, order_of
from .area import is_outside
from .rule import ERROR, Found, Scope, rule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Coordinates that differ by no more are the same: registers keep millimetres.
SAME_M = 1e-3
_THREADS = 2
_SHARING_PLACES = ("charging_point",)
# An odd number whose multiples scatter (2**64 divided by the golden ratio).
_MIX = np.uint64(0x9E3779B97F4A7C15)


@rule("DUP001", ERROR, local=True)
def same_geometry(scope: Scope) -> list[Found]:
    """Two assets of a table have the same vertices, in the same or the opposite order.

    Of several that are the same, each is reported with the first one. Charging points are left
    out: several devices stand at one address, and registers give them its coordinates.
    """
    points = [points for points in scope.points if points.table not in _SHARING_PLACES]
    assets = [*points, *scope.lines]
    return each_of_size(_doubles, assets, [len(one) for one in assets], _THREADS)


def _doubles(assets: PointAssets | LineAssets) -> Found:
    if isinstance(assets, LineAssets):
        pairs, xy = _same_lines(assets), assets.coords.take(assets.offsets[:-1], axis=0)
    else:
        pairs, xy = _same_places(assets.xy), assets.xy
    order = np.lexsort((pairs[1], pairs[0]))
    later, earlier = pairs[0][order], pairs[1][order]
    first = is_first(later)
    later, earlier = later[first], earlier[first]
    return Found("DUP001", assets.table, assets.fid[later], xy[later], assets.fid[earlier])


def _same_places(xy: Floats) -> tuple[Integers, Integers]:
    """Pairs of points at one place: later one, earlier one."""
    later, earlier = _equal_rows(xy)
    # Many lights may stand at one place (a whole street at its first house): the rest is compared
    # once each, not with all of them.
    rest = _without(np.arange(len(xy)), later)
    rest = rest[~is_outside(xy.take(rest, axis=0))]
    near = near_pairs(xy.take(rest, axis=0), SAME_M)
    return np.append(later, rest[near.j]), np.append(earlier, rest[near.i])


def _same_lines(lines: LineAssets) -> tuple[Integers, Integers]:
    """Pairs of lines with the same vertices: later one, earlier one."""
    count = np.diff(lines.offsets)
    first, last = (
        lines.coords.take(v, axis=0) for v in (lines.offsets[:-1], lines.offsets[1:] - 1)
    )
    middle = (first + last) / 2  # the same for both directions
    signature = np.column_stack([middle, count])
    left = np.arange(len(lines))
    pairs, unlike = [], []
    while len(left):
        later, earlier = (left[rows] for rows in _equal_rows(signature.take(left, axis=0)))
        unlike.append(_without(left, later))
        same = _are_same(lines, later, earlier)
        pairs.append((later[same], earlier[same]))
        left = np.sort(later[~same])
    rest = np.sort(np.concatenate([*unlike, left]))
    rest = rest[~is_outside(middle.take(rest, axis=0))]
    near = near_pairs(middle.take(rest, axis=0), SAME_M, count[rest])
    later, earlier = rest[near.j], rest[near.i]
    same = _are_same(lines, later, earlier)
    pairs.append((later[same], earlier[same]))
    later, earlier = (np.concatenate(values) for values in zip(*pairs, strict=True))
    return later, earlier


def _without(assets: Integers, some: Integers) -> Integers:
    """The assets, ascending, without some of them."""
    keep = np.ones(len(assets), dtype=bool)
    keep[np.searchsorted(assets, some)] = False
    return assets[keep]


def _equal_rows(values: Floats) -> tuple[Integers, Integers]:
    """Rows that equal an earlier one exactly, and the first one that they equal."""
    mixed = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        mixed = (mixed ^ np.ascontiguousarray(column).view(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    order = order_of((mixed >> np.uint64(26)).astype(np.int64))
    new = is_first(*values.take(order, axis=0).T)
    first = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    return order[~new], first[~new]


def _are_same(lines: LineAssets, i: Integers, j: Integers) -> NDArray[np.bool_]:
    """Whether pairs of lines of equally many vertices have the same ones, in either direction."""
    count = np.diff(lines.offsets)[i]
    same = np.zeros(len(i), dtype=bool)
    for part in batches(count):
        pair, k = expand(np.zeros_like(count[part]), count[part])
        mine = lines.coords.take(lines.offsets[i[part]][pair] + k, axis=0)
        first, last = lines.offsets[j[part]][pair], lines.offsets[j[part] + 1][pair] - 1
        for vertex in (first + k, last - k):
            off = np.hypot(*(mine - lines.coords.take(vertex, axis=0)).T) > SAME_M
            same[part] |= np.bincount(pair[off], minlength=len(count[part])) == 0
    return same
