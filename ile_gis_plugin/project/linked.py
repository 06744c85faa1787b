"""The assets of joint projects: to look at, by phase or by project, told apart by role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qgis.core import (
    Qgis,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRuleBasedRenderer,
    QgsSymbol,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

from ..core.definition import REGISTER
from ..core.definition.types import Geometry, Table
from ..core.messages import text
from .expressions import quoted
from .layers import TABLE_PROPERTY
from .styling import legend_label, style_renderer

#: The labels' font, as in the other styles; points; millimetres.
_FONT, _LABEL_SIZE, _BUFFER_SIZE = "Open Sans", 8, 0.8
#: One label for each project and municipality: a hundred lights need not say it a hundred times.
_NUMBER = (
    'CASE WHEN @id = minimum(@id, group_by:="project_uuid" || coalesce("ags", \'\')) '
    'THEN "project_number" END'
)
#: Colours of projects, dark and light in turn so that neighbours differ in grey, too.
COLORS = ("#5b3a8c", "#e69f00", "#0b5a75", "#56b4e9", "#8c2d04", "#7fbf7b", "#222222", "#cc79a7")
_OTHER = "#8a8a8a"
#: On smaller maps the edges of a village's lights would run into one.
_EDGES_FROM = 40_000
_BY_SCALE = (
    '(CASE WHEN "phase" IS NULL OR @map_scale <= 15000 THEN 1 WHEN @map_scale <= 40000 THEN 0.75 '
    "WHEN @map_scale <= 80000 THEN 0.55 ELSE 0.45 END)"
)


def linked_table(table: Table) -> Table:
    """What the view of a table's linked assets holds: the project first, nothing to be edited."""
    project, link = REGISTER["joint_project"], REGISTER["project_asset"]
    told = (
        replace(project["number"], name="project_number"),
        replace(project["title"], name="project_title"),
        project["phase"],
        link["role"],
    )
    fields = tuple(replace(f, required=False, unique=False) for f in (*told, *table.fields))
    return replace(table, fields=fields, unique=(), checks=())


def project_names(projects: QgsVectorLayer) -> list[tuple[str, str]]:
    """Number and title of each joint project, by number."""
    return sorted((f["number"], f["title"]) for f in projects.getFeatures())


def add_styles(layer: QgsVectorLayer, names: Sequence[tuple[str, str]], lang: str) -> None:
    """Give a layer of linked assets two styles to choose from; the first one is by phase.

    What a style keeps besides the look, such as the form, is that which the layer has now.

    Args:
        names: number and title of each project that gets a colour of its own.
    """
    table = REGISTER[layer.customProperty(TABLE_PROPERTY)]
    kind = "line" if table.geometry is Geometry.LINE else "point"
    manager = layer.styleManager()
    by_phase = text("forms.style_by_phase", lang)
    manager.renameStyle(manager.currentStyle(), by_phase)
    layer.setRenderer(_by_phase(kind, lang))
    layer.setLabeling(_labels(kind))
    layer.setLabelsEnabled(False)
    by_project = text("forms.style_by_project", lang)
    manager.addStyleFromLayer(by_project)
    manager.setCurrentStyle(by_project)
    layer.setRenderer(_by_project(kind, names, lang))
    layer.setLabelsEnabled(True)
    manager.setCurrentStyle(by_phase)


def _by_phase(kind: str, lang: str) -> QgsRuleBasedRenderer:
    """The phases as they look on the printed maps."""
    phases = style_renderer(f"map_phase_{kind}").categories()
    domain = REGISTER["joint_project"]["phase"].domain
    looks = [
        (f'"phase" = {quoted(c.value())}', domain.label_of(c.value(), lang), c.symbol().clone())
        for c in phases
    ]
    return _with_roles(kind, looks, lang)


def _by_project(
    kind: str, names: Sequence[tuple[str, str]], lang: str
) -> QgsRuleBasedRenderer:  # fmt: skip
    # A copy: a symbol goes with its category.
    plain = next(c.symbol().clone() for c in style_renderer(f"map_phase_{kind}").categories()
                 if c.value() == "resolved")  # fmt: skip
    looks = [
        (f'"project_number" = {quoted(number)}', f"{number} {title}",
         _coloured(plain, COLORS[place % len(COLORS)]))
        for place, (number, title) in enumerate(names)
    ]  # fmt: skip
    # Projects that came after the project file was made.
    known = ", ".join(quoted(number) for number, _ in names)
    others = f'"project_number" NOT IN ({known})' if names else "true"
    looks.append((others, text("forms.other_projects", lang), _coloured(plain, _OTHER)))
    return _with_roles(kind, looks, lang)


def _coloured(symbol: QgsSymbol, color: str) -> QgsSymbol:
    """A copy whose uppermost layer has another colour; the white one below stays."""
    made = symbol.clone()
    made.symbolLayer(made.symbolLayerCount() - 1).setColor(QColor(color))
    return made


def _with_roles(
    kind: str, looks: Iterable[tuple[str, str, QgsSymbol]], lang: str
) -> QgsRuleBasedRenderer:  # fmt: skip
    """Rules for all looks (condition, label, symbol), drawn upon an edge that tells the role."""
    renderer = style_renderer(f"project_{kind}")
    root = renderer.rootRule()
    for rule in root.children():
        role = legend_label("project_asset", rule.label(), lang)
        rule.setLabel(text("forms.role_edge", lang, role=role))
        _follow_scale(rule.symbol())
        if kind == "point":
            rule.setMinimumScale(_EDGES_FROM)
    for place, (condition, label, symbol) in enumerate(looks):
        for layer in range(symbol.symbolLayerCount()):
            symbol.symbolLayer(layer).setRenderingPass(layer + 1)
        _follow_scale(symbol)
        rule = QgsRuleBasedRenderer.Rule(symbol, filterExp=condition, label=label)
        root.insertChild(place, rule)
    renderer.setUsingSymbolLevels(True)
    return renderer


def _follow_scale(symbol: QgsSymbol) -> None:
    """Let a symbol be smaller on maps of a whole region; the legend shows it as it is."""
    if symbol.type() == Qgis.SymbolType.Line:
        widths = QgsProperty.fromExpression(f"{symbol.width()} * {_BY_SCALE}")
        symbol.setDataDefinedWidth(widths)
    else:
        sizes = QgsProperty.fromExpression(f"{symbol.size()} * {_BY_SCALE}")
        symbol.setDataDefinedSize(sizes)


def _labels(kind: str) -> QgsVectorLayerSimpleLabeling:
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(_BUFFER_SIZE)
    words = QgsTextFormat()
    words.setFont(QFont(_FONT))
    words.setSize(_LABEL_SIZE)
    words.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName, settings.isExpression = _NUMBER, True
    settings.setFormat(words)
    places = Qgis.LabelPlacement
    settings.placement = places.Horizontal if kind == "line" else places.OrderedPositionsAroundPoint
    return QgsVectorLayerSimpleLabeling(settings)
