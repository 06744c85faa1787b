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


def self_contacts(lines: PieceIndex, threads: int = 1) -> SelfContacts:
    """Lines that cross, touch or overlap themselves.

    None is a line that closes to a ring, and one that ends on itself (a turning loop): there an
    end lies on the line, but nothing passes.

    Args:
        lines: no vertex may lie within 1e-6 m of the one before.
    """

    def work(entries: slice) -> tuple[Integers, Floats]:
        p, q = meeting_pieces(lines, entries)
        same = lines.line[p] == lines.line[q]
        return _contacts(lines, p[same], q[same])

    every = np.arange(len(lines))
    parts = [_contacts(lines, every, every), *each(work, entry_runs(lines), threads)]
    segment, xy = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.argsort(segment, kind="stable")
    line, first = np.unique(lines.line_of(segment[order]), return_index=True)
    return SelfContacts(line, xy[order[first]])


def _contacts(lines: PieceIndex, p: Integers, q: Integers) -> tuple[Integers, Floats]:
    """(earlier segment, place) of all contacts of pairs of pieces of one line."""
    found = [(np.empty(0, np.int64), np.empty((0, 2)))]
    for part in batches(lines.count[p] + lines.count[q]):
        s, t = segment_pairs(lines, p[part], q[part])
        s, t = np.minimum(s, t), np.maximum(s, t)
        found.append(_turning_back(lines, s[s + 1 == t]))
        found.append(_meeting(lines, s[s + 1 < t], t[s + 1 < t]))
    segment, xy = (np.concatenate(values) for values in zip(*found, strict=True))
    return segment, xy


def _turning_back(lines: PieceIndex, s: Integers) -> tuple[Integers, Floats]:
    """Segments whose successor leads back over them."""
    a, b, c = (lines.coords[s + k] for k in range(3))
    on_it = (to_segments(a, b, c)[0] <= _TOUCHING_M) | (to_segments(c, a, b)[0] <= _TOUCHING_M)
    return s[on_it], b[on_it]


def _meeting(lines: PieceIndex, s: Integers, t: Integers) -> tuple[Integers, Floats]:
    """Contacts of two segments of a line that do not follow each other."""
    ends = [lines.coords[v] for v in (s, s + 1, t, t + 1)]
    at, other_at = meetings(*ends)
    crossing = (at > 0) & (at < 1) & (other_at > 0) & (other_at < 1)
    place = ends[0] + np.where(crossing, at, 0.0)[:, None] * (ends[1] - ends[0])

    line = lines.line_of(s)
    first, last = lines.offsets[line], lines.offsets[line + 1] - 1
    touching = np.zeros(len(s), dtype=bool)
    for vertex, xy, segment in ((s, 0, 2), (s + 1, 1, 2), (t, 2, 0), (t + 1, 3, 0)):
        distance, _ = to_segments(ends[xy], ends[segment], ends[segment + 1])
        # the line's own ends may lie on it
        touches = (distance <= _TOUCHING_M) & (vertex != first) & (vertex != last)
        place[touches & ~touching & ~crossing] = ends[xy][touches & ~touching & ~crossing]
        touching |= touches
    touching |= crossing
    return s[touching], place[touching]
