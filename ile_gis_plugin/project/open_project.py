"""What the project that is open in QGIS tells: which register it shows, and whose it is."""

from __future__ import annotations

from collections.abc import Collection

from qgis.core import QgsProject, QgsVectorLayer

from .layer_ids import MUNICIPALITY_VARIABLE
from .layers import TABLE_PROPERTY
from .sources import location_of, table_of


def register_of(project: QgsProject) -> str:
    """The location of the register that a project shows; empty where it shows none."""
    layer = next(
        (layer for layer in project.mapLayers().values()
         if isinstance(layer, QgsVectorLayer) and table_of(layer) == "municipality"), None,
    )  # fmt: skip
    return location_of(layer) if layer else ""


def municipality_of(project: QgsProject) -> str:
    """The AGS of the municipality that a project was built for; empty for the whole cooperation."""
    return str(project.customVariables().get(MUNICIPALITY_VARIABLE) or "")


def layers_of(project: QgsProject, tables: Collection[str]) -> list[QgsVectorLayer]:
    """The layers of a project that show one of these tables of the register."""
    return [
        layer for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and layer.customProperty(TABLE_PROPERTY) in tables
    ]  # fmt: skip


def unsaved_layer(project: QgsProject, tables: Collection[str]) -> QgsVectorLayer | None:
    """A layer of these tables with edits that are not saved yet, if there is one."""
    return next((layer for layer in layers_of(project, tables) if layer.isModified()), None)


def show_again(project: QgsProject, tables: Collection[str]) -> None:
    """Let the layers show what somebody else has written into these tables."""
    for layer in layers_of(project, tables):
        if not layer.isEditable():
            layer.dataProvider().dataChanged.emit()  # open attribute tables listen to it
        layer.triggerRepaint()
