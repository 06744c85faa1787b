"""An exact coverage of municipalities that looks like one and copies none.

Cells of a raster go to the nearest centre (weights give each its area, a warped plane gives the
shapes), the lines between the cells become shared arcs, and the arcs are smoothed and made rough.
Since both neighbours use the same arc, they share every vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import geography as geo
import numpy as np
import shapely
from noise import Field, Warp, stream

_CELL = 60.0
_ORIGIN = np.array([571000.0, 5321000.0])
_SHAPE = (640, 520)  # rows, columns
_OUTSIDE = -1


@dataclass(frozen=True)
class Coverage:
    """The municipalities with their land, and the lake that the layout lists apart."""

    municipalities: tuple[geo.Municipality, ...]
    areas: np.ndarray  # shapely geometries, one each
    lake: shapely.Geometry

    def __post_init__(self) -> None:
        shapely.prepare(self.areas)

    def area(self, ags: str) -> shapely.Geometry:
        return next(
            a for m, a in zip(self.municipalities, self.areas, strict=True) if m.ags == ags
        )

    def owner(self, points: np.ndarray) -> np.ndarray:
        """The position of the municipality that holds each point; -1 outside."""
        found = np.full(len(points), -1)
        at = shapely.points(points)
        for k, area in enumerate(self.areas):
            found[(found < 0) & shapely.contains(area, at)] = k
        return found


def make(seed: int) -> Coverage:
    """The coverage of the sample region."""
    rng = stream(seed, "boundaries")
    labels = _labels(rng)
    arcs = _arcs(labels)
    faces: dict[int, list[shapely.Geometry]] = {}
    for face in shapely.get_parts(shapely.polygonize(_natural(arcs, rng))):
        x, y = shapely.get_coordinates(shapely.point_on_surface(face))[0]
        label = labels[int((y - _ORIGIN[1]) / _CELL), int((x - _ORIGIN[0]) / _CELL)]
        faces.setdefault(int(label), []).append(face)
    if set(faces) - {_OUTSIDE} != set(range(len(geo.EVERY) + 1)):
        raise RuntimeError(f"seed {seed} loses a municipality; take another one")
    areas = [shapely.multipolygons([shapely.normalize(f) for f in faces[k]])
             for k in range(len(geo.EVERY) + 1)]  # fmt: skip
    return Coverage(geo.EVERY, np.array(areas[:-1]), areas[-1])


def is_exact(coverage: Coverage) -> bool:
    """No gap, no overlap, every shared border vertex for vertex."""
    every = np.append(coverage.areas, coverage.lake)
    return bool(shapely.coverage_is_valid(every) and shapely.is_valid(every).all())


def _centres() -> np.ndarray:
    rows, columns = np.indices(_SHAPE)
    return _ORIGIN + _CELL * (np.stack((columns, rows), -1) + 0.5)


def _labels(rng: np.random.Generator) -> np.ndarray:
    """The municipality of each cell, by position in `geography.EVERY`; the lake is the last."""
    centres = _centres()
    warped = Warp(rng, 5200.0, 470.0, octaves=5, rough=0.62)(centres)
    warped = Warp(rng, 900.0, 95.0, octaves=3, rough=0.6)(warped)
    sites = np.array([m.centre for m in geo.EVERY] + list(geo.RIM)) * 1000.0
    swabian = np.array([m.is_swabian for m in geo.EVERY] + list(geo.RIM_SWABIAN))
    iller = geo.river("Iller")
    bend = Field(rng, 1500.0, 3)(centres) * 70.0
    left = centres[..., 0] < np.interp(centres[..., 1], iller[:, 1], iller[:, 0]) + bend
    distance = np.stack([
        1.25 * (warped[..., 0] - x) ** 2 + (warped[..., 1] - y) ** 2 + 1e12 * (left != side)
        for (x, y), side in zip(sites, swabian, strict=True)
    ])  # fmt: skip
    weight = _weights(distance[:, ::4, ::4], np.array([m.area for m in geo.EVERY]))
    labels = (distance - weight[:, None, None]).argmin(0)
    labels[labels >= len(geo.EVERY)] = _OUTSIDE
    labels[[0, -1]] = labels[:, [0, -1]] = _OUTSIDE
    labels = _one_piece_each(_without_necks(_without_necks(labels)))
    _paint_exclave(labels, centres, rng)
    _paint_lake(labels, centres, rng)
    return labels


def _weights(distance: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What makes each centre's region about as large as wanted (the rim stays as it falls)."""
    weight = np.zeros(len(distance))
    cell = (_CELL * 4 / 1000) ** 2
    for round_ in range(45):
        got = np.bincount((distance - weight[:, None, None]).argmin(0).ravel(),
                          minlength=len(distance))[: len(wanted)] * cell  # fmt: skip
        step = 4.5e5 * (1 - round_ / 60)
        weight[: len(wanted)] += step * np.clip(np.log(wanted / np.maximum(got, 0.2)), -1, 1)
    return weight


