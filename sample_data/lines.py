"""Small geometry for the generator: vertices put into lines, lines cut at places."""

from __future__ import annotations

import numpy as np
import shapely


def resample(points: np.ndarray, step: float) -> np.ndarray:
    """The same line with a vertex about every `step` metres; the ends stay exactly."""
    along = lengths(points)
    at = np.linspace(0.0, along[-1], max(int(along[-1] / step), 1) + 1)
    new = np.column_stack([np.interp(at, along, points[:, k]) for k in (0, 1)])
    new[0], new[-1] = points[0], points[-1]
    return new


def lengths(points: np.ndarray) -> np.ndarray:
    """How far along the line each vertex is."""
    return np.concatenate(([0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()))


def along_of(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How far along the line the nearest point to each place is."""
    return shapely.line_locate_point(shapely.linestrings(points), shapely.points(places))


def at(points: np.ndarray, distance: np.ndarray | float) -> np.ndarray:
    """The points at distances along a line."""
    along = lengths(points)
    return np.stack([np.interp(distance, along, points[:, k]) for k in (0, 1)], -1)


def with_vertices(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The line with each place as a vertex; a vertex nearer than 1 cm moves there."""
    if not len(places):
        return points
    where = along_of(points, places)
    for place, distance in sorted(zip(places.tolist(), where.tolist(), strict=True)):
        along = lengths(points)
        near = int(np.abs(along - distance).argmin())
        if abs(along[near] - distance) < 0.01 and np.hypot(*(points[near] - place)) < 0.02:
            points = points.copy()
            points[near] = place
        else:
            points = np.insert(points, int(np.searchsorted(along, distance)), place, 0)
    return points


def piece(points: np.ndarray, start: float, end: float) -> np.ndarray:
    """The part of a line between two distances along it."""
    along = lengths(points)
    inner = points[(along > start + 0.01) & (along < end - 0.01)]
    # at its own ends the line's vertices are taken as they are, so that neighbours still touch
    first = points[0] if start < 0.005 else at(points, start)
    last = points[-1] if end > along[-1] - 0.005 else at(points, end)
    return np.vstack((first[None], inner, last[None]))


def split_at_vertices(points: np.ndarray, places: set[tuple[float, float]]) -> list[np.ndarray]:
    """The line cut at those of its inner vertices that are in `places`."""
    inner = range(1, len(points) - 1)
    cuts = [0, *(k for k in inner if tuple(points[k]) in places), len(points) - 1]
    return [points[a : b + 1] for a, b in zip(cuts[:-1], cuts[1:], strict=True)]


def extended(points: np.ndarray, at_end: bool, amount: float) -> np.ndarray:
    """The line made longer (or shorter, below 0) by `amount` metres at one end."""
    line = points if at_end else points[::-1]
    if amount < 0:
        line = piece(line, 0.0, lengths(line)[-1] + amount)
    else:
        way = line[-1] - line[-2]
        line = np.vstack((line[:-1], line[-1] + way / np.hypot(*way) * amount))
    return np.round(line if at_end else line[::-1], 3)
