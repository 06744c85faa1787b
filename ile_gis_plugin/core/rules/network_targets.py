"""What the free ends of a network were probably meant to reach.

The target of a free end is the nearest other line within the cap; its end, if that is hardly
farther than it. A line that the end's own line touches a little way on is none: a short branch is
near the line that it leaves. Where the own line crosses the other one within the cap, without a
node, the end lies *past* it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines, points_near_lines
from ..geometry.planar import to_segments
from ..geometry.ranges import expand
from ..geometry.sorting import is_first
from ..geometry.tails import Tails, tails
from .network_view import Network, networks
from .rule import SAME_POINT_M, Scope

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: An end is preferred to a segment that is nearer by no more than this factor.
_PREFER_END = 1.2
#: An end within so many caps of a line that its own line leaves there is the end of a branch.
_BRANCH = 4.0

END, LINE, PAST = 0, 1, 2


class Targets(NamedTuple):
    """One row for each free end that has a target, by end."""

    end: Integers
    line: Integers  # the other line
    kind: Integers  # END: its end `other_end`; LINE: any place of it; PAST: see the module
    other_end: Integers  # or -1
    distance: Floats  # metres; for PAST those from the crossing to the end, along the own line

    def take(self, index: NDArray) -> Targets:
        """The targets at `index` (or of a mask)."""
        return Targets(*(values[index] for values in self))


def targets(scope: Scope) -> list[Targets]:
    """The targets in each of the scope's networks: ask for them by `scope.view(targets)`."""
    return [targets_of(network) for network in scope.view(networks)]


def targets_of(network: Network) -> Targets:
    """The targets of a network's free ends."""
    lines, around, cap = network.lines, network.around, network.settings.cap_m
    near = around.take(network.is_free[around.point] & (around.distance <= cap)).nearest_first()
    near = near.first_of_each(near.point, near.line)
    ends, of = np.unique(near.point, return_inverse=True)
    own = tails(lines.coords, lines.offsets, ends // 2, ends % 2 == 1, _BRANCH * cap)
    key = of * len(lines) + near.line
    past = _ways_past(network, own, key)
    touches = np.isin(key, _touched_by_vertices(network, own, ends))
    touches |= np.isin(key, _touching_with_vertices(network, own, ends, key))
    is_branch = (np.isinf(past) & touches) | (np.isfinite(past) & (past > cap))
    return _nearest(network, near.take(~is_branch), past[~is_branch])


def _ways_past(network: Network, own: Tails, key: Integers) -> Floats:
    """Metres along the own line from where it crosses the other one to its end, or inf.

    Args:
        key: of each pair: place of its end in the tails * lines + the other line.
    """
    crossings, coords = network.crossings, network.lines.coords
    segment = np.concatenate([crossings.segment, crossings.other_segment])
    order = np.argsort(segment, kind="stable")
    segment = segment[order]
    other = np.concatenate([crossings.other, crossings.line])[order]
    at = np.concatenate([crossings.position, crossings.other_position])[order]

    start = np.searchsorted(segment, own.segment)
    row, k = expand(start, np.searchsorted(segment, own.segment, side="right") - start)
    length = np.hypot(*(coords[own.far_vertex[row]] - coords[own.near_vertex[row]]).T)
    from_near = np.where(own.near_vertex[row] == own.segment[row], at[k], 1 - at[k])
    way = own.before[row] + from_near * length
    past = np.full(len(key), np.inf)
    crossed = own.end[row] * len(network.lines) + other[k]
    by_key = np.argsort(key)
    place = np.searchsorted(key[by_key], crossed)
    known = np.flatnonzero(place < len(key))
    known = known[key[by_key[place[known]]] == crossed[known]]
    np.minimum.at(past, by_key[place[known]], way[known])
    return past


def _touched_by_vertices(network: Network, own: Tails, ends: Integers) -> Integers:
    """Keys of the lines that vertices of the tails lie on."""
    coords, network_of = network.lines.coords, network.lines.network
    length = np.hypot(*(coords[own.far_vertex] - coords[own.near_vertex]).T)
    row = np.flatnonzero(own.before + length <= _BRANCH * network.settings.cap_m)
    line = ends[own.end[row]] // 2
    near = points_near_lines(coords[own.far_vertex[row]], network.index, SAME_POINT_M, line,
                             (network_of[line], network_of))  # fmt: skip
    return own.end[row[near.point]] * len(network.lines) + near.line


def _touching_with_vertices(
    network: Network, own: Tails, ends: Integers, key: Integers
) -> Integers:
    """Keys of the lines that have a vertex on a tail."""
    coords, around = network.lines.coords, network.around
    place = np.minimum(np.searchsorted(ends, around.point), max(len(ends) - 1, 0))
    found = place * len(network.lines) + around.line
    asked = np.flatnonzero(np.isin(found, key) & (ends[place] == around.point)) \
        if len(ends) else place  # fmt: skip
    vertex = np.concatenate([around.segment[asked], around.segment[asked] + 1])
    found = np.tile(found[asked], 2)
    k, row = own.of(found // len(network.lines))
    near, far = coords[own.near_vertex[row]], coords[own.far_vertex[row]]
    distance, at = to_segments(coords[vertex[k]], near, far)
    way = own.before[row] + at * np.hypot(*(far - near).T)
    meets = (distance <= SAME_POINT_M) & (way <= _BRANCH * network.settings.cap_m)
    return found[k[meets]]


def _nearest(network: Network, near: NearLines, past: Floats) -> Targets:
    """Of each end the target by the order of preference, of pairs that may be meant."""
    n = len(near.point)
    is_past = np.isfinite(past)
    ends = 2 * near.line[:, None] + [0, 1]
    step = network.end_xy[ends] - network.end_xy[near.point][:, None]
    to_ends = np.hypot(step[..., 0], step[..., 1])
    which = (to_ends[:, 1] < to_ends[:, 0]).astype(np.int64)
    every = np.arange(n)
    to_end = to_ends[every, which]
    options = Targets(
        np.tile(near.point, 2), np.tile(near.line, 2),
        np.concatenate([np.where(is_past, PAST, LINE), np.full(n, END)]),
        np.concatenate([np.full(n, -1), ends[every, which]]),
        np.concatenate([np.where(is_past, past, near.distance), to_end]),
    )  # fmt: skip
    weight = np.concatenate([near.distance, to_end / _PREFER_END])
    is_end = (to_end <= network.settings.cap_m) & ~is_past
    possible = np.flatnonzero(np.append(np.ones(n, dtype=bool), is_end))
    order = possible[np.lexsort([v[possible] for v in (options.line, weight, options.end)])]
    options = options.take(order)
    return options.take(is_first(options.end))
