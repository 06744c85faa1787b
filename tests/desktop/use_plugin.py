"""Runs inside QGIS: the plugin's menu and toolbar, and a register opened with them."""

import os
from pathlib import Path

from hands import picture, wait
from qgis import processing
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QToolBar
from qgis.utils import plugins, reloadPlugin, unloadPlugin

from ile_gis_plugin.project.open_project import register_of


def names(iface):
    # What was deleted "later" is deleted now; a nested event loop would never come to it.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    actions = iface.mainWindow().findChildren(QAction)
    return sorted(a.objectName() for a in actions if a.objectName().startswith("ile_gis_"))


def run(iface):
    window = iface.mainWindow()
    seen = {"actions": names(iface)}
    bar = window.findChild(QToolBar, "ile_gis_toolbar")
    seen["toolbar"] = [a.text() for a in bar.actions()]
    provider = QgsApplication.processingRegistry().providerById("ile")
    seen["algorithms"] = sorted(a.displayName() for a in provider.algorithms())

    register = Path(os.environ["ILE_FOLDER"]) / "reg.gpkg"
    actions = plugins["ile_gis_plugin"]._actions
    seen["opened"] = actions.open_location(str(register), "")
    wait(1500)
    project = QgsProject.instance()
    seen["layers"] = len(project.mapLayers())
    seen["broken"] = [x.name() for x in project.mapLayers().values() if not x.isValid()]
    seen["location"] = register_of(project)
    picture(window, "plugin")
    stations = project.mapLayer("charging_point_cooperation")
    stations.startEditing()
    seen["connectors_follow"] = project.mapLayer("connector_register").isEditable()
    stations.rollBack()
    report = processing.run("ile:compute_shares", {"REGISTER": seen["location"]})
    seen["report"] = "report" in report["REPORT"]

    seen["missing"] = actions.open_location(str(register.with_name("none.gpkg")), "")
    wait(300)
    seen["said"] = iface.messageBar().currentItem().text()

    reloadPlugin("ile_gis_plugin")
    wait(300)
    seen["after_reload"] = names(iface)
    unloadPlugin("ile_gis_plugin")
    wait(300)
    seen["after_unload"] = names(iface)
    seen["docks"] = [d.objectName() for d in window.findChildren(QDockWidget)
                     if d.objectName().startswith("ile_gis")]  # fmt: skip
    seen["provider_gone"] = QgsApplication.processingRegistry().providerById("ile") is None
    return seen
