"""How the own line of an end meets the lines near that end, on its last metres."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines, points_near_lines
from ..geometry.planar import to_segments
from ..geometry.ranges import expand
from ..geometry.tails import tails
from .network_view import Network
from .rule import SAME_POINT_M

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


#: What leads to a line comes nearer by this part of its length.
_SLOPE = 0.25


class OwnWays:
    """Pairs of an end and a line near it, and the last metres of the end's own line.

    Attributes:
        ends: the ends of the pairs, ascending, each once; `tails.end` is a place in it.
    """

    def __init__(self, network: Network, near: NearLines, reach_m: float) -> None:
        """
        Args:
            near: each pair of an end and a line once.
            reach_m: how far to go back along the own line.
        """
        lines = network.lines
        self._network, self._reach_m = network, reach_m
        self.ends, place = np.unique(near.point, return_inverse=True)
        self.tails = tails(lines.coords, lines.offsets, self.ends // 2, self.ends % 2 == 1, reach_m)
        self._lengths = np.hypot(*(lines.coords[self.tails.far_vertex]
                                   - lines.coords[self.tails.near_vertex]).T)  # fmt: skip
        self._gap = near.distance
        key = place * len(lines) + near.line
        self._order = np.argsort(key)
        self._sorted = key[self._order]

    def meetings(self) -> tuple[Floats, NDArray[np.bool_]]:
        """How the own line meets the other one of each pair.

        Returns:
            Metres along the own line to the end from where it runs over the other line without a
            vertex of its own (the last such place), inf where it does not; and whether it touches
            the other line: with a vertex, or where the other one ends.
        """
        past = np.full(len(self._order), np.inf)
        touches = np.zeros(len(self._order), dtype=bool)
        for pair, way in (self._crossings(), self._over_vertices):
            np.minimum.at(past, pair, way)
        touches[self._on_vertices()] = True
        touches[self._under_vertices] = True
        return past, touches

    def runs_along(self) -> NDArray[np.bool_]:
        """(pairs,) whether the own line does not lead to the other one but beside it: on its last
        metres it comes nearer by less than a quarter of their length (15 degrees)."""
        network, own = self._network, self.tails
        last = np.searchsorted(own.end, np.arange(len(self.ends)), side="right") - 1
        rest = np.minimum(self._lengths[last], self._reach_m - own.before[last])
        part = rest / np.maximum(self._lengths[last], SAME_POINT_M)
        near, far = (network.lines.coords[v[last]] for v in (own.near_vertex, own.far_vertex))
        line, network_of = self.ends // 2, network.lines.network
        found = points_near_lines(
            near + part[:, None] * (far - near), network.index,
            self._gap.max(initial=0.0) + _SLOPE * self._reach_m, line,
            (network_of[line], network_of),
        )  # fmt: skip
        known, pair = self._pairs(found.point, found.line)
        way = (own.before[last] + rest)[found.point[known]]
        along = np.zeros(len(self._order), dtype=bool)
        along[pair[found.distance[known] < self._gap[pair] + _SLOPE * way]] = True
        return along

    def _pairs(self, place: Integers, line: Integers) -> tuple[Integers, Integers]:
        """(index in the arguments, pair) of those ends (by their place) and lines that are one."""
        key = place * len(self._network.lines) + line
        k = np.searchsorted(self._sorted, key)
        known = np.flatnonzero(k < len(self._sorted))
        known = known[self._sorted[k[known]] == key[known]]
        return known, self._order[k[known]]

    def _crossings(self) -> tuple[Integers, Floats]:
        """(pair, metres to the end) of crossings without a node."""
        found, own = self._network.crossings, self.tails
        segment = np.concatenate([found.segment, found.other_segment])
        order = np.argsort(segment, kind="stable")
        segment = segment[order]
        other = np.concatenate([found.other, found.line])[order]
        at = np.concatenate([found.position, found.other_position])[order]

        start = np.searchsorted(segment, own.segment)
        row, k = expand(start, np.searchsorted(segment, own.segment, side="right") - start)
        known, pair = self._pairs(own.end[row], other[k])
        row, at = row[known], at[k[known]]
        from_near = np.where(own.near_vertex[row] == own.segment[row], at, 1 - at)
        return pair, own.before[row] + from_near * self._lengths[row]

    def _on_vertices(self) -> Integers:
        """Pairs whose other line has a vertex of the own one on it."""
        network, own = self._network, self.tails
        row = np.flatnonzero(own.before + self._lengths <= self._reach_m)
        line = self.ends[own.end[row]] // 2
        near = points_near_lines(
            network.lines.coords[own.far_vertex[row]], network.index, SAME_POINT_M, line,
            (network.lines.network[line], network.lines.network),
        )  # fmt: skip
        return self._pairs(own.end[row[near.point]], near.line)[1]

    @cached_property
    def _vertices_met(self) -> tuple[Integers, Integers, Floats, NDArray[np.bool_]]:
        """(pair, vertex of the other line, metres to the end, whether the own line has a vertex
        there) of vertices that lie on the own line."""
        network, own = self._network, self.tails
        coords, around = network.lines.coords, network.around
        around = around.take(np.isin(around.point, self.ends))
        known, pair = self._pairs(np.searchsorted(self.ends, around.point), around.line)
        place = np.tile(np.searchsorted(self.ends, around.point[known]), 2)
        vertex = np.concatenate([around.segment[known], around.segment[known] + 1])
        k, row = own.of(place)
        xy, near, far = coords[vertex[k]], coords[own.near_vertex[row]], coords[own.far_vertex[row]]
        distance, at = to_segments(xy, near, far)
        way = own.before[row] + at * self._lengths[row]
        met = np.flatnonzero((distance <= SAME_POINT_M) & (way <= self._reach_m))
        to_vertex = np.minimum(*(np.hypot(*(xy[met] - end[met]).T) for end in (near, far)))
        return np.tile(pair, 2)[k[met]], vertex[k[met]], way[met], to_vertex <= SAME_POINT_M

    @cached_property
    def _is_over(self) -> NDArray[np.bool_]:
        """Of vertices met: the other line goes on there, and the own one has no vertex."""
        _, vertex, _, has_vertex = self._vertices_met
        offsets = self._network.lines.offsets
        line = self._network.index.line_of(vertex)
        return ~has_vertex & (vertex != offsets[line]) & (vertex != offsets[line + 1] - 1)

    @property
    def _over_vertices(self) -> tuple[Integers, Floats]:
        pair, _, way, _ = self._vertices_met
        return pair[self._is_over], way[self._is_over]

    @property
    def _under_vertices(self) -> Integers:
        return self._vertices_met[0][~self._is_over]
