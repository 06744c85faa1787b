"""The lines of one table as a network: its ends, what lies around them, and its crossings.

Distances are planar metres; the projection's scale makes a millimetre of three metres.

Lines join only within their `network` number. The two ends of line i are numbers 2 i and 2 i + 1.
An end is *free* if no other line has an end, a vertex or a segment within `SAME_POINT_M` of it, and
if it does not close its own line.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.crossings import Crossings, crossing_pairs
from ..geometry.neighbours import NearLines, near_pairs, points_near_lines
from ..geometry.pieces import PieceIndex
from ..territory.coverage import Coverage
from ..territory.nearby import borders_near
from .area import lines_inside
from .rule import SAME_POINT_M, Scope, Settings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

THREADS = 2


class Network:
    """See the module's docstring. Everything is computed when it is first asked for."""

    def __init__(self, lines: LineAssets, coverage: Coverage, settings: Settings) -> None:
        self.lines, self.settings, self._coverage = lines, settings, coverage

    @cached_property
    def end_xy(self) -> Floats:
        """(ends, 2) where the ends lie."""
        vertex = np.column_stack([self.lines.offsets[:-1], self.lines.offsets[1:] - 1])
        return self.lines.coords.take(vertex.ravel(), axis=0)

    @cached_property
    def index(self) -> PieceIndex:
        return PieceIndex(self.lines.coords, self.lines.offsets, THREADS)

    @cached_property
    def _meets_end(self) -> NDArray[np.bool_]:
        """(ends,) whether each end lies on another one, be it that of its own line."""
        network = np.repeat(self.lines.network, 2)
        pairs = near_pairs(self.end_xy, SAME_POINT_M, network)
        meets = np.zeros(len(network), dtype=bool)
        meets[pairs.i] = meets[pairs.j] = True
        return meets

    @cached_property
    def around(self) -> NearLines:
        """Pairs of an end that meets no end and a segment of another line, within reach of any
        rule."""
        ends = np.flatnonzero(~self._meets_end)
        reach = max(self.settings.cap_m, self.settings.isolated_m)
        own, network = ends // 2, self.lines.network
        near = points_near_lines(
            self.end_xy[ends], self.index, reach, own, (network[own], network), THREADS
        )
        return near._replace(point=ends[near.point])

    def meeting_others(self, line: Integers) -> Integers:
        """Those of some lines with free ends, given ascending, that meet another one between
        their ends: one of their vertices lies on it, or its end on them."""
        lines, network = self.lines.take(line), self.lines.network
        own = np.repeat(line, np.diff(lines.offsets))
        touching = points_near_lines(
            lines.coords, self.index, SAME_POINT_M, own, (network[own], network), THREADS
        )
        # what touches them with an end that meets no other end is known already
        touched = np.unique(self.around.line[self.around.distance <= SAME_POINT_M])
        ends = np.flatnonzero(self._meets_end)
        met = points_near_lines(
            self.end_xy[ends], PieceIndex(lines.coords, lines.offsets), SAME_POINT_M,
            group=(network[ends // 2], lines.network), threads=THREADS,
        )  # fmt: skip
        return np.unique(np.concatenate([own[touching.point], touched, line[met.line]]))

    @cached_property
    def is_loose(self) -> NDArray[np.bool_]:
        """(ends,) which ends lie on no end and no other vertex; some may lie on a segment."""
        loose, near = ~self._meets_end, self.around
        near = near.take(near.distance <= SAME_POINT_M)
        for vertex in (near.segment, near.segment + 1):
            distance = np.hypot(*(self.lines.coords[vertex] - self.end_xy[near.point]).T)
            loose[near.point[distance <= SAME_POINT_M]] = False
        return loose

    @cached_property
    def is_free(self) -> NDArray[np.bool_]:
        """(ends,) which ends are free."""
        free = ~self._meets_end
        free[self.around.point[self.around.distance <= SAME_POINT_M]] = False
        return free

    @cached_property
    def crossings(self) -> Crossings:
        """Crossings without a node: no vertex of either line lies within `SAME_POINT_M`."""
        found = crossing_pairs(self.index, self.lines.network, THREADS)
        place = self.place_of(found)
        is_open = np.ones(len(place), dtype=bool)
        for segment in (found.segment, found.other_segment):
            for vertex in (segment, segment + 1):
                is_open &= np.hypot(*(self.lines.coords[vertex] - place).T) > SAME_POINT_M
        return found.take(is_open)

    def place_of(self, crossings: Crossings) -> Floats:
        """(n, 2) where crossings lie."""
        a, b = (self.lines.coords[crossings.segment + k] for k in (0, 1))
        return a + crossings.position[:, None] * (b - a)

    def is_ours(self, line: Integers, other: Integers, xy: Floats) -> NDArray[np.bool_]:
        """Whether two lines at a place are no matter of the border: they have the same home, or
        the place is farther than two caps from any border between municipalities."""
        ours = self.lines.home[line] == self.lines.home[other]
        foreign = np.flatnonzero(~ours)
        near = borders_near(self._coverage, xy[foreign], 2 * self.settings.cap_m)
        ours[foreign] = np.isinf(near.distance)
        return ours


def networks(scope: Scope) -> tuple[Network, ...]:
    """The networks of a scope's lines: ask for them by `scope.view(networks)`."""
    return tuple(Network(lines, scope.coverage, scope.settings)
                 for lines in scope.view(lines_inside))  # fmt: skip
