"""Doubles across the border: what one line records beyond it is cut off, and both meet there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand
from .assignment import first_of_equal
from .courses import METRE
from .doubles import Doubles
from .handles import END, START
from .nodes import Ends
from .site import Site
from .stretches import PIECE_M
from .targets import border_points, cuts_of, meeting_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Of what a line records beyond the border, this much at least is recorded by the other too.
_RECORDED = 0.8


class Cuts(NamedTuple):
    """Lines that run on over the border beside a line of the neighbour, which joins them there."""

    double: Integers  # number of the pair in `Doubles`
    line: Integers  # the line that is cut
    kind: Integers  # START or END: what is cut off
    way: Integers  # µm from its start: where it crosses the border
    end: Integers  # the end of the other line, as in `Ends`
    target: Floats  # (k, 2)


def cuts_across(site: Site, ends: Ends, free: Integers, found: Doubles) -> Cuts:
    """The doubles in which one line runs on beyond the border to its end, and the other has a
    free end at the border."""
    if not len(found.left):
        return _no_cuts()
    made = [_cuts(site, ends, free, found, side) for side in (0, 1)]
    cuts = Cuts(*(np.concatenate(values) for values in zip(*made, strict=True)))
    _, once, count = np.unique(cuts.double, return_index=True, return_counts=True)
    return Cuts(*(values[once[count == 1]] for values in cuts))


def _no_cuts() -> Cuts:
    nothing = np.empty(0, dtype=np.int64)
    return Cuts(*(nothing,) * 5, np.empty((0, 2)))


def _cuts(site: Site, ends: Ends, free: Integers, found: Doubles, side: int) -> Cuts:
    """The cuts of the left (0) or right (1) lines."""
    sides = (found.left, found.right), (found.left_abroad_m, found.right_abroad_m)
    span = (found.left_span, found.right_span)[side]
    abroad, at_home = sides[1][side], sides[1][1 - side]
    double = np.flatnonzero((abroad > 0.5 * found.overlap_m) & (at_home < PIECE_M))
    if not len(double):
        return _no_cuts()
    line, other = sides[0][side][double], sides[0][1 - side][double]
    span, length = span[double], site.courses.length[line]
    overlap = found.overlap_m[double] * METRE

    ways, of = _crossings(site, line)
    margin = 2 * int(PIECE_M * METRE)
    # the crossing next to the overlap, on the side where the line comes from
    before, after = ways <= span[of, 0] + margin, ways >= span[of, 1] - margin
    last, first = np.zeros(len(line), dtype=np.int64), length.copy()
    np.maximum.at(last, of[before], ways[before])
    np.minimum.at(first, of[after], ways[after])
    kind = np.repeat([END, START], len(line))
    way, rest = np.append(last, first), np.append(length - last, first)
    double, line, other, overlap = (np.tile(v, 2) for v in (double, line, other, overlap))
    known = (rest > 0) & (rest < np.tile(length, 2)) & (overlap + margin >= _RECORDED * rest)
    return _joined_to(site, ends, free, double[known], line[known], other[known], kind[known],
                      way[known])  # fmt: skip


def _crossings(site: Site, line: Integers) -> tuple[Integers, Integers]:
    """(µm from the start, number of the line) of all places where lines cross a border."""
    whole = site.courses.stretches(line, np.zeros_like(line), site.courses.length[line])
    vertex, at = cuts_of(site, whole.coords, whole.offsets)
    of = np.searchsorted(whole.offsets, vertex, side="right") - 1
    step = whole.way[vertex + 1] - whole.way[vertex]
    return whole.way[vertex] + np.rint(at * step).astype(np.int64), of


def _joined_to(site: Site, ends: Ends, free: Integers, double, line, other, kind, way) -> Cuts:
    """Those whose other line ends near the crossing; with the place where both meet."""
    xy = site.courses.at(line, way)
    back = np.where(kind == END, -1, 1) * METRE
    inner = site.courses.at(line, np.clip(way + back, 0, site.courses.length[line]))
    home = site.lines.home[line]
    from_home = site.coverage.municipality_at(inner, home) == home
    start = np.searchsorted(ends.line, other)
    count = np.searchsorted(ends.line, other, side="right") - start
    i, end = expand(start, count)
    off = np.hypot(*(ends.xy[end] - xy[i]).T)
    fits = (off <= site.reach_m) & (ends.distance[end] <= site.cap_m) & from_home[i]
    fits &= np.isin(end, free)
    i, end, off = i[fits], end[fits], off[fits]
    order = np.lexsort((end, np.round(off, 6), i))
    order = order[first_of_equal(i[order])]
    i, end = i[order], end[order]
    theirs = ends.take(end)
    crossing = theirs._replace(line=line[i], xy=xy[i])
    points = border_points(site, theirs)
    ours = points._replace(xy=xy[i], is_end=np.zeros(len(i), dtype=bool))
    target = meeting_points(site, (crossing, theirs), (ours, points))
    return Cuts(double[i], line[i], kind[i], way[i], end, target)
