"""The project of a register on a server: the same layers with the same features as of a file."""

from __future__ import annotations

import zipfile

import pytest
from qgis.core import QgsProject

from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.copy_register import TASK as COPY
from ile_gis_plugin.core.tasks.task import Silent
from tests.plugin.small_register import NORTH


@pytest.fixture(scope="module")
def on_server(built, postgis, tmp_path_factory):
    """The small register on a server, and its project for one municipality."""
    from ile_gis_plugin.project.build import TASK

    location = postgis.new_location()
    COPY.run({"register": str(built / "reg.gpkg"), "target": location}, Silent())
    project = tmp_path_factory.mktemp("server") / "server.qgz"
    TASK.run({"register": location, "municipality": NORTH, "lang": "de",
              "project": str(project)}, Silent())  # fmt: skip
    return location, project


def layers_of(path):
    """Of each layer its name, and the uuids of its features."""
    project = QgsProject()
    assert project.read(str(path))
    found = {}
    for key, layer in project.mapLayers().items():
        assert layer.isValid(), key
        fields = [f.name() for f in layer.fields()]
        shown = "uuid" if "uuid" in fields else "asset_uuid" if "asset_uuid" in fields else "fid"
        found[key] = layer.name(), sorted(str(f[shown]) for f in layer.getFeatures())
    project.clear()
    return found


def test_every_layer_shows_the_same_as_that_of_the_file(built, on_server):
    assert layers_of(on_server[1]) == layers_of(built / f"reg_{NORTH}.qgz")


def test_the_open_project_tells_which_register_it_shows(on_server):
    from ile_gis_plugin.project.open_project import register_of

    location, path = on_server
    project = QgsProject()
    assert project.read(str(path))
    shown = register_of(project)
    project.clear()
    with open_register(shown, read_only=True) as again, open_register(location) as first:
        assert again.info() == first.info()


def test_no_password_stands_in_the_project(on_server):
    with zipfile.ZipFile(on_server[1]) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".qgs"))
        assert "password" not in archive.read(name).decode()


def test_an_edit_of_a_layer_reaches_the_register(on_server):
    location, path = on_server
    project = QgsProject()
    assert project.read(str(path))
    layer = next(layer for layer in project.mapLayers().values()
                 if layer.name() == "Straßenleuchten" or "light" in layer.id()
                 if not layer.readOnly())  # fmt: skip
    feature = next(layer.getFeatures())
    assert layer.startEditing()
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("remarks"), "geprüft")
    assert layer.commitChanges(), layer.commitErrors()
    uuid = feature["uuid"]
    del layer
    project.clear()
    with open_register(location) as store:
        assert store.read("streetlight", ["remarks"], {"uuid": uuid})["remarks"] == ["geprüft"]


@pytest.mark.parametrize("location", [
    "postgresql://anna@server:5433/ile?schema=ile_gis",
    "postgresql://anna@server/ile?sslmode=verify-full&schema=test",
    "service=ile dbname=other user=anna schema=ile_gis", "service=ile schema=ile_gis",
])  # fmt: skip
def test_a_layers_source_names_the_location_it_was_made_from(qgis_app, location):
    from qgis.core import QgsVectorLayer

    from ile_gis_plugin.project.sources import location_of, source_of, table_of

    source, provider, _ = source_of(location, "path", "\"ags\"='09775118'")
    layer = QgsVectorLayer(source, "x", provider, QgsVectorLayer.LayerOptions(False))
    assert location_of(layer) == location and table_of(layer) == "path"
