"""Child tables enter and leave editing together with their parents, and nothing gets lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.plugin.small_register import EAST, NORTH, NORTHING, SOUTH

ONE, STAFF = f"reg_{NORTH}.qgz", "reg.qgz"


class Council:
    """The stations and connectors of an open project, and what the user was asked and told."""

    def __init__(self, project, part):
        from ile_gis_plugin.project.editing import keep_children_with_parents

        self.project = project
        self.stations = project.mapLayer(f"charging_point_{part}")
        self.connectors = project.mapLayer("connector_register")
        self.answer, self.asked, self.told = None, [], []
        keep_children_with_parents(project, self.ask, self.told.append)

    def ask(self, child):
        self.asked.append(child.id())
        return self.answer

    def add(self, layer, wkt="", **values):
        from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsGeometry
        from qgis.core import QgsVectorLayerUtils as Utils

        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        fields = layer.fields()
        given = {fields.lookupField(name): value for name, value in values.items()}
        geometry = QgsGeometry.fromWkt(wkt) if wkt else QgsGeometry()
        feature = Utils.createFeature(layer, geometry, given, context)
        assert layer.addFeature(feature)
        return feature["uuid"]

    def add_station(self, stations=None):
        return self.add(stations or self.stations, f"POINT({EAST + 50} {NORTHING + 50})")

    def add_connector(self, station):
        return self.add(self.connectors, charging_point_uuid=station, connector_type="CHADEMO")

    def stored(self):
        """How many connectors the file holds."""
        path = self.connectors.source().split("|")[0]
        with closing(sqlite3.connect(path)) as file:
            return file.execute("SELECT count(*) FROM connector").fetchone()[0]


@pytest.fixture
def council(open_project):
    return Council(open_project(ONE), NORTH)


def test_connectors_are_edited_as_long_as_their_stations(council):
    council.stations.startEditing()
    assert council.connectors.isEditable()
    council.stations.commitChanges()
    assert not council.connectors.isEditable()


def test_paths_have_no_children_to_edit(council):
    council.project.mapLayer(f"path_{NORTH}").startEditing()
    assert not council.connectors.isEditable()


def test_a_new_station_is_saved_with_its_connector_in_one_go(council):
    council.stations.startEditing()
    council.add_connector(council.add_station())
    assert council.stations.commitChanges(), council.stations.commitErrors()
    assert not council.connectors.isEditable() and not council.told
    assert council.stored() == 2


def test_saving_in_between_keeps_both_in_editing(council):
    council.stations.startEditing()
    council.add_connector(council.add_station())
    council.stations.commitChanges(False)
    assert council.stations.isEditable() and council.connectors.isEditable()
    assert not council.connectors.isModified()


def test_discarding_a_station_discards_its_connector(council):
    council.stations.startEditing()
    council.add_connector(council.add_station())
    council.stations.rollBack()
    assert not council.connectors.isEditable()
    assert council.stored() == 1


@pytest.mark.parametrize(("answer", "stored"), [(True, 2), (False, 1)])
def test_a_connector_alone_is_saved_only_if_the_user_says_so(council, answer, stored):
    council.answer = answer
    council.stations.startEditing()
    council.add_connector(next(council.stations.getFeatures())["uuid"])
    council.stations.rollBack()  # what QGIS does where the stations have no changes
    assert council.asked == ["connector_register"]
    assert not council.connectors.isEditable()
    assert council.stored() == stored


def test_without_an_answer_the_connector_stays_unsaved_and_the_user_is_told(council):
    council.stations.startEditing()
    council.add_connector(next(council.stations.getFeatures())["uuid"])
    council.stations.rollBack()
    assert council.connectors.isModified()
    assert [m.key for m in council.told] == ["project.children_unsaved"]
    council.connectors.rollBack()


def test_a_refused_connector_is_kept_and_the_reason_is_told(council):
    council.stations.startEditing()
    council.add(council.connectors, charging_point_uuid=council.add_station(),
                connector_type="no such plug")  # fmt: skip
    assert council.stations.commitChanges()
    assert council.connectors.isModified()
    assert [m.key for m in council.told] == ["project.not_saved"]
    assert "Anschlüsse" in council.told[0].text("de")
    council.connectors.rollBack()


def test_deleting_a_station_deletes_its_connectors(council):
    from qgis.core import QgsVectorLayer

    council.stations.startEditing()
    station = next(council.stations.getFeatures())
    context = QgsVectorLayer.DeleteContext(True, council.project)
    assert council.stations.deleteFeature(station.id(), context)
    assert council.stations.commitChanges(), council.stations.commitErrors()
    assert not council.told
    assert council.stored() == 0


def test_stations_edited_in_two_layers_are_saved_together(open_project):
    council = Council(open_project(STAFF), NORTH)
    others = council.project.mapLayer(f"charging_point_{SOUTH}")
    council.stations.startEditing()
    others.startEditing()
    council.add_connector(council.add_station())
    council.add_connector(council.add_station(others))
    assert council.stations.commitChanges()
    assert not council.told and council.connectors.isEditable()
    assert council.stored() == 3
    assert others.commitChanges()
    assert not council.connectors.isEditable()


def test_discarding_one_of_two_layers_takes_only_its_connectors_along(open_project):
    council = Council(open_project(STAFF), NORTH)
    others = council.project.mapLayer(f"charging_point_{SOUTH}")
    council.stations.startEditing()
    others.startEditing()
    council.add_connector(council.add_station())
    kept = council.add_connector(council.add_station(others))
    council.stations.rollBack()
    assert others.commitChanges(), others.commitErrors()
    assert not council.told
    assert kept in {f["uuid"] for f in council.connectors.getFeatures()}
    assert council.stored() == 2


def test_read_only_children_are_left_alone(open_project):
    council = Council(open_project(ONE), NORTH)
    council.connectors.setReadOnly(True)
    council.stations.startEditing()
    assert not council.connectors.isEditable()


def test_a_taken_number_is_told_in_words_and_not_in_those_of_the_database(council, qgis_app):
    from ile_gis_plugin.project.refusals import Refusals

    told = []
    Refusals(told.append).listen(council.project)
    lights = council.project.mapLayer(f"streetlight_{NORTH}")
    lights.startEditing()
    council.add(lights, f"POINT({EAST + 50} {NORTHING + 4050})", asset_no="1")
    assert not lights.commitChanges()
    assert "UNIQUE constraint failed" in "".join(lights.commitErrors())
    qgis_app.processEvents()
    (said,) = [what.text("de") for what in told]
    assert "der Wert im Feld „Objektnummer“ ist schon vergeben" in said
    assert "constraint" not in said and "Sie sind noch da" in said
    lights.rollBack()


def test_a_save_that_succeeds_is_not_commented(council, qgis_app):
    from ile_gis_plugin.project.refusals import Refusals

    told = []
    Refusals(told.append).listen(council.project)
    lights = council.project.mapLayer(f"streetlight_{NORTH}")
    lights.startEditing()
    council.add(lights, f"POINT({EAST + 50} {NORTHING + 4050})", asset_no="77")
    assert lights.commitChanges(), lights.commitErrors()
    qgis_app.processEvents()
    assert told == []
