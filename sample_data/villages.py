"""Villages: where they lie, and streets in an organic grid."""

from __future__ import annotations

from dataclasses import dataclass, field

import geography as geo
import numpy as np
import shapely
from boundaries import Coverage
from noise import Warp, stream

_SPACING = 84.0  # metres between streets, on average
_STEP = 14.0  # metres between the vertices of a street


@dataclass
class Village:
    """A village; `streets` are (line, rank): rank 0 is the main street."""

    name: str
    ags: str
    centre: np.ndarray
    axis: float  # direction of the main street, radians from east
    radius: float
    streets: list[tuple[np.ndarray, int]] = field(default_factory=list)
    gates: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))

    def gate(self, towards: np.ndarray, taken: set[tuple[float, float]]) -> np.ndarray:
        """The street corner from which a road leaves towards a point."""
        way = (towards - self.centre) / np.hypot(*(towards - self.centre))
        off = self.gates - self.centre
        score = off @ way - 0.55 * np.abs(off @ np.array([-way[1], way[0]]))
        score -= [60.0 * ((x, y) in taken) for x, y in self.gates.tolist()]
        return self.gates[score.argmax()]


def make(coverage: Coverage, seed: int, scale: float = 1.0) -> list[Village]:
    """The villages of the members with their streets, and those of the neighbours without."""
    rng = stream(seed, "villages")
    wind = Warp(rng, 520.0, 30.0, octaves=2)
    found: list[Village] = []
    for place in geo.MEMBERS:
        area = coverage.area(place.ags)
        part = max(shapely.get_parts(area), key=shapely.area)
        for name, kilometres in geo.VILLAGES[place.ags]:
            length = 1000.0 * kilometres * scale
            radius = _SPACING * np.sqrt(length / (1.42 * _SPACING) / np.pi)
            first = np.array(place.centre) * 1000.0 if not any(
                v.ags == place.ags for v in found) else None  # fmt: skip
            centre = _site(part, radius, found, first, rng)
            village = Village(name, place.ags, centre, _valley(centre, rng), radius)
            _lay_out(village, length, wind, rng)
            found.append(village)
    for place in geo.NEIGHBOURS:
        part = max(shapely.get_parts(coverage.area(place.ags)), key=shapely.area)
        radius = 120.0 + 4.0 * np.sqrt(place.population)
        centre = _site(part, radius, found, np.array(place.centre) * 1000.0, rng)
        turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        ring = centre + radius * np.column_stack((np.cos(turn), np.sin(turn)))
        name = place.name.split(" a")[0]
        found.append(Village(name, place.ags, centre, 0.0, radius, gates=np.round(ring, 3)))
    return found


