"""Whether all jobs found the same metres, asset by asset.

The peers' metres are planar and this project's are ellipsoidal, so its kernel runs here once more
on the plane: the same code with a scale of 1 everywhere.
"""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ile_gis_plugin.core.geometry.ellipsoid import TransverseMercator
from ile_gis_plugin.core.geometry.wkb import decode_lines
from ile_gis_plugin.core.stores import Store, open_register
from ile_gis_plugin.core.tasks.compute_shares import coverage_of
from ile_gis_plugin.core.territory.shares import line_shares

LINES = ("path", "utility_line")
_KEYS = ["uuid", "ags"]


class Plane(TransverseMercator):
    """A grid whose metres are metres."""

    def inverse_scale(self, easting: ArrayLike, northing: ArrayLike) -> NDArray[np.float64]:
        return np.ones(np.broadcast(easting, northing).shape)


def shares(files: dict[str, Path], changed: Path, register: Path) -> dict[str, dict[str, Any]]:
    """Metres altogether, and the greatest difference of one line in one municipality.

    Planar ones of each peer and of our kernel, against the first of `files`; ellipsoidal ones that
    `compute_shares` kept in `changed`, against our kernel.
    """
    found: dict[str, dict[str, Any]] = {}
    with open_register(register, read_only=True) as store:
        plane, ellipsoid = _kernel(store, Plane()), _kernel(store, TransverseMercator())
    reference = None
    for name, path in files.items():
        if path.exists():
            table = _read(path)
            reference = table if reference is None else reference
            found[name] = _compared(table, reference)
    if reference is not None:
        found["our kernel, planar"] = _compared(plane, reference)
    if changed.exists():
        found["ours, ellipsoidal"] = _compared(_kept(changed), ellipsoid)
    return found


def _compared(table: pd.Series, reference: pd.Series) -> dict[str, Any]:
    both = pd.concat([reference, table], axis=1, keys=["one", "two"]).fillna(0.0)
    apart = (both["one"] - both["two"]).abs()
    return {"metres": math.fsum(table), "rows": len(table), "greatest_difference_m": apart.max()}


def _kernel(store: Store, projection: TransverseMercator) -> pd.Series:
    coverage = coverage_of(store)
    index = {ags: n for n, ags in enumerate(coverage.ags)}
    names = np.array([*coverage.ags, ""])  # the last one, -1, is outside all
    parts = []
    for layer in LINES:
        for chunk in store.scan(layer, ["uuid", "ags"]):
            lines = decode_lines(chunk.wkb)
            home = np.array([index[ags] for ags in chunk.columns["ags"]])
            cut = line_shares(coverage, lines.coords, lines.offsets, home, projection=projection)
            uuid = np.array(chunk.columns["uuid"])[cut.asset_index]
            parts.append(pd.DataFrame({
                "uuid": uuid, "ags": names[cut.municipality], "length_m": cut.length_m
            }))  # fmt: skip
    return pd.concat(parts).set_index(_KEYS)["length_m"]


def _read(path: Path) -> pd.Series:
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    table = pd.read_parquet(path) if parquet else pd.read_csv(path, dtype={"ags": str})
    return table.dropna(subset=["length_m"]).groupby(_KEYS)["length_m"].sum()


def _kept(changed: Path) -> pd.Series:
    connection = sqlite3.connect(changed)
    try:
        table = pd.read_sql_query(
            "SELECT asset_uuid AS uuid, coalesce(ags, '') AS ags, length_m FROM asset_share "
            "WHERE length_m IS NOT NULL", connection,
        )  # fmt: skip
    finally:
        connection.close()
    return table.set_index(_KEYS)["length_m"]
