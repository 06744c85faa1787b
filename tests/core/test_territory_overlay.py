"""Territory shares of random lines and coverages, compared with shapely and pyproj.Geod."""

from __future__ import annotations

import itertools

import numpy as np
import pyproj
import pytest
import shapely
import shapely.ops
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry import ranges
from ile_gis_plugin.core.geometry.wkb import decode_lines
from ile_gis_plugin.core.territory import shares
from ile_gis_plugin.core.territory.shares import Coverage, line_shares, point_shares

ORIGIN = np.array([600_000.0, 5_400_000.0])
UNIT = 100.0  # metres of one step
TO_DEGREES = pyproj.Transformer.from_crs(25832, 4258, always_xy=True)
GEOD = pyproj.Geod(ellps="GRS80")


def place(geometry):
    """From units to the register's CRS."""
    return shapely.transform(geometry, lambda xy: ORIGIN + UNIT * xy)


def coverage_of(polygons, ags=None) -> Coverage:
    """A coverage; unless told, the AGS fall with the index."""
    ags = ags or [f"{9_000 - i}" for i in range(len(polygons))]
    return Coverage(ags, shapely.to_wkb([place(p) for p in polygons]).tolist())


# Any polygons on a lattice: touching, overlapping, with gaps, T-junctions, holes and islands.
lattice = st.integers(0, 6)
corner = st.tuples(lattice, lattice)
rectangle = st.tuples(corner, corner).map(lambda c: shapely.box(*np.sort(c, axis=0).ravel()))
triangle = st.tuples(corner, corner, corner).map(shapely.Polygon)
solid = st.one_of(rectangle, triangle).filter(lambda polygon: polygon.area > 0)
pair = st.tuples(rectangle, rectangle)
territory = st.one_of(
    solid,
    pair.map(lambda two: two[0] - two[1]),
    pair.map(shapely.union_all),
).filter(lambda g: g.area > 0 and g.geom_type in ("Polygon", "MultiPolygon"))
walks = st.lists(st.tuples(st.integers(-1, 7), st.integers(-1, 7)), min_size=1, max_size=7)


@given(st.lists(territory, min_size=1, max_size=5), walks, st.integers(-1, 4))
@settings(max_examples=400, deadline=None)
def test_every_line_on_a_lattice_is_divided_by_the_rules(polygons, walk, home):
    home = min(home, len(polygons) - 1)
    walk = walk * 2 if len(walk) == 1 else walk
    coords = ORIGIN + UNIT * np.array(walk, dtype=float)
    found = line_shares(coverage_of(polygons), coords, [0, len(coords)], [home])
    expected: dict[int, float] = {}
    placed = [place(polygon) for polygon in polygons]
    for ends in itertools.pairwise(coords):
        for municipality, metres in by_the_rules(placed, shapely.LineString(ends), home):
            expected[municipality] = expected.get(municipality, 0.0) + metres
    assume(expected)
    metres = dict(zip(found.municipality.tolist(), found.length_m.tolist(), strict=True))
    assert metres == pytest.approx(expected, abs=1e-6, rel=0)
    assert found.share.sum() == 1.0


def by_the_rules(polygons, segment, home):
    """(municipality, metres) of the pieces of a segment, found with shapely."""
    meetings = shapely.intersection(segment, [polygon.boundary for polygon in polygons])
    cuts = shapely.line_locate_point(segment, shapely.points(shapely.get_coordinates(meetings)))
    for begin, end in itertools.pairwise(np.unique([0.0, *cuts, segment.length])):
        piece = shapely.ops.substring(segment, begin, end)
        middle = shapely.line_interpolate_point(segment, (begin + end) / 2)
        owner = owner_of(polygons, middle, home)
        yield owner, GEOD.geometry_length(shapely.transform(piece, to_degrees))


