"""One edited asset in a large register: how long until findings, shares and matches are right.

    python benchmarks/one_edit.py REGISTER [--edits 30]

Works on a copy. The register must have been validated and matched as a whole. Edits paths, utility
lines and lights in turn (moved by half a metre, at one end or whole), each with a refresh
afterwards, and prints milliseconds: the refresh, how long it held the write lock, and apart from
these the cold start of the boundaries' grid.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ile_gis_plugin.core.rules.loading import Municipalities
from ile_gis_plugin.core.stores import Store, open_register
from ile_gis_plugin.core.tasks.coverage import coverage_of
from ile_gis_plugin.core.tasks.refresh import refresh

_TABLES = ("path", "utility_line", "streetlight")


def edit(store: Store, table: str, fid: int, rng: np.random.Generator) -> None:
    """Move an asset, or a line's end, by half a metre."""
    rows = store.find(table, [("fid", "=", fid)], ["uuid", "geom"])
    turn = rng.uniform(0, 2 * np.pi)
    shift = 0.5 * np.array([np.cos(turn), np.sin(turn)])
    coords = shapely.get_coordinates(shapely.from_wkb(rows["geom"][0]))
    coords[-1 if rng.uniform() < 0.5 else slice(None)] += shift
    coords = np.round(coords, 3)
    moved = shapely.Point(coords[0]) if len(coords) == 1 else shapely.LineString(coords)
    store.update(table, {"uuid": rows["uuid"], "geom": [shapely.to_wkb(moved)]})


@contextmanager
def lock_times(store: Store) -> Iterator[list[float]]:
    """The milliseconds that each transaction of a store held the write lock."""
    held: list[float] = []
    transaction = store.transaction

    @contextmanager
    def timed(*arguments: str, **job: str) -> Iterator[None]:
        with transaction(*arguments, **job):
            begin = time.perf_counter()
            yield
        held.append(1000 * (time.perf_counter() - begin))

    store.transaction = timed  # type: ignore[method-assign]
    yield held
    store.transaction = transaction  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("register", type=Path)
    parser.add_argument("--edits", type=int, default=30)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(dir=options.register.parent) as folder:
        copy = shutil.copy(options.register, folder)
        with open_register(copy) as store:
            begin = time.perf_counter()
            municipalities = Municipalities.of(store, coverage_of(store))
            cold = 1000 * (time.perf_counter() - begin)
            refresh(store, municipalities, date(2026, 6, 30))
            counts = {table: store.count(table) for table in _TABLES}
            times, locks = [], []
            for n in range(options.edits):
                table = _TABLES[n % len(_TABLES)]
                edit(store, table, int(rng.integers(1, counts[table])), rng)
                with lock_times(store) as held:
                    begin = time.perf_counter()
                    refresh(store, municipalities, date(2026, 6, 30))
                    times.append(1000 * (time.perf_counter() - begin))
                locks += held
    print(f"boundaries, cold start or from the cache: {cold:.0f} ms")
    for name, values in (("refresh", times), ("write lock", locks)):
        print(f"{name:12} min {min(values):6.1f}  median {statistics.median(values):6.1f}  "
              f"max {max(values):6.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
