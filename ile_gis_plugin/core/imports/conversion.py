"""From the columns of a delivery to columns of the register, as its definition asks.

Each distinct value of a column is converted once: a hundred thousand rows hold few of them. A row
with any cell that can't be taken is quarantined with all its reasons; nothing is imported half.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..definition.types import Field, Table, Type
from ..errors import InputError
from ..messages import Message, message
from .cells import (
    Refused,
    code_words,
    decimal_sign,
    refuse,
    text_of,
    to_boolean,
    to_date,
    to_number,
    to_text,
)
from .delivery import find_column, nearest
from .mapping import ColumnRule

_OPERATORS = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}
_MISSING = object()

Reasons = dict[int, list[Message]]
Columns = Mapping[str, np.ndarray]


@dataclass
class Converted:
    """Register values by field, and why rows can't be taken, by their index."""

    values: dict[str, np.ndarray]
    reasons: Reasons = field(default_factory=dict)

    def refuse(self, index: int, reason: Message) -> None:
        self.reasons.setdefault(int(index), []).append(reason)


class Converter:
    """Converts the cells of one field."""

    def __init__(
        self, field: Field, values: Mapping[str, Any] | None = None, decimal: str = "",
        factor: float | None = None,
    ) -> None:  # fmt: skip
        self.field = field
        self.decimal = decimal
        self.factor = factor
        self.values = dict(values or {})
        self.folded = {k.casefold(): v for k, v in self.values.items()}
        self.words = code_words(field.domain) if field.domain else {}

    def column(self, cells: np.ndarray) -> tuple[np.ndarray, dict[int, Message]]:
        """All cells converted; the reason for each row whose cell can't be."""
        decimal = self.decimal
        if not decimal and self.field.type in (Type.REAL, Type.INTEGER):
            decimal = decimal_sign(c for c in cells if isinstance(c, str))
        found: dict[Any, Any] = {}
        result = np.empty(len(cells), dtype=object)
        reasons: dict[int, Message] = {}
        for index, cell in enumerate(cells):
            if cell is None:
                continue
            # True == 1 == 1.0: the type tells them apart.
            key = (cell.__class__, cell if cell.__hash__ else str(cell))
            value = found.get(key, _MISSING)
            if value is _MISSING:
                try:
                    value = self.cell(cell, decimal)
                except Refused as verdict:
                    value = verdict
                found[key] = value
            if isinstance(value, Refused):
                reasons[index] = value.reason
            else:
                result[index] = value
        return result, reasons

    def cell(self, cell: Any, decimal: str = "") -> Any:
        """One cell's value, None where it is empty. Raises `Refused`."""
        text = text_of(cell)
        if text is None:
            return None
        mapped = self.values.get(text, self.folded.get(text.casefold(), _MISSING))
        if mapped is not _MISSING:
            if mapped == "":
                return None
            cell, text = mapped, text_of(mapped) or ""
        if self.field.domain:
            return self._code(text)
        kind = self.field.type
        if kind in (Type.REAL, Type.INTEGER):
            factor = self.factor if mapped is _MISSING else None
            return to_number(self.field, cell, decimal or self.decimal, factor)
        if kind is Type.BOOLEAN:
            return to_boolean(self.field, cell)
        if kind is Type.DATE:
            return to_date(self.field, cell)
        return to_text(self.field, cell)

    def _code(self, text: str) -> str:
        code = self.words.get(" ".join(text.split()).casefold())
        if code is None:
            # The words that a person knows; they are understood as well as the codes.
            choices = [c.label for c in self.field.domain.codes]
            raise refuse("imports.cell_code", self.field, text, choices=choices)
        return code


def check_columns(rules: Iterable[ColumnRule], columns: Iterable[str], path: str) -> None:
    """Raises `InputError` naming every column that rules ask for and the source lacks."""
    columns = list(columns)
    missing = []
    for rule in rules:
        missing += [] if rule.optional else _missing(rule, columns)
    if missing:
        hints = [f"{m} → {', '.join(n)}" for m in missing if (n := nearest(m, columns))]
        raise InputError(
            "imports.columns_missing", path=path, missing=list(dict.fromkeys(missing)),
            found=hints or columns[:30],
        )  # fmt: skip


def _missing(rule: ColumnRule, columns: list[str]) -> list[str]:
    if rule.parts:
        return [name for p in rule.parts if not p.optional for name in _missing(p, columns)]
    if any(find_column(name, columns) for name in rule.alternatives):
        return []
    return [" / ".join(rule.alternatives)]


