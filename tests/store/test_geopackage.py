"""The register's file: valid, versioned, and clear about what it is not."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import PurePosixPath, PureWindowsPath

import pyogrio
import pytest

from ile_gis_plugin.core.errors import RegisterError
from ile_gis_plugin.core.stores import create_register, open_register
from ile_gis_plugin.core.stores.geopackage.geometry import register_functions, to_blob
from ile_gis_plugin.core.stores.geopackage.store import sqlite_uri
from tests.support import EAST, WEST, line, point


@pytest.fixture
def kind() -> str:
    """Here it is about the file."""
    return "geopackage"


def test_osgeo_validator_finds_nothing_wrong(location):
    with open_register(location) as store:
        store.insert("path", {"ags": [WEST], "geom": [line()]})
        store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
    # A process of its own: osgeo and pyogrio bring two different GDALs.
    done = subprocess.run(
        [sys.executable, "-m", "osgeo_utils.samples.validate_gpkg", location],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in (done.stdout + done.stderr).lower()


def test_a_field_carries_its_label_and_codes_to_any_client(location):
    connection = sqlite3.connect(location)
    title, rule = connection.execute(
        "SELECT title, constraint_name FROM gpkg_data_columns "
        "WHERE table_name = 'path' AND column_name = 'surface'"
    ).fetchone()
    codes = dict(connection.execute(
        "SELECT value, description FROM gpkg_data_column_constraints WHERE constraint_name = ?",
        (rule,)))  # fmt: skip
    connection.close()
    assert title == "Befestigung" and codes["paving_stones"] == "Pflaster"


def test_derived_values_stand_in_views_that_any_client_reads(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "geom": [line()]})
        store.replace("asset_share", {
            "asset_class": ["path"] * 2, "asset_uuid": [path] * 2, "ags": [WEST, EAST],
            "length_m": [60.25, 39.5], "asset_length_m": [99.75] * 2,
            "share": [0.5, 0.5]})  # fmt: skip
        (station,) = store.insert("charging_point", {"ags": [WEST]})
        store.insert("connector", {
            "charging_point_uuid": [station] * 2, "connector_type": ["CHADEMO", "IEC_62196_T2"],
            "power_type": ["dc", "ac_3_phase"], "power_kw": [50.0, 22.0]})  # fmt: skip
    lengths = pyogrio.read_dataframe(location, layer="path_derived")
    assert lengths["length_m"].tolist() == [99.75] and lengths["uuid"].tolist() == [path]
    categories = pyogrio.read_dataframe(location, layer="connector_derived")["afir_category"]
    assert categories.tolist() == ["fast_dc", "medium_ac"]


def test_linked_assets_stand_in_a_view_once_for_each_project_with_its_phase(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "asset_no": ["W1"], "geom": [line()]})
        one, two = store.insert("joint_project", {
            "number": ["1", "2"], "title": ["Eins", "Zwei"], "lead_ags": [WEST] * 2,
            "phase": ["idea", "construction"]})  # fmt: skip
        store.insert("project_asset", {
            "project_uuid": [one, two], "asset_class": ["path"] * 2, "asset_uuid": [path] * 2,
            "role": ["new", "upgrade"]})  # fmt: skip
    linked = pyogrio.read_dataframe(location, layer="linked_path")
    told = linked[["asset_no", "project_number", "phase", "role"]].to_numpy().tolist()
    assert told == [["W1", "1", "idea", "new"], ["W1", "2", "construction", "upgrade"]]
    assert linked.geometry.notna().all()
    assert pyogrio.read_dataframe(location, layer="linked_streetlight").empty


def test_the_register_says_what_it_is(location):
    with open_register(location) as store:
        info = store.info()
        assert (info.schema_version, info.title, info.crs) == (1, "Testverbund", 25832)
        before = info.change
        store.insert("path", {"ags": [WEST]})
        assert store.info().change == before + 1


def test_a_register_of_a_newer_version_is_not_opened(location):
    connection = sqlite3.connect(location)
    with connection:
        connection.execute("UPDATE register_info SET value = '99' WHERE key = 'schema_version'")
    connection.close()
    with pytest.raises(RegisterError) as refused:
        open_register(location)
    assert refused.value.key == "errors.register_too_new" and "99" in str(refused.value)


def test_a_register_without_a_readable_version_is_called_damaged(location):
    with contextlib.closing(sqlite3.connect(location)) as connection, connection:
        connection.execute("UPDATE register_info SET value = '?' WHERE key = 'schema_version'")
    with pytest.raises(RegisterError) as refused:
        open_register(location)
    assert refused.value.key == "errors.register_damaged"


def test_a_whole_number_has_no_fraction_whoever_writes_it(location):
    with contextlib.closing(sqlite3.connect(location)) as connection:
        register_functions(connection)
        connection.execute("INSERT INTO streetlight (ags, luminaire_count) VALUES (?, 2.0)",
                           (WEST,))  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE streetlight SET luminaire_count = 1.5")


def test_a_geometry_that_is_no_geopackage_geometry_stays_out(location):
    with contextlib.closing(sqlite3.connect(location)) as connection:
        register_functions(connection)
        for blob in (point(), b"", "POINT (1 2)", to_blob(line(), 25832)):
            with pytest.raises((sqlite3.IntegrityError, sqlite3.OperationalError)):
                connection.execute("INSERT INTO streetlight (ags, geom) VALUES (?, ?)",
                                   (WEST, blob))  # fmt: skip


@pytest.mark.parametrize("folder", ["Bürgermeister Müller", "a#b", "50% ?mode=ro&x=1", "it's “x”"])
def test_a_register_may_lie_in_any_folder(tmp_path, folder):
    place = tmp_path / folder
    place.mkdir()
    with create_register(place / "Straßen #1.gpkg", "T") as store:
        store.insert("municipality", {"ags": [WEST], "name": ["West"]})
    with open_register(place / "Straßen #1.gpkg", read_only=True) as store:
        assert store.count("municipality") == 1
    assert [p.name for p in place.iterdir()] == ["Straßen #1.gpkg"]


@pytest.mark.parametrize(("path", "uri"), [
    (PurePosixPath("/srv/ä#1/r.gpkg"), "file:///srv/%C3%A4%231/r.gpkg?mode=rw"),
    (PureWindowsPath(r"C:\Daten\r 1.gpkg"), "file:///C:/Daten/r%201.gpkg?mode=rw"),
    # SQLite accepts no server in front of the path; with four slashes it is part of the path.
    (PureWindowsPath(r"\\server\ile\r.gpkg"), "file:////server/ile/r.gpkg?mode=rw"),
])  # fmt: skip
def test_a_path_of_any_system_becomes_an_uri_that_sqlite_opens(path, uri):
    assert sqlite_uri(path, read_only=False) == uri


def test_a_name_that_no_file_can_have_is_an_error_like_others(tmp_path):
    with pytest.raises(RegisterError) as refused:
        open_register(tmp_path / ("x" * 300 + ".gpkg"))
    assert refused.value.key == "errors.file_failed"


def test_a_register_that_another_program_left_in_wal_mode_is_read_and_written(location):
    other = sqlite3.connect(location, isolation_level=None)
    register_functions(other)
    other.execute("PRAGMA journal_mode = wal")
    other.execute("INSERT INTO streetlight (ags) VALUES (?)", (WEST,))
    with open_register(location, read_only=True) as store:
        assert store.count("streetlight") == 1
    with open_register(location) as store:
        store.insert("streetlight", {"ags": [WEST]})
    assert other.execute("SELECT count(*) FROM streetlight").fetchone() == (2,)
    other.close()


def _text_file(path):
    path.write_text("AGS;Name\n")


def _foreign_geopackage(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
    connection.close()


def _plain_sqlite(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE a (b)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (_text_file, "errors.not_a_geopackage"),
        (_foreign_geopackage, "errors.not_a_register"),
        (_plain_sqlite, "errors.not_a_register"),
        (lambda path: None, "errors.register_not_found"),
    ],
)
def test_what_is_no_register_is_named(tmp_path, make, key):
    path = tmp_path / "x.gpkg"
    make(path)
    with pytest.raises(RegisterError) as refused:
        open_register(path)
    assert refused.value.key == key
    assert "x.gpkg" in refused.value.text("de") and "x.gpkg" in refused.value.text("en")


def test_an_existing_register_is_not_overwritten_by_mistake(location):
    before = location.read_bytes()
    with pytest.raises(RegisterError):
        create_register(location)
    assert location.read_bytes() == before
    create_register(location, overwrite=True).close()
    with open_register(location) as store:
        assert store.count("municipality") == 0


def test_a_locked_register_is_left_alone_with_a_clear_error(location, monkeypatch):
    monkeypatch.setattr("ile_gis_plugin.core.stores.geopackage.store.PATIENCE", 0.2)
    other = sqlite3.connect(location, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_register(location) as store:
        with pytest.raises(RegisterError) as refused, store.transaction():
            pytest.fail("wrote into a locked register")
        other.execute("ROLLBACK")
        other.close()
        assert refused.value.key == "errors.register_locked"
        store.insert("path", {"ags": [WEST]})  # and afterwards it works


def test_a_read_only_register_can_be_read_and_says_why_it_can_not_be_written(location):
    with open_register(location, read_only=True) as store:
        assert store.count("municipality") == 2
        with pytest.raises(RegisterError) as refused:
            store.insert("path", {"ags": [WEST]})
    assert refused.value.key == "errors.register_read_only"


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 3 MB. Only an administrator can mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, check=False
    )
    if os.geteuid() != 0 or mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_changes_nothing(location, tiny_disk):
    register = tiny_disk / "register.gpkg"
    shutil.copy(location, register)
    with open_register(register) as store:
        change = store.info().change
        with pytest.raises(RegisterError) as refused, store.transaction():
            for _ in range(100):
                store.insert("streetlight", {"ags": [WEST] * 500, "geom": [point()] * 500,
                                             "remarks": ["x" * 200] * 500})  # fmt: skip
        assert refused.value.key == "errors.disk_full"
    with open_register(register) as store:
        assert store.count("streetlight") == 0 and store.info().change == change


def test_a_register_that_does_not_fit_leaves_no_half_file(tiny_disk):
    (tiny_disk / "filler").write_bytes(b"x" * 2_900_000)
    with pytest.raises(RegisterError) as refused:
        create_register(tiny_disk / "new.gpkg")
    assert refused.value.key == "errors.disk_full"
    assert [p.name for p in tiny_disk.iterdir()] == ["filler"]


def test_what_a_client_without_constraints_let_in_is_found(location):
    connection = sqlite3.connect(location)
    register_functions(connection)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.executescript(f"""
        INSERT INTO streetlight (ags, lamp_type, power_w) VALUES ('{WEST}', 'candle', -5);
        INSERT INTO streetlight (ags, commissioned_on, inspected_on)
            VALUES ('{WEST}', '2024-01-01', '2020-01-01');
        INSERT INTO streetlight (ags) VALUES ('{WEST}');
        INSERT INTO utility_line (ags, network_type, accuracy_m, sub_type)
            VALUES ('{WEST}', 'gas', 0.1, 'combined');
    """)
    connection.close()
    with open_register(location) as store:
        found = {(v.kind, v.field, tuple(v.fid.tolist())) for v in store.violations("streetlight")}
        assert found == {("domain", "lamp_type", (1,)), ("range", "power_w", (1,)),
                         ("check", "commissioned_on", (2,))}  # fmt: skip
        assert [v.kind for v in store.violations("utility_line")] == ["dependence"]
        (whole,) = store.find("streetlight", [("fid", "=", 3)], ["uuid"])["uuid"]
        assert store.violations("streetlight", [whole]) == []
