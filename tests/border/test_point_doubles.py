"""The same light or charging point in two registers."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.border.matches import SAME_OBJECT
from ile_gis_plugin.core.border.matching import match
from tests.border.scene import EAST, ORIGIN, WEST, Light, found, scope_of


def test_the_same_light_in_both_registers_is_found():
    matches = match(scope_of(Light(EAST, (0.5, 0)), Light(WEST, (-0.3, 0.6))))
    assert (matches.left_fid.tolist(), matches.right_fid.tolist()) == ([2], [1])
    assert matches.values["distance_m"] == pytest.approx([1.0])
    assert matches.xy[0] - ORIGIN == pytest.approx([0.1, 0.3])
    assert matches.join.tolist() == [SAME_OBJECT]
    assert matches.changed_lines(0) == []


def test_lights_of_one_register_or_far_from_each_other_are_two():
    assert found(Light(WEST, (0, 0)), Light(WEST, (0.5, 0))) == []
    assert found(Light(WEST, (0, 0)), Light(EAST, (6, 0))) == []
    assert found(Light(WEST, (0, 0)), Light(EAST, (2.5, 0)), cap_m=2.0) == []


def test_a_light_has_one_double_only():
    row = [Light(WEST, (0, 0)), Light(EAST, (0.4, 0)), Light(EAST, (1.8, 0))]
    assert found(*row) == [("point_double", 1, 2)]
    assert found(*row, Light(WEST, (2.0, 0))) == [("point_double", 1, 2), ("point_double", 4, 3)]


def test_a_double_deep_in_one_municipality_is_found():
    assert found(Light(WEST, (700, 0)), Light(EAST, (701, 0))) == [("point_double", 1, 2)]


def test_confidence_falls_with_distance_and_rises_with_equal_attributes():
    def sure(distance, **values):
        other = Light(EAST, (distance, 0), values=values)
        return match(scope_of(Light(WEST, (0, 0)), other)).confidence[0]

    assert 1 >= sure(0.1) > sure(1.0) > sure(2.9) > 0
    assert sure(1.0) > sure(1.0, lamp_type=2) > sure(1.0, lamp_type=2, power_w=90.0) > 0
    nothing = {"lamp_type": -1, "pole_type": -1, "power_w": np.nan, "luminaire_count": np.nan}
    assert sure(1.0) > sure(1.0, **nothing) > sure(1.0, lamp_type=2, power_w=90.0)
