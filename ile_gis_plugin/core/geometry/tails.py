"""The last metres of lines, seen from their ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .ranges import expand

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tails(NamedTuple):
    """Segments that lead up to ends of lines, by end and from the end inward."""

    end: Integers  # place of the end among those asked for, ascending
    segment: Integers  # number of its first vertex in the coordinates
    near_vertex: Integers  # the vertex of the segment nearer to the end, along the line
    far_vertex: Integers
    before: Floats  # metres along the line from the end to the near vertex

    def of(self, end: Integers) -> tuple[Integers, Integers]:
        """All pairs of a place in `end` and a row of the tails of that end."""
        start = np.searchsorted(self.end, end)
        return expand(start, np.searchsorted(self.end, end, side="right") - start)


def tails(
    coords: Floats, offsets: Integers, line: Integers, is_last: NDArray[np.bool_], reach_m: float
) -> Tails:
    """The segments of lines that begin within reach of an end, along the line.

    Args:
        coords: (N, 2) coordinates in metres.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]], two vertices at least.
        line: (k,) lines whose ends are asked for.
        is_last: (k,) whether the end is the last vertex, else the first.
    """
    step = np.where(is_last, -1, 1)
    vertex = np.where(is_last, offsets[line + 1] - 1, offsets[line])
    stop = np.where(is_last, offsets[line], offsets[line + 1] - 1)
    end, before = np.arange(len(line)), np.zeros(len(line))
    found = [(end[:0], end[:0], end[:0], before[:0])]
    while len(end):
        following = vertex + step
        found.append((end, vertex, following, before))
        length = np.hypot(*(coords[following] - coords[vertex]).T)
        before = before + length
        on = np.flatnonzero((before < reach_m) & (following != stop))
        end, vertex, before, step, stop = end[on], following[on], before[on], step[on], stop[on]
    end, near, far, before = (np.concatenate(values) for values in zip(*found, strict=True))
    order = np.argsort(end, kind="stable")
    near, far = near[order], far[order]
    return Tails(end[order], np.minimum(near, far), near, far, before[order])
