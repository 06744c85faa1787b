"""Lines that nearly join, reach too far, cross without a node, or lie alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.rules.network_view import networks
from ile_gis_plugin.core.rules.rule import CATALOGUE
from tests.rules.pictures import (
    BORDER_X,
    EAST,
    PLACE,
    WEST,
    codes,
    found,
    lines,
    parts,
    scope_of,
    values,
)

ROAD = [(-50, 0), (50, 0)]


def test_ends_that_meet_are_fine():
    assert codes(lines(ROAD, [(50, 0), (80, 20)], [(50, 0.005), (90, -20)])) == set()


def test_a_branch_without_a_vertex_on_the_road_is_joined():
    assert codes(lines(ROAD, [(10, 0), (10, 40)])) == set()


def test_an_end_before_another_end_is_reported_once_with_the_smaller_key():
    gap = lines(ROAD, [(51.5, 0), (90, 0)])
    assert found("NET001", gap) == [(1, 2, 50, 0)]
    assert values("NET001", "distance", gap) == pytest.approx([1.5])
    assert codes(gap) == {"NET001"}


def test_an_end_before_a_node_of_others_is_the_one_reported():
    assert found("NET001", lines(ROAD, [(50, 0), (90, 30)], [(50, -1.5), (60, -30)])) == [
        (3, 1, 50, -1.5)
    ]


def test_an_end_before_a_line_is_reported():
    short = lines(ROAD, [(10, 1.2), (10, 40)])
    assert found("NET002", short) == [(2, 1, 10, 1.2)]
    assert values("NET002", "distance", short) == pytest.approx([1.2])
    assert codes(short) == {"NET002"}


def test_the_part_tells_which_end_is_meant():
    assert parts("NET002", lines(ROAD, [(10, 1.2), (10, 40)], [(-10, 40), (-10, 1.2)])) == [0, 1]


def test_an_end_is_preferred_to_a_line_that_is_hardly_nearer():
    t_junction = [(10, 2.2), (10, 40)]
    assert found("NET001", lines([(-50, 0), (10.5, 0)], t_junction))[0][:2] == (1, 2)
    assert found("NET002", lines([(-50, 0), (11.6, 0)], t_junction))[0][:2] == (2, 1)


@pytest.mark.parametrize("distance", [0.009, 3.01])
def test_what_touches_and_what_is_far_is_no_near_miss(distance):
    assert codes(lines(ROAD, [(10, distance), (10, 40)])) <= {"NET005"}


def test_the_cap_is_a_setting():
    far = lines(ROAD, [(10, 4), (10, 40)], [(10, 40), (60, 60)])
    assert codes(far) == set()
    assert codes(far, cap_m=5.0) == {"NET002"}


@pytest.mark.parametrize("way", [[(10, -0.8), (10, 40)], [(10, 40), (10, -0.8)]])
def test_an_end_past_a_road_is_reported_with_what_is_too_much(way):
    past = lines(ROAD, way)
    assert found("NET003", past) == [(2, 1, 10, -0.8)]
    assert values("NET003", "distance", past) == pytest.approx([0.8])
    assert codes(past) == {"NET003"}


def test_a_long_way_past_a_road_is_a_crossing():
    assert codes(lines(ROAD, [(40, 20), (0, 0), (-3.6, -1.8)])) == set()  # it has a vertex there
    assert codes(lines(ROAD, [(40, 20), (-3.6, -1.8)])) == {"NET004"}


def test_an_end_past_a_vertex_of_the_road_is_reported():
    assert codes(lines([(-50, 0), (10, 0), (50, 0)], [(10, -0.8), (10, 40)])) == {"NET003"}


def test_an_end_past_a_road_on_top_of_the_way_across_is_reported():
    across = [(10, 0), (10, -60)]
    assert codes(lines([(-50, 0), (10, 0), (50, 0)], across, [(10, -0.8), (10, 40)])) == {"NET003"}


def test_a_short_branch_with_a_node_is_fine():
    assert codes(lines(ROAD, [(10, -2), (10, 0), (10, 40)])) == set()
    assert codes(lines(ROAD, [(10, 0), (10, 2)])) == set()


def test_the_stub_beyond_a_junction_is_fine():
    assert codes(lines(ROAD, [(49, 0), (49, 40)])) == set()


def test_a_way_that_runs_beside_another_is_no_near_miss():
    assert codes(lines(ROAD, [(-20, 2), (20, 2)])) <= {"NET005"}
    assert codes(lines(ROAD, [(0, 40), (5, 2), (30, 2)])) == set()


def test_a_crossing_without_a_node_is_reported():
    cross = lines(ROAD, [(0, -40), (20, 40)])
    assert found("NET004", cross) == [(1, 2, 10, 0)]
    assert codes(cross) == {"NET004"}


@pytest.mark.parametrize("road", [ROAD, [(-50, 0), (10, 0), (50, 0)]])
@pytest.mark.parametrize("other", [[(0, -40), (10, 0), (20, 40)], [(0, -40), (20, 40)]])
def test_a_vertex_of_either_line_makes_a_node(road, other):
    expected = {"NET004"} if len(road) == len(other) == 2 else set()
    assert codes(lines(road, other)) & {"NET003", "NET004"} == expected


def test_a_vertex_within_a_centimetre_makes_a_node():
    assert codes(lines([(-50, 0), (10, 0.008), (50, 0)], [(0, -40), (20, 40)])) == set()


def test_close_to_an_end_there_is_no_crossing():
    way = [(10, 40), (10, -2)]
    assert codes(lines(ROAD, way, [(10, -2), (40, -40)])) == set()
    assert codes(lines(ROAD, way, [(10, -2), (40, -40)]), cap_m=1.5) == {"NET004"}


def test_crossings_of_a_pair_are_counted_along_the_line():
    zigzag = [(-40, -20), (-20, 20), (0, -20), (20, 20)]
    assert parts("NET004", lines(ROAD, zigzag)) == [0, 1, 2]
    assert found("NET004", lines(ROAD, zigzag))[0][2:] == (-10, 0)


def test_lines_of_different_networks_have_nothing_to_do_with_each_other():
    crowd = ROAD, [(10, 1.2), (10, 40)], [(51, 0), (90, 9)], [(0, -40), (20, 40)]
    assert codes(lines(*crowd, network=[0, 1, 2, 3])) == set()
    assert codes(lines(*crowd)) == {"NET001", "NET002", "NET004"}


def test_tables_have_nothing_to_do_with_each_other():
    assert codes(lines(ROAD), lines([(10, 1.2), (10, 40)], table="utility_line")) == set()


def test_a_ring_has_no_free_end():
    ring = [(0, 1), (20, 1), (20, 20), (0, 20), (0, 1)]
    assert codes(lines(ROAD, ring)) == set()


def test_a_piece_that_meets_nothing_but_comes_close_is_reported():
    alone = lines(ROAD, [(10, 5), (10, 40)])
    assert found("NET005", alone) == [(2, 1, 10, 5)]
    assert values("NET005", "distance", alone) == pytest.approx([5])


@pytest.mark.parametrize("others", [
    [[(10, 40), (60, 60)]],  # an end at its end
    [[(10, 20), (60, 60)]],  # an end on it
    [[(10, 20), (60, 60)], [(10, 20), (-60, 60)]],  # two of them
    [[(-30, 25), (10, 30), (60, 60)]],  # a common vertex
])  # fmt: skip
def test_a_piece_that_another_one_meets_is_not_alone(others):
    assert codes(lines(ROAD, [(10, 5), (10, 30), (10, 40)], *others)) == set()


def test_a_piece_far_from_all_is_nobodys_business():
    assert codes(lines(ROAD, [(10, 11), (10, 40)])) == set()


def test_what_lies_at_a_border_between_two_homes_is_left_to_the_border():
    def pair(x):
        return lines([(x - 60, 0), (x - 1, 0)], [(x, 0), (x + 60, 0)], home=[WEST, EAST])

    assert codes(pair(BORDER_X + 4)) == set()
    assert codes(pair(BORDER_X + 4.1 + 6)) >= {"NET001"}


def test_at_a_border_the_ends_of_one_home_are_judged():
    gap = lines([(BORDER_X - 60, 0), (BORDER_X - 2, 0)], [(BORDER_X - 1, 0), (BORDER_X, 0)])
    assert found("NET001", gap) == [(1, 2, BORDER_X - 2, 0)]


def test_only_the_nearest_target_counts_even_if_it_is_the_borders():
    at = BORDER_X
    three = lines([(at - 60, 0), (at - 1, 0)], [(at - 0.5, 0), (at + 60, 0)],
                  [(at - 1, 2), (at - 20, 60)], home=[WEST, EAST, WEST])  # fmt: skip
    assert 1 not in [row[0] for row in found("NET001", three)]


def test_without_lines_nothing_is_found():
    assert codes(lines(), lines(table="utility_line")) == set()


def crowd_of_lines(seed: int) -> list[np.ndarray]:
    """Random lines, some of which begin at others' ends, vertices, or the middle of segments."""
    rng = np.random.default_rng(seed)
    starts = rng.uniform(0, 80, (25, 1, 2))
    crowd = list(starts + np.cumsum(rng.normal(0, 8, (25, 4, 2)), axis=1))
    for n in range(1, 12):
        other = crowd[n - 1]
        crowd[n][0] = (other[-1], other[1], (other[1] + other[2]) / 2)[n % 3]
    crowd[12][-1] = crowd[12][0]  # a ring
    return crowd


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_free_ends_are_those_that_are_away_from_all_other_lines(seed):
    crowd = crowd_of_lines(seed)
    network = scope_of(lines(*crowd)).view(networks)[0]
    shapes = [shapely.LineString(line) for line in crowd]
    for n, line in enumerate(crowd):
        others = shapely.union_all(shapes[:n] + shapes[n + 1 :])
        for part, end in enumerate(line[[0, -1]]):
            away = shapely.distance(others, shapely.Point(end)) > 0.01 and n != 12
            assert network.is_free[2 * n + part] == away


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_a_near_line_is_the_nearest_of_those_that_the_own_line_does_not_meet(seed):
    crowd = crowd_of_lines(seed)
    shapes = [shapely.LineString(line) for line in crowd]
    for one in CATALOGUE["NET002"].find(scope_of(lines(*crowd))):
        for fid, other, part, distance in zip(one.fid, one.other_fid, one.part,
                                              one.values["distance"], strict=True):  # fmt: skip
            end = shapely.Point(crowd[fid - 1][-part])
            assert distance == pytest.approx(end.distance(shapes[other - 1])) and distance <= 3
            apart = [shape for shape in shapes if shape.distance(shapes[fid - 1]) > 0.01]
            towards = [s for s in apart if end.distance(s) < distance - 1e-6]
            # only what the end runs beside, rather than to, may be nearer
            back = shapes[fid - 1].interpolate(12 if part == 0 else shapes[fid - 1].length - 12)
            assert all(back.distance(s) < end.distance(s) + 3.0 for s in towards)


def rows_inside(code: str, scope, low: float, high: float) -> set[tuple]:
    rows = set()
    for one in CATALOGUE[code].find(scope):
        inside = ((one.xy - PLACE >= low) & (one.xy - PLACE < high)).all(axis=1)
        rows |= set(zip(one.fid[inside].tolist(), one.other_fid[inside].tolist(),
                        one.part[inside].tolist(), strict=True))  # fmt: skip
    return rows


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_what_is_found_at_a_place_depends_on_its_surroundings_only(seed):
    crowd = np.concatenate([np.stack(crowd_of_lines(seed + n)) + [n % 3 * 70, n // 3 * 70]
                            for n in range(9)])  # fmt: skip
    near = ((crowd.min(axis=1) <= 160 + 20) & (crowd.max(axis=1) >= 80 - 20)).all(axis=1)
    whole, part = lines(*crowd), lines(*crowd).take(np.flatnonzero(near))
    assert 0 < len(part) < len(whole)
    for code in ("NET001", "NET002", "NET003", "NET004"):
        expected = rows_inside(code, scope_of(whole), 80, 160)
        assert rows_inside(code, scope_of(part), 80, 160) == expected
