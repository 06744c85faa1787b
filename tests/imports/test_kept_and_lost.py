"""What an import must never lose: corrections, deletions, foreign files, rows of the delivery."""

from __future__ import annotations

import os

import geopandas as gpd
import pyogrio
import pytest
import shapely

from ile_gis_plugin.core.errors import ConstraintError, InputError
from ile_gis_plugin.core.stores import open_register
from tests.imports.small_place import EAST, WEST, X, Y

ONE = {"asset_no": "1", "ags": WEST, "lamp_type": "led", "power_w": 20.0, "at": (100, 100)}
TWO = {**ONE, "asset_no": "2", "at": (200, 100)}
BAD = {**ONE, "asset_no": "3", "lamp_type": "Kerze", "at": (300, 100)}


@pytest.fixture
def by_hand(register):
    """Change the register as a person does; returns the store's method of that name."""

    def change(method, *values):
        with open_register(register) as store:
            return getattr(store, method)("streetlight", *values)

    return change


def test_what_was_deleted_by_hand_stays_deleted(deliver, lights, rows, by_hand):
    source = lights(ONE, {**TWO, "asset_no": None})
    deliver(source)
    by_hand("delete", [r["uuid"] for r in rows("streetlight")])
    for later in (source, lights({**ONE, "power_w": 30.0}, {**TWO, "asset_no": None})):
        counts = deliver(later)
        assert (counts["deleted_by_hand"], counts["unchanged"], counts["imported"]) == (2, 2, 0)
        assert rows("streetlight") == []
    assert deliver(lights(ONE, {**TWO, "asset_no": "4", "at": (500, 500)}))["imported"] == 1


def test_an_asset_made_anew_under_a_deleted_number_is_the_one_that_is_updated(
    deliver, lights, rows, by_hand
):
    deliver(lights(ONE))
    by_hand("delete", [rows("streetlight")[0]["uuid"]])
    (made,) = by_hand("insert", {
        "ags": [WEST], "asset_no": ["1"], "power_w": [5.0],
        "geom": [shapely.to_wkb(shapely.Point(X + 100, Y + 100))]})  # fmt: skip
    counts = deliver(lights({**ONE, "power_w": 30.0}))
    assert (counts["updated"], counts["deleted_by_hand"]) == (1, 0)
    assert [(r["uuid"], r["power_w"]) for r in rows("streetlight")] == [(made, 30.0)]


def test_an_empty_cell_takes_nothing_from_an_asset_made_by_hand(deliver, lights, rows, by_hand):
    by_hand("insert", {"ags": [WEST], "asset_no": ["1"], "power_w": [70.0], "name": ["Am Anger"],
                       "geom": [shapely.to_wkb(shapely.Point(X + 100, Y + 100))]})  # fmt: skip
    source = lights({**ONE, "power_w": None, "name": None}, {**TWO, "name": "B", "power_w": 5.0})
    assert (deliver(source)["updated"], deliver(source)["unchanged"]) == (1, 2)
    assert next((r["power_w"], r["name"], r["lamp_type"]) for r in rows("streetlight")) == (
        70.0, "Am Anger", "led")  # fmt: skip


def test_a_cell_that_is_emptied_later_empties_its_field(deliver, lights, rows):
    deliver(lights(ONE, TWO))
    deliver(lights({**ONE, "power_w": None}, TWO))
    assert [r["power_w"] for r in rows("streetlight")] == [None, 20.0]


def test_a_value_that_contradicts_an_own_correction_is_quarantined_and_the_rest_comes_in(
    deliver, lights, rows, edit
):
    def source(reduced):
        return lights({**ONE, "power_w": 70.0, "power_reduced_w": reduced}, TWO)

    deliver(source(30.0))
    edit("streetlight", rows("streetlight")[0]["uuid"], power_w=40.0)
    counts = deliver(source(50.0))
    assert (counts["unchanged"], counts["quarantined"]) == (1, 1)
    assert "größer als die Leistung" in counts["reasons"][0]["de"]
    with pytest.raises(ConstraintError):
        edit("streetlight", rows("streetlight")[0]["uuid"], power_reduced_w=50.0)


