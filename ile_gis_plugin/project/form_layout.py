"""Gives a layer its form: what `forms` derives from the definition, in QGIS."""

from __future__ import annotations

from textwrap import wrap

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFieldConstraints,
    QgsOptionalExpression,
    QgsVectorLayer,
)

from ..core.definition import REGISTER
from ..core.definition.types import Field, Kind, Table
from . import form_pages, form_rules, forms
from .map_tips import words
from .project_lines import foot_line, head_line, page_line
from .relations import ChildTable, relation_id
from .row_names import row_name, row_order

_HARD = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
_ANY_BUTTON = "AddChildFeature|DuplicateChildFeature|DeleteChildFeature|SaveChildEdits"
#: Letters in a line: QGIS's labels break none by themselves.
_LINE = 95
#: What never comes along when a row is split or copied, besides what the register keeps itself.
_OWN_TO_EACH = ("asset_no", "light_no", "bnetza_id", "number", "evse_id")


def apply_form(
    layer: QgsVectorLayer,
    table: Table,
    lang: str,
    *,
    ags: str = "",
    children: tuple[ChildTable, ...] = (),
) -> None:
    """Set the layer's form, labels, defaults and rules; `ags` is the home of new rows."""
    for field in table.fields:
        _set_field(layer, table, field, lang, ags)
    _set_layout(layer, table, lang, children)
    _set_attribute_table(layer, table, lang)
    layer.setDisplayExpression(row_name(table, lang))


def _set_field(layer: QgsVectorLayer, table: Table, field: Field, lang: str, ags: str) -> None:
    index = layer.fields().lookupField(field.name)
    layer.setFieldAlias(index, forms.alias(field, lang))
    widget = forms.widget(table, field, lang)
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup(widget.type, widget.config))
    default = forms.default(table, field, ags)
    if default:
        layer.setDefaultValueDefinition(index, QgsDefaultValue(default.expression,
                                                               default.on_update))  # fmt: skip
    constraints = QgsFieldConstraints.Constraint
    if field.required:
        layer.setFieldConstraint(index, constraints.ConstraintNotNull, _HARD)
    if field.unique:
        layer.setFieldConstraint(index, constraints.ConstraintUnique, _HARD)
    rule = form_rules.rule(table, field, lang)
    if rule:
        layer.setConstraintExpression(index, rule.expression, rule.sentence)
        layer.setFieldConstraint(index, constraints.ConstraintExpression, _HARD)
    _set_policies(layer, index, field)


def _set_policies(layer: QgsVectorLayer, index: int, field: Field) -> None:
    """What becomes of the value in the parts of a split feature, and in a copy."""
    split, copy = Qgis.FieldDomainSplitPolicy, Qgis.FieldDuplicatePolicy
    if field.name in _OWN_TO_EACH or field.name == "version":
        layer.setFieldSplitPolicy(index, split.UnsetField)
        layer.setFieldDuplicatePolicy(index, copy.UnsetField)
    elif field.system:
        layer.setFieldSplitPolicy(index, split.DefaultValue)
        layer.setFieldDuplicatePolicy(index, copy.DefaultValue)
    else:
        layer.setFieldSplitPolicy(index, split.Duplicate)
        layer.setFieldDuplicatePolicy(index, copy.Duplicate)


def _set_layout(
    layer: QgsVectorLayer, table: Table, lang: str, children: tuple[ChildTable, ...]
) -> None:
    config = layer.editFormConfig()
    config.clearTabs()
    config.setLayout(Qgis.AttributeFormLayout.DragAndDrop)
    head, foot = words(table, lang) or head_line(table, lang), foot_line(table, lang)
    first, *others = form_pages.pages(table, lang)
    tabs = [_page(config, layer, first, head, foot)]
    tabs += [_page(config, layer, page) for page in others]
    _show_derived(layer, table, lang, tabs, children)
    of_children = [_child_page(config, layer, child, lang) for child in children]
    # A joint project is its children: who wrote it last stands behind them.
    place = len(tabs) - 1 if table.kind is Kind.PROJECT else len(tabs)
    for tab in (*tabs[:place], *of_children, *tabs[place:]):
        config.addTab(tab)
    for field in table.fields:
        index = layer.fields().lookupField(field.name)
        config.setReadOnly(index, forms.is_read_only(table, field))
        config.setLabelOnTop(index, field.multiline)
    layer.setEditFormConfig(config)


