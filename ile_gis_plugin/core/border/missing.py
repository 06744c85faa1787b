"""Ends at a border between members that nothing continues."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines
from ..rules.rule import SAME_POINT_M
from ..territory.nearby import borders_near
from .along import Alongs
from .courses import METRE
from .doubles import Doubles
from .nodes import Ends
from .pairs import are_double
from .site import Site
from .targets import border_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: An end as near as this to a border lies at it, however exact it is.
AT_BORDER_M = 0.5
# So far back (and the cap) a line has to be at home, to come from there ...
_BACK_M = 5.0
# ... and of that way this much at least brings it nearer to the border; else it runs along it.
_COMES_NEARER = 0.12
# Nobody lists a scrap shorter than this of a line that leaves the cooperation on its far side.
_SCRAP_M = 50.0
_SCRAP_STEPS = 10


def missing(
    site: Site, ends: Ends, near: NearLines, free: Integers, found: Doubles, along: Alongs
) -> Integers:
    """Of the free ends those that lack their counterpart.

    Args:
        near: lines within the cap of ends.
    """
    if not len(free):
        return free
    these = ends.take(free)
    lost = _at_border(site, these) & _between_members(site, these) & _from_home(site, these)
    lost &= ~_leaves(site, these)
    home, n = site.lines.home[these.line], len(site.coverage.ags)
    other = np.where(these.left == home, these.right, these.left)
    lost &= ~np.isin(these.line * n + other, along.line * n + along.other)
    double = are_double(found, len(site.lines), ends.line[near.point], near.line)
    return free[lost & ~np.isin(free, near.point[double])]


def _at_border(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """On the border, before it within tolerance and towards it, or past it within the cap."""
    points = border_points(site, ends)
    at = np.maximum(site.lines.tolerance_m[ends.line], AT_BORDER_M)
    before = (ends.distance <= at) & (points.ahead <= 3 * at)
    return (ends.distance <= SAME_POINT_M) | before | (points.back <= site.cap_m)


def _between_members(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """Whether the border is one of the line's home, and both sides are members."""
    home, left, right = site.lines.home[ends.line], ends.left, ends.right
    own = ((left == home) | (right == home)) & (left >= 0) & (right >= 0)
    return own & site.is_member[left] & site.is_member[right]


def _from_home(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """Whether the line comes to the border from its home's side."""
    home, length = site.lines.home[ends.line], site.courses.length[ends.line]
    back = np.minimum(length // 2, int((_BACK_M + site.cap_m) * METRE))
    inner = site.courses.at(ends.line, np.where(ends.part == 1, length - back, back))
    off = borders_near(site.coverage, inner, _BACK_M + 2 * site.cap_m).distance
    nearer = off >= ends.distance + _COMES_NEARER * back / METRE
    return nearer & (site.coverage.municipality_at(inner, home) == home)


def _leaves(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """Whether an end, straight on, is soon beyond all members: the neighbour has a scrap only."""
    on = np.arange(1, _SCRAP_STEPS + 1)[:, None] * (_SCRAP_M / _SCRAP_STEPS)
    xy = ends.xy[:, None] + ends.heading[:, None] * on
    at = site.coverage.municipality_at(xy.reshape(-1, 2)).reshape(-1, _SCRAP_STEPS)
    return ((at < 0) | ~site.is_member[at]).any(axis=1)
