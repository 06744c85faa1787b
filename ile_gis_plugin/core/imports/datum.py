"""Brings coordinates into the register's CRS, and says by which operation and how exactly.

PROJ silently falls back to a shift of one or three metres where a grid is missing; here such a
shift needs the user's consent.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import Transformer, TransformerGroup

from ..definition import CRS
from ..errors import InputError
from ..messages import Message, message

#: What is taken without asking: the accuracy that EPSG gives to ETRS89 = WGS 84.
TAKEN_AS_IS_M = 1.0
#: The grid that covers all of Germany and comes with the systems' packages.
INSTALLED_GRID = "BETA2007.gsb"
_FOLDERS = ("/usr/share/proj", "/usr/local/share/proj", "/opt/homebrew/share/proj")
_LON_LAT = pyproj.CRS.from_epsg(4258)


@dataclass
class Shift:
    """A chosen operation. `transform` maps x, y (easting or longitude first) to the register."""

    source: str
    operation: str
    grid: str
    accuracy_m: float | None  # None: not stated by the publisher
    method: str  # none, grid, formula, user_grid, ballpark
    better: str = ""  # a grid that would be more exact and is not installed
    better_m: float | None = None  # its accuracy
    steps: tuple[Transformer, ...] = field(default=(), repr=False)
    folder: Any = field(default=None, repr=False)  # holds a user's grid for as long as it is used

    def transform(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) coordinates in the register's CRS, infinite where the operation has no answer."""
        x, y = coordinates[:, 0].copy(), coordinates[:, 1].copy()
        for step in self.steps:
            x, y = step.transform(x, y)
        return np.column_stack((x, y))

    def values(self) -> dict[str, Any]:
        """For the report."""
        return {"source_crs": self.source, "operation": self.operation, "grid": self.grid,
                "accuracy_m": self.accuracy_m, "method": self.method,
                "better_grid": self.better, "better_accuracy_m": self.better_m}  # fmt: skip


@cache
def add_grid_folders() -> None:
    """Let pyproj look where the system keeps its grids; its own wheel does not."""
    known = pyproj.datadir.get_data_dir().split(os.pathsep)
    named = [p for n in ("PROJ_DATA", "PROJ_LIB") for p in os.environ.get(n, "").split(os.pathsep)]
    for folder in (*named, *_FOLDERS, os.path.join(sys.prefix, "share", "proj")):
        if folder and folder not in known and os.path.isdir(folder):
            pyproj.datadir.append_data_dir(folder)
            known.append(folder)


def parse_crs(text: str) -> pyproj.CRS:
    """A CRS from "EPSG:31468", "31468" or WKT, without height. Raises `InputError`."""
    text = text.strip()
    try:
        crs = pyproj.CRS.from_user_input(int(text) if text.isdigit() else text)
    except pyproj.exceptions.CRSError:
        raise InputError("imports.crs_unknown", crs=text[:60]) from None
    if crs.is_bound:
        # A .prj with TOWGS84 would pin its own rough shift in the place of the best one.
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.type_name == "Engineering CRS":
        raise InputError("imports.crs_unknown", crs=crs.name)
    if crs.is_vertical or crs.is_geocentric:
        raise InputError("imports.crs_not_plane", crs=crs.name)
    datum = _datum(crs)
    if "unknown" in datum or not datum:
        # On its ellipsoid alone PROJ would find some datum, and be metres off without a word.
        likely = _gauss_krueger(crs)
        hint = message("imports.perhaps_crs", likely=likely) if likely else ""
        raise InputError("imports.crs_datum_unknown", crs=crs.name, hint=hint)
    epsg = crs.to_epsg(min_confidence=60)
    if epsg:
        # The .prj of other products names no code; the code brings the right list of operations.
        known = pyproj.CRS.from_epsg(epsg)
        if _datum(known) == datum:
            return known
    return crs.to_2d()


def _datum(crs: pyproj.CRS) -> str:
    geodetic = crs.geodetic_crs
    return geodetic.datum.name.casefold() if geodetic and geodetic.datum else ""


def _gauss_krueger(crs: pyproj.CRS) -> str:
    """The DHDN code that a CRS without a datum may mean, as a hint."""
    meridian = next(
        (round(p.value) for p in (crs.coordinate_operation.params if crs.is_projected else ())
         if p.name == "Longitude of natural origin"), 0,
    )  # fmt: skip
    bessel = crs.ellipsoid is not None and "Bessel" in crs.ellipsoid.name
    return f"EPSG:{31464 + meridian // 3}" if bessel and meridian in (6, 9, 12, 15) else ""


