"""What a form shows for each field, derived from the definition. Knows QGIS's words, not QGIS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..core.definition import REGISTER
from ..core.definition.types import Field, Kind, Table, Type
from ..core.messages import text
from . import costs
from .expressions import quoted
from .form_rules import codes_by_parent
from .layer_ids import ASSET_LIST, layer_id
from .row_names import row_name

#: QGIS's mark for "no value" in a value map (QgsValueMapFieldFormatter.NULL_VALUE).
NO_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
_USER = "coalesce(nullif(@user_full_name, ''), @user_account_name)"
#: Changed with every edit: the register's change log takes the name from the write that sets them.
_ON_UPDATE = {"changed_at": "now()", "changed_by": _USER}
_ON_INSERT = {"uuid": "uuid('WithoutBraces')", "created_at": "now()", "created_by": _USER}
#: A new asset without a municipality's layer around it belongs where it lies.
_HOME_BY_POSITION = (
    f"array_first(overlay_intersects('{layer_id('municipality')}', "
    '"ags", "is_member", limit:=1))'
)

#: What people fill in where the rest was found by the rules or the matching of borders.
_BY_HAND = {"finding": ("state", "reason", "decided_by"), "border_proposal": ()}
#: Codes that only a run of the rules may set, and a mix of mixes.
_NOT_CHOSEN = {("finding", "state"): ("fixed",), ("key_part", "share_key"): ("mixed",)}
_DECIDED_AT = "CASE WHEN \"state\" = 'accepted' THEN coalesce(\"decided_at\", now()) END"


@dataclass(frozen=True)
class Widget:
    """QGIS's name of an editor widget, and its settings."""

    type: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Default:
    """The expression of a default value; `on_update` sets it anew with each edit."""

    expression: str
    on_update: bool = False


def alias(field: Field, lang: str) -> str:
    """The label of a field, with its unit; QGIS shows times as they are stored, in UTC."""
    label = field.label[lang]
    unit = "UTC" if field.type is Type.DATETIME else field.unit
    return f"{label} [{unit}]" if unit else label


def is_read_only(table: Table, field: Field) -> bool:
    """Whether people may look at a field only."""
    by_hand = _BY_HAND.get(table.name)
    found = by_hand is not None and field.name not in by_hand
    computed = (table.name, field.name) == ("cost_item", "net_amount")
    return found or computed or field.system or table.frozen or table.kind is Kind.DERIVED


# --- widgets -----------------------------------------------------------------------------------


def widget(table: Table, field: Field, lang: str) -> Widget:
    """The widget of a field.

    The reason of an exception is one line: into an empty text of several lines QGIS writes NULL,
    and what is typed comes behind it.
    """
    if field.domain and table.controlling(field):
        return _dependent_codes(table, field, lang)
    if field.domain:
        return _codes(table, field, lang)
    if field.references and field.references.table in _LISTED:
        return _row_of(table, field, lang)
    if table.name == "finding" and field.multiline:
        return Widget("TextEdit", {"IsMultiline": False, "UseHtml": False})
    if field.name == "asset_uuid":
        return _asset(table, lang)
    if (table.name, field.name) == ("resolution", "split_version"):
        return _version(lang)
    if table.kind is Kind.DERIVED and field.type is Type.REAL:
        return _decimals(field, 4 if field.maximum == 1 else 2)  # nobody types in it
    return _WIDGETS[field.type](field, lang)


def _codes(table: Table, field: Field, lang: str) -> Widget:
    left_out = _NOT_CHOSEN.get((table.name, field.name), ())
    choices = [{c.label[lang]: c.code} for c in field.domain.codes if c.code not in left_out]
    if not field.required:
        choices.insert(0, {text("project.no_value", lang): NO_VALUE})
    return Widget("ValueMap", {"map": choices})


def _dependent_codes(table: Table, field: Field, lang: str) -> Widget:
    """A choice that offers only what fits the code of the field that it depends on."""
    chosen = f"current_value({quoted(table.controlling(field).name)})"
    fitting = " OR ".join(
        f"({chosen} = {quoted(parent)} AND \"code\" IN ({', '.join(map(quoted, codes))}))"
        for parent, codes in codes_by_parent(table, field).items()
    )
    of_list = f'"list" = {quoted(field.domain.name)}'
    return Widget("ValueRelation", {
        "Layer": layer_id("code"), "LayerName": REGISTER["code"].plural[lang], "Key": "code",
        "Value": f"label_{lang}", "AllowNull": not field.required,
        "OrderByKey": False, "OrderByValue": True,
        "FilterExpression": f"{of_list} AND ({fitting})",
    })  # fmt: skip


#: Tables with few rows, one of which a field points to: they are chosen from a list.
_LISTED = ("municipality", "funding_programme", "joint_project")


def _row_of(table: Table, field: Field, lang: str) -> Widget:
    target = REGISTER[field.references.table]
    members = table.kind is Kind.ASSET and field.name == "ags"
    return Widget("ValueRelation", {
        "Layer": layer_id(target.name), "LayerName": target.plural[lang],
        "Key": field.references.column, "Value": target.display,
        "AllowNull": not field.required, "OrderByKey": False, "OrderByValue": True,
        "FilterExpression": '"is_member"' if members else "",
    })  # fmt: skip


