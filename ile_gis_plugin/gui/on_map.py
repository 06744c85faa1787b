"""Shows places, assets and proposed lines on the map."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgisInterface, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ..core.definition import CRS
from ..project.layer_ids import WHOLE, layer_id
from .proposal_list import Shapes

#: What is, and what is proposed: they differ in width and dashes, too, for those who see no red.
NOW, PROPOSED = QColor(215, 25, 28, 170), QColor(20, 120, 60)
_FLASHES, _FLASH_MS = 4, 300


class OnMap:
    """The map of the window, for the lists of the panel."""

    def __init__(self, iface: QgisInterface) -> None:
        self._iface = iface
        self._canvas = iface.mapCanvas()
        self._bands: list[QgsRubberBand] = []
        self._selected = ""

    def go_to(self, place: tuple[float, float], around_m: float) -> None:
        """Show what lies around a place, given in the register's coordinates."""
        x, y = place
        box = QgsRectangle(x - around_m, y - around_m, x + around_m, y + around_m)
        transform = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem.fromEpsgId(CRS),
            self._canvas.mapSettings().destinationCrs(), QgsProject.instance(),
        )  # fmt: skip
        self._canvas.setExtent(transform.transformBoundingBox(box))
        self._canvas.refresh()

    def point_out(self, table: str, uuids: Sequence[str], ags: str) -> None:
        """Select rows in their layer, the municipality's own if it has one, and let them flash."""
        self._deselect()
        layer, keys = self._rows(table, uuids, ags)
        if layer is None:
            return
        layer.selectByIds(keys)
        self._selected = layer.id()
        if layer.isSpatial():
            self._canvas.flashFeatureIds(layer, keys, flashes=_FLASHES, duration=_FLASH_MS)

    def open_form(self, table: str, uuids: Sequence[str], ags: str) -> bool:
        """Open the form of the first of some rows; whether there is one."""
        layer, keys = self._rows(table, uuids, ags)
        if layer is None or not keys:
            return False
        return self._iface.openFeatureForm(layer, layer.getFeature(keys[0]), False, False)

    def preview(self, shapes: Shapes) -> None:
        """Draw the assets of a proposal as they are and, above them, as they would be."""
        self.clear()
        self._deselect()
        now = [geometry for wkb in shapes.now if (geometry := _of_wkb(wkb))]
        self._draw(now, NOW, 8, Qt.PenStyle.SolidLine)
        proposed = [QgsGeometry.fromWkt(wkt) for wkt in shapes.proposed]
        self._draw(proposed, PROPOSED, 3, Qt.PenStyle.DashLine)

    def clear(self) -> None:
        """Take the preview away."""
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []

    def _deselect(self) -> None:
        """What was pointed out before is of no interest any more."""
        layer = QgsProject.instance().mapLayer(self._selected)
        if layer is not None:
            layer.removeSelection()
        self._selected = ""

    def _draw(
        self, geometries: list[QgsGeometry], color: QColor, width: int, style: Qt.PenStyle
    ) -> None:  # fmt: skip
        crs = QgsCoordinateReferenceSystem.fromEpsgId(CRS)
        for kind in dict.fromkeys(geometry.type() for geometry in geometries):
            band = QgsRubberBand(self._canvas, kind)
            band.setColor(color)
            band.setFillColor(QColor(0, 0, 0, 0))
            band.setWidth(width)
            band.setLineStyle(style)
            if kind == Qgis.GeometryType.Point:
                band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
                band.setIconSize(16)
                band.setWidth(3)
            for geometry in geometries:
                if geometry.type() == kind:
                    band.addGeometry(geometry, crs)
            self._bands.append(band)

    def _rows(
        self, table: str, uuids: Sequence[str], ags: str
    ) -> tuple[QgsVectorLayer | None, list[int]]:
        """The layer that shows rows, and their keys in it."""
        project = QgsProject.instance()
        quoted = ", ".join(map(QgsExpression.quotedString, uuids))
        request = QgsFeatureRequest().setFilterExpression(f'"uuid" IN ({quoted})')
        request.setFlags(Qgis.FeatureRequestFlag.NoGeometry).setNoAttributes()
        for key in (layer_id(table, ags), layer_id(table, WHOLE), layer_id(table)):
            layer = project.mapLayer(key)
            if isinstance(layer, QgsVectorLayer):
                keys = [feature.id() for feature in layer.getFeatures(request)]
                if keys:
                    return layer, keys
        return None, []


def _of_wkb(wkb: bytes) -> QgsGeometry | None:
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    return None if geometry.isNull() else geometry
