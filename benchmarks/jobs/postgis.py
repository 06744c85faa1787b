"""Layers into PostGIS, as fast as they go: binary COPY of WKB into tables without a log."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from job import read, timed

_BATCH = 10_000
#: The planner finds municipalities too few for parallel work; each of them is much work.
_PARALLEL = (
    "SET min_parallel_table_scan_size = 0",
    "SET min_parallel_index_scan_size = 0",
    "SET parallel_setup_cost = 0",
    "SET parallel_tuple_cost = 0",
)


def connect(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url, autocommit=True)
    for setting in _PARALLEL:
        connection.execute(setting)
    return connection


def load(connection: psycopg.Connection, register: Path, table: str, layers: Sequence[str],
         columns: Sequence[str], index: bool = True) -> None:  # fmt: skip
    """Make a table of some layers of the register; `columns` are all text, beside the geometry."""
    with timed("load"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        fields = ", ".join((*(f"{c} text" for c in columns), "geom geometry"))
        connection.execute(f"CREATE UNLOGGED TABLE {table} ({fields})")
        # Compressed geometry is unpacked for each pair anew.
        connection.execute(f"ALTER TABLE {table} ALTER geom SET STORAGE EXTERNAL")
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for layer in layers:
                for part in _rows(register, layer, columns):
                    copy.write(part)
            copy.write(b"\xff\xff")
    with timed("index"):
        if index:
            connection.execute(f"CREATE INDEX ON {table} USING gist (geom)")
        connection.execute(f"ANALYZE {table}")


def _rows(register: Path, layer: str, columns: Sequence[str]) -> Iterator[bytes]:
    pack = struct.Struct(">i").pack
    here = read(register, layer, list(columns))
    values = [here[c].cast("string").to_pylist() for c in columns]
    shapes = here["geom"].combine_chunks().to_numpy(zero_copy_only=False)
    head = struct.pack(">h", len(columns) + 1)
    parts: list[bytes] = []
    for *texts, shape in zip(*values, shapes, strict=True):
        parts.append(head)
        for text in texts:
            data = b"" if text is None else text.encode()
            parts += (pack(-1),) if text is None else (pack(len(data)), data)
        parts += (pack(len(shape)), shape)
        if len(parts) > _BATCH:
            yield b"".join(parts)
            parts.clear()
    yield b"".join(parts)


def write(connection: psycopg.Connection, query: str, out: Path) -> None:
    """Keep the rows of a query as CSV."""
    with (
        timed("write"),
        out.open("wb") as file,
        connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for part in copy:
            file.write(part)
