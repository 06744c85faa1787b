"""The area that the register's coordinate system is meant for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.runs import each, runs_of_lines
from .rule import Scope

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: West, south, east, north of Germany's territory in EPSG:25832 (administrative areas VG250 of the
#: BKG: about 280,400 … 921,300 and 5,235,900 … 6,101,400), widened by some kilometres.
AREA_OF_USE = (270_000.0, 5_225_000.0, 932_000.0, 6_112_000.0)
_THREADS = 2


def is_outside(xy: Floats) -> NDArray[np.bool_]:
    """Which of (n, 2) places, in EPSG:25832, lie outside the area of use."""
    west, south, east, north = AREA_OF_USE
    x, y = xy.T
    return (x < west) | (x > east) | (y < south) | (y > north)


def lines_outside(scope: Scope) -> list[tuple[Integers, Integers]]:
    """Of each table the lines that leave the area of use, and the first vertex of each that does:
    ask for them by `scope.view(lines_outside)`."""
    return [_lines_outside(lines) for lines in scope.lines]


def lines_inside(scope: Scope) -> list[LineAssets]:
    """The scope's lines without those that leave the area of use: what lies a million kilometres
    off makes the index of all others useless. Ask for them by `scope.view(lines_inside)`."""
    inside = []
    for lines, (outside, _) in zip(scope.lines, scope.view(lines_outside), strict=True):
        keep = np.ones(len(lines), dtype=bool)
        keep[outside] = False
        inside.append(lines.take(np.flatnonzero(keep)) if len(outside) else lines)
    return inside


def _lines_outside(lines: LineAssets) -> tuple[Integers, Integers]:
    def work(part: slice) -> Integers:
        first, last = lines.offsets[part.start], lines.offsets[part.stop]
        return first + np.flatnonzero(is_outside(lines.coords[first:last]))

    parts = each(work, runs_of_lines(lines.offsets), _THREADS)
    vertex = np.concatenate([np.empty(0, np.int64), *parts])
    line, first = np.unique(
        np.searchsorted(lines.offsets, vertex, side="right") - 1, return_index=True
    )
    return line, vertex[first]
