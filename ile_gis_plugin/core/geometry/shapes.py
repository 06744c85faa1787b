"""Lines one by one: their length, vertices that repeat, and whether they can meet themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .runs import each, runs_of_lines

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Shapes(NamedTuple):
    """One row a line."""

    length: Floats  # planar metres
    repeats: Integers  # vertices that lie no farther than `same_m` from the one before
    first_repeat: Integers  # number of the first of them in the coordinates, or -1
    goes_forward: NDArray[np.bool_]  # every segment leads on towards the end: it is simple


def shapes(coords: Floats, offsets: Integers, same_m: float, threads: int = 1) -> Shapes:
    """Measure lines.

    Args:
        coords: (N, 2) coordinates in metres.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]], two vertices at least.
    """

    def work(lines: slice) -> Shapes:
        part = offsets[lines.start : lines.stop + 1]
        return _measure(coords[part[0] : part[-1]], part - part[0], part[0], same_m)

    parts = each(work, runs_of_lines(offsets), threads)
    if not parts:
        return Shapes(np.empty(0), *(np.empty(0, np.int64),) * 2, np.empty(0, bool))
    return Shapes(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _measure(coords: Floats, offsets: Integers, first: int, same_m: float) -> Shapes:
    start, count = offsets[:-1], np.diff(offsets)
    steps, chord = [], []
    for axis in (0, 1):
        values = coords[:, axis].copy()
        step = np.zeros(len(values))
        step[:-1] = values[1:] - values[:-1]
        step[offsets[1:] - 1] = 0.0  # from one line to the next
        steps.append(step)
        chord.append(values[offsets[1:] - 1] - values[start])
    dx, dy = steps
    length = np.sqrt(dx * dx + dy * dy)
    is_segment = np.ones(len(length), dtype=bool)
    is_segment[offsets[1:] - 1] = False

    repeat = np.flatnonzero((length <= same_m) & is_segment)
    line = np.searchsorted(offsets, repeat, side="right") - 1
    first_repeat = np.full(len(count), -1)
    first_repeat[line[::-1]] = repeat[::-1] + 1 + first

    dx *= np.repeat(chord[0], count)
    dy *= np.repeat(chord[1], count)
    dx += dy
    backward = np.flatnonzero((dx <= 0) & is_segment)
    goes_forward = np.ones(len(count), dtype=bool)
    goes_forward[np.searchsorted(offsets, backward, side="right") - 1] = False
    repeats = np.bincount(line, minlength=len(count))
    return Shapes(np.add.reduceat(length, start), repeats, first_repeat, goes_forward)
