"""Boundary files of all layouts, and whether their territories fit together."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from shapely import MultiPolygon, Polygon, box

from ile_gis_plugin.core.errors import IleError, InputError
from ile_gis_plugin.core.imports.boundaries import Municipality, read_boundaries
from ile_gis_plugin.core.imports.coverage import check_coverage
from ile_gis_plugin.core.imports.keys import ags_of, kind_of
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import create_register
from ile_gis_plugin.core.tasks.task import Silent
from tests.imports.small_place import EAST, NORTH, SIDE, WEST, X, Y, squares

MEMBERS = ["09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161"]


@pytest.mark.parametrize(("key", "ags"), [
    ("09775118", "09775118"),  # AGS
    (9775118, "09775118"), ("9775118", "09775118"), (9775118.0, "09775118"),  # a lost zero
    ("097755741118", "09775118"), (97755741118, "09775118"),  # RS, ARS
    ("09707541118", "09775118"),  # SHN of 2004, a zero before the district
    ("0977541118", "09775118"),  # SHN before that
    ("09 775 118", "09775118"),
    ("09775", None), ("097755741", None), ("Buch", None), (None, None), ("", None),
])  # fmt: skip
def test_the_key_of_each_layout(key, ags):
    assert ags_of(key) == ags


@pytest.mark.parametrize(("ags", "word", "kind"), [
    (WEST, "Markt", "market"), (WEST, "Stadt", "city"), (WEST, "Große Kreisstadt", "city"),
    (WEST, "Gemeinde", "municipality"), (WEST, None, "municipality"),
    ("09775451", "Gemeindefreies Gebiet", "unincorporated"), ("09775451", None, "unincorporated"),
    ("08425451", None, "municipality"),
])  # fmt: skip
def test_the_kind_comes_from_the_designation_or_the_key(ags, word, kind):
    assert kind_of(ags, word) == kind


@pytest.fixture
def read(tmp_path):
    """Write a frame as a boundary file and read it."""

    def run(frame, members=(WEST, EAST), **options):
        frame.to_file(tmp_path / "Grenzen.gpkg")
        found = read_boundaries(tmp_path / "Grenzen.gpkg", list(members), **options)
        return {m.ags: m for m in found.chosen}

    return run


@pytest.mark.parametrize("names", [
    {"AGS": "RS", "GEN": "GEN"}, {"AGS": "ARS"}, {"AGS": "SHN", "BEZ": "DES"},
    {"AGS": "gemeindeschluessel", "GEN": "bezeichnung"}, {"AGS": "gmdschl", "GEN": "name"},
    {"AGS": "schluesselGesamt", "GEN": "bezeichnung"},
])  # fmt: skip
def test_the_columns_of_each_layout_are_found(read, names):
    found = read(squares().rename(columns=names))
    assert sorted(found) == [WEST, EAST, NORTH]
    assert found[WEST].name == "Buch" and found[EAST].population == 18000
    assert (found[WEST].is_member, found[NORTH].is_member) == (True, False)


def test_own_columns_by_name(read):
    frame = squares().rename(columns={"AGS": "Nr", "GEN": "Ort", "EWZ": "Leute"})
    found = read(frame, key_column="Nr", name_column="Ort", population_column="leute")
    assert (found[WEST].name, found[WEST].population) == ("Buch", 4292)
    with pytest.raises(InputError, match="Nmmer"):
        read(frame, key_column="Nmmer")
    with pytest.raises(InputError, match="key-column"):
        read(frame)


def test_an_empty_ags_column_leaves_the_regional_key(read):
    frame = squares()
    frame["RS"] = [f"{a[:5]}0000{a[5:]}" for a in frame["AGS"]]
    frame["AGS"] = None
    assert read(frame)[WEST].ars == "097750000118"


def test_water_is_left_out_and_parts_are_merged(read):
    import geopandas as gpd
    import pandas as pd

    frame = squares()
    frame["GF"] = 4
    island = gpd.GeoDataFrame({"AGS": [WEST, WEST], "GEN": ["Buch"] * 2, "GF": [4, 2]},
                              geometry=[box(X - 50, Y, X - 10, Y + 10),
                                        box(X - 900, Y, X - 800, Y + 10)], crs=25832)  # fmt: skip
    found = read(pd.concat([frame, island], ignore_index=True))
    assert found[WEST].territory.area == SIDE * SIDE + 400


def test_neighbours_come_along_within_the_distance(read):
    frame = squares()
    frame.loc[2, "geometry"] = box(X, Y + SIDE + 1500, X + SIDE, Y + 2 * SIDE)
    assert NORTH in read(frame) and NORTH not in read(frame, neighbour_distance=1000)


def test_any_crs_is_transformed(read):
    found = read(squares().to_crs(4326))
    assert found[WEST].territory.area == pytest.approx(SIDE * SIDE, rel=1e-4)


def test_members_that_the_file_lacks_are_named_with_close_ones(read):
    with pytest.raises(InputError) as error:
        read(squares(), ["09775128", "Buch"])
    text = error.value.text("de")
    assert "09775128, Buch" in text and f"{WEST} Buch" in text and f"{EAST} Illertissen" in text


def _whole(ags, territory):
    return Municipality(ags, ags, "municipality", territory)


def test_fitting_territories_have_no_findings():
    assert check_coverage([_whole("1", box(0, 0, 100, 100)), _whole("2", box(100, 0, 200, 100))]
                          ) == []  # fmt: skip


def test_an_overlap_is_found_with_its_area_and_place():
    west, east = box(0, 0, 101, 100), box(100, 0, 200, 100)
    (found,) = check_coverage([_whole("1", west), _whole("2", east)])
    assert (found.code, found.values["area_m2"], found.values["other"]) == ("GEB002", 100.0, "2")
    assert 100 < found.place.x < 101
    assert "auf 100,0 m²" in found.message.text("de")


def test_a_hole_between_territories_is_a_gap():
    ring = box(0, 0, 300, 300) - box(100, 100, 200, 200)
    west, east = ring & box(0, 0, 150, 300), ring & box(150, 0, 300, 300)
    (found,) = check_coverage([_whole("1", west), _whole("2", east)])
    assert (found.code, found.values["area_m2"]) == ("GEB003", 10_000.0)
    enclave = _whole("3", box(100, 100, 200, 200))
    assert check_coverage([_whole("1", west), _whole("2", east)], [enclave]) == []


def test_a_narrow_slit_is_a_gap():
    west, east = box(0, 0, 100, 1000), box(102, 0, 200, 1000)
    (found,) = check_coverage([_whole("1", west), _whole("2", east)])
    assert found.code == "GEB003" and found.values["names"] == ["1", "2"]
    assert found.values["area_m2"] == pytest.approx(2000, rel=0.02)


def test_the_outline_of_the_region_is_no_gap():
    one = Polygon([(0, 0), (500, 0), (500, 500), (490, 10)])  # a sharp notch
    other = Polygon([(500, 0), (1000, 0), (500, 500)])
    assert check_coverage([_whole("1", one), _whole("2", other)]) == []


def bow_tie():
    frame = squares()
    frame.loc[1, "geometry"] = MultiPolygon([Polygon([
        (X + SIDE, Y), (X + 2 * SIDE, Y + SIDE), (X + 2 * SIDE, Y), (X + SIDE, Y + SIDE)])])
    return frame  # fmt: skip


def test_an_invalid_polygon_is_repaired_and_reported(read):
    found = list(read(bow_tie()).values())
    assert all(m.territory.is_valid for m in found)
    codes = {f.code: f for f in check_coverage(found)}
    assert codes["GEB001"].ags == EAST and "Self-intersection" in codes["GEB001"].values["reason"]


# -- the whole job


def _create(path, boundaries, members=(WEST, EAST), **options):
    values = {"register": path, "boundaries": boundaries, "members": list(members), "lang": "de"}
    return create_register.run({**values, **options}, Silent())


def test_a_register_with_its_municipalities(tmp_path, boundary_file):
    report = _create(tmp_path / "r.gpkg", boundary_file, title="ILE Nord")
    assert [m["name"] for m in report.values["members"]] == ["Buch", "Illertissen"]
    assert report.values["neighbours"] == 1 and report.values["findings"] == []
    with open_register(tmp_path / "r.gpkg") as store:
        assert store.info().title == "ILE Nord"
        rows = store.read("municipality")
    assert rows["ags"] == [WEST, EAST, NORTH] and rows["kind"] == ["market", "city", "market"]
    assert rows["is_member"] == [True, True, False] and rows["source"][0] == "VG250_GEM.gpkg"
    assert {p.name for p in tmp_path.iterdir()} == {"r.gpkg", "VG250_GEM.gpkg"}


def test_findings_of_the_boundaries_are_kept_in_the_register(tmp_path):
    bow_tie().to_file(tmp_path / "g.gpkg")
    report = _create(tmp_path / "r.gpkg", tmp_path / "g.gpkg")
    assert report.values["coverage"]["invalid"] == 1
    with open_register(tmp_path / "r.gpkg") as store:
        rows = store.read("finding")
    assert rows["code"][0] == "GEB001" and rows["ags"][0] == EAST
    assert rows["details"][0]["reason"] and rows["geom"][0] and rows["row_uuid"][0]


def test_an_existing_register_stays_unless_overwriting_is_asked_for(tmp_path, boundary_file):
    path = tmp_path / "r.gpkg"
    _create(path, boundary_file)
    before = path.read_bytes()
    with pytest.raises(IleError) as error:
        _create(path, boundary_file)
    assert error.value.key == "errors.register_exists"
    with pytest.raises(IleError):
        _create(path, boundary_file, ["09999999"], overwrite=True)
    assert path.read_bytes() == before
    assert len(_create(path, boundary_file, [WEST], overwrite=True).values["members"]) == 1


def test_no_half_register_is_left_behind(tmp_path, boundary_file, monkeypatch):
    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(create_register, "_finding_rows", fail)
    bow_tie().to_file(boundary_file)
    with pytest.raises((IleError, OSError)):
        _create(tmp_path / "r.gpkg", boundary_file)
    assert [p.name for p in tmp_path.iterdir()] == ["VG250_GEM.gpkg"]


def test_files_that_are_no_boundaries(tmp_path, lights):
    with pytest.raises(InputError) as error:
        _create(tmp_path / "r.gpkg", tmp_path / "fehlt.gpkg")
    assert error.value.key == "imports.file_missing"
    with pytest.raises(InputError) as error:
        _create(tmp_path / "r.gpkg", lights({"AGS": WEST, "GEN": "x", "at": (1, 1)}))
    assert error.value.key == "imports.boundaries_no_polygons"
    assert not (tmp_path / "r.gpkg").exists()


# -- real files


def test_the_sample_region_with_its_neighbours_and_unincorporated_areas(real_data, tmp_path):
    boundaries = real_data / "boundaries" / "gemeinden_region_topojson_grob.geojson"
    values = _create(tmp_path / "r.gpkg", boundaries, MEMBERS).values
    assert len(values["members"]) == 7 and values["unincorporated"] == 4
    assert values["neighbours"] > 10
    assert values["coverage"] == {"invalid": 0, "overlaps": 0, "gaps": 0}


@pytest.mark.parametrize("name", [
    "vg250_kreise_2025_neuulm_nachbarn.geojson", "vg250_vwg_2004-01-01_clip_bbox.geojson",
    "vg250_vwg_2011-01-01_clip_bbox.geojson",
])  # fmt: skip
def test_other_administrative_levels_are_refused(real_data, tmp_path, name):
    with pytest.raises(InputError) as error:
        _create(tmp_path / "r.gpkg", real_data / "boundaries" / name, MEMBERS)
    assert error.value.key == "imports.boundaries_level"


def test_a_coverage_of_two_vintages_does_not_fit(real_data, tmp_path):
    import geopandas as gpd
    import pandas as pd

    folder = real_data / "boundaries"
    frames = [gpd.read_file(folder / name)[["AGS", "GEN", "geometry"]] for name in (
        "gemeinden_bayern_topojson_grob.gpkg", "gemeinden_bw_2013_clip_opendatalab.geojson")]
    pd.concat(frames).to_file(tmp_path / "beide.gpkg")
    values = _create(tmp_path / "r.gpkg", tmp_path / "beide.gpkg", MEMBERS).values
    assert values["coverage"]["overlaps"] > 0 and values["coverage"]["gaps"] > 0
    overlap = sum(f["area_m2"] for f in values["findings"] if f["code"] == "GEB002")
    assert 1e5 < overlap < 3.5e6


def test_a_zipped_shapefile_is_a_boundary_file_too(tmp_path):
    (tmp_path / "shp").mkdir()
    squares().to_file(tmp_path / "shp" / "VG250_GEM.shp")
    shutil.make_archive(str(tmp_path / "vg250"), "zip", tmp_path / "shp")
    assert len(_create(tmp_path / "r.gpkg", tmp_path / "vg250.zip").values["members"]) == 2


def test_a_register_that_somebody_has_open_is_not_replaced(boundary_file, tmp_path):
    """Its write-ahead log would stay behind, and the new register would read it as its own."""
    path = tmp_path / "register.gpkg"
    _create(path, boundary_file, [WEST])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = wal")
        other.execute("UPDATE register_info SET value = 'offen' WHERE key = 'title'")
        with pytest.raises(IleError) as error:
            _create(path, boundary_file, [WEST], overwrite=True)
        assert error.value.key == "errors.register_locked"
    with open_register(path) as store:
        assert store.info().title == "offen"
    assert _create(path, boundary_file, [WEST], overwrite=True).values["members"]


def test_a_place_that_takes_no_file_is_named_and_not_the_part_that_was_tried(boundary_file):
    with pytest.raises(IleError) as error:
        _create(Path("/proc/register.gpkg"), boundary_file, [WEST])
    assert error.value.text("de").startswith("/proc/register.gpkg ")


def test_no_empty_list_of_similar_members_is_printed(read):
    with pytest.raises(InputError) as error:
        read(squares(), ["Xyz"])
    assert "Xyz" in error.value.text("de")
    assert "Ähnlich" not in error.value.text("de") and "Similar" not in error.value.text("en")
