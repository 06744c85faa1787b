"""Each change stands in the log once and under the right name, however oddly SQL writes it."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import time

import geopandas
import pytest
import shapely

from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.stores.geopackage.geometry import register_functions
from tests.support import EAST, WEST, point

FIRST, SECOND = (f"{n}1111111-1111-4111-8111-111111111111" for n in (1, 2))


@pytest.fixture
def kind() -> str:
    """Here it is about SQLite's ways of writing."""
    return "geopackage"


@pytest.fixture
def sql(location):
    """A client that knows nothing of the register: foreign keys are off, as in GDAL."""
    with contextlib.closing(sqlite3.connect(location, isolation_level=None)) as connection:
        register_functions(connection)
        connection.execute("INSERT INTO streetlight (uuid, ags, asset_no, power_w) VALUES "
                           f"('{FIRST}', '{WEST}', '1', 70), ('{SECOND}', '{WEST}', '2', 70)")
        connection.execute("DELETE FROM change_log")
        yield connection.execute


def log(sql):
    return sql("SELECT action, changed_by, row_uuid FROM change_log ORDER BY fid").fetchall()


def powers(sql):
    return [row[0] for row in sql("SELECT power_w FROM streetlight ORDER BY fid")]


def nothing_is_left_over(sql):
    sql("UPDATE streetlight SET remarks = 'later'")
    return {entry[1] for entry in log(sql)[-2:]} == {None}


@pytest.mark.parametrize("statement", [
    f"UPDATE streetlight SET fid = fid + 100, power_w = 20 WHERE uuid = '{FIRST}'",
    f"UPDATE OR IGNORE streetlight SET power_w = 20 WHERE uuid = '{FIRST}'",
    f"UPDATE OR REPLACE streetlight SET power_w = 20, asset_no = '9' WHERE uuid = '{FIRST}'",
    f"UPDATE streetlight SET uuid = uuid, power_w = 20 WHERE uuid = '{FIRST}' RETURNING fid",
    (f"INSERT INTO streetlight (uuid, ags, power_w) VALUES ('{FIRST}', '{WEST}', 20) "
     "ON CONFLICT (uuid) DO UPDATE SET power_w = excluded.power_w"),
    (f"INSERT INTO streetlight (ags, asset_no, power_w) VALUES ('{WEST}', '1', 20) "
     "ON CONFLICT (ags, asset_no) DO UPDATE SET power_w = excluded.power_w"),
])  # fmt: skip
def test_one_update_is_logged_once(sql, statement):
    sql(statement).fetchall()
    assert log(sql) == [("update", None, FIRST)]
    assert sorted(powers(sql)) == [20, 70]
    assert sql("SELECT version FROM streetlight WHERE power_w = 20").fetchall() == [(2,)]
    assert nothing_is_left_over(sql)


def test_a_statement_over_many_rows_logs_each_under_its_own_name(sql):
    sql("UPDATE streetlight SET power_w = 20, changed_by = 'Amt ' || asset_no")
    assert log(sql) == [("update", "Amt 1", FIRST), ("update", "Amt 2", SECOND)]
    assert nothing_is_left_over(sql)


def test_an_upsert_of_a_known_and_a_new_row_logs_an_update_and_an_insert(sql):
    sql(f"INSERT INTO streetlight (ags, asset_no, changed_by) VALUES ('{WEST}', '1', 'Anna'), "
        f"('{WEST}', '3', 'Anna') ON CONFLICT (ags, asset_no) DO UPDATE SET "
        "changed_by = excluded.changed_by")  # fmt: skip
    assert [entry[:2] for entry in log(sql)] == [("update", "Anna"), ("insert", "Anna")]


def test_an_update_that_is_ignored_does_not_have_the_next_one_refused(sql):
    for watts in range(200):  # some of them fall into the millisecond of the ignored one
        sql(f"UPDATE OR IGNORE streetlight SET asset_no = '2' WHERE uuid = '{FIRST}'")
        sql(f"UPDATE streetlight SET power_w = {watts}")
    assert powers(sql) == [199, 199]


def test_an_update_that_is_ignored_gives_its_name_to_no_other(sql):
    sql("UPDATE OR IGNORE streetlight SET asset_no = '2', changed_by = 'Anna' "
        f"WHERE uuid = '{FIRST}'")  # fmt: skip
    time.sleep(0.005)  # a statement is known by its millisecond
    sql("UPDATE streetlight SET power_w = 20")
    assert log(sql) == [("update", None, FIRST), ("update", None, SECOND)]


@pytest.mark.parametrize("statement", [
    f"INSERT OR REPLACE INTO streetlight (uuid, ags) VALUES ('{FIRST}', '{EAST}')",
    f"INSERT OR REPLACE INTO streetlight (ags, asset_no) VALUES ('{WEST}', '1')",
    f"REPLACE INTO streetlight (fid, ags) VALUES (1, '{WEST}')",
    f"UPDATE OR REPLACE streetlight SET asset_no = '2' WHERE uuid = '{FIRST}'",
    f"UPDATE OR REPLACE streetlight SET fid = 2 WHERE uuid = '{FIRST}'",
])  # fmt: skip
def test_a_row_can_not_be_replaced_behind_the_back_of_the_log(sql, statement):
    with pytest.raises(sqlite3.IntegrityError, match="ON CONFLICT DO UPDATE"):
        sql(statement)
    assert powers(sql) == [70, 70] and log(sql) == []
    assert nothing_is_left_over(sql)


