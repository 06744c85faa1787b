"""Runs inside QGIS: a station and its connector, with mouse and keyboard, before any is saved."""

from hands import (
    LEFT,
    accept,
    choose,
    dialogs,
    is_a,
    new_dialog,
    open_tab,
    picture,
    type_into,
    wait,
)
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QToolButton, QWidget

from ile_gis_plugin.project.editing import keep_children_with_parents


def add_connector(station, seen):
    relation = next(w for w in station.findChildren(QWidget)
                    if is_a(w, "QgsRelationEditorWidget") and w.isVisible())  # fmt: skip
    button = relation.findChild(QToolButton, "mAddFeatureButton")
    seen["can_add"] = button.isEnabled()
    before = dialogs()

    def fill():
        try:
            form = new_dialog(before)
            seen["types"] = choose(form, "connector_type", "Typ 2")
            type_into(form, "power_kw", "22,5")
            choose(form, "power_type", "AC dreiphasig")
            picture(form, "connector_form")
            accept(form)
        except Exception as error:  # the form is modal: nobody else would hear of it
            seen["error"] = repr(error)
            for form in dialogs():
                form.reject()

    QTimer.singleShot(300, fill)
    QTest.mouseClick(button, LEFT)
    wait(500)


def run(iface):
    seen = {}
    project = QgsProject.instance()
    keep_children_with_parents(project)
    stations = project.mapLayer("charging_point_09999101")
    connectors = project.mapLayer("connector_register")
    iface.setActiveLayer(stations)
    iface.actionToggleEditing().trigger()
    seen["children_edited"] = connectors.isEditable()
    iface.actionAddFeature().trigger()
    wait(300)
    viewport = iface.mapCanvas().viewport()
    before = dialogs()
    QTest.mouseMove(viewport, QPoint(300, 300))
    QTest.mouseClick(viewport, LEFT, pos=QPoint(300, 300))
    station = new_dialog(before)
    station.resize(820, 640)
    type_into(station, "name", "Bahnhof")
    picture(station, "new_station")
    open_tab(station, "Anschlüsse")
    add_connector(station, seen)
    picture(station, "station_with_connector")
    accept(station)
    seen["added"] = [len(stations.editBuffer().addedFeatures()),
                     len(connectors.editBuffer().addedFeatures())]  # fmt: skip
    iface.setActiveLayer(stations)
    iface.actionSaveActiveLayerEdits().trigger()
    wait(500)
    seen["errors"] = [*stations.commitErrors(), *connectors.commitErrors()]
    seen["unsaved"] = [stations.isModified(), connectors.isModified()]
    iface.actionToggleEditing().trigger()
    wait(300)
    # A form shows derived values as they were when it was opened.
    saved = next(f for f in connectors.getFeatures() if f["power_kw"] == 22.5)
    before = dialogs()
    iface.openFeatureForm(connectors, saved, False, False)
    form = new_dialog(before)
    labels = [w.text() for w in form.findChildren(QLabel)]
    seen["afir"] = [t for t in labels if t.startswith("AFIR")]
    form.reject()
    seen["still_edited"] = [stations.isEditable(), connectors.isEditable()]
    return seen
