"""A register on a PostgreSQL server, read and written through psycopg2."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...definition import REGISTER, SCHEMA_VERSION
from ...definition.types import Table
from ...errors import RegisterError
from ..store import (
    GEOMETRY,
    Block,
    Box,
    Chunk,
    Condition,
    RegisterInfo,
    Rows,
    ShareRows,
    Store,
    Violations,
)
from . import bulk, changes, connection, creation, queries, share_rows, writing
from .functions import BATCH, BY, REASON
from .location import Location
from .refusals import explained
from .sql import Names
from .values import to_text

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812


class PostgisStore(Store):
    """See `Store`. One connection; writes need a transaction or make one of their own.

    A transaction sees the register as it was when it began. Another job waits for it; editors
    don't: where both change the same row, the later one is refused.
    """

    def __init__(self, location: str, opened: Connection, names: Names) -> None:
        self.location = location
        self._connection = opened
        self._names = names
        self._begun: changes.Begun | None = None
        self._is_being_made = False

    # -- creating and opening

    @classmethod
    def create(
        cls, location: str, title: str = "", overwrite: bool = False,
        fill: Callable[[Store], None] | None = None,
    ) -> PostgisStore:  # fmt: skip
        opened = connection.connect(location)
        try:
            with explained(location), opened.cursor() as cursor:
                cursor.execute("BEGIN")
                names = creation.create_schema(cursor, location, Location.of(location).schema,
                                               title, overwrite)  # fmt: skip
                store = cls(location, opened, names)
                if fill:
                    store._is_being_made = True
                    fill(store)
                    store._is_being_made = False
                cursor.execute("COMMIT")
        except BaseException:
            opened.close()  # which rolls back
            raise
        return store

    @classmethod
    def open(cls, location: str, read_only: bool = False) -> PostgisStore:
        opened = connection.connect(location, read_only)
        schema = Location.of(location).schema
        try:
            with explained(location), opened.cursor() as cursor:
                if not creation.is_register(cursor, schema):
                    raise RegisterError("postgis.no_register", location=location, schema=schema)
                store = cls(location, opened,
                            Names(schema, creation.gis_schema(cursor, location)))  # fmt: skip
            store._check_version()
        except BaseException:
            opened.close()
            raise
        return store

    def _check_version(self) -> None:
        version = self.entry("schema_version")
        if not version.isdecimal():
            raise RegisterError("errors.register_damaged", location=self.location)
        if int(version) > SCHEMA_VERSION:
            raise RegisterError("errors.register_too_new", location=self.location,
                                version=int(version), known=SCHEMA_VERSION)  # fmt: skip

    def info(self) -> RegisterInfo:
        with explained(self.location), self._connection.cursor() as cursor:
            change = (self._begun.settled(cursor, self._names) if self._begun
                      else changes.settled(cursor, self._names))  # fmt: skip
        return RegisterInfo(int(self.entry("schema_version")), self.entry("title"),
                            int(self.entry("crs")), self.entry("created_at"), change)

    # -- writing

    @property
    def writing(self) -> bool:
        return self._begun is not None

    def another_reader(self) -> PostgisStore:
        return type(self).open(self.location, read_only=True)

    @contextmanager
    def transaction(self, by: str = "", batch: str = "", reason: str = "") -> Iterator[None]:
        if self._begun:
            raise RegisterError("errors.transaction_open")
        with self._no_other_job(), self._connection.cursor() as cursor:
            try:
                with explained(self.location):
                    self._begin(cursor, {BY: by, BATCH: batch, REASON: reason})
                yield
                with explained(self.location):
                    self._end(cursor)
            except BaseException:
                if not self._connection.closed:
                    cursor.execute("ROLLBACK")
                raise
            finally:
                self._begun = None

    def _begin(self, cursor: Any, said: Mapping[str, str]) -> None:
        bound = changes.bound(cursor, self._names)
        if not self._is_being_made:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        self._begun = changes.Begun.now(cursor, self._names, bound)
        for key, value in said.items():
            cursor.execute("SELECT set_config(%s, %s, true)", (key, value))

    def _end(self, cursor: Any) -> None:
        if not self._is_being_made:
            cursor.execute("COMMIT")

    @contextmanager
    def _no_other_job(self) -> Iterator[None]:
        """One job at a time, by a lock of the session: a transaction would take its snapshot
        before it waits."""
        if self._is_being_made:
            yield
            return
        key = self._names.of("register_info")
        deadline = time.monotonic() + connection.PATIENCE
        with explained(self.location), self._connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT pg_try_advisory_lock(%s::regclass::oid::bigint)", (key,))
                if cursor.fetchone()[0]:
                    break
                if time.monotonic() > deadline:
                    raise RegisterError("errors.register_locked", location=self.location)
                time.sleep(0.05)
        try:
            yield
        finally:
            if not self._connection.closed:
                with self._connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s::regclass::oid::bigint)", (key,))

    @contextmanager
    def _write(self, table: Table | None = None) -> Iterator[Any]:
        """A cursor inside the open transaction, or inside one of its own."""
        if self._begun:
            with explained(self.location, table), self._connection.cursor() as cursor:
                yield cursor
        else:
            with self.transaction(), self._write(table) as cursor:
                yield cursor

    def insert(self, table: str, rows: Rows) -> list[str]:
        definition = REGISTER[table]
        values = dict(rows)
        count = writing.length(values)
        uuids: list[str] = []
        if "uuid" in definition:
            given = values.get("uuid") or [None] * count
            uuids = [u or str(uuid.uuid4()) for u in given]
            values["uuid"] = uuids
        queries.check_columns(definition, tuple(values))
        with self._write(definition) as cursor:
            writing.insert(cursor, self._names, definition, values)
        return uuids

    def update(self, table: str, rows: Rows) -> int:
        definition = REGISTER[table]
        queries.check_columns(definition, ("uuid", *rows))
        with self._write(definition) as cursor:
            return writing.update(cursor, self._names, definition, rows)

    def delete(self, table: str, uuids: Sequence[str]) -> int:
        definition = REGISTER[table]
        sql = " ".join(("DELETE FROM", self._names.of(table), "WHERE uuid = ANY(%s::text[])"))
        with self._write(definition) as cursor:
            cursor.execute(sql, (list(uuids),))
            return cursor.rowcount

    def replace(self, table: str, rows: Rows, where: Mapping[str, Any] | None = None) -> None:
        definition = REGISTER[table]
        clause, parameters = queries.where(definition, queries.equal(definition, where),
                                           self._names)  # fmt: skip
        with self._write(definition) as cursor:
            cursor.execute(" ".join(("DELETE FROM", self._names.of(table), clause)), parameters)
            self.insert(table, rows)

    def replace_shares(
        self, keys: Sequence[str], parts: list[ShareRows], change: int,
        entries: Mapping[str, str],
    ) -> bool:  # fmt: skip
        with self._write(REGISTER["asset_share"]):
            if self.info().change != change:
                return False
            share_rows.replace_shares(self._connection, self._names, keys, parts)
            for key, value in entries.items():
                self.set_entry(key, value)
        return True

    def set_entry(self, key: str, value: str) -> None:
        with self._write() as cursor:
            cursor.execute(
                " ".join(("INSERT INTO", self._names.of("register_info"),
                          "(key, value) VALUES (%s, %s)",
                          "ON CONFLICT (key) DO UPDATE SET value = excluded.value")),
                (key, value),
            )  # fmt: skip

    def entry(self, key: str) -> str:
        sql = " ".join(("SELECT value FROM", self._names.of("register_info"), "WHERE key = %s"))
        found = self._rows(sql, (key,))
        return found[0][0] if found else ""

    # -- reading

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with explained(self.location), self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        definition = REGISTER[table]
        clause, parameters = queries.where(definition, queries.equal(definition, where),
                                           self._names)  # fmt: skip
        sql = " ".join(("SELECT count(*) FROM", self._names.of(table), clause))
        return self._rows(sql, parameters)[0][0]

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> dict[str, list[Any]]:
        definition = REGISTER[table]
        if columns is None:
            columns = [*definition.field_names, *([GEOMETRY] if definition.geometry else [])]
        return self._read(definition, columns, queries.equal(definition, where))

    def find(
        self, table: str, conditions: Sequence[Condition], columns: Sequence[str]
    ) -> dict[str, list[Any]]:
        return self._read(REGISTER[table], ["fid", *columns], conditions)

    def _read(
        self, definition: Table, columns: Sequence[str], conditions: Sequence[Condition],
        limit: int | None = None,
    ) -> dict[str, list[Any]]:  # fmt: skip
        queries.check_columns(definition, [c for c in columns if c != "fid"])
        clause, parameters = queries.where(definition, conditions, self._names)
        chosen = ", ".join(queries.selected(definition, c, self._names) for c in columns)
        sql = " ".join(("SELECT", chosen, "FROM", self._names.of(definition.name), clause,
                        "ORDER BY fid LIMIT %s"))  # fmt: skip
        rows = self._rows(sql, (*parameters, limit))
        found = zip(*rows, strict=True) if rows else ([] for _ in columns)
        return {c: list(column) for c, column in zip(columns, found, strict=True)}

    def scan(
        self,
        table: str,
        columns: Sequence[str] = (),
        box: Box | None = None,
        fids: NDArray[np.int64] | None = None,
        where: Mapping[str, Any] | None = None,
        rows: int = 50_000,
    ) -> Iterator[Chunk]:
        definition = REGISTER[table]
        queries.check_columns(definition, (GEOMETRY, *columns))
        conditions = queries.equal(definition, where)
        if box is not None:
            conditions.append((GEOMETRY, "meets", box))
        if fids is not None:
            conditions.append(("fid", "in", fids.tolist()))
        with explained(self.location):
            yield from bulk.chunks(self._connection, definition, self._names, columns, conditions,
                                   rows)  # fmt: skip

    def blocks(
        self, table: str, values: Sequence[str] = (), box: Box | None = None, uuids: bool = False
    ) -> Iterator[Block]:
        definition = REGISTER[table]
        queries.check_columns(definition, values)
        with explained(self.location):
            yield from bulk.blocks(self._connection, definition, self._names, values, box, uuids)

    def violations(self, table: str, uuids: Sequence[str] | None = None) -> list[Violations]:
        definition = REGISTER[table]
        sql = queries.violations_sql(definition, self._names, bool(uuids))
        rows = self._rows(sql, (list(uuids),) if uuids else ())
        return queries.violations_of(definition, rows)

    def repeated(
        self, table: str, fields: Sequence[str], values: Sequence[str] | None = None
    ) -> list[list[int]]:
        definition = REGISTER[table]
        sql = queries.repeated_sql(definition, fields, self._names, values is not None)
        asked = () if values is None else (to_text(definition[fields[-1]].type, list(values)),)
        return [keys for (keys,) in self._rows(sql, asked)]

    def last_change(self, tables: Sequence[str]) -> int:
        sql = " ".join(("SELECT max(fid) FROM", self._names.of("change_log"),
                        "WHERE table_name = %s"))  # fmt: skip
        return max((self._rows(sql, (table,))[0][0] or 0 for table in tables), default=0)

    # -- moving

    def pages(self, table: str, rows: int = 20_000) -> Iterator[dict[str, list[Any]]]:
        definition = REGISTER[table]
        columns = [*definition.field_names, *([GEOMETRY] if definition.geometry else [])]
        after = -(2**31)
        while True:
            found = self._read(definition, ["fid", *columns], [("fid", ">", after)], rows)
            if not found["fid"]:
                return
            yield found
            after = found["fid"][-1]

    @contextmanager
    def restoring(self) -> Iterator[None]:
        with self.transaction(), self._write() as cursor:
            with writing.without_triggers(cursor, self._names):
                yield
            self._begun = changes.Begun.now(cursor, self._names,
                                            changes.bound(cursor, self._names))  # fmt: skip

    def restore(self, table: str, rows: Rows) -> None:
        definition = REGISTER[table]
        queries.check_columns(definition, [c for c in rows if c != "fid"])
        with self._write(definition) as cursor:
            writing.insert(cursor, self._names, definition, rows)

    def close(self) -> None:
        self._connection.close()
