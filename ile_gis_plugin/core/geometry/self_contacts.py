"""Where lines meet themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .crossings import entry_runs, meeting_pieces, segment_pairs
from .pieces import PieceIndex
from .planar import meetings, to_segments
from .ranges import batches
from .runs import each

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Two parts of a line nearer than this touch.
_TOUCHING_M = 1e-6


class SelfContacts(NamedTuple):
    """The first place along each line, of those that have any, where it meets itself; by line."""

    line: Integers
    xy: Floats  # (k, 2)


def self_contacts(lines: PieceIndex, node_m: float, threads: int = 1) -> SelfContacts:
    """Lines that cross or overlap themselves, or touch themselves with a vertex.

    None is a line that closes to a ring, one that ends on itself (a turning loop), and one that
    comes through the same node twice: with a vertex each time, no farther apart than `node_m`.

    Args:
        lines: no vertex may lie within 1e-6 m of the one before.
    """

    def work(entries: slice) -> tuple[Integers, Floats]:
        p, q = meeting_pieces(lines, entries)
        same = lines.line[p] == lines.line[q]
        return _contacts(lines, p[same], q[same], node_m)

    every = np.arange(len(lines))
    parts = [_contacts(lines, every, every, node_m), *each(work, entry_runs(lines), threads)]
    segment, xy = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.argsort(segment, kind="stable")
    line, first = np.unique(lines.line_of(segment[order]), return_index=True)
    return SelfContacts(line, xy[order[first]])


def _contacts(
    lines: PieceIndex, p: Integers, q: Integers, node_m: float
) -> tuple[Integers, Floats]:
    """(earlier segment, place) of all contacts of pairs of pieces of one line."""
    found = [(np.empty(0, np.int64), np.empty((0, 2)))]
    for part in batches(lines.count[p] + lines.count[q]):
        s, t = segment_pairs(lines, p[part], q[part])
        s, t = np.minimum(s, t), np.maximum(s, t)
        found.append(_turning_back(lines, s[s + 1 == t]))
        apart = s + 1 < t
        found.append(_crossing(lines, s[apart], t[apart], node_m))
        found.append(_touching(lines, s[apart], t[apart], node_m))
    segment, xy = (np.concatenate(values) for values in zip(*found, strict=True))
    return segment, xy


def _turning_back(lines: PieceIndex, s: Integers) -> tuple[Integers, Floats]:
    """Segments whose successor leads back over them."""
    a, b, c = (lines.coords[s + k] for k in range(3))
    on_it = (to_segments(a, b, c)[0] <= _TOUCHING_M) | (to_segments(c, a, b)[0] <= _TOUCHING_M)
    return s[on_it], b[on_it]


def _crossing(
    lines: PieceIndex, s: Integers, t: Integers, node_m: float
) -> tuple[Integers, Floats]:
    """Pairs of segments of a line that cross, but for those with a vertex each at the place."""
    a, b, c, d = (lines.coords[v] for v in (s, s + 1, t, t + 1))
    at, other_at = meetings(a, b, c, d)
    crossing = np.flatnonzero((at > 0) & (at < 1) & (other_at > 0) & (other_at < 1))
    a, b, c, d = (ends[crossing] for ends in (a, b, c, d))
    place = a + at[crossing, None] * (b - a)
    to_a, to_b, to_c, to_d = (np.hypot(*(ends - place).T) for ends in (a, b, c, d))
    no_node = np.maximum(np.minimum(to_a, to_b), np.minimum(to_c, to_d)) > node_m
    return s[crossing[no_node]], place[no_node]


def _touching(
    lines: PieceIndex, s: Integers, t: Integers, node_m: float
) -> tuple[Integers, Floats]:
    """Pairs of segments of a line that are the same, or where a vertex of one, other than an end
    of the line, lies inside the other one."""
    line = lines.line_of(s)
    first, last = lines.offsets[line], lines.offsets[line + 1] - 1
    found = []
    for vertices, segment in (((s, s + 1), t), ((t, t + 1), s)):
        a, b = lines.coords[segment], lines.coords[segment + 1]
        at_ends = []
        for vertex in vertices:
            xy = lines.coords[vertex]
            to_ends = np.minimum(np.hypot(*(xy - a).T), np.hypot(*(xy - b).T))
            at_ends.append(to_ends <= _TOUCHING_M)
            inside = (to_segments(xy, a, b)[0] <= _TOUCHING_M) & (to_ends > node_m)
            inside &= (vertex != first) & (vertex != last)
            found.append((s[inside], xy[inside]))
        same = at_ends[0] & at_ends[1]
        found.append((s[same], lines.coords[s[same]]))
    at, xy = (np.concatenate(values) for values in zip(*found, strict=True))
    return at, xy
