"""Ends that meet the side of a line of the neighbour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import NearLines, points_near_lines
from ..rules.rule import SAME_POINT_M
from .assignment import first_of_equal
from .courses import METRE
from .doubles import COS_PARALLEL, Doubles
from .nodes import Ends
from .pairs import are_double
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Over so many metres before it an end must come nearer to a line to meet it ...
_OVER_M = 5.0
# ... by this part of them: a line beside is not one that is met.
_LEAST_APPROACH = float(np.sqrt(1 - COS_PARALLEL**2))


class Branches(NamedTuple):
    """Ends that meet a line of the neighbour midway."""

    end: Integers
    line: Integers
    way: Integers  # µm from the line's start
    xy: Floats  # (k, 2) the place on the line
    beyond: Floats  # metres by which the end reaches past the line, 0 where it stops short
    distance: Floats
    approach: Floats  # metres that the end comes nearer to the line on each metre: 1 is straight


def branches(
    site: Site, ends: Ends, near: NearLines, free: Integers, found: Doubles
) -> Branches:
    """The free ends that meet the side of another home's line within the cap, each the nearest.

    Args:
        near: lines within the cap of ends, the nearest segment of each.
    """
    lines, courses = site.lines, site.courses
    near = near.take(np.isin(near.point, free))
    line = ends.line[near.point]
    near = near.take((lines.home[near.line] != lines.home[line])
                     & ~are_double(found, len(lines), line, near.line))  # fmt: skip
    if not len(near.point):
        nothing = np.empty(0)
        return Branches(near.point, near.line, near.line, np.empty((0, 2)), nothing, nothing,
                        nothing)  # fmt: skip
    position, distance, beyond = _met(site, ends.take(near.point), near)
    way = courses.way_on(near.line, near.segment, position)
    margin = int(SAME_POINT_M * METRE)
    fits = (way > margin) & (way < courses.length[near.line] - margin)
    fits &= beyond * METRE < courses.length[ends.line[near.point]] - margin
    approach = _approach(site, ends.take(near.point), near.line, distance, beyond)
    rows = np.flatnonzero(fits & (approach >= _LEAST_APPROACH))
    rows = rows[np.lexsort((near.line[rows], np.round(distance[rows], 6), near.point[rows]))]
    rows = rows[first_of_equal(near.point[rows])]
    a, b = courses.coords[near.segment[rows]], courses.coords[near.segment[rows] + 1]
    return Branches(near.point[rows], near.line[rows], way[rows],
                    a + position[rows, None] * (b - a), beyond[rows], distance[rows],
                    approach[rows])  # fmt: skip


def _met(site: Site, ends: Ends, near: NearLines) -> tuple[Floats, Floats, Floats]:
    """Where on its segment each end meets the line, how far from there it is, and by how much it
    reaches past: as at the border straight on, unless that is far more than the shortest way."""
    coords = site.courses.coords
    a = coords[near.segment]
    step, to = coords[near.segment + 1] - a, a - ends.xy
    heading = ends.heading
    turn = heading[:, 0] * step[:, 1] - heading[:, 1] * step[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = (to[:, 0] * step[:, 1] - to[:, 1] * step[:, 0]) / turn
        position = (to[:, 0] * heading[:, 1] - to[:, 1] * heading[:, 0]) / turn
    hits = (np.abs(ahead) <= site.cap_m) & (position >= 0) & (position <= 1)
    hits &= near.distance * 3 >= np.abs(ahead)
    return (np.where(hits, position, near.position),
            np.where(hits, np.abs(ahead), near.distance),
            np.where(hits, np.maximum(-ahead, 0.0), 0.0))  # fmt: skip


def _approach(site: Site, ends: Ends, line: Integers, distance, beyond) -> Floats:
    """How fast ends come nearer to lines on their last metres before they reach them."""
    courses = site.courses
    length = courses.length[ends.line]
    back = np.minimum(length, np.rint((_OVER_M + beyond) * METRE).astype(np.int64))
    inner = courses.at(ends.line, np.where(ends.part == 1, length - back, back))
    reach = site.cap_m + _OVER_M
    near = points_near_lines(inner, site.index, reach, group=(line, np.arange(len(site.lines))))
    away = np.full(len(line), reach)
    np.minimum.at(away, near.point, near.distance)
    way = np.maximum(back / METRE - beyond, 1e-3)
    return (away - np.where(beyond > 0, 0.0, distance)) / way
