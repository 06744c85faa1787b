"""Whatever client writes a row: it gets uuid, dates and a log entry, and keeps the constraints."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap

import geopandas
import pyogrio
import pytest
import shapely

from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.stores.geopackage.geometry import register_functions, to_blob
from tests.support import ROOT, WEST, point


@pytest.fixture
def kind() -> str:
    """Here it is about clients that write into a file."""
    return "geopackage"

GOOD = {"ags": WEST, "light_no": "7"}
BAD = {"ags": WEST, "light_no": "8", "lamp_type": "candle"}


def with_sqlite3(location, row):
    connection = sqlite3.connect(location)
    register_functions(connection)
    columns = ", ".join(row)
    with connection:
        connection.execute(
            f"INSERT INTO streetlight (geom, {columns}) VALUES (?{', ?' * len(row)})",
            (to_blob(point(), 25832), *row.values()),
        )
    connection.close()


def with_pyogrio(location, row):
    frame = geopandas.GeoDataFrame([row], geometry=[shapely.from_wkb(point())], crs=25832)
    pyogrio.write_dataframe(frame, location, layer="streetlight", append=True)


def with_ogr2ogr(location, row):
    source = location.with_name("source.geojson")
    frame = geopandas.GeoDataFrame([row], geometry=[shapely.from_wkb(point())], crs=25832)
    frame.to_file(source)
    done = subprocess.run(
        ["ogr2ogr", "-append", "-nln", "streetlight", "-a_srs", "EPSG:25832", location, source],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or "failed" in done.stderr:
        raise OSError(done.stderr)


def in_qgis(location, edit, row=None):
    """Run an edit of the streetlights in a QGIS of its own, and commit.

    QGIS's GDAL and that of the venv must not hold one file at a time.
    """
    script = """
import json, sys
from qgis.core import (QgsApplication, QgsGeometry, QgsPointXY, QgsVectorLayer,
                       QgsVectorLayerUtils)
app = QgsApplication([], False); app.initQgis()
layer = QgsVectorLayer(sys.argv[1] + "|layername=streetlight", "x", "ogr")
row = {layer.fields().lookupField(k): v for k, v in json.loads(sys.argv[2]).items()}
layer.startEditing()
EDIT
done, errors = layer.commitChanges(), layer.commitErrors()
del layer, feature; app.exitQgis()
if not done: sys.exit(str(errors))
""".replace("EDIT", textwrap.dedent(edit))
    done = subprocess.run(
        [sys.executable, "-c", script, str(location), json.dumps(row or {})],
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


CLIENTS = [with_sqlite3, with_pyogrio, with_ogr2ogr, with_qgis]


@pytest.mark.parametrize("write", CLIENTS)
def test_a_row_from_any_client_is_completed_and_logged(location, write):
    write(location, GOOD)
    with open_register(location) as store:
        row = store.read("streetlight")
        assert row["light_no"] == ["7"]
        assert len(row["uuid"][0]) == 36 and row["version"] == [1]
        assert row["created_at"][0].endswith("Z") and row["changed_at"][0].endswith("Z")
        assert (row["status"], row["visibility"]) == (["functional"], ["public"])
        assert row["geom"] == [point()]
        log = store.read("change_log", where={"table_name": "streetlight"})
        assert (log["action"], log["row_uuid"]) == (["insert"], row["uuid"])


@pytest.mark.parametrize("write", CLIENTS)
def test_a_code_that_no_list_holds_is_refused_from_any_client(location, write):
    with pytest.raises((OSError, sqlite3.Error, RuntimeError, ValueError)):
        write(location, BAD)
    with open_register(location) as store:
        assert store.count("streetlight") == 0


@pytest.mark.parametrize("write", CLIENTS)
def test_the_spatial_index_follows_each_client(location, write):
    write(location, GOOD)
    connection = sqlite3.connect(location)
    (found,) = connection.execute("SELECT minx FROM rtree_streetlight_geom").fetchone()
    connection.close()
    assert found == pytest.approx(600100, abs=0.1)


def test_a_client_that_signs_its_write_is_named_and_one_that_does_not_is_not(location):
    with_sqlite3(location, GOOD)
    connection = sqlite3.connect(location)
    register_functions(connection)
    with connection:
        connection.execute("UPDATE streetlight SET power_w = 20, changed_by = 'Anna'")
    with connection:
        # The name stays as it was; that the write sets it is what counts.
        connection.execute("UPDATE streetlight SET power_w = 30, changed_by = 'Anna'")
    with connection:
        connection.execute("UPDATE streetlight SET power_w = 40")
    connection.close()
    with open_register(location) as store:
        log = store.read("change_log", ["changed_by"], {"action": "update"})
        assert log["changed_by"] == ["Anna", "Anna", None]
        assert store.read("streetlight", ["changed_by"]) == {"changed_by": [None]}
        assert store.count("change_context") == 0


def test_both_halves_of_a_qgis_commit_carry_the_name(location):
    """QGIS writes attributes and geometry in two UPDATEs, of which one is signed."""
    with_sqlite3(location, GOOD)
    in_qgis(location, """
        feature = next(layer.getFeatures())
        layer.changeGeometry(feature.id(), QgsGeometry.fromPointXY(QgsPointXY(600200, 5340100)))
        for name, value in (("power_w", 20), ("changed_by", "Anna"),
                            ("changed_at", "2026-01-01T00:00:00Z")):
            layer.changeAttributeValue(feature.id(), layer.fields().lookupField(name), value)
    """)
    with open_register(location) as store:
        log = store.read("change_log", where={"action": "update"})
        assert log["changed_by"] == ["Anna"] * len(log["changed_by"])
        assert sorted(log["geometry_changed"]) == [False, True]
        assert store.read("streetlight", ["changed_by", "power_w"]) == {
            "changed_by": ["Anna"], "power_w": [20.0]}  # fmt: skip


def test_recursive_triggers_do_not_double_the_log(location):
    with_sqlite3(location, GOOD)
    connection = sqlite3.connect(location)
    register_functions(connection)
    with connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("UPDATE streetlight SET power_w = 20")
    connection.close()
    with open_register(location) as store:
        assert store.count("change_log", {"action": "update"}) == 1
