"""Puts the territory shares of a whole register into their table, as COPY's binary rows.

Rows are laid out at their longest, all at once, and what a row does not have is left out.
Source: PostgreSQL 15, COPY, "Binary Format".
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..store import ShareRows
from .bulk import COPY_HEAD, COPY_TAIL
from .sql import Names, name

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

_COLUMNS = ("asset_class", "asset_uuid", "ags", "length_m", "asset_length_m", "share")
_STAGED = "pg_temp.staged_share"
#: Rows laid out at once: bounds memory.
_PIECE = 100_000
_LENGTH = 4  # bytes before each value

Bytes = NDArray[np.uint8]


def replace_shares(
    connection: Connection, names: Names, keys: Sequence[str], parts: list[ShareRows]
) -> None:
    """Put these shares in the place of all; the caller has a transaction open. Empties `parts`.

    Only assets whose shares are others than before are written: so nobody else has to wait, and
    the table does not grow with each time.
    """
    columns = ", ".join(map(name, _COLUMNS))
    copy = " ".join(("COPY", _STAGED, "(", columns, ") FROM STDIN (FORMAT binary)"))
    with connection.cursor() as cursor:
        cursor.execute(" ".join((
            "CREATE TEMP TABLE staged_share ON COMMIT DROP AS SELECT", columns, "FROM",
            names.of("asset_share"), "WITH NO DATA; ALTER TABLE", _STAGED,
            "ADD n integer GENERATED ALWAYS AS IDENTITY",
        )))  # fmt: skip
        parts.reverse()
        while parts:
            for rows in binary_rows(keys, _with_uuids(connection, names, parts.pop())):
                data = b"".join((COPY_HEAD, rows, COPY_TAIL))
                cursor.copy_expert(copy, io.BytesIO(data))
        # Two tables of this size are compared in memory, or on disk in several times the time.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(" ".join(("ANALYZE", _STAGED)))
        cursor.execute(_write_changed(names, columns))
        cursor.execute("SET LOCAL work_mem TO DEFAULT")


def _write_changed(names: Names, columns: str) -> str:
    kept = names.of("asset_share")
    told = ("asset_class", "length_m", "asset_length_m", "share")
    ours, theirs = (", ".join(".".join((side, name(c))) for c in told) for side in ("a", "b"))
    asked = "WHERE asset_uuid IN (SELECT asset_uuid FROM pg_temp.changed_share)"
    return " ; ".join((
        " ".join((
            "CREATE TEMP TABLE changed_share ON COMMIT DROP AS",
            "SELECT DISTINCT coalesce(a.asset_uuid, b.asset_uuid) AS asset_uuid FROM", _STAGED,
            "a FULL JOIN", kept, "b ON a.asset_uuid = b.asset_uuid",
            "AND coalesce(a.ags, '') = coalesce(b.ags, '') WHERE a.asset_uuid IS NULL",
            "OR b.asset_uuid IS NULL OR (", ours, ") IS DISTINCT FROM (", theirs, ")",
        )),
        "ANALYZE pg_temp.changed_share",
        " ".join(("DELETE FROM", kept, asked)),
        " ".join(("INSERT INTO", kept, "(", columns, ") SELECT", columns, "FROM", _STAGED, asked,
                  "ORDER BY n")),
    ))  # fmt: skip


def _with_uuids(connection: Connection, names: Names, part: ShareRows) -> ShareRows:
    """Uuids of an unusual shape are looked up."""
    if part.uuid is not None or not len(part.fid):
        return part
    fid, at = np.unique(part.fid, return_inverse=True)
    sql = " ".join(("SELECT uuid FROM", names.of(part.table),
                    "WHERE fid = ANY(%s::int[]) ORDER BY fid"))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, (fid.tolist(),))
        known = np.array([uuid.encode() for (uuid,) in cursor])
    return part._replace(uuid=known[at])


def binary_rows(keys: Sequence[str], part: ShareRows) -> Iterator[bytes]:
    """The rows of a part, piece by piece."""
    known = np.array([*(key.encode() for key in keys), b""])  # -1 is the last one: outside all
    # Of a whole asset, so before any is cut in two.
    metres = np.column_stack([part.length_m, part.asset_length_m]) if len(part.fid) else None
    for first in range(0, len(part.fid), _PIECE):
        rows = slice(first, first + _PIECE)
        count = len(part.fid[rows])
        fields = [
            _texts(np.full(count, part.table.encode())), _texts(part.uuid[rows]),
            _texts(known[part.municipality[rows]]), _reals(metres[rows, 0]),
            _reals(metres[rows, 1]), _reals(part.share[rows]),
        ]  # fmt: skip
        head = np.broadcast_to(np.array([0, len(fields)], np.uint8), (count, 2))
        laid = np.hstack([head, *(field for field, _ in fields)])
        kept = np.hstack([np.ones((count, 2), bool), *(mask for _, mask in fields)])
        yield laid[kept].tobytes()


def _texts(values: NDArray[np.bytes_]) -> tuple[Bytes, NDArray[np.bool_]]:
    """(n, bytes) texts behind their lengths, and which bytes count; an empty one is NULL."""
    width = values.dtype.itemsize
    length = np.char.str_len(values)
    content = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), width)
    return _field(np.where(length > 0, length, -1), content, np.maximum(length, 0))


def _reals(values: NDArray[np.float64]) -> tuple[Bytes, NDArray[np.bool_]]:
    """The same of numbers; NaN is NULL."""
    content = np.ascontiguousarray(values.astype(">f8")).view(np.uint8).reshape(len(values), 8)
    is_there = ~np.isnan(values)
    return _field(np.where(is_there, 8, -1), content, np.where(is_there, 8, 0))


def _field(
    told: NDArray[np.int64], content: Bytes, taken: NDArray[np.int64]
) -> tuple[Bytes, NDArray[np.bool_]]:
    length = np.ascontiguousarray(told.astype(">i4")).view(np.uint8).reshape(len(told), _LENGTH)
    mask = np.arange(content.shape[1]) < taken[:, None]
    always = np.ones((len(told), _LENGTH), bool)
    return np.hstack([length, content]), np.hstack([always, mask])
