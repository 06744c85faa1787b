"""What belongs together across a border has the same attributes."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.border.attributes import COMPARED, COMPARED_POINTS
from ile_gis_plugin.core.border.matching import match
from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.rules.compared import FIELDS
from tests.border.scene import EAST, NORTH, THREE, WEST, Line, found, scope_of


def west(y=0.0, **options):
    return Line(WEST, [(-100, y), (0, y)], **options)


def east(y=0.0, **options):
    return Line(EAST, [(0, y), (100, y)], **options)


def test_every_field_that_differs_is_a_match_of_its_own():
    other = {"legal_class": 5, "surface": 2, "width_m": 5.0, "status": 0}
    assert found(west(), east(values=other)) == [
        ("mismatch", 1, 2, "legal_class"), ("mismatch", 1, 2, "status"),
        ("mismatch", 1, 2, "surface"), ("mismatch", 1, 2, "width_m"),
    ]  # fmt: skip


def test_the_values_of_both_sides_are_told():
    matches = match(scope_of(east(values={"width_m": 5.0}), west()))
    assert (matches.left_fid.tolist(), matches.right_fid.tolist()) == ([2], [1])
    assert matches.values["left_value"] == pytest.approx([3.5])
    assert matches.values["right_value"] == pytest.approx([5.0])
    assert matches.changed_lines(0) == []


@pytest.mark.parametrize(("width", "differs"), [(3.75, False), (3.25, False), (3.76, True),
                                                (3.2, True), (np.nan, False)])  # fmt: skip
def test_widths_differ_from_a_quarter_metre_on(width, differs):
    expected = [("mismatch", 1, 2, "width_m")] if differs else []
    assert found(west(), east(values={"width_m": width})) == expected


def test_a_quarter_metre_that_rounding_makes_greater_is_still_one():
    assert found(west(values={"width_m": 2.85}), east(values={"width_m": 3.1})) == []


def test_an_empty_value_is_no_mismatch():
    assert found(west(values={"surface": -1}), east(values={"surface": 2})) == []


def test_utility_lines_have_fields_of_their_own():
    pipe, wider = {"table": "utility_line"}, {"dn_mm": 200.0, "material": 3, "voltage_v": 20_000.0}
    assert found(west(**pipe), east(**pipe, values=wider)) == [
        ("mismatch", 1, 2, "dn_mm"), ("mismatch", 1, 2, "material"),
    ]  # fmt: skip


def test_attributes_are_compared_across_a_gap_too():
    gap = Line(WEST, [(-100, 0), (-1, 0)])
    assert found(gap, east(values={"surface": 2})) == [
        ("gap", 1, 2), ("mismatch", 1, 2, "surface"),
    ]  # fmt: skip


def test_lines_that_meet_at_an_angle_belong_together_where_they_are_the_only_ones():
    corner = Line(EAST, [(0, 0), (60, 90)], values={"surface": 2})
    assert found(west(), corner) == [("mismatch", 1, 2, "surface")]


def test_at_a_crossroads_on_the_border_the_straightest_belong_together():
    gravel = {"surface": 2}
    lines = [west(), Line(WEST, [(-70, 70), (0, 0)], values=gravel),
             east(), Line(EAST, [(70, -70), (0, 0)], values=gravel)]  # fmt: skip
    assert found(*lines) == []
    lines[3] = Line(EAST, lines[3].xy, values={"surface": 1})
    assert found(*lines) == [("mismatch", 2, 4, "surface")]
    side = Line(EAST, [(0, 0), (50, 60)], values={"surface": 3})
    assert found(west(), east(), side) == []


def test_a_junction_off_the_border_is_a_matter_of_its_own_municipality():
    tracks = [Line(WEST, [(-100, 0), (-3, 0)]), Line(WEST, [(-3, 0), (-50, 60)]),
              Line(EAST, [(-3, 0), (0, 0), (100, 0)], values={"surface": 2})]  # fmt: skip
    assert found(*tracks) == []


def test_where_three_meet_the_straightest_two_are_compared():
    road = Line(NORTH, [(0, 0), (0.5, 90)], values={"surface": 2})
    arms = [Line(WEST, [(-60, -80), (0, 0)]), Line(EAST, [(60, -80), (0, 0)]), road]
    assert found(*arms, areas=THREE) == []
    arms[0] = Line(WEST, [(-10, -80), (0, 0)])
    assert found(*arms, areas=THREE) == [("mismatch", 1, 3, "surface")]


def test_a_line_in_the_wrong_list_is_compared_with_nothing():
    lost = Line(WEST, [(4, 0), (60, 0)], values={"surface": 2})
    assert found(lost, Line(EAST, [(4, 0), (4, 60)])) == []


def test_all_compared_fields_exist_and_are_loaded():
    for compared in (*COMPARED, *COMPARED_POINTS):
        assert compared.field in REGISTER[compared.table].field_names
        assert compared.field in FIELDS[compared.table]
