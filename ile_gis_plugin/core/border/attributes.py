"""Attributes that have to be the same on both sides of a border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets, PointAssets
from ..geometry.ranges import expand
from ..rules.compared import COMPARED, COMPARED_POINTS, Compared
from ..territory.nearby import borders_near
from .assignment import mutual_best
from .courses import METRE
from .nodes import Ends
from .pairs import COS_CONTINUES
from .site import Site
from .stretches import PIECE_M, pieces_of

__all__ = ["COMPARED", "COMPARED_POINTS", "Compared", "compare", "continuations"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


# Above the rounding of values such as 3.1 - 2.85.
_ROUNDING = 1e-9


class Mismatches(NamedTuple):
    """Values that differ between two assets, by pair and field."""

    pair: Integers
    field: NDArray[np.str_]
    left: Floats
    right: Floats


def compare(
    assets: LineAssets | PointAssets, left: Integers, right: Integers, fields: Sequence[Compared]
) -> tuple[Mismatches, Floats]:
    """The differences of pairs of assets, and of each pair the share of fields that agree.

    A field that is empty on one side says nothing; where none says anything the share is NaN.
    """
    told, agree = np.zeros(len(left)), np.zeros(len(left))
    nothing = np.empty(0)
    found = [Mismatches(np.empty(0, np.int64), np.empty(0, "U1"), nothing, nothing)]
    for compared in fields:
        if compared.table != assets.table or compared.field not in assets.values:
            continue
        column = assets.values[compared.field]
        filled = ~np.isnan(column) if column.dtype.kind == "f" else column >= 0
        both = filled[left] & filled[right]
        a, b = column[left].astype(np.float64), column[right].astype(np.float64)
        same = both & (np.abs(a - b) <= compared.tolerance + _ROUNDING)
        told += both
        agree += same
        rows = np.flatnonzero(both & ~same)
        name = np.full(len(rows), compared.field)
        found.append(Mismatches(rows, name, a[rows], b[rows]))
    mismatches = Mismatches(*(np.concatenate(values) for values in zip(*found, strict=True)))
    order = np.argsort(mismatches.pair, kind="stable")
    share = np.where(told > 0, agree / np.maximum(told, 1), np.nan)
    return Mismatches(*(values[order] for values in mismatches)), share


def continuations(
    site: Site, ends: Ends, group: Integers
) -> tuple[Integers, Integers, Floats]:
    """Ends of different homes that continue each other, and the cosine of the turn.

    Where just two ends meet they do. Where more meet on the border, those that go on straightest,
    within 30°; a junction that lies off the border is one municipality's own.

    Args:
        group: (ends,) number of the node or pair of nodes that an end belongs to, or -1.
    """
    lines = site.lines
    home, tolerance = lines.home[ends.line], lines.tolerance_m[ends.line]
    i, j, size = _pairs_within(group)
    straight = -(ends.heading[i] * ends.heading[j]).sum(axis=1)
    off = np.maximum(ends.distance[i], ends.distance[j])
    at_border = off <= np.minimum(tolerance[i], tolerance[j])
    fits = (home[i] != home[j]) & ((size == 2) | (at_border & (straight >= COS_CONTINUES)))
    i, j, straight = i[fits], j[fits], straight[fits]
    if not len(i):
        return i, j, straight
    # What lies abroad as a whole is in the wrong list; it continues nothing across a border.
    fits = _comes_home(site, ends.take(i)) & _comes_home(site, ends.take(j))
    i, j, straight = i[fits], j[fits], straight[fits]
    order = np.lexsort((j, i, -np.round(straight, 9)))
    i, j, straight = i[order], j[order], straight[order]
    chosen = mutual_best(len(ends.line), i, j)
    return i[chosen], j[chosen], straight[chosen]


def _pairs_within(group: Integers) -> tuple[Integers, Integers, Integers]:
    """(i, j, size of the group) of all pairs of items in one group, i < j; -1 is no group."""
    member = np.flatnonzero(group >= 0)
    member = member[np.argsort(group[member], kind="stable")]
    _, start, count = np.unique(group[member], return_index=True, return_counts=True)
    place = np.arange(len(member)) - np.repeat(start, count)
    first, second = expand(np.arange(len(member)) + 1, np.repeat(count, count) - 1 - place)
    return member[first], member[second], np.repeat(count, count)[first]


def _comes_home(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """Whether some part of each end's line lies in its home municipality or within the cap of
    it."""
    courses, line = site.courses, ends.line
    home = site.lines.home[line]
    length = courses.length[line]
    back = np.minimum(length // 2, int(PIECE_M * METRE))
    inner = courses.at(line, np.where(ends.part == 1, length - back, back))
    comes = site.coverage.municipality_at(inner, home) == home
    rest = np.flatnonzero(~comes)
    pieces, i = pieces_of(courses, line[rest])
    home = home[rest][i]
    border = borders_near(site.coverage, pieces.middle, site.cap_m)
    near = (border.left == home) | (border.right == home)
    near |= site.coverage.municipality_at(pieces.middle, home) == home
    comes[rest[i[near]]] = True
    return comes