def owner_of(polygons, point, home) -> int:
    """The municipality of a point; the lowest AGS is the highest index."""
    inside = [i for i, p in enumerate(polygons) if p.distance(point) < 1e-6]
    return home if home in inside else max(inside, default=-1)


def to_degrees(xy: np.ndarray) -> np.ndarray:
    return np.column_stack(TO_DEGREES.transform(*xy.T))


@pytest.mark.parametrize("seed", range(6))
def test_shares_agree_with_an_overlay_of_a_random_coverage(seed):
    rng = np.random.default_rng(seed)
    size = [3, 30, 100][seed % 3]  # units: 300 m to 10 km
    cells = voronoi(rng, int(rng.integers(2, 40)), size, snap=bool(seed % 2))
    lines = random_lines(rng, 150, size)
    coverage = coverage_of(cells, [f"{i:05d}" for i in rng.permutation(len(cells))])
    coords, line = shapely.get_coordinates(place(lines), return_index=True)
    offsets = np.searchsorted(line, np.arange(len(lines) + 1))
    home = rng.integers(-1, len(cells), len(lines))
    found = line_shares(coverage, coords, offsets, home)

    metres = np.zeros((len(lines), len(cells) + 1))
    metres[found.asset_index, found.municipality] = found.length_m
    parts = shapely.intersection(place(lines)[:, None], place(cells)[None])
    expected = ellipsoidal(parts.ravel()).reshape(parts.shape)
    assert metres[:, :-1] == pytest.approx(expected, abs=1e-6, rel=0)
    assert metres.sum(axis=1) == pytest.approx(ellipsoidal(place(lines)), abs=1e-6, rel=0)
    assert (np.bincount(found.asset_index, found.share) == 1.0).all()
    rank = np.append(np.argsort(np.argsort(coverage.ags)), len(cells))[found.municipality]
    assert (np.diff(found.asset_index * 1000 + rank) > 0).all()


@pytest.mark.parametrize("seed", range(12))
def test_lines_on_borders_and_through_corners_are_divided_by_the_rules(seed):
    # closed or not, with equal vertices one after the other, round islands and holes, with heights
    rng = np.random.default_rng(seed)
    polygons = with_islands(rng, voronoi(rng, int(rng.integers(2, 12)), 12, snap=bool(seed % 2)))
    coverage = coverage_of(polygons)
    lines = [line_along(rng, polygons) for _ in range(60)]
    home = rng.integers(-1, len(polygons), len(lines))
    heights = [np.column_stack([line, rng.uniform(0, 500, len(line))]) for line in lines]
    decoded = decode_lines(shapely.to_wkb([place_z(line) for line in heights]).tolist())
    found = line_shares(coverage, decoded.coords, decoded.offsets, home)
    assert set(found.asset_index) == set(range(len(lines)))
    placed = [place(polygon) for polygon in polygons]
    for n, line in enumerate(np.split(decoded.coords, decoded.offsets[1:-1])):
        mine = found.asset_index == n
        metres = dict(zip(found.municipality[mine].tolist(), found.length_m[mine].tolist(),
                          strict=True))  # fmt: skip
        expected: dict[int, float] = {}
        for ends in itertools.pairwise(line):
            for municipality, length in by_the_rules(placed, shapely.LineString(ends), home[n]):
                expected[municipality] = expected.get(municipality, 0.0) + length
        expected = {m: length for m, length in expected.items() if length > 1e-6}
        if expected:
            assert metres == pytest.approx(expected, abs=1e-6, rel=0)
        else:  # a line without length is a point
            assert metres == {owner_of(placed, shapely.Point(line[0]), home[n]): 0.0}
        assert found.share[mine].sum() == 1.0


