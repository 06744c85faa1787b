"""The same geometry twice in one table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.neighbours import near_pairs
from ..geometry.ranges import batches, expand
from ..geometry.sorting import is_first, order_of
from .rule import ERROR, Found, Scope, rule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Coordinates that differ by no more are the same: registers keep millimetres.
SAME_M = 1e-3
_SHARING_PLACES = ("charging_point",)
# An odd number whose multiples scatter (2**64 divided by the golden ratio).
_MIX = np.uint64(0x9E3779B97F4A7C15)


class _Doubles(NamedTuple):
    """Assets, and the one of the smallest key that each has the geometry of."""

    asset: Integers
    first: Integers


@rule("DUP001", ERROR, local=True)
def same_geometry(scope: Scope) -> list[Found]:
    """Two assets of a table have the same vertices, in the same or the opposite order.

    Of several that are the same, each is reported with the first one. Charging points are left
    out: several devices stand at one address, and registers give them its coordinates.
    """
    found = []
    for points in scope.points:
        if points.table in _SHARING_PLACES:
            continue
        doubles = _clusters(*_same_places(points.xy))
        found.append(Found("DUP001", points.table, points.fid[doubles.asset],
                           points.xy[doubles.asset], points.fid[doubles.first]))  # fmt: skip
    for lines in scope.lines:
        doubles = _same_lines(lines)
        place = lines.coords[lines.offsets[doubles.asset]]
        found.append(Found("DUP001", lines.table, lines.fid[doubles.asset], place,
                           lines.fid[doubles.first]))  # fmt: skip
    return found


def _same_places(xy: Floats) -> tuple[Integers, Integers]:
    """Pairs of points at one place: later one, earlier one."""
    later, earlier = _equal_rows(xy)
    # Many lights may stand at one place (a whole street at its first house): the rest is compared
    # once each, not with all of them.
    rest = np.setdiff1d(np.arange(len(xy)), later)
    near = near_pairs(xy[rest], SAME_M)
    return np.append(later, rest[near.j]), np.append(earlier, rest[near.i])


def _same_lines(lines: LineAssets) -> _Doubles:
    count = np.diff(lines.offsets)
    ends = lines.coords[lines.offsets[:-1]], lines.coords[lines.offsets[1:] - 1]
    middle = (ends[0] + ends[1]) / 2  # the same for both directions
    signature = np.column_stack([middle, count])
    left = np.arange(len(lines))
    pairs, unlike = [], []
    while len(left):
        later, earlier = (left[rows] for rows in _equal_rows(signature[left]))
        unlike.append(np.setdiff1d(left, later, assume_unique=True))
        same = _are_same(lines, later, earlier)
        pairs.append((later[same], earlier[same]))
        left = later[~same]
    rest = np.sort(np.concatenate([*unlike, left]))
    near = near_pairs(middle[rest], SAME_M, count[rest])
    later, earlier = rest[near.j], rest[near.i]
    same = _are_same(lines, later, earlier)
    pairs.append((later[same], earlier[same]))
    return _clusters(*(np.concatenate(values) for values in zip(*pairs, strict=True)))


def _clusters(later: Integers, earlier: Integers) -> _Doubles:
    """Of pairs, each later asset once, with the earliest one."""
    order = np.lexsort((earlier, later))
    later, earlier = later[order], earlier[order]
    first = is_first(later)
    return _Doubles(later[first], earlier[first])


def _equal_rows(values: Floats) -> tuple[Integers, Integers]:
    """Rows that equal an earlier one exactly, and the first one that they equal."""
    mixed = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        mixed = (mixed ^ np.ascontiguousarray(column + 0.0).view(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    order = order_of((mixed >> np.uint64(26)).astype(np.int64))
    new = is_first(*values[order].T)
    first = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    return order[~new], first[~new]


def _are_same(lines: LineAssets, i: Integers, j: Integers) -> NDArray[np.bool_]:
    """Whether pairs of lines of equally many vertices have the same ones, in either direction."""
    count = np.diff(lines.offsets)[i]
    same = np.zeros(len(i), dtype=bool)
    for part in batches(count):
        pair, k = expand(np.zeros_like(count[part]), count[part])
        mine = lines.coords[lines.offsets[i[part]][pair] + k]
        first, last = lines.offsets[j[part]][pair], lines.offsets[j[part] + 1][pair] - 1
        for vertex in (first + k, last - k):
            off = np.hypot(*(mine - lines.coords[vertex]).T) > SAME_M
            same[part] |= np.bincount(pair[off], minlength=len(count[part])) == 0
    return same
