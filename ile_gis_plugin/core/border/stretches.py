"""Pieces of lines where a line of the neighbour may run beside them: at borders, and abroad.

A line is divided into equal pieces of at most five metres. A piece is *near* when its middle lies
within the cap of a border, and *abroad* when it is not, but lies outside the line's home. Where
two lines of different homes run beside each other, at least one of them is near or abroad: else
a border would lie between them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.ranges import expand
from ..territory.nearby import borders_near
from .courses import METRE, Courses
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PIECE_M = 5.0
# Pieces are looked at in groups first: few lines are near a border for long.
_GROUP = 4
# Sides of the squares in which lines beside stretches abroad are looked for.
_SQUARE_M = 64.0
_MOST_SQUARES = 4_000_000


class Pieces(NamedTuple):
    """Pieces of lines, by line and from start to end."""

    line: Integers
    begin: Integers  # µm from the line's start
    end: Integers
    middle: Floats  # (k, 2) metres
    distance: Floats  # metres to the nearest border; inf where the piece is abroad
    left: Integers  # the municipalities at that border, as in `NearBorders`
    right: Integers

    @property
    def is_abroad(self) -> NDArray[np.bool_]:
        return np.isinf(self.distance)

    def take(self, index: NDArray) -> Pieces:
        return Pieces(*(values[index] for values in self))

    @property
    def length_m(self) -> Floats:
        return (self.end - self.begin) / METRE

    def chords(self, courses: Courses) -> Floats:
        """(k, 2) steps from the pieces' beginnings to their ends."""
        return courses.at(self.line, self.end) - courses.at(self.line, self.begin)


def pieces_near_or_abroad(site: Site) -> Pieces:
    """The pieces of the site's lines that are near a border or abroad."""
    courses, home = site.courses, site.lines.home
    n = -(-courses.length // int(PIECE_M * METRE))  # lines without length have none
    groups = -(-n // _GROUP)
    line, k = expand(np.zeros_like(groups), groups)
    first = k * _GROUP
    last = np.minimum(first + _GROUP, n[line])
    way = (first + last) * courses.length[line] // (2 * n[line])
    xy = courses.at(line, way)
    reach = site.cap_m + 0.5 * _GROUP * PIECE_M + 0.01
    near = np.isfinite(borders_near(site.coverage, xy, reach).distance)
    # Away from borders all pieces of a group lie where its middle does.
    away = np.flatnonzero(~near)
    abroad = away[site.coverage.municipality_at(xy[away], home[line[away]]) != home[line[away]]]
    near = np.flatnonzero(near)
    pieces = [
        _near(site, *_split(courses, line, first, last, n, near)),
        _pieces(courses, *_split(courses, line, first, last, n, abroad)),
    ]
    joined = Pieces(*(np.concatenate(values) for values in zip(*pieces, strict=True)))
    return joined.take(np.lexsort((joined.begin, joined.line)))


def _split(courses: Courses, line, first, last, n, groups: Integers) -> tuple[Integers, ...]:
    """(line, begin, end) of the pieces of groups."""
    i, k = expand(first[groups], (last - first)[groups])
    line = line[groups][i]
    length = courses.length[line]
    return line, k * length // n[line], (k + 1) * length // n[line]


def _pieces(courses: Courses, line: Integers, begin: Integers, end: Integers) -> Pieces:
    nobody = np.full(len(line), -1)
    return Pieces(line, begin, end, courses.at(line, (begin + end) // 2),
                  np.full(len(line), np.inf), nobody, nobody)  # fmt: skip


def _near(site: Site, line: Integers, begin: Integers, end: Integers) -> Pieces:
    pieces = _pieces(site.courses, line, begin, end)
    border = borders_near(site.coverage, pieces.middle, site.cap_m)
    pieces = pieces._replace(distance=border.distance, left=border.left, right=border.right)
    home = site.lines.home[line]
    far = np.flatnonzero(pieces.is_abroad)
    kept = np.ones(len(line), dtype=bool)
    kept[far] = site.coverage.municipality_at(pieces.middle[far], home[far]) != home[far]
    return pieces.take(kept)


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

    taken = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    for dx in (-reach_m, reach_m):  # a point's surroundings are no wider than two squares
        for dy in (-reach_m, reach_m):
            taken[square(xy[:, 1] + dy, 1) + 1, square(xy[:, 0] + dx, 0) + 1] = 1
    total = taken.cumsum(axis=0).cumsum(axis=1)
    start = lines.offsets[:-1]
    x, y = lines.coords.T
    column0, column1 = (square(f.reduceat(x, start), 0) for f in (np.minimum, np.maximum))
    row0, row1 = (square(f.reduceat(y, start), 1) for f in (np.minimum, np.maximum))
    return (
        total[row1 + 1, column1 + 1] - total[row0, column1 + 1]
        - total[row1 + 1, column0] + total[row0, column0]
    ) > 0  # fmt: skip


def all_pieces(courses: Courses, lines: Integers) -> tuple[Pieces, Integers]:
    """All pieces of some lines, and which of them each belongs to; where they lie is left open."""
    n = -(-courses.length[lines] // int(PIECE_M * METRE))
    i, k = expand(np.zeros_like(n), n)
    length = courses.length[lines[i]]
    return _pieces(courses, lines[i], k * length // n[i], (k + 1) * length // n[i]), i


def steps_around(courses: Courses, line: Integers, way: Integers) -> Floats:
    """(k, 2) steps along lines over a piece's length around places on them."""
    half = int(PIECE_M * METRE) // 2
    length = courses.length[line]
    return courses.at(line, np.minimum(way + half, length)) - courses.at(
        line, np.maximum(way - half, 0)
    )
