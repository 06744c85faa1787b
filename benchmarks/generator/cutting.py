"""Lines against borders: where they cross, which are clean, and the pieces of each municipality.

A clean line crosses borders steeply and far from its ends, from other crossings and from corners,
and keeps its distance else; what is not clean is left out, so that no rule may find anything in
what remains.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from .polylines import Floats, Integers, Polylines, samples, substrings
from .territory import Territory

_END_M = 40.0  # at least from a crossing to an end, another crossing or a corner
_NODE_M = 25.0  # at least from an end to a border
# Within so many metres of a border, so many metres of a line for each crossing.
_NEAR = ((10.0, 55.0), (3.5, 16.0))
_INNER_M = 60.0  # farther from a border, a line counts as inside
_SAMPLES = 160
_BATCH = 20_000


class Crossings(NamedTuple):
    """Cuts of lines, by line and then along it."""

    line: Integers
    measure: Floats  # metres along the line
    xy: Floats  # rounded to 1 mm
    border: Integers


class Cut(NamedTuple):
    """The pieces of clean lines. Crossing i lies between pieces `before[i]` and `before[i] + 1`."""

    pieces: Polylines
    line: Integers  # that each piece was a part of
    municipality: Integers
    inside: NDArray[np.bool_]  # pieces far from any border
    undivided: NDArray[np.bool_]  # pieces that reach into another municipality
    before: Integers
    xy: Floats


def cut(territory: Territory, lines: Polylines, rng: np.random.Generator,
        undivided: float = 0.0) -> Cut:  # fmt: skip
    """Cut clean lines at the borders; a part of those with one crossing is left undivided."""
    line, chunk = _candidates(territory, lines)
    crossings, clean = _crossings(territory, lines, line, chunk)
    clean &= _keep_away(territory, lines, line, chunk, crossings)
    clean &= _apart(territory, lines, crossings)
    start = territory.at(lines.first())
    clean &= start >= 0
    crossings, municipality, reached = _walk(territory, crossings, start, clean)
    count = np.bincount(crossings.line, minlength=lines.count)
    clean &= reached
    kept = clean[crossings.line]
    crossings = Crossings(*(c[kept] for c in crossings))
    municipality = municipality[kept]

    inside = np.ones(lines.count, dtype=bool)
    inside[line] = False
    whole = clean & (count == 1) & (rng.random(lines.count) < undivided)
    return _pieces(lines, crossings, municipality, start, clean, inside, whole)


def _candidates(territory: Territory, lines: Polylines) -> tuple[Integers, Integers]:
    """Pairs of lines and border chunks whose boxes are near each other."""
    boxes = lines.boxes()
    grown = shapely.box(*(boxes + np.array([-1, -1, 1, 1]) * _INNER_M).T)
    return territory.tree.query(grown)


def _crossings(territory: Territory, lines: Polylines, line: Integers,
               chunk: Integers) -> tuple[Crossings, NDArray[np.bool_]]:  # fmt: skip
    chunks, border = territory.chunks
    rows, place = np.unique(line, return_inverse=True)
    geometries = lines.geometries(rows)
    clean = np.ones(lines.count, dtype=bool)
    found = []
    for first in range(0, len(line), _BATCH * 10):
        part = slice(first, first + _BATCH * 10)
        one, two = geometries[place[part]], chunks[chunk[part]]
        meets = shapely.intersects(one, two)
        one, at = one[meets], shapely.intersection(one[meets], two[meets])
        row, piece = line[part][meets], border[chunk[part][meets]]
        clean[row[shapely.get_dimensions(at) != 0]] = False
        xy, index = shapely.get_coordinates(at, return_index=True)
        measure = shapely.line_locate_point(one[index], shapely.points(xy))
        found.append((row[index], measure, np.round(xy, 3), piece[index]))
    row, measure, xy, piece = (np.concatenate(c) for c in zip(*found, strict=True))
    order = np.lexsort((measure, row))
    return Crossings(row[order], measure[order], xy[order], piece[order]), clean


def _keep_away(territory: Territory, lines: Polylines, line: Integers, chunk: Integers,
               crossings: Crossings) -> NDArray[np.bool_]:  # fmt: skip
    """Lines that come near a border only to cross it, and do not end near one."""
    count = np.bincount(crossings.line, minlength=lines.count)
    clean = np.ones(lines.count, dtype=bool)
    rows = np.unique(line)
    for first in range(0, len(rows), _BATCH):
        chosen = rows[first : first + _BATCH]
        mine = np.isin(line, chosen)
        part = lines.take(chosen)
        xy, step = samples(part, _SAMPLES)
        position = np.searchsorted(chosen, line[mine])
        edges = territory.chunks[0][chunk[mine]]
        geometries = part.geometries()
        close = shapely.dwithin(geometries[position], edges, _NEAR[0][0])
        nearest = np.full(xy.shape[:2], np.inf)
        for n, distance in _distances(xy, position[close], edges[close]):
            np.minimum.at(nearest, n, distance)
        for metres, length in _NEAR:
            near_length = (nearest < metres).sum(axis=1) * step
            clean[chosen[near_length > length * count[chosen]]] = False
        for ends in (part.first(), part.last()):
            close = shapely.dwithin(shapely.points(ends)[position], edges, _NODE_M)
            clean[chosen[position[close]]] = False
    return clean


def _distances(xy: Floats, line: Integers, edges: NDArray[np.object_]):
    """For batches of pairs: the lines, and the distance of each of their samples to the edges."""
    for first in range(0, len(line), 2_000):
        part = slice(first, first + 2_000)
        coords, index = shapely.get_coordinates(edges[part], return_index=True)
        same = index[1:] == index[:-1]
        a, b, pair = coords[:-1][same], coords[1:][same], index[:-1][same]
        step = (b - a)[:, None]
        from_a = xy[line[part]][pair] - a[:, None]
        along = (from_a * step).sum(-1) / np.maximum((step**2).sum(-1), 1e-12)
        off = from_a - np.clip(along, 0, 1)[..., None] * step
        yield line[part][pair], np.hypot(off[..., 0], off[..., 1])


def _apart(territory: Territory, lines: Polylines, crossings: Crossings) -> NDArray[np.bool_]:
    """Lines whose crossings are far from their ends, from each other and from corners."""
    clean = np.ones(lines.count, dtype=bool)
    line, measure, xy, _ = crossings
    length = lines.lengths()[line]
    clean[line[(measure < _END_M) | (length - measure < _END_M)]] = False
    near = (line[1:] == line[:-1]) & (np.diff(measure) < _END_M)
    clean[line[1:][near]] = False
    tree = shapely.STRtree(shapely.points(territory.corners))
    at, _ = tree.query(shapely.points(xy), "dwithin", distance=_END_M)
    clean[line[at]] = False
    return clean


def _walk(territory: Territory, crossings: Crossings, start: Integers, clean: NDArray[np.bool_]
          ) -> tuple[Crossings, Integers, NDArray[np.bool_]]:  # fmt: skip
    """The municipality behind each crossing, and which lines could be walked through."""
    kept = clean[crossings.line]
    crossings = Crossings(*(c[kept] for c in crossings))
    line = crossings.line
    first = np.flatnonzero(np.append(True, line[1:] != line[:-1])) if len(line) else line
    place = np.arange(len(line)) - np.repeat(first, np.diff(np.append(first, len(line))))
    behind = np.full(len(line), -1, dtype=np.int64)
    left, right = territory.left[crossings.border], territory.right[crossings.border]
    for turn in range(int(place.max(initial=-1)) + 1):
        now = np.flatnonzero(place == turn)
        here = start[line[now]] if turn == 0 else behind[now - 1]
        behind[now] = np.where(here == left[now], right[now],
                               np.where(here == right[now], left[now], -1))  # fmt: skip
    reached = np.ones(len(start), dtype=bool)
    reached[line[behind < 0]] = False
    return crossings, behind, reached


def _pieces(lines: Polylines, crossings: Crossings, behind: Integers, start: Integers,
            clean: NDArray, inside: NDArray, whole: NDArray) -> Cut:  # fmt: skip
    length = lines.lengths()
    # An undivided line belongs to the municipality with the longer part of it.
    split = whole[crossings.line]
    late = crossings.measure[split] < length[crossings.line[split]] / 2
    home = start.copy()
    home[crossings.line[split][late]] = behind[split][late]
    crossings = Crossings(*(c[~split] for c in crossings))
    behind = behind[~split]

    rows = np.flatnonzero(clean)
    count = np.bincount(crossings.line, minlength=lines.count)[rows]
    line = np.repeat(rows, count + 1)
    offset = np.concatenate(([0], np.cumsum(count + 1)))
    begins = np.ones(len(line), dtype=bool)
    begins[offset[:-1]] = False
    behind_cut = np.flatnonzero(begins)  # the pieces behind each crossing, in order
    begin, end = np.zeros(len(line)), length[line]
    begin[behind_cut] = crossings.measure
    end[behind_cut - 1] = crossings.measure
    municipality = home[line]
    municipality[behind_cut] = behind
    pieces = substrings(lines.take(line), begin, end)
    pieces.coords[pieces.offsets[behind_cut]] = crossings.xy
    pieces.coords[pieces.offsets[behind_cut] - 1] = crossings.xy
    return Cut(pieces, line, municipality, inside[line], whole[line], behind_cut - 1, crossings.xy)
