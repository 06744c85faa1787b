"""What the map shows of an object under the pointer: its name, and the few facts of its class."""

from __future__ import annotations

from ..core.definition import REGISTER
from ..core.definition.types import Field, Kind, Table
from ..core.messages import text
from .expressions import quoted
from .layer_ids import WHOLE, layer_id
from .sentences import WORDED, title_expression

#: What people ask for first, in this order; a field that is empty leaves no line.
_FACTS = {
    "path": ("asset_no", "legal_class", "surface", "width_m", "status"),
    "utility_line": ("asset_no", "network_type", "sub_type", "material", "dn_mm", "status"),
    "streetlight": ("asset_no", "lamp_type", "power_w", "light_point_height_m", "status"),
    "charging_point": ("asset_no", "operator", "power_kw", "point_count", "status"),
    "municipality": ("ags", "population"),
    "finding": ("severity", "state", "reason", "ags", "other_ags"),
    "border_proposal": ("left_ags", "left_accepted_by", "right_ags", "right_accepted_by"),
    "border_link": ("state",),
}
#: The rows that a finding or a proposal is about: the field that holds the uuid, that of the
#: table, and that which labels it.
_ABOUT = {
    "finding": (("row_uuid", "table_name"), ("other_uuid", "table_name")),
    "border_proposal": (("left_uuid", "asset_class"), ("right_uuid", "asset_class")),
}


def map_tip(table: Table, lang: str) -> str:
    """A short piece of HTML with expressions that QGIS fills in; empty for what no map shows."""
    if table.geometry is None:
        return ""
    facts = [table[name] for name in _FACTS.get(table.name, ()) if name in table]
    lines = "".join(f"[% {_line(field, lang)} %]" for field in facts)
    if table.name in WORDED:
        return f"{words(table, lang)}<table>{_measures(table, lang)}{lines}</table>"
    title = quoted(REGISTER[table.name].label[lang])
    heading = f"{title} || coalesce(' ' || {_shown(table[table.display])}, '')"
    if "ags" in table and table.name != "municipality":
        lines += f"[% {_line(table['ags'], lang)} %]"
    return f"<b>[% {heading} %]</b><table>{lines}</table>"


def words(table: Table, lang: str) -> str:
    """What a finding or a proposal says, as HTML with expressions; empty for other tables."""
    if table.name not in WORDED:
        return ""
    title = title_expression(lang) if table.name == "finding" else _shown(table["kind"])
    about = "".join(f"[% {_asset_line(table, *fields, lang)} %]" for fields in _ABOUT[table.name])
    return f"<b>[% {title} %]</b><br>[% {WORDED[table.name](lang)} %]<table>{about}</table>"


def asset_words(uuid: str, table: str, lang: str) -> str:
    """An expression that names a row of the register: its class, number and name.

    Args:
        uuid, table: the fields that hold the row's uuid and its table.
    """
    cases = []
    for named in (*REGISTER.assets, *REGISTER.of_kind(Kind.PROJECT)):
        part = WHOLE if named.kind is Kind.ASSET else ""
        layer = layer_id(named.name, part) if part else layer_id(named.name)
        columns = [n for n in ("asset_no", "number", "name", "title") if n in named]
        values = ", ".join(f"attribute(@row, {quoted(column)})" for column in columns)
        row = f'get_feature({quoted(layer)}, \'uuid\', "{uuid}")'
        said = f"array_to_string(array_filter(array({values}), @element IS NOT NULL), ' ')"
        cases.append(f"WHEN \"{table}\" = {quoted(named.name)} THEN {quoted(named.label[lang])} "
                     f"|| ' ' || with_variable('row', {row}, {said})")  # fmt: skip
    return f"CASE {' '.join(cases)} END"


def _asset_line(table: Table, uuid: str, of_table: str, lang: str) -> str:
    label = quoted(f"<tr><td>{table[uuid].label[lang]}:&nbsp;</td><td>")
    said = f'CASE WHEN "{uuid}" IS NOT NULL THEN {asset_words(uuid, of_table, lang)} END'
    return f"coalesce({label} || {said} || '</td></tr>', '')"


def _measures(table: Table, lang: str) -> str:
    """How far apart the two sides of a proposal are, and how sure the matching is."""
    if table.name != "border_proposal":
        return ""
    label = quoted(f"<tr><td>{table['confidence'].label[lang]}:&nbsp;</td><td>")
    percent = f"format_number(100 * \"confidence\", 0, {quoted(lang)}) || ' %</td></tr>'"
    distance = quoted(f"<tr><td>{text('project.distance', lang)}:&nbsp;</td><td>")
    metres = ("format_number(map_get(from_json(coalesce(\"details\", '{}')), 'distance_m'), 2, "
              f"{quoted(lang)}) || ' m</td></tr>'")  # fmt: skip
    return f"[% coalesce({distance} || {metres}, '') %][% {label} || {percent} %]"


def _shown(field: Field) -> str:
    """The field as people read it; null where it is empty."""
    return f"CASE WHEN \"{field.name}\" IS NOT NULL THEN represent_value(\"{field.name}\") END"


def _line(field: Field, lang: str) -> str:
    start = quoted(f"<tr><td>{field.label[lang]}:&nbsp;</td><td>")
    end = quoted(f" {field.unit}</td></tr>" if field.unit else "</td></tr>")
    return f"coalesce({start} || {_shown(field)} || {end}, '')"
