"""What the map shows of an object under the pointer: its name, and the few facts of its class."""

from __future__ import annotations

from ..core.definition import REGISTER
from ..core.definition.types import Field, Table
from .form_rules import quoted

#: What people ask for first, in this order; a field that is empty leaves no line.
_FACTS = {
    "path": ("asset_no", "legal_class", "surface", "width_m", "status"),
    "utility_line": ("asset_no", "network_type", "sub_type", "material", "dn_mm", "status"),
    "streetlight": ("asset_no", "lamp_type", "power_w", "light_point_height_m", "status"),
    "charging_point": ("asset_no", "operator", "power_kw", "point_count", "status"),
    "municipality": ("ags", "population"),
    "finding": ("code", "severity", "state"),
    "border_link": ("state",),
}


def map_tip(table: Table, lang: str) -> str:
    """A short piece of HTML with expressions that QGIS fills in; empty for what no map shows."""
    if table.geometry is None:
        return ""
    facts = [table[name] for name in _FACTS.get(table.name, ()) if name in table]
    lines = "".join(f"[% {_line(field, lang)} %]" for field in facts)
    title = quoted(REGISTER[table.name].label[lang])
    heading = f"{title} || coalesce(' ' || {_shown(table[table.display])}, '')"
    if "ags" in table and table.name != "municipality":
        lines += f"[% {_line(table['ags'], lang)} %]"
    return f"<b>[% {heading} %]</b><table>{lines}</table>"


def _shown(field: Field) -> str:
    """The field as people read it; null where it is empty."""
    return f"CASE WHEN \"{field.name}\" IS NOT NULL THEN represent_value(\"{field.name}\") END"


def _line(field: Field, lang: str) -> str:
    start = quoted(f"<tr><td>{field.label[lang]}:&nbsp;</td><td>")
    end = quoted(f" {field.unit}</td></tr>" if field.unit else "</td></tr>")
    return f"coalesce({start} || {_shown(field)} || {end}, '')"
