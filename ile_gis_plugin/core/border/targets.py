"""Where two ends meet: one point on the border."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.rule import SAME_POINT_M
from ..territory.crossings import Segments, cuts_at_borders
from ..territory.grid import ON_BORDER_M
from ..territory.nearby import borders_near
from .courses import METRE
from .nodes import Ends
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Where the border lies as near sideways as this part of the way straight on, it is met there.
_FOOT = 1.0 / 3.0


class BorderPoints(NamedTuple):
    """Where each end's own line meets the border."""

    xy: Floats  # (k, 2)
    is_end: NDArray[np.bool_]  # the end itself lies on the border
    ahead: Floats  # metres straight on to the border; inf where it is not reached
    back: Floats  # metres back along the line to where it crosses the border; NaN: it does not


def border_points(site: Site, ends: Ends) -> BorderPoints:
    """The crossing of a line that reaches over the border; else straight on; else the foot."""
    if not len(ends.line):
        nothing = np.empty(0)
        return BorderPoints(np.empty((0, 2)), np.empty(0, dtype=bool), nothing, nothing)
    is_end = ends.distance <= SAME_POINT_M
    ahead = _ahead(site, ends)
    back = _back(site, ends)
    # As straight on: a crossing far back is not what the end is about.
    back[is_end | (ends.distance < _FOOT * back)] = np.nan
    straight = ends.distance >= _FOOT * ahead
    on = np.where(straight, ahead, 0.0)[:, None] * ends.heading
    xy = np.where(straight[:, None], ends.xy + on, ends.foot)
    crossing = np.flatnonzero(np.isfinite(back))
    xy[crossing] = site.courses.at(ends.line[crossing], _way_back(site, ends, back)[crossing])
    xy[is_end] = ends.xy[is_end]
    return BorderPoints(xy, is_end, ahead, back)


def meeting_points(site: Site, ends: tuple[Ends, Ends], points: tuple[BorderPoints, ...]) -> Floats:
    """(k, 2) on whole millimetres: the end that lies on the border, if only one does; else
    between the two border points, nearer to that of the more exact asset, on the border."""
    if not len(ends[0].line):
        return np.empty((0, 2))
    weight = [1.0 / site.lines.tolerance_m[side.line] ** 2 for side in ends]
    part = (weight[1] / (weight[0] + weight[1]))[:, None]
    xy = points[0].xy + part * (points[1].xy - points[0].xy)
    foot = borders_near(site.coverage, xy, site.reach_m).foot
    xy = np.where(np.isfinite(foot), foot, xy)
    for one, other in ((0, 1), (1, 0)):
        only = points[one].is_end & ~points[other].is_end
        xy[only] = points[one].xy[only]
    return np.round(xy, 3)


def cuts_of(site: Site, coords: Floats, offsets: Integers) -> tuple[Integers, Floats]:
    """(number of the segment's first vertex, position on it) where lines cross borders or have
    a vertex on one."""
    a = np.ones(len(coords), dtype=bool)
    a[offsets[1:] - 1] = False
    a = np.flatnonzero(a)
    x, y = (coords - site.coverage.origin).T
    nothing = np.empty(0)
    _, segment, at = cuts_at_borders(
        site.coverage.grid, Segments(x[a], y[a], x[a + 1], y[a + 1], a, nothing)
    )
    # A segment that only begins or ends on the border is not cut by it.
    on = np.isfinite(borders_near(site.coverage, coords[a], 2 * ON_BORDER_M).distance)
    return np.append(a[segment], a[on]), np.append(at, np.zeros(on.sum()))


def _ahead(site: Site, ends: Ends) -> Floats:
    ray = np.stack([ends.xy, ends.xy + site.reach_m * ends.heading], axis=1)
    vertex, at = cuts_of(site, ray.reshape(-1, 2), 2 * np.arange(len(ray) + 1))
    vertex, at = vertex[at > 0], at[at > 0]  # an end on the border is there already
    ahead = np.full(len(ray), np.inf)
    np.minimum.at(ahead, vertex // 2, site.reach_m * at)
    return ahead


def _back(site: Site, ends: Ends) -> Floats:
    """Metres from ends beyond the border back to their lines' last crossing of it."""
    courses, home = site.courses, site.lines.home[ends.line]
    length = courses.length[ends.line]
    reach = np.minimum(length, int(site.reach_m * METRE))
    at_end = ends.part == 1
    begin, end = np.where(at_end, length - reach, 0), np.where(at_end, length, reach)
    tail = courses.stretches(ends.line, begin, end)
    vertex, at = cuts_of(site, tail.coords, tail.offsets)
    of = np.searchsorted(tail.offsets, vertex, side="right") - 1
    way = tail.way[vertex] + at * (tail.way[vertex + 1] - tail.way[vertex])
    back = np.full(len(length), np.inf)
    np.minimum.at(back, of, np.where(at_end[of], length[of] - way, way) / METRE)
    inner = courses.at(ends.line, np.where(at_end, begin, end))
    over = site.coverage.municipality_at(ends.xy, home) != home
    over &= site.coverage.municipality_at(inner, home) == home
    return np.where(over & np.isfinite(back), back, np.nan)


def _way_back(site: Site, ends: Ends, back: Floats) -> Integers:
    """µm from the lines' starts to the places so many metres back from their ends."""
    way = np.rint(np.nan_to_num(back) * METRE).astype(np.int64)
    return np.where(ends.part == 1, site.courses.length[ends.line] - way, way)
