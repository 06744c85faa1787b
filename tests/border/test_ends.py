"""Ends at a border: who belongs to whom, and what kind of match it is."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.border.matches import END_END, END_LINE
from ile_gis_plugin.core.border.matching import match
from tests.border.scene import EAST, NORTH, THREE, WEST, Line, changed, found, scope_of


def west(end, y=0.0, **options):
    """A line of West that comes from 100 m away and ends at (end, y)."""
    return Line(WEST, [(-100, y), (-60, y), (-20, y), (end, y)], **options)


def east(end, y=0.0, **options):
    return Line(EAST, [(end, y), (20, y), (60, y), (100, y)], **options)


def test_lines_that_meet_on_the_border_are_no_match():
    assert found(west(0), east(0)) == []


def test_ends_a_few_millimetres_apart_meet():
    assert found(west(-0.004), east(0.004)) == []


def test_a_path_stopping_short_of_the_border_is_a_gap():
    matches = match(scope_of(west(-1.5), east(0)))
    assert found(west(-1.5), east(0)) == [("gap", 1, 2)]
    assert (matches.left_part.tolist(), matches.right_part.tolist()) == ([1], [0])
    assert (matches.left_ags.tolist(), matches.right_ags.tolist()) == ([WEST], [EAST])
    assert matches.values["distance_m"] == pytest.approx([1.5])
    assert matches.values["lateral_m"] == pytest.approx([0.0], abs=1e-6)
    assert matches.values["shift_m"] == pytest.approx([1.5])
    assert matches.join.tolist() == [END_END]


def test_a_path_reaching_over_the_border_is_an_overshoot():
    assert found(west(1.2), east(0)) == [("overshoot", 1, 2)]
    assert found(west(0), east(-1.2)) == [("overshoot", 1, 2)]
    # its own course ends where the neighbour begins, but beyond the border
    assert found(west(1.0), east(1.6)) == [("overshoot", 1, 2)]


def test_ends_beside_each_other_are_a_gap_wherever_the_border_lies():
    assert found(west(0.2), east(0, y=1.0)) == [("gap", 1, 2)]


def test_the_side_of_the_lower_key_is_the_left_one():
    assert found(east(0), west(-1.5)) == [("gap", 2, 1)]


def test_ends_farther_apart_than_the_cap_are_no_pair():
    assert found(west(-3.5, y=2.0), east(0)) == [("missing", 2, -1)]
    assert found(west(-1.5), east(0), cap_m=1.0) == [("gap", 1, 2)]  # they continue each other
    assert found(west(-2.5), east(0), cap_m=1.0) == [("missing", 2, -1)]


def test_ends_that_continue_each_other_may_be_farther_apart():
    assert found(west(-4.5), east(0)) == [("gap", 1, 2)]
    assert found(west(-4.5), east(0, y=2.0)) == [("missing", 2, -1)]


def test_only_lines_of_one_network_join():
    water, gas = {"table": "utility_line", "network": 1}, {"table": "utility_line", "network": 2}
    assert found(west(-1.5, **water), east(0, **water)) == [("gap", 1, 2)]
    assert found(west(-1.5, **water), east(0, **gas)) == [("missing", 2, -1)]
    assert found(west(-1.5), east(0, **gas)) == [("missing", 2, -1)]


def test_parallel_lanes_keep_their_own_partners():
    for apart in (8.0, 2.5, 1.2):
        lanes = [west(-1.6, y=k * apart) for k in range(3)]
        lanes += [east(0, y=k * apart + 0.4) for k in range(3)]
        assert found(*lanes) == [("gap", 1, 4), ("gap", 2, 5), ("gap", 3, 6)]


def test_two_ends_that_are_a_little_off_win_over_one_that_comes_close_by_chance():
    # all of East is off by 1.4 m, so that its first lane comes near West's second one
    lanes = [west(0, y=0.0), west(0, y=2.4), east(0, y=1.4), east(0, y=3.8)]
    assert found(*lanes) == [("gap", 1, 3), ("gap", 2, 4)]


def test_the_order_of_the_lines_decides_nothing():
    lanes = [west(-1.0, y=0.0), west(-1.0, y=1.0), east(0.5, y=0.5), east(0.5, y=1.5)]
    pairs = {frozenset(pair[1:]) for pair in found(*lanes)}
    assert pairs == {frozenset((1, 3)), frozenset((2, 4))}
    backwards = {frozenset(5 - fid for fid in pair[1:]) for pair in found(*lanes[::-1])}
    assert backwards == pairs


def test_the_digitised_direction_of_a_line_decides_nothing():
    turned = Line(WEST, west(-1.5).xy[::-1])
    matches = match(scope_of(turned, east(0)))
    assert (matches.left_part.tolist(), matches.right_part.tolist()) == ([0], [0])


def test_an_end_at_the_border_without_counterpart_is_missing_one():
    matches = match(scope_of(west(0)))
    assert found(west(0)) == [("missing", 1, -1)]
    assert (matches.left_part.tolist(), matches.right_ags.tolist()) == ([1], [EAST])
    assert matches.changed_lines(0) == []
    assert found(west(-0.4)) == found(west(1.5)) == [("missing", 1, -1)]


def test_an_end_well_before_the_border_is_nothing():
    assert found(west(-30)) == found(west(-2.0)) == []
    assert found(west(-2.0, tolerance=3.0)) == [("missing", 1, -1)]


def test_towards_those_who_deliver_nothing_no_counterpart_is_missing():
    assert found(west(0), members=[True, False]) == []
    assert found(west(-1.5), east(0), members=[True, False]) == [("gap", 1, 2)]


def test_a_line_that_ends_in_a_line_of_its_own_at_the_border_misses_nothing():
    along = Line(WEST, [(0, -9), (0, 9)])
    assert found(west(0), along) == []


def test_ends_of_a_line_in_the_border_miss_nothing():
    assert found(Line(WEST, [(0, -9), (0, 9)])) == []


def test_a_line_in_parts_that_goes_on_over_the_border_misses_nothing():
    beyond = Line(WEST, [(0, 0), (40, 5), (90, 5)])
    assert found(west(0), beyond) == []


def test_a_line_that_soon_leaves_the_neighbour_for_one_without_data_misses_nothing():
    areas = (THREE[0], THREE[1], THREE[2])
    road = Line(WEST, [(-60, -70), (-30, -40), (0, -10)])
    assert found(road, areas=areas) == [("missing", 1, -1)]
    assert found(road, areas=areas, members=[True, True, False]) == []


def test_an_end_on_the_side_of_a_line_of_the_neighbour_is_joined():
    assert found(west(0), Line(EAST, [(30, -50), (0, 0), (30, 50)])) == []
    assert found(west(0.3), Line(EAST, [(0.3, -9), (0.3, 9)])) == []


def test_an_end_before_the_side_of_a_line_of_the_neighbour_is_a_gap():
    road = Line(EAST, [(1, -9), (1, 9)])
    matches = match(scope_of(west(-0.5), road))
    assert found(west(-0.5), road) == [("gap", 1, 2)]
    assert matches.join.tolist() == [END_LINE]
    assert changed(matches)[1][-1].tolist() == [1, 0]
    assert changed(matches)[2].tolist() == [[1, -9], [1, 0], [1, 9]]


def test_an_end_past_the_side_of_a_line_of_the_neighbour_is_an_overshoot():
    road = Line(EAST, [(1, -9), (1, 9)])
    matches = match(scope_of(west(2.2), road))
    assert found(west(2.2), road) == [("overshoot", 1, 2)]
    assert changed(matches)[1][-1].tolist() == [1, 0]


def test_a_bend_on_the_border_is_met_whichever_arm_goes_straight_on():
    bend = Line(EAST, [(60, 40), (0, 0), (60, -2)])
    matches = match(scope_of(west(-1.0), bend))
    assert found(west(-1.0), bend) == [("gap", 1, 2)]
    assert changed(matches)[1][-1].tolist() == [0, 0]
    assert 2 not in changed(matches)  # its vertex is there already


def test_a_line_that_passes_beside_is_not_met():
    beside = Line(EAST, [(-9, 1), (50, 1), (90, 30)])
    assert ("gap", 1, 2) not in found(west(0), beside)


def test_of_three_ends_at_a_corner_the_one_that_is_off_moves():
    arms = [Line(WEST, [(-50, -50), (0, 0)]), Line(EAST, [(50, -50), (0, 0)])]
    matches = match(scope_of(*arms, Line(NORTH, [(0, 60), (0.6, 1.1)]), areas=THREE))
    assert [(k, b) for k, _, b in found(*arms, Line(NORTH, [(0, 60), (0.6, 1.1)]), areas=THREE)
            ] == [("gap", 3)]  # fmt: skip
    assert set(changed(matches)) == {3}
    assert changed(matches)[3][-1].tolist() == [0, 0]


def test_three_ends_that_are_all_off_meet_in_the_corner():
    arms = [Line(WEST, [(-50, -50), (-1, -0.8)]), Line(EAST, [(50, -50), (0.7, -0.9)]),
            Line(NORTH, [(0, 60), (0.3, 1.2)])]  # fmt: skip
    matches = match(scope_of(*arms, areas=THREE))
    assert len(matches) == 2
    ends = {}
    for n in range(2):
        ends |= {fid: xy[-1].tolist() for fid, xy in changed(matches, n).items()}
    assert ends == {1: [0, 0], 2: [0, 0], 3: [0, 0]}


def test_a_fourth_arm_that_is_off_joins_the_crossroads():
    arms = [west(0), east(0), Line(WEST, [(-40, 40), (0, 0)])]
    assert found(*arms, Line(EAST, [(40, -40), (0.5, -0.3)])) == [("gap", 1, 4)]
    # a lane beside does not: it has its own course
    assert found(west(0), east(0), east(0, y=1.5)) == [("missing", 3, -1)]


def test_confidence_falls_with_the_distance_the_turn_and_competitors():
    def sure(*lines):
        return match(scope_of(*lines)).confidence[0]

    near, far = sure(west(-0.3), east(0)), sure(west(-2.0), east(0))
    exact = sure(west(-2.0, tolerance=0.1), east(0, tolerance=0.1))
    assert 1 > near > far > exact > 0
    turned = sure(west(-0.3), Line(EAST, [(0, 0), (0.5, 80)]))
    assert turned < near
    rivals = sure(west(-0.3), east(0), east(0, y=0.6))
    assert rivals < near
    other = sure(west(-0.3), east(0, values={"surface": 3, "width_m": 6.0}))
    assert other < near


def test_nothing_in_a_place_without_lines():
    assert found() == []
    assert len(match(scope_of(Line(WEST, [(-900, 0), (-800, 0)])))) == 0


def test_lines_without_a_home_take_no_part():
    assert found(west(-1.5), Line(-1, [(0, 0), (50, 0)])) == []


def test_repeated_vertices_and_closed_lines_do_no_harm():
    ring = Line(WEST, [(-1, 0), (-20, 10), (-20, -10), (-1, 0)])
    again = Line(EAST, [(0, 0), (0, 0), (30, 0), (30, 0), (60, 0)])
    assert found(ring, again) == [("gap", 1, 2)]
    matches = match(scope_of(ring, again))
    assert np.array_equal(changed(matches)[1][[0, -1]], [[0, 0], [0, 0]])
