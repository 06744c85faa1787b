"""Lengths on the ellipsoid, compared with GeographicLib (pyproj.Geod) and PROJ."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry.ellipsoid import (
    UTM32N,
    TransverseMercator,
    ellipsoidal_lengths,
    fraction_of_length,
    line_lengths,
    segment_lengths,
)

TO_DEGREES = pyproj.Transformer.from_crs(25832, 4258, always_xy=True)
GEOD = pyproj.Geod(ellps="GRS80")

# all of Germany in zone 32: up to 370 km from the central meridian
eastings = st.floats(250_000, 870_000)
northings = st.floats(5_230_000, 6_100_000)
directions = st.floats(0, 2 * np.pi)


def geodesic(vertices: np.ndarray) -> float:
    """Sum of the geodesics between vertices of a line, in metres."""
    return GEOD.line_length(*TO_DEGREES.transform(*np.asarray(vertices).T))


def line(easting: float, northing: float, direction: float, length: float, pieces: int):
    """A straight grid line of `pieces` segments."""
    t = np.linspace(0, length, pieces + 1)[:, None]
    return np.array([easting, northing]) + t * [np.cos(direction), np.sin(direction)]


def test_scale_factor_is_that_of_proj():
    easting, northing = np.meshgrid(np.linspace(1e5, 9e5, 41), np.linspace(5.2e6, 6.1e6, 31))
    proj = pyproj.Proj(25832)
    factors = proj.get_factors(*proj(easting.ravel(), northing.ravel(), inverse=True))
    ours = 1 / UTM32N.inverse_scale(easting.ravel(), northing.ravel())
    assert ours == pytest.approx(factors.meridional_scale, rel=1e-10, abs=0)


@given(eastings, northings, directions, st.floats(0, 3_000))
@settings(max_examples=200, deadline=None)
def test_a_segment_is_as_long_as_the_geodesic(easting, northing, direction, length):
    ends = line(easting, northing, direction, length, 1)
    assert ellipsoidal_lengths(ends[:1], ends[1:])[0] == pytest.approx(
        geodesic(ends), abs=1e-6, rel=0
    )


@given(eastings, northings, directions, st.floats(300, 50_000))
@settings(max_examples=50, deadline=None)
def test_a_long_segment_is_as_long_as_its_short_pieces(easting, northing, direction, length):
    ends = line(easting, northing, direction, length, 1)
    pieces = line(easting, northing, direction, length, 200)
    assert ellipsoidal_lengths(ends[:1], ends[1:])[0] == pytest.approx(
        geodesic(pieces), abs=1e-6, rel=0
    )


def test_the_straight_grid_line_is_longer_than_the_geodesic_by_its_curvature():
    ends = line(860_000, 5_400_000, np.pi / 2, 30_000, 1)  # northwards, 360 km off the meridian
    curvature = 360_000 / 6_381_000**2
    excess = ellipsoidal_lengths(ends[:1], ends[1:])[0] - geodesic(ends)
    assert excess == pytest.approx(curvature**2 * 30_000**3 / 24, rel=0.02)
    assert excess < 1e-4


@given(eastings, northings, directions, st.floats(1, 10_000), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_a_segment_is_divided_as_its_parts_are_long(easting, northing, direction, length, position):
    ends = line(easting, northing, direction, length, 1)
    part = line(easting, northing, direction, position * length, 50)
    whole = ellipsoidal_lengths(ends[:1], ends[1:])
    found = whole * fraction_of_length(ends[:1], ends[1:], np.array([position]))
    assert found[0] == pytest.approx(geodesic(part), abs=1e-6, rel=0)


def test_vertices_added_on_a_line_do_not_change_its_length():
    whole = line(700_000, 5_400_000, 1.0, 2_000, 1)
    divided = line(700_000, 5_400_000, 1.0, 2_000, 7)
    assert segment_lengths(divided, [0, 8]).sum() == pytest.approx(
        segment_lengths(whole, [0, 2]).sum(), abs=1e-6, rel=0
    )


def test_no_length_leads_from_one_line_to_the_next():
    coords = np.array([[6e5, 5.4e6], [6e5 + 100, 5.4e6], [7e5, 5.4e6], [7e5, 5.4e6 + 100]])
    lengths = segment_lengths(coords, [0, 2, 4])
    assert lengths[[1, 3]].tolist() == [0, 0]
    assert lengths[[0, 2]] == pytest.approx([100 / 0.99972, 100 / 1.00009], rel=1e-5)


def test_another_grid_is_a_matter_of_parameters():
    gauss_krueger_4 = TransverseMercator(6_377_397.155, 299.1528128, 1.0, 4_500_000.0)
    to_degrees = pyproj.Transformer.from_crs(5678, 4314, always_xy=True)
    ends = np.array([[4_560_000.0, 5_400_000.0], [4_560_200.0, 5_400_100.0]])
    expected = pyproj.Geod(ellps="bessel").line_length(*to_degrees.transform(*ends.T))
    found = ellipsoidal_lengths(ends[:1], ends[1:], gauss_krueger_4)[0]
    assert found == pytest.approx(expected, abs=1e-6, rel=0)


@given(st.lists(st.tuples(eastings, northings, directions, st.floats(0, 400), st.integers(1, 9)),
                min_size=1, max_size=5))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_line_is_as_long_as_its_segments_together(lines):
    lines = [line(*values) + np.array([[0, 3.0], [4.0, 0]])[np.arange(values[-1] + 1) % 2]
             for values in lines]  # fmt: skip
    coords, offsets = np.concatenate(lines), np.cumsum([0, *map(len, lines)])
    origin = np.floor(coords.min(axis=0))
    found = line_lengths(*(coords - origin).T, offsets, origin)
    expected = np.add.reduceat(segment_lengths(coords, offsets), offsets[:-1])
    assert found == pytest.approx(expected, abs=1e-7, rel=0)


def test_long_and_wide_lines_are_measured_segment_by_segment():
    lines = [line(860_000, 5_400_000, 1.0, 30_000, n) for n in (1, 30)]
    coords, offsets = np.concatenate(lines), np.array([0, 2, 33])
    expected = np.add.reduceat(segment_lengths(coords, offsets), offsets[:-1])
    assert np.array_equal(line_lengths(*coords.T, offsets), expected)


def test_a_line_of_one_vertex_or_of_equal_ones_has_no_length():
    assert line_lengths(np.full(3, 6e5), np.full(3, 5.4e6), np.array([0, 1, 3])).tolist() == [0, 0]
