"""Areas of territories on the ellipsoid."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from pyproj import Geod, Transformer

from ..definition import CRS
from ..geometry.wkb import MULTI_POLYGON, decode_polygons

_GEOGRAPHIC = 4258  # ETRS89, on the same ellipsoid as the register's CRS
_PLACES = Decimal("0.0001")  # 100 m²; geodesics between the vertices are off by far less
_XY_BYTES = 16


def areas_km2(territories: Sequence[bytes]) -> list[Decimal]:
    """Areas of MultiPolygons in the register's CRS, in km² on GRS80, to 4 places.

    Source: C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), as in PROJ.
    """
    rings = decode_polygons(territories)
    to_degrees = Transformer.from_crs(CRS, _GEOGRAPHIC, always_xy=True)
    lon, lat = to_degrees.transform(rings.coords[:, 0], rings.coords[:, 1])
    geod, areas = Geod(ellps="GRS80"), np.zeros(len(territories))
    signs = [sign for territory in territories for sign in _signs(bytes(territory))]
    limits = zip(rings.offsets[:-1].tolist(), rings.offsets[1:].tolist(), strict=True)
    for (first, last), sign, which in zip(limits, signs, rings.polygon.tolist(), strict=True):
        signed, _ = geod.polygon_area_perimeter(lon[first:last], lat[first:last])
        areas[which] += sign * abs(signed)
    return [Decimal(area).scaleb(-6).quantize(_PLACES, ROUND_HALF_UP) for area in areas.tolist()]


def _signs(wkb: bytes) -> list[int]:
    """1 for the outer ring of each part, -1 for its holes; rings may run either way round.

    A register holds two-dimensional MultiPolygons only.
    """
    order = "<" if wkb[0] else ">"
    kind, parts = struct.unpack_from(order + "II", wkb, 1)
    at, found = (9, []) if kind == MULTI_POLYGON else (0, [])
    for _ in range(parts if kind == MULTI_POLYGON else 1):
        order = "<" if wkb[at] else ">"
        (rings,) = struct.unpack_from(order + "I", wkb, at + 5)
        at += 9
        for ring in range(rings):
            (count,) = struct.unpack_from(order + "I", wkb, at)
            at += 4 + _XY_BYTES * count
            if count:
                found.append(-1 if ring else 1)
    return found
