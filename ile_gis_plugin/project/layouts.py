"""Fills a layout template: scale, legend, scale bar, texts that fit their boxes.

A template is any layout with a map whose item id is `map`. What else it has is used: a map
`overview`, a legend `legend`, a scale bar `scalebar`, labels with the variables `@ile_…`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsExpressionContextUtils,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutUtils,
    QgsMapLayer,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsRenderContext,
    QgsTextRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSizeF
from qgis.PyQt.QtXml import QDomDocument

from ..core.errors import InputError
from .legends import SHRINK, Legend
from .tables import Content, tables_of

#: The usual scales of German site plans and topographic maps, the largest first.
SCALES = (
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 150_000, 200_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
)  # fmt: skip
#: From this width of its box on, a scale bar has segments of 20 mm.
WIDE_SCALEBAR_MM = 70
#: Between a box on the map and the map's frame, in mm.
INSET_MM = 2.0
#: Paper that stays free between a territory and the map's frame, in mm.
MARGIN_MM = 2.0
#: Ground around the members on the overview map, as a part of their extent.
OVERVIEW_MARGIN = 0.05


def usual_scale(width_m: float, height_m: float, width_mm: float, height_mm: float) -> int:
    """The largest usual scale at which a territory fits a frame; its denominator."""
    needed = 1000 * max(width_m / width_mm, height_m / height_mm)
    return next((scale for scale in SCALES if scale >= needed), SCALES[-1])


def load_template(project: QgsProject, path: Path) -> QgsPrintLayout:
    """The layout of a template file. Raises `InputError` where it is none, or has no map."""
    document = QDomDocument()
    layout = QgsPrintLayout(project)
    document.setContent(_content(path))  # its answer differs between Qt 5 and 6
    if not document.documentElement().isNull():
        _items, loaded = layout.loadFromTemplate(document, QgsReadWriteContext())
        if loaded and isinstance(layout.itemById("map"), QgsLayoutItemMap):
            return layout
    raise InputError("maps.template_unusable", template=path.name)


def template_map_size(path: Path) -> tuple[float, float]:
    """Width and height in mm of a template's map, without loading the template.

    Raises `InputError` as `load_template` does.
    """
    document = QDomDocument()
    document.setContent(_content(path))
    items = document.documentElement().elementsByTagName("LayoutItem")
    for n in range(items.count()):
        item = items.at(n).toElement()
        if item.attribute("id") == "map":
            width, height, unit = item.attribute("size").split(",")
            if unit == "mm":
                return float(width), float(height)
    raise InputError("maps.template_unusable", template=path.name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("errors.file_failed", location=str(path),
                         reason=error.strerror) from error  # fmt: skip


class Arrangement:
    """One layout that is filled anew for each sheet; it remembers how the template looked."""

    def __init__(self, layout: QgsPrintLayout) -> None:
        self.layout = layout
        self.map: QgsLayoutItemMap = layout.itemById("map")
        self.overview = self._item("overview", QgsLayoutItemMap)
        legend = self._item("legend", QgsLayoutItemLegend)
        self.legend = Legend(legend, self.map) if legend else None
        self.scalebar = self._item("scalebar", QgsLayoutItemScaleBar)
        if self.scalebar:
            self._scalebar_width = self.scalebar.rect().width()
        self.tables = tables_of(layout)
        labels = [i for i in layout.items() if isinstance(i, QgsLayoutItemLabel)]
        self._labels = [(label, label.textFormat().size()) for label in labels]

    def _item(self, name: str, kind: type):
        item = self.layout.itemById(name)
        return item if isinstance(item, kind) else None

    def show(self, name: str, visible: bool) -> None:
        """Show or hide an item, where the template has it."""
        item = self.layout.itemById(name)
        if item is not None:
            item.setVisibility(visible)

    def fill_texts(self, texts: Mapping[str, str]) -> None:
        """Give the labels their texts, as large as the template has them or as large as fits."""
        QgsExpressionContextUtils.setLayoutVariables(
            self.layout, {f"ile_{name}": value for name, value in texts.items()}
        )
        context = QgsLayoutUtils.createRenderContextForLayout(self.layout, None)
        for label, size in self._labels:
            label.refresh()
            _fit_label(label, size, context)

    def fit_map(self, extent: QgsRectangle) -> int:
        """Centre the map on a territory at the largest usual scale; its denominator."""
        size = self.map.rect().size()
        width, height = size.width() - 2 * MARGIN_MM, size.height() - 2 * MARGIN_MM
        scale = usual_scale(extent.width(), extent.height(), width, height)
        self.centre_map(extent.center(), scale)
        return scale

    def centre_map(self, centre: QgsPointXY, scale: int) -> None:
        """Show the ground around a point at a scale."""
        size, metres = self.map.rect().size(), scale / 1000
        self.map.setExtent(QgsRectangle.fromCenterAndSize(
            centre, size.width() * metres, size.height() * metres))  # fmt: skip
        self._fit_scalebar(scale)

    def keep_clear(self, names: Iterable[str], hidden: Callable[[QgsRectangle], float]) -> None:
        """Move boxes that lie on the map into the corners where they hide least.

        `hidden` tells how much a box on the ground would hide.
        """
        frame = self.map.sceneBoundingRect()
        taken = [i.sceneBoundingRect() for i in self.layout.items()
                 if i.isVisible() and i is not self.map and isinstance(i, QgsLayoutItem)
                 and i.id() not in names
                 and frame.adjusted(1, 1, -1, -1).contains(i.sceneBoundingRect())]  # fmt: skip
        extent = self.map.extent()
        metres = extent.width() / self.map.rect().width()
        for name in names:
            item = self.layout.itemById(name)
            if item is None or not item.isVisible():
                continue
            if not frame.contains(item.sceneBoundingRect()):
                continue
            best = None
            for place in _corners(frame, item.sceneBoundingRect().size()):
                if any(place.intersects(other) for other in taken):
                    continue
                left = extent.xMinimum() + (place.left() - frame.left()) * metres
                top = extent.yMaximum() - (place.top() - frame.top()) * metres
                ground = QgsRectangle(left, top - place.height() * metres,
                                      left + place.width() * metres, top)  # fmt: skip
                much = hidden(ground)
                if best is None or much < best[0]:
                    best = (much, place)
            if best is not None:
                item.attemptMove(QgsLayoutPoint(best[1].left(), best[1].top()))
                taken.append(best[1])
        self._block_labels((*names, "north"))

    def _block_labels(self, names: Iterable[str]) -> None:
        """Let no name on the map lie under these boxes."""
        for item in filter(None, map(self.layout.itemById, names)):
            self.map.removeLabelBlockingItem(item)
            if item.isVisible():
                self.map.addLabelBlockingItem(item)

    def try_places(self, per_cm2: float) -> None:
        """How many places on a square centimetre of paper are tried for a territory's name."""
        settings = self.layout.project().labelingEngineSettings()
        settings.setMaximumPolygonCandidatesPerCmSquared(per_cm2)
        self.layout.project().setLabelingEngineSettings(settings)

    def fit_overview(self, extent: QgsRectangle) -> None:
        if not self.overview:
            return
        # A name that the frame would cut is left out.
        partial = QgsLayoutItemMap.MapItemFlag.ShowPartialLabels
        self.overview.setMapFlags(self.overview.mapFlags() & ~partial)
        margin = OVERVIEW_MARGIN * max(extent.width(), extent.height())
        self.overview.zoomToExtent(extent.buffered(margin))

    def fill_legend(self, title: str, layers: Iterable[QgsVectorLayer]) -> None:
        if self.legend:
            self.legend.fill(title, layers)

    def fill_table(self, name: str, content: Content) -> None:
        """Fill a table, where the template has it; see `tables.Table`."""
        if name in self.tables:
            self.tables[name].fill(content)

    def _fit_scalebar(self, scale: int) -> None:
        if not self.scalebar:
            return
        self.scalebar.setLinkedMap(self.map)
        # Segments of 20 or 10 mm: a round length at each of the usual scales.
        metres = scale / (50 if self._scalebar_width >= WIDE_SCALEBAR_MM else 100)
        kilometres = metres >= 1000
        self.scalebar.setUnits(Qgis.DistanceUnit.Kilometers if kilometres
                               else Qgis.DistanceUnit.Meters)  # fmt: skip
        self.scalebar.setUnitLabel("km" if kilometres else "m")
        self.scalebar.setUnitsPerSegment(metres / 1000 if kilometres else metres)
        self.scalebar.update()

    def set_layers(self, main: list[QgsMapLayer], small: list[QgsMapLayer]) -> None:
        for item, layers in ((self.map, main), (self.overview, small)):
            if item:
                item.setFollowVisibilityPreset(False)
                item.setKeepLayerSet(True)
                item.setLayers(layers)



