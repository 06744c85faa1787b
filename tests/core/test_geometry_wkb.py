"""WKB to coordinate arrays and back, compared with shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry.wkb import (
    WkbColumn,
    decode_lines,
    decode_points,
    decode_polygons,
    lines_to_wkb,
    points_to_wkb,
)

COORDS = np.array([[0, 0], [4, 0], [4, 3], [1, 1], [2, 5]], dtype=float)
LINE = shapely.LineString(COORDS)
SQUARE_WITH_HOLE = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 4, 4)
TWO_SQUARES = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])

vertices = st.lists(st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)), min_size=2, max_size=9)


@given(st.lists(vertices, min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_lines_are_written_as_shapely_writes_them_and_read_back(lines):
    coords = np.concatenate([np.array(line) for line in lines])
    offsets = np.cumsum([0, *map(len, lines)])
    wkb = lines_to_wkb(coords, offsets)
    line_of_vertex = np.repeat(np.arange(len(lines)), np.diff(offsets))
    assert wkb == shapely.to_wkb(shapely.linestrings(coords, indices=line_of_vertex)).tolist()
    decoded = decode_lines(wkb)
    assert np.array_equal(decoded.coords, coords)
    assert np.array_equal(decoded.offsets, offsets)
    assert np.array_equal(decoded.asset, np.arange(len(lines)))


def test_lines_are_written_without_lines():
    assert lines_to_wkb(np.empty((0, 2)), [0]) == []
    assert decode_lines([]).offsets.tolist() == [0]


def test_points_are_written_as_shapely_writes_them_and_read_back():
    wkb = points_to_wkb(COORDS)
    assert wkb == shapely.to_wkb(shapely.points(COORDS)).tolist()
    assert np.array_equal(decode_points(wkb), COORDS)


def test_an_empty_point_has_no_coordinates():
    assert np.isnan(decode_points([shapely.Point().wkb])).all()


@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("dimensions", ["", "Z", "M", "ZM"])
def test_height_measure_srid_and_byte_order_do_not_matter(byte_order, flavor, dimensions):
    text = "LINESTRING {} (0 0{z}, 4 0{z}, 4 3{z}, 1 1{z}, 2 5{z})"
    other = shapely.from_wkt(text.format(dimensions, z=" 7.5" * len(dimensions)))
    other = shapely.set_srid(other, 25832)
    form = {"byte_order": byte_order, "flavor": flavor, "include_srid": flavor == "extended"}
    decoded = decode_lines([LINE.wkb, shapely.to_wkb(other, **form)])
    assert np.array_equal(decoded.coords, np.concatenate([COORDS, COORDS]))

    point = shapely.get_point(other, 2)
    assert decode_points([shapely.to_wkb(point, **form)]).tolist() == [[4, 3]]


@pytest.mark.parametrize("byte_order", [0, 1])
def test_each_part_of_a_multilinestring_is_a_line_of_the_same_asset(byte_order):
    two = shapely.MultiLineString([COORDS[:2], COORDS[2:]])
    decoded = decode_lines([LINE.wkb, shapely.to_wkb(two, byte_order=byte_order), LINE.wkb])
    assert decoded.offsets.tolist() == [0, 5, 7, 10, 15]
    assert decoded.asset.tolist() == [0, 1, 1, 2]
    assert np.array_equal(decoded.coords, np.concatenate([COORDS] * 3))


@pytest.mark.parametrize("byte_order", [0, 1])
def test_all_rings_of_polygons_are_read(byte_order):
    polygons = [SQUARE_WITH_HOLE, TWO_SQUARES, shapely.force_3d(SQUARE_WITH_HOLE)]
    rings = decode_polygons([shapely.to_wkb(p, byte_order=byte_order) for p in polygons])
    assert rings.polygon.tolist() == [0, 0, 1, 1, 2, 2]
    assert rings.offsets.tolist() == [0, 5, 10, 15, 20, 25, 30]
    assert np.array_equal(
        rings.coords, np.concatenate(list(map(shapely.get_coordinates, polygons)))
    )


def test_an_arrow_column_is_read_without_cutting_it_up():
    lengths = [len(LINE.wkb)] * 3
    column = WkbColumn.of_arrow(np.frombuffer(LINE.wkb * 3, np.uint8), np.cumsum([0, *lengths]))
    tail = column.take(np.arange(1, 3))
    assert decode_lines(column).offsets.tolist() == [0, 5, 10, 15]
    assert decode_lines(tail).offsets.tolist() == [0, 5, 10]


@pytest.mark.parametrize(
    ("decode", "bad", "reason"),
    [
        (decode_lines, None, "geometry 1 is missing"),
        (decode_lines, b"", "geometry 1 is truncated"),
        (decode_lines, LINE.wkb[:-1], "geometry 1 is truncated"),
        (decode_lines, LINE.wkb[:7], "geometry 1 is truncated"),
        (decode_lines, shapely.Point(1, 2).wkb, "geometry 1 is a Point, not a LineString"),
        (decode_points, LINE.wkb, "geometry 1 is a LineString, not a Point"),
        (decode_points, shapely.Point(1, 2).wkb[:-1], "geometry 1 is truncated"),
        (decode_polygons, TWO_SQUARES.wkb[:-1], "geometry 1 is truncated"),
        (decode_polygons, LINE.wkb, "geometry 1 is a LineString, not a Polygon or MultiPolygon"),
    ],
)
def test_an_unusable_geometry_is_named_by_its_index(decode, bad, reason):
    good = {decode_lines: LINE, decode_points: shapely.Point(0, 0)}.get(decode, SQUARE_WITH_HOLE)
    with pytest.raises(ValueError, match=reason):
        decode([good.wkb, bad, good.wkb])


def test_an_open_ring_is_named_by_its_index():
    ring = bytearray(shapely.box(0, 0, 1, 1).wkb)
    ring[-16:-8] = np.float64(0.5).tobytes()
    with pytest.raises(ValueError, match="geometry 1: a ring is not closed"):
        decode_polygons([TWO_SQUARES.wkb, bytes(ring)])
