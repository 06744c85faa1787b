"""Planar geometry of many points and segments at once. Coordinates and distances in metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def to_segments(p: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """From points to segments, pair by pair: (distance, position 0 … 1 of the nearest point).

    Args:
        p, a, b: (n, 2) points, and the segments' first and second vertices.
    """
    dx, dy = (b - a).T
    px, py = (p - a).T
    square = dx * dx + dy * dy
    with np.errstate(divide="ignore", invalid="ignore"):
        position = np.clip((dx * px + dy * py) / square, 0.0, 1.0)
    position[square == 0] = 0.0
    return np.hypot(px - position * dx, py - position * dy), position


def meetings(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Where straight lines a → b and c → d meet, pair by pair: as positions on each, 0 at a and c,
    1 at b and d. NaN where they are parallel."""
    abx, aby = (b - a).T
    cdx, cdy = (d - c).T
    acx, acy = (c - a).T
    turn = abx * cdy - aby * cdx
    turn[turn == 0] = np.nan
    return (acx * cdy - acy * cdx) / turn, (acx * aby - acy * abx) / turn
