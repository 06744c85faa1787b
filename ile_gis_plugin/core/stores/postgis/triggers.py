"""Triggers that sign and log each change, whatever client makes it.

PostgreSQL runs triggers of one kind by the order of their names.
"""

from __future__ import annotations

from ...definition.types import Kind, Register, Table
from .functions import log_function
from .sql import Names


def _trigger(names: Names, table: Table, title: str, event: str, function: str,
             each: str = "ROW") -> str:  # fmt: skip
    return " ".join(("CREATE TRIGGER", title, event, "ON", names.of(table.name), "FOR EACH", each,
                     "EXECUTE FUNCTION", "".join((names.of(function), "()"))))  # fmt: skip


def triggers(table: Table, names: Names) -> list[str]:
    """All triggers of a table."""
    found: list[str] = []

    def add(*words: str) -> None:
        found.append(_trigger(names, table, *words))

    if table.frozen:
        add("a_keep_all", "BEFORE UPDATE OR DELETE", "keep_all")
    if table.logged:
        add("announce", "BEFORE INSERT OR UPDATE OR DELETE", "announce", "STATEMENT")
        add("keep_log", "BEFORE TRUNCATE", "keep_log", "STATEMENT")
        add("b_mark_signed", "BEFORE UPDATE OF changed_at, changed_by", "mark_signed")
        add("c_sign", "BEFORE INSERT OR UPDATE", "sign")
        add("log", "AFTER INSERT OR UPDATE OR DELETE", log_function(table))
    if table.kind is Kind.ASSET:
        add("shares", "AFTER DELETE", "drop_shares")
    if table.name == "project_asset":
        add("asset_exists", "BEFORE INSERT OR UPDATE OF asset_class, asset_uuid",
            "linked_asset_exists")  # fmt: skip
    return found


def all_triggers(register: Register, names: Names) -> list[str]:
    return [statement for table in register for statement in triggers(table, names)]
