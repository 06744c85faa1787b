"""Where registers are kept: a GeoPackage (a path); PostGIS (a `postgresql://` URL) comes next."""

from __future__ import annotations

from pathlib import Path

from ..errors import RegisterError
from .store import GEOMETRY, RegisterInfo, Rows, Store

__all__ = ["GEOMETRY", "RegisterInfo", "Rows", "Store", "create_register", "open_register"]


def _backend(location: str):
    if location.startswith(("postgresql://", "postgres://")):
        raise RegisterError("errors.postgis_not_available")
    from .geopackage import GeoPackageStore

    return GeoPackageStore


def create_register(location: str | Path, title: str = "", overwrite: bool = False) -> Store:
    """Make an empty register and open it.

    Raises `RegisterError` where something stands there already (unless `overwrite`), or the place
    can't be written.
    """
    return _backend(str(location)).create(str(location), title, overwrite)


def open_register(location: str | Path, read_only: bool = False) -> Store:
    """Open an existing register.

    Raises `RegisterError` where there is none, where the file is no register, or where it was
    made by a newer version of this product.
    """
    return _backend(str(location)).open(str(location), read_only)
