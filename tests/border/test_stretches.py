"""Stretches that two municipalities both record, and lines along a border."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.border.matches import SAME_OBJECT
from ile_gis_plugin.core.border.matching import match
from tests.border.scene import EAST, NORTH, THREE, WEST, Line, changed, found, scope_of


def along(home, x, low=-50.0, high=50.0, **options):
    """A line along the border at a distance that changes a little."""
    y = np.arange(low, high + 1, 10)
    return Line(home, np.column_stack([x + 0.2 * np.sin(y), y]).tolist(), **options)


def test_a_track_along_the_border_that_both_record_is_a_double():
    lines = along(WEST, -0.5), along(EAST, 0.6, high=40.0)
    matches = match(scope_of(*lines))
    assert found(*lines) == [("double", 1, 2)]
    assert matches.values["overlap_m"] == pytest.approx([90], abs=6)
    assert matches.values["distance_m"] == pytest.approx([1.1], abs=0.2)
    assert matches.join.tolist() == [SAME_OBJECT]
    assert matches.changed_lines(0) == []


def test_a_double_is_one_match_however_the_lines_are_directed():
    turned = Line(EAST, along(EAST, 0.6).xy[::-1])
    assert found(along(WEST, -0.5), turned) == [("double", 1, 2)]


def test_two_records_may_keep_a_distance_of_nearly_the_cap():
    assert found(along(WEST, -1.4), along(EAST, 1.3)) == [("double", 1, 2)]


def test_lines_of_one_home_are_no_double():
    assert "double" not in str(found(along(WEST, -0.5), along(WEST, 0.6)))


def test_lines_that_run_farther_apart_or_beside_each_other_for_a_few_metres_are_no_double():
    assert "double" not in str(found(along(WEST, -1.5), along(EAST, 1.8)))
    wavering = along(EAST, 1.0)
    wavering.xy = [[x + 1.2 * np.sin(y / 9), y] for x, y in wavering.xy]
    assert "double" not in str(found(along(WEST, -1.5, high=-20), wavering))
    assert "double" not in str(found(along(WEST, -0.5, high=0), along(EAST, 0.6, low=-10)))
    assert "double" not in str(
        found(along(WEST, -0.5), along(EAST, 0.6, table="utility_line"))
    )


def test_lines_that_meet_or_cross_at_a_small_angle_are_no_double():
    for degrees in (7, 10, 15, 20):
        step = 60 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        straight = Line(WEST, [(-60, 0), (0, 0), (60, 0)])
        crossing = Line(EAST, [(-step).tolist(), step.tolist()])
        meeting = Line(EAST, [(0, 0), step.tolist()])
        assert "double" not in str(found(straight, crossing)), degrees
        assert "double" not in str(found(Line(WEST, [(-60, 0), (0, 0)]), meeting)), degrees


def test_what_one_records_beyond_the_border_beside_the_other_is_cut_off():
    over = Line(WEST, [(-100, 0), (-40, 0), (0, 0.4), (40, 0.6), (60, 0.5)])
    own = Line(EAST, [(0, 0), (50, 0), (120, 0)])
    matches = match(scope_of(over, own))
    assert found(over, own) == [("double", 1, 2)]
    new = changed(matches)
    assert set(new) == {1}
    assert new[1][-1].tolist() == [0, 0]
    assert (new[1][:, 0] <= 0).all()
    assert matches.values["shift_m"] == pytest.approx([60.0], abs=0.1)


def test_both_meet_on_the_border_where_the_other_line_ends_near_it():
    over = Line(EAST, [(100, 0), (40, 0), (0, 0.4), (-40, 0.6), (-60, 0.5)])
    own = Line(WEST, [(-1, 0), (-50, 0), (-120, 0)])
    matches = match(scope_of(over, own))
    new = changed(matches)
    assert set(new) == {1, 2}
    assert new[1][-1].tolist() == new[2][0].tolist()
    assert new[1][-1][0] == 0


def test_nothing_is_cut_where_the_line_goes_on_beyond_the_double():
    over = Line(WEST, [(-100, 0), (0, 0.4), (60, 0.5), (90, 60), (90, 200)])
    own = Line(EAST, [(0, 0), (50, 0), (60, 0)])
    matches = match(scope_of(over, own))
    assert [row[0] for row in found(over, own)] == ["double"]
    assert matches.changed_lines(0) == []


def test_a_double_far_from_every_border_is_found():
    over = Line(WEST, [(500, 0), (540, 0.5), (600, 1)])  # in the wrong list
    own = Line(EAST, [(480, 0.8), (610, 1.2)])
    assert found(over, own) == [("double", 1, 2)]


def test_ends_of_a_double_miss_nothing():
    lines = along(WEST, -0.3), along(EAST, 0.3, low=-45.0)
    assert found(*lines) == [("double", 1, 2)]


def test_a_line_along_a_border_between_members_is_told():
    matches = match(scope_of(along(WEST, -1.0)))
    assert found(along(WEST, -1.0)) == [("along_border", 1, -1)]
    assert (matches.left_ags.tolist(), matches.right_ags.tolist()) == ([WEST], [EAST])
    assert matches.values["overlap_m"] == pytest.approx([100], abs=1)
    assert matches.values["distance_m"] == pytest.approx([1.0], abs=0.1)
    assert matches.xy[0, 1] == pytest.approx(5_341_000, abs=6)


def test_no_line_along_a_border_is_told_that_is_short_far_or_at_nobody():
    assert found(along(WEST, -1.0, high=-35.0)) == []
    assert found(along(WEST, -2.8)) == []
    assert found(along(WEST, -1.0), members=[True, False]) == []
    assert found(Line(WEST, [(-1_999, y) for y in range(0, 100, 10)])) == []


def test_a_line_that_comes_up_to_the_border_for_a_few_metres_does_not_run_along_it():
    def passing(low, high):
        side = [(-1.0, y) for y in range(low, high + 1, 5)]
        return Line(WEST, [(-90, low - 60), *side, (-90, high + 60)])

    assert found(passing(0, 35)) == []
    assert found(passing(0, 60)) == [("along_border", 1, -1)]


def test_a_line_that_zigzags_over_the_border_does_not_run_along_it():
    zigzag = [(1.5 * (-1) ** n, 3.0 * n) for n in range(30)]
    assert "along_border" not in str(found(Line(WEST, zigzag)))


def test_a_line_along_two_borders_is_told_for_each():
    road = Line(NORTH, [(x, 0.8) for x in range(-60, 61, 5)])
    assert found(road, areas=THREE) == [("along_border", 1, -1)] * 2


def test_a_line_along_the_border_still_joins_what_comes_from_beyond():
    road = along(WEST, -1.0)
    side = Line(EAST, [(60, 0), (0.3, 0)])
    assert sorted(row[0] for row in found(road, side)) == ["along_border", "gap"]
