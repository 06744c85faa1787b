"""The rules by which an asset is shared out to municipalities, one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry.ellipsoid import ellipsoidal_lengths
from ile_gis_plugin.core.territory import shares
from ile_gis_plugin.core.territory.shares import Coverage, line_shares, point_shares

ORIGIN = np.array([600_000.0, 5_400_000.0])
UNIT = 100.0  # metres of one step in the pictures below

# Two squares side by side (west 09002, east 09001), and what lies around them.
WEST, EAST = 0, 1
NEIGHBOURS = [shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)]


def place(geometry):
    """From units of the pictures to the register's CRS."""
    return shapely.transform(geometry, lambda xy: ORIGIN + UNIT * xy)


def coverage_of(polygons, ags=None) -> Coverage:
    ags = ags or [f"{9_003 - i:05d}" for i in range(1, len(polygons) + 1)]
    return Coverage(ags, shapely.to_wkb([place(p) for p in polygons]).tolist())


def shares_of(polygons, vertices, home=-1) -> dict[int, tuple[float, float]]:
    """{municipality: (metres, share)} of one line."""
    coords = ORIGIN + UNIT * np.asarray(vertices, dtype=float)
    found = line_shares(coverage_of(polygons), coords, [0, len(coords)], [home])
    assert (found.asset_index == 0).all()
    columns = (found.municipality.tolist(), found.length_m.tolist(), found.share.tolist())
    return {m: (metres, share) for m, metres, share in zip(*columns, strict=True)}


def only_share(polygons, vertices, home=-1) -> int:
    """The one municipality of a line."""
    ((municipality, (_, share)),) = shares_of(polygons, vertices, home).items()
    assert share == 1.0
    return municipality


def test_a_line_across_the_border_is_divided_where_it_crosses():
    found = shares_of(NEIGHBOURS, [[1, 1], [5, 1]])
    assert found[WEST][1] == pytest.approx(0.75, abs=1e-7)
    assert found[WEST][0] / found[EAST][0] == pytest.approx(3, rel=1e-6)
    whole = ellipsoidal_lengths(ORIGIN + [[UNIT, UNIT]], ORIGIN + [[5 * UNIT, UNIT]])[0]
    assert found[WEST][0] + found[EAST][0] == pytest.approx(whole, abs=1e-9)


def test_what_lies_outside_has_a_row_of_its_own():
    found = shares_of(NEIGHBOURS, [[-1, 1], [1, 1]])
    assert found[-1][1] == pytest.approx(0.5, abs=1e-6)
    assert only_share(NEIGHBOURS, [[-9, 1], [-8, 1]]) == -1


@pytest.mark.parametrize(("home", "owner"), [(WEST, WEST), (EAST, EAST), (-1, EAST)])
def test_a_line_on_the_common_border_belongs_to_its_home_or_to_the_lowest_ags(home, owner):
    assert only_share(NEIGHBOURS, [[4, 1], [4, 2], [4, 3.5]], home) == owner
    assert only_share(NEIGHBOURS, [[4, 1], [4 + 5e-9, 2], [4, 3.5]], home) == owner
    found = shares_of(NEIGHBOURS, [[3, 1], [4, 1], [4, 3]], home)
    assert found[owner][1] == pytest.approx(1.0 if owner == WEST else 2 / 3, abs=1e-6)


@pytest.mark.parametrize("home", [WEST, EAST, -1])
def test_a_line_on_the_outer_border_belongs_to_the_municipality(home):
    assert only_share(NEIGHBOURS, [[0, 1], [0, 3]], home) == WEST


def test_a_line_that_touches_the_border_stays_in_its_municipality():
    assert only_share(NEIGHBOURS, [[3, 1], [4, 2], [3, 3]]) == WEST
    assert only_share(NEIGHBOURS, [[3, 1], [4, 2]]) == WEST
    assert only_share(NEIGHBOURS, [[4, 2], [3, 1]], EAST) == WEST


def test_a_line_that_overshoots_by_rounding_noise_has_no_second_share():
    assert only_share(NEIGHBOURS, [[3, 1], [4 + 2e-9, 2], [3, 3]]) == WEST
    assert set(shares_of(NEIGHBOURS, [[3, 1], [4 + 4e-5, 2], [3, 3]])) == {WEST, EAST}


def test_a_line_through_the_point_where_four_meet_skips_those_beside_it():
    four = [shapely.box(x, y, x + 4, y + 4) for x, y in [(0, 0), (4, 0), (0, 4), (4, 4)]]
    found = shares_of(four, [[1, 1], [7, 7]])
    assert {m: share for m, (_, share) in found.items()} == {
        0: pytest.approx(0.5, abs=1e-6), 3: pytest.approx(0.5, abs=1e-6),
    }  # fmt: skip


def test_holes_and_islands_count_as_they_lie():
    island = shapely.box(2, 2, 3, 3)
    west = shapely.MultiPolygon([NEIGHBOURS[0] - island, shapely.box(6, 1, 7, 2)])
    east = shapely.MultiPolygon([NEIGHBOURS[1] - shapely.box(6, 1, 7, 2), island])
    found = shares_of([west, east], [[1, 2.5], [7.5, 2.5]])
    assert found[EAST][1] == pytest.approx(4.5 / 6.5, abs=1e-6)
    assert only_share([west, east], [[6.2, 1.5], [6.8, 1.5]]) == WEST
    lake = NEIGHBOURS[0] - island
    assert shares_of([lake], [[1, 2.5], [4, 2.5]])[-1][1] == pytest.approx(1 / 3, abs=1e-6)