def name_of(crs: pyproj.CRS) -> str:
    epsg = crs.to_epsg()
    return f"EPSG:{epsg} ({crs.name})" if epsg else crs.name


def likely_crs(coordinates: NDArray[np.float64]) -> str:
    """The CRS that coordinates of this region look like, as a hint; empty if none."""
    finite = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(finite):
        return ""
    x, y = np.median(finite, axis=0)
    if not 5.2e6 <= y <= 6.2e6:
        return "EPSG:4326" if 5 <= x <= 16 and 47 <= y <= 56 else ""
    if 2.3e6 <= x < 5.7e6:
        return f"EPSG:3146{4 + int(x // 1e6)}"
    if 32e6 <= x < 33e6:
        return "EPSG:4647"
    return f"EPSG:{CRS}" if 1e5 <= x <= 9.5e5 else ""


def looks_like(coordinates: NDArray[np.float64]) -> Message | str:
    """The end of a sentence that suggests a CRS; empty where none suggests itself."""
    likely = likely_crs(coordinates)
    return message("imports.values_look_like", likely=likely) if likely else ""


def find_shift(
    source: pyproj.CRS,
    coordinates: NDArray[np.float64],
    accept_accuracy: float | None = None,
    grid: str | Path | None = None,
) -> Shift:
    """Choose the operation from `source` to the register's CRS for these coordinates.

    Args:
        coordinates: the delivery's, x first; they decide which operations cover the place.
        accept_accuracy: metres up to which a shift without a grid is accepted.
        grid: an NTv2 file of the user's, for DHDN sources.

    Raises:
        InputError: coordinates that can't be of this CRS; a shift that needs the user's consent.
    """
    add_grid_folders()
    name = name_of(source)
    bounds = _bounds(source, coordinates)
    if source.to_epsg() == CRS:
        # Not even a rounding error comes of coordinates that fit already.
        return Shift(name, "", "", 0.0, "none")
    if grid:
        return _with_user_grid(source, Path(grid), name)
    target = pyproj.CRS.from_epsg(CRS)
    area = AreaOfInterest(*bounds) if bounds else None
    with warnings.catch_warnings():
        # That a better grid is missing is said in the report, not by a warning.
        warnings.simplefilter("ignore")
        try:
            group = TransformerGroup(source, target, always_xy=True, area_of_interest=area)
        except pyproj.exceptions.ProjError:
            # One damaged grid is enough; which it was, PROJ doesn't say.
            raise InputError(
                "imports.grid_damaged", crs=name, grids=_damaged_grids() or [INSTALLED_GRID]
            ) from None
    candidates = [_shift(t, name, source) for t in group.transformers]
    if not candidates:
        raise InputError("imports.crs_no_operation", crs=name)
    with_grid = [c for c in candidates if c.grid]
    best = with_grid[0] if with_grid and _is_dhdn(source) else candidates[0]
    best.better, best.better_m = _better(group, best)
    _ask_consent(best, source, accept_accuracy)
    return best


def _bounds(source: pyproj.CRS, coordinates: NDArray) -> tuple[float, ...] | None:
    """Longitudes and latitudes of the delivery. Raises `InputError` where it lies elsewhere."""
    finite = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(finite):
        return None
    to_degrees = Transformer.from_crs(source, source.geodetic_crs, always_xy=True)
    lon, lat = to_degrees.transform(finite[:, 0], finite[:, 1])
    use = source.area_of_use
    west, south, east, north = use.bounds if use else (-180, -90, 180, 90)
    # A zone is used a degree or two beyond its strip; a wrong CRS is off by more.
    near = (lon >= west - 2) & (lon <= east + 2) & (lat >= south - 2) & (lat <= north + 2)
    if near.mean() < 0.5:
        x, y = np.median(finite, axis=0)
        raise InputError(
            "imports.crs_wrong", crs=name_of(source), x=f"{x:.3f}", y=f"{y:.3f}",
            hint=looks_like(finite),
        )  # fmt: skip
    lon, lat = lon[near], lat[near]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _is_dhdn(crs: pyproj.CRS) -> bool:
    datum = _datum(crs)
    return "hauptdreiecksnetz" in datum or "dhdn" in datum


