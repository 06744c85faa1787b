"""GeoPackage geometry blobs, and the SQL functions that the R-tree triggers call."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...geometry.wkb import WkbColumn

_POINT, _LINE, _POLYGON = 1, 2, 3
_EMPTY = 0b10000
_ENVELOPE_SIZES = (0, 32, 48, 48, 64)


class _Reader:
    """Walks through WKB and collects the bounds of what it passes."""

    def __init__(self, wkb: bytes) -> None:
        self.wkb = wkb
        self.at = 0
        self.bounds = [np.inf, -np.inf, np.inf, -np.inf]

    def geometry(self) -> None:
        order = "<" if self.wkb[self.at] else ">"
        (code,) = struct.unpack_from(order + "I", self.wkb, self.at + 1)
        self.at += 5
        flat = code & 0xFF if code & 0xE0000000 else code % 1000
        dimensions = 2
        if code & 0xE0000000:
            dimensions += bool(code & 0x80000000) + bool(code & 0x40000000)
            self.at += 4 if code & 0x20000000 else 0  # an EWKB SRID
        elif code >= 1000:
            dimensions += 2 if code >= 3000 else 1
        if flat == _POINT:
            self._coordinates(order, 1, dimensions)
        elif flat == _LINE:
            self._coordinates(order, self._count(order), dimensions)
        elif flat == _POLYGON:
            for _ in range(self._count(order)):
                self._coordinates(order, self._count(order), dimensions)
        else:
            for _ in range(self._count(order)):
                self.geometry()

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self.wkb, self.at)
        self.at += 4
        return count

    def _coordinates(self, order: str, count: int, dimensions: int) -> None:
        values = np.frombuffer(self.wkb, order + "f8", count * dimensions, self.at)
        self.at += values.nbytes
        x, y = values[0::dimensions], values[1::dimensions]
        if count and not np.isnan(x[0]):
            b = self.bounds
            self.bounds = [
                min(b[0], float(x.min())),
                max(b[1], float(x.max())),
                min(b[2], float(y.min())),
                max(b[3], float(y.max())),
            ]


def bounds(wkb: bytes) -> tuple[float, float, float, float] | None:
    """(min x, max x, min y, max y) of a WKB geometry; None where it is empty."""
    if len(wkb) == 21 and wkb[:5] == b"\x01\x01\x00\x00\x00":  # most assets are plain points
        x, y = struct.unpack_from("<dd", wkb, 5)
        return None if x != x else (x, x, y, y)
    reader = _Reader(wkb)
    reader.geometry()
    return None if reader.bounds[0] == np.inf else tuple(reader.bounds)


def to_blob(wkb: bytes | None, srs: int) -> bytes | None:
    """A GeoPackage geometry from WKB. Points go without an envelope, as the standard suggests.

    Source: OGC 12-128r18, clause 2.1.3.
    """
    if wkb is None:
        return None
    wkb = bytes(wkb)
    found = bounds(wkb)
    if found is None:
        return struct.pack("<2sBBi", b"GP", 0, 1 | _EMPTY, srs) + wkb
    if found[0] == found[1] and found[2] == found[3]:
        return struct.pack("<2sBBi", b"GP", 0, 1, srs) + wkb
    return struct.pack("<2sBBi4d", b"GP", 0, 0b11, srs, *found) + wkb


def to_wkb(blob: bytes | None) -> bytes | None:
    """The WKB inside a GeoPackage geometry."""
    if blob is None:
        return None
    return blob[8 + _ENVELOPE_SIZES[blob[3] >> 1 & 0b111] :]


def wkb_of_blobs(blobs: Sequence[bytes | None]) -> tuple[NDArray[np.bool_], WkbColumn]:
    """Which of many GeoPackage geometries are there, and the WKB inside them as one column."""
    lengths = np.fromiter((0 if b is None else len(b) for b in blobs), np.int64, len(blobs))
    data = np.frombuffer(b"".join(b for b in blobs if b is not None), dtype=np.uint8)
    return wkb_column(data, lengths)


def wkb_column(
    data: NDArray[np.uint8], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], WkbColumn]:
    """The same of blobs that follow each other in `data`; those that are missing have length 0."""
    end = np.cumsum(lengths)
    present = lengths > 8
    flags = np.zeros(len(lengths), dtype=np.int64)
    flags[present] = data[(end - lengths)[present] + 3]
    header = np.where(present, 8 + np.array(_ENVELOPE_SIZES)[(flags >> 1 & 0b111) % 5], 0)
    return present, WkbColumn(data, end - lengths + header, end)


def _blob_bounds(blob: bytes) -> tuple[float, float, float, float] | None:
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if flags >> 1 & 0b111:
        return struct.unpack_from(("<" if flags & 1 else ">") + "4d", blob, 8)
    return bounds(blob[8:])


def register_functions(connection: sqlite3.Connection) -> None:
    """The five functions without which plain SQLite can't write to a spatial table.

    Source: OGC 12-128r18, annex F.3 (R-tree extension).
    """

    def side(position: int):
        def value(blob: bytes | None) -> float | None:
            found = _blob_bounds(blob) if blob is not None else None
            return None if found is None else found[position]

        return value

    def is_empty(blob: bytes | None) -> int | None:
        return None if blob is None else int(_blob_bounds(blob) is None)

    for position, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, side(position), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