@pytest.mark.parametrize(("home", "owner"), [(WEST, WEST), (EAST, EAST), (-1, EAST)])
def test_in_an_overlap_home_decides_else_the_lowest_ags(home, owner):
    overlapping = [shapely.box(0, 0, 5, 4), shapely.box(3, 0, 8, 4)]
    assert only_share(overlapping, [[3.5, 1], [4.5, 3]], home) == owner
    inside = [shapely.box(0, 0, 8, 8), shapely.box(2, 2, 7, 7)]
    assert only_share(inside, [[4.5, 4.5], [4.51, 4.5]], home) == owner


def test_closed_lines_and_lines_that_go_back_are_counted_as_they_run():
    found = shares_of(NEIGHBOURS, [[3, 1], [5, 1], [5, 3], [3, 3], [3, 1]])
    assert found[WEST][1] == pytest.approx(0.5, abs=1e-6)
    found = shares_of(NEIGHBOURS, [[3, 1], [5, 1], [3, 1], [5, 1]])
    assert found[EAST][0] == pytest.approx(3 * UNIT, rel=1e-3)


@pytest.mark.parametrize(("home", "owner"), [(WEST, WEST), (EAST, EAST), (-1, EAST)])
def test_a_line_without_length_is_a_point(home, owner):
    assert shares_of(NEIGHBOURS, [[4, 1], [4, 1], [4, 1]], home) == {owner: (0.0, 1.0)}
    assert shares_of(NEIGHBOURS, [[1, 1], [1, 1]], home) == {WEST: (0.0, 1.0)}


@pytest.mark.parametrize(
    ("point", "home", "municipality"),
    [([1, 1], EAST, WEST), ([9, 1], EAST, -1), ([4, 1], WEST, WEST), ([4, 1], -1, EAST),
     ([4 + 5e-9, 1], WEST, WEST), ([4 + 5e-8, 1], WEST, EAST), ([0, 0], -1, WEST)],
)  # fmt: skip
def test_a_point_belongs_where_it_lies_and_on_the_border_to_its_home(point, home, municipality):
    found = point_shares(coverage_of(NEIGHBOURS), ORIGIN + UNIT * np.array([point]), [home])
    assert found.municipality.tolist() == [municipality]
    assert found.share.tolist() == [1.0]
    assert np.isnan(found.length_m).all()


def test_the_parts_of_one_asset_share_its_rows():
    coords = ORIGIN + UNIT * np.array([[1, 1], [2, 1], [5, 1], [6, 1], [7, 1], [6, 3]])
    found = line_shares(coverage_of(NEIGHBOURS), coords, [0, 2, 4, 6], [-1, -1], asset=[0, 0, 1])
    assert found.asset_index.tolist() == [0, 0, 1]
    assert found.municipality.tolist() == [EAST, WEST, EAST]  # in the order of their AGS
    assert found.share == pytest.approx([0.5, 0.5, 1.0], abs=1e-6)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=6), st.data())
@settings(max_examples=300, deadline=None)
def test_shares_sum_to_one_in_every_order(lengths, data):
    asset = np.zeros(len(lengths), dtype=np.int64)
    share = shares._exact_shares(asset, np.array(lengths))
    assert (share * 2**30 % 1 == 0).all()
    assert share == pytest.approx(np.array(lengths) / sum(lengths), abs=2**-30, rel=0)
    for order in itertools.islice(itertools.permutations(share.tolist()), 120):
        assert sum(order) == 1.0


def test_the_last_unit_goes_to_the_lowest_ags_when_remainders_are_equal():
    share = shares._exact_shares(np.zeros(3, dtype=np.int64), np.ones(3))
    assert (share * 2**30).tolist() == [357913942, 357913941, 357913941]


def test_no_lines_have_no_shares():
    found = line_shares(coverage_of(NEIGHBOURS), np.empty((0, 2)), [0], [])
    assert [len(column) for column in found] == [0, 0, 0, 0]
    assert len(point_shares(coverage_of(NEIGHBOURS), np.empty((0, 2)), []).share) == 0


def test_a_line_that_cannot_be_placed_is_named_by_its_index():
    coverage = coverage_of(NEIGHBOURS)
    coords = ORIGIN + np.array([[1, 1], [2, 2], [3, 3], [np.nan, 1]])
    with pytest.raises(ValueError, match="line 1: coordinates are not finite"):
        line_shares(coverage, coords, [0, 2, 4], [-1, -1])
    with pytest.raises(ValueError, match="line 1 has no vertices"):
        line_shares(coverage, coords[:3], [0, 2, 2, 3], [-1, -1, -1])
    with pytest.raises(ValueError, match="point 3"):
        point_shares(coverage, coords, np.full(4, -1))
    with pytest.raises(ValueError, match="home municipalities"):
        line_shares(coverage, coords[:2], [0, 2], [2])


@pytest.mark.parametrize(
    ("ags", "polygons", "reason"),
    [
        (["1", "1"], NEIGHBOURS, "AGS 1 stands twice"),
        (["1", "2"], [NEIGHBOURS[0], shapely.Polygon()], "the territory of AGS 2 is empty"),
        (["1"], NEIGHBOURS, "1 AGS for 2 territories"),
        ([], [], "at least one municipality"),
    ],
)
def test_a_territory_that_cannot_be_used_is_named(ags, polygons, reason):
    with pytest.raises(ValueError, match=reason):
        Coverage(ags, [polygon.wkb for polygon in polygons])
