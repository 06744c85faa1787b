"""The legend of a sheet: what its map shows and nothing else, as large as its box allows."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import (
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsLayerTreeModelLegendNode,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsLayoutUtils,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsMapLayerLegendUtils,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSizeF

#: Steps by which a text or a legend may shrink before it would be cut off.
SHRINK = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52)
#: The space between a legend's lines, as multiples of the template's.
AIR = (1.6, 1.3, 1.0)

_PARTS = (
    QgsLegendStyle.Style.Title,
    QgsLegendStyle.Style.Group,
    QgsLegendStyle.Style.Subgroup,
    QgsLegendStyle.Style.Symbol,
    QgsLegendStyle.Style.SymbolLabel,
)
_RULE_KEY = QgsLayerTreeModelLegendNode.LegendNodeRoles.RuleKeyRole


def shown_keys(layer: QgsVectorLayer, extent: QgsRectangle, scale: float) -> set[str]:
    """The legend keys of what a layer draws within an extent at a scale.

    A renderer is asked once for each combination of the attributes that it looks at: features
    are many and their combinations few.
    """
    context = QgsRenderContext()
    context.setExtent(extent)
    context.setRendererScale(scale)
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context.expressionContext().appendScopes(scopes)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    fields = layer.fields()
    used = sorted({fields.indexOf(name) for name in renderer.usedAttributes(context)} - {-1})
    request = QgsFeatureRequest(extent).setSubsetOfAttributes(used)
    request.setFlags(QgsFeatureRequest.Flag.ExactIntersect)
    kinds: set[tuple[str, ...]] = set()
    keys: set[str] = set()
    for feature in layer.getFeatures(request):
        kind = tuple(str(feature.attribute(at)) for at in used)
        if kind not in kinds:
            kinds.add(kind)
            context.expressionContext().setFeature(feature)
            keys |= set(renderer.legendKeysForFeature(feature, context))
    renderer.stopRender(context)
    return keys


class Legend:
    """A legend that is filled anew for each sheet; it remembers how the template looked."""

    def __init__(self, item: QgsLayoutItemLegend, map_item: QgsLayoutItemMap) -> None:
        self._item, self._map = item, map_item
        self._box = item.rect().size()
        self._symbol_height = item.symbolHeight()
        self._columns = item.columnCount()
        self._sizes = {part: item.style(part).textFormat().size() for part in _PARTS}
        top = QgsLegendStyle.Side.Top
        self._margins = {part: item.style(part).margin(top) for part in _PARTS}

    def fill(self, title: str, layers: Iterable[QgsVectorLayer]) -> None:
        """Explain what the map shows of these layers."""
        item = self._item
        item.setAutoUpdateModel(False)
        item.setLegendFilterByMapEnabled(False)
        item.setLinkedMap(self._map)
        item.setTitle(title)
        root = item.model().rootGroup()
        root.removeAllChildren()
        for layer in layers:
            keys = shown_keys(layer, self._map.extent(), self._map.scale())
            if not keys:
                continue
            node = root.addLayer(layer)
            entries = item.model().layerOriginalLegendNodes(node)
            shown = [n for n, entry in enumerate(entries)
                     if len(entries) == 1 or entry.data(_RULE_KEY) in keys]  # fmt: skip
            QgsMapLayerLegendUtils.setLegendNodeOrder(node, shown)
            item.model().refreshLayerLegend(node)
        self._fit()

    def _fit(self) -> None:
        """The largest letters, then the fewest columns, then the most air that fit the box."""
        box = self._box
        for factor in SHRINK:
            for columns in range(self._columns, self._columns + 3):
                for air in AIR:
                    self._set(factor, columns, air)
                    needed = self._needed()
                    # A little less than the box: the exporter breaks letters more coarsely.
                    if (needed.width() <= 0.97 * box.width()
                            and needed.height() <= 0.99 * box.height()):  # fmt: skip
                        self._item.setResizeToContents(False)
                        self._item.attemptResize(QgsLayoutSize(box.width(), box.height()))
                        self._item.update()
                        return

    def _set(self, factor: float, columns: int, air: float) -> None:
        item = self._item
        item.setColumnCount(columns)
        item.setSymbolHeight(self._symbol_height * factor)
        for part in _PARTS:
            style = item.style(part)
            text_format = style.textFormat()
            text_format.setSize(self._sizes[part] * factor)
            style.setTextFormat(text_format)
            style.setMargin(QgsLegendStyle.Side.Top, self._margins[part] * factor * air)
            item.setStyle(part, style)

    def _needed(self) -> QSizeF:
        context = QgsLayoutUtils.createRenderContextForLayout(self._item.layout(), None)
        context.setExpressionContext(self._item.createExpressionContext())
        renderer = QgsLegendRenderer(self._item.model(), self._item.legendSettings())
        return renderer.minimumSize(context)
