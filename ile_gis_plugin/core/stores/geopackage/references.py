"""Triggers that keep references whole in clients that have foreign keys switched off.

QGIS and the store switch them on; GDAL, pyogrio and plain SQLite don't, and orphans would go in
without a word.
"""

from __future__ import annotations

from ...definition.types import Field, Kind, Register, Table
from ..words import NOTHING_THERE, STILL_USED


def trigger(table: Table, suffix: str, event: str, when: str, *body: str) -> str:
    """CREATE TRIGGER for each row of a table."""
    quoted = "".join(('"', table.name, '"'))
    return " ".join(("CREATE TRIGGER", "_".join((table.name, suffix)), event, "ON", quoted,
                     "FOR EACH ROW", "WHEN " + when if when else "", "BEGIN", *body,
                     "END"))  # fmt: skip


def _abort(subject: str, words: str) -> str:
    return "".join(("SELECT RAISE(ABORT, '", subject, ": ", words, "');"))


def _points_somewhere(table: Table, field: Field) -> list[str]:
    reference = field.references
    missing = " ".join((
        "".join(("NEW.", field.name)), "IS NOT NULL AND NOT EXISTS (SELECT 1 FROM",
        reference.table, "WHERE", reference.column, "=", "".join(("NEW.", field.name, ")")),
    ))  # fmt: skip
    refusal = _abort(field.name, NOTHING_THERE)
    return [
        trigger(table, "_".join((field.name, "insert")), "BEFORE INSERT", missing, refusal),
        trigger(table, "_".join((field.name, "update")),
                " ".join(("BEFORE UPDATE OF", field.name)), missing, refusal),
    ]  # fmt: skip


def _is_pointed_to(table: Table, child: Table, field: Field) -> list[str]:
    """What becomes of `child`'s rows when the row of `table` that they point to goes."""
    column = field.references.column
    pointing = " ".join((child.name, "WHERE", field.name, "=", "".join(("OLD.", column))))
    used = " ".join(("EXISTS (SELECT 1 FROM", pointing, ")"))
    suffix = "_".join(("used_by", child.name, field.name))
    refusal = _abort(table.name, STILL_USED)
    if field.references.cascade:
        found = [trigger(table, suffix, "AFTER DELETE", "",
                         " ".join(("DELETE FROM", pointing, ";")))]  # fmt: skip
    else:
        found = [trigger(table, suffix, "BEFORE DELETE", used, refusal)]
    if column != "uuid":  # which never changes
        changed = "".join(("NEW.", column, " IS NOT OLD.", column))
        found.append(trigger(table, "_".join((suffix, "update")),
                             " ".join(("BEFORE UPDATE OF", column)),
                             " AND ".join((changed, used)), refusal))  # fmt: skip
    return found


def reference_triggers(table: Table, register: Register) -> list[str]:
    """Both ends of the table's references; derived tables are written by the store alone."""
    found = []
    if table.kind is not Kind.DERIVED:
        for field in table.fields:
            found += _points_somewhere(table, field) if field.references else []
    for child in register:
        for field in child.fields:
            if field.references and field.references.table == table.name:
                found += _is_pointed_to(table, child, field)
    return found
