"""Which sheets cover what lies scattered or stretched over a region; none of them is empty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2) metres
#: Each halves the length by which a window may be longer than it must be.
_HALVINGS = 12
Box = tuple[float, float, float, float]  # min x, min y, max x, max y


def box_of(points: Points) -> Box:
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def thickened(coords: Points, offsets: NDArray[np.int64], spacing: float) -> Points:
    """The vertices of lines and points between them, at most `spacing` metres apart.

    Line i has coords[offsets[i]:offsets[i + 1]].
    """
    steps = np.hypot(*np.diff(coords, axis=0).T)
    steps[offsets[1:-1] - 1] = 0.0  # from the end of a line to the start of the next
    pieces = np.maximum(np.ceil(steps / spacing).astype(np.int64), 1)
    start = np.repeat(np.arange(len(steps)), pieces)
    number = np.arange(len(start)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = (number / pieces[start])[:, None]
    between = coords[start] + part * (coords[start + 1] - coords[start])
    return np.concatenate((between, coords[offsets[1:] - 1]))


def cover(points: Points, width: float, height: float) -> list[Box]:
    """Boxes of at most `width` × `height` metres that hold all points; each holds one at least.

    In strips from north to south or from west to east, whichever needs fewer. Each box is no
    larger than what it holds, so that a sheet can be centred on it. In reading order.
    """
    rows = _strips(points, width, height)
    columns = [(b[1], b[0], b[3], b[2]) for b in _strips(points[:, ::-1], height, width)]
    best = rows if len(rows) <= len(columns) else columns
    return _in_reading_order(best)


def _strips(points: Points, width: float, height: float) -> list[Box]:
    found = []
    for strip in _windows(points, 1, height):
        found += [box_of(part) for part in _windows(strip, 0, width)]
    return found


def _windows(points: Points, axis: int, size: float) -> list[Points]:
    """Points in the fewest windows along an axis that are no longer than `size`.

    No window is longer than it must be: what is stretched out is divided evenly.
    """
    ordered = points[np.argsort(points[:, axis], kind="stable")]
    along = ordered[:, axis]
    ends = _ends(along, size)
    shortest, longest = 0.0, size
    for _ in range(_HALVINGS):
        middle = (shortest + longest) / 2
        tried = _ends(along, middle, most=len(ends))
        if tried is None:
            shortest = middle
        else:
            ends, longest = tried, middle
    return np.split(ordered, ends[:-1])


def _ends(along: NDArray[np.float64], size: float, most: int | None = None) -> list[int] | None:
    """Where windows end that each begin at the first value that none holds yet.

    None where there are more than `most`.
    """
    found: list[int] = []
    start = 0
    while start < len(along):
        if len(found) == most:
            return None
        start = int(np.searchsorted(along, along[start] + size, side="right"))
        found.append(start)
    return found


def _in_reading_order(boxes: list[Box]) -> list[Box]:
    """From north to south, and from west to east where two lie beside each other."""
    left = sorted(boxes, key=lambda box: (-box[3], box[0]))
    found: list[Box] = []
    while left:
        middle = (left[0][1] + left[0][3]) / 2
        row = [box for box in left if box[3] >= middle]
        found += sorted(row, key=lambda box: (box[0], -box[3]))
        left = [box for box in left if box not in row]
    return found
