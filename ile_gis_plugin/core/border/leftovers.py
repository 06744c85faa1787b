"""What becomes of ends without a partner: they join a matched node or the side of a line of the
neighbour, or they miss their counterpart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines, near_pairs, points_near_lines
from ..rules.rule import SAME_POINT_M
from ..territory.nearby import borders_near
from .along import Alongs
from .courses import METRE
from .doubles import COS_PARALLEL, Doubles
from .nodes import Ends, Nodes
from .pairs import COS_CONTINUES, Pairs, are_double
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: An end as near as this to a border lies at it, however exact it is.
AT_BORDER_M = 0.5
# So far back a line has to be at home, to come from there.
_BACK_M = 5.0
# ... and of that way this much at least brings it nearer to the border; else it runs along it.
_COMES_NEARER = 0.12
# Nobody lists a scrap shorter than this of a line that leaves the cooperation on its far side.
_SCRAP_M = 50.0
_SCRAP_STEPS = 10


class Joined(NamedTuple):
    """Ends that join a node where other homes meet already or are going to."""

    end: Integers
    other: Integers  # the node's nearest end of another home
    distance: Floats


class Branches(NamedTuple):
    """Ends that meet a line of the neighbour midway."""

    end: Integers
    line: Integers
    way: Integers  # µm from the line's start
    xy: Floats  # (k, 2) the place on the line
    beyond: Floats  # metres by which the end reaches past the line, 0 where it stops short
    distance: Floats
    approach: Floats  # metres that the end comes nearer to the line on each metre: 1 is straight


def dangling(ends: Ends, nodes: Nodes, pairs: Pairs) -> Integers:
    """Ends that neither a line of their own home nor one of another meets, and without partner."""
    free = ~nodes.is_shared & ~nodes.is_connected & (nodes.touches < 0)
    free[ends.node[pairs.chosen.first]] = False
    free[ends.node[pairs.chosen.second]] = False
    return nodes.first[free]


def groups_of(ends: Ends, nodes: Nodes, pairs: Pairs) -> Integers:
    """(nodes,) the node that stands for each node's group: matched nodes and pairs; else -1."""
    group = np.where(nodes.is_shared, np.arange(len(nodes.first)), -1)
    a, b = ends.node[pairs.chosen.first], ends.node[pairs.chosen.second]
    group[a] = group[b] = np.minimum(a, b)
    return group


def joined(site: Site, ends: Ends, group: Integers, free: Integers, found: Doubles) -> Joined:
    """The free ends within the cap of a group that has no line of their home.

    Where it has one, the end joins if it may be off by as much and comes from elsewhere: it is a
    fourth arm, not a lane beside.
    """
    lines = site.lines
    if not len(free):
        return Joined(free, free, np.empty(0))
    home, tolerance = lines.home[ends.line], lines.tolerance_m[ends.line]
    is_free = np.zeros(len(ends.line), dtype=bool)
    is_free[free] = True
    asked = np.flatnonzero(is_free | (group[ends.node] >= 0))
    near = near_pairs(ends.xy[asked], site.cap_m, group=lines.network[ends.line[asked]])
    i, j = asked[near.i], asked[near.j]
    one = is_free[i] != is_free[j]
    end, other = np.where(is_free[i], i, j)[one], np.where(is_free[i], j, i)[one]
    distance = near.distance[one]

    same = home[end] == home[other]
    straight = (ends.heading[end] * ends.heading[other]).sum(axis=1)
    off = distance > tolerance[end] + tolerance[other]
    own = ends.line[end] == ends.line[other]
    bars = own | (same & (off | (straight > COS_CONTINUES))) | are_double(
        found, len(lines), ends.line[end], ends.line[other]
    )
    key = end * len(group) + group[ends.node[other]]
    # a line of the same home may belong to the group and yet be too far off to be compared
    member, n = group[ends.node], len(site.coverage.ags)
    with_own = np.isin(member[other] * n + home[end], member * n + home)
    kept = ~same & ~np.isin(key, key[bars]) & (~with_own | np.isin(key, key[same]))
    end, other, distance = end[kept], other[kept], distance[kept]
    order = np.lexsort((other, np.round(distance, 6), end))
    first = np.append(True, end[order][1:] != end[order][:-1])[: len(order)]
    order = order[first]
    return Joined(end[order], other[order], distance[order])


