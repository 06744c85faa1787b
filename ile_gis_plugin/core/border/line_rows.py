"""Rows of matches for each way in which lines belong together at a border."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import confidence as sure
from .along import Alongs
from .attributes import COMPARED, compare, continuations
from .branches import Branches
from .doubles import Doubles
from .joining import Cuts
from .leftovers import Joined
from .matches import (
    ALONG_BORDER,
    DOUBLE,
    END_END,
    END_LINE,
    GAP,
    MISMATCH,
    MISSING,
    OVERSHOOT,
    SAME_OBJECT,
)
from .nodes import Ends
from .pairs import Pairs, Relation, relation
from .rows import Rows, no_rows, rows
from .site import Site
from .targets import BorderPoints

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def _agreeing(site: Site, confidence: Floats, one: Integers, other: Integers) -> Floats:
    return sure.with_agreement(confidence, compare(site.lines, one, other, COMPARED)[1])


def _tolerance(site: Site, one: Integers, other: Integers) -> Floats:
    return site.lines.tolerance_m[one] + site.lines.tolerance_m[other]


def _is_lengthwise(how: Relation) -> NDArray[np.bool_]:
    """What is off sideways may lie across the border too, and still reaches over nothing."""
    return np.abs(how.advance) >= how.lateral


def _pass_each_other(how: Relation) -> NDArray[np.bool_]:
    return how.advance < -0.5 * how.distance


def pair_rows(
    site: Site, ends: Ends, pairs: Pairs, points: tuple[BorderPoints, ...], target: Floats
) -> Rows:
    """Ends that do not meet: a gap, or an overshoot where they pass each other or one crosses
    the border."""
    first, second, _, how = pairs.chosen
    one, other = ends.line[first], ends.line[second]
    crosses = np.isfinite(points[0].back) | np.isfinite(points[1].back)
    over = (crosses & _is_lengthwise(how)) | _pass_each_other(how)
    confidence = sure.nearness(how.distance, _tolerance(site, one, other))
    confidence *= sure.shape(how.straight) * sure.led_by(pairs.lead)
    return rows(
        one, kind=np.where(over, OVERSHOOT, GAP), other=other, one_part=ends.part[first],
        other_part=ends.part[second], xy=target, join=END_END,
        confidence=_agreeing(site, confidence, one, other), distance_m=how.distance,
        lateral_m=how.lateral,
    )  # fmt: skip


def joined_rows(
    site: Site, ends: Ends, joins: Joined, points: BorderPoints, target: Floats
) -> Rows:
    """Ends that stand off a node where others meet."""
    one, other = ends.line[joins.end], ends.line[joins.other]
    how: Relation = relation(ends, joins.end, joins.other)
    confidence = sure.nearness(joins.distance, _tolerance(site, one, other))
    confidence *= sure.shape(how.straight)
    over = np.isfinite(points.back) & _is_lengthwise(how) & _pass_each_other(how)
    return rows(
        one, kind=np.where(over, OVERSHOOT, GAP), other=other,
        one_part=ends.part[joins.end], other_part=ends.part[joins.other], xy=target,
        join=END_END, confidence=_agreeing(site, confidence, one, other),
        distance_m=joins.distance, lateral_m=how.lateral,
    )  # fmt: skip


def branch_rows(site: Site, ends: Ends, sides: Branches, target: Floats) -> Rows:
    """Ends that stop before the side of a line, or reach past it."""
    one = ends.line[sides.end]
    confidence = sure.nearness(sides.distance, _tolerance(site, one, sides.line))
    confidence *= sure.shape(np.minimum(sides.approach, 1.0))
    return rows(
        one, kind=np.where(sides.beyond > 0, OVERSHOOT, GAP), other=sides.line,
        one_part=ends.part[sides.end], xy=target, join=END_LINE,
        confidence=_agreeing(site, confidence, one, sides.line), distance_m=sides.distance,
    )  # fmt: skip


def missing_rows(site: Site, ends: Ends, lost: Integers) -> Rows:
    """Ends at the border that nothing continues."""
    if not len(lost):
        return no_rows()
    line = ends.line[lost]
    home = site.lines.home[line]
    distance = ends.distance[lost]
    return rows(
        line, kind=MISSING, one_part=ends.part[lost], xy=ends.xy[lost], distance_m=distance,
        across=np.where(ends.left[lost] == home, ends.right[lost], ends.left[lost]),
        confidence=sure.nearness(distance, 2 * site.lines.tolerance_m[line]),
    )  # fmt: skip


def double_rows(site: Site, found: Doubles, cuts: Cuts) -> Rows:
    """Stretches that both record; where one is to be cut off, the place is where both meet."""
    xy = found.xy.copy()
    xy[cuts.double] = cuts.target
    confidence = sure.nearness(found.distance_m, _tolerance(site, found.left, found.right))
    confidence *= sure.length(found.overlap_m)
    return rows(
        found.left, kind=DOUBLE, other=found.right, xy=xy, join=SAME_OBJECT,
        confidence=_agreeing(site, confidence, found.left, found.right),
        distance_m=found.distance_m, overlap_m=found.overlap_m,
    )  # fmt: skip


def along_rows(site: Site, found: Alongs) -> Rows:
    """Lines that run along a border."""
    if not len(found.line):
        return no_rows()
    tolerance = 2 * site.lines.tolerance_m[found.line]
    confidence = found.share * sure.nearness(found.distance_m, tolerance)
    return rows(
        found.line, kind=ALONG_BORDER, across=found.other, xy=found.xy,
        confidence=confidence * sure.length(found.length_m), distance_m=found.distance_m,
        overlap_m=found.length_m,
    )  # fmt: skip


def mismatch_rows(site: Site, ends: Ends, group: Integers, place: Floats) -> Rows:
    """Attributes that differ between lines that continue each other.

    Args:
        group: (ends,) number of what an end meets in, or -1.
        place: (ends, 2) where that is.
    """
    i, j, straight = continuations(site, ends, group)
    found, _ = compare(site.lines, ends.line[i], ends.line[j], COMPARED)
    if not len(found.pair):
        return no_rows()
    i, j, straight = i[found.pair], j[found.pair], straight[found.pair]
    one, other = ends.line[i], ends.line[j]
    distance = np.hypot(*(ends.xy[j] - ends.xy[i]).T)
    confidence = sure.nearness(distance, _tolerance(site, one, other)) * sure.shape(straight)
    return rows(
        one, kind=MISMATCH, other=other, one_part=ends.part[i], other_part=ends.part[j],
        xy=place[i], join=END_END, confidence=confidence, field=found.field,
        distance_m=distance, one_value=found.left, other_value=found.right,
    )  # fmt: skip
