"""Territory shares as SQLite packs rows and index entries.

Source: https://www.sqlite.org/fileformat2.html, 2.1 (record format).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...geometry.sorting import order_of
from ..store import ShareRows
from .pages import Bytes, Cells

Integers = NDArray[np.int64]

#: From here on a rowid takes four bytes, as a key and as a value, up to the last one.
FIRST_ROWID, _LAST_ROWID = 2**23, 2**28 - 1
_ROWID_BYTES, _UUID_BYTES = 4, 36
# With keys up to this length, the length of a packed row is told in one byte.
_LONGEST_KEY = 24
# How SQLite tells the type of a value: nothing, a whole number of four bytes, a real number.
_NULL, _INTEGER, _REAL = 0, 4, 7
_COLUMNS = 6  # besides the rowid


@dataclass(frozen=True)
class PackedRows:
    """All rows of `asset_share`; those of a class follow each other."""

    classes: list[tuple[str, int]]  # and where each of them ends
    keys: list[bytes]  # of the municipalities; the last one is empty: outside all
    uuid: NDArray[np.bytes_]
    municipality: NDArray[np.int32]  # index in `keys`
    numbers: NDArray[np.float64]  # (n, 3): length, length of the asset, share

    @classmethod
    def of(cls, keys: Sequence[str], parts: list[ShareRows]) -> PackedRows | None:
        """None where a value is longer than usual; else takes all parts out of the list.

        So that memory holds the rows of a large register once.
        """
        known = [*(key.encode() for key in keys), b""]
        count = sum(len(part.fid) for part in parts)
        usual = 0 < count <= _LAST_ROWID - FIRST_ROWID and max(map(len, known)) <= _LONGEST_KEY
        if not usual or any(part.uuid is None and len(part.fid) for part in parts):
            return None
        uuid = np.empty(count, dtype=f"S{_UUID_BYTES}")
        municipality, numbers = np.empty(count, dtype=np.int32), np.empty((count, 3))
        classes: dict[str, int] = {}
        end = count
        while parts:
            part = parts.pop()
            rows = slice(end - len(part.fid), end)
            if rows.start < end:
                classes.setdefault(part.table, end)
                uuid[rows] = part.uuid
                municipality[rows] = part.municipality % len(known)
                numbers[rows] = np.column_stack([part.length_m, part.asset_length_m, part.share])
            end = rows.start
        return cls(list(classes.items())[::-1], known, uuid, municipality, numbers)

    def table_cells(self) -> Cells:
        """The rows in their order."""
        longest = max(len(table) for table, _ in self.classes) + int(self._widths.max())
        room = 1 + _ROWID_BYTES + 2 + _COLUMNS + longest + _UUID_BYTES + 24

        def pack(first: int, last: int) -> Bytes:
            cells = np.zeros((last - first, room), dtype=np.uint8)
            begin = first
            for table, end in self.classes:
                end = min(end, last)
                if begin < end:
                    self._pack_class(table, begin, end, cells[begin - first : end - first])
                begin = max(begin, end)
            return cells

        return Cells(len(self.uuid), room, pack)

    def _pack_class(self, table: str, first: int, last: int, cells: Bytes) -> None:
        # Points have no length.
        metres, numbers = (_NULL, slice(2, 3)) if np.isnan(self.numbers[first, 0]) \
            else (_REAL, slice(3))  # fmt: skip
        for width, row, at in self._by_width(np.arange(first, last)):
            types = [2 + _COLUMNS, _NULL, _text(len(table)), _text(_UUID_BYTES), _text(width),
                     metres, metres, _REAL]  # fmt: skip
            rowid = (row[:, None] + FIRST_ROWID) >> [21, 14, 7, 0] & 0x7F | [128, 128, 128, 0]
            _put(cells, at, _ROWID_BYTES, [
                rowid.astype(np.uint8), np.array(types), np.frombuffer(table.encode(), np.uint8),
                _bytes(self.uuid[row]), self._key_bytes(row, width),
                _bytes(self.numbers[row, numbers].astype(">f8")),
            ])  # fmt: skip

    def index_cells(self, columns: Sequence[str]) -> Cells:
        """The entries of an index on `asset_uuid`, `ags`, or on both in this order."""
        by_uuid, by_key = "asset_uuid" in columns, "ags" in columns
        # What is empty comes first.
        rank = np.empty(len(self.keys), dtype=np.int64)
        rank[sorted(range(len(rank)), key=self.keys.__getitem__)] = np.arange(len(rank))
        rank = rank[self.municipality]
        order = _order_by_uuid(self.uuid, rank * by_key) if by_uuid else order_of(rank)
        room = 1 + 2 + len(columns) + _UUID_BYTES * by_uuid + _ROWID_BYTES
        room += int(self._widths.max()) * by_key

        def pack(first: int, last: int) -> Bytes:
            cells = np.zeros((last - first, room), dtype=np.uint8)
            for width, row, at in self._by_width(order[first:last]):
                types = [2 + len(columns)] + [_text(_UUID_BYTES)] * by_uuid + \
                    [_text(width)] * by_key + [_INTEGER]  # fmt: skip
                values = [_bytes(self.uuid[row])] * by_uuid
                values += [self._key_bytes(row, width)] * by_key
                rowid = _bytes((row + FIRST_ROWID).astype(">i4"))
                _put(cells, at, 0, [np.array(types), *values, rowid])
            return cells

        return Cells(len(self.uuid), room, pack)

    @cached_property
    def _widths(self) -> Integers:
        return np.array([len(key) for key in self.keys])

    @cached_property
    def _keys(self) -> Bytes:
        """(keys, width of the widest)"""
        widest = max(1, int(self._widths.max()))
        return _bytes(np.array(self.keys, dtype=f"S{widest}"))

    def _by_width(self, row: Integers) -> Iterator[tuple[int, Integers, Integers]]:
        """Rows whose keys are of one length; and where they stand among the given ones."""
        widths = self._widths[self.municipality[row]]
        for width in set(self._widths.tolist()):
            at = np.flatnonzero(widths == width)
            if at.size:
                yield width, row[at], at

    def _key_bytes(self, row: Integers, width: int) -> Bytes:
        return self._keys[self.municipality[row], :width]


def _text(length: int) -> int:
    """How SQLite tells the type of a text; an empty one stands for nothing here."""
    return 13 + 2 * length if length else _NULL


def _bytes(values: NDArray) -> Bytes:
    """(n, size) of (n,) values or of (n, m) numbers."""
    size = values.dtype.itemsize * (values.shape[1] if values.ndim > 1 else 1)
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), size)


def _put(cells: Bytes, at: Integers, uncounted: int, blocks: Sequence[NDArray]) -> None:
    """Write cells of one size: their length but for `uncounted` bytes, then all blocks.

    A block has the same bytes for all cells, or one row for each.
    """
    size = sum(block.shape[-1] for block in blocks)
    whole = np.empty((len(at), 1 + size), dtype=np.uint8)
    whole[:, 0] = size - uncounted
    begin = 1
    for block in blocks:
        whole[:, begin : begin + block.shape[-1]] = block
        begin += block.shape[-1]
    cells[at, : 1 + size] = whole


def _order_by_uuid(uuid: NDArray[np.bytes_], then: Integers) -> Integers:
    """Rows by ascending uuid, then by `then`, then as they are."""
    first = _words(uuid, 0, 8)
    order = np.argsort(first)
    # The first eight characters tell nearly all assets apart.
    same = first[order[1:]] == first[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = np.sort(order[tied])
    columns = [_words(uuid[rows], begin, begin + 8) for begin in range(32, -1, -8)]
    order[tied] = rows[np.lexsort([then[rows], *columns])]
    return order


def _words(uuid: NDArray[np.bytes_], begin: int, end: int) -> NDArray[np.uint64]:
    """Some characters of each, as numbers of the same order."""
    words = np.zeros((len(uuid), 8), dtype=np.uint8)
    taken = _bytes(uuid)[:, begin:end]
    words[:, : taken.shape[1]] = taken
    return words.view(">u8").ravel().astype(np.uint64)
