"""Rules on the geometry of one asset. Lengths and distances are planar metres.

Of lines outside the area of use that alone is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.pieces import PieceIndex
from ..geometry.self_contacts import self_contacts
from ..geometry.shapes import Shapes, shapes
from .area import is_outside, lines_inside, lines_outside
from .rule import ERROR, SAME_POINT_M, WARNING, Found, Scope, rule

#: Consecutive vertices within this many metres are one: the coordinates' last digit.
SAME_VERTEX_M = 1e-3

_THREADS = 2


@rule("GEO003", ERROR)
def no_extent(scope: Scope) -> list[Found]:
    """All vertices of a line lie at one place. (Lines of one vertex, and coordinates that are no
    numbers, are found while loading.)"""
    return [_of_lines("GEO003", lines, shape.length == 0) for lines, shape in _shapes(scope)]


@rule("GEO004", WARNING)
def meets_itself(scope: Scope) -> list[Found]:
    """A line crosses or overlaps itself. Rings are fine, and lines that end on themselves or come
    through a node of theirs again."""
    return [_meeting_themselves(lines, shape) for lines, shape in _shapes(scope)]


@rule("GEO005", WARNING)
def too_short(scope: Scope) -> list[Found]:
    """A line is shorter than `shortest_line_m`."""
    found = []
    for lines, shape in _shapes(scope):
        short = (shape.length > 0) & (shape.length < scope.settings.shortest_line_m)
        found.append(_of_lines("GEO005", lines, short, length=shape.length))
    return found


@rule("GEO006", WARNING)
def repeated_vertices(scope: Scope) -> list[Found]:
    """A line has vertices that repeat the one before. One finding a line, at the first of them."""
    found = []
    for lines, shape in _shapes(scope):
        line = np.flatnonzero((shape.repeats > 0) & (shape.length > 0))
        found.append(Found("GEO006", lines.table, lines.fid[line],
                           lines.coords[shape.first_repeat[line]],
                           values={"count": shape.repeats[line]}))  # fmt: skip
    return found


@rule("GEO008", ERROR)
def outside_area_of_use(scope: Scope) -> list[Found]:
    """A part of an asset lies where the register's coordinate system is not meant for."""
    found = []
    for points in scope.points:
        outside = np.flatnonzero(is_outside(points.xy))
        found.append(Found("GEO008", points.table, points.fid[outside], points.xy[outside]))
    for lines, (line, vertex) in zip(scope.lines, scope.view(lines_outside), strict=True):
        found.append(Found("GEO008", lines.table, lines.fid[line], lines.coords[vertex]))
    return found


def _measured(scope: Scope) -> list[Shapes]:
    return [shapes(lines.coords, lines.offsets, SAME_VERTEX_M, _THREADS)
            for lines in scope.view(lines_inside)]  # fmt: skip


def _shapes(scope: Scope) -> Iterator[tuple[LineAssets, Shapes]]:
    return zip(scope.view(lines_inside), scope.view(_measured), strict=True)


def _of_lines(code: str, lines: LineAssets, mask: NDArray[np.bool_], **values: NDArray) -> Found:
    """Findings of whole lines, at their first vertices."""
    line = np.flatnonzero(mask)
    place = lines.coords[lines.offsets[line]]
    return Found(code, lines.table, lines.fid[line], place,
                 values={name: column[line] for name, column in values.items()})  # fmt: skip


def _meeting_themselves(lines: LineAssets, shape: Shapes) -> Found:
    asked = np.flatnonzero(~shape.goes_forward & (shape.length > 0))
    some = lines.take(asked)
    step = np.hypot(*(some.coords[1:] - some.coords[:-1]).T)
    kept = np.append(True, step > SAME_VERTEX_M)[: len(some.coords)]
    kept[some.offsets[:-1]] = True
    before = np.append(0, np.cumsum(kept))
    index = PieceIndex(some.coords[kept], before[some.offsets])
    found = self_contacts(index, SAME_POINT_M, _THREADS)
    return Found("GEO004", lines.table, lines.fid[asked[found.line]], found.xy)
