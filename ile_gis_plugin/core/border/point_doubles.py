"""The same light or charging point in two registers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import PointAssets
from ..geometry.neighbours import near_pairs
from .assignment import mutual_best
from .attributes import COMPARED_POINTS, compare
from .confidence import led_by, nearness, with_agreement

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class PointDoubles(NamedTuple):
    """Pairs of points of different homes that are one; indices, in no order of homes."""

    first: Integers
    second: Integers
    distance: Floats
    confidence: Floats


def point_doubles(points: PointAssets, cap_m: float) -> PointDoubles:
    """The pairs within the cap that are nearest to each other on both sides."""
    near = near_pairs(points.xy, cap_m)
    home = points.home
    apart = (home[near.i] != home[near.j]) & (home[near.i] >= 0) & (home[near.j] >= 0)
    i, j, distance = near.i[apart], near.j[apart], np.round(near.distance[apart], 6)
    order = np.lexsort((j, i, distance))
    i, j, distance = i[order], j[order], distance[order]
    chosen = mutual_best(len(points), i, j)

    rival = np.full(len(points), np.inf)
    others = np.ones(len(i), dtype=bool)
    others[chosen] = False
    for point in (i, j):
        np.minimum.at(rival, point[others], distance[others])
    i, j, distance = i[chosen], j[chosen], distance[chosen]
    rival = np.maximum(np.minimum(rival[i], rival[j]), 1e-9)
    _, share = compare(points, i, j, COMPARED_POINTS)
    tolerance = points.tolerance_m[i] + points.tolerance_m[j]
    confidence = nearness(distance, tolerance) * led_by(np.clip(1 - distance / rival, 0, 1))
    return PointDoubles(i, j, distance, with_agreement(confidence, share))
