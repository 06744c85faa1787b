"""Ends without a partner, and those of them that join a node where others meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import near_pairs
from .assignment import first_of_equal
from .doubles import Doubles
from .nodes import Ends, Nodes
from .pairs import COS_CONTINUES, Pairs, are_double
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Joined(NamedTuple):
    """Ends that join a node where other homes meet already or are going to."""

    end: Integers
    other: Integers  # the node's nearest end of another home
    distance: Floats


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
    end, other, distance = _near_groups(site, ends, group, free)
    home = site.lines.home[ends.line]
    barred = _is_lane_beside(site, ends, end, other, distance)
    barred |= are_double(found, len(site.lines), ends.line[end], ends.line[other])
    same = home[end] == home[other]
    key = end * len(group) + group[ends.node[other]]
    # a line of the same home may belong to the group and yet be too far off to be compared
    member, n = group[ends.node], len(site.coverage.ags)
    with_own = np.isin(member[other] * n + home[end], member * n + home)
    kept = ~same & ~np.isin(key, key[barred]) & (~with_own | np.isin(key, key[same]))
    end, other, distance = end[kept], other[kept], distance[kept]
    order = np.lexsort((other, np.round(distance, 6), end))
    order = order[first_of_equal(end[order])]
    return Joined(end[order], other[order], distance[order])


def _near_groups(
    site: Site, ends: Ends, group: Integers, free: Integers
) -> tuple[Integers, Integers, Floats]:
    """(free end, end of a group, metres) of all that are within the cap, in one network."""
    is_free = np.zeros(len(ends.line), dtype=bool)
    is_free[free] = True
    asked = np.flatnonzero(is_free | (group[ends.node] >= 0)) if len(free) else free
    near = near_pairs(ends.xy[asked], site.cap_m, group=site.lines.network[ends.line[asked]])
    i, j = asked[near.i], asked[near.j]
    one = is_free[i] != is_free[j]
    i, j, distance = i[one], j[one], near.distance[one]
    return np.where(is_free[i], i, j), np.where(is_free[i], j, i), distance


def _is_lane_beside(site: Site, ends: Ends, end, other, distance) -> NDArray[np.bool_]:
    """Whether an end is the same line's, or of the same home and comes from the same side, or is
    farther off than both may be."""
    home, tolerance = site.lines.home[ends.line], site.lines.tolerance_m[ends.line]
    beside = (ends.heading[end] * ends.heading[other]).sum(axis=1) > COS_CONTINUES
    off = distance > tolerance[end] + tolerance[other]
    own = ends.line[end] == ends.line[other]
    return own | ((home[end] == home[other]) & (off | beside))
