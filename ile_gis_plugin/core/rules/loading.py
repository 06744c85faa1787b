"""From the store to the arrays that the kernels look at."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry, Table
from ..geometry.assets import LineAssets, PointAssets
from ..geometry.wkb import LINE, POINT, WkbColumn, decode_lines, decode_points
from ..stores.store import Block, Box, Chunk, Store
from ..territory.coverage import Coverage
from ..territory.homes import Homes
from .compared import FIELDS
from .rule import Found, Scope, Settings
from .tolerance import BY_CAPTURE, tolerance_m

Integers = NDArray[np.int64]

#: What decides whether lines can join.
NETWORK = {"utility_line": ("network_type", "sub_type")}
_ALWAYS = ("accuracy_m", "capture_method")


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

    Memory: coordinates and some 100 bytes an asset; the rows are read in blocks.
    """
    coverage = municipalities.coverage
    if box is None and not store.writing:
        with ThreadPoolExecutor(2) as threads:  # SQLite's work, which needs no Python lock
            loaded = list(threads.map(lambda table: _load_alone(store, table, coverage),
                                      REGISTER.assets))  # fmt: skip
    else:
        loaded = [_load(store, table, coverage, box) for table in REGISTER.assets]
    lines = [assets for assets, _ in loaded if isinstance(assets, LineAssets)]
    points = [assets for assets, _ in loaded if isinstance(assets, PointAssets)]
    unusable = [bad for _, bad in loaded]
    scope = Scope(tuple(lines), tuple(points), municipalities.coverage,
                  municipalities.is_member, settings or Settings())  # fmt: skip
    return scope, unusable


def _load_alone(
    store: Store, table: Table, coverage: Coverage
) -> tuple[LineAssets | PointAssets, Unusable]:
    with store.another_reader() as reader:
        return _load(reader, table, coverage, None)


def unusable_rows(store: Store, coverage: Coverage) -> list[Unusable]:
    """What `load_scope` tells of the whole register, for those who load it box by box: rows
    without geometry meet no box."""
    return [_load(store, table, coverage, None)[1] for table in REGISTER.assets]


_NO_ROWS = np.empty(0, np.int64)


def _load(
    store: Store, table: Table, coverage: Coverage, box: Box | None
) -> tuple[LineAssets | PointAssets, Unusable]:
    fields = (*_ALWAYS, *NETWORK.get(table.name, ()), *FIELDS[table.name])
    nothing = Block(
        _NO_ROWS, _NO_ROWS, np.empty(0, bool),
        WkbColumn(np.empty(0, np.uint8), _NO_ROWS, _NO_ROWS),
        dict.fromkeys(fields, np.empty(0)),
    )  # fmt: skip
    homes = Homes(coverage)
    parts = [_arrays(nothing, table, np.zeros(0, bool), homes)]
    bad: list[tuple[Integers, ...]] = [(_NO_ROWS,) * 3]
    for block in store.blocks(table.name, fields, box):
        usable, unusable = _usable(block, table)
        parts.append(_arrays(block, table, usable, homes))
        bad.append(unusable)
    made: dict[str, NDArray] = {}
    for key in list(parts[0]):  # each column's parts are let go as soon as they are joined
        made[key] = np.concatenate([part.pop(key) for part in parts])
    unusable = (*(np.concatenate(kind) for kind in zip(*bad, strict=True)), made.pop("invalid"))
    return _assets(table, made), Unusable(table.name, *unusable)


def unusable_of(table: Table, rows: Chunk) -> Unusable:
    """Which of some rows no kernel can look at."""
    usable, lacking = _usable(rows, table)
    _, good = _shapes(table, rows.wkb.take(usable))
    return Unusable(table.name, *lacking, rows.fid[np.flatnonzero(usable)[~good]])


