"""Gives a layer its form: what `forms` derives from the definition, in QGIS."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsVectorLayer,
)

from ..core.definition import REGISTER
from ..core.definition.types import Field, Table
from . import form_rules, forms
from .map_tips import words
from .relations import ChildTable, relation_id
from .sentences import WORDED

_HARD = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
_ANY_BUTTON = "AddChildFeature|DuplicateChildFeature|DeleteChildFeature|SaveChildEdits"
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
    _set_attribute_table(layer, table)
    layer.setDisplayExpression(_display(table, lang))


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
    pages = forms.pages(table, lang)
    said = words(table, lang)
    tabs = [_page(config, layer, page, "" if n else said) for n, page in enumerate(pages)]
    _show_derived(layer, table, lang, tabs, children)
    tabs += [_child_page(config, layer, child, lang) for child in children]
    for tab in tabs:
        config.addTab(tab)
    for field in table.fields:
        index = layer.fields().lookupField(field.name)
        config.setReadOnly(index, forms.is_read_only(table, field))
        config.setLabelOnTop(index, field.multiline)
    layer.setEditFormConfig(config)


def _tab(config: QgsEditFormConfig, title: str) -> QgsAttributeEditorContainer:
    tab = QgsAttributeEditorContainer(title, config.invisibleRootContainer())
    tab.setType(Qgis.AttributeEditorContainerType.Tab)
    return tab


def _page(
    config: QgsEditFormConfig, layer: QgsVectorLayer, page: forms.Page, said: str
) -> QgsAttributeEditorContainer:
    """A tab with its fields; above them what the row `said` in words, if anything."""
    tab = _tab(config, page.title)
    if said:
        tab.addChildElement(_text(tab, f"{page.title} !", said))
    for field in page.fields:
        index = layer.fields().lookupField(field.name)
        tab.addChildElement(QgsAttributeEditorField(field.name, index, tab))
    if page.hints:
        # A field of a GeoPackage carries no comment that QGIS would show as a tooltip.
        hints = "<br>".join(f"<i>{hint}</i>" for hint in page.hints)
        tab.addChildElement(_text(tab, f"{page.title} ?", hints))
    return tab


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
                                  forms.derived_line(derived, lang, shares)))  # fmt: skip


def _child_page(
    config: QgsEditFormConfig, layer: QgsVectorLayer, child: ChildTable, lang: str
) -> QgsAttributeEditorContainer:
    title = REGISTER[child.table].plural[lang]
    tab = _tab(config, title)
    relation = QgsAttributeEditorRelation(relation_id(child, layer), tab)
    relation.setLabel(title)
    relation.setShowLabel(False)
    relation.setRelationWidgetTypeId("relation_editor")
    relation.setRelationEditorConfiguration(
        {"buttons": _ANY_BUTTON if child.editable else "NoButton", "show_first_feature": True}
    )
    tab.addChildElement(relation)
    return tab


def _set_attribute_table(layer: QgsVectorLayer, table: Table) -> None:
    """Hide the keys and what the register keeps itself; who changed a row last stays in sight."""
    shown = ("changed_at", "changed_by")
    hidden = {"fid", *(f.name for f in table.fields if f.system and f.name not in shown)}
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.hidden = column.name in hidden
    config.setColumns(columns)
    layer.setAttributeTableConfig(config)


def _display(table: Table, lang: str) -> str:
    """The expression that names a row: its label where it is a code, else what it has."""
    if table.name in WORDED:
        return WORDED[table.name](lang)
    if "asset_uuid" in table and table.display == "asset_class":
        return "represent_value(\"asset_class\") || ' ' || represent_value(\"asset_uuid\")"
    field = table[table.display]
    if field.domain or field.references:
        return f'represent_value("{field.name}")'
    names = [n for n in (field.name, "address", "asset_no", "uuid") if n in table]
    return "coalesce(" + ", ".join(f'"{n}"' for n in names) + ")"
