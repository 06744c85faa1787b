"""Where lines cross each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pieces import PieceIndex
from .planar import meetings
from .ranges import batches, expand
from .runs import each
from .sorting import is_first

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Entries of the index looked at together: arrays of this size stay in the processor's cache.
_ENTRIES = 50_000


class Crossings(NamedTuple):
    """Pairs of segments of two lines, line < other, that cross; by segment, then other segment."""

    line: Integers
    other: Integers
    segment: Integers  # number of its first vertex in the coordinates
    other_segment: Integers
    position: Floats  # where on the segment the crossing lies, 0 … 1
    other_position: Floats

    def take(self, index: NDArray) -> Crossings:
        """The crossings at `index` (or of a mask)."""
        return Crossings(*(values[index] for values in self))


def crossing_pairs(
    lines: PieceIndex, group: ArrayLike | None = None, threads: int = 1
) -> Crossings:
    """All proper crossings of two lines: inside a segment of each, not at a vertex.

    Stretches that two lines share, and ends that lie on another line, are none; a crossing within
    rounding (some 1e-9 m) of a vertex may or may not be one.

    Args:
        group: (lines,) only lines of the same number are compared; default: all.
    """
    group = None if group is None else np.asarray(group)

    def work(entries: slice) -> Crossings:
        p, q = meeting_pieces(lines, entries)
        line, other = lines.line[p], lines.line[q]
        asked = line != other
        if group is not None:
            asked &= group[line] == group[other]
        p, q = p[asked], q[asked]
        swap = lines.line[p] > lines.line[q]
        return _crossings(lines, np.where(swap, q, p), np.where(swap, p, q))

    parts = each(work, entry_runs(lines), threads) or [_crossings(lines, *[np.zeros(0, int)] * 2)]
    found = Crossings(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    # the parts of a long segment stand for the whole of it, each
    found = found.take(np.lexsort((found.other_segment, found.segment)))
    return found.take(is_first(found.segment, found.other_segment))


def entry_runs(lines: PieceIndex) -> list[slice]:
    """Runs of the index's entries; no cell stands in two of them."""
    cuts = np.arange(_ENTRIES, len(lines.entries), _ENTRIES)
    cell = lines.entries[cuts] >> lines.bits
    cuts = np.unique(np.searchsorted(lines.entries, cell << lines.bits))
    bounds = [0, *cuts.tolist(), len(lines.entries)]
    return [slice(a, b) for a, b in zip(bounds[:-1], bounds[1:], strict=True) if a < b]


def meeting_pieces(lines: PieceIndex, entries: slice) -> tuple[Integers, Integers]:
    """All pairs of pieces whose boxes meet, first within these entries, each pair once."""
    entry = lines.entries[entries]
    cell, piece = entry >> lines.bits, lines.piece_of(entry)
    last = np.flatnonzero(np.append(cell[1:] != cell[:-1], True)[: len(cell)])
    until = np.repeat(last, np.diff(last, prepend=-1))
    here = np.arange(len(cell))
    some = np.flatnonzero(until > here)
    start, count = some + 1, (until - here)[some]
    found = [(piece[:0], piece[:0])]
    box = lines.box.take(piece, axis=0).T.copy()
    column, row = lines.column_of(box[0]), lines.row_of(box[1])
    for part in batches(count):
        i, b = expand(start[part], count[part])
        a = some[part][i]
        meets = box[0][a] <= box[2][b]
        meets &= box[0][b] <= box[2][a]
        meets &= box[1][a] <= box[3][b]
        meets &= box[1][b] <= box[3][a]
        a, b = a[meets], b[meets]
        # a pair that meets in several cells counts in the first one
        first = np.maximum(row[a], row[b]) * lines.columns + np.maximum(column[a], column[b])
        once = first == cell[a]
        found.append((piece[a[once]], piece[b[once]]))
    p, q = (np.concatenate(values) for values in zip(*found, strict=True))
    return p, q


def segment_pairs(lines: PieceIndex, p: Integers, q: Integers) -> tuple[Integers, Integers]:
    """Pairs of segments of two pieces that both come into the place where the pieces meet."""
    a, b = (lines.box.take(piece, axis=0).astype(np.float64) for piece in (p, q))
    low = np.maximum(a[:, :2], b[:, :2]) + (lines.origin - lines.slack)
    high = np.minimum(a[:, 2:], b[:, 2:]) + (lines.origin + lines.slack)
    i, s = _segments_in(lines, p, low, high)
    j, t = _segments_in(lines, q, low, high)
    n_t = np.bincount(j, minlength=len(p))
    first = np.cumsum(n_t) - n_t
    k, other = expand(first[i], n_t[i])
    return s[k], t[other]


def _segments_in(
    lines: PieceIndex, piece: Integers, low: Floats, high: Floats
) -> tuple[Integers, Integers]:
    """(place in `piece`, segment) of those segments whose box meets low … high."""
    vertices = lines.count[piece].astype(np.int64) + 1
    i, v = expand(lines.first[piece], vertices)
    within = i[1:] == i[:-1]  # else a segment would lead from one piece to the next
    for axis, values in enumerate(lines.coords.take(v, axis=0).T.copy()):
        within &= np.minimum(values[1:], values[:-1]) <= np.repeat(high[:, axis], vertices)[1:]
        within &= np.maximum(values[1:], values[:-1]) >= np.repeat(low[:, axis], vertices)[1:]
    inside = np.flatnonzero(within)
    return i[inside], v[inside]


def _crossings(lines: PieceIndex, p: Integers, q: Integers) -> Crossings:
    """The crossings of pairs of pieces."""
    found = []
    for part in batches(lines.count[p] + lines.count[q]) or [slice(0, 0)]:
        s, t = segment_pairs(lines, p[part], q[part])
        found.append(_of_segments(lines, s, t))
    return Crossings(*(np.concatenate(values) for values in zip(*found, strict=True)))


def _of_segments(lines: PieceIndex, s: Integers, t: Integers) -> Crossings:
    at, other_at = meetings(*(lines.coords.take(v, axis=0) for v in (s, s + 1, t, t + 1)))
    crossing = np.flatnonzero((at > 0) & (at < 1) & (other_at > 0) & (other_at < 1))
    s, t = s[crossing], t[crossing]
    return Crossings(lines.line_of(s), lines.line_of(t), s, t, at[crossing], other_at[crossing])