def _usable(block: Block | Chunk, table: Table) -> tuple[NDArray[np.bool_], tuple[Integers, ...]]:
    """Which rows have one whole geometry of the table's kind; the others by what they lack."""
    wkb = block.wkb
    size = wkb.end - wkb.start
    kind = np.zeros(len(size), dtype=np.int64)
    enough = block.has_geometry & (size >= 9)
    # The kind's last byte: of little-endian WKB the second byte, of the other the fifth.
    kind[enough] = wkb.data[wkb.start[enough] + np.where(wkb.data[wkb.start[enough]], 1, 4)]
    wanted = POINT if table.geometry is Geometry.POINT else LINE
    single = enough & (kind == wanted)
    empty = single & (size <= 9)
    if wanted == POINT and single.any():
        at = np.flatnonzero(single)
        empty[at] = np.isnan(decode_points(wkb.take(at))).any(axis=1)
    several = block.has_geometry & ~single
    return single & ~empty, (block.fid[~block.has_geometry], block.fid[empty], block.fid[several])


def _arrays(
    block: Block, table: Table, usable: NDArray[np.bool_], homes: Homes
) -> dict[str, NDArray]:
    """The columns of a block, and under `invalid` the keys left out on the way."""
    shapes, good = _shapes(table, block.wkb if usable.all() else block.wkb.take(usable))
    rows = np.flatnonzero(usable)
    kept = rows[good]
    made = {
        "fid": block.fid,
        "home": homes.index(block.home),
        "tolerance_m": _tolerance(table, block),
        "network": _network(table, block),
        **{name: _compared(table, name, block) for name in FIELDS[table.name]},
    }
    return {name: values[kept] for name, values in made.items()} | shapes | {
        "invalid": block.fid[rows[~good]]}  # fmt: skip


def _shapes(table: Table, wkb: WkbColumn) -> tuple[dict[str, NDArray], NDArray[np.bool_]]:
    """The coordinates of whole geometries, and which of these are good for the kernels."""
    if table.geometry is Geometry.POINT:
        xy = decode_points(wkb)
        good = np.isfinite(xy).all(axis=1)
        return {"xy": xy[good]}, good
    lines = decode_lines(wkb)
    count = np.diff(lines.offsets)
    good = count > 1
    broken = np.flatnonzero(~np.isfinite(lines.coords).all(axis=1))
    good[np.searchsorted(lines.offsets, broken, side="right") - 1] = False
    coords = lines.coords if good.all() else lines.coords[np.repeat(good, count)]
    return {"coords": coords, "count": count[good]}, good


def _tolerance(table: Table, block: Block) -> NDArray[np.float64]:
    codes = [code.code for code in table["capture_method"].domain.codes]
    by_code = np.array([BY_CAPTURE[code] for code in codes] + [BY_CAPTURE["unknown"]])
    method = block.values["capture_method"].astype(np.int64)  # -1 is the last one
    return tolerance_m(block.values["accuracy_m"], by_code[method])


def _network(table: Table, block: Block) -> Integers:
    found = np.zeros(len(block.fid), dtype=np.int64)
    for name in NETWORK.get(table.name, ()):
        found = found * (len(table[name].domain.codes) + 1)
        found += block.values[name].astype(np.int64) + 1
    return found


def _compared(table: Table, name: str, block: Block) -> NDArray:
    values = block.values[name]
    return values if table[name].domain is None else values.astype(np.int64)


def _assets(table: Table, made: dict[str, NDArray]) -> LineAssets | PointAssets:
    values = {name: made[name] for name in FIELDS[table.name]}
    if table.geometry is Geometry.POINT:
        return PointAssets(table.name, made["fid"], made["xy"], made["home"],
                           made["tolerance_m"], values)  # fmt: skip
    offsets = np.concatenate([[0], np.cumsum(made["count"])]).astype(np.int64)
    return LineAssets(table.name, made["fid"], made["coords"], offsets, made["home"],
                      made["network"], made["tolerance_m"], values)  # fmt: skip
