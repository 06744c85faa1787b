"""Questions to a register as SQL: what to select, and what the rules ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...definition.types import Table, Type
from ..store import GEOMETRY, Condition, Violations
from .ddl import TYPES, check_condition, conditions
from .sql import Names, name
from .values import to_text

_KINDS = {"domain": "domain", "dependence": "dependence", "range": "range", "pattern": "pattern"}
_OPERATORS = ("<", "<=", ">", ">=", "=", "!=")


def check_columns(table: Table, columns: Sequence[str]) -> None:
    """Names in SQL come from the definition only. Raises `KeyError` for others."""
    for column in columns:
        if column not in table and not (column == GEOMETRY and table.geometry):
            raise KeyError(" ".join((table.name, "has no field", column)))


def selected(table: Table, column: str, names: Names) -> str:
    """A column as it is read: geometry as WKB."""
    return names.wkb(GEOMETRY) if column == GEOMETRY and table.geometry else name(column)


def equal(table: Table, where: Mapping[str, Any] | None) -> list[Condition]:
    """The conditions of `where` in `Store.read`."""
    found: list[Condition] = []
    for field, value in (where or {}).items():
        check_columns(table, (field,))
        if value is None:
            found.append((field, "is", None))
        else:
            is_list = isinstance(value, (list, tuple, set))
            found.append((field, "in" if is_list else "=", value))
    return found


def where(table: Table, wanted: Sequence[Condition], names: Names) -> tuple[str, list[Any]]:
    """A WHERE clause and its parameters.

    Raises `KeyError` for a field that the table does not have, `ValueError` for an operator.
    """
    parts, parameters = _parts(table, wanted, names)
    return " ".join(("WHERE", " AND ".join(parts))) if parts else "", parameters


def _parts(
    table: Table, wanted: Sequence[Condition], names: Names
) -> tuple[list[str], list[Any]]:  # fmt: skip
    parts: list[str] = []
    parameters: list[Any] = []
    for field, operator, value in wanted:
        if operator == "or":
            one_of, more = _parts(table, value, names)
            parts.append(" ".join(("(", " OR ".join(one_of), ")")))
            parameters += more
            continue
        if operator == "meets" and table.geometry and field == GEOMETRY:
            parts.append(names.in_box())
            parameters += map(float, value)
            continue
        kind = Type.INTEGER if field == "fid" else table[field].type
        if operator == "is" and value is None:
            parts.append(" ".join((name(field), "IS NULL")))
        elif operator == "in":
            parts.append(" ".join((name(field), "".join(("= ANY(%s::", _plain(kind), "[])")))))
            parameters.append([v for v in to_text(kind, list(value)) if v is not None])
        elif operator in _OPERATORS:
            parts.append(" ".join((name(field), operator, "".join(("%s::", _plain(kind))))))
            parameters += to_text(kind, [value])
        else:
            raise ValueError(operator)
    return parts, parameters


def _plain(kind: Type) -> str:
    return TYPES[kind].partition(" COLLATE")[0]


def demands(table: Table) -> list[tuple[str, str, str, str]]:
    """All that the table's constraints demand, as (kind, field, code of a check, condition)."""
    found: list[tuple[str, str, str, str]] = []
    for field in table.fields:
        if field.required:
            condition = " ".join((name(field.name), "IS NOT NULL"))
            found.append(("required", field.name, "", condition))
        found += [(_KINDS.get(kind, "type"), field.name, "", condition)
                  for kind, condition in conditions(table, field)]  # fmt: skip
    return found + [("check", rule.left, rule.code, check_condition(rule)) for rule in table.checks]


def violations_sql(table: Table, names: Names, is_asked: bool) -> str:
    """The keys of the rows that break one of the demands, and which of them hold."""
    every = [" ".join(("(", condition, ")")) for *_, condition in demands(table)]
    return " ".join((
        "SELECT fid,", ", ".join(every), "FROM", names.of(table.name), "WHERE NOT (",
        " AND ".join(every), ")", "AND uuid = ANY(%s)" if is_asked else "", "ORDER BY fid",
    ))  # fmt: skip


def violations_of(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[Violations]:
    if not rows:
        return []
    fid, *holds = zip(*rows, strict=True)
    keys = np.array(fid, dtype=np.int64)
    found = (
        (demand, keys[np.array([h is False for h in column])])
        for demand, column in zip(demands(table), holds, strict=True)
    )
    return [Violations(kind, field, rule, hit) for (kind, field, rule, _), hit in found if hit.size]


def repeated_sql(table: Table, fields: Sequence[str], names: Names, is_asked: bool) -> str:
    """Groups of keys whose rows agree in all of `fields`, none of them empty."""
    columns = [name(table[field].name) for field in fields]
    parts = [" ".join((column, "IS NOT NULL")) for column in columns]
    if is_asked:
        kind = "".join(("%s::", _plain(table[fields[-1]].type), "[]"))
        parts.append(" ".join((columns[-1], "= ANY(", kind, ")")))
    grouped = ", ".join(columns)
    return " ".join((
        "SELECT array_agg(fid ORDER BY fid) FROM", names.of(table.name), "WHERE",
        " AND ".join(parts), "GROUP BY", grouped, "HAVING count(*) > 1 ORDER BY", grouped,
    ))  # fmt: skip
