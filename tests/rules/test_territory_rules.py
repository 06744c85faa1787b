"""Where an asset lies: at home or not, outside all, in gaps and overlaps."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.territory.reach import come_near
from tests.rules.pictures import (
    BORDER_X,
    EAST,
    PLACE,
    TERRITORIES,
    WEST,
    codes,
    coverage_of,
    found,
    lines,
    parts,
    points,
    values,
)

SLIT = coverage_of(shapely.box(0, 0, 99, 500), shapely.box(100, 0, 200, 500))
OVERLAP = coverage_of(shapely.box(0, 0, 101, 500), shapely.box(100, 0, 200, 500))
NOBODYS = coverage_of(
    shapely.box(0, 0, 500, 500) - shapely.box(40, 40, 60, 60), shapely.box(500, 0, 900, 500)
)


def test_a_light_in_another_municipality_is_reported_with_where_it_lies():
    lights = points((0, 0), (BORDER_X + 10, 0), (BORDER_X + 2, 0), home=WEST)
    assert found("TER001", lights) == [(2, None, BORDER_X + 10, 0)]
    assert values("TER001", "where", lights) == [EAST]
    assert codes(lights) == {"TER001"}


def test_a_line_with_any_part_at_home_is_fine():
    loop = [(BORDER_X + 5, 0), (BORDER_X - 1, 10), (BORDER_X + 9, 15), (BORDER_X + 9, 30),
            (BORDER_X + 5, 35)]  # fmt: skip
    assert found("TER001", lines(loop, home=WEST)) == []


@pytest.mark.parametrize(("away", "tolerance", "cap", "expected"), [
    (3.5, 3.0, 3.0, [1]), (2.5, 0.1, 3.0, []), (2.5, 0.1, 1.0, [1]), (2.5, 3.0, 1.0, []),
])  # fmt: skip
def test_what_is_within_tolerance_of_home_is_fine(away, tolerance, cap, expected):
    x = BORDER_X + away
    near = lines([(x + 30, 0), (x, 20), (x + 30, 40)], home=WEST, tolerance=tolerance)
    assert [row[0] for row in found("TER001", near, cap_m=cap)] == expected


def test_a_line_is_where_the_most_of_it_lies():
    coverage = coverage_of(*(shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200)))
    across = lines([(150, 50), (240, 50)], home=0)
    assert values("TER001", "where", across, coverage=coverage) == [1]


def test_what_lies_outside_all_municipalities_is_reported_and_nothing_else():
    outside = points((0, 6_000), (BORDER_X, -5_010)), lines([(0, 6_000), (9, 6_000)])
    assert found("TER002", *outside)[0][0] == 1
    assert codes(*outside) == {"TER002"}
    assert codes(points((0, 6_000), home=-1)) == {"TER002"}


def test_what_reaches_out_of_the_register_is_fine():
    assert codes(lines([(0, 4_900), (0, 6_000)])) == set()
    assert codes(points((0, 5_002))) == set()


def test_a_place_in_a_slit_between_municipalities_is_reported_as_that():
    light, way = points((99.5, 250), home=0), lines([(50, 250), (99.4, 250)], home=0)
    assert found("TER004", light, way, coverage=SLIT) == [
        (1, None, 99.4, 250),
        (1, None, 99.5, 250),
    ]
    assert parts("TER004", way, coverage=SLIT) == [1]
    assert codes(light, way, coverage=SLIT, cap_m=0.1) == {"TER004"}


def test_a_line_across_a_slit_is_fine():
    assert codes(lines([(50, 250), (99.5, 250), (150, 250)], home=0), coverage=SLIT) == set()


@pytest.mark.parametrize("place", [(99.5, -30), (99.5, 530), (-1, 250)])
def test_before_the_outer_border_there_is_no_gap(place):
    assert found("TER004", points(place, home=0), coverage=SLIT) == []


def test_a_notch_in_the_outer_border_is_no_gap():
    corner = coverage_of(shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 300))
    assert found("TER004", points((95, 105), home=0), coverage=corner) == []


def test_a_hole_in_one_municipality_is_no_gap():
    assert codes(points((50, 50), home=0), coverage=NOBODYS) == {"TER002"}


def test_a_slit_of_a_centimetre_is_nobodys_business():
    thin = coverage_of(shapely.box(0, 0, 100, 500), shapely.box(100.01, 0, 200, 500))
    assert codes(points((100.005, 250), home=0), coverage=thin) == set()


def test_a_place_in_two_territories_is_reported_with_the_other_one():
    light = points((100.5, 250), (50, 50), home=0)
    way = lines([(20, 20), (100.5, 60), (180, 20)], home=0)
    assert found("TER005", light, way, coverage=OVERLAP) == [
        (1, None, 100.5, 250), (1, None, 100.5, 60),
    ]  # fmt: skip
    assert values("TER005", "where", light, way, coverage=OVERLAP) == [1, 1]
    assert parts("TER005", way, coverage=OVERLAP) == [2]
    assert codes(light, way, coverage=OVERLAP) == {"TER005"}


def test_a_common_border_is_no_overlap():
    on_border = points((BORDER_X, 0), (BORDER_X + 0.005, 9)), lines([(BORDER_X, 0), (0, 9)])
    assert codes(*on_border) == set()


def test_the_other_one_is_told_wherever_the_home_is():
    for home, other in ((0, 1), (1, 0)):
        light = points((100.5, 250), home=home)
        assert values("TER005", "where", light, coverage=OVERLAP) == [other]


def test_nothing_is_found_among_nothing():
    assert codes(lines(), points()) == set()


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=50)
def test_lines_away_from_home_are_those_that_shapely_finds(seed):
    rng = np.random.default_rng(seed)
    start = np.column_stack([rng.uniform(-25, 25, 30) + BORDER_X, rng.uniform(-50, 50, 30)])
    crowd = start[:, None] + np.cumsum(rng.normal(0, 6, (30, 5, 2)), axis=1)
    home = rng.integers(0, 2, 30)
    away = [shapely.LineString(line).distance(TERRITORIES[h]) for line, h in
            zip(crowd, home, strict=True)]  # fmt: skip
    expected = [n + 1 for n, distance in enumerate(away) if distance > 3.0]
    assert sorted(row[0] for row in found("TER001", lines(*crowd, home=home))) == expected


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 20.0]))
@settings(deadline=None, max_examples=40)
def test_lines_near_a_municipality_are_those_that_shapely_finds(seed, reach):
    rng = np.random.default_rng(seed)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.MultiPoint(rng.uniform(0, 300, (8, 2))), extend_to=shapely.box(0, 0, 300, 300)
        )
    )
    coverage = coverage_of(*cells)
    crowd = rng.uniform(0, 300, (40, 1, 2)) + np.cumsum(rng.normal(0, 9, (40, 4, 2)), axis=1)
    home = rng.integers(-1, len(cells), 40)
    near = come_near(coverage, PLACE + crowd.reshape(-1, 2), np.arange(0, 161, 4), home,
                     np.full(40, reach))  # fmt: skip
    for line, h, is_near in zip(crowd, home, near.tolist(), strict=True):
        shape = shapely.LineString(line)
        if h < 0 or not shape.intersects(cells[h].boundary):
            assert is_near == (h >= 0 and shape.distance(cells[h].boundary) <= reach)