def _shift(transformer: Transformer, source: str, crs: pyproj.CRS) -> Shift:
    operations = transformer.operations or ()
    # PROJ knows an installed BETA2007.gsb by the name that it gave to its own copy.
    grids = list(dict.fromkeys(
        Path(g.full_name).name or g.short_name for o in operations for g in o.grids
    ))  # fmt: skip
    accuracy = transformer.accuracy if transformer.accuracy >= 0 else None
    if "Ballpark" in transformer.description:
        method, accuracy = "ballpark", None
    elif grids:
        method = "grid"
    else:
        method = "none" if accuracy == 0 else "formula"
    return Shift(source, transformer.description, ", ".join(grids), accuracy, method,
                 steps=(transformer,))  # fmt: skip


def _better(group: TransformerGroup, chosen: Shift) -> tuple[str, float | None]:
    """A grid that is more exact than the chosen operation and not installed; its accuracy."""
    for operation in group.unavailable_operations:
        known = chosen.accuracy_m
        if operation.grids and 0 <= operation.accuracy < (known if known is not None else 1e9):
            return operation.grids[0].short_name, operation.accuracy
    return "", None


def _damaged_grids() -> list[str]:
    """The installed grid files that PROJ can't open as a horizontal or a vertical grid."""
    damaged = []
    for folder in pyproj.datadir.get_data_dir().split(os.pathsep):
        for path in sorted((*Path(folder).glob("*.gsb"), *Path(folder).glob("*.tif"))):
            if not any(_opens(path.name, kind) for kind in ("hgridshift", "vgridshift")):
                damaged.append(str(path))
    return damaged


def _opens(grid: str, kind: str) -> bool:
    try:
        Transformer.from_pipeline(f"+proj={kind} +grids={grid}")
    except pyproj.exceptions.ProjError:
        return False
    return True


def _ask_consent(shift: Shift, source: pyproj.CRS, accept_accuracy: float | None) -> None:
    """Raises `InputError` where the shift is coarser than what is taken as it is."""
    accuracy = shift.accuracy_m
    if shift.method == "grid" or shift.method == "none":
        return
    if not _is_dhdn(source) and accuracy is not None and accuracy <= TAKEN_AS_IS_M:
        return
    if accept_accuracy is not None and accuracy is not None and accuracy <= accept_accuracy:
        return
    if accuracy is None:
        raise InputError("imports.shift_ballpark", crs=shift.source, operation=shift.operation)
    key = "imports.shift_without_grid" if _is_dhdn(source) else "imports.shift_inexact"
    raise InputError(key, crs=shift.source, operation=shift.operation, accuracy=accuracy,
                     stated=f"{accuracy:g}", grid=INSTALLED_GRID)  # fmt: skip


def _with_user_grid(source: pyproj.CRS, grid: Path, name: str) -> Shift:
    """The user's own NTv2 file, from the source's datum to ETRS89."""
    if not grid.is_file():
        raise InputError("imports.grid_missing", path=grid)
    if not _is_dhdn(source):
        raise InputError("imports.grid_not_needed", crs=name, path=grid)
    # PROJ's pipeline text knows no spaces in names, and keeps a grid by its name for the whole
    # process: each use has a plain name of its own.
    folder = tempfile.TemporaryDirectory(prefix="ile_gis_grid_", ignore_cleanup_errors=True)
    plain = Path(folder.name, f"grid_{uuid.uuid4().hex}{grid.suffix}")
    shutil.copyfile(grid, plain)
    pyproj.datadir.append_data_dir(folder.name)
    pipeline = " ".join((
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad",
        "+step +proj=hgridshift", f"+grids={plain.name}",
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg",
    ))  # fmt: skip
    try:
        shift = Transformer.from_pipeline(pipeline)
    except pyproj.exceptions.ProjError as error:
        raise InputError("imports.grid_unreadable", path=grid, reason=str(error)) from None
    steps = (
        Transformer.from_crs(source, source.geodetic_crs, always_xy=True),
        shift,
        Transformer.from_crs(_LON_LAT, pyproj.CRS.from_epsg(CRS), always_xy=True),
    )
    return Shift(name, "DHDN → ETRS89 (NTv2)", grid.name, None, "user_grid", steps=steps,
                 folder=folder)  # fmt: skip
