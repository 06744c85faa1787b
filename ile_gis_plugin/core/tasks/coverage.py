"""The register's municipalities, ready for the kernels."""

from __future__ import annotations

from ..stores.store import Store
from ..territory.cache import cached_coverage
from ..territory.coverage import Coverage


def coverage_of(store: Store) -> Coverage:
    """The register's municipalities, members and others, as a coverage."""
    rows = store.read("municipality", ["ags", "geom"])
    kept = [n for n, geometry in enumerate(rows["geom"]) if geometry is not None]
    return cached_coverage([rows["ags"][n] for n in kept], [rows["geom"][n] for n in kept])
