"""The register in one GeoPackage file."""

from .store import GeoPackageStore

__all__ = ["GeoPackageStore"]
