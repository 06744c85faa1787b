"""What stops an import: each is a clear error, and the register stays as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess

import pytest

from ile_gis_plugin.core.errors import Cancelled, IleError
from ile_gis_plugin.core.tasks import import_assets
from ile_gis_plugin.core.tasks.task import Silent
from tests.imports.small_place import WEST

ONE = {"asset_no": "1", "ags": WEST, "lamp_type": "led", "at": (100, 100)}


@pytest.fixture
def refused(register):
    """Try an import; return the error, after checking that nothing of it was kept."""

    def attempt(source, mapping=None, **options):
        before = register.read_bytes()
        values = {"register": register, "source": source, "mapping": mapping, **options}
        with pytest.raises(IleError) as error:
            import_assets.run(values, Silent())
        assert register.read_bytes() == before
        assert not list(register.parent.glob("*quarantine*"))
        assert error.value.text("de") != error.value.text("en")
        return error.value

    return attempt


def mapping(tmp_path, text):
    path = tmp_path / "mapping.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_file_that_is_not_there(refused, tmp_path):
    assert refused(tmp_path / "nichts.gpkg").key == "imports.file_missing"


def test_a_folder_in_the_place_of_a_file(refused, tmp_path):
    assert refused(tmp_path).key == "imports.is_folder"


def test_an_empty_file(refused, tmp_path):
    path = tmp_path / "streetlight.gpkg"
    path.touch()
    assert refused(path).key == "imports.empty_file"


def test_a_text_that_calls_itself_a_geopackage(refused, tmp_path):
    path = tmp_path / "streetlight.gpkg"
    path.write_text("Sehr geehrte Damen und Herren, anbei die Leuchten.")
    assert refused(path).key == "imports.not_geopackage"


def test_a_damaged_geopackage(refused, lights):
    source = lights(ONE)
    source.write_bytes(source.read_bytes()[:3000])
    assert refused(source).key == "imports.unreadable_file"


def test_a_damaged_workbook_and_an_old_one(refused, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert refused(tmp_path / "a.xlsx").key == "imports.not_xlsx"
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0 old")
    assert refused(tmp_path / "a.xls").key == "imports.old_excel"


def test_a_workbook_with_a_damaged_sheet(refused, tmp_path):
    import zipfile

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["asset_no", "ags", "x", "y"])
    book.save(tmp_path / "a.xlsx")
    with (zipfile.ZipFile(tmp_path / "a.xlsx") as whole,
          zipfile.ZipFile(tmp_path / "streetlight.xlsx", "w") as broken):  # fmt: skip
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, content[:-30] if "sheet1" in name else content)
    assert refused(tmp_path / "streetlight.xlsx").key == "imports.not_xlsx"


def test_a_zip_with_two_files_of_one_name_asks_which(refused, deliver, lights, tmp_path, rows):
    import zipfile

    source, other = lights(ONE), lights({**ONE, "asset_no": "2"}, name="b.gpkg")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(source, "alt/streetlight.gpkg")
        archive.write(other, "neu/streetlight.gpkg")
        archive.writestr("neu/._streetlight.gpkg", "of a Mac")
    error = refused(tmp_path / "a.zip", **{"class": "streetlight"})
    assert error.key == "imports.several_layers"
    assert "alt/streetlight.gpkg" in error.text("de") and "._" not in error.text("de")


def test_a_missing_column_is_named_with_its_like(refused, lights, tmp_path):
    text = f'class = "streetlight"\n[home]\nags = "{WEST}"\n[columns]\nlight_no = "Asset_Nr"\n'
    error = refused(lights(ONE), mapping(tmp_path, text))
    assert error.key == "imports.columns_missing"
    assert "Asset_Nr" in error.text("de") and "asset_no" in error.text("de")


def test_a_source_without_the_registers_names(refused, lights):
    error = refused(lights({"Foo": 1, "at": (1, 1)}))
    assert error.key == "imports.no_register_names"


def test_an_unknown_class(refused, lights):
    assert refused(lights(ONE, name="Leuchten.gpkg")).key == "imports.class_unknown"


def test_points_where_lines_belong(refused, lights):
    error = refused(lights(ONE), **{"class": "path"})
    assert error.key == "imports.wrong_geometry" and "Point" in error.text("de")


def test_an_unknown_home(refused, lights):
    error = refused(lights(ONE), home="09999999")
    assert error.key == "imports.home_unknown" and "Buch" in error.text("de")


def test_no_crs_at_all(refused, lights):
    error = refused(lights(ONE, name="streetlight.shp", crs=None))
    assert error.key == "imports.crs_missing"
    assert "EPSG:25832" in error.text("de")


def test_a_crs_that_is_none(refused, lights):
    assert refused(lights(ONE), crs="EPSG:4711000").key == "imports.crs_unknown"
    assert refused(lights(ONE), crs="EPSG:7837").key == "imports.crs_not_plane"


def test_a_wrong_crs_whose_place_is_elsewhere(refused, lights):
    error = refused(lights(ONE), crs="EPSG:25833")
    assert error.key == "imports.crs_far"
    assert "EPSG:25832" in error.text("de") and "km" in error.text("de")


def test_a_wrong_crs_whose_values_are_impossible(refused, lights):
    error = refused(lights(ONE), crs="EPSG:31468")
    assert error.key == "imports.crs_wrong"


def test_swapped_coordinates(refused, tmp_path):
    path = tmp_path / "streetlight.csv"
    path.write_text("ags;x;y\n09775118;5340100;585100\n")
    assert refused(path, crs="25832").key in ("imports.crs_wrong", "imports.crs_far")


def test_a_table_without_coordinates(refused, tmp_path):
    path = tmp_path / "streetlight.csv"
    path.write_text("ags;asset_no\n09775118;1\n")
    assert refused(path).key == "imports.no_coordinates"


def test_several_layers_without_a_choice(refused, lights, tmp_path):
    source = lights(ONE, name="Bestand.gpkg", layer="Leuchten")
    other = lights(ONE, name="Zwei.gpkg", layer="Masten")
    import geopandas as gpd

    gpd.read_file(other).to_file(source, layer="Masten")
    error = refused(source, **{"class": "streetlight"})
    assert error.key == "imports.several_layers" and "Masten" in error.text("de")
    assert refused(source, layer="Wege").key == "imports.layer_missing"


def test_a_register_that_is_none(lights, tmp_path):
    (tmp_path / "brief.gpkg").write_text("kein Register")
    with pytest.raises(IleError) as error:
        import_assets.run({"register": tmp_path / "brief.gpkg", "source": lights(ONE)}, Silent())
    assert error.value.key == "errors.not_a_geopackage"


def test_a_register_whose_text_is_damaged(refused, lights, register):
    with contextlib.closing(sqlite3.connect(register)) as connection, connection:
        connection.execute("UPDATE register_info SET value = CAST(X'ff' AS TEXT) "
                           "WHERE key = 'product'")  # fmt: skip
    assert refused(lights(ONE)).key in ("errors.register_damaged", "errors.register_failed")


def test_a_locked_register(refused, lights, register, monkeypatch):
    from ile_gis_plugin.core.stores.geopackage import store

    monkeypatch.setattr(store, "PATIENCE", 0.2)
    source = lights(ONE)
    with contextlib.closing(sqlite3.connect(register, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(source).key == "errors.register_locked"
        other.execute("ROLLBACK")


def test_a_read_only_register(refused, lights, register):
    content = bytearray(register.read_bytes())
    content[18] = 3  # a format that SQLite reads and doesn't write; permissions don't bind root
    register.write_bytes(content)
    assert refused(lights(ONE)).key == "errors.register_read_only"


def test_a_full_disk(lights, pristine, tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={len(pristine) + 300_000}", "tmpfs", place]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        register = place / "register.gpkg"
        register.write_bytes(pristine)
        source = lights(*({**ONE, "asset_no": str(n), "remarks": "x" * 300, "at": (n % 4000, 5)}
                          for n in range(2000)))  # fmt: skip
        with pytest.raises(IleError) as error:
            import_assets.run({"register": register, "source": source}, Silent())
        assert error.value.key == "errors.disk_full"
        assert not list(place.glob("*quarantine*"))
        with contextlib.closing(sqlite3.connect(register)) as connection:
            assert connection.execute("SELECT count(*) FROM streetlight").fetchone() == (0,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_quarantine_that_cannot_be_written(refused, lights, tmp_path):
    bad = {**ONE, "lamp_type": "Kerze"}
    assert refused(lights(bad), quarantine=tmp_path / "q.txt").key == "imports.quarantine_kind"
    error = refused(lights(bad), quarantine=tmp_path / "fehlt" / "q.gpkg")
    assert error.key == "errors.folder_missing"
    source = lights(ONE)
    assert refused(source, quarantine=source).key == "imports.quarantine_over_source"


def test_a_cancelled_import_keeps_nothing(register, lights):
    class Stopped:
        def report(self, fraction, message=None):
            if fraction > 0.6:
                raise Cancelled

    before = register.read_bytes()
    bad = {**ONE, "asset_no": "2", "lamp_type": "Kerze"}
    with pytest.raises(Cancelled):
        import_assets.run({"register": register, "source": lights(ONE, bad)}, Stopped())
    assert register.read_bytes() == before
    assert not list(register.parent.glob("*quarantine*"))


def test_a_register_without_municipalities(lights, tmp_path):
    from ile_gis_plugin.core.stores import create_register

    create_register(tmp_path / "leer.gpkg").close()
    with pytest.raises(IleError) as error:
        import_assets.run({"register": tmp_path / "leer.gpkg", "source": lights(ONE)}, Silent())
    assert error.value.key == "imports.no_municipalities"


def test_zips_without_a_source(refused, tmp_path, real_data):
    for name, key in (("empty_zipfile.zip", "imports.zip_without_source"),
                      ("blockgroups_multishapefile.zip", "imports.several_layers")):  # fmt: skip
        shutil.copy(real_data / "nasty" / "shp" / name, tmp_path / name)
        assert refused(tmp_path / name, **{"class": "path"}).key == key
    (tmp_path / "kein.zip").write_bytes(b"PK not")
    assert refused(tmp_path / "kein.zip").key == "imports.bad_zip"


def test_a_picture_names_the_kinds_that_are_read(refused, tmp_path):
    for name in ("foto.jpg", "plan.xyz"):
        (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 no geodata")
        error = refused(tmp_path / name)
        assert error.key == "imports.unknown_kind"
        assert "GeoPackage" in error.text("de") and "driver" not in error.text("de").casefold()


def test_a_shapefile_without_its_attributes_names_the_missing_file(refused, lights, tmp_path):
    source = lights(ONE, name="streetlight.shp")
    source.with_suffix(".dbf").unlink()
    text = f'class = "streetlight"\n[home]\nags = "{WEST}"\n[columns]\nlight_no = "Nr"\n'
    for wanted in (mapping(tmp_path, text), None):
        error = refused(source, wanted)
        assert error.key == "imports.dbf_missing"
        assert "streetlight.shp" in error.text("de") and ".dbf" in error.text("de")


def test_no_suggestion_is_made_where_none_suggests_itself(refused, tmp_path):
    path = tmp_path / "streetlight.csv"
    path.write_text("ags;x;y\n09775118;17;17\n")
    for options in ({}, {"crs": "31468"}):
        assert "sehen aus wie" not in refused(path, **options).text("de")


FEDERAL = 'class = "streetlight"\n[source]\nx = "x"\ny = "y"\ncrs = "EPSG:25832"\n[columns]\n'


@pytest.mark.parametrize("home", ["", "[home]\nposition = true\n"])
def test_a_file_of_the_whole_country_names_the_way_to_take_the_own_area(refused, tmp_path, home):
    path = tmp_path / "streetlight.csv"
    path.write_text("nr;x;y\n1;585100;5340100\n2;320000;5800000\n3;300000;5900000\n")
    error = refused(path, mapping(tmp_path, FEDERAL + 'asset_no = "nr"\n' + home))
    assert error.key == "imports.mostly_outside"
    assert "2 von 3" in error.text("de") and "--area-only" in error.text("de")
    assert "sehen aus wie" not in error.text("de")


def test_a_place_far_away_in_the_very_crs_is_not_told_to_look_like_it(refused, tmp_path):
    path = tmp_path / "streetlight.csv"
    path.write_text(f"ags;x;y\n{WEST};320000;5800000\n")
    error = refused(path, crs="25832")
    assert error.key == "imports.mostly_outside" and "--area-only" in error.text("de")


@pytest.mark.parametrize(("text", "line"), [
    ('class = "path"\n[columns]\nname = Straße\n', 3), ('class = "path"\n[columns\n', 2),
    ('class = "path"\n\nname = "offen', 3),
])  # fmt: skip
def test_a_mapping_that_is_no_toml_names_the_line_and_the_next_step(
    refused, lights, tmp_path, text, line
):
    error = refused(lights(ONE), mapping(tmp_path, text))
    assert error.key == "imports.mapping_syntax"
    assert f"Zeile {line} " in error.text("de") and "Bitte" in error.text("de")


def test_a_mapping_in_another_encoding_names_the_line(refused, lights, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_bytes('class = "path"\n[columns]\nname = "Straße"\n'.encode("cp1252"))
    error = refused(lights(ONE), str(path))
    assert error.key == "imports.mapping_encoding" and "Zeile 3" in error.text("de")
