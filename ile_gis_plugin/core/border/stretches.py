"""Lines in short pieces, and which lines may run beside each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.ranges import expand
from ..geometry.runs import runs_of_lines
from .courses import METRE, Courses
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PIECE_M = 5.0
#: Samples are at most so far apart, and no place of a line is farther than half of it from one.
SAMPLE_M = 10.0
# Sides of the squares in which lines beside stretches abroad are looked for.
_SQUARE_M = 64.0
_MOST_SQUARES = 1_000_000


class Pieces(NamedTuple):
    """Equal pieces of lines, by line and from start to end."""

    line: Integers
    begin: Integers  # µm from the line's start
    end: Integers
    middle: Floats  # (k, 2) metres

    def take(self, index: NDArray) -> Pieces:
        return Pieces(*(values[index] for values in self))

    @property
    def length_m(self) -> Floats:
        return (self.end - self.begin) / METRE

    def chords(self, courses: Courses) -> Floats:
        """(k, 2) steps from the pieces' beginnings to their ends."""
        return courses.at(self.line, self.end) - courses.at(self.line, self.begin)


class Samples(NamedTuple):
    """Parts of lines, of at most ten metres, where something may run beside them."""

    near: Pieces  # to a border
    abroad: Pieces  # outside the line's home, away from borders


def pieces_of(courses: Courses, lines: Integers) -> tuple[Pieces, Integers]:
    """All pieces of some lines, of at most five metres, and which line each belongs to; a line
    without length has none."""
    n = -(-courses.length[lines] // int(PIECE_M * METRE))
    i, k = expand(np.zeros_like(n), n)
    line = lines[i]
    length = courses.length[line]
    begin, end = k * length // n[i], (k + 1) * length // n[i]
    return Pieces(line, begin, end, courses.at(line, (begin + end) // 2)), i


def parts_within(
    courses: Courses, line: Integers, begin: Integers, end: Integers, longest_m: float
) -> Pieces:
    """The equal pieces of lines that reach into some stretches of them, each once.

    Args:
        line, begin, end: (k,) the stretches in µm from the lines' starts, by line and start.
        longest_m: length of a piece, at most.
    """
    length = courses.length[line]
    n = -(-length // int(longest_m * METRE))
    some = np.flatnonzero(n)
    line, begin, end, length, n = (v[some] for v in (line, begin, end, length, n))
    first, last = (np.minimum(way * n // length, n - 1) for way in (begin, end))
    # the first piece of a stretch may be the last of the one before
    follows = np.append(False, line[1:] == line[:-1])[: len(line)]
    first = np.where(follows, np.maximum(first, np.append(0, last[:-1])[: len(first)] + 1), first)
    i, k = expand(first, np.maximum(last - first + 1, 0))
    line, length, n = line[i], length[i], n[i]
    begin, end = k * length // n, (k + 1) * length // n
    return Pieces(line, begin, end, courses.at(line, (begin + end) // 2))


def steps_around(courses: Courses, line: Integers, way: Integers) -> Floats:
    """(k, 2) steps along lines over a piece's length around places on them."""
    half = int(PIECE_M * METRE) // 2
    length = courses.length[line]
    return courses.at(line, np.minimum(way + half, length)) - courses.at(
        line, np.maximum(way - half, 0)
    )


def samples_of(site: Site) -> Samples:
    """The samples near borders and abroad; the grid's cells tell, so some are a little off."""
    courses = site.courses
    nothing = np.empty(0, dtype=np.int64)
    parts = [_segments_near_or_abroad(site, lines) for lines in runs_of_lines(courses.offsets)]
    made = []
    for found in zip((nothing, nothing), *parts, strict=True):
        segment = np.concatenate(found)
        line = np.searchsorted(courses.offsets, segment, side="right") - 1
        made.append(parts_within(courses, line, courses.way_of(line, segment),
                                 courses.way_of(line, segment + 1), SAMPLE_M))  # fmt: skip
    return Samples(*made)


def _segments_near_or_abroad(site: Site, lines: slice) -> tuple[Integers, Integers]:
    """Numbers of the first vertices of segments of some lines that are near a border, and of
    those that are not, but outside their line's home."""
    courses, grid = site.courses, site.coverage.grid
    offsets = courses.offsets[lines.start : lines.stop + 1]
    x, y = (courses.coords[offsets[0] : offsets[-1]] - site.coverage.origin).T
    begins = np.ones(len(x), dtype=bool)
    begins[offsets[1:] - offsets[0] - 1] = False
    a = np.flatnonzero(begins)
    x0, x1, y0, y1 = x[a], x[a + 1], y[a], y[a + 1]
    off = site.cap_m + SAMPLE_M / 2
    is_free = grid.is_free(
        grid.column_of(np.minimum(x0, x1) - off), grid.column_of(np.maximum(x0, x1) + off),
        grid.row_of(np.minimum(y0, y1) - off), grid.row_of(np.maximum(y0, y1) + off),
    )  # fmt: skip
    free = np.flatnonzero(is_free)
    owner = grid.owner[grid.cell_of(x0[free], y0[free])]
    rank = np.repeat(site.rank[lines], np.diff(offsets) - 1)
    a += offsets[0]
    return a[~is_free], a[free[owner != rank[free]]]


def lines_beside(lines: LineAssets, xy: Floats, reach_m: float) -> NDArray[np.bool_]:
    """(n,) which lines may come within reach of one of the (k, 2) points: none is left out."""
    if not len(xy) or not len(lines):
        return np.zeros(len(lines), dtype=bool)
    low = xy.min(axis=0) - reach_m
    size = np.ptp(xy, axis=0) + 2 * reach_m
    side = max(_SQUARE_M, 2 * reach_m, float(np.sqrt(size[0] * size[1] / _MOST_SQUARES)),
               float(size.max()) / _MOST_SQUARES)  # fmt: skip
    columns, rows = (int(n) for n in size // side + 3)

    def square(values: Floats, axis: int) -> Integers:
        return np.clip((values - low[axis]) // side + 1, 0, (columns, rows)[axis] - 1).astype(int)

    total = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    for dx in (-reach_m, reach_m):  # a point's surroundings are no wider than two squares
        for dy in (-reach_m, reach_m):
            total[square(xy[:, 1] + dy, 1) + 1, square(xy[:, 0] + dx, 0) + 1] = 1
    np.cumsum(total, axis=1, out=total)
    np.cumsum(total, axis=0, out=total)
    start = lines.offsets[:-1]
    x, y = lines.coords.T
    column0, column1 = (square(f.reduceat(x, start), 0) for f in (np.minimum, np.maximum))
    row0, row1 = (square(f.reduceat(y, start), 1) for f in (np.minimum, np.maximum))
    return (
        total[row1 + 1, column1 + 1] - total[row0, column1 + 1]
        - total[row1 + 1, column0] + total[row0, column0]
    ) > 0  # fmt: skip
