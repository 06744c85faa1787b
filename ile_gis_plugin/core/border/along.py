"""Lines that run along a border between two members."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..territory.nearby import NearBorders, borders_near
from .courses import METRE
from .doubles import COS_PARALLEL, Doubles
from .site import Site
from .stretches import PIECE_M, SAMPLE_M, Pieces, Samples, parts_within

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEAR_M = 2.0
SHORTEST_M = 20.0
#: A line that keeps to the border for less than this, and for less than `LEAST_SHARE` of its whole
#: length, only crosses it or comes up to it at a small angle.
LONG_M = 50.0
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


def along_borders(site: Site, samples: Samples, found: Doubles) -> Alongs:
    """Lines along a border with their home on one side, both sides members, not recorded twice."""
    home, n = site.lines.home, len(site.coverage.ags)
    pieces, border = _pieces_near(site, samples)
    if not len(pieces.line):
        nothing = np.empty(0)
        return Alongs(pieces.line, pieces.line, nothing, nothing, nothing, pieces.middle)
    own = home[pieces.line]
    other = np.where(border.left == own, border.right, border.left)
    kept = ((border.left == own) | (border.right == own)) & (other >= 0)
    kept &= site.is_member[own] & site.is_member[other]
    twice = np.concatenate([found.left * n + home[found.right], found.right * n + home[found.left]])
    kept &= ~np.isin(pieces.line * n + other, twice)
    pieces, other, off = pieces.take(kept), other[kept], border.distance[kept]

    along = _runs_along(site, pieces)
    key, group = np.unique(pieces.line * n + other, return_inverse=True)
    length = pieces.length_m
    total = np.bincount(group, length, minlength=len(key))
    metres = np.bincount(group, length * along, minlength=len(key))
    distance = np.bincount(group, length * along * off, minlength=len(key))
    share = metres / np.maximum(total, 1e-9)
    long = (metres >= SHORTEST_M) & (share >= LEAST_SHARE)
    whole = site.courses.length[key // n] / METRE
    long &= (metres >= LONG_M) | (metres >= LEAST_SHARE * whole)

    rows = np.flatnonzero(along)
    rows = rows[np.argsort(group[rows], kind="stable")]
    count = np.bincount(group[rows], minlength=len(key))
    middle = (np.cumsum(count) - count + count // 2)[long]
    xy = np.full((len(key), 2), np.nan)
    xy[long] = pieces.middle[rows[middle]]
    made = Alongs(key // n, key % n, metres, share, distance / np.maximum(metres, 1e-9), xy)
    return Alongs(*(values[long] for values in made))


def _pieces_near(site: Site, samples: Samples) -> tuple[Pieces, NearBorders]:
    """The pieces near borders, of lines that may have enough of them; and those borders."""
    reach = NEAR_M + SAMPLE_M / 2 + PIECE_M / 2  # to the middle of any piece that it has a part of
    near = borders_near(site.coverage, samples.near.middle, reach).distance <= reach
    at = samples.near.take(near)
    enough = np.bincount(at.line, at.length_m + PIECE_M, minlength=len(site.lines)) >= SHORTEST_M
    at = at.take(enough[at.line])
    pieces = parts_within(site.courses, at.line, at.begin, at.end, PIECE_M)
    border = borders_near(site.coverage, pieces.middle, NEAR_M)
    near = np.isfinite(border.distance)
    return pieces.take(near), NearBorders(*(values[near] for values in border))


def _runs_along(site: Site, pieces: Pieces) -> NDArray[np.bool_]:
    """Whether the border turns from a piece by less than 25°, over the piece's length."""
    ends = [site.courses.at(pieces.line, way) for way in (pieces.begin, pieces.end)]
    feet = [borders_near(site.coverage, xy, NEAR_M + PIECE_M).foot for xy in ends]
    chord, border = ends[1] - ends[0], feet[1] - feet[0]
    size = np.sqrt((chord * chord).sum(axis=1))
    border_size = np.sqrt((border * border).sum(axis=1))
    along = (chord * border).sum(axis=1) >= COS_PARALLEL * size * border_size
    return along & (border_size > 0.5 * size)  # across a border, its nearest point stays in place