def _without_necks(labels: np.ndarray) -> np.ndarray:
    """Each cell takes the label that most cells around it have: no strips, no near loops."""
    best, most = labels.copy(), np.zeros(labels.shape, np.int32)
    for label in range(_OUTSIDE, len(geo.EVERY)):
        sums = np.pad((labels == label).astype(np.int32), 3).cumsum(0).cumsum(1)
        around = (sums[5:, 5:] - sums[:-5, 5:] - sums[5:, :-5] + sums[:-5, :-5])
        around = around[: labels.shape[0], : labels.shape[1]]
        best[around > most] = label
        most = np.maximum(most, around)
    return best


def _one_piece_each(labels: np.ndarray) -> np.ndarray:
    """Gives what is cut off from the largest piece of a municipality to what lies around it."""
    for label in range(len(geo.EVERY)):
        pieces = _pieces(labels == label)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        stray = (pieces > 0) & (pieces != sizes.argmax())
        while stray.any():
            for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
                near = np.roll(labels, step, axis)
                take = stray & (near != label)
                labels[take] = near[take]
                stray &= ~take
    return labels


def _pieces(mask: np.ndarray) -> np.ndarray:
    """Numbers the connected pieces of a mask (edge neighbours) from 1; 0 is outside of it."""
    rows, columns = np.nonzero(mask)
    window = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    pieces = np.zeros(mask.shape, int)
    pieces[window] = _pieces_of(np.pad(mask[window], 1))[1:-1, 1:-1]
    return pieces


def _pieces_of(mask: np.ndarray) -> np.ndarray:
    number = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        best = number.copy()
        for forward in (slice(None), slice(None, None, -1)):
            for axis in (0, 1):
                view = best[forward] if axis == 0 else best[:, forward]
                _spread(view, axis)
        best[~mask] = 0
        if (best == number).all():
            return np.unique(number, return_inverse=True)[1].reshape(mask.shape)
        number = best


def _spread(view: np.ndarray, axis: int) -> None:
    """Carries the largest number along one direction through connected cells."""
    lines = view if axis == 0 else view.T
    for k in range(1, len(lines)):
        inside = (lines[k] > 0) & (lines[k - 1] > 0)
        lines[k] = np.where(inside, np.maximum(lines[k], lines[k - 1]), lines[k])


def _paint_exclave(labels: np.ndarray, centres: np.ndarray, rng: np.random.Generator) -> None:
    host = [m.ags for m in geo.EVERY].index(geo.EXCLAVE_IN)
    owner = [m.ags for m in geo.EVERY].index(geo.EXCLAVE_OF)
    middle = _inmost(labels == host, centres)
    radius = 430.0 * (1 + 0.25 * Field(rng, 700.0, 2)(centres))
    blob = np.hypot(*np.moveaxis(centres - middle, -1, 0)) < radius
    labels[blob & (labels == host)] = owner


