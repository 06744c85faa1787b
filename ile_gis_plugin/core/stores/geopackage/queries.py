"""Questions to a register beyond reading a table: what the rules ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...definition.types import Table, Type
from ..store import GEOMETRY, Condition, Violations
from .columns import to_store
from .ddl import check_condition, conditions, name

_KINDS = {"domain": "domain", "dependence": "dependence", "range": "range", "pattern": "pattern"}
_OPERATORS = ("<", "<=", ">", ">=", "=", "!=")


def violations(
    connection: sqlite3.Connection, table: Table, uuids: Sequence[str] | None
) -> list[Violations]:
    """The rows that the table's own constraints would refuse, by one pass over it."""
    demands: list[tuple[str, str, str, str]] = []
    for field in table.fields:
        if field.required:
            demands.append(("required", field.name, "", " ".join((name(field.name), "NOT NULL"))))
        demands += [(_KINDS.get(kind, "type"), field.name, "", condition)
                    for kind, condition in conditions(table, field)]  # fmt: skip
    demands += [("check", rule.left, rule.code, check_condition(rule)) for rule in table.checks]
    every = [" ".join(("(", condition, ")")) for *_, condition in demands]
    broken = " ".join(("NOT (", " AND ".join(every), ")"))
    asked = " AND uuid IN (SELECT value FROM json_each(?))" if uuids else ""
    sql = " ".join(("SELECT fid,", ", ".join(every), "FROM", name(table.name), "WHERE", broken,
                    asked))  # fmt: skip
    rows = connection.execute(sql, [json.dumps(list(uuids))] if uuids else []).fetchall()
    if not rows:
        return []
    fid, *holds = zip(*rows, strict=True)
    keys = np.array(fid, dtype=np.int64)
    found = ((demand, keys[np.array(column) == 0])
             for demand, column in zip(demands, holds, strict=True))  # fmt: skip
    return [Violations(kind, field, rule, hit) for (kind, field, rule, _), hit in found if hit.size]


def where(table: Table, wanted: Sequence[Condition]) -> tuple[str, list[Any]]:
    """A WHERE clause and its parameters.

    Raises `KeyError` for a field that the table does not have, `ValueError` for an operator.
    """
    parts, parameters = _parts(table, wanted)
    return " ".join(("WHERE", " AND ".join(parts))) if parts else "", parameters


def _parts(table: Table, wanted: Sequence[Condition]) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    parameters: list[Any] = []
    for field, operator, value in wanted:
        if operator == "or":
            one_of, more = _parts(table, value)
            parts.append(" ".join(("(", " OR ".join(one_of), ")")))
            parameters += more
            continue
        if operator == "meets" and table.geometry and field == GEOMETRY:
            parts.append(in_box(table.name))
            parameters += [value[0], value[2], value[1], value[3]]
            continue
        kind = Type.TEXT if field == "fid" else table[field].type
        if operator == "is" and value is None:
            parts.append(" ".join((name(field), "IS NULL")))
        elif operator == "in":
            parts.append(" ".join((name(field), "IN (SELECT value FROM json_each(?))")))
            parameters.append(json.dumps(to_store(kind, list(value))))
        elif operator in _OPERATORS:
            parts.append(" ".join((name(field), operator, "?")))
            parameters += to_store(kind, [value])
        else:
            raise ValueError(operator)
    return parts, parameters


def in_box(table: str) -> str:
    """The condition that bounds meet a box; parameters: min x, max x, min y, max y."""
    index = name("_".join(("rtree", table, GEOMETRY)))
    return " ".join(("fid IN (SELECT id FROM", index,
                     "WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"))  # fmt: skip


def repeated(
    connection: sqlite3.Connection, table: Table, fields: Sequence[str],
    values: Sequence[str] | None,
) -> list[list[int]]:  # fmt: skip
    """Groups of keys whose rows agree in all of `fields`, none of them empty."""
    columns = [name(table[field].name) for field in fields]
    parts = [" ".join((column, "NOT NULL")) for column in columns]
    if values is not None:
        parts.append(" ".join((columns[-1], "IN (SELECT value FROM json_each(?))")))
    sql = " ".join((
        "SELECT group_concat(fid) FROM", name(table.name), "WHERE", " AND ".join(parts),
        "GROUP BY", ", ".join(columns), "HAVING count(*) > 1",
    ))  # fmt: skip
    rows = connection.execute(sql, [] if values is None else [json.dumps(list(values))])
    return [sorted(map(int, keys.split(","))) for (keys,) in rows]