def _corners(frame: QRectF, size: QSizeF) -> list[QRectF]:
    """Places for a box along the upper and lower edge of a frame, the corners first."""
    x = (frame.left() + INSET_MM, frame.right() - INSET_MM - size.width())
    y = (frame.top() + INSET_MM, frame.bottom() - INSET_MM - size.height())
    places = [QRectF(left, top, size.width(), size.height()) for top in y for left in x]
    inner = [x[0] + (x[1] - x[0]) * step / 8 for step in range(1, 8)]
    return places + [QRectF(left, top, size.width(), size.height()) for top in y for left in inner]


def _fit_label(label: QgsLayoutItemLabel, size: float, context: QgsRenderContext) -> None:
    """Shrink a text until all its lines, broken at the box's width, fit the box."""
    pixels = context.scaleFactor()  # per mm
    box = label.rect()
    # A little less than the box: the exporter breaks lines more coarsely.
    width = 0.97 * (box.width() - 2 * label.marginX()) * pixels
    height = (box.height() - 2 * label.marginY()) * pixels
    lines = label.currentText().split("\n")
    words = [word for line in lines for word in line.split()]
    for factor in SHRINK:
        text_format = label.textFormat()
        text_format.setSize(size * factor)
        label.setTextFormat(text_format)
        wrapped: list[str] = []
        for line in lines:
            wrapped += QgsTextRenderer.wrappedText(context, line, width, text_format)
        widths = [QgsTextRenderer.textWidth(context, text_format, [word]) for word in words]
        if (QgsTextRenderer.textHeight(context, text_format, wrapped) <= height * 1.02
                and max(widths, default=0.0) <= width):  # fmt: skip
            break
    label.update()
