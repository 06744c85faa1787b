"""Looks: the QML files in `styles/`, with their legends in the user's language."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsRenderContext,
    QgsRuleBasedRenderer,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ..core.definition import REGISTER
from ..core.errors import InputError
from ..core.messages import catalogue, text
from ..core.resources import resource
from .layers import TABLE_PROPERTY

#: What is left of a colour where a layer is only the ground for another one.
SATURATION, CONTRAST = 0.4, 0.55


def legend_label(table: str, label: str, lang: str) -> str:
    """What a legend entry of a style says.

    `status=projected` in a QML names a field and its code, whose label the definition knows; a
    plain word such as `members` names the sentence `style_members` in `maps.toml` or, for what
    no printed map shows, in `project.toml`. Anything else is a user's own text and stays.
    """
    field, _, code = label.partition("=")
    # Linked assets are drawn by what their project says of them, too.
    for known in (REGISTER[table], REGISTER["project_asset"]):
        if code and field in known and (domain := known[field].domain):
            return domain.label_of(code, lang)
    keys = (f"maps.style_{label}", f"project.style_{label}")
    return next((text(key, lang) for key in keys if key in catalogue()), label)


def apply_style(layer: QgsVectorLayer, style: str, lang: str) -> None:
    """Give a layer the look `styles/<style>.qml`; most tables have one of their own name.

    Raises `InputError` where QGIS can't read the file.
    """
    _load(layer, style)
    table = layer.customProperty(TABLE_PROPERTY) or style
    renderer = layer.renderer().clone()
    if isinstance(renderer, QgsRuleBasedRenderer):
        for rule in renderer.rootRule().descendants():
            rule.setLabel(legend_label(table, rule.label(), lang))
    elif isinstance(renderer, QgsCategorizedSymbolRenderer):
        for index, category in enumerate(renderer.categories()):
            renderer.updateCategoryLabel(index, legend_label(table, category.label(), lang))
    layer.setRenderer(renderer)


def style_renderer(style: str) -> QgsFeatureRenderer:
    """The renderer of `styles/<style>.qml`, with the labels that stand in the file.

    Raises `InputError` where QGIS can't read the file.
    """
    layer = QgsVectorLayer("Point" if style.endswith("point") else "LineString", "", "memory")
    _load(layer, style)
    return layer.renderer().clone()


def _load(layer: QgsVectorLayer, style: str) -> None:
    path = resource(f"styles/{style}.qml")
    reason, loaded = layer.loadNamedStyle(str(path))
    if not loaded:
        raise InputError("maps.style_unreadable", name=path.name, reason=reason)


def mute(layer: QgsVectorLayer) -> None:
    """Draw a layer and its legend in pale greyish colours; widths and dashes stay."""
    renderer = layer.renderer().clone()
    for symbol in renderer.symbols(QgsRenderContext()):
        _mute(symbol)
    layer.setRenderer(renderer)


def _mute(symbol: QgsSymbol) -> None:
    for part in symbol.symbolLayers():
        part.setColor(muted(part.color()))
        part.setStrokeColor(muted(part.strokeColor()))
        if part.subSymbol():
            _mute(part.subSymbol())


def muted(color: QColor) -> QColor:
    """A colour on its way to white, with less of its hue."""
    hue, saturation, lightness, alpha = color.getHslF()
    return QColor.fromHslF(
        max(hue, 0.0), saturation * SATURATION, 1 - (1 - lightness) * CONTRAST, alpha
    )
