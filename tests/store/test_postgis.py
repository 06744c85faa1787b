"""The register on a server, whatever client writes to it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid

import geopandas
import pytest
import shapely

from ile_gis_plugin.core.errors import ConstraintError, RegisterError
from ile_gis_plugin.core.stores import create_register, open_register
from ile_gis_plugin.core.stores.postgis.location import Location
from tests.postgis_server import ADMINISTRATOR, programs
from tests.support import EAST, ROOT, WEST, line, point


@pytest.fixture
def kind() -> str:
    """Here it is about PostgreSQL."""
    return "postgis"


INSERT = f"INSERT INTO small.streetlight (ags, light_no) VALUES ('{WEST}', '7') RETURNING uuid"


def log(store, *columns):
    return store.read("change_log", columns, {"table_name": "streetlight"})


# -- any client


def with_psycopg(location, row):
    import psycopg2

    columns = ", ".join(row)
    with psycopg2.connect(Location.of(location).dsn) as opened, opened.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO small.streetlight (geom, {columns}) VALUES "
            f"(ST_SetSRID(%s::bytea::geometry, 25832){', %s' * len(row)})",
            (point(), *row.values()))  # fmt: skip


def with_psql(location, row):
    columns, values = ", ".join(row), ", ".join(f"'{v}'" for v in row.values())
    done = subprocess.run(
        [programs() / "psql", "--quiet", "-v", "ON_ERROR_STOP=1", Location.of(location).dsn, "-c",
         (f"INSERT INTO small.streetlight (geom, {columns}) VALUES ("
          f"ST_SetSRID(ST_MakePoint(600100, 5340100), 25832), {values})")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise OSError(done.stderr)


def with_copy(location, row):
    import io

    import psycopg2

    words = "\t".join((point().hex(), *row.values()))
    with psycopg2.connect(Location.of(location).dsn) as opened, opened.cursor() as cursor:
        cursor.copy_expert(f"COPY small.streetlight (geom, {', '.join(row)}) FROM STDIN",
                           io.StringIO(words))  # fmt: skip


def with_ogr2ogr(location, row, tmp_path):
    source = tmp_path / "source.geojson"
    geopandas.GeoDataFrame([row], geometry=[shapely.from_wkb(point())], crs=25832).to_file(source)
    done = subprocess.run(
        ["ogr2ogr", "-append", "-nln", "small.streetlight", "-a_srs", "EPSG:25832",
         f"PG:{Location.of(location).dsn}", source],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or "failed" in done.stderr:
        raise OSError(done.stderr)


def in_qgis(location, edit, row=None):
    """Run an edit of the streetlights in a QGIS of its own, and commit."""
    import json
    import textwrap

    script = """
import json, sys
from qgis.core import (QgsApplication, QgsDataSourceUri, QgsGeometry, QgsPointXY, QgsVectorLayer,
                       QgsVectorLayerUtils)
