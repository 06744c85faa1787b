"""Lines that run along a border between two members."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..territory.nearby import borders_near
from .doubles import COS_PARALLEL, Doubles
from .site import Site
from .stretches import PIECE_M, Pieces

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEAR_M = 2.0
SHORTEST_M = 20.0
#: Of a line's length near a border, this much at least runs along it.
LEAST_SHARE = 0.6


class Alongs(NamedTuple):
    """Lines along borders, by line and municipality."""

    line: Integers
    other: Integers  # index in Coverage.ags of the municipality across the border
    length_m: Floats
    share: Floats  # of the line's length near that border
    distance_m: Floats  # mean
    xy: Floats  # (k, 2)


def along_borders(site: Site, pieces: Pieces, found: Doubles) -> Alongs:
    """Lines along a border with their home on one side, both sides members, not recorded twice."""
    home = site.lines.home
    near = np.flatnonzero(pieces.distance <= NEAR_M)
    pieces = pieces.take(near)
    own, n = home[pieces.line], len(site.coverage.ags)
    other = np.where(pieces.left == own, pieces.right, pieces.left)
    kept = ((pieces.left == own) | (pieces.right == own)) & (other >= 0)
    kept &= site.is_member[own] & site.is_member[other]
    twice = np.concatenate([found.left * n + home[found.right], found.right * n + home[found.left]])
    kept &= ~np.isin(pieces.line * n + other, twice)
    pieces, other = pieces.take(kept), other[kept]

    along = _runs_along(site, pieces)
    key, group = np.unique(pieces.line * n + other, return_inverse=True)
    length = pieces.length_m
    total = np.bincount(group, length, minlength=len(key))
    metres = np.bincount(group, length * along, minlength=len(key))
    distance = np.bincount(group, length * along * pieces.distance, minlength=len(key))
    share = metres / np.maximum(total, 1e-9)
    long = (metres >= SHORTEST_M) & (share >= LEAST_SHARE)

    rows = np.flatnonzero(along)
    rows = rows[np.argsort(group[rows], kind="stable")]
    count = np.bincount(group[rows], minlength=len(key))
    middle = (np.cumsum(count) - count + count // 2)[long]
    xy = np.full((len(key), 2), np.nan)
    xy[long] = pieces.middle[rows[middle]]
    made = Alongs(key // n, key % n, metres, share, distance / np.maximum(metres, 1e-9), xy)
    return Alongs(*(values[long] for values in made))


def _runs_along(site: Site, pieces: Pieces) -> NDArray[np.bool_]:
    """Whether the border turns from a piece by less than 25°, over the piece's length."""
    ends = [site.courses.at(pieces.line, way) for way in (pieces.begin, pieces.end)]
    feet = [borders_near(site.coverage, xy, NEAR_M + PIECE_M).foot for xy in ends]
    chord, border = ends[1] - ends[0], feet[1] - feet[0]
    size = np.sqrt((chord * chord).sum(axis=1))
    border_size = np.sqrt((border * border).sum(axis=1))
    along = (chord * border).sum(axis=1) >= COS_PARALLEL * size * border_size
    return along & (border_size > 0.5 * size)  # across a border, its nearest point stays in place
