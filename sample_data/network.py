"""Paths between the villages: roads, farm and forest tracks, cycle paths along the rivers."""

from __future__ import annotations

from dataclasses import dataclass, field

import geography as geo
import lines
import numpy as np
import shapely
from boundaries import Coverage
from noise import Field, Warp, stream
from villages import Village


@dataclass
class Line:
    """A path before it is cut at borders. `kind`: street, road, track, forest, cycle."""

    kind: str
    points: np.ndarray
    rank: int = 0
    name: str = ""
    ends: tuple[int, int] | None = None  # the villages that a road joins, by position
    whole: bool = False  # kept by one municipality although it crosses a border
    attributes: dict = field(default_factory=dict)


def make(coverage: Coverage, villages: list[Village], seed: int, scale: float) -> list[Line]:
    """All paths of the region, joined to each other vertex by vertex."""
    built = shapely.union_all([shapely.buffer(shapely.multilinestrings(
        [shapely.linestrings(s) for s, _ in v.streets]), 55.0) if v.streets else shapely.buffer(
            shapely.points(v.centre), v.radius) for v in villages])  # fmt: skip
    shapely.prepare(built)
    streets = [Line("street", points, rank, ends=(k, k))
               for k, v in enumerate(villages) for points, rank in v.streets]  # fmt: skip
    roads = _roads(villages, stream(seed, "roads"))
    cycles = _cycle_paths(coverage, built, stream(seed, "cycle paths"))
    tracks = _tracks(coverage, built, stream(seed, "tracks"), scale)
    return _joined(streets + roads + cycles, tracks)


def _roads(villages: list[Village], rng: np.random.Generator) -> list[Line]:
    """Roads between neighbouring villages (a Gabriel graph), leaving each by a street corner."""
    centres = np.array([v.centre for v in villages])
    apart = np.hypot(*np.moveaxis(centres[:, None] - centres[None], -1, 0))
    wind = Warp(rng, 1700.0, 85.0, octaves=3, rough=0.45)
    discs = [shapely.buffer(shapely.points(v.centre), 0.9 * v.radius + 40) for v in villages]
    roads: list[Line] = []
    taken: set[tuple[float, float]] = set()
    pairs = sorted((apart[a, b], a, b) for a in range(len(villages))
                   for b in range(a + 1, len(villages)))  # fmt: skip
    for distance, a, b in pairs:
        others = np.delete(np.arange(len(villages)), [a, b])
        if distance > 6800 or not (villages[a].streets or villages[b].streets):
            continue
        if (apart[a, others] ** 2 + apart[b, others] ** 2 < 0.97 * distance**2).any():
            continue
        start = villages[a].gate(villages[b].centre, taken)
        end = villages[b].gate(villages[a].centre, taken)
        points = _road(start, end, villages[a], villages[b], wind)
        line = shapely.linestrings(points)
        if any(shapely.intersects(discs[k], line) for k in others):
            continue
        taken |= {tuple(start), tuple(end)}
        both = villages[a].radius + villages[b].radius
        roads.append(Line("road", points, 0 if both > 700 else 1 if both > 430 else 2,
                          f"{villages[a].name}–{villages[b].name}", (a, b)))  # fmt: skip
    return roads


def _road(start, end, a: Village, b: Village, wind: Warp) -> np.ndarray:
    span = float(np.hypot(*(end - start)))
    leave, arrive = start - a.centre, b.centre - end
    leave = leave / max(np.hypot(*leave), 1.0) * span * 0.75
    arrive = arrive / max(np.hypot(*arrive), 1.0) * span * 0.75
    t = np.linspace(0, 1, max(int(span / 24), 3) + 1)[:, None]
    points = ((2 * t**3 - 3 * t**2 + 1) * start + (t**3 - 2 * t**2 + t) * leave
              + (-2 * t**3 + 3 * t**2) * end + (t**3 - t**2) * arrive)  # fmt: skip
    ease = np.sin(np.pi * t) ** 0.8
    points = points + ease * (wind(points) - points)
    points[0], points[-1] = start, end
    return np.round(points, 3)


def _cycle_paths(coverage: Coverage, built, rng: np.random.Generator) -> list[Line]:
    """One path along each river, on the side and at the distance where it stays in members."""
    members = shapely.union_all([coverage.area(m.ags) for m in geo.MEMBERS])
    inner = shapely.buffer(members, -70.0)
    names = {"Iller": (150.0, "Illerradweg"), "Roth": (95.0, "Rothtalradweg"),
             "Biber": (80.0, "Bibertalradweg")}  # fmt: skip
    found = []
    for river, (side, name) in names.items():
        course = geo.river(river, 30.0)
        way = np.gradient(course, axis=0)
        normal = np.column_stack((way[:, 1], -way[:, 0])) / np.hypot(*way.T)[:, None]
        wander = Field(rng, 1300.0, 3)(course) * 70.0
        points = course + normal * (side + wander)[:, None]
        inside = shapely.intersects(inner if river == "Iller" else members, shapely.points(points))
        kept = np.flatnonzero(inside)
        for run in np.split(kept, np.flatnonzero(np.diff(kept) > 25) + 1):
            if len(run) < 12:
                continue
            extra = 9 if river != "Iller" else 0  # it goes on into the neighbour
            first, last = max(run[0] - extra, 0), min(run[-1] + extra, len(points) - 1)
            found.append(Line("cycle", np.round(points[first : last + 1], 3), 0, name))
    return found


