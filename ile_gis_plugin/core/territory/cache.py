"""Keeps built coverages on disk, so that only the first process after a change has to build.

A file holds the arrays of one grid, to be mapped into memory as they are. Its name is the
checksum of the territories, so a file never has to be updated. Whatever is wrong with a file or
with the folder, the coverage is built as if there were none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .coverage import Coverage
from .grid import BorderGrid, Cells

#: Names the folder to keep coverages in, in place of the user's own cache folder.
FOLDER_VARIABLE = "ILE_GIS_CACHE"
# Part of the checksum: to be raised when the grid's arrays get another meaning.
_FORMAT = "ILE GIS coverage 1\n"
# Smaller coverages are built in the time that it takes to find them: 60,000 vertices.
_WORTH_BYTES = 1_000_000
_KEPT = 8
_ALIGN = 64
_SCALARS = tuple(f.name for f in fields(Cells))
_ARRAYS = tuple(f.name for f in fields(BorderGrid) if f.name not in _SCALARS)
_TYPES = ("<f8", "<i8", "<i4", "|i1", "|b1")


def cached_coverage(
    ags: Sequence[str], wkb: Sequence[bytes], folder: str | Path | None = None
) -> Coverage:
    """The coverage of these territories, from a file if one was kept.

    Args:
        ags, wkb: as for `Coverage`.
        folder: where to look and to keep; default: see `cache_folder`.

    Raises:
        ValueError: names the municipality whose key or territory can't be used.
    """
    folder = Path(folder) if folder is not None else cache_folder()
    if folder is None or sum(map(len, wkb)) < _WORTH_BYTES:
        return Coverage(ags, wkb)
    path = folder / f"coverage-{_checksum(ags, wkb)}.grid"
    coverage = _read(path, ags)
    if coverage is None:
        coverage = Coverage(ags, wkb)
        _write(path, coverage)
    return coverage


def cache_folder() -> Path | None:
    """The user's folder for what can be made anew; None where the system knows no home."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return Path(given)
    with suppress(RuntimeError):
        home = Path.home()
        variable, usual = {
            "win32": ("LOCALAPPDATA", home / "AppData" / "Local"),
            "darwin": ("", home / "Library" / "Caches"),
        }.get(sys.platform, ("XDG_CACHE_HOME", home / ".cache"))
        return Path(os.environ.get(variable) or usual) / "ile-gis"
    return None


def _checksum(ags: Sequence[str], wkb: Sequence[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    digest.update(json.dumps([_FORMAT, list(ags), list(map(len, wkb))]).encode())
    for territory in wkb:
        digest.update(territory)
    return digest.hexdigest()


def _read(path: Path, ags: Sequence[str]) -> Coverage | None:
    """The kept coverage; None where there is no file, or one that is damaged or foreign."""
    with suppress(OSError, ValueError, KeyError, TypeError, EOFError):
        with path.open("rb") as file:
            if file.readline(len(_FORMAT)) != _FORMAT.encode():
                return None
            header = json.loads(file.readline())
            begin = _aligned(file.tell())
        data = np.memmap(path, dtype=np.uint8, mode="r")[begin:]
        if len(data) != header["bytes"] or zlib.crc32(data) != header["crc"]:
            return None
        arrays = {name: _array(data, *header["arrays"][name]) for name in _ARRAYS}
        grid = BorderGrid(**{name: header["cells"][name] for name in _SCALARS}, **arrays)
        coverage = Coverage.of_grid(ags, np.array(header["origin"], dtype=np.float64), grid)
        os.utime(path)  # used just now: the last one to be removed
        return coverage
    return None


def _array(data: NDArray[np.uint8], kind: str, first: int, size: int) -> NDArray:
    if kind not in _TYPES:
        raise ValueError(kind)
    return np.asarray(data[first : first + size]).view(np.dtype(kind))


def _write(path: Path, coverage: Coverage) -> None:
    grid = coverage.grid
    arrays = {name: np.ascontiguousarray(getattr(grid, name)) for name in _ARRAYS}
    layout, crc, at, parts = {}, 0, 0, []
    for name, array in arrays.items():
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        layout[name] = (little.dtype.str, at, little.nbytes)
        for part in (little.view(np.uint8), np.zeros(_aligned(at + little.nbytes) - at
                                                     - little.nbytes, np.uint8)):  # fmt: skip
            crc, at = zlib.crc32(part, crc), at + part.nbytes
            parts.append(part)
    header = json.dumps({
        "bytes": at, "crc": crc, "arrays": layout, "origin": coverage.origin.tolist(),
        "cells": {name: getattr(grid, name) for name in _SCALARS},
    })  # fmt: skip
    begin = f"{_FORMAT}{header}\n".encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part_name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with open(handle, "wb") as file:
                file.write(begin.ljust(_aligned(len(begin)), b" "))
                for part in parts:
                    file.write(part)
            os.replace(part_name, path)
        finally:
            Path(part_name).unlink(missing_ok=True)
        _prune(path.parent)


def _prune(folder: Path) -> None:
    """Leave the coverages that were used last."""
    kept = sorted(folder.glob("coverage-*.grid"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in kept[_KEPT:]:
        path.unlink(missing_ok=True)


def _aligned(position: int) -> int:
    return -(-position // _ALIGN) * _ALIGN
