"""The places at which lines are taken and moved, and how far along each line that is felt."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import points_near_lines
from ..geometry.pieces import PieceIndex
from ..geometry.ranges import expand
from ..rules.rule import SAME_POINT_M
from .courses import METRE, end_xy
from .site import INFLUENCE_M, Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

START, END, MIDWAY = 0, 1, 2
_SAME = int(SAME_POINT_M * METRE)
_INFLUENCE = int(INFLUENCE_M * METRE)
# A shift is spread over so many times its own length.
_SPREAD = 5


class Handles(NamedTuple):
    """Places of lines and where they go, for some matches.

    Several matches may move one line: each is made from the line as it is now.
    """

    match: Integers
    line: Integers
    kind: Integers  # START, END or MIDWAY
    way: Integers  # µm from the line's start; between it and the end that it stands for the line
    target: Floats  # (k, 2)  is cut off

    def take(self, index: NDArray) -> Handles:
        return Handles(*(values[index] for values in self))


class Moves(NamedTuple):
    """What becomes of lines at handles."""

    handles: Handles
    shift: Floats  # (k, 2) metres from the place on the line to its target
    before: Integers  # µm over which the shift is felt towards the line's start
    after: Integers  # µm towards its end
    is_possible: NDArray[np.bool_]  # False: the line would fold, or lose a node that others share


def joined_handles(parts: list[Handles]) -> Handles:
    """Handles of several lists, ordered by match and line."""
    handles = Handles(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    return handles.take(np.lexsort((handles.way, handles.line, handles.match)))


def moves(site: Site, handles: Handles) -> Moves:
    """How the lines move: by whole shifts at the handles, ending at the first node shared with
    another line, at the line's other end, or after five times the shift, at most 30 m."""
    courses = site.courses
    length, way = courses.length[handles.line], handles.way
    is_end = (way == 0) | (way == length)
    at = courses.at(handles.line, way)
    at[is_end] = end_xy(courses, handles.line, way > 0)[is_end]
    shift = handles.target - at
    size = np.sqrt((shift * shift).sum(axis=1))
    felt = np.minimum(np.rint(_SPREAD * size * METRE), _INFLUENCE).astype(np.int64)
    felt[size <= SAME_POINT_M] = 0  # as good as there: nothing else needs to move

    # Where two places of one line move, each has its half.
    _, job, count = np.unique(
        handles.match * len(courses.length) + handles.line, return_inverse=True,
        return_counts=True,
    )  # fmt: skip
    several = np.maximum(count[job], 1)
    before = np.where(handles.kind == START, 0, np.minimum(felt, way // several))
    after = np.where(handles.kind == END, 0, np.minimum(felt, (length - way) // several))
    shared_before, shared_after, loses = _shared(site, handles)
    before, after = np.minimum(before, shared_before), np.minimum(after, shared_after)
    possible = ~loses & (count[job] <= 2)
    for kind, reach, sign in ((END, before, -1), (START, after, 1)):
        step = courses.at(handles.line, way + sign * np.minimum(reach, METRE)) - at
        inward = (shift * step).sum(axis=1) / np.maximum(np.hypot(*step.T), 1e-9)
        folds = (reach > 0) & (inward * METRE * 1.2 >= reach)
        # What is too short to take up the shift is replaced: straight on from where it begins.
        replaced = folds & (handles.kind == kind)
        way = np.where(replaced, way + sign * np.maximum(reach - 2 * _SAME, 0), way)
        reach[replaced] = 0
        possible &= ~folds | replaced
    return Moves(handles._replace(way=way), shift, before, after, possible)


def _shared(site: Site, handles: Handles) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """µm from each handle towards the line's start and end to the first place that a vertex of
    another line shares; and whether what is cut off has one of a line of its own home."""
    lines, courses = site.lines, site.courses
    n = len(handles.line)
    length = courses.length[handles.line]
    low = np.maximum(handles.way - _INFLUENCE, 0)
    high = np.minimum(handles.way + _INFLUENCE, length)
    window = courses.stretches(handles.line, low, high)
    around = points_near_lines(courses.at(handles.line, handles.way), site.index, INFLUENCE_M)
    others = np.unique(around.line)
    i, vertex = expand(lines.offsets[others], np.diff(lines.offsets)[others])
    near = points_near_lines(courses.coords[vertex], PieceIndex(window.coords, window.offsets),
                             SAME_POINT_M)  # fmt: skip
    other, handle = others[i[near.point]], near.line
    step = window.way[near.segment + 1] - window.way[near.segment]
    off = window.way[near.segment] + np.rint(near.position * step).astype(np.int64)
    off -= handles.way[handle]

    line = handles.line[handle]
    # Lines that the same match moves come along.
    moved = np.unique(handles.match * len(lines) + handles.line)
    kept = (lines.network[other] == lines.network[line]) & ~np.isin(
        handles.match[handle] * len(lines) + other, moved
    )
    handle, other, off, line = handle[kept], other[kept], off[kept], line[kept]
    limits = []
    for sign in (-1, 1):
        limit = np.full(n, _INFLUENCE)
        at = sign * off > _SAME
        np.minimum.at(limit, handle[at], np.abs(off[at]))
        limits.append(limit)
    cut = np.where(handles.kind == START, handles.way, length - handles.way)
    cut[handles.kind == MIDWAY] = 0
    outward = np.where(handles.kind[handle] == START, -off, off)
    lost = (cut[handle] > 0) & (outward > _SAME) & (lines.home[other] == lines.home[line])
    loses = np.zeros(n, dtype=bool)
    loses[handle[lost]] = True
    return *limits, loses