def _paint_lake(labels: np.ndarray, centres: np.ndarray, rng: np.random.Generator) -> None:
    """A lake on the outer rim: without it the municipalities still leave no gap between them."""
    owner = [m.ags for m in geo.EVERY].index(geo.LAKE_OF)
    rim = (labels == owner) & (np.roll(labels, -1, 1) == _OUTSIDE)
    spots = centres[rim]
    middle = spots[np.argsort(spots[:, 1])[len(spots) // 2]]
    offset = (centres - middle) / np.array([420.0, 640.0])
    blob = np.hypot(*np.moveaxis(offset, -1, 0)) < 1 + 0.2 * Field(rng, 900.0, 2)(centres)
    labels[blob & (labels == owner)] = len(geo.EVERY)
    for label in (owner, len(geo.EVERY)):  # slivers that the lake cut off go to the other one
        pieces = _pieces(labels == label)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        stray = (pieces > 0) & (pieces != sizes.argmax())
        labels[stray] = len(geo.EVERY) if label == owner else owner


def _inmost(mask: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The centre of the cell that is farthest from the mask's edge."""
    while True:
        smaller = mask.copy()
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            smaller &= np.roll(mask, step, axis)
        if not smaller.any():
            return centres[mask][len(centres[mask]) // 2]
        mask = smaller


def _arcs(labels: np.ndarray) -> list[np.ndarray]:
    """The lines between different cells as corner chains from junction to junction."""
    links: dict[tuple[int, int], list[tuple[int, int]]] = {}
    rows, columns = np.nonzero(labels[:, 1:] != labels[:, :-1])
    pairs = [((c + 1, r), (c + 1, r + 1)) for r, c in zip(rows.tolist(), columns.tolist())]  # noqa: B905
    rows, columns = np.nonzero(labels[1:] != labels[:-1])
    pairs += [((c, r + 1), (c + 1, r + 1)) for r, c in zip(rows.tolist(), columns.tolist())]  # noqa: B905
    for a, b in pairs:
        links.setdefault(a, []).append(b)
        links.setdefault(b, []).append(a)
    unused = {frozenset(pair) for pair in pairs}
    junctions = sorted(p for p, near in links.items() if len(near) != 2)
    arcs = []
    for start in junctions + sorted(links):  # the second round finds the rings
        for step in links[start]:
            if frozenset((start, step)) not in unused:
                continue
            chain = [start, step]
            unused.discard(frozenset((start, step)))
            while len(links[chain[-1]]) == 2 and chain[-1] != start:
                here, before = chain[-1], chain[-2]
                after = next(p for p in links[here] if p != before)
                unused.discard(frozenset((here, after)))
                chain.append(after)
            arcs.append(_ORIGIN + _CELL * np.array(chain, float))
    return arcs


def _natural(arcs: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """The arcs, smooth and then rough; where that makes lines cross, a gentler version."""
    fine = Warp(rng, 420.0, 27.0, octaves=4, rough=0.66)
    lines = [shapely.linestrings(_wind(arc, 5, fine, 1.0)) for arc in arcs]
    for passes, amount in ((5, 0.4), (4, 0.2), (3, 0.0), (1, 0.0), (0, 0.0)):
        bad = _crossing(np.array(lines))
        if not len(bad):
            return np.array(lines)
        for k in bad:
            lines[k] = shapely.linestrings(_wind(arcs[k], passes, fine, amount))
    raise RuntimeError("the arcs of the boundaries cross each other")


def _wind(arc: np.ndarray, passes: int, fine: Warp, amount: float) -> np.ndarray:
    points = arc
    closed = bool((points[0] == points[-1]).all())
    for _ in range(passes):
        if closed:
            ring = points[:-1]
            ring = (np.roll(ring, 1, 0) + 2 * ring + np.roll(ring, -1, 0)) / 4
            points = np.vstack((ring, ring[:1]))
        else:
            points = np.vstack(
                (points[:1], (points[:-2] + 2 * points[1:-1] + points[2:]) / 4, points[-1:])
            )
    along = np.concatenate(([0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()))
    count = max(int(along[-1] / 32.0), 4 if closed else 2)
    at = np.linspace(0.0, along[-1], count + 1)
    points = np.column_stack([np.interp(at, along, points[:, k]) for k in (0, 1)])
    # junctions move like all other points: the warp is one field for all arcs
    points = points + amount * (fine(points) - points) * _eased(at, closed)[:, None]
    points = np.round(points, 3)
    if closed:
        points[-1] = points[0]
    return points


def _eased(at: np.ndarray, closed: bool) -> np.ndarray:
    """Less at the ends of an arc, so that junctions stay where all their arcs meet."""
    if closed:
        return np.ones(len(at))
    return np.clip(np.minimum(at, at[-1] - at) / 150.0, 0.0, 1.0)


def _crossing(lines: np.ndarray) -> np.ndarray:
    """The arcs that cross themselves or another one."""
    bad = set(np.nonzero(~shapely.is_simple(lines))[0].tolist())
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, "intersects")
    for a, b in zip(left[left < right], right[left < right], strict=True):
        shared = shapely.intersection(lines[a], lines[b])
        ends = shapely.multipoints(
            shapely.get_coordinates(lines[a])[[0, -1]]
        )
        if not shapely.covers(ends, shared):
            bad.add(int(b))
    return np.array(sorted(bad), int)