def _tab(
    config: QgsEditFormConfig, title: str, where: str = ""
) -> QgsAttributeEditorContainer:  # fmt: skip
    tab = QgsAttributeEditorContainer(title, config.invisibleRootContainer())
    tab.setType(Qgis.AttributeEditorContainerType.Tab)
    _show_where(tab, where)
    return tab


def _show_where(container: QgsAttributeEditorContainer, where: str) -> None:
    if where:
        container.setVisibilityExpression(QgsOptionalExpression(QgsExpression(where)))


def _page(
    config: QgsEditFormConfig, layer: QgsVectorLayer, page: form_pages.Page, head: str = "",
    foot: str = "",
) -> QgsAttributeEditorContainer:  # fmt: skip
    """A tab with its fields; above and below them what the row says in words, if anything."""
    tab = _tab(config, page.title)
    if head:
        tab.addChildElement(_text(tab, f"{page.title} !", head))
    for part in page.parts:
        _add_part(tab, layer, part)
    if foot:
        tab.addChildElement(_text(tab, f"{page.title} =", foot))
    if page.hints:
        # A field of a GeoPackage carries no comment that QGIS would show as a tooltip.
        lines = [line for hint in page.hints for line in wrap(hint, _LINE)]
        tab.addChildElement(_text(tab, f"{page.title} ?", f"<i>{'<br>'.join(lines)}</i>"))
    return tab


def _add_part(
    tab: QgsAttributeEditorContainer, layer: QgsVectorLayer, part: form_pages.Part
) -> None:  # fmt: skip
    """Fields of a tab; those that are not always seen stand in a box or a row of their own."""
    place, kinds = tab, Qgis.AttributeEditorContainerType
    if part.where:
        place = QgsAttributeEditorContainer(part.title or part.fields[0].name, tab)
        place.setType(kinds.GroupBox if part.title else kinds.Row)
        place.setShowLabel(bool(part.title))
        _show_where(place, part.where)
        tab.addChildElement(place)
    for field in part.fields:
        index = layer.fields().lookupField(field.name)
        place.addChildElement(QgsAttributeEditorField(field.name, index, place))


def _text(
    tab: QgsAttributeEditorContainer, name: str, words: str
) -> QgsAttributeEditorTextElement:  # fmt: skip
    element = QgsAttributeEditorTextElement(name, tab)
    element.setText(words)
    element.setShowLabel(False)
    return element


def _show_derived(
    layer: QgsVectorLayer, table: Table, lang: str, tabs: list[QgsAttributeEditorContainer],
    children: tuple[ChildTable, ...],
) -> None:  # fmt: skip
    """Derived values stand below the fields of the class, where there is such a page."""
    shares = next((relation_id(c, layer) for c in children if c.table == "asset_share"), "")
    titled = {tab.name(): tab for tab in tabs}
    tab = titled.get(REGISTER.tab("class").label[lang], tabs[0])
    for derived in table.derived:
        tab.addChildElement(_text(tab, derived.label[lang],
                                  form_pages.derived_line(derived, lang, shares)))  # fmt: skip


def _child_page(
    config: QgsEditFormConfig, layer: QgsVectorLayer, child: ChildTable, lang: str
) -> QgsAttributeEditorContainer:
    title = form_pages.child_title(child.table, lang)
    tab = _tab(config, title, form_pages.child_where(child.table))
    if said := page_line(child.table, lang):
        tab.addChildElement(_text(tab, f"{title} =", said))
    relation = QgsAttributeEditorRelation(relation_id(child, layer), tab)
    relation.setLabel(title)
    relation.setShowLabel(False)
    relation.setRelationWidgetTypeId("relation_editor")
    relation.setRelationEditorConfiguration(
        {"buttons": _ANY_BUTTON if child.editable else "NoButton", "show_first_feature": True}
    )
    tab.addChildElement(relation)
    return tab


def _set_attribute_table(layer: QgsVectorLayer, table: Table, lang: str) -> None:
    """Hide the keys and what the register keeps itself; who changed a row last stays in sight."""
    shown = ("changed_at", "changed_by")
    kept = {f.name for f in table.fields if f.system and f.name not in shown}
    hidden = {"fid", *kept, *form_pages.NOT_SHOWN.get(table.name, ())}
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.hidden = column.name in hidden
    config.setColumns(columns)
    config.setSortExpression(row_order(table, lang))
    layer.setAttributeTableConfig(config)
