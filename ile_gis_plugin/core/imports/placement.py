"""Where the rows of a delivery lie: near the register, in the members' territory, in whose home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..definition.types import Geometry, Table
from ..errors import InputError
from ..messages import message
from ..territory.cache import cached_coverage
from ..territory.coverage import Coverage
from ..territory.shares import Shares, line_shares, point_shares
from .cells import text_of
from .conversion import Columns, Reasons, cells_of
from .datum import likely_crs
from .delivery import normalised
from .keys import ags_of
from .mapping import Home

#: A row farther than this from all boundaries has wrong coordinates.
FAR_M = 50_000.0


@dataclass
class Municipalities:
    """The register's municipalities."""

    ags: list[str]
    names: list[str]
    is_member: list[bool]
    coverage: Coverage
    bounds: tuple[float, float, float, float]

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Any]], location: str) -> Municipalities:
        """From the rows of the table. Raises `InputError` where there are none with a territory."""
        import shapely

        kept = [n for n, geometry in enumerate(rows["geom"]) if geometry is not None]
        if not kept:
            raise InputError("imports.no_municipalities", location=location)
        ags, names, members, wkb = (
            [rows[c][n] for n in kept] for c in ("ags", "name", "is_member", "geom")
        )
        bounds = shapely.total_bounds(shapely.from_wkb(np.array(wkb, dtype=object)))
        return cls(ags, names, [bool(m) for m in members], cached_coverage(ags, wkb),
                   tuple(bounds))  # fmt: skip

    def of_name(self) -> dict[str, str]:
        """AGS by every name that belongs to one municipality only."""
        found: dict[str, set[str]] = {}
        for ags, name in zip(self.ags, self.names, strict=True):
            folded = normalised(name)
            for known in (folded, f"markt {folded}", f"stadt {folded}", f"gemeinde {folded}"):
                found.setdefault(known, set()).add(ags)
        return {name: next(iter(ags)) for name, ags in found.items() if len(ags) == 1}


@dataclass
class Places:
    """The municipality of each row as an index, -1 for none; and whether it reaches a member."""

    municipality: np.ndarray
    reaches_member: np.ndarray


def far_off(
    geometry: np.ndarray, municipalities: Municipalities, source: str, delivered: np.ndarray,
    by_position: bool, area_only: bool,
) -> Reasons:  # fmt: skip
    """Rows that lie far from every boundary.

    Raises `InputError` where most do: then the CRS is wrong, or the file is one of a whole country,
    of which only the own area is wanted (`area_only`). The former would leave no row inside.
    """
    import shapely

    if area_only:
        return {}
    present = np.flatnonzero(np.not_equal(geometry, None))
    if not len(present):
        return {}
    west, south, east, north = municipalities.bounds
    box = shapely.box(west, south, east, north)
    distance = shapely.distance(geometry[present], box)
    far = distance > FAR_M
    if far.mean() > 0.5:
        likely = likely_crs(shapely.get_coordinates(delivered))
        kilometres = f"{np.median(distance) / 1000:.0f}"
        right_crs = not likely or source == likely or source.startswith(f"{likely} ")
        if right_crs or (by_position and (distance == 0).any()):
            raise InputError("imports.mostly_outside", crs=source, kilometres=kilometres,
                             far=int(far.sum()), total=len(present))  # fmt: skip
        raise InputError("imports.crs_far", crs=source, kilometres=kilometres, likely=likely)
    return {
        int(index): [message("imports.far_off", kilometres=f"{metres / 1000:.0f}")]
        for index, metres in zip(present[far], distance[far], strict=True)
    }


def places(geometry: np.ndarray, table: Table, municipalities: Municipalities) -> Places:
    """Where each row lies: a point's municipality, or that of a line's longest part."""
    size = len(geometry)
    present = np.flatnonzero(np.not_equal(geometry, None))
    result = Places(np.full(size, -1), np.zeros(size, dtype=bool))
    if not len(present):
        return result
    shares = _shares(geometry[present], table, municipalities.coverage)
    member = np.append(np.array(municipalities.is_member, dtype=bool), False)
    inside = shares.municipality >= 0
    reaching = shares.asset_index[inside & member[shares.municipality]]
    result.reaches_member[present[reaching]] = True
    # Rows of an asset by rising share, so that the largest is written last; a tie goes to the
    # lowest AGS, as everywhere.
    order = np.lexsort((-np.arange(len(shares.share)), shares.share))
    order = order[inside[order]]
    result.municipality[present[shares.asset_index[order]]] = shares.municipality[order]
    return result


def _shares(geometry: np.ndarray, table: Table, coverage: Coverage) -> Shares:
    import shapely

    nobody = np.full(len(geometry), -1, dtype=np.int64)
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    if table.geometry is Geometry.POINT:
        return point_shares(coverage, coordinates, nobody)
    offsets = np.searchsorted(owner, np.arange(len(geometry) + 1))
    return line_shares(coverage, coordinates, offsets, nobody)


def fixed_home(ags: str, municipalities: Municipalities) -> str:
    """The AGS that all rows belong to. Raises `InputError` where the register lacks it."""
    key = ags_of(ags) or municipalities.of_name().get(normalised(ags))
    if key not in municipalities.ags:
        known = [f"{a} {n}" for a, n, m in zip(municipalities.ags, municipalities.names,
                                               municipalities.is_member, strict=True) if m]
        raise InputError("imports.home_unknown", ags=ags, known=known)  # fmt: skip
    return key


def homes(
    home: Home, columns: Columns, found: Places, municipalities: Municipalities, size: int
) -> tuple[np.ndarray, Reasons]:
    """The home municipality of each row, and why rows have none."""
    result = np.full(size, None, dtype=object)
    reasons: Reasons = {}
    if home.ags:
        result[:] = fixed_home(home.ags, municipalities)
        return result, reasons
    if home.column:
        names = municipalities.of_name()
        for index, cell in enumerate(cells_of(home.column, columns, size)):
            text = text_of(cell)
            ags = ags_of(cell) or names.get(normalised(text or ""))
            if ags in municipalities.ags:
                result[index] = ags
            else:
                key = "home_cell" if text else "home_empty"
                reasons[index] = [message(f"imports.{key}", value=text or "–")]
        return result, reasons
    for index, number in enumerate(found.municipality):
        if number >= 0:
            result[index] = municipalities.ags[number]
        else:
            reasons[index] = [message("imports.outside_all")]
    return result, reasons