def _asset(table: Table, lang: str) -> Widget:
    """An asset by its number and name, found by typing, among those of the chosen class."""
    return Widget("ValueRelation", {
        "Layer": layer_id(ASSET_LIST), "LayerName": text("project.asset_list", lang),
        "Key": "asset_uuid", "Value": "label", "AllowNull": False, "UseCompleter": True,
        "CompleterMatchFlags": 1, "OrderByKey": False, "OrderByValue": True,
        "FilterExpression": "\"asset_class\" = current_value('asset_class')",
    })  # fmt: skip


def _version(lang: str) -> Widget:
    """One of the versions that the register keeps of the project's cost split."""
    return Widget("ValueRelation", {
        "Layer": layer_id("cost_split"), "LayerName": REGISTER["cost_split"].plural[lang],
        "Key": "split_version", "Value": "split_version", "AllowNull": True,
        "Description": row_name(REGISTER["cost_split"], lang),
        "OrderByKey": True, "OrderByValue": False,
        "FilterExpression": "\"project_uuid\" = current_value('project_uuid')",
    })  # fmt: skip


def _line(field: Field, lang: str) -> Widget:
    return Widget("TextEdit", {"IsMultiline": field.multiline, "UseHtml": False})


def _integer(field: Field, lang: str) -> Widget:
    """A spin box; the register refuses what lies outside, so it never bends a stored value."""
    config = {"Style": "SpinBox", "Step": 1, "AllowNull": True, "Precision": 0}
    config["Min"] = -(2**31) + 1 if field.minimum is None else int(field.minimum)
    config["Max"] = 2**31 - 1 if field.maximum is None else int(field.maximum)
    return Widget("Range", config)


def _decimals(field: Field, places: int) -> Widget:
    return Widget("Range", {
        "Style": "SpinBox", "AllowNull": True, "Precision": places, "Step": 1,
        "Min": -1e12 if field.minimum is None else field.minimum,
        "Max": 1e12 if field.maximum is None else field.maximum,
    })  # fmt: skip


def _money(field: Field, lang: str) -> Widget:
    """A spin box: the register holds whole cents, so there is nothing that it could round away."""
    return _decimals(field, 2)


def _truth(field: Field, lang: str) -> Widget:
    unknown = not field.required and field.default is None
    return Widget("CheckBox", {"AllowNullState": unknown, "TextDisplayMethod": 0})


def _date(field: Field, lang: str) -> Widget:
    shown = "dd.MM.yyyy" if lang == "de" else "yyyy-MM-dd"
    if field.type is Type.DATETIME:
        shown += " HH:mm"
    return Widget("DateTime", {
        "allow_null": True, "calendar_popup": True, "display_format": shown,
        "field_format": "yyyy-MM-dd" if field.type is Type.DATE else "yyyy-MM-ddTHH:mm:ss",
        "field_iso_format": False, "field_format_overwrite": False,
    })  # fmt: skip


_WIDGETS = {
    Type.TEXT: _line,
    Type.INTEGER: _integer,
    # No spin box: it rounds what it shows to its own precision, and saving the form would store
    # that. The line takes the decimal sign of the language; the rule below keeps the range.
    Type.REAL: _line,
    Type.MONEY: _money,
    Type.BOOLEAN: _truth,
    Type.DATE: _date,
    Type.DATETIME: _date,
    Type.JSON: lambda field, lang: Widget("TextEdit", {"IsMultiline": True, "UseHtml": False}),
    Type.BLOB: lambda field, lang: Widget("Hidden"),
}


# --- defaults ----------------------------------------------------------------------------------

#: What a form works out of the other fields and rows.
_COMPUTED = {
    ("cost_item", "net_amount"): Default(costs.net_amount(), on_update=True),
    ("key_part", "percent"): Default(costs.rest("key_part", "percent")),
    ("instalment", "percent"): Default(costs.rest("instalment", "percent")),
    ("instalment", "budget_year"): Default(costs.next_year()),
}

def default(table: Table, field: Field, ags: str = "") -> Default | None:
    """What a new row starts with; `ags` is the municipality whose layer the form belongs to."""
    if field.name in _ON_UPDATE and field.system:
        return Default(_ON_UPDATE[field.name], on_update=True)
    if field.name in _ON_INSERT and field.system:
        return Default(_ON_INSERT[field.name])
    if table.name == "finding" and field.name == "decided_at":
        return Default(_DECIDED_AT, on_update=True)
    if table.kind is Kind.ASSET and field.name == "ags":
        return Default(quoted(ags) if ags else _HOME_BY_POSITION)
    if table.name == "joint_project" and field.name == "lead_ags" and ags:
        return Default(quoted(ags))
    if (table.name, field.name) in _COMPUTED:
        return _COMPUTED[table.name, field.name]
    return None if field.default is None else Default(_literal(field.default))


def _literal(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else repr(value)
