"""Files as they come: encodings, header rows, zips, missing parts, broken records."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile

import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.imports.readers import read_delivery
from tests.imports.small_place import X, Y


@pytest.fixture
def shapefile(tmp_path):
    """A shapefile with umlauts in a column's name and its texts, written as cp1252 or UTF-8."""
    import geopandas as gpd
    from shapely import Point

    def write(encoding, cpg=True):
        frame = gpd.GeoDataFrame({"Straße": ["Bäckerweg", "Ölgasse"], "n": [1, 2]},
                                 geometry=[Point(X, Y), Point(X + 1, Y)], crs=25832)  # fmt: skip
        frame.to_file(tmp_path / "Leuchten.shp", encoding=encoding)
        if not cpg:
            (tmp_path / "Leuchten.cpg").unlink()
        return tmp_path / "Leuchten.shp"

    return write


@pytest.mark.parametrize("cpg", [True, False])
@pytest.mark.parametrize("encoding", ["cp1252", "UTF-8"])
def test_umlauts_of_shapefiles_with_and_without_cpg(shapefile, encoding, cpg):
    delivery = read_delivery(shapefile(encoding, cpg))
    assert delivery.columns["Straße"].tolist() == ["Bäckerweg", "Ölgasse"]


def test_a_cpg_that_lies(shapefile):
    path = shapefile("cp1252")
    path.with_suffix(".cpg").write_text("UTF-8")
    delivery = read_delivery(path)
    assert delivery.columns["Straße"].tolist() == ["Bäckerweg", "Ölgasse"]
    assert [note.key for note in delivery.notes] == ["imports.cpg_wrong"]


def test_a_missing_index_is_rebuilt_and_the_delivery_left_as_it_is(shapefile):
    path = shapefile("UTF-8")
    path.with_suffix(".shx").unlink()
    before = sorted(p.name for p in path.parent.iterdir())
    delivery = read_delivery(path)
    assert len(delivery) == 2 and delivery.path == path
    assert sorted(p.name for p in path.parent.iterdir()) == before


def test_a_zip_with_umlauts_in_a_folder_and_without_cpg(shapefile, tmp_path):
    shapefile("cp1252", cpg=False)
    with zipfile.ZipFile(tmp_path / "Übergabe.zip", "w") as archive:
        for part in tmp_path.glob("Leuchten.*"):
            archive.write(part, f"Geräte/{part.name}")
    delivery = read_delivery(tmp_path / "Übergabe.zip")
    assert delivery.columns["Straße"].tolist() == ["Bäckerweg", "Ölgasse"]
    assert delivery.layer == "Leuchten" and "25832" in delivery.crs


