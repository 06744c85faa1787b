"""Trees of a SQLite database, written from arrays.

Row by row, SQLite needs microseconds to bind values, find a place and pack them. Arrays are
packed all at once; and from a database that was written this way, SQLite copies rows and index
entries as they are (`INSERT INTO … SELECT * FROM …` between tables of one definition).

Source: https://www.sqlite.org/fileformat2.html, 1.3 (header) and 1.6 (trees).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PAGE_BYTES = 65_536
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2
_LEAF_HEAD, _INNER_HEAD, _POINTER, _CHILD, _LONGEST_VARINT = 8, 12, 2, 4, 9
_PAGE_COUNT_AT = 28
# Cells packed at once: bounds memory.
_PIECE = 100_000

Bytes = NDArray[np.uint8]


class Cells(NamedTuple):
    """The cells of a tree by ascending key, which all take the room of the longest one.

    `pack(first, last)` gives (last - first, room) bytes. The first byte of each tells how many
    follow; in a table the rowid follows it and does not count.
    """

    count: int
    room: int
    pack: Callable[[int, int], Bytes]


class PageFile:
    """A database that SQLite made with pages of PAGE_BYTES, whose empty trees are to be filled.

    Several threads may fill one tree each.
    """

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._file = path.open("r+b")
        self._pages = path.stat().st_size // PAGE_BYTES

    def __enter__(self) -> PageFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.seek(_PAGE_COUNT_AT)
        self._file.write(struct.pack(">I", self._pages))
        self._file.close()

    def fill_table(self, root: int, cells: Cells, first_rowid: int) -> None:
        """Put rows with successive rowids into the empty table whose root page this is."""
        room = (PAGE_BYTES - _LEAF_HEAD) // (cells.room + _POINTER)
        children: list[tuple[int, int]] = []  # page, highest rowid
        for first, last in _pieces(cells.count, room):
            pages = self._add(_leaves(_TABLE_LEAF, cells.pack(first, last), room))
            ends = [min(end, last) for end in range(first + room, last + room, room)]
            children += [(p, end - 1 + first_rowid) for p, end in zip(pages, ends, strict=True)]
        while len(children) > 1:
            above = []
            for part in _shared_out(children, _CHILD + _LONGEST_VARINT):
                keys = [struct.pack(">I", page) + varint(rowid) for page, rowid in part[:-1]]
                (page,) = self._add(_inner(_TABLE_INNER, keys, part[-1][0]))
                above.append((page, part[-1][1]))
            children = above
        self._move([page for page, _ in children], root)

    def fill_index(self, root: int, cells: Cells) -> None:
        """Put entries into the empty index whose root page this is."""
        room = (PAGE_BYTES - _LEAF_HEAD) // (cells.room + _POINTER)
        # Between two leaves stands an entry one level higher: the last one must not be such.
        while cells.count % (room + 1) == 0 and cells.count:
            room -= 1
        children: list[int] = []
        between: list[bytes] = []
        for first, last in _pieces(cells.count, room + 1):
            packed = cells.pack(first, last)
            is_between = np.zeros(len(packed), dtype=bool)
            is_between[room :: room + 1] = True
            children += self._add(_leaves(_INDEX_LEAF, packed[~is_between], room))
            between += [cell[: 1 + cell[0]].tobytes() for cell in packed[is_between]]
        while len(children) > 1:
            pages, above, at = [], [], 0
            for part in _shared_out(children, _CHILD + cells.room):
                entries = between[at : at + len(part) - 1]
                keys = [struct.pack(">I", page) + entry
                        for page, entry in zip(part[:-1], entries, strict=True)]  # fmt: skip
                pages += self._add(_inner(_INDEX_INNER, keys, part[-1]))
                at += len(part)
                above += between[at - 1 : at]
            children, between = pages, above
        self._move(children, root)

    def _add(self, pages: Bytes) -> list[int]:
        """Append pages; their numbers."""
        with self._lock:
            self._file.seek(self._pages * PAGE_BYTES)
            self._file.write(pages)
            numbers = range(self._pages + 1, self._pages + 1 + len(pages))
            self._pages += len(pages)
        return list(numbers)

    def _move(self, pages: Sequence[int], root: int) -> None:
        """Let the highest page, if there is one, be the root."""
        for page in pages:
            with self._lock:
                self._file.seek((page - 1) * PAGE_BYTES)
                content = self._file.read(PAGE_BYTES)
                self._file.seek((root - 1) * PAGE_BYTES)
                self._file.write(content)


def varint(value: int) -> bytes:
    """A number as SQLite writes it: seven bits a byte, the highest ones first."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def _pieces(count: int, step: int) -> Iterator[tuple[int, int]]:
    """(first, last + 1) of runs of cells, of whole pages but the last one."""
    step *= max(1, _PIECE // step)
    return ((first, min(first + step, count)) for first in range(0, count, step))


def _shared_out(children: list, room: int) -> list[list]:
    """The children of each page one level higher: at least two, as one of them needs no key."""
    most = (PAGE_BYTES - _INNER_HEAD) // (room + _POINTER)
    while len(children) % most == 1:
        most -= 1
    return [children[first : first + most] for first in range(0, len(children), most)]


def _leaves(kind: int, packed: Bytes, room: int) -> Bytes:
    """Leaf pages with `room` cells each; the last one may have fewer."""
    pages = np.zeros((-(-len(packed) // room), PAGE_BYTES), dtype=np.uint8)
    whole = len(packed) // room
    _lay(kind, pages[:whole], packed[: whole * room], room)
    _lay(kind, pages[whole:], packed[whole * room :], len(packed) - whole * room)
    return pages


def _lay(kind: int, pages: Bytes, packed: Bytes, count: int) -> None:
    """Put `count` cells on each page: the cells at its end, where they are at its beginning."""
    if not len(pages):
        return
    size = count * packed.shape[1]
    begin = PAGE_BYTES - size
    pages[:, begin:] = packed.reshape(len(pages), size)
    places = begin + packed.shape[1] * np.arange(count)
    head = struct.pack(">BHHHB", kind, 0, count, begin, 0)
    pages[:, :_LEAF_HEAD] = np.frombuffer(head, np.uint8)
    pages[:, _LEAF_HEAD : _LEAF_HEAD + _POINTER * count] = places.astype(">u2").view(np.uint8)


def _inner(kind: int, keys: Sequence[bytes], last_child: int) -> Bytes:
    """(1, PAGE_BYTES) a page over others: keys that begin with the page before each, and the last
    page."""
    page = np.zeros((1, PAGE_BYTES), dtype=np.uint8)
    begin = PAGE_BYTES - sum(map(len, keys))
    places = begin + np.cumsum([0, *map(len, keys)])[:-1]
    head = struct.pack(">BHHHBI", kind, 0, len(keys), begin, 0, last_child)
    content = head + places.astype(">u2").tobytes()
    page[0, : len(content)] = np.frombuffer(content, np.uint8)
    page[0, begin:] = np.frombuffer(b"".join(keys), np.uint8)
    return page
