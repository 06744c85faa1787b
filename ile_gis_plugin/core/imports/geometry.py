"""Brings geometries into the register's form: two-dimensional, single points and single lines.

Decisions:
- Heights and measures are dropped; the report says how many.
- A multi-geometry of one part is that part. A line of several parts that touch end to end becomes
  one line. Parts that don't touch are several assets or a digitising error: only the source's owner
  knows, so the row is quarantined.
- A line without length and a geometry of the wrong kind are quarantined.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np

from ..definition.types import Geometry
from ..messages import Message, message
from .matching import Extent

_POINT, _LINE = 0, 1
#: Lines may also come as the rings of polygons would: no. Only these simple types are taken.
_WANTED = {Geometry.POINT: _POINT, Geometry.LINE: _LINE}
_MULTI = (4, 5, 6, 7)
_NAMES = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString",
          "MultiPolygon", "GeometryCollection")  # fmt: skip


@dataclass
class Prepared:
    """Geometries of the wanted kind, None where a row can't be taken for the reason given."""

    geometry: np.ndarray
    reasons: dict[int, Message]
    notes: list[Message]
    #: how many rows hold each kind that is not wanted
    wrong_kinds: Counter[str]


def prepare(geometry: np.ndarray, broken: np.ndarray | None, wanted: Geometry) -> Prepared:
    """Single two-dimensional geometries of the wanted kind."""
    import shapely

    reasons: dict[int, Message] = {}
    notes: list[Message] = []
    result = np.array(geometry, dtype=object)
    flat = shapely.has_z(result) | shapely.has_m(result)
    if flat.any():
        notes.append(message("imports.heights_dropped", count=int(flat.sum())))
        result = shapely.force_2d(result)
    empty = shapely.is_empty(result)
    result[empty] = None
    _single_parts(result, reasons, notes)
    kind = shapely.get_type_id(result)
    for index in np.flatnonzero(kind == -1):
        if int(index) not in reasons:
            key = "geometry_broken" if broken is not None and broken[index] else "geometry_missing"
            reasons[int(index)] = message(f"imports.{key}")
    wrong = (kind != -1) & (kind != _WANTED[wanted])
    for index in np.flatnonzero(wrong):
        reasons[int(index)] = message("imports.geometry_kind", kind=_NAMES[kind[index]],
                                      wanted=_NAMES[_WANTED[wanted]])  # fmt: skip
    right = np.flatnonzero(kind == _WANTED[wanted])
    for index in right[~_finite(result[right])]:
        reasons[int(index)] = message("imports.geometry_not_finite")
    if wanted is Geometry.LINE:
        for index in right[shapely.length(result[right]) == 0]:
            reasons[int(index)] = message("imports.geometry_no_length")
    if reasons:
        result[list(reasons)] = None
    return Prepared(result, reasons, notes, Counter(_NAMES[k] for k in kind[wrong]))


def _finite(geometry: np.ndarray) -> np.ndarray:
    import shapely

    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = np.bincount(owner[~np.isfinite(coordinates).all(axis=1)], minlength=len(geometry))
    return bad == 0


def _single_parts(geometry: np.ndarray, reasons: dict, notes: list[Message]) -> None:
    """Take multi-geometries apart in place, where that is beyond doubt."""
    import shapely

    merged = 0
    for index in np.flatnonzero(np.isin(shapely.get_type_id(geometry), _MULTI)):
        parts = [p for p in shapely.get_parts(geometry[index]) if not p.is_empty]
        if len(parts) > 1 and geometry[index].geom_type == "MultiLineString":
            whole = shapely.line_merge(geometry[index])
            merged += whole.geom_type == "LineString"
            parts = list(shapely.get_parts(whole))
        if len(parts) == 1:
            geometry[index] = parts[0]
        elif parts:
            reasons[int(index)] = message("imports.geometry_parts", parts=len(parts))
            geometry[index] = None
        else:
            geometry[index] = None
    if merged:
        notes.append(message("imports.parts_merged", count=merged))


def geometry_hashes(geometry: np.ndarray) -> list[str]:
    """A checksum of each geometry's coordinates to the millimetre; empty where there is none."""
    import shapely

    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    millimetres = np.rint(coordinates * 1000).astype("<i8")
    offsets = np.searchsorted(owner, np.arange(len(geometry) + 1))
    return [
        hashlib.blake2b(millimetres[a:b].tobytes(), digest_size=16).hexdigest() if b > a else ""
        for a, b in zip(offsets[:-1], offsets[1:], strict=True)
    ]


def extents_of(geometry: np.ndarray) -> list[Extent | None]:
    """First and last vertex of each geometry; None where there is none."""
    import shapely

    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    offsets = np.searchsorted(owner, np.arange(len(geometry) + 1)).tolist()
    points = coordinates.tolist()
    return [
        Extent(*points[a], *points[b - 1], b - a) if b > a else None
        for a, b in zip(offsets[:-1], offsets[1:], strict=True)
    ]


def from_columns(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, dict[int, Message]]:
    """Points from two columns of raw cells, and why rows have none."""
    import shapely

    from .cells import decimal_sign, number_of, text_of

    numbers, reasons = [], {}
    for cells in (x, y):
        sign = decimal_sign(c for c in cells if isinstance(c, str))
        column = np.full(len(cells), np.nan)
        for index, cell in enumerate(cells):
            text = text_of(cell)
            try:
                if isinstance(cell, int | float) and text:
                    column[index] = cell
                elif text:
                    column[index] = number_of(text.rstrip("°").rstrip(), sign)
            except ValueError:
                reasons[index] = message("imports.coordinate_wrong", value=text)
        numbers.append(column)
    points = np.full(len(x), None, dtype=object)
    whole = np.isfinite(numbers[0]) & np.isfinite(numbers[1])
    # 0/0 is what forms write where nobody entered a place.
    nowhere = whole & (numbers[0] == 0) & (numbers[1] == 0)
    points[whole & ~nowhere] = shapely.points(*(column[whole & ~nowhere] for column in numbers))
    for index in np.flatnonzero(~whole | nowhere):
        reasons.setdefault(int(index), message("imports.coordinate_missing"))
    return points, reasons