def test_a_zip_that_points_outside_is_unpacked_inside(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../outside.csv", "x;y;name\n1;2;a\n")
    delivery = read_delivery(tmp_path / "a.zip", wanted=["x", "y", "name"])
    assert delivery.columns["name"].tolist() == ["a"]
    assert not list(tmp_path.parent.glob("outside.csv"))


@pytest.fixture
def csv_file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "Liste.csv"
        path.write_bytes(text.encode(encoding))
        return read_delivery(path, wanted=["Straße", "x", "y"])

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encoding_and_delimiter_are_found_out(csv_file, encoding, delimiter):
    text = "Straße;x;y\nBäckerweg;1;2\n".replace(";", delimiter)
    assert csv_file(text, encoding).columns["Straße"].tolist() == ["Bäckerweg"]


def test_the_header_row_below_a_preamble(csv_file):
    delivery = csv_file("Liste der Leuchten;;\n;;\nStand: 1.1.24;;\nStraße;x;y\n\nAm Weg;1;2\n")
    assert delivery.columns["Straße"].tolist() == ["Am Weg"]
    assert delivery.rows.tolist() == [6]


def test_line_feeds_inside_quotes(csv_file):
    delivery = csv_file('Straße;x;y\n"zwei\nZeilen";1;2\nnächste;3;4\n')
    assert delivery.columns["Straße"].tolist() == ["zwei\nZeilen", "nächste"]
    assert delivery.rows.tolist() == [2, 3]


def test_a_row_with_too_many_cells_is_unreadable_and_the_rest_is_read(csv_file):
    delivery = csv_file("Straße;x;y\nAm Weg; links;1;2\nAm Bach;3;4\n")
    assert delivery.columns["Straße"].tolist() == ["Am Bach"]
    assert [u.row for u in delivery.unreadable] == [2]


def test_a_table_without_the_expected_columns(csv_file):
    with pytest.raises(InputError) as error:
        csv_file("Name;Ort\na;b\n")
    assert error.value.key == "imports.header_missing" and "Ort" in error.value.text("de")


def test_a_binary_file_called_csv(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(InputError) as error:
        read_delivery(tmp_path / "a.csv")
    assert error.value.key == "imports.not_text"


def test_a_sheet_with_a_preamble_and_texts_for_numbers(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Deckblatt"
    book.active.append(["Gemeinde Buch"])
    sheet = book.create_sheet("Leuchten")
    for row in (["Bestand"], [], ["Straße", "x", "y"], ["Bäckerweg", "585000,5", 5340000]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    delivery = read_delivery(tmp_path / "a.xlsx", wanted=["Straße", "x", "y"])
    assert delivery.layer == "Leuchten" and delivery.rows.tolist() == [4]
    assert delivery.columns["x"].tolist() == ["585000,5"]


def test_one_broken_record_does_not_cost_the_whole_layer(lights):
    source = lights({"name": "gut", "no": 1, "at": (1, 1)},
                    {"name": "schlecht", "no": 2, "at": (2, 2)},
                    {"name": "auch gut", "no": 3, "at": (3, 3)})  # fmt: skip
    with sqlite3.connect(source) as connection:
        for trigger, in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():  # fmt: skip
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE streetlight SET name = CAST(x'ff41fe' AS TEXT) WHERE fid = 2")
    connection.close()
    delivery = read_delivery(source)
    assert delivery.columns["name"].tolist() == ["gut", "auch gut"]
    assert [u.row for u in delivery.unreadable] == [2]
    assert delivery.unreadable[0].cells == {"name": None, "no": 2}
    assert delivery.rows.tolist() == [1, 3] and "25832" in delivery.crs


def test_a_broken_geometry_does_not_cost_the_whole_layer(lights):
    source = lights({"name": "gut", "at": (1, 1)}, {"name": "schlecht", "at": (2, 2)})
    with sqlite3.connect(source) as connection:
        for trigger, in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():  # fmt: skip
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE streetlight SET geom = substr(geom, 1, 20) WHERE fid = 2")
    connection.close()
    delivery = read_delivery(source)
    found = [g is not None for g in delivery.geometry]
    assert found[0] and len(delivery) + len(delivery.unreadable) == 2


def test_odd_files_of_other_projects(real_data, tmp_path):
    nasty = real_data / "nasty"
    assert len(read_delivery(nasty / "shp" / "corrupt_too_long.shp")) == 10
    assert read_delivery(nasty / "shp" / "REL.zip").layer == "releaseArea20090407"
    assert len(read_delivery(nasty / "gpkg" / "test_gpkg_nulls.gpkg")) == 4
    (curve,) = read_delivery(nasty / "gpkg" / "curve.gpkg").geometry
    assert curve.geom_type == "LineString"
    (zm,) = read_delivery(nasty / "gpkg" / "line_zm.gpkg").geometry
    assert zm.has_z
    zip_of_two = nasty / "shp" / "blockgroups_multishapefile.zip"
    assert len(read_delivery(zip_of_two, "blockgroups2")) == 663


def test_a_shapefile_of_latin_1_without_index(real_data, tmp_path):
    for name in ("latin1.shp", "latin1.dbf"):
        shutil.copy(real_data / "nasty" / "shp" / name, tmp_path / name)
    delivery = read_delivery(tmp_path / "latin1.shp")
    assert any("Ñ" in str(c) or "ñ" in str(c) for cells in delivery.columns.values() for c in cells)
