"""Pieces of QGIS expressions: amounts, percentages, dates and sentences in the user's language."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from ..core.messages import catalogue
from .layer_ids import layer_id

#: Letters in a line of a form.
_LINE = 95
_DAY = {"de": "dd.MM.yyyy", "en": "yyyy-MM-dd"}


def quoted(value: str) -> str:
    """A text as a literal of a QGIS expression."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def euro(value: str, lang: str) -> str:
    """An amount: 1.234,56 € or €1,234.56; null where there is none."""
    digits = f"format_number(abs({value}), 2, {quoted(lang)})"
    before, after = ("", " || ' €'") if lang == "de" else ("'€' || ", "")
    return f"(CASE WHEN {value} < 0 THEN '-' ELSE '' END || {before}{digits}{after})"


def number(value: str, lang: str, places: int = 4) -> str:
    """A number without superfluous zeros; null where there is none."""
    return f"format_number({value}, {places}, {quoted(lang)}, false, true)"


def percent(value: str, lang: str) -> str:
    return f"({number(value, lang)} || ' %')"


def day(value: str, lang: str) -> str:
    return f"format_date({value}, {quoted(_DAY[lang])})"


def shown(column: str) -> str:
    """A field as people read it; null where it is empty."""
    return f'CASE WHEN "{column}" IS NOT NULL THEN represent_value("{column}") END'


def joined(parts: Iterable[str], between: str) -> str:
    """The parts that are not null, with something in between."""
    listed = f"array_filter(array({', '.join(parts)}), @element IS NOT NULL)"
    return f"array_to_string({listed}, {quoted(between)})"


def sentence(key: str, lang: str, /, **values: str) -> str:
    """A sentence of the catalogue, with expressions in the place of its values.

    Raises `KeyError` where the catalogue has no such sentence or a value is missing.
    """
    parts: list[str] = []
    for literal, name, _, _ in Formatter().parse(catalogue()[key][lang]):
        if literal:
            parts.append(quoted(literal))
        if name is not None:
            parts.append(values[name])
    return "(" + " || ".join(parts) + ")"


def wrapped(text: str) -> str:
    """A text in lines that a form has room for: QGIS's labels break none by themselves."""
    return f"replace(wordwrap({text}, {_LINE}), '\\n', '<br>')"


def when(condition: str, value: str, other: str = "NULL") -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE {other} END"


def of_project(table: str, aggregate: str, value: str, condition: str = "true",
               key: str = "uuid") -> str:  # fmt: skip
    """An aggregate of a child table of joint projects.

    Args:
        key: what names the project in the row that the expression belongs to: `uuid` in the
            project itself, `project_uuid` in its children.
    """
    own = f'"project_uuid" = attribute(@parent, {quoted(key)})'
    return (f"aggregate({quoted(layer_id(table))}, {quoted(aggregate)}, {value}, "
            f"{own} AND ({condition}))")  # fmt: skip


def rows_of_project(table: str) -> str:
    """How many rows of a child table the project has."""
    return of_project(table, "count", '"uuid"')


def row_of(table: str, column: str, value: str) -> str:
    """The row of a table whose column has this value."""
    return f"get_feature({quoted(layer_id(table))}, {quoted(column)}, {value})"


def name_of(ags: str) -> str:
    """A municipality's name by its AGS; the AGS itself where the register does not know it."""
    return f"coalesce(attribute({row_of('municipality', 'ags', ags)}, 'name'), {ags})"
