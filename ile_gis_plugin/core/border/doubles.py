"""Stretches that two municipalities both record."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import near_pairs, points_near_lines
from ..rules.rule import SAME_POINT_M
from ..territory.nearby import borders_near
from .courses import METRE
from .site import Site
from .stretches import PIECE_M, SAMPLE_M, Pieces, Samples, pieces_of, steps_around

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SHORTEST_M = 15.0
FARTHEST_MEAN_M = 2.5
COS_PARALLEL = float(np.cos(np.radians(25.0)))
# Lines whose ends are no farther apart begin or end together.
_TOGETHER_M = 10.0
# What keeps beside a line for so long does not do so by chance.
_LONG_M = 40.0
# By how much (standard deviation) the distance between two records of one thing may change.
_SPREAD_M, _MOST_SPREAD_M = 0.5, 1.2


class Doubles(NamedTuple):
    """Pairs of lines that record the same, by pair; the left one is that of the lower AGS."""

    left: Integers
    right: Integers
    overlap_m: Floats  # along the left line
    distance_m: Floats  # mean
    xy: Floats  # (k, 2) in the middle
    left_abroad_m: Floats  # of the overlap, where the left line runs outside its home and
    right_abroad_m: Floats  # farther than the cap from its border
    left_span: Integers  # (k, 2) µm from the line's start: where the overlap begins and ends
    right_span: Integers


class _Beside(NamedTuple):
    """Pieces and the lines that run beside them."""

    piece: Integers
    other: Integers
    way: Integers  # µm from the other line's start
    distance: Floats
    offset: Floats  # metres to the left of the piece


def doubles(site: Site, samples: Samples) -> Doubles:
    """All pairs of lines of different homes, in one network, that run beside each other."""
    left, right = _pairs_beside(site, samples)
    if not len(left):
        nothing, span = np.empty(0), np.empty((0, 2), dtype=np.int64)
        return Doubles(left, right, nothing, nothing, np.empty((0, 2)), nothing, nothing, span,
                       span)  # fmt: skip
    pieces, pair = pieces_of(site.courses, left)
    found = _beside(site, pieces, right[pair])
    pieces, pair, n = pieces.take(found.piece), pair[found.piece], len(left)
    length = pieces.length_m
    overlap = np.bincount(pair, length, minlength=n)
    mean = np.bincount(pair, length * found.distance, minlength=n) / np.maximum(overlap, 1e-9)
    feet = site.courses.at(found.other, found.way)
    abroad_m = [
        np.bincount(pair, length * _is_abroad(site, line, xy), minlength=n)
        for line, xy in ((pieces.line, pieces.middle), (found.other, feet))
    ]
    half = int(PIECE_M * METRE) // 2
    spans = [_spans(pair, pieces.begin, pieces.end, n),
             _spans(pair, found.way - half, found.way + half, n)]  # fmt: skip
    kept = (overlap >= SHORTEST_M) & ~_scatters(site, pieces, found, pair, left, right, spans)

    count = np.bincount(pair, minlength=n)
    middle = np.minimum(np.cumsum(count) - count + count // 2, len(pair) - 1)
    xy = pieces.middle[middle] if len(pair) else np.empty((n, 2))
    made = Doubles(left, right, overlap, mean, xy, *abroad_m, *spans)
    return Doubles(*(values[kept] for values in made))


def _pairs_beside(site: Site, samples: Samples) -> tuple[Integers, Integers]:
    """All pairs of lines of different homes, in one network, that may run beside each other for
    some ten metres; by pair, the lower AGS first."""
    line, network, home = samples.near.line, site.lines.network, site.lines.home
    # beside a sample lies a place of the other line, and half a sample on from there its sample
    near = near_pairs(samples.near.middle, site.cap_m + SAMPLE_M / 2, group=network[line])
    abroad = samples.abroad
    far = points_near_lines(abroad.middle, site.index, site.cap_m, own=abroad.line,
                            group=(network[abroad.line], network))  # fmt: skip
    i = np.append(line[near.i], abroad.line[far.point])
    j = np.append(line[near.j], far.line)
    apart = home[i] != home[j]
    i, j, n = i[apart], j[apart], len(site.lines)
    is_left = site.rank[i] < site.rank[j]
    pair = np.unique(np.where(is_left, i, j) * n + np.where(is_left, j, i))
    return pair // n, pair % n


def _beside(site: Site, pieces: Pieces, other: Integers) -> _Beside:
    """The pieces that another line each runs beside, in their direction or against it."""
    near = points_near_lines(
        pieces.middle, site.index, site.cap_m, group=(other, np.arange(len(site.lines)))
    ).nearest_first()
    near = near.first_of_each(near.point)
    courses = site.courses
    way = courses.way_on(near.line, near.segment, near.position)
    margin = int(SAME_POINT_M * METRE)
    inside = (way > margin) & (way < courses.length[near.line] - margin)
    near, way = near.take(inside), way[inside]

    chord = pieces.take(near.point).chords(courses)
    step = steps_around(courses, near.line, way)
    size = np.sqrt((chord * chord).sum(axis=1) * (step * step).sum(axis=1))
    parallel = np.abs((chord * step).sum(axis=1)) >= COS_PARALLEL * size
    parallel &= size > 0
    near, way, chord = near.take(parallel), way[parallel], chord[parallel]
    to = courses.at(near.line, way) - pieces.middle[near.point]
    sign = np.sign(chord[:, 0] * to[:, 1] - chord[:, 1] * to[:, 0])
    return _Beside(near.point, near.line, way, near.distance, sign * near.distance)


def _scatters(
    site: Site, pieces: Pieces, found: _Beside, pair: Integers, left: Integers, right: Integers,
    spans: list[Integers],
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether the distance between two lines changes as it does where lines meet, cross or pass.

    Two records of one thing keep theirs, and mostly begin or end together; then a little more is
    allowed than to lines that come from elsewhere and go elsewhere on both sides.
    """
    n, weight = len(left), pieces.length_m
    total = np.bincount(pair, weight, minlength=n)

    def mean(values: Floats) -> Floats:
        return np.bincount(pair, weight * values, minlength=n) / np.maximum(total, 1e-9)

    distance = mean(found.distance)
    off = found.offset - mean(found.offset)[pair]
    spread = np.sqrt(mean(off * off))
    rest = [np.stack([span[:, 0], site.courses.length[line] - span[:, 1]])
            for line, span in zip((left, right), spans, strict=True)]  # fmt: skip
    together = np.minimum(*rest).min(axis=0) <= _TOGETHER_M * METRE
    limit = np.where(together, _SPREAD_M + total / 100.0, total / 60.0)
    limit = np.minimum(limit, _MOST_SPREAD_M)
    # Near the cap, lines are seen only where they come in reach: they must not leave it at all.
    far = distance + np.where(total < _LONG_M, spread, 0.0) > FARTHEST_MEAN_M
    return (spread > limit) | (far & (distance + 2 * spread > site.cap_m))


def _is_abroad(site: Site, line: Integers, xy: Floats) -> NDArray[np.bool_]:
    home = site.lines.home[line]
    abroad = site.coverage.municipality_at(xy, home) != home
    return abroad & np.isinf(borders_near(site.coverage, xy, site.cap_m).distance)


def _spans(pair: Integers, begin: Integers, end: Integers, n: int) -> Integers:
    span = np.tile([np.iinfo(np.int64).max, 0], (n, 1))
    np.minimum.at(span[:, 0], pair, begin)
    np.maximum.at(span[:, 1], pair, end)
    return span
