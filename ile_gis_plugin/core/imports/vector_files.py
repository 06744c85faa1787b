"""Reads layers of GeoPackages, shapefiles, GeoJSON and whatever else GDAL knows."""

from __future__ import annotations

import itertools
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..messages import Message, message
from .delivery import Delivery, Unreadable, unique_names

#: What the header of a dBase file says of its encoding, where no .cpg does.
_DBF_LANGUAGE = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252"}
_UTF8 = ("UTF8", "65001")
_PLAIN = re.compile("[!;]")
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

#: So many bad records and no good one: the file is bad, not its records.
_MOST_BAD = 200

Choose = Callable[[list[str]], str]


def read_vector(path: Path, layer: str | None, encoding: str | None, choose: Choose) -> Delivery:
    """Read one layer. `choose` picks one where the file holds several and none was asked for.

    Raises `InputError` where the file can't be opened or has no such layer.
    """
    import pyogrio

    _check_signature(path)
    with _readable(path) as (readable, notes):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                layers = [str(name) for name, _ in pyogrio.list_layers(readable)]
        except Exception as error:
            # GDAL's drivers raise many types; whichever it is, the file can't be opened.
            reason = _first_line(error)
            if "not recognized" in reason:
                raise InputError("imports.unknown_kind", path=path) from None
            raise InputError("imports.unreadable_file", path=path, reason=reason) from None
        if not layers:
            raise InputError("imports.no_layer", path=path)
        layer = _layer(path, layers, layer, choose)
        if path.suffix.lower() == ".shp" and not encoding:
            encoding, note = dbf_encoding(path)
            notes += [note] if note else []
        if path.suffix.lower() == ".shp" and not _part(path, ".dbf"):
            notes.append(message("imports.dbf_missing", name=path.name))
        delivery = _read(readable, layer, encoding)
    delivery.path = path
    delivery.notes[:0] = notes
    return delivery


def _layer(path: Path, layers: list[str], wanted: str | None, choose: Choose) -> str:
    if wanted is None:
        return layers[0] if len(layers) == 1 else choose(layers)
    found = [name for name in layers if name.casefold() == wanted.casefold()]
    if not found:
        raise InputError("imports.layer_missing", path=path, layer=wanted, layers=layers)
    return found[0]


def _check_signature(path: Path) -> None:
    """GDAL would try its other drivers on a wrongly named file and say something misleading."""
    if path.suffix.lower() == ".gpkg":
        with path.open("rb") as file:
            if file.read(15) != b"SQLite format 3":
                raise InputError("imports.not_geopackage", path=path)


def plain_name(path: Path) -> bool:
    """Whether pyogrio takes the path for what it is: "!" and ";" would begin an archive's part."""
    text = str(path)
    return not set("!;") & set(text) and text.encode("utf-8", "replace").decode("utf-8") == text