def test_an_ignored_insert_leaves_no_trace_and_lets_the_next_row_in(sql):
    sql(f"INSERT OR IGNORE INTO streetlight (ags, asset_no) VALUES ('{WEST}', '1'), "
        f"('{WEST}', '3')")  # fmt: skip
    sql(f"INSERT INTO streetlight (ags, asset_no) VALUES ('{WEST}', '4')")
    assert [entry[0] for entry in log(sql)] == ["insert", "insert"]


def test_what_a_savepoint_takes_back_the_log_takes_back_too(sql):
    sql("BEGIN")
    sql("UPDATE streetlight SET power_w = 20, changed_by = 'Anna'")
    sql("SAVEPOINT half")
    sql("DELETE FROM streetlight")
    sql("ROLLBACK TO half")
    sql("COMMIT")
    assert [entry[:2] for entry in log(sql)] == [("update", "Anna")] * 2
    assert nothing_is_left_over(sql)


def test_rows_that_somebody_left_in_the_context_neither_sign_nor_silence_a_change(sql):
    sql("INSERT INTO change_context (fid, changed_by) VALUES (2, 'Anna'), (3, NULL), (4, NULL), "
        "(5, NULL)")  # fmt: skip
    sql("UPDATE streetlight SET power_w = 20")
    sql(f"INSERT INTO streetlight (ags) VALUES ('{WEST}')")
    assert [entry[:2] for entry in log(sql)] == [
        ("update", None), ("update", None), ("insert", None)]  # fmt: skip


def test_the_uuid_of_a_row_never_changes(sql):
    for value in ("NULL", f"'3{FIRST[1:]}'"):
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            sql(f"UPDATE streetlight SET uuid = {value} WHERE uuid = '{FIRST}'")


def test_a_job_signs_a_new_row_like_its_log_entry(location):
    with open_register(location) as store:
        with store.transaction(by="Bauamt"):
            store.insert("streetlight", {"ags": [WEST]})
        row = store.read("streetlight", ["created_by", "changed_by", "version"])
        assert row == {"created_by": ["Bauamt"], "changed_by": ["Bauamt"], "version": [1]}
        assert store.read("change_log", ["changed_by"], {"table_name": "streetlight"}) == {
            "changed_by": ["Bauamt"]}  # fmt: skip


def test_ogr2ogr_upserts_a_row_and_the_log_has_its_old_state(location, tmp_path):
    with open_register(location) as store:
        (made,) = store.insert("streetlight", {"ags": [WEST], "power_w": [70.0],
                                               "geom": [point()]})  # fmt: skip
    frame = geopandas.GeoDataFrame({"uuid": [made], "ags": [WEST], "power_w": [20.0]},
                                   geometry=[shapely.from_wkb(point())], crs=25832)  # fmt: skip
    frame.to_file(tmp_path / "source.gpkg")
    done = subprocess.run(
        ["ogr2ogr", "-upsert", "-nln", "streetlight", location, tmp_path / "source.gpkg"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with open_register(location) as store:
        assert store.read("streetlight", ["uuid", "power_w"]) == {"uuid": [made],
                                                                  "power_w": [20.0]}  # fmt: skip
        logged = store.read("change_log", where={"table_name": "streetlight"})
        assert logged["action"] == ["insert", "update"]
        assert logged["old_state"][1]["power_w"] == 70.0


@pytest.mark.parametrize("statement", [
    "INSERT INTO streetlight (ags) VALUES ('09999999')",
    "UPDATE streetlight SET ags = '09999999'",
    f"DELETE FROM municipality WHERE ags = '{WEST}'",
    f"UPDATE municipality SET ags = '09999999' WHERE ags = '{WEST}'",
    f"INSERT INTO connector (charging_point_uuid, connector_type) VALUES ('{SECOND}', 'CHADEMO')",
])  # fmt: skip
def test_a_client_without_foreign_keys_makes_no_orphans(sql, statement):
    with pytest.raises(sqlite3.IntegrityError, match=r"refers to nothing|still in use"):
        sql(statement)


def test_connectors_go_with_their_station_in_a_client_without_foreign_keys(sql):
    sql(f"INSERT INTO charging_point (uuid, ags) VALUES ('{FIRST}', '{WEST}')")
    sql(f"INSERT INTO connector (charging_point_uuid, connector_type) VALUES ('{FIRST}', "
        "'CHADEMO')")  # fmt: skip
    sql("DELETE FROM charging_point")
    assert sql("SELECT count(*) FROM connector").fetchone() == (0,)
    assert sorted(entry[0] for entry in log(sql)) == ["delete", "delete", "insert", "insert"]
