"""Where registers are kept: a GeoPackage (a path), or a PostgreSQL schema (`postgresql://…` or
`service=…`, see `postgis.location`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .postgis.location import is_location, shown_name
from .store import GEOMETRY, RegisterInfo, Rows, Store

__all__ = [
    "GEOMETRY", "RegisterInfo", "Rows", "Store", "create_register", "folder_of",
    "is_file", "name_of",
    "open_register",
]  # fmt: skip


def is_file(location: str | Path) -> bool:
    """Whether a register at this location is a file, and not kept by a server."""
    return not is_location(str(location))


def name_of(location: str | Path) -> str:
    """A short name for the register at a location."""
    return Path(location).stem if is_file(location) else shown_name(str(location))


def folder_of(location: str | Path) -> Path:
    """Where what is made from a register is put unless told otherwise: beside a file."""
    return Path(location).parent if is_file(location) else Path.cwd()


def _backend(location: str) -> type[Store]:
    if is_location(location):
        from .postgis.store import PostgisStore

        return PostgisStore
    from .geopackage import GeoPackageStore

    return GeoPackageStore


def create_register(
    location: str | Path, title: str = "", overwrite: bool = False,
    fill: Callable[[Store], None] | None = None,
) -> Store:  # fmt: skip
    """Make an empty register and open it.

    Args:
        fill: puts the first rows into it; on a server, in the transaction that makes the register.

    Raises `RegisterError` where something stands there already (unless `overwrite`), or the place
    can't be written.
    """
    return _backend(str(location)).create(str(location), title, overwrite, fill)


def open_register(location: str | Path, read_only: bool = False) -> Store:
    """Open an existing register.

    Raises `RegisterError` where there is none, where the file is no register, or where it was
    made by a newer version of this product.
    """
    return _backend(str(location)).open(str(location), read_only)
