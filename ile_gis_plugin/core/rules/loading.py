"""From the store to the arrays that the kernels look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry, Table
from ..geometry.assets import LineAssets, PointAssets
from ..geometry.wkb import LINE, POINT, WkbColumn, decode_lines, decode_points
from ..stores.store import Box, Chunk, Store
from ..territory.coverage import Coverage
from .rule import Found, Scope, Settings
from .tolerance import BY_CAPTURE, tolerance_m

Integers = NDArray[np.int64]

#: What decides whether lines can join, and what is compared across a border.
NETWORK = {"utility_line": ("network_type", "sub_type")}
COMPARED = {
    "path": ("legal_class", "surface", "width_m", "status"),
    "utility_line": ("function", "material", "dn_mm", "voltage_v", "status"),
    "streetlight": ("lamp_type", "pole_type", "power_w", "luminaire_count"),
    "charging_point": ("device_type", "power_kw", "point_count"),
}
_ALWAYS = ("ags", "accuracy_m", "capture_method")


@dataclass(frozen=True)
class Unusable:
    """Rows of a table whose geometry no kernel can look at, by kind."""

    table: str
    missing: Integers
    empty: Integers
    several_parts: Integers
    invalid: Integers  # one vertex only, or coordinates that are no numbers

    def found(self) -> list[Found]:
        """The same as findings."""
        by_code = (("GEO001", self.missing), ("GEO002", self.empty), ("GEO003", self.invalid),
                   ("GEO007", self.several_parts))  # fmt: skip
        return [
            Found(code, self.table, fid, np.full((len(fid), 2), np.nan), field="geom")
            for code, fid in by_code if fid.size
        ]  # fmt: skip


@dataclass(frozen=True)
class Municipalities:
    """The register's municipalities in the order of their coverage."""

    coverage: Coverage
    names: tuple[str, ...]
    is_member: NDArray[np.bool_]

    @classmethod
    def of(cls, store: Store, coverage: Coverage) -> Municipalities:
        rows = store.read("municipality", ["ags", "name", "is_member"])
        at = {ags: n for n, ags in enumerate(rows["ags"])}
        order = [at[ags] for ags in coverage.ags]
        return cls(coverage, tuple(rows["name"][n] for n in order),
                   np.array([bool(rows["is_member"][n]) for n in order], dtype=bool))  # fmt: skip


def load_scope(
    store: Store,
    municipalities: Municipalities,
    box: Box | None = None,
    settings: Settings | None = None,
) -> tuple[Scope, list[Unusable]]:
    """All assets whose bounds meet the box (default: all), and the rows that could not be loaded.

    Memory: coordinates and some 100 bytes an asset; the rows are read in chunks.
    """
    coverage = municipalities.coverage
    index = {ags: n for n, ags in enumerate(coverage.ags)}
    lines, points, unusable = [], [], []
    for table in REGISTER.assets:
        loaded, bad = _load(store, table, index, box)
        (points if table.geometry is Geometry.POINT else lines).append(loaded)
        unusable.append(bad)
    scope = Scope(tuple(lines), tuple(points), coverage, municipalities.is_member,
                  settings or Settings())  # fmt: skip
    return scope, unusable


def unusable_rows(store: Store) -> list[Unusable]:
    """What `load_scope` tells of the whole register, for those who load it box by box: rows
    without geometry meet no box."""
    nothing: dict[str, int] = {}
    found = []
    for table in REGISTER.assets:
        found.append(_load(store, table, nothing, None)[1])
    return found


def _load(
    store: Store, table: Table, index: dict[str, int], box: Box | None
) -> tuple[Any, Unusable]:
    columns = (*_ALWAYS, *NETWORK.get(table.name, ()), *COMPARED[table.name])
    nothing = dict.fromkeys(columns, ())
    parts = [_arrays(_NOTHING._replace(columns=nothing), table, np.zeros(0, bool), index)]
    bad: list[tuple[Integers, ...]] = [(_NOTHING.fid,) * 4]
    for chunk in store.scan(table.name, columns, box):
        usable, unusable = _usable(chunk, table)
        made = _arrays(chunk, table, usable, index)
        bad.append((*unusable, made.pop("invalid")))
        parts.append(made)
    parts[0].pop("invalid")
    joined = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
    unusable = Unusable(table.name, *(np.concatenate(kind) for kind in zip(*bad, strict=True)))
    return _assets(table, joined), unusable


