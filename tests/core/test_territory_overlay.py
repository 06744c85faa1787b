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
    for ends in itertools.pairwise(walk):
        for municipality, metres in by_the_rules(polygons, shapely.LineString(ends), home):
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
        inside = [i for i, p in enumerate(polygons) if p.distance(middle) < 1e-8]
        lowest_ags = max(inside, default=-1)
        owner = home if home in inside else lowest_ags
        yield owner, GEOD.geometry_length(shapely.transform(place(piece), to_degrees))


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