def _tracks(coverage: Coverage, built, rng: np.random.Generator, scale: float) -> list[Line]:
    """Farm and forest tracks on a warped lattice of fields, thinned out at random."""
    members = shapely.buffer(shapely.union_all([coverage.area(m.ags) for m in geo.MEMBERS]), 350)
    shapely.prepare(members)
    west, south, east, north = shapely.bounds(members)
    u = west + np.cumsum(rng.uniform(0.7, 1.35, int((east - west) / 470) + 1)) * 470
    v = south + np.cumsum(rng.uniform(0.7, 1.35, int((north - south) / 400) + 1)) * 400
    nodes = np.stack(np.meshgrid(u, v, indexing="ij"), -1)
    nodes = nodes + rng.normal(0, 45, nodes.shape)
    wide, fine = Warp(rng, 3800.0, 210.0, 2), Warp(rng, 420.0, 17.0, 2)
    bends = Warp(rng, 380.0, 30.0, 2)
    forest = Field(rng, 3600.0, 2)
    valley = np.inf
    for name in geo.RIVERS:
        distance = shapely.distance(shapely.linestrings(geo.river(name)), shapely.points(nodes))
        valley = np.minimum(valley, distance)
    wooded = forest(nodes) + 0.35 * (np.minimum(valley, 3000.0) / 1500.0 - 1.0) > 0.28
    found = []
    for axis, keep in ((0, 0.47), (1, 0.62)):
        grid = nodes if axis == 0 else nodes.swapaxes(0, 1)
        woods = wooded if axis == 0 else wooded.T
        for row, wood in zip(grid.swapaxes(0, 1), woods.T, strict=True):
            present = rng.uniform(size=len(row) - 1) < keep * min(scale, 1.0) ** 0.5
            limit = rng.integers(2, 5)
            k = 0
            while k < len(present):
                if not present[k]:
                    k += 1
                    continue
                stop = k
                while stop < len(present) and present[stop] and stop - k < limit:
                    stop += 1
                kind = "forest" if wood[k : stop + 1].mean() > 0.5 else "track"
                found += _outside(_track(row[k : stop + 1], kind, wide, fine, bends), kind,
                                  built, members)  # fmt: skip
                k = stop
    return found


def _track(row: np.ndarray, kind: str, wide: Warp, fine: Warp, bends: Warp) -> np.ndarray:
    """A track through nodes of the lattice, which stay vertices: there it meets others."""
    straight = lines.with_vertices(lines.resample(row, 26.0), row)
    points = fine(wide(straight))
    if kind == "forest":  # forest tracks wind, but not at the nodes
        off = np.hypot(*np.moveaxis(straight[:, None] - row[None], -1, 0)).min(1)
        points = points + np.clip(off / 110.0, 0, 1)[:, None] * (bends(points) - points)
    return np.round(points, 3)


def _outside(points: np.ndarray, kind: str, built, members) -> list[Line]:
    """The pieces of a track outside of the villages and in the members' surroundings."""
    line = shapely.linestrings(points)
    if not shapely.intersects(members, line):
        return []
    if shapely.intersects(built, line):
        left = shapely.get_parts(shapely.difference(line, built))
    else:
        left = [line]
    return [Line(kind, np.round(shapely.get_coordinates(part), 3))
            for part in left if shapely.length(part) > 120]  # fmt: skip


def _joined(firm: list[Line], tracks: list[Line]) -> list[Line]:
    """Cuts tracks where they meet roads and puts a vertex of both lines on each meeting point.

    What a cut leaves over as a stub goes, and so does a track that runs beside a road.
    """
    every = firm + tracks
    shapes = np.array([shapely.linestrings(e.points) for e in every])
    tree = shapely.STRtree(shapes)
    meet: dict[int, set[tuple[float, float]]] = {}
    left, right = tree.query(shapes, "intersects")
    order = left < right
    for a, b in zip(left[order].tolist(), right[order].tolist(), strict=True):
        shared = shapely.intersection(shapes[a], shapes[b])
        for x, y in np.round(shapely.get_coordinates(shared), 3).tolist():
            meet.setdefault(a, set()).add((x, y))
            meet.setdefault(b, set()).add((x, y))
    for k, places in meet.items():
        every[k].points = lines.with_vertices(every[k].points, np.array(sorted(places)))
    roads = shapely.union_all([shapely.buffer(s, 38.0) for s in shapes[: len(firm)]])
    shapely.prepare(roads)
    kept = firm[:]
    for k in range(len(firm), len(every)):
        for points in lines.split_at_vertices(every[k].points, meet.get(k, set())):
            line = shapely.linestrings(points)
            free = shapely.length(shapely.difference(line, roads))
            if shapely.length(line) > 110 and free > 70:
                kept.append(Line(every[k].kind, points))
    return _without_stubs(kept, len(firm))


def _without_stubs(every: list[Line], firm: int) -> list[Line]:
    """Tracks that hang free at both ends lead nowhere, and one that ends just beside another
    path would be a fault that nobody meant: they go."""
    for _ in range(3):
        count: dict[tuple[float, float], int] = {}
        for line in every:
            for place in {tuple(p) for p in line.points.tolist()}:
                count[place] = count.get(place, 0) + 1
        shapes = np.array([shapely.linestrings(line.points) for line in every])
        tree = shapely.STRtree(shapes)
        kept = every[:firm]
        for k in range(firm, len(every)):
            ends = every[k].points[[0, -1]]
            free = [p for p in ends if count[tuple(p.tolist())] == 1]
            near = [len(tree.query(shapely.points(p), "dwithin", distance=14.0)) > 1 for p in free]
            long = shapely.length(shapes[k]) > 260
            if not free or (len(free) == 1 and long and not any(near)):
                kept.append(every[k])
        every = kept
    return every
