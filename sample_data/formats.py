"""Writes deliveries as files, with the same content (and where it can be, bytes) every time."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from deliveries import Delivery, Placed, Sheet
from pyproj.transformer import TransformerGroup

_WHEN = datetime(2026, 1, 15, 8, 0, 0)
_GDAL = {"OGR_CURRENT_DATE": "2026-01-15T08:00:00.000Z"}
#: where distributions keep PROJ's grids; the pyproj wheel does not look there by itself
_GRID_FOLDERS = ("/usr/share/proj", "/usr/local/share/proj")


class GridMissing(RuntimeError):
    """The DHDN deliveries need the BETA2007 grid."""


def into(crs: str):
    """A function that moves coordinates from the register's CRS into a delivery's.

    Raises `GridMissing` where PROJ would silently take a Helmert shift of a metre instead.
    """
    if crs == "EPSG:25832":
        return lambda points: points
    for folder in _GRID_FOLDERS:
        if Path(folder, "BETA2007.gsb").exists():
            pyproj.datadir.append_data_dir(folder)
    if crs == "EPSG:4326":
        chosen = pyproj.Transformer.from_crs("EPSG:25832", crs, always_xy=True)
    else:
        group = TransformerGroup("EPSG:25832", crs, always_xy=True)
        chosen = next((t for t in group.transformers if "BETA2007" in t.definition), None)
        if chosen is None:
            raise GridMissing("BETA2007.gsb was not found: install proj-data, or put the grid "
                              "into PROJ's data folder.")  # fmt: skip
    return lambda points: np.column_stack(chosen.transform(points[:, 0], points[:, 1]))


def write(target: Path, sheets: Iterable[Sheet]) -> None:
    """Writes all deliveries below a folder; those of one file together."""
    files: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        files.setdefault(sheet.delivery.file, []).append(sheet)
    for name, parts in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        {"gpkg": _gpkg, "zip": _zipped, "shp": _shapefile, "geojson": _geojson, "csv": _csv,
         "xlsx": _xlsx}[path.suffix[1:]](path, parts)  # fmt: skip


def _shapes(sheet: Sheet) -> list[Any]:
    move = into(sheet.delivery.crs)
    return [None if g is None else shapely.points(g.place) if isinstance(g, Placed)
            else shapely.transform(_shape(g), move) for g in sheet.geometry]  # fmt: skip


def _shape(geometry: Any):
    if isinstance(geometry, np.ndarray):
        return shapely.points(geometry) if geometry.ndim == 1 else shapely.linestrings(geometry)
    return geometry


def _properties(sheet: Sheet) -> dict[str, str]:
    """fiona's type of each column, from its values."""
    types: dict[str, str] = {}
    for name in sheet.cells[0]:
        values = [c[name] for c in sheet.cells if c[name] is not None]
        kinds = {type(v) for v in values}
        if kinds <= {bool} and values:
            types[name] = "bool"
        elif kinds <= {int, np.int64} and values:
            types[name] = "int"
        elif kinds <= {int, float, np.float64, np.int64} and values:
            types[name] = "float"
        elif kinds == {date}:
            types[name] = "date"
        else:
            width = max((len(str(v).encode()) for v in values), default=10)
            types[name] = f"str:{max(width + 4, 12)}"
    return types


