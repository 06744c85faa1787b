"""Many lines as two arrays, and what is done to all of them at once. Metres throughout."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: A vertex nearer than this to a new end is left out.
_SPARE = 1.0


class Polylines(NamedTuple):
    """Line i has coords[offsets[i]:offsets[i + 1]]."""

    coords: Floats  # (N, 2)
    offsets: Integers  # (n + 1,)

    @property
    def count(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: Integers) -> Polylines:
        size = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(size)))
        index = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], size)
        return Polylines(self.coords[index], offsets)

    def reversed(self, which: NDArray[np.bool_]) -> Polylines:
        """The lines that `which` names run the other way."""
        size = np.diff(self.offsets)
        place = np.arange(len(self.coords)) - np.repeat(self.offsets[:-1], size)
        place = np.where(np.repeat(which, size), np.repeat(size, size) - 1 - place, place)
        return Polylines(self.coords[np.repeat(self.offsets[:-1], size) + place], self.offsets)

    def first(self) -> Floats:
        return self.coords[self.offsets[:-1]]

    def last(self) -> Floats:
        return self.coords[self.offsets[1:] - 1]

    def measures(self) -> Floats:
        """(N,) metres from the first vertex of its line to each vertex."""
        step = np.hypot(*np.diff(self.coords, axis=0, prepend=self.coords[:1]).T)
        step[self.offsets[:-1]] = 0
        along = np.cumsum(step)
        return along - np.repeat(along[self.offsets[:-1]], np.diff(self.offsets))

    def lengths(self) -> Floats:
        return self.measures()[self.offsets[1:] - 1]

    def geometries(self, rows: Integers | None = None) -> NDArray[np.object_]:
        lines = self if rows is None else self.take(rows)
        index = np.repeat(np.arange(lines.count), np.diff(lines.offsets))
        return shapely.linestrings(lines.coords, indices=index)

    def boxes(self) -> Floats:
        """(n, 4): min x, min y, max x, max y."""
        low = np.minimum.reduceat(self.coords, self.offsets[:-1])
        return np.hstack((low, np.maximum.reduceat(self.coords, self.offsets[:-1])))


def of_matrix(coords: Floats) -> Polylines:
    """Lines of equal numbers of vertices from an (n, vertices, 2) array."""
    n, vertices = coords.shape[:2]
    return Polylines(coords.reshape(-1, 2), np.arange(n + 1) * vertices)


def concatenate(parts: list[Polylines]) -> Polylines:
    sizes = np.concatenate([np.diff(p.offsets) for p in parts])
    coords = np.concatenate([p.coords for p in parts])
    return Polylines(coords, np.concatenate(([0], np.cumsum(sizes))))


def of_geometries(lines: NDArray[np.object_]) -> Polylines:
    sizes = shapely.get_num_coordinates(lines)
    return Polylines(shapely.get_coordinates(lines), np.concatenate(([0], np.cumsum(sizes))))


def joined(parts: list[Polylines]) -> Polylines:
    """Line i of each part, one behind the other, as one line. A vertex met twice counts once."""
    n = parts[0].count
    order = np.argsort(np.tile(np.arange(n), len(parts)), kind="stable")
    lined_up = concatenate(parts).take(order)
    sizes = np.add.reduceat(np.diff(lined_up.offsets), np.arange(n) * len(parts))
    whole = Polylines(lined_up.coords, np.concatenate(([0], np.cumsum(sizes))))
    same = (np.diff(whole.coords, axis=0, prepend=np.nan) == 0).all(axis=1)
    same[whole.offsets[:-1]] = False
    kept = np.add.reduceat(~same, whole.offsets[:-1])
    return Polylines(whole.coords[~same], np.concatenate(([0], np.cumsum(kept))))


def points_at(lines: Polylines, rows: Integers, distance: Floats) -> Floats:
    """(k, 2) places `distance` metres along the lines `rows`."""
    along = _global_measures(lines)
    target = along[lines.offsets[rows]] + distance
    at = np.searchsorted(along, target, side="right")
    at = np.clip(at, lines.offsets[rows] + 1, lines.offsets[rows + 1] - 1)
    part = (target - along[at - 1]) / np.maximum(along[at] - along[at - 1], 1e-12)
    return lines.coords[at - 1] + (lines.coords[at] - lines.coords[at - 1]) * part[:, None]


def directions_at(lines: Polylines, rows: Integers, distance: Floats) -> Floats:
    """(k, 2) unit vectors along the lines `rows` at `distance` metres."""
    step = points_at(lines, rows, distance + 0.5) - points_at(lines, rows, distance - 0.5)
    return step / np.hypot(*step.T)[:, None]


def substrings(lines: Polylines, begin: Floats, end: Floats) -> Polylines:
    """The stretch of each line from `begin` to `end` metres; new ends are rounded to 1 mm."""
    rows = np.arange(lines.count)
    measures, size = lines.measures(), np.diff(lines.offsets)
    inner = (measures > np.repeat(begin, size) + _SPARE) & (
        measures < np.repeat(end, size) - _SPARE
    )
    count = np.add.reduceat(inner, lines.offsets[:-1])
    offsets = np.concatenate(([0], np.cumsum(count + 2)))
    coords = np.empty((offsets[-1], 2))
    middle = np.ones(len(coords), dtype=bool)
    middle[offsets[:-1]] = middle[offsets[1:] - 1] = False
    coords[middle] = lines.coords[inner]
    coords[offsets[:-1]] = np.round(points_at(lines, rows, begin), 3)
    coords[offsets[1:] - 1] = np.round(points_at(lines, rows, end), 3)
    return Polylines(coords, offsets)


def samples(lines: Polylines, count: int) -> tuple[Floats, Floats]:
    """(n, count, 2) places evenly along each line, and (n,) the metres between them."""
    length = lines.lengths()
    distance = (length[:, None] * np.linspace(0, 1, count)).ravel()
    rows = np.repeat(np.arange(lines.count), count)
    return points_at(lines, rows, distance).reshape(-1, count, 2), length / (count - 1)


def _global_measures(lines: Polylines) -> Floats:
    """Metres along all lines as if one began where the last ended: ascending, to search in."""
    step = np.hypot(*np.diff(lines.coords, axis=0, prepend=lines.coords[:1]).T)
    step[lines.offsets[:-1]] = 0
    return np.cumsum(step)


def offset(lines: Polylines, metres: Floats) -> Polylines:
    """Each line moved sideways by so many metres, to its left where they are positive."""
    size = np.diff(lines.offsets)
    step = np.diff(lines.coords, axis=0)
    normal = step[:, ::-1] * [-1, 1] / np.maximum(np.hypot(*step.T), 1e-9)[:, None]
    before, after = np.vstack((normal[:1], normal)), np.vstack((normal, normal[-1:]))
    before[lines.offsets[:-1]] = after[lines.offsets[:-1]]
    after[lines.offsets[1:] - 1] = before[lines.offsets[1:] - 1]
    mitre = (before + after) / np.maximum(1 + (before * after).sum(1), 0.3)[:, None]
    return Polylines(
        np.round(lines.coords + mitre * np.repeat(metres, size)[:, None], 3), lines.offsets
    )