def test_two_rows_that_end_with_one_number_do_not_stop_the_import(deliver, lights, rows, edit):
    """An own correction moved the first to the place where the second is new."""
    first = {**ONE, "asset_no": None}
    deliver(lights(first, TWO))
    edit("streetlight", rows("streetlight")[0]["uuid"], ags=EAST)
    counts = deliver(lights({**first, "asset_no": "7"}, {**TWO, "asset_no": "7", "ags": EAST,
                                                         "at": (4200, 100)}))  # fmt: skip
    assert counts["quarantined"] == 1 and counts["imported"] + counts["updated"] == 1
    assert "7" in counts["reasons"][0]["de"]


def test_every_row_of_the_source_is_counted_and_every_bad_one_kept(deliver, lights):
    source = lights(ONE, TWO, BAD, {**ONE, "asset_no": "5", "at": None}, {**TWO, "asset_no": "1"},
                    {**ONE, "asset_no": "6", "at": (300_000, 0)})  # fmt: skip
    counts = deliver(source, area_only=True)
    assert counts["read"] + counts["outside_area"] == 6
    assert (counts["imported"], counts["quarantined"]) == (2, 3)
    assert len(gpd.read_file(counts["quarantine_file"])) == 3


def test_a_quarantine_never_takes_the_place_of_another_file(deliver, lights, tmp_path, rows):
    foreign = lights(ONE, name="Bestand.gpkg")
    (tmp_path / "Liste.csv").write_text("Name;Ort\nWichtig;Buch\n")
    for target in (foreign, tmp_path / "Liste.csv"):
        before = target.read_bytes()
        for record in (ONE, BAD):
            with pytest.raises(InputError) as refused:
                deliver(lights(record), quarantine=target)
            assert refused.value.key == "imports.quarantine_over_source"
        assert target.read_bytes() == before
    assert rows("streetlight") == []


def test_a_mended_quarantine_that_is_delivered_is_not_written_over(deliver, lights):
    mapping = ('class = "streetlight"\ndelivery = "Leuchten"\n[home]\nposition = true\n'
               '[columns]\nasset_no = "asset_no"\nlamp_type = "lamp_type"\n')  # fmt: skip
    held = deliver(lights(BAD), mapping)["quarantine_file"]
    again = deliver(held, mapping)
    assert again["quarantined"] == 1 and again["quarantine_file"] != held
    assert pyogrio.read_info(held)["features"] == 1


def test_a_quarantine_whose_place_is_held_by_another_program_lies_beside(
    deliver, lights, tmp_path, monkeypatch
):
    def held_open(source, target):
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(os, "replace", held_open)
    counts = deliver(lights(ONE, BAD), quarantine=tmp_path / "q.gpkg")
    assert counts["imported"] == 1 and not (tmp_path / "q.gpkg").exists()
    assert len(gpd.read_file(counts["quarantine_file"])) == 1


def test_rows_behind_a_quote_that_was_never_closed_are_not_lost_in_silence(
    deliver, tmp_path, rows
):
    lines = [f'{n};{WEST};{X + n};{Y};"Am Weg\nHaus {n}"' for n in range(1, 6)]
    lines[1] = lines[1].replace('Haus 2"', "Haus 2")
    (tmp_path / "streetlight.csv").write_text("\n".join(["asset_no;ags;x;y;remarks", *lines]))
    counts = deliver(tmp_path / "streetlight.csv", crs="25832")
    assert next(r["asset_no"] for r in rows("streetlight")) == "1"
    held = gpd.read_file(counts["quarantine_file"])
    everything = held.to_string() + str([r["asset_no"] for r in rows("streetlight")])
    assert "Anführungszeichen" in everything and all(f"Haus {n}" in everything for n in (2, 3))


@pytest.mark.parametrize("folder", ["!Wichtig", "a;b", "50% #1?", "x.zip", os.fsdecode(b"\xfcber")])
@pytest.mark.parametrize("name", ["streetlight.gpkg", "streetlight.shp", "streetlight.geojson"])
def test_a_delivery_may_lie_in_any_folder(deliver, lights, tmp_path, folder, name):
    lights(ONE, BAD, name=name)
    place = tmp_path / folder
    place.mkdir()
    for part in tmp_path.glob("streetlight.*"):
        part.rename(place / part.name)
    counts = deliver(place / name, quarantine=place / "q;!1.gpkg")
    assert (counts["imported"], counts["quarantined"]) == (1, 1)
    assert {p.stem for p in place.iterdir()} == {"streetlight", "q;!1"}
    assert deliver(place / name, quarantine=place / "q;!1.gpkg")["unchanged"] == 1
