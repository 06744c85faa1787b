"""What the matching of borders finds, as arrays; and the new geometries that it proposes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: `missing` is an end at the border that nothing answers: a finding, never a proposal.
KINDS = ("gap", "overshoot", "double", "mismatch", "point_double", "along_border", "missing")
GAP, OVERSHOOT, DOUBLE, MISMATCH, POINT_DOUBLE, ALONG_BORDER, MISSING = range(len(KINDS))
#: How the two assets of a match belong together.
JOINS = ("", "end_end", "end_line", "same_object")
NO_JOIN, END_END, END_LINE, SAME_OBJECT = range(len(JOINS))


@dataclass(frozen=True)
class Changes:
    """New geometries of lines; change i has coords[offsets[i]:offsets[i + 1]]."""

    match: Integers  # (n,) ascending; row of the match that the change belongs to
    fid: Integers  # (n,) the line's key, in the match's table
    coords: Floats  # (N, 2) metres, on whole millimetres
    offsets: Integers  # (n + 1,)

    @classmethod
    def none(cls) -> Changes:
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 2)),
                   np.zeros(1, np.int64))  # fmt: skip

    def renumbered(self, place: Integers) -> Changes:
        """The changes when match i has become match place[i]."""
        match = place[self.match]
        order = np.lexsort((self.fid, match))
        count = np.diff(self.offsets)[order]
        _, vertex = expand(self.offsets[:-1][order], count)
        return Changes(match[order], self.fid[order], self.coords[vertex],
                       np.append(0, np.cumsum(count)))  # fmt: skip


@dataclass(frozen=True)
class Matches:
    """What belongs together at the borders; arrays of one row a match.

    Attributes:
        kind: index in `KINDS`.
        table: index in `tables`, the names of the asset classes.
        left_fid, right_fid: keys of the assets; the left one is that of the lower AGS. Where only
            one is concerned (`along_border`, `missing`) it is the left one and right_fid is -1.
        left_part, right_part: the end concerned, 0 for a line's start and 1 for its end; else 0.
        left_ags, right_ags: indices in `Coverage.ags`; -1 for none.
        xy: (m, 2) place in metres.
        confidence: 0 … 1, see `border.confidence`.
        join: index in `JOINS`.
        field: attribute concerned, "" where it is none.
        values: (m,) each, NaN where they say nothing: `distance_m` between the two, `lateral_m`
            the part of it that is sideways, `overlap_m` recorded by both or along the border,
            `shift_m` by how much the end moves that moves most, `left_value` and `right_value` of
            `field` as in `LineAssets.values`.
        changes: the proposed geometries.
    """

    tables: tuple[str, ...]
    kind: Integers
    table: Integers
    left_fid: Integers
    right_fid: Integers
    left_part: Integers
    right_part: Integers
    left_ags: Integers
    right_ags: Integers
    xy: Floats
    confidence: Floats
    join: Integers
    field: NDArray[np.str_]
    values: dict[str, Floats]
    changes: Changes = field(default_factory=Changes.none)

    def __len__(self) -> int:
        return len(self.kind)

    def changed_lines(self, match: int) -> list[tuple[str, int, Floats]]:
        """The new geometries of one match: (table, fid, (k, 2) coordinates) of each line."""
        first, last = np.searchsorted(self.changes.match, [match, match + 1])
        offsets = self.changes.offsets
        return [
            (self.tables[self.table[match]], int(self.changes.fid[c]),
             self.changes.coords[offsets[c] : offsets[c + 1]])
            for c in range(first, last)
        ]  # fmt: skip
