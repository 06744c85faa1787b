"""Well-known binary to flat coordinate arrays and back (ISO 13249-3 and EWKB).

Z and M are read over. A geometry is described by its parts (a point, a line or a ring): where its
coordinates begin, how many there are, how far apart. All coordinates are then gathered at once.
Columns of little-endian points or lines, the usual case, are described by array arithmetic; other
kinds are walked one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POINT, LINE, POLYGON, MULTI_LINE, MULTI_POLYGON = 1, 2, 3, 5, 6
_NAMES = {
    1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString",
    6: "MultiPolygon", 7: "GeometryCollection",
}  # fmt: skip
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


class WkbColumn(NamedTuple):
    """A column of WKB in one buffer: geometry i is data[start[i]:end[i]], both ascending."""

    data: NDArray[np.uint8]  # (B,)
    start: Integers  # (n,)
    end: Integers  # (n,)

    @classmethod
    def of_arrow(cls, data: NDArray[np.uint8], offsets: Integers) -> WkbColumn:
        """A column as Arrow stores it: geometry i is data[offsets[i]:offsets[i + 1]]."""
        return cls(data, offsets[:-1], offsets[1:])

    def take(self, index: NDArray) -> WkbColumn:
        """The geometries at `index` (or of a mask), in the same buffer."""
        return WkbColumn(self.data, self.start[index], self.end[index])


class Lines(NamedTuple):
    """Lines; part i has coords[offsets[i]:offsets[i + 1]] and belongs to geometry asset[i]."""

    coords: Floats  # (N, 2)
    offsets: Integers  # (parts + 1,)
    asset: Integers  # (parts,), ascending; 0, 1, 2 … unless there are MultiLineStrings


class Rings(NamedTuple):
    """Rings of polygons; ring i has coords[offsets[i]:offsets[i + 1]], first vertex = last."""

    coords: Floats  # (N, 2)
    offsets: Integers  # (rings + 1,)
    polygon: Integers  # (rings,), ascending: the geometry that the ring belongs to


class _Parts(NamedTuple):
    geometry: Integers  # index of the geometry in the column
    position: Integers  # byte at which the coordinates begin
    count: Integers  # vertices
    stride: Integers  # bytes from one vertex to the next
    big_endian: NDArray[np.bool_]


def decode_points(wkb: Sequence[bytes] | WkbColumn) -> Floats:
    """(n, 2) coordinates of Points, in their own CRS and unit; NaN for an empty point.

    Raises:
        ValueError: names the index of the first geometry that is missing, truncated or no Point.
    """
    column = _column(wkb)
    return _gather(column, _parts(column, (POINT,)))


def decode_lines(wkb: Sequence[bytes] | WkbColumn) -> Lines:
    """Coordinates of LineStrings (and the parts of MultiLineStrings), in their own CRS and unit.

    Raises:
        ValueError: names the index of the first geometry that is missing, truncated or no line.
    """
    column = _column(wkb)
    parts = _parts(column, (LINE, MULTI_LINE))
    return Lines(_gather(column, parts), _running_sum(parts.count), parts.geometry)


def decode_polygons(wkb: Sequence[bytes] | WkbColumn) -> Rings:
    """Rings of Polygons and MultiPolygons, in their own CRS and unit.

    Raises:
        ValueError: names the index of the first geometry that is missing, truncated, no polygon
            or has a ring that is not closed.
    """
    column = _column(wkb)
    parts = _parts(column, (POLYGON, MULTI_POLYGON))
    parts = _Parts(*(values[parts.count > 0] for values in parts))
    coords, offsets = _gather(column, parts), _running_sum(parts.count)
    is_open = (coords[offsets[:-1]] != coords[offsets[1:] - 1]).any(axis=1)
    if is_open.any():
        raise ValueError(f"geometry {parts.geometry[is_open.argmax()]}: a ring is not closed")
    return Rings(coords, offsets, parts.geometry)


def points_to_wkb(xy: ArrayLike) -> list[bytes]:
    """Little-endian ISO WKB of (n, 2) points."""
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    layout = np.dtype([("order", "u1"), ("kind", "<u4"), ("xy", "<f8", (2,))])
    records = np.zeros(len(xy), dtype=layout)
    records["order"], records["kind"], records["xy"] = 1, POINT, xy
    return records.view(f"V{layout.itemsize}").tolist()


def lines_to_wkb(coords: ArrayLike, offsets: ArrayLike) -> list[bytes]:
    """Little-endian ISO WKB of lines with the (N, 2) `coords` cut at the (n + 1,) `offsets`."""
    coords = np.ascontiguousarray(coords, dtype="<f8").reshape(-1, 2)
    offsets = np.asarray(offsets, dtype=np.int64)
    count = np.diff(offsets)
    ends = np.cumsum(9 + 16 * count)
    starts = ends - (9 + 16 * count)
    # 8 spare bytes, so that the overlapping views below stay inside
    data = np.zeros((int(ends[-1]) if len(ends) else 0) + 16, dtype=np.uint8)
    data[starts] = 1
    data[starts + 1] = LINE
    _at_any_byte(data, "<u4")[starts + 5] = count
    position = _vertex_positions(starts + 9, count, np.full_like(count, 16))
    _at_any_byte(data, "<c16")[position] = coords.view("<c16")[:, 0]
    whole = data.tobytes()
    return [whole[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def _column(wkb: Sequence[bytes] | WkbColumn) -> WkbColumn:
    if isinstance(wkb, WkbColumn):
        return wkb
    try:
        lengths = np.fromiter(map(len, wkb), dtype=np.int64, count=len(wkb))
    except TypeError:
        missing = next(i for i, value in enumerate(wkb) if not hasattr(value, "__len__"))
        raise ValueError(f"geometry {missing} is missing (or not WKB bytes)") from None
    data = np.frombuffer(b"".join(wkb), dtype=np.uint8)
    return WkbColumn.of_arrow(data, _running_sum(lengths))


def _parts(column: WkbColumn, kinds: tuple[int, ...]) -> _Parts:
    """The parts of every geometry of the column."""
    data, start, end = column
    # 16 spare bytes, so that the header of a truncated last geometry can be looked at too
    header = np.concatenate([data[: end[-1] if len(end) else 0], np.zeros(16, np.uint8)])
    words = _at_any_byte(header, "<u4")
    code = words[start + 1]
    kind = (code & 0x0FFFFFFF) % 1000
    dimensions = 2 + _has_z(code).astype(np.int64) + _has_m(code).astype(np.int64)
    body = start + 5 + 4 * ((code & _EWKB_SRID) != 0)
    count = np.ones(len(start), np.int64)
    if kinds[0] != POINT:
        count = words[np.minimum(body, len(header) - 4)].astype(np.int64)
        body = body + 4
    regular = (header[start] == 1) & (kind == kinds[0]) & (kinds[0] != POLYGON)
    regular &= body + count * dimensions * 8 == end
    if regular.all():
        big_endian = np.zeros(len(start), dtype=bool)
        return _Parts(np.arange(len(start)), body, count, 8 * dimensions, big_endian)

    whole = memoryview(header)
    rows = list(zip(np.flatnonzero(regular).tolist(), body[regular].tolist(),
                    count[regular].tolist(), (8 * dimensions[regular]).tolist(),
                    [False] * int(regular.sum()), strict=True))  # fmt: skip
    for i in np.flatnonzero(~regular).tolist():
        rows += _walk(i, whole[int(start[i]) : int(end[i])], int(start[i]), kinds)
    rows.sort(key=lambda row: row[:2])
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return _Parts(*table[:, :4].T, table[:, 4].astype(bool))


def _has_z(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    iso = (code & 0x0FFFFFFF) // 1000
    return ((code & _EWKB_Z) != 0) | (iso == 1) | (iso == 3)


def _has_m(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    iso = (code & 0x0FFFFFFF) // 1000
    return ((code & _EWKB_M) != 0) | (iso == 2) | (iso == 3)


def _walk(
    index: int, wkb: memoryview, base: int, kinds: tuple[int, ...]
) -> list[tuple[int, int, int, int, bool]]:
    """Rows of the parts table for one geometry of any byte order."""
    rows: list[tuple[int, int, int, int, bool]] = []

    def read(at: int, allowed: tuple[int, ...]) -> int:
        """Take the geometry at `at` in; return where it ends."""
        big = wkb[at] == 0
        word = struct.Struct(">I" if big else "<I")
        code = np.uint32(word.unpack_from(wkb, at + 1)[0])
        kind = int(code & 0x0FFFFFFF) % 1000
        if kind not in allowed or wkb[at] > 1:
            wanted = " or ".join(_NAMES[k] for k in allowed)
            raise ValueError(f"geometry {index} is a {_NAMES.get(kind, kind)}, not a {wanted}")
        stride = 8 * (2 + int(_has_z(code)) + int(_has_m(code)))
        at += 9 if code & _EWKB_SRID else 5
        parts, at = (1, at) if kind == POINT else (word.unpack_from(wkb, at)[0], at + 4)
        if kind in (MULTI_LINE, MULTI_POLYGON):
            for _ in range(parts):
                at = read(at, (LINE if kind == MULTI_LINE else POLYGON,))
            return at
        for _ in range(parts if kind == POLYGON else 1):
            count = parts
            if kind == POLYGON:
                count, at = word.unpack_from(wkb, at)[0], at + 4
            rows.append((index, base + at, count, stride, big))
            at += count * stride
            if at > len(wkb):
                raise ValueError(f"geometry {index} is truncated")
        return at

    try:
        read(0, kinds)
    except (IndexError, struct.error):
        raise ValueError(f"geometry {index} is truncated") from None
    return rows


def _gather(column: WkbColumn, parts: _Parts) -> Floats:
    """(N, 2) coordinates of all parts, part after part."""
    position = _vertex_positions(parts.position, parts.count, parts.stride)
    if not position.size:
        return np.empty((0, 2))
    # x and y at once: a pair of doubles is moved as one complex number
    pairs = _at_any_byte(np.ascontiguousarray(column.data), "<c16")[position]
    coords = pairs.view("<f8").reshape(-1, 2)
    if parts.big_endian.any():
        swapped = np.repeat(parts.big_endian, parts.count)
        coords[swapped] = coords[swapped].byteswap()
    return coords


def _at_any_byte(data: NDArray[np.uint8], dtype: str) -> np.ndarray:
    """The numbers that begin at each byte of `data`: an overlapping, unaligned view."""
    size = np.dtype(dtype).itemsize
    return np.ndarray((max(len(data) - size + 1, 0),), dtype, data, strides=(1,))


def _vertex_positions(first: Integers, count: Integers, stride: Integers) -> Integers:
    offsets = _running_sum(count)
    step = np.arange(offsets[-1])
    if stride.size and (stride == stride[0]).all():
        step *= stride[0]
        return step + np.repeat(first - offsets[:-1] * stride[0], count)
    return step * np.repeat(stride, count) + np.repeat(first - offsets[:-1] * stride, count)


def _running_sum(count: Integers) -> Integers:
    return np.concatenate([[0], np.cumsum(count, dtype=np.int64)]).astype(np.int64)
