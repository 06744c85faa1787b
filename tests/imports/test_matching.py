"""Which row is which asset, and what it changes. No file and no register is involved."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.imports.matching import Extent, Known, Row, compare, match


def row(geometry="a", ags="1", **values):
    return Row({"ags": ags, "asset_no": None, **values}, geometry)


def as_known(rows, delivery="L", uuid="u"):
    """The register after the first import of these rows."""
    return [
        Known(f"{uuid}{n}", dict(r.values), r.geometry, dict(r.values), r.geometry, delivery)
        for n, r in enumerate(rows)
    ]


def test_a_number_finds_its_asset_wherever_it_moved():
    known = as_known([row("a", asset_no="1"), row("b", asset_no="2")])
    assert match([row("z", asset_no="2"), row("y", asset_no="1")], known, "L") == [1, 0]


def test_a_number_counts_within_its_municipality():
    known = as_known([row("a", asset_no="1", ags="1")])
    assert match([row("z", asset_no="1", ags="2")], known, "L") == [-1]


def test_identical_rows_are_separate_devices():
    rows = [row("a"), row("a"), row("a")]
    assert match(rows, as_known(rows), "L") == [0, 1, 2]
    assert match([*rows, row("a")], as_known(rows), "L") == [0, 1, 2, -1]


def test_a_row_without_number_is_found_by_its_place_when_attributes_changed():
    known = as_known([row("a", power_w=70.0)])
    assert match([row("a", power_w=20.0)], known, "L") == [0]
    assert match([row("a", power_w=20.0)], known, "another delivery") == [-1]


def test_a_row_that_moved_a_little_is_the_same_asset_if_all_else_is_equal():
    first = row("a", p=1)
    (asset,) = as_known([first])
    asset = dataclasses.replace(asset, extent=Extent(0, 0, 9, 9, 2))

    def found(extent, p=1):
        return match([Row(row(p=p).values, "b", extent)], [asset], "L")

    assert found(Extent(0.2, -0.1, 9.2, 8.9, 2)) == [0]
    assert found(Extent(0.2, -0.1, 9.2, 8.9, 3)) == [-1]
    assert found(Extent(0.2, -0.1, 15, 8.9, 2)) == [-1]
    assert found(Extent(0.2, -0.1, 9.2, 8.9, 2), p=2) == [-1]


def test_of_two_twins_each_finds_the_nearer():
    rows = [Row(row(p=1).values, g, Extent(x, 0, x, 0, 1)) for g, x in (("a", 0), ("b", 2))]
    known = [dataclasses.replace(k, extent=r.extent)
             for k, r in zip(as_known(rows), rows, strict=True)]  # fmt: skip
    moved = [Row(r.values, r.geometry + "'", r.extent._replace(x0=r.extent.x0 + 0.5))
             for r in reversed(rows)]  # fmt: skip
    assert match(moved, known, "L") == [1, 0]


def test_of_several_at_one_place_the_most_alike_is_taken():
    known = as_known([row("a", p=1, q="x"), row("a", p=2, q="y")])
    assert match([row("a", p=2, q="z"), row("a", p=1, q="w")], known, "L") == [1, 0]


def test_a_renamed_delivery_is_recognised_by_what_is_in_it():
    rows = [row("a", p=1), row("b", p=2)]
    assert match(rows, as_known(rows, "old name"), "L") == [0, 1]


def test_a_row_with_another_number_is_another_asset():
    known = as_known([row("a", asset_no="1")])
    assert match([row("a", asset_no="2")], known, "L") == [-1]


def test_a_number_given_later_belongs_to_the_asset_at_its_place():
    known = as_known([row("a")])
    assert match([row("a", asset_no="7")], known, "L") == [0]


def test_an_id_of_the_federal_register_finds_its_station():
    known = as_known([row("a", bnetza_id="100")])
    rows = [row("b", bnetza_id="100", ags="1")]
    assert match(rows, known, "L", ("asset_no", "bnetza_id")) == [0]


def test_what_was_deleted_by_hand_is_still_matched():
    (gone,) = as_known([row("a", asset_no="1")])
    gone = dataclasses.replace(gone, current=None, geometry="")
    assert match([row("a", asset_no="1")], [gone], "L") == [0]


def test_an_asset_made_by_hand_is_matched_when_all_that_is_delivered_agrees():
    known = [Known("u", {"ags": "1", "asset_no": None, "p": 1, "q": 5}, "a")]
    assert match([row("a", p=1)], known, "L") == [0]
    assert match([row("a", p=2)], known, "L") == [-1]


def test_only_what_the_delivery_says_anew_is_written():
    (asset,) = as_known([row("a", p=1, q=1)])
    corrected = dataclasses.replace(asset, current={**asset.current, "p": 9})
    assert not compare(row("a", p=1, q=1), corrected, "L")
    change = compare(row("a", p=1, q=2), corrected, "L")
    assert (change.fields, change.overwritten) == ({"q": 2}, [])
    change = compare(row("a", p=3, q=1), corrected, "L")
    assert (change.fields, change.overwritten) == ({"p": 3}, ["p"])


def test_a_corrected_place_survives_until_the_delivery_moves_it():
    (asset,) = as_known([row("a")])
    moved = dataclasses.replace(asset, geometry="b")
    assert not compare(row("a"), moved, "L")
    change = compare(row("c"), moved, "L")
    assert change.geometry and change.overwritten == ["geom"]


ROWS = st.lists(
    st.builds(
        row, geometry=st.sampled_from("abc"), ags=st.sampled_from("12"),
        asset_no=st.sampled_from([None, "1", "2", "3"]), p=st.integers(0, 2),
    ), max_size=12,
).map(lambda rows: list({(r.ags, r.values["asset_no"] or f"none{n}"): r
                         for n, r in enumerate(rows)}.values()))  # fmt: skip


@settings(deadline=None)
@given(ROWS)
def test_the_same_delivery_again_matches_every_row_and_changes_nothing(rows):
    known = as_known(rows)
    matched = match(rows, known, "L")
    assert sorted(matched) == list(range(len(rows)))
    for r, asset in zip(rows, matched, strict=True):
        change = compare(r, known[asset], "L")
        assert not change and not change.record


@settings(deadline=None)
@given(ROWS, ROWS)
def test_a_later_delivery_makes_the_register_equal_to_it_and_uses_no_asset_twice(first, second):
    known = as_known(first)
    matched = match(second, known, "L")
    used = [m for m in matched if m >= 0]
    assert len(used) == len(set(used))
    for r, asset in zip(second, matched, strict=True):
        if asset < 0:
            continue
        change = compare(r, known[asset], "L")
        after = {**known[asset].current, **change.fields}
        assert after == r.values
        assert (r.geometry if change.geometry else known[asset].geometry) == r.geometry
        assert change.overwritten == []
        third = Known("u", after, r.geometry, r.values, r.geometry, "L")
        assert not compare(r, third, "L")


@settings(deadline=None)
@given(ROWS, st.integers(0, 2))
def test_a_correction_survives_the_same_delivery(rows, p):
    known = [dataclasses.replace(k, current={**k.current, "p": p}) for k in as_known(rows)]
    for r, asset in zip(rows, match(rows, known, "L"), strict=True):
        assert asset >= 0 and not compare(r, known[asset], "L")