@contextmanager
def _readable(path: Path) -> Iterator[tuple[Path, list[Message]]]:
    """The file itself, or a copy: of a plain name, and with the index that a shapefile lacks."""
    import pyogrio

    lacks_index = path.suffix.lower() == ".shp" and not _part(path, ".shx")
    if plain_name(path) and not lacks_index:
        yield path, []
        return
    with tempfile.TemporaryDirectory() as folder:
        name = _PLAIN.sub("_", path.stem.encode("utf-8", "replace").decode("utf-8"))
        copy = Path(folder, name + path.suffix.lower())
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            shutil.copyfile(path, copy)
        for suffix in _SHAPEFILE_PARTS if path.suffix.lower() == ".shp" else ():
            if part := _part(path, suffix):
                shutil.copyfile(part, copy.with_suffix(suffix))
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES" if lacks_index else None})
        try:
            yield copy, [message("imports.shx_restored")] if lacks_index else []
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _part(path: Path, suffix: str) -> Path | None:
    """A file of the shapefile, its ending in either case."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.exists():
            return candidate
    return None


def dbf_encoding(path: Path) -> tuple[str | None, Message | None]:
    """The encoding of a shapefile's texts, and a note where its .cpg is wrong.

    GDAL believes a .cpg that says UTF-8 although the bytes are cp1252, and takes Latin-1 where
    there is none; so the bytes themselves are asked.
    """
    dbf, cpg = _part(path, ".dbf"), _part(path, ".cpg")
    if not dbf:
        return None, None
    content = dbf.read_bytes()
    declared = cpg.read_text("ascii", "replace").strip() if cpg else ""
    if len(content) < 32 or (declared and declared.upper().replace("-", "") not in _UTF8):
        return None, None
    # The descriptors of the fields hold binary numbers beside their names.
    start = int.from_bytes(content[8:10], "little")
    names = b"".join(content[i : i + 11] for i in range(32, start - 1, 32))
    text = (names + content[start:]).decode("utf-8", "replace")
    bad = text.count("\ufffd")
    # A text that a field's width cut inside a character is still UTF-8.
    if bad > sum(ord(c) > 127 for c in text) - bad:
        guess = _DBF_LANGUAGE.get(content[29], "cp1252")
        note = message("imports.cpg_wrong", declared=declared, encoding=guess) if declared else None
        return guess, note
    return "UTF-8", None


def _read(path: Path, layer: str, encoding: str | None) -> Delivery:
    try:
        return _read_rows(path, layer, encoding)
    except Exception:
        # One record that can't be decoded makes the bulk reader give up on the whole layer.
        return _read_around_bad_records(path, layer, encoding)


def _read_rows(path: Path, layer: str, encoding: str | None, first: int = 0,
               count: int | None = None) -> Delivery:  # fmt: skip
    from pyogrio import raw

    with warnings.catch_warnings():
        # That measures are dropped is in the report; what is wrong with a geometry is found out.
        warnings.simplefilter("ignore")
        meta, _, wkb, fields = raw.read(
            path, layer=layer, encoding=encoding, skip_features=first, max_features=count
        )
    names = unique_names(meta["fields"])
    columns = {
        name: _cells(values, subtype)
        for name, values, subtype in zip(names, fields, meta["ogr_subtypes"], strict=True)
    }
    size = len(wkb) if wkb is not None else len(fields[0]) if fields else 0
    geometry, broken = decode_geometries(wkb) if wkb is not None else (None, None)
    rows = np.arange(first + 1, first + size + 1)
    return Delivery(path, layer, columns, rows, geometry, broken, meta["crs"])


def _cells(values: np.ndarray, subtype: str) -> np.ndarray:
    """A column as Python values, None where there is none."""
    if values.dtype.kind == "M":
        cells = values.astype("datetime64[us]").astype(object)  # NaT becomes None
        return cells
    if values.dtype.kind == "f":
        # A 32-bit 0.1 read as a 64-bit number is 0.10000000149.
        exact = values if values.dtype.itemsize == 8 else values.astype(str).astype(float)
        cells = exact.astype(object)
        missing = np.isnan(exact)
        if subtype == "OFSTBoolean":
            cells = (exact == 1).astype(object)
        cells[missing] = None
        return cells
    return values.astype(object)


def decode_geometries(wkb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Geometries of WKB, None where there is none; and where one can't be decoded."""
    import shapely

    try:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:  # a surface or a curve among them
        geometry = np.array([_decode_one(value) for value in wkb], dtype=object)
    present = np.array([value is not None for value in wkb], dtype=bool)
    return geometry, present & np.equal(geometry, None)


def _decode_one(wkb: bytes | None) -> Any:
    import shapely

    try:
        return shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:
        return None


def _read_around_bad_records(path: Path, layer: str, encoding: str | None) -> Delivery:
    """Take what can be taken: halves are halved again until the bad records stand alone."""
    import pyogrio

    parts: list[Delivery] = []
    bad: list[Unreadable] = []

    def read(first: int, count: int) -> None:
        try:
            parts.append(_read_rows(path, layer, encoding, first, count))
        except Exception as error:
            if count > 1:
                read(first, count // 2)
                read(first + count // 2, count - count // 2)
                return
            reason = _first_line(error)
            bad.append(Unreadable(first + 1, message("imports.record_unreadable", reason=reason)))
            if len(bad) >= _MOST_BAD and not parts:
                raise InputError("imports.unreadable_file", path=path, reason=reason) from None

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            total = pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]
    except Exception as error:
        raise InputError("imports.unreadable_file", path=path, reason=_first_line(error)) from None
    read(0, total)
    if not parts:
        raise InputError("imports.unreadable_file", path=path, reason=bad[0].reason)
    for record in bad:
        record.cells = _what_is_left(path, layer, record.row)
    columns = {n: np.concatenate([p.columns[n] for p in parts]) for n in parts[0].columns}
    rows = np.concatenate([p.rows for p in parts])
    if parts[0].geometry is None:
        return Delivery(path, layer, columns, rows, unreadable=bad)
    return Delivery(
        path, layer, columns, rows, np.concatenate([p.geometry for p in parts]),
        np.concatenate([p.broken for p in parts]), parts[0].crs, bad,
    )  # fmt: skip


def _what_is_left(path: Path, layer: str, row: int) -> dict[str, Any]:
    """The readable cells of a bad record, so that its owner recognises it in the quarantine.

    fiona puts None in the place of a text that it can't decode; so it is no use for the rest.
    """
    import fiona

    log = logging.getLogger("fiona.ogrext")
    disabled, log.disabled = log.disabled, True
    try:
        with fiona.open(path, layer=layer) as source:
            feature = next(itertools.islice(source, row - 1, row))
            return dict(feature.properties)
    except Exception:
        return {}
    finally:
        log.disabled = disabled


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
