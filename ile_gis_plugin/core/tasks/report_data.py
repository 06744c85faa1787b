"""From the register to the arrays that a report's figures are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry, Table, Type
from ..errors import InputError
from ..geometry.wkb import decode_lines, decode_points
from ..reports.assets import Assets, Days, Floats, Integers, Places
from ..reports.figures import Holdings
from ..reports.inspections import INTERVALS, NEXT
from ..stores.store import ShareRows, Store
from ..territory.coverage import Coverage
from .shares import shares_of_register

_VALUES = {
    "path": ("legal_class", "surface", "is_core"),
    "streetlight": ("lamp_type", "power_w", "power_reduced_w", "burning_hours_a"),
    "charging_point": ("device_type", "power_kw", "point_count", "public_access"),
}
_EVERY = ("status", "condition_class")
_DAYS = ("commissioned_on", NEXT, *INTERVALS)
_UNIX_ORDINAL = date(1970, 1, 1).toordinal()
_NEVER = np.iinfo(np.int64).min  # as a datetime64: NaT


def places_of(store: Store, municipality: str, on: date) -> Places:
    """The members, or the one municipality that is asked for, by name.

    Raises `InputError` where the register does not hold it, or has no members.
    """
    rows = store.read("municipality", ["ags", "name", "is_member", "population"])
    wanted = [
        row for row in zip(*rows.values(), strict=True)
        if (row[0] == municipality if municipality else row[2])
    ]  # fmt: skip
    if not wanted:
        if municipality:
            raise InputError("reports.unknown_municipality", ags=municipality,
                             known=sorted(rows["ags"])[:30])  # fmt: skip
        raise InputError("reports.no_members")
    wanted.sort(key=lambda row: (row[1].casefold(), row[0]))
    people = _population(store, on)
    ags, names, _, entered = zip(*wanted, strict=True)
    population = [people.get(key, own) for key, own in zip(ags, entered, strict=True)]
    return Places(ags, names, np.array([np.nan if n is None else n for n in population], float))


def _population(store: Store, on: date) -> dict[str, float]:
    """The newest dated figure of each municipality, up to a day."""
    rows = store.find("municipality_figure", [("kind", "=", "population"),
                                              ("valid_on", "<=", on)],
                      ["valid_on", "ags", "value"])  # fmt: skip
    dated = sorted(zip(rows["valid_on"], rows["ags"], rows["value"], strict=True))
    return {ags: value for _, ags, value in dated}


def load(
    store: Store, coverage: Coverage, places: Places, tell: Callable[[Table, int], None]
) -> Holdings:
    """Read all assets, and compute in which territories they lie as `compute_shares` does.

    Memory: some 200 bytes an asset. `tell` is told the class and how many assets are done.
    """
    place_of = np.append(places.index(np.array([int(ags) for ags in coverage.ags])), places.others)
    shares = shares_of_register(store, coverage, tell)
    assets: dict[str, Assets] = {}
    xy: dict[str, Floats] = {}
    for table in REGISTER.assets:
        values, home = _columns(store, table)
        fid, days = _dates(store, table)
        parts = [part for part in shares if part.table == table.name]
        assets[table.name] = Assets(table.name, fid, places.index(home), values, days,
                                    *_shares(parts, fid, place_of))  # fmt: skip
        if table.geometry is Geometry.POINT:
            xy[table.name] = _points(store, assets[table.name])
    return Holdings(assets, xy, *_core_lines(store, assets["path"]))


def _columns(store: Store, table: Table) -> tuple[dict[str, NDArray], Integers]:
    fields = (*_EVERY, *_VALUES.get(table.name, ()))
    found = [(np.empty(0, np.int64), {name: np.empty(0) for name in fields})]
    found += [(block.home, dict(block.values)) for block in store.blocks(table.name, fields)]
    columns = {name: np.concatenate([values[name] for _, values in found]) for name in fields}
    for name in fields:
        if table[name].domain is not None:
            columns[name] = columns[name].astype(np.int64)
    return columns, np.concatenate([home for home, _ in found])


def _dates(store: Store, table: Table) -> tuple[Integers, dict[str, Days]]:
    names = [name for name in _DAYS if name in table and table[name].type is Type.DATE]
    rows = store.find(table.name, [], names)
    days = {name: _as_days(rows[name]) for name in names}
    return np.array(rows["fid"], dtype=np.int64), days


def _as_days(values: Sequence[date | None]) -> Days:
    numbers = np.fromiter(
        (_NEVER if v is None else v.toordinal() - _UNIX_ORDINAL for v in values), np.int64,
        len(values),
    )  # fmt: skip
    return numbers.astype("datetime64[D]")


def _shares(
    parts: list[ShareRows], fid: Integers, place_of: Integers
) -> tuple[Integers, Integers, Floats]:
    nothing = np.empty(0, np.int64)
    of = np.concatenate([nothing, *(part.fid for part in parts)])
    municipality = np.concatenate([nothing, *(part.municipality for part in parts)])
    metres = np.concatenate([np.empty(0), *(part.length_m for part in parts)])
    return np.searchsorted(fid, of), place_of[municipality], metres


def _points(store: Store, assets: Assets) -> Floats:
    xy = np.full((len(assets), 2), np.nan)
    has_place, done = assets.lies_in >= 0, 0
    for block in store.blocks(assets.table):
        at = np.flatnonzero(has_place[done : done + len(block.fid)])
        xy[done + at] = decode_points(block.wkb.take(at))
        done += len(block.fid)
    return xy


def _core_lines(store: Store, paths: Assets) -> tuple[Integers, Floats, Integers]:
    """Core paths in use, each part of a line of several as one."""
    wanted = paths.in_use & (paths.values["is_core"] == 1) & (paths.length_m > 0)
    of, coords, counts = [np.empty(0, np.int64)], [np.empty((0, 2))], [np.empty(0, np.int64)]
    done = 0
    for block in store.blocks("path") if wanted.any() else ():
        at = np.flatnonzero(wanted[done : done + len(block.fid)])
        lines = decode_lines(block.wkb.take(at))
        count = np.diff(lines.offsets)
        whole = count > 1
        of.append(done + at[lines.asset[whole]])
        coords.append(lines.coords[np.repeat(whole, count)])
        counts.append(count[whole])
        done += len(block.fid)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return np.concatenate(of), np.concatenate(coords), offsets


