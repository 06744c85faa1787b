"""A municipality's findings as a layer and as a workbook, so that colleagues divide the work."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..definition import CRS, REGISTER
from ..geometry.wkb import decode_points
from ..messages import text
from ..stores.store import GEOMETRY, Store
from .wording import sentence, title
from .workbook import A3, workbook

_COLUMNS = (
    "severity", "state", "code", "rule", "message", "table", "asset_no", "name", "other_no",
    "other_municipality", "x", "y", "reason", "decided_by", "decided_at", "uuid",
)  # fmt: skip
_WIDTHS = {"message": 70, "rule": 30, "name": 24, "reason": 30, "uuid": 38, "asset_no": 16,
           "other_no": 16, "other_municipality": 20, "table": 16}  # fmt: skip
_ORDER = {"error": 0, "warning": 1, "info": 2}


def findings_of(store: Store, ags: str, lang: str) -> list[dict[str, Any]]:
    """The findings that concern a municipality and are not fixed, the gravest first."""
    every: dict[str, dict[str, Any]] = {}
    for side in ("ags", "other_ags"):
        columns = store.find("finding", [(side, "=", ags), ("state", "in", ["open", "accepted"])],
                             [*REGISTER["finding"].field_names, GEOMETRY])  # fmt: skip
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(columns, values, strict=True))
            every[row["uuid"]] = row
    rows = list(every.values())
    assets = _assets(store, rows)
    towns = store.read("municipality", ["ags", "name"])
    names = dict(zip(towns["ags"], towns["name"], strict=True))
    found = [_row(row, ags, assets, names, lang) for row in rows]
    return sorted(found, key=lambda r: (r["state"] != "open", _ORDER[r["severity"]], r["code"],
                                        r["table"], r["asset_no"] or "", r["uuid"]))  # fmt: skip


def _assets(store: Store, rows: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """(asset number, name) by uuid, of all assets that the findings name."""
    wanted = {row[key] for row in rows for key in ("row_uuid", "other_uuid") if row[key]}
    found: dict[str, tuple[Any, Any]] = {}
    for table in REGISTER.assets:
        columns = store.find(table.name, [("uuid", "in", sorted(wanted))],
                             ["uuid", "asset_no", "name"])  # fmt: skip
        found |= {uuid: (number, name) for _, uuid, number, name in
                  zip(*columns.values(), strict=True)}  # fmt: skip
    return found


def _row(row: dict[str, Any], ags: str, assets: dict[str, tuple[Any, Any]],
         names: dict[str, str], lang: str) -> dict[str, Any]:  # fmt: skip
    mine, other = assets.get(row["row_uuid"], (None, None)), assets.get(row["other_uuid"])
    other_ags = row["other_ags"]
    if ags == other_ags and ags != row["ags"]:  # the same finding, seen from the other side
        mine, other, other_ags = other or (None, None), mine, row["ags"]
    xy = decode_points([row[GEOMETRY]])[0].tolist() if row[GEOMETRY] else (None, None)
    table = row["table_name"]
    return {
        "severity": row["severity"], "state": row["state"], "code": row["code"],
        "rule": title(row["code"], lang), "message": sentence(row["code"], row["details"], lang),
        "table": REGISTER[table].label[lang] if table else "", "asset_no": mine[0],
        "name": mine[1], "other_no": other[0] if other else None,
        "other_municipality": names.get(other_ags), "x": xy[0], "y": xy[1],
        "reason": row["reason"], "decided_by": row["decided_by"],
        "decided_at": row["decided_at"], "uuid": row["uuid"], GEOMETRY: row[GEOMETRY],
    }  # fmt: skip


def export_findings(store: Store, folder: Path, day: date, lang: str) -> list[Path]:
    """Write `<ags>_<name>.gpkg` and `.xlsx` for each member; the files, old ones replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    towns = store.read("municipality", ["ags", "name"], {"is_member": 1})
    written = []
    for ags, name in sorted(zip(towns["ags"], towns["name"], strict=True)):
        rows = findings_of(store, ags, lang)
        stem = "_".join((ags, re.sub(r"\W+", "_", name).strip("_"),
                         text("documents.findings_file", lang)))  # fmt: skip
        for suffix, write in ((".gpkg", _write_layer), (".xlsx", _write_workbook)):
            path = folder / (stem + suffix)
            part = folder / f".{stem}.part{suffix}"
            try:
                write(part, rows, f"{name} ({ags})", day, lang)
                os.replace(part, path)
            finally:
                part.unlink(missing_ok=True)
            written.append(path)
    return written


def _shown(name: str, value: Any, lang: str) -> Any:
    """A value as people read it: codes by their labels."""
    if value is None or name not in ("severity", "state"):
        return value
    return REGISTER["finding"][name].domain.label_of(value, lang)


def _heading(name: str, lang: str) -> str:
    if name in REGISTER["finding"] and name not in ("uuid", "code"):
        return REGISTER["finding"][name].label[lang]
    return text(f"documents.{name}", lang)


def _write_layer(path: Path, rows: list[dict[str, Any]], town: str, day: date, lang: str) -> None:
    import geopandas
    import shapely

    columns = {name: [_shown(name, row[name], lang) for row in rows] for name in _COLUMNS}
    frame = geopandas.GeoDataFrame(
        columns, geometry=shapely.from_wkb([row[GEOMETRY] for row in rows]), crs=CRS
    )
    # GeoPackage 1.3: QGIS 3.40 on GDAL 3.6 warns about 1.4
    frame.to_file(path, layer=text("documents.findings_file", lang), driver="GPKG",
                  engine="pyogrio", dataset_options={"VERSION": "1.3"},
                  geometry_type="Point")  # fmt: skip


def _write_workbook(
    path: Path, rows: list[dict[str, Any]], town: str, day: date, lang: str
) -> None:
    with workbook(path, town, day, lang) as book:
        sheet = book.sheet(REGISTER["finding"].plural[lang], A3)
        sheet.say(text("documents.findings_title", lang, name=town), "title")
        sheet.say(text("documents.findings_count", lang, count=len(rows), date=day))
        sheet.row = 3
        sheet.widths([_WIDTHS.get(name, 13) for name in _COLUMNS])
        sheet.head([_heading(name, lang) for name in _COLUMNS])
        for row in rows:
            sheet.values([_shown(name, row[name], lang) for name in _COLUMNS],
                         [row["severity"] if name == "severity" else
                          "thousandths" if isinstance(row[name], float) else "text"
                          for name in _COLUMNS])  # fmt: skip
        sheet.inner.freeze_panes(4, 0)
        sheet.inner.autofilter(3, 0, max(3 + len(rows), 4), len(_COLUMNS) - 1)
        sheet.inner.repeat_rows(3)