def branches(
    site: Site, ends: Ends, near: NearLines, free: Integers, found: Doubles
) -> Branches:
    """The free ends that meet the side of another home's line within the cap."""
    lines, courses = site.lines, site.courses
    near = near.take(np.isin(near.point, free))
    if not len(near.point):
        nothing = np.empty(0)
        return Branches(near.point, near.line, near.line, np.empty((0, 2)), nothing, nothing,
                        nothing)  # fmt: skip
    line = ends.line[near.point]
    near = near.take((lines.home[near.line] != lines.home[line])
                     & ~are_double(found, len(lines), line, near.line))  # fmt: skip
    a = courses.coords[near.segment]
    step = courses.coords[near.segment + 1] - a
    heading, to = ends.heading[near.point], a - ends.xy[near.point]
    turn = heading[:, 0] * step[:, 1] - heading[:, 1] * step[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = (to[:, 0] * step[:, 1] - to[:, 1] * step[:, 0]) / turn
        position = (to[:, 0] * heading[:, 1] - to[:, 1] * heading[:, 0]) / turn
    hits = (np.abs(ahead) <= site.cap_m) & (position >= 0) & (position <= 1)
    # As at the border: straight on, unless that is far more than the shortest way.
    hits &= near.distance * 3 >= np.abs(ahead)
    position = np.where(hits, position, near.position)
    distance = np.where(hits, np.abs(ahead), near.distance)
    beyond = np.where(hits, np.maximum(-ahead, 0.0), 0.0)

    way = courses.way_on(near.line, near.segment, position)
    margin = int(SAME_POINT_M * METRE)
    fits = (way > margin) & (way < courses.length[near.line] - margin)
    approach = _approach(site, ends.take(near.point), near.line, distance, beyond)
    fits &= approach >= np.sqrt(1 - COS_PARALLEL**2)  # a line beside is not one that is met
    rows = np.flatnonzero(fits)
    rows = rows[np.lexsort((near.line[rows], np.round(distance[rows], 6), near.point[rows]))]
    rows = rows[np.append(True, near.point[rows][1:] != near.point[rows][:-1])[: len(rows)]]
    xy = a[rows] + position[rows, None] * step[rows]
    return Branches(near.point[rows], near.line[rows], way[rows], xy, beyond[rows],
                    distance[rows], approach[rows])  # fmt: skip


def _approach(site: Site, ends: Ends, line: Integers, distance, beyond) -> Floats:
    """How fast ends come nearer to lines on their last metres before they reach them."""
    courses = site.courses
    length = courses.length[ends.line]
    back = np.minimum(length, np.rint((_BACK_M + beyond) * METRE).astype(np.int64))
    inner = courses.at(ends.line, np.where(ends.part == 1, length - back, back))
    reach = site.cap_m + _BACK_M
    near = points_near_lines(inner, site.index, reach, group=(line, np.arange(len(site.lines))))
    away = np.full(len(line), reach)
    np.minimum.at(away, near.point, near.distance)
    way = np.maximum(back / METRE - beyond, 1e-3)
    return (away - np.where(beyond > 0, 0.0, distance)) / way


def missing(
    site: Site, ends: Ends, near: NearLines, free: Integers, reaches: Floats, crosses: Floats,
    found: Doubles, along: Alongs,
) -> Integers:  # fmt: skip
    """Of the free ends those at a border between members that nothing continues.

    Args:
        near: lines within the cap of ends.
        reaches: (free,) metres that each end would have to grow to reach the border, inf if never.
        crosses: (free,) metres from the end back to where its line crosses the border, NaN if not.
    """
    lines, courses = site.lines, site.courses
    if not len(free):
        return free
    line, home = ends.line[free], lines.home[ends.line[free]]
    left, right = ends.left[free], ends.right[free]
    at = np.maximum(lines.tolerance_m[line], AT_BORDER_M)
    at_border = (ends.distance[free] <= SAME_POINT_M) | (
        (ends.distance[free] <= at) & (reaches <= 3 * at)
    )
    at_border |= crosses <= site.cap_m
    between = (left >= 0) & (right >= 0) & ((left == home) | (right == home))
    between &= site.is_member[left] & site.is_member[right]

    length = courses.length[line]
    back = np.minimum(length // 2, int((_BACK_M + site.cap_m) * METRE))
    inner = courses.at(line, np.where(ends.part[free] == 1, length - back, back))
    from_home = site.coverage.municipality_at(inner, home) == home
    off = borders_near(site.coverage, inner, _BACK_M + 2 * site.cap_m).distance
    from_home &= off >= ends.distance[free] + _COMES_NEARER * back / METRE
    other = np.where(left == home, right, left)
    n = len(site.coverage.ags)
    answered = np.isin(line * n + other, along.line * n + along.other)
    double = are_double(found, len(lines), ends.line[near.point], near.line)
    answered |= np.isin(free, near.point[double])
    return free[at_border & between & from_home & ~answered & ~_leaves(site, ends.take(free))]


def _leaves(site: Site, ends: Ends) -> NDArray[np.bool_]:
    """Whether an end, straight on, is soon beyond all members: the neighbour has a scrap only."""
    on = np.arange(1, _SCRAP_STEPS + 1)[:, None] * (_SCRAP_M / _SCRAP_STEPS)
    xy = ends.xy[:, None] + ends.heading[:, None] * on
    at = site.coverage.municipality_at(xy.reshape(-1, 2)).reshape(-1, _SCRAP_STEPS)
    return ((at < 0) | ~site.is_member[at]).any(axis=1)
