"""A register in one GeoPackage, written through Python's own sqlite3."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from ...definition import CRS, REGISTER, SCHEMA_VERSION
from ...definition.types import Table
from ...errors import RegisterError
from ..clock import now
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
from . import bulk, queries, share_rows
from .columns import from_store, to_store
from .ddl import PRODUCT, name
from .geometry import register_functions, to_blob, to_wkb, wkb_of_blobs
from .refusals import explained
from .restoring import without_triggers
from .triggers import JOB

#: Columns that hold GeoPackage geometries.
_GEOMETRIES = (GEOMETRY, "old_geometry")
#: Seconds to wait for another writer before giving up.
PATIENCE = 5.0


class GeoPackageStore(Store):
    """See `Store`. One connection; writes need a transaction or make one of their own."""

    def __init__(self, location: str, connection: sqlite3.Connection) -> None:
        self.location = location
        self._connection = connection
        self._writing = False

    # -- creating and opening

    @classmethod
    def create(
        cls, location: str, title: str = "", overwrite: bool = False,
        fill: Callable[[Store], None] | None = None,
    ) -> GeoPackageStore:  # fmt: skip
        from .creation import create_file  # loads pyproj, which opening a register does not need

        path = Path(location)
        if path.suffix.lower() != ".gpkg":
            raise RegisterError("errors.register_name", location=location)
        if path.exists() and not overwrite:
            raise RegisterError("errors.register_exists", location=location)
        if not path.parent.is_dir():
            raise RegisterError("errors.folder_missing", folder=str(path.parent))
        with explained(location):
            create_file(path, title)
        store = cls.open(location)
        if fill:
            try:
                fill(store)
            except BaseException:
                store.close()
                raise
        return store

    @classmethod
    def open(cls, location: str, read_only: bool = False) -> GeoPackageStore:
        path = Path(location)
        with explained(location):
            if not path.is_file():
                raise RegisterError("errors.register_not_found", location=location)
            with path.open("rb") as file:
                if file.read(16) != b"SQLite format 3\x00":
                    raise RegisterError("errors.not_a_geopackage", location=location)
            # Not resolve(): it turns a mapped network drive into its server's name.
            uri = sqlite_uri(path.absolute(), read_only)
            connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
            store = cls(location, connection)
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                register_functions(connection)
                store._check_version()
            except BaseException:
                connection.close()
                raise
        return store

    def _check_version(self) -> None:
        tables = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE name IN ('register_info', 'gpkg_contents')"
        ).fetchall()
        if len(tables) < 2 or self.entry("product") != PRODUCT:
            raise RegisterError("errors.not_a_register", location=self.location)
        text = self.entry("schema_version")
        if not text.isdecimal():
            raise RegisterError("errors.register_damaged", location=self.location)
        version = int(text)
        if version > SCHEMA_VERSION:
            raise RegisterError(
                "errors.register_too_new",
                location=self.location, version=version, known=SCHEMA_VERSION,
            )  # fmt: skip

    def info(self) -> RegisterInfo:
        (change,) = self._connection.execute(
            "SELECT coalesce(max(fid), 0) FROM change_log"
        ).fetchone()
        return RegisterInfo(
            int(self.entry("schema_version")),
            self.entry("title"),
            int(self.entry("crs")),
            self.entry("created_at"),
            change,
        )

    # -- writing

    @property
    def writing(self) -> bool:
        return self._writing

    def another_reader(self) -> GeoPackageStore:
        return type(self).open(self.location, read_only=True)

    @contextmanager
    def transaction(self, by: str = "", batch: str = "", reason: str = "") -> Iterator[None]:
        if self._writing:
            raise RegisterError("errors.transaction_open")
        with explained(self.location):
            self._begin()
        self._writing = True
        try:
            with explained(self.location):
                # A crashed client can't leave its name here, but a foreign one may.
                self._connection.execute("DELETE FROM change_context")
                self._connection.execute(
                    "INSERT INTO change_context (fid, changed_by, batch, reason) "
                    "VALUES (?, ?, ?, ?)",
                    (JOB, by or None, batch or None, reason or None),
                )
            yield
            with explained(self.location):
                self._connection.execute("DELETE FROM change_context")
                self._connection.execute("COMMIT")
        except BaseException:
            # A full disk rolls back by itself, and then there is nothing left to roll back.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self._writing = False

    def _begin(self) -> None:
        # A WAL reader that turns writer gets "locked" at once, whatever the timeout says.
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    @contextmanager
    def _write(self) -> Iterator[None]:
        if self._writing:
            with explained(self.location):
                yield
        else:
            with self.transaction(), explained(self.location):
                yield

    def insert(self, table: str, rows: Rows) -> list[str]:
        definition = REGISTER[table]
        values = dict(rows)
        count = _length(values)
        uuids: list[str] = []
        if "uuid" in definition:
            given = values.get("uuid") or [None] * count
            uuids = [u or str(uuid.uuid4()) for u in given]
            moment = now()
            # Complete rows spare the trigger a second pass over them.
            values = {"created_at": [moment] * count, "changed_at": [moment] * count, **values}
            values |= {"uuid": uuids, "version": [1] * count}
        _check_columns(definition, tuple(values))
        with self._write():
            self._execute_many(_insert_sql(definition, tuple(values)), definition, values)
        return uuids

    def update(self, table: str, rows: Rows) -> int:
        definition = REGISTER[table]
        columns = [c for c in rows if c != "uuid"]
        _check_columns(definition, ("uuid", *columns))
        assignments = ", ".join(" ".join((name(c), "= ?")) for c in columns)
        sql = " ".join(("UPDATE", name(table), "SET", assignments, "WHERE uuid = ?"))
        values = {c: rows[c] for c in columns} | {"uuid": rows["uuid"]}
        with self._write():
            return self._execute_many(sql, definition, values)

    def delete(self, table: str, uuids: Sequence[str]) -> int:
        sql = " ".join(("DELETE FROM", name(REGISTER[table].name), "WHERE uuid = ?"))
        with self._write():
            return self._connection.executemany(sql, [(u,) for u in uuids]).rowcount

    def replace(self, table: str, rows: Rows, where: Mapping[str, Any] | None = None) -> None:
        condition, parameters = _condition(REGISTER[table], where)
        with self._write():
            sql = " ".join(("DELETE FROM", name(table), condition))
            self._connection.execute(sql, parameters)
            self.insert(table, rows)

    def replace_shares(
        self, keys: Sequence[str], parts: list[ShareRows], change: int,
        entries: Mapping[str, str],
    ) -> bool:  # fmt: skip
        with (
            explained(self.location),
            share_rows.unchecked(self._connection),
            share_rows.packed(self._connection, keys, parts) as is_packed,
            self._write(),
        ):
            if self.info().change != change:
                return False
            share_rows.replace_shares(self._connection, keys, parts, is_packed)
            for key, value in entries.items():
                self.set_entry(key, value)
        return True

    def set_entry(self, key: str, value: str) -> None:
        with self._write():
            self._connection.execute(
                "INSERT INTO register_info (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def entry(self, key: str) -> str:
        row = self._connection.execute(
            "SELECT value FROM register_info WHERE key = ?", (key,)
        ).fetchone()
        return row[0] if row else ""

    def _execute_many(self, sql: str, table: Table, values: Rows) -> int:
        columns = [
            [to_blob(v, CRS) for v in column]
            if c in _GEOMETRIES
            else column
            if c == "fid"
            else to_store(table[c].type, column)
            for c, column in values.items()
        ]
        return self._connection.executemany(sql, zip(*columns, strict=True)).rowcount

    # -- reading

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        condition, parameters = _condition(REGISTER[table], where)
        sql = " ".join(("SELECT count(*) FROM", name(table), condition))
        with explained(self.location):
            return self._connection.execute(sql, parameters).fetchone()[0]

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> dict[str, list[Any]]:
        definition = REGISTER[table]
        if columns is None:
            columns = [*definition.field_names, *([GEOMETRY] if definition.geometry else [])]
        return self._read(definition, columns, *_condition(definition, where))

    def find(
        self, table: str, conditions: Sequence[Condition], columns: Sequence[str]
    ) -> dict[str, list[Any]]:
        definition = REGISTER[table]
        clause, parameters = queries.where(definition, conditions)
        return self._read(definition, ["fid", *columns], clause, parameters)

    def _read(
        self, definition: Table, columns: Sequence[str], condition: str, parameters: list[Any],
        limit: int = -1,
    ) -> dict[str, list[Any]]:  # fmt: skip
        _check_columns(definition, [c for c in columns if c != "fid"])
        chosen = ", ".join(name(c) for c in columns)
        sql = " ".join(("SELECT", chosen, "FROM", name(definition.name), condition,
                        "ORDER BY fid LIMIT ?"))  # fmt: skip
        with explained(self.location):
            rows = self._connection.execute(sql, [*parameters, limit]).fetchall()
        found = zip(*rows, strict=True) if rows else ([] for _ in columns)
        try:
            return {
                c: [to_wkb(v) for v in column]
                if c in _GEOMETRIES
                else list(column)
                if c == "fid"
                else from_store(definition[c].type, column)
                for c, column in zip(columns, found, strict=True)
            }
        except (ValueError, TypeError, ArithmeticError, IndexError) as error:
            # The register's own rules let no such value in.
            raise RegisterError("errors.register_damaged", location=self.location) from error

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
        _check_columns(definition, (GEOMETRY, *columns))
        condition, parameters = _condition(definition, where)
        conditions = [condition.removeprefix("WHERE ")] if condition else []
        if box is not None:
            conditions.append(queries.in_box(table))
            parameters += [box[0], box[2], box[1], box[3]]
        if fids is not None:
            conditions.append("fid IN (SELECT value FROM json_each(?))")
            parameters.append(json.dumps(fids.tolist()))
        chosen = ", ".join(("fid", GEOMETRY, *(name(c) for c in columns)))
        sql = " ".join(("SELECT", chosen, "FROM", name(table),
                        "WHERE" if conditions else "", " AND ".join(conditions),
                        "ORDER BY fid"))  # fmt: skip
        with explained(self.location):
            cursor = self._connection.execute(sql, parameters)
            while found := cursor.fetchmany(rows):
                fid, blobs, *values = zip(*found, strict=True)
                present, wkb = wkb_of_blobs(blobs)
                yield Chunk(np.array(fid, dtype=np.int64), present, wkb,
                            dict(zip(columns, values, strict=True)))  # fmt: skip

    def blocks(
        self, table: str, values: Sequence[str] = (), box: Box | None = None, uuids: bool = False
    ) -> Iterator[Block]:
        definition = REGISTER[table]
        _check_columns(definition, values)
        with explained(self.location):
            yield from bulk.blocks(self._connection, definition, values, box, uuids)

    def violations(self, table: str, uuids: Sequence[str] | None = None) -> list[Violations]:
        with explained(self.location):
            return queries.violations(self._connection, REGISTER[table], uuids)

    def repeated(
        self, table: str, fields: Sequence[str], values: Sequence[str] | None = None
    ) -> list[list[int]]:
        with explained(self.location):
            return queries.repeated(self._connection, REGISTER[table], fields, values)

    def last_change(self, tables: Sequence[str]) -> int:
        sql = "SELECT max(fid) FROM change_log WHERE table_name = ?"
        with explained(self.location):
            found = [self._connection.execute(sql, (table,)).fetchone()[0] for table in tables]
        return max((number or 0 for number in found), default=0)

    # -- moving

    def pages(self, table: str, rows: int = 20_000) -> Iterator[dict[str, list[Any]]]:
        definition = REGISTER[table]
        columns = [*definition.field_names, *([GEOMETRY] if definition.geometry else [])]
        after = -(2**63)
        while True:
            found = self._read(definition, ["fid", *columns], "WHERE fid > ?", [after], rows)
            if not found["fid"]:
                return
            yield found
            after = found["fid"][-1]

    @contextmanager
    def restoring(self) -> Iterator[None]:
        with self.transaction(), explained(self.location), without_triggers(self._connection):
            yield

    def restore(self, table: str, rows: Rows) -> None:
        definition = REGISTER[table]
        _check_columns(definition, [c for c in rows if c != "fid"])
        with self._write():
            self._execute_many(_insert_sql(definition, tuple(rows)), definition, rows)

    def close(self) -> None:
        self._connection.close()


def sqlite_uri(path: PurePath, read_only: bool) -> str:
    """The absolute path as SQLite reads it: `#`, `?` and `%` are part of the name.

    `Path.as_uri` puts the server of a network path where SQLite accepts none.
    """
    posix = path.as_posix()
    root = "file://" if posix.startswith("/") else "file:///"
    name_ = quote(os.fsencode(posix), safe="/:")
    return "".join((root, name_, "?mode=ro" if read_only else "?mode=rw"))


def _length(rows: Rows) -> int:
    lengths = {len(column) for column in rows.values()}
    if len(lengths) != 1:
        raise ValueError("columns of different lengths")
    return lengths.pop()


def _check_columns(table: Table, columns: Sequence[str]) -> None:
    """Names in SQL come from the definition only."""
    for column in columns:
        if column not in table and not (column == GEOMETRY and table.geometry):
            raise KeyError(" ".join((table.name, "has no field", column)))


def _insert_sql(table: Table, columns: Sequence[str]) -> str:
    return " ".join(("INSERT INTO", name(table.name), "(", ", ".join(name(c) for c in columns),
                     ") VALUES (", ", ".join("?" * len(columns)), ")"))  # fmt: skip


def _condition(table: Table, where: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    if not where:
        return "", []
    _check_columns(table, tuple(where))
    parts, parameters = [], []
    for column, value in where.items():
        if value is None:
            parts.append(" ".join((name(column), "IS NULL")))
        elif isinstance(value, (list, tuple, set)):
            parts.append(" ".join((name(column), "IN (SELECT value FROM json_each(?))")))
            parameters.append(json.dumps(list(value)))
        else:
            parts.append(" ".join((name(column), "= ?")))
            parameters.append(value)
    return " ".join(("WHERE", " AND ".join(parts))), parameters
