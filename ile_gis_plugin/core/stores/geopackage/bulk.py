"""Whole tables as arrays, without a Python object for each row or value.

SQLite strings a block's geometries together itself, and takes arrays as one BLOB in which the
place of a row follows from its key. Both leave Python's lock to the array kernels meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from ...definition.types import Field, Table
from ..store import Block, Box, ShareRows
from .ddl import name, text
from .geometry import wkb_column
from .queries import in_box

#: Bytes of geometry in a block: its arrays stay in the processor's cache.
_BLOCK_BYTES = 6_000_000
_FIRST_ROWS, _MOST_ROWS = 1_000, 100_000
#: Keys with more room between them than this are written row by row.
_SPARSE = 16
#: Lengths are whole multiples of this part of a metre.
_UNITS = 2**30
_NOBODY = "-"


def blocks(
    connection: sqlite3.Connection, table: Table, values: Sequence[str], box: Box | None
) -> Iterator[Block]:
    """See `Store.blocks`."""
    source = name(table.name)
    if box is not None:
        source = _selected(connection, table, box)
    limits = " ".join(("SELECT max(fid) FROM (SELECT fid FROM", source,
                       "WHERE fid > ? ORDER BY fid LIMIT ?)"))  # fmt: skip
    if box is not None:
        source = " ".join((source, "JOIN", name(table.name), "USING (fid)"))
    columns = ["fid", "CAST(ags AS INTEGER)", "ifnull(length(geom), 0)",
               *(_as_number(table[field]) for field in values)]  # fmt: skip
    # BLOBs are strung together as they are, byte by byte.
    strung = " ".join((
        "SELECT", *("".join(("group_concat(c", str(n), ", ' '), ")) for n in range(len(columns))),
        "CAST(group_concat(geom, '') AS BLOB) FROM (SELECT",
        *(" ".join((column, "AS", "".join(("c", str(n), ",")))) for n, column in
          enumerate(columns)),
        "geom FROM", source, "WHERE fid > ? AND fid <= ? ORDER BY fid)",
    ))  # fmt: skip
    after, rows = -(2**63), _FIRST_ROWS
    while True:
        (last,) = connection.execute(limits, (after, rows)).fetchone()
        if last is None:
            return
        try:
            *texts, data = connection.execute(strung, (after, last)).fetchone()
        except sqlite3.DataError:  # more than SQLite can hold in one value
            if rows == 1:
                raise
            rows = max(1, rows // 8)
            continue
        fid, home, size = (np.fromstring(t, dtype=np.int64, sep=" ") for t in texts[:3])
        numbers = {field: np.fromstring(t, dtype=np.float64, sep=" ")
                   for field, t in zip(values, texts[3:], strict=True)}  # fmt: skip
        yield Block(fid, home, *wkb_column(np.frombuffer(data or b"", np.uint8), size), numbers)
        after = last
        mean = 1 + len(data or b"") // len(fid)
        rows = int(np.clip(_BLOCK_BYTES // mean, 1, min(_MOST_ROWS, 8 * rows)))


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


@contextmanager
def unchecked(connection: sqlite3.Connection) -> Iterator[None]:
    """For rows that keep all rules by the way they are made: check none of them one by one.

    Deleted pages need no overwriting either. Does nothing for the keys inside a transaction.
    """
    switches = ("foreign_keys", "ignore_check_constraints", "secure_delete")
    before = [connection.execute(" ".join(("PRAGMA", s))).fetchone()[0] for s in switches]
    try:
        for switch, value in zip(switches, ("OFF", "ON", "FAST"), strict=True):
            connection.execute(" ".join(("PRAGMA", switch, "=", value)))
        yield
    finally:
        for switch, value in zip(switches, before, strict=True):
            value = "FAST" if switch == "secure_delete" and value == 2 else str(value)
            connection.execute(" ".join(("PRAGMA", switch, "=", value)))


def replace_shares(
    connection: sqlite3.Connection, keys: Sequence[str], parts: Sequence[ShareRows]
) -> None:
    """Put these shares in the place of all; the caller has a transaction open."""
    # Sorting all keys at the end is many times as fast as finding the place of each.
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'asset_share' AND type = 'index' "
        "AND sql NOT NULL"
    ).fetchall()
    for index, _ in indexes:
        connection.execute(" ".join(("DROP INDEX", name(index))))
    connection.execute("DELETE FROM asset_share")
    for part in parts:
        _insert(connection, keys, part)
    for _, sql in indexes:
        connection.execute(sql)


def _insert(connection: sqlite3.Connection, keys: Sequence[str], part: ShareRows) -> None:
    if not len(part.fid):
        return
    begins = np.append(True, part.fid[1:] != part.fid[:-1])
    asset = np.cumsum(begins) - 1
    whole = np.bincount(asset, part.length_m)[asset]  # NaN for points
    single = begins & np.append(begins[1:], True)
    span = int(part.fid[-1] - part.fid[0]) + 1
    if span > _SPARSE * len(part.fid):
        single[:] = False
    if single.any():
        _insert_single(connection, keys, part, np.flatnonzero(single))
    _insert_several(connection, keys, part, np.flatnonzero(~single), whole)


def _insert_single(
    connection: sqlite3.Connection, keys: Sequence[str], part: ShareRows, rows: NDArray[np.int64]
) -> None:
    """Rows of the assets that have one each, by the order of their uuids, which an index holds."""
    fid, municipality, length = part.fid[rows], part.municipality[rows], part.length_m[rows]
    first, last = int(fid[0]), int(fid[-1])
    at = fid - first
    width = max(map(len, (*keys, _NOBODY)))
    known = np.array([k.ljust(width).encode() for k in (*keys, _NOBODY)])  # -1 is the last one
    columns = {"key": known[municipality]}
    if not np.isnan(length).any():
        columns["length"] = _digits(np.rint(length * _UNITS).astype(np.int64))
    parameters = {"first": first, "last": last, "nobody": _NOBODY}
    for column, values in columns.items():
        places = np.zeros(last - first + 1, dtype=values.dtype)
        places[at] = values
        parameters[column] = places.tobytes()
    is_single = np.zeros(last - first + 1, dtype=np.uint8)
    is_single[at] = 1
    parameters["single"] = is_single.tobytes()

    def place(column: str, width: int) -> str:
        return " ".join(("substr(", ":" + column, ", 1 + (fid - :first) *", str(width), ",",
                         str(width), ")"))  # fmt: skip

    metres = "NULL"
    if "length" in columns:
        digits = place("length", columns["length"].dtype.itemsize)
        metres = " ".join(("CAST(", digits, "AS INTEGER) /", str(float(_UNITS))))
    key = " ".join(("rtrim(CAST(", place("key", known.dtype.itemsize), "AS TEXT))"))
    connection.execute(
        " ".join((
            "INSERT INTO asset_share (asset_class, asset_uuid, ags, length_m, asset_length_m,",
            "share) SELECT", text(part.table), ", uuid, nullif(", key, ", :nobody),", metres, ",",
            metres, ", 1.0 FROM", name(part.table), "WHERE +fid BETWEEN :first AND :last AND",
            place("single", 1), "= X'01' ORDER BY uuid",
        )),
        parameters,
    )  # fmt: skip


def _insert_several(
    connection: sqlite3.Connection, keys: Sequence[str], part: ShareRows,
    rows: NDArray[np.int64], whole: NDArray[np.float64],
) -> None:  # fmt: skip
    known = [*keys, None]
    length, asset_length = part.length_m[rows], whole[rows]
    has_none = np.isnan(length).any()
    connection.executemany(
        " ".join((
            "INSERT INTO asset_share (asset_class, asset_uuid, ags, length_m, asset_length_m,",
            "share) SELECT", text(part.table), ", uuid, ?, ?, ?, ? FROM", name(part.table),
            "WHERE fid = ?",
        )),
        zip(
            [known[m] for m in part.municipality[rows].tolist()],
            [None] * len(rows) if has_none else length.tolist(),
            [None] * len(rows) if has_none else asset_length.tolist(),
            part.share[rows].tolist(),
            part.fid[rows].tolist(),
            strict=True,
        ),
    )  # fmt: skip


def _digits(values: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Numbers from 0 as decimal text of one width, four digits at a time."""
    fours = np.array([f"{n:04d}" for n in range(10_000)], dtype="S4")
    width = -(-len(str(int(values.max()))) // 4)
    groups = np.empty((len(values), width), dtype="S4")
    for column in range(width - 1, -1, -1):
        values, rest = np.divmod(values, 10_000)
        groups[:, column] = fours[rest]
    return groups.view(f"S{4 * width}")[:, 0]
