"""Writes the rows that can't be taken, with their reasons, in a form that can be mended and
delivered again: all source columns as text, the geometry as it was delivered, in the source's CRS.
"""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..messages import Message
from .cells import text_of
from .delivery import Delivery, unique_names
from .vector_files import plain_name

LAYER = "quarantine"
_HEADER = ("quarantine_file", "quarantine_row", "quarantine_grund", "quarantine_reason")


@dataclass
class Rejected:
    """A row and why it was not taken."""

    row: int
    reasons: list[Message]
    cells: dict[str, Any]
    geometry: Any = None


def rejected_rows(delivery: Delivery, reasons: dict[int, list[Message]]) -> list[Rejected]:
    """The rejected rows of a delivery in the order of the file, unreadable records among them."""
    found = [
        Rejected(
            int(delivery.rows[index]), why,
            {name: cells[index] for name, cells in delivery.columns.items()},
            None if delivery.geometry is None else delivery.geometry[index],
        )
        for index, why in reasons.items()
    ]  # fmt: skip
    found += [Rejected(u.row, [u.reason], u.cells) for u in delivery.unreadable]
    return sorted(found, key=lambda r: r.row)


class Quarantine:
    """The file of the rows that were not taken.

    It is written before the register commits and put in its place after: so nothing is imported
    where it can't be written, and it tells of no import that failed. Without rows an older
    quarantine of the same delivery is removed.
    """

    def __init__(self, path: Path) -> None:
        if path.exists() and not _is_quarantine(path):
            raise InputError("imports.quarantine_over_source", path=path)
        self.path = path
        self._folder: Path | None = None

    def write(self, delivery: Delivery, rows: Sequence[Rejected], tables_only: bool) -> None:
        """Write the rows beside the place. Raises `InputError` where that fails."""
        from pyogrio.errors import DataSourceError, FeatureError

        if not rows:
            return
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=".quarantine_", dir=self.path.parent))
            part = self._folder / self.path.name
            if self.path.suffix.lower() == ".csv":
                _write_csv(part, delivery, rows, tables_only)
            elif plain_name(part):
                _write_geopackage(part, delivery, rows)
            else:
                with tempfile.TemporaryDirectory() as folder:
                    _write_geopackage(Path(folder, "quarantine.gpkg"), delivery, rows)
                    shutil.move(Path(folder, "quarantine.gpkg"), part)
        except (OSError, DataSourceError, FeatureError) as error:
            raise InputError(
                "imports.quarantine_folder", path=self.path, reason=str(error)
            ) from None

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None and self._folder is None:
            # One that Excel holds open stays for now: the import is done, whatever becomes of it.
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
        elif kind is None:
            self._move(self._folder / self.path.name)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


    def _move(self, part: Path) -> None:
        """Into its place, or beside it where another program holds that file."""
        try:
            os.replace(part, self.path)
        except OSError:
            folder = Path(tempfile.mkdtemp(prefix=f"{self.path.stem}_", dir=self.path.parent))
            self.path = Path(shutil.move(part, folder / self.path.name))


def _is_quarantine(path: Path) -> bool:
    """Whether a file is an older quarantine, which may be written over, and nothing else."""
    if path.is_dir():
        return False
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.readline().startswith(";".join(_HEADER))
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            layers = connection.execute("SELECT table_name FROM gpkg_contents").fetchall()
    except sqlite3.Error:
        return False
    return layers == [(LAYER,)]


def _columns(delivery: Delivery, rows: Sequence[Rejected]) -> tuple[list[str], list[list]]:
    """Names and text cells: file, row, reasons in both languages, then the source's columns."""
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    cells = [
        # The name of a file may be no text on Linux.
        [delivery.path.name.encode("utf-8", "replace").decode("utf-8")] * len(rows),
        [row.row for row in rows],
        [" · ".join(reason.text("de") for reason in row.reasons) for row in rows],
        [" · ".join(reason.text("en") for reason in row.reasons) for row in rows],
        *([text_of(row.cells.get(name)) for row in rows] for name in names),
    ]
    return [*_HEADER, *names], cells


def _write_csv(path: Path, delivery: Delivery, rows: Sequence[Rejected], tables_only: bool) -> None:
    names, cells = _columns(delivery, rows)
    if not tables_only:
        names.append("wkt")
        cells.append([row.geometry.wkt if row.geometry is not None else None for row in rows])
    # The mark at the beginning lets Excel read the umlauts.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(names)
        writer.writerows(zip(*cells, strict=True))


def _write_geopackage(path: Path, delivery: Delivery, rows: Sequence[Rejected]) -> None:
    import shapely
    from pyogrio import raw

    names, cells = _columns(delivery, rows)
    # "fid" and "geom" are the GeoPackage's own.
    names = unique_names(f"{n}_" if n.casefold() in ("fid", "geom") else n for n in names)
    fields = [np.array(cells[1], dtype=np.int64) if i == 1 else np.array(column, dtype=object)
              for i, column in enumerate(cells)]  # fmt: skip
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [row.geometry for row in rows]
    with warnings.catch_warnings():
        # A table none of whose rows has a place has no CRS either.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        raw.write(
            path, shapely.to_wkb(geometry), fields, names, layer=LAYER, driver="GPKG",
            geometry_type="Unknown", crs=delivery.crs, promote_to_multi=False,
            # QGIS 3.40 on GDAL 3.6 warns about 1.4.
            VERSION="1.3",
        )  # fmt: skip
