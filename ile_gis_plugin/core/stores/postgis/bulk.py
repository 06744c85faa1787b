"""Whole tables as arrays, without a Python object for each row or value.

The server strings the binary values of a block together, and COPY hands them over as they are.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...definition.types import Field, Table, Type
from ...geometry.wkb import WkbColumn
from ..store import Block, Box, Chunk, Condition
from .queries import where
from .sql import Names, name, text

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

#: Bytes of geometry in a block: its arrays stay in the processor's cache.
_BLOCK_BYTES = 6_000_000
_FIRST_ROWS, _MOST_ROWS = 1_000, 100_000
_UUID_BYTES = 36
#: What precedes the rows of a binary COPY: its signature, flags, the length of an extension.
#: Source: PostgreSQL 15, COPY, "Binary Format".
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TAIL = struct.pack(">h", -1)


def blocks(
    connection: Connection, table: Table, names: Names, values: Sequence[str], box: Box | None,
    uuids: bool,
) -> Iterator[Block]:  # fmt: skip
    """See `Store.blocks`."""
    keys = None if box is None else keys_in_box(connection, table, names, box)
    columns = [
        "int8send(fid)", "int8send(ags::bigint)", "int8send(coalesce(octet_length(wkb), 0))",
        *("".join(("float8send(v", str(n), ")")) for n in range(len(values))),
        "wkb", "convert_to(uuid, 'UTF8')" if uuids else "NULL::bytea",
    ]  # fmt: skip
    strung = ", ".join("".join(("string_agg(", column, ", ''::bytea)")) for column in columns)
    read = ["fid", "ags", "uuid", " ".join((names.wkb("geom"), "AS wkb"))]
    read += [" ".join((_as_number(table[field]), "AS", "".join(("v", str(n)))))
             for n, field in enumerate(values)]  # fmt: skip
    some = "fid = ANY(%s::int[])" if keys is not None else "fid > %s"
    sql = " ".join((
        "COPY (SELECT", strung, "FROM (SELECT", ", ".join(read), "FROM", names.of(table.name),
        "WHERE", some, "ORDER BY fid LIMIT %s) AS block) TO STDOUT (FORMAT binary)",
    ))  # fmt: skip
    after, rows, at = -(2**31), _FIRST_ROWS, 0
    while True:
        if keys is not None:
            chosen: Any = "".join(("{", ",".join(map(str, keys[at : at + rows].tolist())), "}"))
            at += rows
        else:
            chosen = after
        first, *others = _copied(connection, sql, (chosen, rows), len(columns))
        fid = _array(first, ">i8").astype(np.int64)
        if len(fid):
            yield _block(fid, others, values, uuids)
            after = int(fid[-1])
            mean = 1 + len(others[-2]) // len(fid)
            rows = int(np.clip(_BLOCK_BYTES // mean, 1, min(_MOST_ROWS, 8 * rows)))
        if (keys is None and not len(fid)) or (keys is not None and at >= len(keys)):
            return


def _block(fid: NDArray[np.int64], fields: list, values: Sequence[str], uuids: bool) -> Block:
    home, size, *numbers, wkb, uuid = fields
    length = _array(size, ">i8").astype(np.int64)
    end = np.cumsum(length)
    columns = {field: _array(n, ">f8").astype(np.float64)
               for field, n in zip(values, numbers, strict=True)}  # fmt: skip
    usual = uuids and len(uuid) == len(fid) * _UUID_BYTES
    return Block(
        fid, _array(home, ">i8").astype(np.int64), length > 0,
        WkbColumn(_array(wkb, np.uint8), end - length, end), columns,
        _array(uuid, f"S{_UUID_BYTES}") if usual else None,
    )  # fmt: skip


def keys_in_box(
    connection: Connection, table: Table, names: Names, box: Box
) -> NDArray[np.int64]:  # fmt: skip
    """(n,) keys of the rows whose bounds meet the box, ascending."""
    sql = " ".join(("COPY (SELECT string_agg(int8send(fid), ''::bytea) FROM", names.of(table.name),
                    "WHERE", names.in_box(), ") TO STDOUT (FORMAT binary)"))  # fmt: skip
    (keys,) = _copied(connection, sql, tuple(map(float, box)), 1)
    return np.sort(_array(keys, ">i8").astype(np.int64))


def _copied(
    connection: Connection, sql: str, parameters: tuple[Any, ...], count: int
) -> list[memoryview]:  # fmt: skip
    """The fields of the one row that a COPY gives; an empty one where it is NULL."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(cursor.mogrify(sql, parameters), found)
    data = found.getbuffer()
    at = len(COPY_HEAD) + 2  # the number of fields comes first
    fields = []
    for _ in range(count):
        (length,) = struct.unpack_from(">i", data, at)
        at += 4
        fields.append(data[at : at + max(0, length)])
        at += max(0, length)
    return fields


def _array(data: memoryview, kind: Any) -> NDArray:
    return np.frombuffer(data, dtype=kind)


def _as_number(field: Field) -> str:
    """A field as a number: a code by its place in its list, or -1; else its value, or NaN."""
    column = name(field.name)
    if field.domain is None:
        number = "::int::float8" if field.type is Type.BOOLEAN else "::float8"
        return "".join(("coalesce(", column, number, ", 'NaN')"))
    cases = (" ".join(("WHEN", text(c.code), "THEN", str(n)))
             for n, c in enumerate(field.domain.codes))  # fmt: skip
    return " ".join(("(CASE", column, *cases, "ELSE -1 END)::float8"))


def chunks(
    connection: Connection, table: Table, names: Names, columns: Sequence[str],
    conditions: Sequence[Condition], rows: int,
) -> Iterator[Chunk]:  # fmt: skip
    """See `Store.scan`."""
    chosen = ", ".join(("fid", names.wkb("geom"), *(_as_kept(table[c]) for c in columns)))
    after = -(2**31)
    while True:
        clause, parameters = where(table, [*conditions, ("fid", ">", after)], names)
        sql = " ".join(("SELECT", chosen, "FROM", names.of(table.name), clause,
                        "ORDER BY fid LIMIT %s"))  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(sql, (*parameters, rows))
            found = cursor.fetchall()
        if not found:
            return
        fid, wkb, *values = zip(*found, strict=True)
        length = np.fromiter((0 if g is None else len(g) for g in wkb), np.int64, len(wkb))
        data = np.frombuffer(b"".join(g for g in wkb if g is not None), np.uint8)
        end = np.cumsum(length)
        yield Chunk(np.array(fid, np.int64), length > 0, WkbColumn(data, end - length, end),
                    dict(zip(columns, values, strict=True)))  # fmt: skip
        after = fid[-1]
        if len(found) < rows:
            return


def _as_kept(field: Field) -> str:
    """Dates as texts, as a GeoPackage keeps them."""
    column = name(field.name)
    return "".join((column, "::text")) if field.type in (Type.DATE, Type.JSON) else column
