"""The core path network: its parts, its dead ends, and the links that are missing between parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.crossings import crossing_pairs
from ..geometry.ellipsoid import ellipsoidal_lengths
from ..geometry.neighbours import NearLines, near_pairs, points_near_lines
from ..geometry.pieces import PieceIndex
from .parts import parts_of, shortest_joins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Vertices that two lines share; above rounding, below any measurement.
_SAME_POINT_M = 0.01
# Ends looked at together: a wide reach meets many segments.
_ENDS = 1_000


class MissingLinks(NamedTuple):
    """Straight lines from a dead end to the nearest place of another part; shortest first."""

    line: Integers  # whose end it is
    other: Integers  # the line that it leads to
    xy: Floats  # (k, 2) the dead end
    other_xy: Floats
    meets_end: NDArray[np.bool_]  # whether it leads to an end of the other line, not to its side
    length_m: Floats  # on the ellipsoid


@dataclass(frozen=True)
class CoreNetwork:
    """Lines of the core network.

    Attributes:
        part: (lines,) number of the part that each line belongs to, 0 … parts - 1; by the lines.
        dead_ends: (k,) ends that no other line comes near: 2 i and 2 i + 1 are those of line i.
        missing: the links that join as many parts as can be, with the least length.
    """

    part: Integers
    dead_ends: Integers
    missing: MissingLinks

    @property
    def parts(self) -> int:
        return int(self.part.max(initial=-1)) + 1


def core_network(coords: Floats, offsets: Integers, joined_m: float, gap_m: float) -> CoreNetwork:
    """Look for the gaps of a network.

    Lines belong together where an end comes within `joined_m` of the other line, where they share
    a vertex, and where they cross. A dead end is a gap where another part lies within `gap_m`.

    Args:
        coords: (N, 2) finite coordinates in metres, in the register's CRS.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]], two vertices at least.
    """
    n = len(offsets) - 1
    if n < 1:
        nothing = np.empty(0, np.int64)
        return CoreNetwork(nothing, nothing, _links(nothing, nothing, np.empty((0, 2)),
                                                    np.empty((0, 2)), nothing == 0))  # fmt: skip
    index = PieceIndex(coords, offsets)
    end_xy = coords[np.column_stack([offsets[:-1], offsets[1:] - 1]).ravel()]
    own = np.repeat(np.arange(n), 2)
    near = points_near_lines(end_xy, index, joined_m, own)
    part = _parts(index, near, own)

    meets = np.zeros(2 * n, dtype=bool)
    meets[near.point] = True
    ring = near_pairs(end_xy, joined_m, own)  # a line that closes has no end
    meets[ring.i] = meets[ring.j] = True
    dead = np.flatnonzero(~meets)
    return CoreNetwork(part, dead, _missing(index, end_xy, dead, part, joined_m, gap_m))


def _parts(index: PieceIndex, near: NearLines, own: Integers) -> Integers:
    """Numbers of the parts, by their first lines."""
    vertex_of = np.repeat(np.arange(len(index.offsets) - 1), np.diff(index.offsets))
    shared = points_near_lines(index.coords, index, _SAME_POINT_M, vertex_of)
    crossed = crossing_pairs(index)
    a = np.concatenate([own[near.point], vertex_of[shared.point], crossed.line])
    b = np.concatenate([near.line, shared.line, crossed.other])
    return np.unique(parts_of(len(index.offsets) - 1, a, b), return_inverse=True)[1].ravel()


def _missing(
    index: PieceIndex, end_xy: Floats, dead: Integers, part: Integers, joined_m: float,
    gap_m: float,
) -> MissingLinks:  # fmt: skip
    found = [_nearest_of_parts(index, end_xy, dead[first : first + _ENDS], part, gap_m)
             for first in range(0, max(len(dead), 1), _ENDS)]  # fmt: skip
    near = NearLines(*(np.concatenate(values) for values in zip(*found, strict=True)))
    line = near.point // 2
    a, b = index.coords[near.segment], index.coords[near.segment + 1]
    links = _links(line, near.line, end_xy[near.point], a + near.position[:, None] * (b - a),
                   np.zeros(len(line), dtype=bool))  # fmt: skip
    at = np.minimum(*(np.hypot(*(links.other_xy - end_xy[2 * near.line + k]).T) for k in (0, 1)))
    links = links._replace(meets_end=at <= joined_m)
    kept = shortest_joins(int(part.max(initial=-1)) + 1, part[line], part[near.line],
                          links.length_m)  # fmt: skip
    kept = kept[np.lexsort((kept, links.length_m[kept]))]
    return MissingLinks(*(values[kept] for values in links))


def _nearest_of_parts(
    index: PieceIndex, end_xy: Floats, ends: Integers, part: Integers, gap_m: float
) -> NearLines:
    """The nearest place of each other part within reach of some ends."""
    near = points_near_lines(end_xy[ends], index, gap_m, ends // 2)
    near = near._replace(point=ends[near.point])
    near = near.take(part[near.line] != part[near.point // 2]).nearest_first()
    return near.first_of_each(near.point, part[near.line])


def _links(
    line: Integers, other: Integers, xy: Floats, other_xy: Floats, meets_end: NDArray[np.bool_]
) -> MissingLinks:
    return MissingLinks(line, other, xy, other_xy, meets_end, ellipsoidal_lengths(xy, other_xy))
