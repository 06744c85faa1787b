"""How rows are named in lists, as QGIS expressions: what tells them apart at a glance."""

from __future__ import annotations

from collections.abc import Callable

from ..core.definition import codes
from ..core.definition.types import Table
from .expressions import day, euro, joined, number, percent, quoted, sentence, shown
from .sentences import WORDED

#: What a row without a name of its own is called by.
_NAMING = ("address", "asset_no", "uuid")


def row_name(table: Table, lang: str) -> str:
    """The expression that names a row: its label where it is a code, else what it has."""
    if table.name in WORDED:
        return WORDED[table.name](lang)
    if table.name in _NAMES:
        return _NAMES[table.name](lang)
    field = table[table.display]
    if field.domain or field.references:
        return f'represent_value("{field.name}")'
    names = [n for n in (field.name, *_NAMING) if n in table]
    return "coalesce(" + ", ".join(f'"{n}"' for n in names) + ")"


def row_order(table: Table, lang: str) -> str:
    """The expression by which the rows of a table are sorted; empty where their keys do."""
    if table.name not in _NAMES:
        return ""
    return _ORDERS.get(table.name) or row_name(table, lang)


def _with(between: str, *parts: str) -> str:
    return joined(parts, between)


def _project(lang: str) -> str:
    return _with(" ", '"number"', '"title"')


def _participant(lang: str) -> str:
    return _with(" – ", shown("ags"), percent('"fixed_percent"', lang))


def _cost_item(lang: str) -> str:
    return _with(" – ", '"title"', euro('"net_amount"', lang))


def _funding(lang: str) -> str:
    granted = sentence("forms.granted", lang, amount=euro('"granted_amount"', lang))
    return _with(" – ", shown("programme_uuid"), granted)


def _programme(lang: str) -> str:
    return _with(" – ", '"name"', percent('"rate"', lang))


def _key_part(lang: str) -> str:
    return _with(" – ", shown("share_key"), percent('"percent"', lang))


def _instalment(lang: str) -> str:
    return _with(" – ", 'to_string("budget_year")', percent('"percent"', lang))


def _linked_asset(lang: str) -> str:
    asset = _with(" ", shown("asset_class"), shown("asset_uuid"))
    return f"{asset} || coalesce(' (' || {shown('role')} || ')', '')"


def _phase(lang: str) -> str:
    reached = sentence("forms.reached", lang, day=day('"reached_on"', lang))
    planned = sentence("forms.planned", lang, day=day('"planned_on"', lang))
    return _with(" – ", shown("phase"), f"coalesce({reached}, {planned})")


def _resolution(lang: str) -> str:
    where = _with(", ", '"committee"', day('"meeting_on"', lang))
    return _with(" – ", shown("ags"), where, shown("result"))


def _share(lang: str) -> str:
    return _with(" – ", shown("ags"), euro('"amount"', lang))


def _split(lang: str) -> str:
    version = sentence("forms.version", lang, number='to_string("split_version")')
    return _with(" – ", version, shown("kind"), day('"made_on"', lang))


def _figure(lang: str) -> str:
    value = _with(": ", shown("kind"), number('"value"', lang))
    return _with(" – ", shown("ags"), value, day('"valid_on"', lang))


_NAMES: dict[str, Callable[[str], str]] = {
    "joint_project": _project,
    "participant": _participant,
    "cost_item": _cost_item,
    "project_funding": _funding,
    "funding_programme": _programme,
    "key_part": _key_part,
    "instalment": _instalment,
    "project_asset": _linked_asset,
    "project_phase": _phase,
    "resolution": _resolution,
    "cost_share": _share,
    "cost_split": _split,
    "cost_split_share": _share,
    "municipality_figure": _figure,
}

_PHASES = ", ".join(quoted(c.code) for c in codes.PHASE.codes)
_ORDERS = {
    "cost_item": '"fid"',
    "cost_split": '"split_version"',
    "project_phase": f'array_find(array({_PHASES}), "phase")',
    "resolution": 'coalesce("meeting_on", to_date(\'9999-12-31\'))',
}
