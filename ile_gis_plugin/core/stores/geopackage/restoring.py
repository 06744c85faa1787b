"""Puts rows into a GeoPackage as they were somewhere else: unsigned and unlogged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from .ddl import name


@contextmanager
def without_triggers(connection: sqlite3.Connection) -> Iterator[None]:
    """Only the triggers of the R-trees fire inside; the caller has a transaction open.

    SQLite can't switch a trigger off: they are dropped, and made again word for word.
    """
    triggers = connection.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' "
        "AND name NOT LIKE 'rtree\\_%' ESCAPE '\\'"
    ).fetchall()
    for trigger, _ in triggers:
        connection.execute(" ".join(("DROP TRIGGER main.", name(trigger))))
    yield
    for _, sql in triggers:
        connection.execute(sql)
