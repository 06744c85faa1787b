"""Puts the territory shares of a whole register into their table.

The rows are packed into a database of their own before the register is locked, and SQLite copies
them from there; see `pages`. That takes a tenth of the time of inserting them.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from ...definition import REGISTER
from ..store import ShareRows
from .ddl import create_indexes, create_table, name, text
from .pages import PAGE_BYTES, PageFile
from .share_cells import FIRST_ROWID, PackedRows

_TABLE = REGISTER["asset_share"]
_COLUMNS = ("asset_class", "asset_uuid", "ags", "length_m", "asset_length_m", "share")
_THREADS = 2


@contextmanager
def unchecked(connection: sqlite3.Connection) -> Iterator[None]:
    """For rows that keep all rules by the way they are made: check none of them one by one.

    Deleted pages need no overwriting either. Inside a transaction keys stay checked.
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


@contextmanager
def packed(
    connection: sqlite3.Connection, keys: Sequence[str], parts: list[ShareRows]
) -> Iterator[bool]:
    """Attach these rows as `packed.asset_share`. False where they have to be inserted one by one.

    That is inside a transaction, in a register whose table is of another definition, and where
    values are longer than usual. Else `parts` is empty afterwards.
    """
    (sql,) = connection.execute(
        "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = 'asset_share'"
    ).fetchone()
    usual = not connection.in_transaction and sql == create_table(_TABLE)
    rows = PackedRows.of(keys, parts) if usual else None
    if rows is None:
        yield False
        return
    with tempfile.TemporaryDirectory(prefix="ile-gis-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "shares.db")
        _write(path, rows)
        connection.execute("ATTACH DATABASE ? AS packed", (str(path),))
        try:
            yield True
        finally:
            connection.execute("DETACH DATABASE packed")


def replace_shares(
    connection: sqlite3.Connection, keys: Sequence[str], parts: Sequence[ShareRows],
    is_packed: bool,
) -> None:  # fmt: skip
    """Put these shares in the place of all; the caller has a transaction open."""
    indexes = connection.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE tbl_name = 'asset_share' "
        "AND type = 'index' AND sql NOT NULL"
    ).fetchall()
    usual = create_indexes(_TABLE)
    # Sorting all keys at the end is many times as fast as finding the place of each.
    late = [(index, sql) for index, sql in indexes if not (is_packed and sql in usual)]
    for index, _ in late:
        connection.execute(" ".join(("DROP INDEX main.", name(index))))
    connection.execute("DELETE FROM main.asset_share")
    if is_packed:
        connection.execute("INSERT INTO main.asset_share SELECT * FROM packed.asset_share")
    else:
        for part in parts:
            _insert(connection, keys, part)
    present = {sql for _, sql in indexes}
    for sql in [*(sql for _, sql in late), *(sql for sql in usual if sql not in present)]:
        connection.execute(sql)


def _insert(connection: sqlite3.Connection, keys: Sequence[str], part: ShareRows) -> None:
    """Row by row."""
    known = [*keys, None]  # -1 is the last one
    numbers = (part.length_m, part.asset_length_m, part.share)
    columns = [[None if v != v else v for v in values.tolist()] for values in numbers]
    connection.executemany(
        " ".join((
            "INSERT INTO main.asset_share (", ", ".join(_COLUMNS), ") SELECT", text(part.table),
            ", uuid, ?, ?, ?, ? FROM", name(part.table), "WHERE fid = ?",
        )),
        zip([known[m] for m in part.municipality.tolist()], *columns, part.fid.tolist(),
            strict=True),
    )  # fmt: skip


def _write(path: Path, rows: PackedRows) -> None:
    """Make the database of these rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(" ".join(("PRAGMA page_size =", str(PAGE_BYTES))))
        connection.execute("PRAGMA journal_mode = OFF")
        for sql in (create_table(_TABLE), *create_indexes(_TABLE)):
            connection.execute(sql)
        (table,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'asset_share'"
        ).fetchone()
        indexes = connection.execute(
            "SELECT rootpage, group_concat(columns.name) FROM sqlite_master AS indexes, "
            "pragma_index_info(indexes.name) AS columns WHERE type = 'index' "
            "AND tbl_name = 'asset_share' GROUP BY rootpage"
        ).fetchall()
    with PageFile(path) as file, ThreadPoolExecutor(_THREADS) as pool:
        filled = [pool.submit(lambda: file.fill_table(table, rows.table_cells(), FIRST_ROWID))]
        for root, columns in indexes:
            filled.append(pool.submit(
                lambda root=root, columns=columns: file.fill_index(
                    root, rows.index_cells(columns.split(",")))
            ))  # fmt: skip
        for future in filled:
            future.result()
