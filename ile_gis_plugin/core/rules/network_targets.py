"""What the free ends of a network were probably meant to reach.

The target of a free end is the nearest other line within the cap; its end, if that is hardly
farther than it. An end lies *past* a line, if its own line runs over that within the cap and has
no vertex there; this holds too for an end that happens to lie on a segment of a third line, as
where a way goes on across a road.

A line that the own line touches otherwise a little way on is no target: a short branch is near the
line that it leaves. Branches are told by a vertex of the own line on the other, or an end of the
other on the own line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines
from ..geometry.runs import each_of_size
from ..geometry.sorting import is_first
from .network_view import THREADS, Network, networks
from .network_ways import OwnWays
from .rule import Scope

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
    sizes = [len(lines.coords) for lines in scope.lines]
    return each_of_size(targets_of, scope.view(networks), sizes, THREADS)


def targets_of(network: Network) -> Targets:
    """The targets of a network's free ends."""
    around, cap = network.around, network.settings.cap_m
    near = around.take(network.is_loose[around.point] & (around.distance <= cap)).nearest_first()
    near = near.first_of_each(near.point, near.line)
    ways = OwnWays(network, near, _BRANCH * cap)
    past, touches = ways.meetings()
    is_branch = (np.isinf(past) & (touches | ways.runs_along())) | (
        np.isfinite(past) & (past > cap)
    )
    possible = ~is_branch & (network.is_free[near.point] | np.isfinite(past))
    return _nearest(network, near.take(possible), past[possible])


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
