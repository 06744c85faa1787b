"""How ends that belong together are joined: the places where they meet and what moves there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines
from ..geometry.ranges import expand
from ..rules.rule import SAME_POINT_M
from ..territory.coverage import Coverage
from ..territory.nearby import corners
from .branches import Branches
from .courses import METRE, end_xy
from .cuts import Cuts
from .doubles import Doubles
from .handles import END, MIDWAY, START, Handles, joined_handles
from .leftovers import Joined
from .matches import Changes
from .nodes import Ends, Nodes, own_touches
from .pairs import Pairs
from .reshaping import changes_of
from .site import Site
from .targets import BorderPoints, border_points, meeting_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@lru_cache(maxsize=1)
def _corners(coverage: Coverage) -> Floats:
    """All corners: some 20 ms for 2,000 municipalities, so not anew for each edit."""
    return corners(coverage)


@dataclass(frozen=True)
class Joints:
    """All places of a site where lines are to meet.

    Their numbers: first the pairs, then the joined ends, the branches and the doubles.
    """

    site: Site
    ends: Ends
    nodes: Nodes
    near: NearLines
    pairs: Pairs
    group: Integers  # (nodes,) as `leftovers.groups_of` says
    joins: Joined
    sides: Branches
    twice: Doubles
    cuts: Cuts

    @cached_property
    def points(self) -> tuple[BorderPoints, BorderPoints]:
        """Where the lines of the pairs' two ends meet the border."""
        chosen = self.pairs.chosen
        both = self.ends.take(np.append(chosen.first, chosen.second))
        points, n = border_points(self.site, both), len(chosen.first)
        return BorderPoints(*(v[:n] for v in points)), BorderPoints(*(v[n:] for v in points))

    @cached_property
    def join_points(self) -> BorderPoints:
        """Where the lines of the joined ends meet the border."""
        return border_points(self.site, self.ends.take(self.joins.end))

    @cached_property
    def pair_xy(self) -> Floats:
        """(pairs, 2) where the two nodes of each pair meet: on the border; where a third home
        joins them near a corner of three municipalities, in the corner."""
        ends, chosen = self.ends, self.pairs.chosen
        both = ends.take(chosen.first), ends.take(chosen.second)
        target = meeting_points(self.site, both, self.points)
        third = self.group[ends.node[self.joins.other]]
        three = np.flatnonzero(np.isin(self.group[ends.node[chosen.first]], third))
        if three.size:
            corner = _corners(self.site.coverage)
            for n in three.tolist():
                off = np.hypot(*(corner - target[n]).T)
                if len(off) and off.min() <= self.site.cap_m:
                    target[n] = np.round(corner[off.argmin()], 3)
        return target

    @cached_property
    def group_xy(self) -> Floats:
        """(nodes, 2) where the ends of each node's group meet; NaN for nodes without one."""
        nodes, ends, chosen = self.nodes, self.ends, self.pairs.chosen
        xy = np.full((len(nodes.first), 2), np.nan)
        xy[nodes.is_shared] = ends.xy[nodes.first[nodes.is_shared]]
        xy[ends.node[chosen.first]] = xy[ends.node[chosen.second]] = self.pair_xy
        return xy

    @cached_property
    def join_xy(self) -> Floats:
        """(joins, 2) the places of the nodes that ends join."""
        return np.round(self.group_xy[self.ends.node[self.joins.other]], 3)

    @cached_property
    def branch_xy(self) -> Floats:
        """(branches, 2) the places on the lines, on whole millimetres; a vertex that is as good
        as there is taken as it is."""
        courses, found = self.site.courses, self.sides
        first, last = courses.offsets[found.line], courses.offsets[found.line + 1] - 1
        after = np.searchsorted(courses.way, courses.way[first] + found.way)
        target, best = found.xy.copy(), np.full(len(found.xy), SAME_POINT_M)
        for vertex in (after - 1, after):
            xy = courses.coords[np.clip(vertex, first, last)]
            off = np.hypot(*(xy - found.xy).T)
            near = off <= best
            target[near] = xy[near]
            best = np.where(near, off, best)
        return np.round(target, 3)

    def groups(self) -> tuple[Integers, Floats]:
        """(ends,) the group that each end belongs to or is to, or -1; (ends, 2) its place."""
        ends = self.ends
        group, xy = self.group[ends.node], self.group_xy[ends.node]
        group[self.joins.end] = self.group[ends.node[self.joins.other]]
        xy[self.joins.end] = self.join_xy
        return group, xy

    def changes(self) -> tuple[Changes, Floats]:
        """The new lines by the joints' numbers; (joints,) by how many metres the end moves that
        moves most, NaN where nothing is proposed."""
        chosen = self.pairs.chosen
        counts = len(chosen.first), len(self.joins.end), len(self.sides.end), len(self.twice.left)
        starts = np.cumsum([0, *counts])
        number = [np.arange(a, b) for a, b in zip(starts[:-1], starts[1:], strict=True)]
        handles = joined_handles([
            self._at_ends(number[0], chosen.first, self.pair_xy, self.points[0].back),
            self._at_ends(number[0], chosen.second, self.pair_xy, self.points[1].back),
            self._at_ends(number[1], self.joins.end, self.join_xy, self.join_points.back),
            self._at_ends(number[2], self.sides.end, self.branch_xy, self.sides.beyond),
            Handles(number[2], self.sides.line, np.full(counts[2], MIDWAY), self.sides.way,
                    self.branch_xy),
            Handles(number[3][self.cuts.double], self.cuts.line, self.cuts.kind, self.cuts.way,
                    self.cuts.target),
            self._at_ends(number[3][self.cuts.double], self.cuts.end, self.cuts.target,
                          np.full(len(self.cuts.end), np.nan)),
        ])  # fmt: skip
        changes, impossible = changes_of(self.site, handles)
        courses = self.site.courses
        at = courses.at(handles.line, handles.way)
        ended = handles.kind != MIDWAY
        at[ended] = end_xy(courses, handles.line, handles.kind)[ended]
        shift = np.full(starts[-1], np.nan)
        np.fmax.at(shift, handles.match, np.hypot(*(handles.target - at).T))
        shift[impossible] = np.nan
        return changes, np.round(shift, 3)

    def _at_ends(self, match: Integers, end: Integers, target: Floats, back: Floats) -> Handles:
        """All that moves where the nodes of ends do: their ends, and lines of the same home that
        they lie on midway.

        Args:
            back: (k,) metres by which the line is cut first, NaN where it is not; a node that
                other lines share is never cut off.
        """
        site, ends, node = self.site, self.ends, self.ends.node[end]
        order = np.argsort(ends.node, kind="stable")
        i, at = expand(np.searchsorted(ends.node[order], node), self.nodes.count[node])
        every = order[at]
        alone = ~self.nodes.is_connected[node[i]]
        way = np.rint(np.where(alone, np.nan_to_num(back[i]), 0.0) * METRE).astype(np.int64)
        line, part = ends.line[every], ends.part[every]
        way = np.where(part == 1, site.courses.length[line] - way, way)
        ended = Handles(match[i], line, np.where(part == 1, END, START), way, target[i])

        touched, by, along = own_touches(site, ends, self.near)
        order = np.argsort(touched, kind="stable")
        start = np.searchsorted(touched[order], node)
        i, at = expand(start, np.searchsorted(touched[order], node, side="right") - start)
        at = order[at]
        midway = Handles(match[i], by[at], np.full(len(i), MIDWAY), along[at], target[i])
        _, once = np.unique(midway.match * len(site.lines) + midway.line, return_index=True)
        return Handles(*(np.concatenate(values)
                         for values in zip(ended, midway.take(once), strict=True)))  # fmt: skip