def with_islands(rng, cells) -> list:
    """Cells with a hole: a lake, a municipality of its own, or a part of another one."""
    polygons = list(cells)
    for n, cell in enumerate(cells):
        kind = rng.integers(4)
        if kind < 3:
            inner = shapely.transform(cell, lambda xy, c=cell: 0.3 * xy + 0.7 * np.array(
                c.centroid.coords))  # fmt: skip
            polygons[n] -= inner
        if kind == 1:
            polygons.append(inner)
        if kind == 2:
            other = int(rng.integers(len(polygons)))
            apart = polygons[other].distance(inner) > 0
            polygons[other] = shapely.union_all([polygons[other], inner]) if apart else \
                polygons[other]  # fmt: skip
    return polygons


def line_along(rng, polygons) -> np.ndarray:
    """A line over vertices of borders, points on borders and others."""
    ring = shapely.get_coordinates(polygons[rng.integers(len(polygons))])
    start = rng.integers(len(ring))
    vertices = [ring[(start + k) % len(ring)] for k in range(rng.integers(1, 7))]
    for n, vertex in enumerate(vertices):
        how = rng.integers(4)
        if how == 0:
            vertices[n] = rng.uniform(-1, 13, 2)
        elif how == 1:
            vertices[n] = vertex + rng.uniform() * (ring[(start + n + 1) % len(ring)] - vertex)
    line = np.array(vertices)
    if rng.random() < 0.3:
        line = np.concatenate([line, line[:1]])
    if rng.random() < 0.3 or len(line) == 1:
        line = np.repeat(line, 2, axis=0)
    return line


def place_z(line: np.ndarray):
    return shapely.LineString(line * [UNIT, UNIT, 1] + [*ORIGIN, 0])


@pytest.mark.parametrize("seed", range(4))
def test_points_lie_where_shapely_finds_them(seed):
    rng = np.random.default_rng(seed)
    cells = voronoi(rng, 30, 30, snap=False)
    xy = ORIGIN + UNIT * rng.uniform(-3, 33, (3_000, 2))
    inside = shapely.contains_xy(place(cells)[:, None], xy[None, :, 0], xy[None, :, 1])
    expected = np.where(inside.any(axis=0), inside.argmax(axis=0), -1)
    found = point_shares(coverage_of(cells), xy, np.full(len(xy), -1))
    assert np.array_equal(found.municipality, expected)


def test_chunks_batches_and_threads_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    coverage = coverage_of(voronoi(rng, 20, 30, snap=True))
    coords, line = shapely.get_coordinates(place(random_lines(rng, 300, 30)), return_index=True)
    offsets = np.searchsorted(line, np.arange(301))
    home = rng.integers(-1, 20, 300)
    whole = line_shares(coverage, coords, offsets, home)
    monkeypatch.setattr(shares, "_CHUNK_VERTICES", 100)
    monkeypatch.setattr(ranges, "_BATCH", 10)
    parts = line_shares(coverage, coords, offsets, home, threads=2)
    for one, other in zip(whole, parts, strict=True):
        assert np.array_equal(one, other)


def voronoi(rng, n: int, size: float, snap: bool):
    """Voronoi cells of random points in a square, on whole millimetres if they snap."""
    frame = shapely.box(0, 0, size, size)
    points = shapely.multipoints(rng.uniform(0, size, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.intersection(cells, frame)
    return shapely.set_precision(cells, 1e-3 / UNIT) if snap else cells


def random_lines(rng, n: int, size: float):
    """Random walks that begin in or near the square, of all sizes."""
    walks = []
    for _ in range(n):
        step = min(size, 3) * 10 ** rng.uniform(-3, 0)
        start = rng.uniform(-0.1 * size, 1.1 * size, (1, 2))
        walks.append(start + np.cumsum(rng.normal(0, step, (rng.integers(2, 30), 2)), axis=0))
    return np.array([shapely.LineString(walk) for walk in walks])


def ellipsoidal(geometries) -> np.ndarray:
    """Lengths by GeographicLib; the lines' segments are a few hundred metres at most."""
    degrees = shapely.transform(geometries, to_degrees)
    return np.array([GEOD.geometry_length(g) if g.length else 0.0 for g in degrees])
