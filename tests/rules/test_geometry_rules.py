"""What is wrong with the geometry of one line, or of a point."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.rules.area import AREA_OF_USE
from tests.rules.pictures import PLACE, codes, found, lines, points, values

BOW_TIE = [(0, 0), (20, 20), (20, 0), (0, 20)]


def test_a_line_whose_vertices_are_all_one_place_has_no_extent_and_nothing_else():
    assert found("GEO003", lines([(1, 1), (1, 1), (1, 1)])) == [(1, None, 1, 1)]
    assert codes(lines([(1, 1), (1, 1), (1, 1)])) == {"GEO003"}


def test_a_line_that_crosses_itself_is_reported_where_it_does():
    assert found("GEO004", lines(BOW_TIE)) == [(1, None, 10, 10)]
    assert codes(lines(BOW_TIE)) == {"GEO004"}


def test_of_several_crossings_the_first_along_the_line_is_the_place():
    assert found("GEO004", lines([*BOW_TIE, (0, 30), (15, -5)])) == [(1, None, 10, 10)]


@pytest.mark.parametrize("line", [
    [(0, 0), (10, 0), (5, 0)],  # turns back
    [(0, 0), (10, 0), (10, 5), (8, 0), (2, 0), (2, -5)],  # runs over itself again
    [(0, 0), (10, 0), (20, 5), (10, 0), (10, -9)],  # there and back
    [(0, 0), (10, 0), (20, 5), (20, -5), (10, 0), (0, 0), (-5, -5)],  # back by the same segment
    [(0, 0), (10, 0), (10, 5), (5, 0), (0, 5)],  # touches itself with a vertex
])  # fmt: skip
def test_a_line_that_overlaps_or_touches_itself_is_reported(line):
    assert codes(lines(line)) == {"GEO004"}
    assert codes(lines(line[::-1])) == {"GEO004"}


@pytest.mark.parametrize("line", [
    [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)],  # a ring
    [(0, 0), (10, 0), (20, 5), (20, -5), (10, 0)],  # a turning loop with a node
    [(0, 0), (10, 0), (20, 5), (20, -5), (8, 0)],  # and without
    [(0, 0), (10, 0), (20, 5), (20, -5), (10, 0), (10, -20)],  # through a node again
    [(0, 0), (10, 0.004), (20, 5), (20, -5), (10, 0.006), (10, -20)],  # through about a node
    [(0, 0), (10, 0.1), (0, 0.2), (10, 0.3)],  # hairpins
    [(0, 0), (10, 0), (10, 0), (10, 10)],  # a repeated vertex is another rule's
])  # fmt: skip
def test_rings_loops_and_hairpins_are_simple(line):
    assert "GEO004" not in codes(lines(line))
    assert "GEO004" not in codes(lines(line[::-1]))


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 8, 40, 150]), st.sampled_from([0.3, 1.0]))
@settings(deadline=None, max_examples=60)
def test_lines_in_general_position_are_judged_as_shapely_does(seed, n, bend):
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, bend, (12, n)), axis=1)
    crowd = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=2) * 10, axis=1)
    expected = [k + 1 for k, line in enumerate(crowd) if not shapely.LineString(line).is_simple]
    assert [row[0] for row in sorted(found("GEO004", lines(*crowd)))] == expected


def test_a_line_of_thousands_of_vertices_is_judged_too():
    turn = np.linspace(0, 40 * np.pi, 9_000)
    spiral = np.column_stack([turn * np.cos(turn), turn * np.sin(turn)])
    assert codes(lines(spiral)) == set()
    assert codes(lines([*spiral, (-3, 200), (5, -200)])) == {"GEO004"}


def test_a_short_line_is_reported_with_its_length():
    short = lines([(0, 0), (0.3, 0), (0.3, 0.1)])
    assert found("GEO005", short) == [(1, None, 0, 0)]
    assert values("GEO005", "length", short) == pytest.approx([0.4])
    assert codes(short, shortest_line_m=0.35) == set()


def test_vertices_that_repeat_are_one_finding_a_line_at_the_first_of_them():
    repeated = lines([(0, 0), (9, 0), (9, 0.0009), (20, 0), (20, 0)], [(0, 9), (9, 9), (9, 9.002)])
    assert found("GEO006", repeated) == [(1, None, 9, 0.0009)]
    assert values("GEO006", "count", repeated) == [2]


def test_the_end_of_a_line_and_the_start_of_the_next_do_not_repeat():
    assert codes(lines([(0, 0), (9, 0)], [(9, 0), (20, 0)], [(20, 0), (0, 0.5)])) == set()


def test_what_lies_outside_germany_is_reported_at_its_first_vertex_outside():
    west, south, east, north = np.array(AREA_OF_USE) - np.tile(PLACE, 2)
    beyond = lines([(0, 0), (9, south - 1), (9, south - 2)], [(0, 0), (9, 0)])
    assert found("GEO008", beyond) == [(1, None, 9, south - 1)]
    outside = points((0, 0), (east + 1, 0), (0, north + 1), (west - 1, 0))
    assert [row[0] for row in found("GEO008", outside)] == [2, 3, 4]


def test_of_what_lies_far_away_that_alone_is_said_and_of_the_others_all():
    far = lines([(0, 0), (1e12, 4e9), (5, 5), (1e15, 3)], [(1e15, 3), (1e15, 4)], BOW_TIE,
                [(20, 20.5), (60, 80)], [(30, 22), (90, 9)])  # fmt: skip
    expected = {"GEO004", "GEO008", "NET002", "NET005"}
    assert codes(far, points((1e15, 0), (1e14, 0), (0, 9))) == expected


def test_nothing_is_found_among_nothing():
    assert codes(lines(), points()) == set()
