"""Trees written from arrays, read by SQLite."""

from __future__ import annotations

import sqlite3
import struct

import numpy as np
import pytest

from ile_gis_plugin.core.stores.geopackage import pages
from ile_gis_plugin.core.stores.geopackage.pages import Cells, PageFile, varint

FIRST = 2**23


def rows_as_cells(values: np.ndarray) -> Cells:
    """Rows of a table t(a INTEGER): the type of a number of four bytes, then the number."""
    def pack(first: int, last: int) -> np.ndarray:
        cells = [bytes([6]) + varint(FIRST + i) + bytes([2, 4]) + struct.pack(">i", values[i])
                 for i in range(first, last)]  # fmt: skip
        return np.frombuffer(b"".join(cells), np.uint8).reshape(last - first, -1)

    return Cells(len(values), 11, pack)  # fmt: skip


def entries_as_cells(values: np.ndarray) -> Cells:
    """Entries of an index on t(a)."""
    order = np.argsort(values, kind="stable")

    def pack(first: int, last: int) -> np.ndarray:
        cells = [bytes([11, 3, 4, 4]) + struct.pack(">ii", values[i], FIRST + i)
                 for i in order[first:last]]  # fmt: skip
        return np.frombuffer(b"".join(cells), np.uint8).reshape(last - first, -1)

    return Cells(len(values), 12, pack)


def database(path, values: np.ndarray) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(" ".join(("PRAGMA page_size =", str(pages.PAGE_BYTES))))
    connection.execute("CREATE TABLE t (a INTEGER)")
    connection.execute("CREATE INDEX i ON t (a)")
    connection.close()
    with PageFile(path) as file:
        file.fill_table(2, rows_as_cells(values), FIRST)
        file.fill_index(3, entries_as_cells(values))
    return sqlite3.connect(path, isolation_level=None)


@pytest.mark.parametrize("page_bytes", [512, 1024, 65_536])
@pytest.mark.parametrize("count", [0, 1, 2, 35, 36, 37, 38, 39, 40, 72, 73, 1_000, 40_000])
def test_sqlite_finds_every_row_and_every_entry(tmp_path, monkeypatch, page_bytes, count):
    monkeypatch.setattr(pages, "PAGE_BYTES", page_bytes)
    monkeypatch.setattr(pages, "_PIECE", 300)
    values = np.random.default_rng(count).integers(2**24, 2**24 + 3 * count + 1, count)
    connection = database(tmp_path / "t.db", values)
    # A page without a root is left behind; all that counts is in order.
    complaints = [c for (c,) in connection.execute("PRAGMA integrity_check") if c != "ok"]
    assert all("never used" in line for c in complaints for line in c.splitlines()[1:])
    rows = connection.execute("SELECT rowid, a FROM t").fetchall()
    assert rows == list(zip(range(FIRST, FIRST + count), values.tolist(), strict=True))
    entries = connection.execute("SELECT a, rowid FROM t INDEXED BY i ORDER BY a, rowid")
    assert entries.fetchall() == sorted(zip(values.tolist(), range(FIRST, FIRST + count),
                                            strict=True))  # fmt: skip
    for at in range(0, count, 1 + count // 50):
        value = int(values[at])
        found = connection.execute("SELECT a FROM t WHERE rowid = ?", (FIRST + at,)).fetchall()
        assert found == [(value,)]
        found = connection.execute("SELECT rowid FROM t INDEXED BY i WHERE a = ?", (value,))
        assert (FIRST + at,) in found.fetchall()
    connection.close()


def test_sqlite_goes_on_with_such_a_database(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_BYTES", 512)
    values = np.arange(2**24, 2**24 + 5_000)[::-1]
    connection = database(tmp_path / "t.db", values)
    connection.execute("DELETE FROM t WHERE a % 3 = 0")
    connection.execute("INSERT INTO t SELECT a - 2000000 FROM t")
    left = values[values % 3 != 0]
    expected = sorted([*left.tolist(), *(left - 2_000_000).tolist()])
    assert [a for (a,) in connection.execute("SELECT a FROM t INDEXED BY i ORDER BY a")] == expected
    connection.execute("VACUUM")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, b"\0"), (127, b"\x7f"), (128, b"\x81\0"), (2**23, b"\x84\x80\x80\0"),
     (2**28 - 1, b"\xff\xff\xff\x7f")],
)  # fmt: skip
def test_numbers_are_written_seven_bits_a_byte(value, written):
    assert varint(value) == written
