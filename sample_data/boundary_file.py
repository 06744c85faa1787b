"""Writes the coverage in the layout of the federal boundary data (VG250)."""

from __future__ import annotations

from pathlib import Path

import geography as geo
import numpy as np
import shapely
from boundaries import Coverage

#: GF in that layout: land of a municipality, and water that belongs to it
_LAND, _WATER = 4, 2
_IBZ = {"Stadt": 61, "Markt": 62, "Gemeinde": 64, "Gemeindefreies Gebiet": 66}


def write(path: Path, coverage: Coverage) -> int:
    """The number of rows: one a municipality, and one for the lake."""
    import pandas
    import pyogrio
    from geopandas import GeoDataFrame

    lake_of = next(m for m in coverage.municipalities if m.ags == geo.LAKE_OF)
    rows = [(m, _LAND, a) for m, a in zip(coverage.municipalities, coverage.areas, strict=True)]
    rows.append((lake_of, _WATER, coverage.lake))
    frame = GeoDataFrame(
        {
            "ADE": 6, "GF": [gf for _, gf, _ in rows], "BSG": 1,
            "ARS": [m.ars for m, _, _ in rows], "AGS": [m.ags for m, _, _ in rows],
            "SDV_ARS": [m.ars for m, _, _ in rows], "GEN": [m.name for m, _, _ in rows],
            "BEZ": [m.kind for m, _, _ in rows], "IBZ": [_IBZ[m.kind] for m, _, _ in rows],
            "BEM": ["Testdaten" for _ in rows], "NBD": "ja",
            "SN_L": [m.ags[:2] for m, _, _ in rows], "SN_R": [m.ags[2] for m, _, _ in rows],
            "SN_K": [m.ags[3:5] for m, _, _ in rows], "SN_G": [m.ags[5:] for m, _, _ in rows],
            "EWZ": [m.population if gf == _LAND else 0 for m, gf, _ in rows],
            "KFL": np.round([shapely.area(a) / 1e6 for _, _, a in rows], 2),
            "WSK": pandas.to_datetime([geo.STATE_OF_BOUNDARIES] * len(rows)),
        },
        geometry=[a for _, _, a in rows], crs=geo.CRS,
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-15T08:00:00.000Z"})
    try:
        pyogrio.write_dataframe(
            frame, path, layer="vg250_gem", geometry_type="MultiPolygon",
            dataset_options={"VERSION": "1.3"},
        )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return len(rows)