def cells_of(rule: ColumnRule, columns: Columns, size: int) -> np.ndarray:
    """The cells that a rule speaks of; those of absent optional columns are None."""
    if not rule.parts:
        for name in rule.alternatives:
            found = find_column(name, columns)
            if found:
                return columns[found]
        return np.full(size, None, dtype=object)
    parts = [cells_of(part, columns, size) for part in rule.parts]
    joined = np.empty(size, dtype=object)
    for index, cells in enumerate(zip(*parts, strict=True)):
        texts = [text for cell in cells if (text := text_of(cell))]
        joined[index] = rule.separator.join(texts) or None
    return joined


def convert_constants(
    table: Table, constants: Mapping[str, Any], values: Mapping[str, Mapping], path: str
) -> dict[str, Any]:
    """The constants of a mapping as register values. Raises `InputError` where one is none."""
    found = {}
    for name, constant in constants.items():
        try:
            found[name] = Converter(table[name], values.get(name)).cell(constant)
        except Refused as verdict:
            raise InputError(
                "imports.mapping_constant", path=path, entry=name, reason=verdict.reason
            ) from None
    return found


def check_required(table: Table, given: Iterable[str], path: str) -> None:
    """Raises `InputError` where neither a column nor a constant gives a required field."""
    given = {*given, "ags"}
    missing = [f.name for f in table.fields
               if f.required and not f.system and f.default is None and f.name not in given]
    if missing:
        raise InputError("imports.required_missing", path=path, table=table.label, fields=missing)


def convert(
    table: Table, columns: Columns, rules: Mapping[str, ColumnRule],
    values: Mapping[str, Mapping], constants: Mapping[str, Any], size: int, decimal: str = "",
) -> Converted:  # fmt: skip
    """The mapped fields of all rows; constants fill every row."""
    result = Converted({})
    for name, rule in rules.items():
        converter = Converter(table[name], values.get(name), decimal, rule.factor)
        result.values[name], reasons = converter.column(cells_of(rule, columns, size))
        for index, reason in reasons.items():
            result.refuse(index, reason)
    for name, constant in constants.items():
        cells = np.empty(size, dtype=object)
        cells[:] = constant
        result.values[name] = cells
    _check_required_cells(table, result)
    _check_dependent_codes(table, result)
    _check_rows(table, result)
    return result


def rules_between_fields(table: Table, values: dict[str, np.ndarray]) -> Reasons:
    """Why rows of register values break a rule between their fields."""
    rows = Converted(values)
    _check_dependent_codes(table, rows)
    _check_rows(table, rows)
    return rows.reasons


def fields_in_rules(table: Table) -> list[str]:
    """The fields that `rules_between_fields` looks at."""
    found = [name for check in table.checks for name in (check.left, check.right)]
    for field_ in table.fields:
        controlling = table.controlling(field_)
        found += [field_.name, controlling.name] if controlling else []
    return list(dict.fromkeys(found))


def _check_required_cells(table: Table, rows: Converted) -> None:
    for name, cells in rows.values.items():
        definition = table[name]
        if not definition.required:
            continue
        for index in np.flatnonzero(np.equal(cells, None)):
            if any(r.values.get("field") is definition.label for r in rows.reasons.get(index, ())):
                continue  # a bad cell, with its own reason
            if definition.default is None:
                rows.refuse(index, message("imports.cell_required", field=definition.label))
            else:
                cells[index] = definition.default


def _check_dependent_codes(table: Table, rows: Converted) -> None:
    """A sub-type must belong to its type."""
    for name, cells in rows.values.items():
        controlling = table.controlling(table[name])
        if controlling is None:
            continue
        parents = {c.code: c.parents for c in table[name].domain.codes}
        decisive = rows.values.get(controlling.name, np.full(len(cells), None, dtype=object))
        for index in np.flatnonzero(np.not_equal(cells, None)):
            if decisive[index] not in parents[cells[index]] and index not in rows.reasons:
                rows.refuse(index, message(
                    "imports.cell_dependent", field=table[name].label, value=cells[index],
                    other=controlling.label, other_value=decisive[index] or "–",
                ))  # fmt: skip


def _check_rows(table: Table, rows: Converted) -> None:
    for check in table.checks:
        left, right = rows.values.get(check.left), rows.values.get(check.right)
        if left is None or right is None:
            continue
        holds = _OPERATORS[check.operator]
        both = np.not_equal(left, None) & np.not_equal(right, None)
        for index in np.flatnonzero(both):
            if not holds(left[index], right[index]):
                rows.refuse(index, message(
                    "imports.row_check", rule=check.label, left=text_of(left[index]),
                    right=text_of(right[index]),
                ))  # fmt: skip
