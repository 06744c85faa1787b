"""The same geometry twice."""

from __future__ import annotations

import pytest

from tests.rules.pictures import codes, found, lines, points

WAY = [(0, 0), (10, 3), (20, 0), (35, 8)]


@pytest.mark.parametrize("copy", [
    WAY, WAY[::-1], [(x + 0.0006, y - 0.0006) for x, y in WAY],
])  # fmt: skip
def test_a_line_with_the_same_vertices_is_reported_with_the_earlier_one(copy):
    assert found("DUP001", lines(WAY, [(0, 99), (5, 99)], copy)) == [(3, 1, *copy[0])]


@pytest.mark.parametrize("other", [
    [*WAY[:1], (10, 3.002), *WAY[2:]],  # a vertex elsewhere
    [WAY[0], WAY[2], WAY[1], WAY[3]],  # another order
    [WAY[0], WAY[1], WAY[3]],  # a vertex less
    [WAY[0], (35, 8)],
])  # fmt: skip
def test_other_lines_between_the_same_ends_are_none(other):
    assert found("DUP001", lines(WAY, other)) == []


def test_of_many_that_are_the_same_each_is_reported_with_the_first():
    same = lines(WAY, WAY[::-1], [(0, 0), (10, 4), (20, 1), (35, 8)], WAY, WAY)
    assert [row[:2] for row in found("DUP001", same)] == [(2, 1), (4, 1), (5, 1)]


def test_several_sorts_of_lines_between_the_same_ends_are_told_apart():
    def bow(height):
        return [(0, 0), (10, height), (20, 0)]

    crowd = lines(bow(3), bow(5), bow(5), bow(3), bow(7), bow(5)[::-1])
    assert [row[:2] for row in found("DUP001", crowd)] == [(3, 2), (4, 1), (6, 2)]


def test_two_lights_at_one_place_are_reported():
    lights = points((0, 0), (5, 5), (0, 0), (5.0004, 5.0004), (0, 0), (5.002, 5))
    assert [row[:2] for row in found("DUP001", lights)] == [(3, 1), (4, 2), (5, 1)]


def test_a_thousand_lights_at_one_place_are_a_thousand_findings_not_a_million():
    assert len(found("DUP001", points(*[(1, 2)] * 1001))) == 1000


def test_charging_points_share_the_coordinates_of_their_address():
    assert found("DUP001", points((0, 0), (0, 0), table="charging_point")) == []


def test_the_same_line_in_another_table_is_none():
    assert "DUP001" not in codes(lines(WAY), lines(WAY, table="utility_line"))
