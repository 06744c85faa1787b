"""Borders near points and lines, and corners of three territories, compared with shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry import ranges
from ile_gis_plugin.core.territory import nearby
from ile_gis_plugin.core.territory.coverage import Coverage
from ile_gis_plugin.core.territory.nearby import borders_near, corners, lines_near_borders

ORIGIN = np.array([600_000.0, 5_400_000.0])
WEST, EAST = 0, 1
NEIGHBOURS = [shapely.box(0, 0, 40, 40), shapely.box(40, 0, 80, 40)]


def place(geometry):
    """From metres of the pictures to the register's CRS."""
    return shapely.transform(geometry, lambda xy: ORIGIN + xy)


def coverage_of(polygons) -> Coverage:
    ags = [f"{9_000 - i}" for i in range(len(polygons))]
    return Coverage(ags, shapely.to_wkb([place(p) for p in polygons]).tolist())


def near(polygons, *points, reach=10.0):
    return borders_near(coverage_of(polygons), ORIGIN + np.array(points, dtype=float), reach)


def voronoi(rng, n: int, size: float):
    """Cells of random points in a square, on whole millimetres."""
    frame = shapely.box(0, 0, size, size)
    points = shapely.multipoints(rng.uniform(0, size, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    return shapely.set_precision(shapely.intersection(cells, frame), 1e-3)


def test_the_foot_of_a_point_lies_on_the_border_between_the_two_municipalities():
    found = near(NEIGHBOURS, [37, 20], [41, 10], [40, 5])
    assert found.distance == pytest.approx([3, 1, 0])
    assert found.foot - ORIGIN == pytest.approx(np.array([[40, 20], [40, 10], [40, 5]]))
    assert {WEST, EAST} == {found.left[0], found.right[0]}
    assert (found.left == WEST).all() and (found.right == EAST).all()


def test_beyond_reach_there_is_no_border():
    found = near(NEIGHBOURS, [20, 20], [29.9, 20], [-1e4, -1e4], [30.1, 20])
    assert np.isinf(found.distance[:3]).all() and np.isnan(found.foot[:3]).all()
    assert (found.left[:3] == -1).all() and (found.right[:3] == -1).all()
    assert found.distance[3] == pytest.approx(9.9)


def test_the_outer_side_of_an_outer_border_is_nobody():
    found = near(NEIGHBOURS, [20, -3], [20, 2], [82, 20], [-3, 4])
    assert found.left.tolist() == [WEST, WEST, EAST, -1]
    assert found.right.tolist() == [-1, -1, -1, WEST]
    assert found.distance == pytest.approx([3, 2, 2, 3])


@pytest.mark.parametrize("slit", [0.0005, 0.02, 0.6, -0.0005, -0.02])
def test_across_a_narrow_slit_or_overlap_lies_the_other_municipality(slit):
    found = near([NEIGHBOURS[0], shapely.box(40 + slit, 0, 80, 40)], [38, 20], [43, 20])
    assert (found.left == WEST).all() and (found.right == EAST).all()


def test_a_point_that_is_not_finite_is_named_by_its_index():
    with pytest.raises(ValueError, match="point 1"):
        near(NEIGHBOURS, [1, 1], [np.nan, 2])


def test_without_points_and_lines_nothing_is_near():
    coverage = coverage_of(NEIGHBOURS)
    assert borders_near(coverage, np.empty((0, 2)), 5.0).foot.shape == (0, 2)
    assert lines_near_borders(coverage, np.empty((0, 2)), [0], 5.0).tolist() == []


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_border_is_the_one_that_shapely_finds(seed):
    rng = np.random.default_rng(seed)
    size = [100.0, 1_000.0, 10_000.0][seed % 3]
    cells = voronoi(rng, int(rng.integers(2, 30)), size)
    borders = place(shapely.union_all([c.boundary for c in cells]))
    at = rng.uniform(0, borders.length, 2_000)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(shapely.line_merge(borders), at))
    xy = np.concatenate([xy + rng.uniform(-15, 15, xy.shape),
                         ORIGIN + rng.uniform(-0.1 * size, 1.1 * size, (1_000, 2))])  # fmt: skip
    reach = float(rng.uniform(0.5, 10))
    found = borders_near(coverage_of(cells), xy, reach)

    points = shapely.points(xy)
    expected = shapely.distance(points, borders)
    assert found.distance == pytest.approx(np.where(expected <= reach, expected, np.inf), abs=1e-8)
    reached = np.isfinite(found.distance)
    assert 0 < reached.sum() < len(xy)
    foot = shapely.points(found.foot[reached])
    assert shapely.distance(foot, borders) == pytest.approx(0, abs=1e-8)
    assert shapely.distance(foot, points[reached]) == pytest.approx(expected[reached], abs=1e-8)
    # two different municipalities, each of which the foot touches
    placed = np.append(place(cells), None)
    left, right = found.left[reached], found.right[reached]
    assert (left != right).all()
    for side in (left, right):
        touched = shapely.distance(foot, placed[side])
        assert (np.nan_to_num(touched) < 1e-3).all()
    outer = (left == -1) | (right == -1)
    frame = place(shapely.union_all(cells)).exterior
    assert (shapely.distance(foot, frame) < 1e-6)[outer].all()


@pytest.mark.parametrize("seed", range(4))
def test_no_line_within_reach_of_a_border_is_left_out(seed):
    rng = np.random.default_rng(seed)
    size = [1_000.0, 10_000.0][seed % 2]
    cells = voronoi(rng, 12, size)
    coverage = coverage_of(cells)
    borders = place(shapely.union_all([c.boundary for c in cells]))
    lines, counts = [], rng.integers(1, 9, 600)
    for count in counts:
        begin = ORIGIN + rng.uniform(0, size, (1, 2))
        lines.append(begin + np.cumsum(rng.normal(0, size / 200, (count, 2)), axis=0))
    offsets = np.append(0, np.cumsum(counts))
    found = lines_near_borders(coverage, np.concatenate(lines), offsets, 5.0)
    shapes = [shapely.LineString(v) if len(v) > 1 else shapely.Point(v[0]) for v in lines]
    distance = shapely.distance(np.array(shapes), borders)
    assert found[distance <= 5.0].all()
    assert not found[distance > 5.0 + 3 * coverage.grid.cell_m].any()


def test_a_line_round_a_corner_is_not_near_the_border_that_only_its_box_holds():
    coverage = coverage_of([shapely.box(0, 0, 4_000, 4_000), shapely.box(4_000, 0, 8_000, 4_000),
                            shapely.box(1_800, 1_800, 2_200, 2_200)])  # fmt: skip
    line = ORIGIN + np.array([[600.0, 600.0], [600.0, 3_400.0], [3_400.0, 3_400.0]])
    assert lines_near_borders(coverage, line, [0, 3], 5.0).tolist() == [False]


def test_three_territories_meet_in_a_corner_two_do_not():
    third = shapely.box(0, 40, 80, 60)
    assert corners(coverage_of(NEIGHBOURS)).tolist() == []
    # the third one has no vertex where the border of the others ends on its edge
    assert corners(coverage_of([*NEIGHBOURS, third])) - ORIGIN == pytest.approx(
        np.array([[40, 40]])
    )


def test_vertices_that_differ_by_rounding_are_one_corner():
    third = shapely.Polygon([(0, 40), (40 - 3e-7, 40 + 2e-7), (80, 40), (80, 60), (0, 60)])
    (found,) = corners(coverage_of([*NEIGHBOURS, third])) - ORIGIN
    assert found == pytest.approx([40, 40], abs=1e-6)


lattice = st.integers(0, 6)
corner = st.tuples(lattice, lattice)
rectangle = st.tuples(corner, corner).map(lambda c: shapely.box(*np.sort(c, axis=0).ravel()))


@given(st.lists(rectangle.filter(lambda r: r.area > 0), min_size=3, max_size=9))
@settings(max_examples=100, deadline=None)
def test_corners_are_the_vertices_on_three_boundaries(rectangles):
    vertices = shapely.points(np.unique(shapely.get_coordinates(rectangles), axis=0))
    boundaries = shapely.boundary(rectangles)
    on = (shapely.distance(vertices[:, None], boundaries[None]) == 0).sum(axis=1)
    expected = shapely.get_coordinates(vertices[on >= 3])
    found = corners(coverage_of(rectangles)) - ORIGIN
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_every_corner_of_a_voronoi_coverage_is_found_once(seed):
    cells = voronoi(np.random.default_rng(seed), 40, 5_000.0)
    vertices = shapely.points(np.unique(shapely.get_coordinates(cells), axis=0))
    touching = (shapely.distance(vertices[:, None], cells[None]) == 0).sum(axis=1)
    found = corners(coverage_of(cells)) - ORIGIN
    expected = shapely.get_coordinates(vertices[touching >= 3])
    assert len(expected) and found == pytest.approx(expected, abs=1e-6)


def test_chunks_and_batches_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    coverage = coverage_of(voronoi(rng, 9, 300.0))
    xy = ORIGIN + rng.uniform(-20, 320, (500, 2))
    offsets = np.append(np.arange(0, 500, 4), 500)
    whole = borders_near(coverage, xy, 8.0)
    near_lines = lines_near_borders(coverage, xy, offsets, 8.0)
    points = corners(coverage)
    monkeypatch.setattr(nearby, "_CHUNK", 70)
    monkeypatch.setattr(ranges, "_BATCH", 20)
    for one, other in zip(whole, borders_near(coverage, xy, 8.0), strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    assert np.array_equal(near_lines, lines_near_borders(coverage, xy, offsets, 8.0))
    assert np.array_equal(points, corners(coverage))