def _site(area, radius: float, others: list[Village], near: np.ndarray | None,
          rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """A place in the area: beside a river rather than on it, away from borders and villages."""
    west, south, east, north = shapely.bounds(area)
    spots = rng.uniform((west, south), (east, north), (600, 2))
    spots = spots[shapely.contains_properly(area, shapely.points(spots))]
    border = shapely.distance(shapely.boundary(area), shapely.points(spots))
    score = np.minimum(border - 1.25 * radius, 220.0)
    water = np.full(len(spots), np.inf)
    for name in geo.RIVERS:
        line = shapely.linestrings(geo.river(name))
        water = np.minimum(water, shapely.distance(line, shapely.points(spots)))
    score -= 3.0 * np.maximum(1.1 * radius + 160.0 - water, 0.0)
    score -= 0.22 * np.maximum(water - radius - 500.0, 0.0)
    if near is not None:
        score -= 0.8 * np.hypot(*(spots - near).T)
    for other in others:
        apart = np.hypot(*(spots - other.centre).T) - radius - other.radius
        score -= 2.0 * np.maximum(1100.0 - apart, 0.0)
    score += rng.uniform(0, 60, len(spots))
    return np.round(spots[score.argmax()], 1)


def _valley(centre: np.ndarray, rng: np.random.Generator) -> float:
    """The direction of the nearest river, a little turned: villages lie along their valley."""
    best, angle = np.inf, np.pi / 2
    for name in geo.RIVERS:
        course = geo.river(name)
        k = int(np.hypot(*(course - centre).T)[:-1].argmin())
        distance = float(np.hypot(*(course[k] - centre)))
        if distance < best:
            best, angle = distance, float(np.arctan2(*(course[k + 1] - course[k])[::-1]))
    return angle + float(rng.normal(0, 0.28 if best < 1500 else 0.7))


def _lay_out(village: Village, length: float, wind: Warp, rng: np.random.Generator) -> None:
    """Streets on an irregular, bent grid: a tree that reaches every corner, and some meshes."""
    stretch = rng.uniform(1.15, 1.55)
    half = 14
    u = np.cumsum(rng.uniform(0.62, 1.45, 2 * half + 1)) * _SPACING * 1.08
    v = np.cumsum(rng.uniform(0.66, 1.30, 2 * half + 1)) * _SPACING * 0.92
    u, v = u - u[half], v - v[half]
    column, row = np.meshgrid(np.arange(len(u)), np.arange(len(v)), indexing="ij")
    plane = np.stack((u[column], v[row]), -1)
    jitter = np.stack((rng.normal(0, 5, plane.shape[:2]), rng.normal(0, 9, plane.shape[:2])), -1)
    jitter[:, half] *= 0.4
    plane = plane + jitter
    reach = np.hypot(plane[..., 0] / stretch, plane[..., 1] * stretch)
    inside = reach < village.radius * rng.normal(1.0, 0.13, reach.shape)
    inside[:, half] = np.abs(u) < village.radius * stretch * 1.15
    bend = rng.normal(0, 0.13) / max(village.radius, 200.0)

    def place(points: np.ndarray) -> np.ndarray:
        bent = points + np.stack((0 * points[..., 0], bend * points[..., 0] ** 2), -1)
        cos, sin = np.cos(village.axis), np.sin(village.axis)
        turned = np.stack((bent[..., 0] * cos - bent[..., 1] * sin,
                           bent[..., 0] * sin + bent[..., 1] * cos), -1)  # fmt: skip
        return wind(turned + village.centre)

    edges = _edges(inside, half, length, plane, rng)
    used = set()
    for run, rank in _runs(edges, half):
        pieces = []
        for a, b in zip(run[:-1], run[1:], strict=True):
            steps = max(int(np.hypot(*(plane[b] - plane[a])) / _STEP), 2)
            t = np.linspace(0, 1, steps + 1)[:, None]
            t = t if b == run[-1] else t[:-1]
            pieces.append(plane[a] * (1 - t) + plane[b] * t)
        used.update(run)
        village.streets.append((np.round(place(np.vstack(pieces)), 3), rank))
    corners = np.round(place(np.array([plane[k] for k in sorted(used)])), 3)
    rim = shapely.concave_hull(shapely.multipoints(corners), ratio=0.35)
    on_rim = shapely.distance(shapely.boundary(rim), shapely.points(corners)) < 1.0
    village.gates = corners[on_rim] if on_rim.any() else corners


def _edges(inside, half: int, length: float, plane, rng) -> set:
    """Edges of the grid: the main street, a spanning tree, then others until it is long enough."""
    every = []
    for k, m in np.argwhere(inside).tolist():
        for other in ((k + 1, m), (k, m + 1)):
            if other[0] < inside.shape[0] and other[1] < inside.shape[1] and inside[other]:
                main = m == half and other[1] == half
                every.append((-1.0 if main else rng.uniform(), (k, m), other))
    every.sort()
    root = {tuple(p): tuple(p) for p in np.argwhere(inside).tolist()}

    def top(p):
        while root[p] != p:
            root[p] = root[root[p]]
            p = root[p]
        return p

    tree, spare = [], []
    for _, a, b in every:
        if top(a) == top(b):
            spare.append((a, b))
        else:
            root[top(a)] = top(b)
            tree.append((a, b))
    centre = top(next((k, half) for k in range(half, -1, -1) if inside[k, half]))
    chosen = [e for e in tree if top(e[0]) == centre]
    total = sum(float(np.hypot(*(plane[b] - plane[a]))) for a, b in chosen)
    for a, b in spare:
        if total > length:
            break
        if top(a) == centre:
            chosen.append((a, b))
            total += float(np.hypot(*(plane[b] - plane[a])))
    return set(chosen)


def _runs(edges: set, half: int):
    """Edges that follow each other on one grid line, joined to streets of at most five edges."""
    for along in (0, 1):
        mine = sorted(((a[1 - along], a[along]), (a, b)) for a, b in edges
                      if a[1 - along] == b[1 - along])  # fmt: skip
        run: list = []
        for _, (a, b) in mine:
            if run and run[-1] == a and len(run) < 6:
                run.append(b)
                continue
            if run:
                yield run, _rank(run, along, half)
            run = [a, b]
        if run:
            yield run, _rank(run, along, half)


def _rank(run: list, along: int, half: int) -> int:
    if along == 0 and run[0][1] == half:
        return 0
    return 1 if len(run) >= 4 else 2
