"""Lines and the way along them.

Ways are whole micrometres: their sums are exact, so a line has the same places wherever it stands
among others, and matching a part of a register again gives what matching all of it gives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Micrometres in a metre.
METRE = 1_000_000


class Stretches(NamedTuple):
    """Parts of lines as lines of their own; i has coords[offsets[i]:offsets[i + 1]]."""

    coords: Floats  # (N, 2) metres
    offsets: Integers  # (n + 1,)
    way: Integers  # (N,) µm from the start of the line that each vertex lies on
    vertex: Integers  # (N,) number of the line's own vertex, or -1 where it was cut


class Courses:
    """Lines measured along.

    Attributes:
        coords, offsets: the lines; line i has coords[offsets[i]:offsets[i + 1]].
        way: (N,) µm from the first line's start, running on from line to line.
        length: (n,) µm, in the plane of the register's CRS.
    """

    def __init__(self, coords: Floats, offsets: Integers) -> None:
        self.coords, self.offsets = coords, offsets
        step = np.zeros(len(coords), dtype=np.int64)
        metres = np.hypot(*np.diff(coords, axis=0).T) if len(coords) else np.empty(0)
        step[1:] = np.rint(metres * METRE)
        step[offsets[:-1]] = 0
        self.way = np.cumsum(step)
        self.length = self.way[offsets[1:] - 1] - self.way[offsets[:-1]]

    def way_of(self, line: Integers, vertex: Integers) -> Integers:
        """µm from the line's start to one of its vertices (numbered in `coords`)."""
        return self.way[vertex] - self.way[self.offsets[line]]

    def way_on(self, line: Integers, segment: Integers, position: Floats) -> Integers:
        """µm from the line's start to a place on the segment after vertex `segment`."""
        step = self.way[segment + 1] - self.way[segment]
        return self.way_of(line, segment) + np.rint(position * step).astype(np.int64)

    def at(self, line: Integers, way: Integers) -> Floats:
        """(k, 2) the places on lines that lie `way` µm from their starts, 0 … length."""
        first, last = self.offsets[line], self.offsets[line + 1] - 1
        along = self.way[first] + way
        a = np.searchsorted(self.way, along, side="right") - 1
        a = np.clip(a, first, last - 1)
        step = self.way[a + 1] - self.way[a]
        t = (along - self.way[a]) / np.maximum(step, 1)
        begin = self.coords[a]
        return begin + t[:, None] * (self.coords[a + 1] - begin)

    def stretches(self, line: Integers, begin: Integers, end: Integers) -> Stretches:
        """The lines between two ways each, begin <= end."""
        base = self.way[self.offsets[line]]
        first = np.searchsorted(self.way, base + begin, side="right")
        inner = np.searchsorted(self.way, base + end, side="left") - first
        # where a line begins with a repeated vertex, its neighbour in the array is of another line
        inner = np.where(begin < end, np.maximum(inner, 0), 0)
        offsets = np.append(0, np.cumsum(inner + 2))
        i, v = expand(first, inner)
        place = v - first[i] + offsets[i] + 1
        vertex = np.full(offsets[-1], -1)
        vertex[place] = v
        coords, way = np.empty((len(vertex), 2)), np.empty(len(vertex), dtype=np.int64)
        coords[place], way[place] = self.coords[v], self.way[v] - base[i]
        for at, value in ((offsets[:-1], begin), (offsets[1:] - 1, end)):
            coords[at], way[at] = self.at(line, value), value
        return Stretches(coords, offsets, way, vertex)


def headings(courses: Courses, line: Integers, part: Integers, over_m: float = 1.0) -> Floats:
    """(k, 2) unit vectors in which lines leave their starts (part 0) or ends (part 1) outward.

    Taken over the last `over_m` metres, so that a hook of a few centimetres does not turn them;
    zero for a line that comes back to where it began.
    """
    length = courses.length[line]
    back = np.minimum(length, int(over_m * METRE))
    at_end = part == 1
    step = courses.at(line, np.where(at_end, length, 0)) - courses.at(
        line, np.where(at_end, length - back, back)
    )
    size = np.sqrt((step * step).sum(axis=1))
    return step / np.where(size > 0, size, 1.0)[:, None]


def end_xy(courses: Courses, line: Integers, part: Integers) -> Floats:
    """(k, 2) the starts (part 0) and ends (part 1) of lines, exactly."""
    return courses.coords[
        np.where(part == 1, courses.offsets[line + 1] - 1, courses.offsets[line])
    ]