app = QgsApplication([], False); app.initQgis()
host, port = sys.argv[1].split(":")
uri = QgsDataSourceUri(); uri.setConnection(host, port, "postgres", "ile_test", "")
uri.setDataSource("small", "streetlight", "geom", "", "fid")
layer = QgsVectorLayer(uri.uri(False), "x", "postgres")
row = {layer.fields().lookupField(k): v for k, v in json.loads(sys.argv[2]).items()}
layer.startEditing()
EDIT
done, errors = layer.commitChanges(), layer.commitErrors()
del layer, feature; app.exitQgis()
if not done: sys.exit(str(errors))
""".replace("EDIT", textwrap.dedent(edit))
    server = Location.of(location).dsn.partition("@")[2].partition("/")[0]
    done = subprocess.run(
        [sys.executable, "-c", script, server, json.dumps(row or {})],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    if done.returncode:
        raise OSError(done.stderr)


def with_qgis(location, row):
    in_qgis(location, """
        geometry = QgsGeometry.fromPointXY(QgsPointXY(600100, 5340100))
        feature = QgsVectorLayerUtils.createFeature(layer, geometry, row)
        layer.addFeature(feature)
    """, row)


CLIENTS = [with_psycopg, with_psql, with_copy, with_ogr2ogr, with_qgis]


@pytest.fixture(params=CLIENTS, ids=lambda f: f.__name__)
def write(request, location, tmp_path):
    more = (tmp_path,) if request.param is with_ogr2ogr else ()
    return lambda row: request.param(location, row, *more)


def test_a_row_from_any_client_is_completed_and_logged(location, write):
    write({"ags": WEST, "light_no": "7"})
    with open_register(location) as store:
        row = store.read("streetlight")
        assert row["light_no"] == ["7"] and row["geom"] == [point()]
        assert uuid.UUID(row["uuid"][0]) and row["version"] == [1]
        assert row["created_at"][0].endswith("Z") and row["changed_by"] == [ADMINISTRATOR]
        assert (row["status"], row["visibility"]) == (["functional"], ["public"])
        assert log(store, "action", "row_uuid") == {"action": ["insert"], "row_uuid": row["uuid"]}
        assert log(store, "changed_by") == {"changed_by": [ADMINISTRATOR]}


def test_a_code_that_no_list_holds_is_refused_from_any_client(location, write):
    import psycopg2

    with pytest.raises((OSError, psycopg2.Error)) as refused:
        write({"ags": WEST, "light_no": "8", "lamp_type": "candle"})
    assert "lamp_type_domain" in str(refused.value)
    with open_register(location) as store:
        assert store.count("streetlight") == 0


def test_a_qgis_commit_of_geometry_and_attributes_is_one_change(location):
    with open_register(location) as store:
        store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
    in_qgis(location, """
        feature = next(layer.getFeatures())
        layer.changeGeometry(feature.id(), QgsGeometry.fromPointXY(QgsPointXY(600200, 5340100)))
        for name, value in (("power_w", 20), ("changed_by", "Anna")):
            layer.changeAttributeValue(feature.id(), layer.fields().lookupField(name), value)
    """)
    with open_register(location) as store:
        assert log(store, "action", "changed_by", "geometry_changed") == {
            "action": ["insert", "update"], "changed_by": [ADMINISTRATOR, "Anna"],
            "geometry_changed": [False, True]}  # fmt: skip
        assert store.read("streetlight", ["version", "changed_by"]) == {
            "version": [2], "changed_by": ["Anna"]}  # fmt: skip
        assert store.read("change_log", ["old_geometry"])["old_geometry"][-1] == point()


# -- who


def test_a_client_that_signs_its_write_is_named_else_its_account(location, sql):
    sql(INSERT)
    sql("UPDATE small.streetlight SET power_w = 20, changed_by = 'Anna'")
    # The name stays as it was; that the write sets it is what counts.
    sql("UPDATE small.streetlight SET power_w = 30, changed_by = 'Anna'")
    sql("UPDATE small.streetlight SET power_w = 40")
    with open_register(location) as store:
        assert log(store, "changed_by")["changed_by"] == [ADMINISTRATOR, "Anna", "Anna",
                                                          ADMINISTRATOR]  # fmt: skip
        assert store.read("streetlight", ["version"])["version"] == [4]


def test_a_session_may_name_who_writes_and_why(location, sql):
    sql("SET ile_gis.changed_by = 'Bauhof'")
    sql("SET ile_gis.reason = 'Sturm'")
    sql(INSERT)
    sql("DELETE FROM small.streetlight")
    with open_register(location) as store:
        assert log(store, "changed_by", "reason") == {"changed_by": ["Bauhof"] * 2,
                                                      "reason": ["Sturm"] * 2}  # fmt: skip


def test_an_upsert_is_an_insert_or_an_update(location, sql):
    upsert = (
        "INSERT INTO small.streetlight (ags, asset_no, power_w) VALUES (%s, '1', %s) "
        "ON CONFLICT (ags, asset_no) DO UPDATE SET power_w = excluded.power_w"
    )
    sql(upsert, WEST, 70)
    sql(upsert, WEST, 20)
    with open_register(location) as store:
        assert log(store, "action")["action"] == ["insert", "update"]
        assert store.read("streetlight", ["version", "power_w"]) == {"version": [2],
                                                                     "power_w": [20.0]}  # fmt: skip


# -- what is refused, and in which words


@pytest.mark.parametrize(("statement", "words"), [
    ("UPDATE small.streetlight SET uuid = '8ab57bc9-d222-429d-88b3-cd2de1b694d0'", "never changes"),
    ("TRUNCATE small.streetlight CASCADE", "evades the change log"),
    (f"DELETE FROM small.municipality WHERE ags = '{WEST}'", "streetlight"),
    (f"UPDATE small.municipality SET ags = '09999999' WHERE ags = '{WEST}'", "streetlight"),
    ("UPDATE small.streetlight SET ags = '09999999'", "ags_reference"),
    ("UPDATE small.streetlight SET power_w = 'NaN'", "power_w_range"),
    ("UPDATE small.streetlight SET created_at = 'infinity'", "created_at_date"),
    (("INSERT INTO small.project_asset (project_uuid, asset_class, asset_uuid) "
      "VALUES ('x', 'path', 'y')"), "no such asset"),
])  # fmt: skip
def test_the_server_refuses_and_says_why(location, sql, statement, words):
    import psycopg2

    sql(INSERT)
    with pytest.raises(psycopg2.Error, match=words):
        sql(statement)
    with open_register(location) as store:
        assert log(store, "action")["action"] == ["insert"]


def test_errors_of_the_server_are_those_of_a_file(location):
    with open_register(location) as store:
        store.insert("streetlight", {"ags": [WEST], "asset_no": ["1"]})
        for rows, key in (
            ({"ags": [None]}, "errors.value_missing"),
            ({"ags": [WEST], "asset_no": ["1"]}, "errors.value_taken"),
            ({"ags": ["09999999"]}, "errors.reference_missing"),
            ({"ags": [WEST], "power_w": [-1]}, "errors.value_refused"),
            ({"ags": [WEST], "power_w": ["viel"]}, "errors.value_refused"),
            ({"ags": [WEST], "light_no": ["a\0b"]}, "errors.value_refused"),
            ({"ags": [WEST], "geom": [b"no geometry"]}, "errors.geometry_refused"),
            ({"ags": [WEST], "power_w": [1], "power_reduced_w": [2]}, "errors.row_check"),
        ):
            with pytest.raises(ConstraintError) as refused:
                store.insert("streetlight", rows)
            assert refused.value.key == key
            assert "Straßenleuchte" in refused.value.text("de") or key.endswith("missing")
        assert store.count("streetlight") == 1


def test_functions_of_the_clients_own_are_never_called(location, sql, postgis):
    """A search path that begins with a client's schema catches no name of the register's."""
    sql("CREATE SCHEMA IF NOT EXISTS trap")
    for function, result in (("lower(text)", "text"), ("now()", "timestamptz"),
                             ("coalesce_trap(text)", "text"),
                             ("st_asbinary(public.geometry, text)", "bytea")):  # fmt: skip
        sql(f"CREATE OR REPLACE FUNCTION trap.{function} RETURNS {result} LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'caught'; END $$")  # fmt: skip
    sql("CREATE TABLE IF NOT EXISTS trap.change_log (LIKE small.change_log)")
    sql("SET search_path = trap, small, public, pg_catalog")
    sql(INSERT)
    sql("UPDATE small.streetlight SET power_w = 20")
    sql("DELETE FROM small.streetlight")
    with open_register(location) as store:
        assert log(store, "action")["action"] == ["insert", "update", "delete"]
    assert sql("SELECT count(*) FROM trap.change_log") == [(0,)]
    sql("DROP SCHEMA trap CASCADE")


# -- making and opening


def test_a_register_that_can_not_be_filled_is_not_made(postgis):
    location = postgis.new_location()

    def fill(store):
        store.insert("municipality", {"ags": [WEST], "name": ["West"]})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_register(location, fill=fill)
    with pytest.raises(RegisterError) as refused:
        open_register(location)
    assert refused.value.key == "postgis.no_register"


def test_a_schema_with_anything_else_is_left_alone(postgis):
    location = postgis.new_location()
    schema = Location.of(location).schema
    postgis.sql(f"CREATE SCHEMA {schema}")
    postgis.sql(f"CREATE TABLE {schema}.mine (a int)")
    with pytest.raises(RegisterError) as refused:
        create_register(location, overwrite=True)
    assert refused.value.key == "postgis.schema_taken"
    assert postgis.sql(f"SELECT count(*) FROM {schema}.mine") == [(0,)]
    postgis.sql(f"DROP TABLE {schema}.mine")
    create_register(location).close()  # an empty schema will do


def test_a_register_of_a_newer_version_is_not_opened(location, sql):
    change = "UPDATE small.register_info SET value = %s WHERE key = 'schema_version'"
    (before,) = sql("SELECT value FROM small.register_info WHERE key = 'schema_version'")
    sql(change, "99")
    try:
        with pytest.raises(RegisterError) as refused:
            open_register(location)
        assert refused.value.key == "errors.register_too_new"
    finally:
        sql(change, before[0])


def test_derived_values_and_linked_assets_stand_in_views(location, sql):
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
        (project,) = store.insert("joint_project", {"number": ["P-1"], "title": ["Weg"],
                                                    "lead_ags": [WEST]})  # fmt: skip
        store.insert("project_asset", {"project_uuid": [project], "asset_class": ["path"],
                                       "asset_uuid": [path]})  # fmt: skip
    assert sql("SELECT uuid, length_m FROM small.path_derived") == [(path, 99.75)]
    assert sql("SELECT afir_category FROM small.connector_derived ORDER BY fid") == [
        ("fast_dc",), ("medium_ac",)]  # fmt: skip
    assert sql("SELECT uuid, project_number, role FROM small.linked_path") == [
        (path, "P-1", "new")]  # fmt: skip


def test_a_field_carries_its_label_in_both_languages(sql, location):
    said = sql("SELECT col_description('small.path'::regclass, attnum) FROM pg_attribute "
               "WHERE attrelid = 'small.path'::regclass AND attname = 'width_m'")  # fmt: skip
    assert said == [("Breite / Width [m]",)]


def test_nobody_but_the_owner_has_a_right_by_being_there(location, sql):
    granted = sql("SELECT count(*) FROM information_schema.role_table_grants "
                  "WHERE table_schema = 'small' AND grantee <> %s", ADMINISTRATOR)  # fmt: skip
    assert granted == [(0,)]
    assert sql("SELECT count(*) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace "
               "WHERE nspname = 'small' AND has_function_privilege('pg_monitor', p.oid, "
               "'EXECUTE')") == [(0,)]  # fmt: skip