def _layer(path: Path, sheet: Sheet, driver: str, geometry: str, **options: Any) -> None:
    import fiona

    columns = _properties(sheet)
    with fiona.Env(**_GDAL), fiona.open(
        path, "w", driver=driver, schema={"geometry": geometry, "properties": columns},
        crs=sheet.delivery.crs, **options,
    ) as file:  # fmt: skip
        file.writerecords(
            {"type": "Feature", "geometry": None if g is None else shapely.geometry.mapping(g),
             "properties": {n: _plain(c[n]) for n in columns}}
            for g, c in zip(_shapes(sheet), sheet.cells, strict=True)
        )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _gpkg(path: Path, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        kinds = {shapely.get_type_id(_shape(g)) for g in sheet.geometry if g is not None}
        geometry = {(0,): "Point", (1,): "LineString"}.get(tuple(kinds), "Unknown")
        # GeoPackage 1.3: QGIS 3.40 on GDAL 3.6 warns about 1.4
        _layer(path, sheet, "GPKG", geometry, layer=sheet.delivery.layer, VERSION="1.3")


def _shapefile(path: Path, sheets: list[Sheet]) -> None:
    (sheet,) = sheets
    line = sheet.delivery.asset_class in ("path", "utility_line")
    _layer(path, sheet, "ESRI Shapefile", "LineString" if line else "Point",
           encoding=sheet.delivery.encoding, DBF_DATE_LAST_UPDATE="2026-01-15")  # fmt: skip
    cpg = path.with_suffix(".cpg")
    cpg.unlink(missing_ok=True)
    if path.parent.name == "oberroth":  # one office's export says nothing of its encoding
        with path.with_suffix(".dbf").open("r+b") as file:
            file.seek(29)
            file.write(b"\0")
    else:
        cpg.write_text({"cp1252": "1252", "utf-8": "UTF-8"}[sheet.delivery.encoding])


def _zipped(path: Path, sheets: list[Sheet]) -> None:
    parts: list[Path] = []
    for sheet in sheets:
        shape = path.parent / f"{sheet.delivery.layer}.shp"
        _shapefile(shape, [sheet])
        parts += sorted(path.parent.glob(f"{shape.stem}.*"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            entry = zipfile.ZipInfo(part.name, _WHEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
            part.unlink()


def _geojson(path: Path, sheets: list[Sheet]) -> None:
    (sheet,) = sheets
    lines = []
    for shape, cells in zip(_shapes(sheet), sheet.cells, strict=True):
        geometry = None
        if shape is not None:  # nine decimals are a tenth of a millimetre
            geometry = json.loads(shapely.to_geojson(shapely.transform(
                shape, lambda points: np.round(points, 9))))  # fmt: skip
        lines.append(json.dumps(
            {"type": "Feature", "properties": {n: _plain(v) for n, v in cells.items()},
             "geometry": geometry}, ensure_ascii=False, default=str))  # fmt: skip
    text = ",\n".join(lines)
    path.write_text(f'{{"type": "FeatureCollection", "name": "{path.stem}", "features": [\n'
                    f"{text}\n]}}\n", encoding="utf-8", newline="\n")  # fmt: skip


def with_coordinates(sheet: Sheet) -> list[dict[str, Any]]:
    """The cells of a table with its coordinate columns; a spoiled place stands there already."""
    x, y = sheet.mapping["source"]["x"], sheet.mapping["source"]["y"]
    move = into(sheet.delivery.crs)
    rows = []
    for place, cells in zip(sheet.geometry, sheet.cells, strict=True):
        at: dict[str, Any] = {x: None, y: None}
        if isinstance(place, np.ndarray):
            east, north = np.round(move(place[None])[0], 7 if "4326" in sheet.delivery.crs else 3)
            at = {x: _number(sheet.delivery, east), y: _number(sheet.delivery, north)}
        rows.append(at | cells if sheet.delivery.format == "csv" else {**cells, **at, **cells})
    return rows


def _number(delivery: Delivery, value: float) -> Any:
    if delivery.numbers != "comma":
        return float(value)
    return (f"{value:.7f}" if "4326" in delivery.crs else f"{value:.3f}").replace(".", ",")


def _csv(path: Path, sheets: list[Sheet]) -> None:
    (sheet,) = sheets
    rows = with_coordinates(sheet)
    write_csv(path, sheet.delivery.encoding, [], list(rows[0]), rows)


def write_csv(path: Path, encoding: str, preamble: list[str], columns: list[str],
              rows: list[dict[str, Any]]) -> None:  # fmt: skip
    """A CSV with `;` and, as the federal register has it, lines above the header."""
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in preamble:
        text.write(line + ";" * (len(columns) - 1 - line.count(";")) + "\r\n")
    out.writerow(columns)
    out.writerows([["" if r.get(n) is None else r[n] for n in columns] for r in rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def _xlsx(path: Path, sheets: list[Sheet]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": _WHEN})
        bold = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "dd.mm.yyyy"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.delivery.layer)
            rows = with_coordinates(sheet)
            page.write_row(0, 0, list(rows[0]), bold)
            for k, row in enumerate(rows, 1):
                for n, value in enumerate(row[name] for name in rows[0]):
                    if isinstance(value, date):
                        page.write_datetime(k, n, value, dated)
                    elif value is not None:
                        page.write(k, n, _plain(value))