_NOTHING = Chunk(
    np.empty(0, np.int64), np.empty(0, bool),
    WkbColumn(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64)), {},
)  # fmt: skip


def _usable(chunk: Chunk, table: Table) -> tuple[NDArray[np.bool_], tuple[Integers, ...]]:
    """Which rows have one whole geometry of the table's kind; the others by what they lack."""
    wkb = chunk.wkb
    size = wkb.end - wkb.start
    kind = np.zeros(len(size), dtype=np.int64)
    enough = chunk.has_geometry & (size >= 9)
    kind[enough] = wkb.data[wkb.start[enough] + np.where(wkb.data[wkb.start[enough]], 1, 4)]
    wanted = POINT if table.geometry is Geometry.POINT else LINE
    single = enough & (kind == wanted)
    empty = single & (size <= 9)
    if wanted == POINT and single.any():
        at = np.flatnonzero(single)
        empty[at] = np.isnan(decode_points(wkb.take(at))).any(axis=1)
    several = chunk.has_geometry & ~single
    return single & ~empty, (chunk.fid[~chunk.has_geometry], chunk.fid[empty], chunk.fid[several])


def _arrays(
    chunk: Chunk, table: Table, usable: NDArray[np.bool_], index: dict[str, int]
) -> dict[str, NDArray]:
    """The columns of a chunk as arrays, and under `invalid` the keys left out on the way."""
    columns = chunk.columns
    made = {
        "fid": chunk.fid,
        "home": _coded(columns["ags"], index),
        "tolerance_m": tolerance_m(
            _numbers(columns["accuracy_m"]),
            _numbers(tuple(map(BY_CAPTURE.get, columns["capture_method"], repeat(3.0)))),
        ),
        "network": _network(table, columns),
        **{name: encoded(table, name, columns[name]) for name in COMPARED[table.name]},
    }
    if table.geometry is Geometry.POINT:
        xy = decode_points(chunk.wkb.take(usable))
        good = np.isfinite(xy).all(axis=1)
        shapes = {"xy": xy[good]}
    else:
        lines = decode_lines(chunk.wkb.take(usable))
        count = np.diff(lines.offsets)
        bad = np.add.reduceat(~np.isfinite(lines.coords).all(axis=1), lines.offsets[:-1]) \
            if len(count) else count  # fmt: skip
        good = (count > 1) & (bad == 0)
        shapes = {"coords": lines.coords[np.repeat(good, count)], "count": count[good]}
    rows = np.flatnonzero(usable)
    kept = rows[good]
    return {name: values[kept] for name, values in made.items()} | shapes | {
        "invalid": chunk.fid[rows[~good]]}  # fmt: skip


def _network(table: Table, columns: dict[str, Sequence[Any]]) -> Integers:
    found = np.zeros(len(columns["ags"]), dtype=np.int64)
    for name in NETWORK.get(table.name, ()):
        domain = table[name].domain
        found = found * (len(domain.codes) + 1) + encoded(table, name, columns[name]) + 1
    return found


def encoded(table: Table, name: str, column: Sequence[Any]) -> NDArray:
    """A column as numbers: a code's place in its list or -1, a number or NaN."""
    domain = table[name].domain
    if domain is None:
        return _numbers(column)
    return _coded(column, {code.code: n for n, code in enumerate(domain.codes)})


def _coded(column: Sequence[Any], index: dict[Any, int]) -> Integers:
    return np.fromiter(map(index.get, column, repeat(-1)), np.int64, len(column))


def _numbers(column: Sequence[Any]) -> NDArray[np.float64]:
    return np.array(column, dtype=np.float64)  # None becomes NaN


def _assets(table: Table, made: dict[str, NDArray]) -> LineAssets | PointAssets:
    values = {name: made[name] for name in COMPARED[table.name]}
    if table.geometry is Geometry.POINT:
        return PointAssets(table.name, made["fid"], made["xy"], made["home"],
                           made["tolerance_m"], values)  # fmt: skip
    offsets = np.concatenate([[0], np.cumsum(made["count"])]).astype(np.int64)
    return LineAssets(table.name, made["fid"], made["coords"], offsets, made["home"],
                      made["network"], made["tolerance_m"], values)  # fmt: skip
