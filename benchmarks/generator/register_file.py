"""Writes the assets into a register, in bulk.

Millions of rows are too many for the triggers, so those of the asset tables are dropped and made
again afterwards; the constraints stay. The rows go through a staging file of GDAL's, and SQLite
takes them from there. The change log stays empty, as in a register that was handed over.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray

from ile_gis_plugin.core.stores import create_register
from ile_gis_plugin.core.stores.geopackage.ddl import name
from ile_gis_plugin.core.stores.geopackage.geometry import register_functions

from .attributes import Coded, Column, Columns
from .polylines import Polylines
from .territory import Territory

_ROWS = 200_000
_MOMENT = "2026-06-30T08:00:00.000Z"
CRS = "EPSG:25832"


def ags_of(municipality: NDArray[np.int64]) -> NDArray[np.str_]:
    return np.char.mod("09%06d", 100_000 + municipality)


def create(path: Path, territory: Territory, title: str) -> None:
    """A register that holds the municipalities."""
    numbers = np.arange(len(territory.polygons))
    areas = shapely.multipolygons(territory.polygons, indices=numbers)
    with create_register(path, title, overwrite=True) as store:
        store.insert("municipality", {
            "uuid": uuids(np.random.default_rng(len(numbers)), len(numbers)),
            "ags": ags_of(numbers).tolist(), "name": [f"Gemeinde {k}" for k in numbers],
            "is_member": [True] * len(numbers), "geom": shapely.to_wkb(areas).tolist(),
        })  # fmt: skip


def uuids(rng: np.random.Generator, n: int) -> list[str]:
    """Random version 4 UUIDs."""
    raw = np.frombuffer(rng.bytes(16 * n), dtype=np.uint8).reshape(n, 16).copy()
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    text = raw.tobytes().hex()
    return ["-".join((t[:8], t[8:12], t[12:16], t[16:20], t[20:]))
            for t in (text[k : k + 32] for k in range(0, 32 * n, 32))]  # fmt: skip


def arrow(column: Column) -> pa.Array:
    if isinstance(column, Coded):
        index = pa.array(column.index, mask=column.index < 0)
        values = pa.array(column.values)
        return pa.DictionaryArray.from_arrays(index, values).dictionary_decode()
    if column.dtype == np.float64:
        return pa.array(column, from_pandas=True)
    return pa.array(column.astype(np.int32) if column.dtype == bool else column)


def append(path: Path, table: str, columns: Columns | dict[str, pa.Array],
           shapes: Polylines | None) -> None:  # fmt: skip
    """Add rows to a table, in their order, with an empty log and a full spatial index."""
    staging = path.with_name("".join((".", path.name, ".staging.gpkg")))
    arrays = {k: arrow(v) if isinstance(v, Coded | np.ndarray) else v for k, v in columns.items()}
    rows = len(next(iter(arrays.values())))
    try:
        _stage(staging, arrays, rows, shapes)
        _take(path, table, staging, list(arrays), shapes)
    finally:
        staging.unlink(missing_ok=True)


def _stage(staging: Path, arrays: dict[str, pa.Array], rows: int,
           shapes: Polylines | None) -> None:  # fmt: skip
    staging.unlink(missing_ok=True)
    boxes = None if shapes is None else shapes.boxes()
    for first in range(0, rows, _ROWS):
        part = np.arange(first, min(first + _ROWS, rows))
        data = {k: v.slice(first, len(part)) for k, v in arrays.items()}
        options: dict = {"crs": CRS}
        if shapes is not None:
            chunk = shapes.take(part)
            points = len(chunk.coords) == chunk.count
            wkb = shapely.to_wkb(shapely.points(chunk.coords) if points else chunk.geometries())
            data |= {f"box_{k}": pa.array(boxes[part, k]) for k in range(4)}
            data["geom"] = pa.array(wkb, type=pa.binary())
            options |= {"geometry_name": "geom",
                        "geometry_type": "Point" if points else "LineString"}  # fmt: skip
        pyogrio.write_arrow(
            pa.table(data), staging, layer="staged", driver="GPKG", append=first > 0,
            layer_options={"SPATIAL_INDEX": "NO"} if shapes is not None else None, **options,
        )  # fmt: skip


def _take(path: Path, table: str, staging: Path, columns: list[str],
          shapes: Polylines | None) -> None:  # fmt: skip
    chosen = [name(c) for c in columns]
    fixed = {"created_at": _MOMENT, "changed_at": _MOMENT, "version": 1}
    if shapes is not None:
        chosen.append("geom")
    target = ", ".join((*chosen, *fixed))
    source = ", ".join((*chosen, "?", "?", "?"))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        register_functions(connection)
        for pragma in ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -1000000",
                       "temp_store = MEMORY"):  # fmt: skip
            connection.execute(" ".join(("PRAGMA", pragma)))
        connection.execute("ATTACH ? AS staging", (str(staging),))
        connection.execute("BEGIN")
        triggers = connection.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
            (table,),
        ).fetchall()
        for trigger, _ in triggers:
            connection.execute(" ".join(("DROP TRIGGER", name(trigger))))
        connection.execute(
            " ".join(("INSERT INTO main.", name(table), "(", target, ") SELECT", source,
                      "FROM staging.staged ORDER BY staging.staged.rowid")),
            tuple(fixed.values()),
        )  # fmt: skip
        if shapes is not None:
            index = name("_".join(("rtree", table, "geom")))
            connection.execute(
                " ".join(("INSERT INTO main.", index, "SELECT t.fid, s.box_0, s.box_2, s.box_1,",
                          "s.box_3 FROM staging.staged s JOIN main.", name(table),
                          "t ON t.uuid = s.uuid"))
            )  # fmt: skip
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("DELETE FROM change_log")
        connection.execute("COMMIT")
    finally:
        connection.close()
