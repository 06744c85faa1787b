"""Puts rows into tables: new ones by COPY, changed ones from one JSON document each thousand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...definition import CRS, REGISTER
from ...definition.types import Field, Table, Type
from ...errors import ConstraintError
from ..store import GEOMETRY, Rows
from .ddl import TYPES
from .sql import Names, name
from .triggers import triggers
from .values import copy_lines, geometries, to_text

#: Rows that are made into text at once: bounds memory.
_ROWS = 20_000


def length(rows: Rows) -> int:
    lengths = {len(column) for column in rows.values()}
    if len(lengths) != 1:
        raise ValueError("columns of different lengths")
    return lengths.pop()


def insert(cursor: Any, names: Names, table: Table, rows: Rows) -> None:
    """Add rows in their order."""
    chosen = ", ".join(map(name, rows))
    sql = " ".join(("COPY", names.of(table.name), "(", chosen, ") FROM STDIN"))
    for part in _parts(rows):
        lines = copy_lines(_texts(table, part))
        if lines:
            cursor.copy_expert(sql, io.StringIO(lines))


def update(cursor: Any, names: Names, table: Table, rows: Rows) -> int:
    """Set columns of the rows that `uuid` names; a row that is named twice is set twice."""
    columns = [c for c in rows if c != "uuid"]
    given = ", ".join(" ".join((name(c), _read_as(table, c, names))) for c in ("uuid", *columns))
    settings = ", ".join(" ".join((name(c), "=", _value(table, c))) for c in columns)
    sql = " ".join((
        "UPDATE", names.of(table.name), "AS old SET", settings,
        "FROM json_to_recordset(%s) AS new (", given, ") WHERE old.uuid = new.uuid",
    ))  # fmt: skip
    found = 0
    for part in _parts(rows):
        for once in _without_repeats(part):
            texts = _texts(table, {c: once[c] for c in ("uuid", *columns)})
            keys = ("uuid", *columns)
            document = [dict(zip(keys, row, strict=True)) for row in zip(*texts, strict=True)]
            cursor.execute(sql, (json.dumps(document, ensure_ascii=False),))
            found += cursor.rowcount
    return found


def _read_as(table: Table, column: str, names: Names) -> str:
    if column == GEOMETRY:
        kind = "".join(("geometry(", table.geometry.value, ", ", str(CRS), ")"))
        return names.st(kind)
    # A JSON value comes as its text, which json_to_recordset would keep as a text.
    return "text" if table[column].type is Type.JSON else TYPES[table[column].type]


def _value(table: Table, column: str) -> str:
    value = ".".join(("new", name(column)))
    is_json = column != GEOMETRY and table[column].type is Type.JSON
    return "".join((value, "::json")) if is_json else value


def _parts(rows: Rows) -> list[Rows]:
    count = length(rows)
    return [{c: column[first : first + _ROWS] for c, column in rows.items()}
            for first in range(0, count, _ROWS)]  # fmt: skip


def _without_repeats(rows: Rows) -> list[Rows]:
    """An UPDATE sets each row once: what names a row again comes in a later one."""
    uuids = rows["uuid"]
    if len(set(uuids)) == len(uuids):
        return [rows]
    seen: dict[str, int] = {}
    turns: list[list[int]] = []
    for n, uuid in enumerate(uuids):
        turn = seen[uuid] = seen.get(uuid, -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(n)
    return [{c: [column[n] for n in turn] for c, column in rows.items()} for turn in turns]


def _texts(table: Table, rows: Rows) -> list[Sequence[str | None]]:
    """All columns as PostgreSQL reads them.

    Raises `ConstraintError` for what is no value of its field.
    """
    return [
        geometries(column) if c == GEOMETRY
        else [str(v) for v in column] if c == "fid"
        else _field_texts(table, table[c], column)
        for c, column in rows.items()
    ]  # fmt: skip


def _field_texts(table: Table, field: Field, column: Sequence[Any]) -> list[str | None]:
    try:
        return to_text(field.type, column)
    except (TypeError, ValueError, ArithmeticError) as error:
        rule = "_".join((table.name, field.name, "type"))
        raise ConstraintError("errors.value_refused", table.name, rule, label=table.label,
                              field=field.label) from error  # fmt: skip


@contextmanager
def without_triggers(cursor: Any, names: Names) -> Iterator[None]:
    """Rows are neither signed nor logged inside; afterwards new keys follow the highest ones.

    Foreign keys hold all the same: PostgreSQL's own triggers stay on.
    """
    tables = [table.name for table in REGISTER if triggers(table, names)]
    for table in tables:
        cursor.execute(" ".join(("ALTER TABLE", names.of(table), "DISABLE TRIGGER USER")))
    yield
    for table in tables:
        cursor.execute(" ".join(("ALTER TABLE", names.of(table), "ENABLE TRIGGER USER")))
    for table in REGISTER:
        cursor.execute(
            " ".join(("SELECT setval(%s::regclass, max(fid)) FROM", names.of(table.name),
                      "HAVING max(fid) > 0")),
            (names.of("_".join((table.name, "fid_seq"))),),
        )  # fmt: skip
