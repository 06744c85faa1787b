"""Faults that need lines of their own: along a border, T-junctions at it, and corners."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from .layer import Layer
from .polylines import Polylines, joined, offset, substrings
from .scenario import Scenario, Shape, uniform
from .sites import Sites, apart, border_sites, line_into, line_tree, room, ways_in
from .territory import Territory
from .truth import Truth

_LEG_M = 40.0
_CORNERS_M = 300.0  # so that lines of two corners never meet
_OUTER = 1.2  # how far from the middle of a corner a displaced end may turn


class Along(NamedTuple):
    """Lines along the border: so many metres beside it, on both sides or on one."""

    kind: str
    variant: str
    beside: tuple[float, float]
    both: bool = True
    report: bool = True


def plant(scenario: Scenario, territory: Territory, layers: dict[str, Layer],
          crossings: dict[str, int], truth: Truth) -> None:  # fmt: skip
    """Add the lines, some for each class, where they meet no other line of the class."""
    rng, shape = scenario.stream("border extras"), scenario.shape
    wanted = {table: scenario.border_count(n) for table, n in crossings.items()}
    corners = territory.corners
    sites = border_sites(territory, corners, 40 * sum(wanted.values()), rng)
    free = np.ones(len(sites.xy), dtype=bool)
    open_corner = apart(corners, _CORNERS_M)
    for table, layer in layers.items():
        n, tree = wanted[table], line_tree(layer)
        mine = sites._replace(room=room(sites.xy, tree))

        def some(count: int, metres: float, mine: Sites = mine) -> Sites:
            chosen = np.flatnonzero(free & (mine.room >= metres))[: 2 * count]
            free[chosen] = False
            return mine.take(chosen)

        for along in (
            Along("double", "along", shape.along_offset),
            Along("frontage", "", shape.frontage, report=False),
            Along("along_border", "", shape.along_within, both=False),
        ):
            _along(territory, layer, some(n, 160), n, along, rng, shape, truth)
        for fork in (False, True):
            _junctions(territory, layer, some(2 * n, 160), 2 * n, fork, rng, shape, truth)
        clear = open_corner & (room(corners, tree) >= 160)
        chosen = rng.permutation(np.flatnonzero(clear))[: 4 * n]
        open_corner[chosen] = False
        _three_corners(territory, layer, chosen, 2 * n, rng, shape, truth)


def _stretch(territory: Territory, sites: Sites, length: np.ndarray) -> Polylines:
    """Some metres of the border on both sides of each site, along the border."""
    borders = territory.borders.take(sites.border)
    measure = borders.measures()[borders.offsets[:-1] + sites.vertex
                                 - territory.borders.offsets[sites.border]]  # fmt: skip
    return substrings(borders, measure - length / 2, measure + length / 2)


def _legs(territory: Territory, line: Polylines, municipality: np.ndarray, rng) -> tuple:
    """Lines from both ends of each line into a municipality, and where both are possible."""
    legs, possible = [], np.ones(line.count, dtype=bool)
    for ends in (line.first(), line.last()):
        heading, safety = ways_in(territory, ends, municipality)
        possible &= safety >= 3
        legs.append(line_into(ends, heading, np.full(line.count, _LEG_M), 4, rng))
    return legs[0].reversed(np.ones(line.count, dtype=bool)), legs[1], possible


def _along(territory: Territory, layer: Layer, sites: Sites, n: int, along: Along, rng,
           shape: Shape, truth: Truth) -> None:  # fmt: skip
    """A stretch recorded on both sides, two ways that only accompany the border, or one alone."""
    longest = np.minimum(shape.along_length[1], 2 * (sites.room - _LEG_M - 15))
    length = rng.uniform(shape.along_length[0], longest)
    border = _stretch(territory, sites, length)
    left, right = territory.left[sites.border], territory.right[sites.border]
    beside = uniform(rng, along.beside, border.count)
    if along.both:
        sides = [(left, beside), (right, -uniform(rng, along.beside, border.count))]
    else:
        sides = [(left, beside * rng.choice([-1, 1], border.count))]
    with_legs = (rng.random(border.count) < shape.legs) | (not along.report)
    lines, possible = [], np.ones(border.count, dtype=bool)
    for owner, metres in sides:
        run = offset(border, metres)
        begin, end, ok = _legs(territory, run, owner, rng)
        possible &= ok
        full = joined([begin, run, end])
        possible &= shapely.is_simple(full.geometries())
        lines.append((full, run))
    kept = np.flatnonzero(possible)[:n]
    rows = []
    origin = layer.new_origins(len(kept))
    for (full, run), (owner, _) in zip(lines, sides, strict=True):
        rows.append(layer.add(full.take(kept), owner[kept], origin))
        bare = ~with_legs[kept]
        layer.reshape(rows[-1][bare], run.take(kept[bare]))
    truth.add(along.kind, along.variant, layer, np.column_stack(rows), sites.xy[kept],
              report=along.report, size_m=length[kept])  # fmt: skip


def _junctions(territory: Territory, layer: Layer, sites: Sites, n: int, fork: bool, rng,
               shape: Shape, truth: Truth) -> None:  # fmt: skip
    """A line touches the border with its middle; one from beyond ends there, or just before.

    At a `fork` it is two lines that begin there.
    """
    left, right = territory.left[sites.border], territory.right[sites.border]
    from_left = rng.random(len(left)) < 0.5
    owner, other = np.where(from_left, left, right), np.where(from_left, right, left)
    heading, safety = ways_in(territory, sites.xy, owner)
    back, back_safety = ways_in(territory, sites.xy, other)
    kept = np.flatnonzero((safety >= 5) & (back_safety >= 2))[:n]
    xy, heading, back = sites.xy[kept], heading[kept], back[kept]
    opening = np.pi / 12 * rng.uniform(2, 3, len(kept))
    long = np.full(len(kept), 110.0)
    arms = [line_into(xy, heading + turn, long, 6, rng) for turn in (opening, -opening)]
    through = joined([arms[0].reversed(np.ones(len(kept), dtype=bool)), arms[1]])
    stem = line_into(xy, back, long, 6, rng)
    size = uniform(rng, shape.gap, len(kept))
    faulty = np.arange(len(kept)) < len(kept) / 2
    short = substrings(stem, size, stem.lengths())
    origin = layer.new_origins(len(kept))
    a = layer.add(stem, other[kept], origin)
    others = [layer.add(line, owner[kept], origin) for line in (arms if fork else [through])]
    layer.reshape(a[faulty], short.take(np.flatnonzero(faulty)))
    rows, name = np.column_stack((a, *others)), "fork" if fork else "t_junction"
    truth.add("gap", name, layer, rows[faulty], xy[faulty], size_m=size[faulty])
    truth.add(name, "exact", layer, rows[~faulty], xy[~faulty], report=False)


def _three_corners(territory: Territory, layer: Layer, corners: np.ndarray, n: int, rng,
                   shape: Shape, truth: Truth) -> None:  # fmt: skip
    """Three lines meet where three municipalities do; or one of them just misses the others."""
    xy = territory.corners[corners]
    owners = territory.corner_owners[corners]
    found = [ways_in(territory, xy, owners[:, k]) for k in range(3)]
    safe = np.min([safety for _, safety in found], axis=0) >= 1
    kept = np.flatnonzero(safe)[:n]
    xy = xy[kept]
    lines = [line_into(xy, heading[kept], np.full(len(kept), 110.0), 6, rng)
             for heading, _ in found]  # fmt: skip
    faulty = np.arange(len(kept)) < len(kept) / 2
    size = uniform(rng, shape.gap, len(kept))
    # The end turns about where it was, but not into the line beyond it.
    heading = found[0][0][kept] + rng.uniform(-_OUTER, _OUTER, len(kept))
    moved = lines[0].coords.copy()
    first = lines[0].offsets[:-1][faulty]
    moved[first] = np.round(
        xy[faulty] + np.column_stack((np.cos(heading), np.sin(heading)))[faulty]
        * size[faulty, None], 3
    )  # fmt: skip
    lines[0] = Polylines(moved, lines[0].offsets)
    origin = layer.new_origins(len(kept))
    rows = np.column_stack([
        layer.add(line, owners[kept, k], origin) for k, line in enumerate(lines)
    ])  # fmt: skip
    truth.add("gap", "corner", layer, rows[faulty], xy[faulty], size_m=size[faulty])
    truth.add("three_corner", "exact", layer, rows[~faulty], xy[~faulty], report=False)
