"""Rules on networks: lines that nearly join, reach too far, cross without a node, or lie alone.

What lies at a border between two municipalities is left to the matching of borders.
"""

from __future__ import annotations

import numpy as np

from ..geometry.neighbours import NearLines
from ..geometry.sorting import is_first
from .network_targets import END, LINE, PAST, Targets, targets
from .network_view import Network, networks
from .rule import ERROR, WARNING, Found, Scope, rule


@rule("NET001", ERROR, local=True)
def end_near_end(scope: Scope) -> list[Found]:
    """A free end stops short of another line's end. Of two free ends that are each other's
    nearest, the one of the smaller key is reported."""
    return _ends(scope, "NET001", END)


@rule("NET002", ERROR, local=True)
def end_near_line(scope: Scope) -> list[Found]:
    """A free end stops short of another line."""
    return _ends(scope, "NET002", LINE)


@rule("NET003", ERROR, local=True)
def end_past_line(scope: Scope) -> list[Found]:
    """A free end lies a little past a line that its own line crosses without a node."""
    return _ends(scope, "NET003", PAST)


@rule("NET004", WARNING, local=True)
def crossing_without_node(scope: Scope) -> list[Found]:
    """Two lines cross where neither has a vertex, and not close to an end of one of them."""
    return [_crossings(network) for network in scope.view(networks)]


@rule("NET005", WARNING, local=True)
def nearly_joined_piece(scope: Scope) -> list[Found]:
    """A line that meets no other one comes close to one with an end."""
    pairs = zip(scope.view(networks), scope.view(targets), strict=True)
    return [_alone(network, aims) for network, aims in pairs]


def _ends(scope: Scope, code: str, kind: int) -> list[Found]:
    found = []
    for network, aims in zip(scope.view(networks), scope.view(targets), strict=True):
        aims = _each_pair_once(aims.take(aims.kind == kind))
        aims = aims.take(network.is_ours(aims.end // 2, aims.line, network.end_xy[aims.end]))
        fid = network.lines.fid
        found.append(Found(
            code, network.lines.table, fid[aims.end // 2], network.end_xy[aims.end],
            fid[aims.line], aims.end % 2, {"distance": aims.distance},
        ))  # fmt: skip
    return found


def _each_pair_once(aims: Targets) -> Targets:
    """Leave out ends that are the target of their own target, where that has the smaller key."""
    place = np.minimum(np.searchsorted(aims.end, aims.other_end), max(len(aims.end) - 1, 0))
    mutual = (aims.end[place] == aims.other_end) & (aims.other_end[place] == aims.end)
    return aims.take(~mutual | (aims.end < aims.other_end))


def _crossings(network: Network) -> Found:
    lines, crossings = network.lines, network.crossings
    place = network.place_of(crossings)
    alone = network.is_ours(crossings.line, crossings.other, place)
    for line in (crossings.line, crossings.other):
        for end in (2 * line, 2 * line + 1):
            alone &= np.hypot(*(network.end_xy[end] - place).T) > network.settings.cap_m
    crossings, place = crossings.take(alone), place[alone]
    # by line and position already; within a pair they are numbered along the line
    order = np.lexsort((crossings.position, crossings.segment, crossings.other, crossings.line))
    crossings, place = crossings.take(order), place[order]
    first = np.flatnonzero(is_first(crossings.line, crossings.other))
    count = np.diff(first, append=len(order))
    part = np.arange(len(order)) - np.repeat(first, count)
    return Found("NET004", lines.table, lines.fid[crossings.line], place,
                 lines.fid[crossings.other], part)  # fmt: skip


def _alone(network: Network, aims: Targets) -> Found:
    lines = network.lines
    near = _near_pieces(network, aims)
    line = near.point // 2
    keep = ~np.isin(line, network.meeting_others(np.unique(line)))
    keep &= network.is_ours(line, near.line, network.end_xy[near.point])
    near, line = near.take(keep), line[keep]
    return Found("NET005", lines.table, lines.fid[line], network.end_xy[near.point],
                 lines.fid[near.line], near.point % 2, {"distance": near.distance})  # fmt: skip


def _near_pieces(network: Network, aims: Targets) -> NearLines:
    """The place nearest to another line, of those with two free ends that nothing was said of."""
    alone = network.is_free.reshape(-1, 2).all(axis=1)
    for line in (aims.end // 2, aims.line, network.crossings.line, network.crossings.other):
        alone[line] = False
    near = network.around
    near = near.take(alone[near.point // 2] & (near.distance <= network.settings.isolated_m))
    near = near.take(np.lexsort((near.segment, near.point, near.distance, near.point // 2)))
    near = near.take(is_first(near.point // 2))
    return near.take(near.distance > network.settings.cap_m)
