"""New geometries: ends meet, and the way there is spread along the lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.ranges import expand
from ..rules.rule import SAME_POINT_M
from .assignment import first_of_equal
from .courses import METRE, Courses, end_xy
from .handles import END, START, Handles, Moves, moves
from .matches import Changes
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SAME = int(SAME_POINT_M * METRE)


def changes_of(site: Site, handles: Handles) -> tuple[Changes, Integers]:
    """The lines as they are after each match, on whole millimetres; and the matches for which
    there is none.

    The shift of a place is felt less and less along the line: by none at its other end, at a
    vertex made for it or at a node that other lines share. So a length changes by no more than
    the shift; where cutting off what reaches over the border would change it by more, or would
    cut off a node, nothing is cut and the line is only shifted.
    """
    if not len(handles.match):
        return Changes.none(), handles.match
    changes, impossible = _made(site, moves(site, handles))
    courses = site.courses
    length = courses.length[handles.line]
    cut = np.where(handles.kind == START, handles.way, length - handles.way)
    # what was recorded twice is cut off in any case
    short = (handles.kind <= END) & (cut > 0) & (cut <= site.reach_m * METRE)
    again = np.union1d(impossible, _changed_too_much(site, handles.take(short), changes))
    short &= np.isin(handles.match, again)
    if not short.any():
        return changes, impossible
    whole = np.where(handles.kind == END, length, 0)
    return _made(site, moves(site, handles._replace(way=np.where(short, whole, handles.way))))


def _made(site: Site, moved: Moves) -> tuple[Changes, Integers]:
    handles, courses = moved.handles, site.courses
    impossible = np.unique(handles.match[~moved.is_possible])
    kept = np.flatnonzero(~np.isin(handles.match, impossible))
    moved = Moves(handles.take(kept), *(values[kept] for values in moved[1:]))
    handles = moved.handles
    if not len(kept):
        return Changes.none(), impossible

    key = handles.match * len(courses.length) + handles.line
    is_first = first_of_equal(key)
    starts, job = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    match, line = handles.match[starts], handles.line[starts]
    of, xy = _vertices(courses, moved, job, line)
    coords = np.round(xy, 3)
    repeated = (of[1:] == of[:-1]) & (coords[1:] == coords[:-1]).all(axis=1)
    of, coords = of[np.append(True, ~repeated)], coords[np.append(True, ~repeated)]
    count = np.bincount(of, minlength=len(line))
    offsets = np.append(0, np.cumsum(count))
    lost = count < 2
    impossible = np.union1d(impossible, match[lost])
    same = _unchanged(courses, line, coords, offsets)
    return _taken(site, match, line, coords, offsets, ~same & ~np.isin(match, impossible)), \
        impossible  # fmt: skip


def _vertices(courses: Courses, moved: Moves, job, line) -> tuple[Integers, Floats]:
    """(job, place) of the new lines' vertices: the old ones between the cuts, the
    handles, and those where the shifts are no longer felt."""
    handles = moved.handles
    n = len(line)
    low, high = np.zeros(n, dtype=np.int64), courses.length[line]
    np.maximum.at(low, job, np.where(handles.kind == START, handles.way, 0))
    np.minimum.at(high, job, np.where(handles.kind == END, handles.way, high[job]))

    count = np.diff(courses.offsets)[line]
    of, vertex = expand(courses.offsets[line], count)
    way = courses.way_of(line[of], vertex)
    # A handle takes the place of a vertex that it is.
    inside = (way >= low[of]) & (way <= high[of]) & ~_at(handles.way, job, of, way, n)
    of, vertex, way = of[inside], vertex[inside], way[inside]
    xy = courses.coords[vertex]

    ends = [(job[reach > 0], (handles.way + sign * reach)[reach > 0])
            for sign, reach in ((-1, moved.before), (1, moved.after))]  # fmt: skip
    end_of, end_way = (np.concatenate(values) for values in zip(*ends, strict=True))
    stands = np.concatenate([of, job]), np.concatenate([way, handles.way])
    new = ~_at(stands[1], stands[0], end_of, end_way, n)
    end_of, end_way = end_of[new], end_way[new]
    of = np.concatenate([of, end_of])
    way = np.concatenate([way, end_way])
    xy = np.concatenate([xy, courses.at(line[end_of], end_way)])
    xy = xy + _felt(moved, job, of, way)

    of = np.concatenate([of, job])
    way = np.concatenate([way, handles.way])
    xy = np.concatenate([xy, handles.target])
    order = np.lexsort((way, of))
    return of[order], xy[order]


def _at(known_way, known_of, of, way, n: int) -> NDArray[np.bool_]:
    """Which places (of, way) are within a centimetre along the line of a known one."""
    span = int(max(known_way.max(initial=0), way.max(initial=0))) + 4 * _SAME
    known = np.sort(known_of * span + known_way)
    place = of * span + way
    return np.searchsorted(known, place - _SAME, side="left") < np.searchsorted(
        known, place + _SAME, side="right"
    )


def _felt(moved: Moves, job, of, way) -> Floats:
    """(k, 2) by how much each vertex is shifted: by the handle that it feels most."""
    handles = moved.handles
    first = np.searchsorted(job, of, side="left")
    last = np.searchsorted(job, of, side="right") - 1
    felt = np.zeros((len(of), 2))
    most = np.zeros(len(of))
    for handle in (first, last):
        off = way - handles.way[handle]
        reach = np.where(off < 0, moved.before[handle], moved.after[handle])
        weight = np.clip(1.0 - np.abs(off) / np.maximum(reach, 1), 0.0, 1.0)
        more = weight > most
        felt[more] = weight[more, None] * moved.shift[handle[more]]
        most = np.maximum(most, weight)
    return felt


def _unchanged(courses: Courses, line, coords: Floats, offsets: Integers) -> NDArray[np.bool_]:
    same = np.diff(offsets) == np.diff(courses.offsets)[line]
    rows = np.flatnonzero(same)
    i, v = expand(offsets[rows], np.diff(offsets)[rows])
    old = v - offsets[rows][i] + courses.offsets[line[rows]][i]
    differs = (coords[v] != courses.coords[old]).any(axis=1)
    same[rows] = np.bincount(i[differs], minlength=len(rows)) == 0
    return same


def _taken(site: Site, match, line, coords, offsets, kept) -> Changes:
    rows = np.flatnonzero(kept)
    count = np.diff(offsets)[rows]
    _, v = expand(offsets[rows], count)
    return Changes(match[rows], site.lines.fid[line[rows]], coords[v],
                   np.append(0, np.cumsum(count)))  # fmt: skip


def _changed_too_much(site: Site, cut: Handles, changes: Changes) -> Integers:
    """Matches that cut a line and change its length by more than its end is moved."""
    courses, fids = site.courses, site.lines.fid
    key = changes.match * len(fids) + np.searchsorted(fids, changes.fid)
    asked = cut.match * len(fids) + cut.line
    at = np.searchsorted(key, asked)
    found = at < len(key)
    found[found] = key[at[found]] == asked[found]
    cut, at = cut.take(found), at[found]
    if not len(at):
        return at
    moved = np.hypot(*(cut.target - end_xy(courses, cut.line, cut.kind)).T)
    new = Courses(changes.coords, changes.offsets).length[at]
    more = np.abs(new - courses.length[cut.line]) / METRE > moved + 0.002
    return np.unique(cut.match[more])
