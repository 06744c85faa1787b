"""Line ends near borders, and the nodes that they share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines, near_pairs, points_near_lines
from ..rules.rule import SAME_POINT_M
from ..territory.nearby import borders_near
from .assignment import components
from .courses import METRE, end_xy, headings
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Ends(NamedTuple):
    """Line ends near borders, by line and part: so their numbers order them by fid."""

    line: Integers
    part: Integers  # 0 the line's start, 1 its end
    xy: Floats  # (k, 2)
    heading: Floats  # (k, 2) unit vector outward
    distance: Floats  # metres to the nearest border
    foot: Floats  # (k, 2) its nearest point
    left: Integers  # the municipalities at that border, as in `NearBorders`
    right: Integers
    node: Integers

    def take(self, index: NDArray) -> Ends:
        return Ends(*(values[index] for values in self))


class Nodes(NamedTuple):
    """Ends that are the same point.

    Attributes:
        first: the end of the lowest fid.
        count: how many ends.
        is_shared: ends of two or more homes meet: the node is matched.
        touches: the line of another home that a node of one home lies on, else -1.
        is_connected: ends of several lines meet, or one lies on another line of its home.
    """

    first: Integers
    count: Integers
    is_shared: NDArray[np.bool_]
    touches: Integers
    is_connected: NDArray[np.bool_]


def ends_near_borders(site: Site) -> Ends:
    """All line ends that can take part in a match, with their nodes."""
    n = len(site.lines)
    line, part = np.repeat(np.arange(n), 2), np.tile([0, 1], n)
    xy = end_xy(site.courses, line, part)
    border = borders_near(site.coverage, xy, site.reach_m + SAME_POINT_M)
    near = np.flatnonzero(np.isfinite(border.distance))
    line, part, xy = line[near], part[near], xy[near]
    pairs = near_pairs(xy, SAME_POINT_M, group=site.lines.network[line])
    return Ends(
        line, part, xy, headings(site.courses, line, part), border.distance[near],
        border.foot[near], border.left[near], border.right[near],
        components(len(line), pairs.i, pairs.j),
    )  # fmt: skip


def nodes_of(site: Site, ends: Ends) -> tuple[Nodes, NearLines]:
    """The nodes, and the lines within the cap of the ends of those that are not matched."""
    n = int(ends.node.max()) + 1 if len(ends.node) else 0
    home = site.lines.home[ends.line]
    count = np.bincount(ends.node, minlength=n)
    first = np.full(n, len(ends.node))
    np.minimum.at(first, ends.node, np.arange(len(ends.node)))
    is_shared = np.zeros(n, dtype=bool)
    is_shared[ends.node[home != home[first[ends.node]]]] = True

    asked = np.flatnonzero(~is_shared[ends.node])
    network = site.lines.network
    near = points_near_lines(
        ends.xy[asked], site.index, site.cap_m, own=ends.line[asked],
        group=(network[ends.line[asked]], network),
    )  # fmt: skip
    near = near._replace(point=asked[near.point]).nearest_first()
    near = near.first_of_each(near.point, near.line)
    touching = np.flatnonzero(near.distance <= SAME_POINT_M)
    node, at = ends.node[near.point[touching]], near.line[touching]
    foreign = site.lines.home[at] != home[near.point[touching]]
    touches = np.full(n, len(site.lines))
    np.minimum.at(touches, node[foreign], at[foreign])
    touches[touches == len(site.lines)] = -1
    is_connected = count > 1
    is_connected[node[~foreign]] = True
    return Nodes(first, count, is_shared, touches, is_connected), near


def own_touches(site: Site, ends: Ends, near: NearLines) -> tuple[Integers, Integers, Integers]:
    """(node, line, µm from its start) of lines that a node of their own home lies on midway."""
    at = np.flatnonzero(near.distance <= SAME_POINT_M)
    near = near.take(at)
    own = site.lines.home[near.line] == site.lines.home[ends.line[near.point]]
    way = site.courses.way_on(near.line, near.segment, near.position)
    margin = int(SAME_POINT_M * METRE)
    inside = own & (way > margin) & (way < site.courses.length[near.line] - margin)
    return ends.node[near.point[inside]], near.line[inside], way[inside]
