"""Whole tables as arrays, without a Python object for each row or value.

SQLite strings the values of a block together itself, which leaves Python's lock to the array
kernels meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...definition.types import Field, Table
from ..store import Block, Box
from .ddl import name, text
from .geometry import wkb_column
from .queries import in_box

#: Bytes of geometry in a block: its arrays stay in the processor's cache.
_BLOCK_BYTES = 6_000_000
_FIRST_ROWS, _MOST_ROWS = 1_000, 100_000
_UUID_BYTES, _DASHES = 36, (8, 13, 18, 23)


def blocks(
    connection: sqlite3.Connection, table: Table, values: Sequence[str], box: Box | None,
    uuids: bool,
) -> Iterator[Block]:  # fmt: skip
    """See `Store.blocks`."""
    source = name(table.name)
    if box is not None:
        source = _selected(connection, table, box)
    limits = " ".join(("SELECT min(fid), max(fid) FROM (SELECT fid FROM", source,
                       "WHERE fid > ? ORDER BY fid LIMIT ?)"))  # fmt: skip
    if box is not None:
        # CROSS: by the order of the keys on the left
        source = " ".join((source, "CROSS JOIN", name(table.name), "USING (fid)"))
    columns = ["fid", "CAST(ags AS INTEGER)", "ifnull(length(geom), 0)",
               *(_as_number(table[field]) for field in values)]  # fmt: skip
    # BLOBs are strung together as they are, byte by byte. By the limits of the key, rows are
    # visited in its order.
    strung = " ".join((
        "SELECT", *(" ".join(("group_concat(", column, ", ' '),")) for column in columns),
        "CAST(group_concat(uuid, '') AS BLOB)," if uuids else "X'',",
        "CAST(group_concat(geom, '') AS BLOB) FROM", source, "WHERE fid BETWEEN ? AND ?",
    ))  # fmt: skip
    after, rows, is_dense = -(2**63), _FIRST_ROWS, False
    while True:
        # Where hardly a key is missing, the last of many rows is known without counting them.
        first, last = connection.execute(limits, (after, 1 if is_dense else rows)).fetchone()
        if first is None:
            return
        if is_dense:
            last = min(first + rows, 2**63) - 1
        try:
            *texts, uuid, data = connection.execute(strung, (first, last)).fetchone()
        except sqlite3.DataError:  # more than SQLite can hold in one value
            if rows == 1:
                raise
            rows = max(1, rows // 8)
            continue
        fid, home, size = (np.fromstring(t, dtype=np.int64, sep=" ") for t in texts[:3])
        numbers = {field: np.fromstring(t, dtype=np.float64, sep=" ")
                   for field, t in zip(values, texts[3:], strict=True)}  # fmt: skip
        yield Block(fid, home, *wkb_column(np.frombuffer(data or b"", np.uint8), size), numbers,
                    _uuids(uuid or b"", len(fid)))  # fmt: skip
        after, is_dense = last, 4 * len(fid) > last - first
        mean = 1 + len(data or b"") // len(fid)
        rows = int(np.clip(_BLOCK_BYTES // mean, 1, min(_MOST_ROWS, 8 * rows)))


def _uuids(strung: bytes, count: int) -> NDArray[np.bytes_] | None:
    if len(strung) != count * _UUID_BYTES:
        return None
    uuids = np.frombuffer(strung, dtype=f"S{_UUID_BYTES}")
    dashes = uuids.view(np.uint8).reshape(count, _UUID_BYTES)[:, _DASHES]
    return uuids if (dashes == ord("-")).all() else None


def _selected(connection: sqlite3.Connection, table: Table, box: Box) -> str:
    """The keys of the rows whose bounds meet a box, as a temporary table."""
    keys = "".join(('temp."', "selected_", table.name, '"'))
    connection.execute(" ".join(("DROP TABLE IF EXISTS", keys)))
    connection.execute(" ".join(("CREATE TEMP TABLE", keys.removeprefix("temp."),
                                 "(fid INTEGER PRIMARY KEY)")))  # fmt: skip
    connection.execute(
        " ".join(("INSERT INTO", keys, "SELECT fid FROM", name(table.name), "WHERE",
                  in_box(table.name))),
        (box[0], box[2], box[1], box[3]),
    )  # fmt: skip
    return keys


def _as_number(field: Field) -> str:
    """A field as a number: a code by its place in its list, or -1; else its value, or nan."""
    column = name(field.name)
    if field.domain is None:
        return " ".join(("ifnull(", column, ", 'nan')"))
    cases = (" ".join(("WHEN", text(c.code), "THEN", str(n)))
             for n, c in enumerate(field.domain.codes))  # fmt: skip
    return " ".join(("CASE", column, *cases, "ELSE -1 END"))
