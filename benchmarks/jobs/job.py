"""What every timed process has in common: its inputs, and its report as one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

LINES, POINTS = ("path", "utility_line"), ("streetlight", "charging_point")
CRS = "EPSG:25832"

_seconds: dict[str, float] = {}


@contextmanager
def timed(step: str):
    """Tell how long a step inside the process took."""
    begin = time.perf_counter()
    yield
    _seconds[step] = _seconds.get(step, 0.0) + time.perf_counter() - begin


def arguments() -> tuple[Path, Path, list[str]]:
    """The register, the file to write, and what else the runner passes on."""
    return Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]


def report(**values: object) -> None:
    """The last line of a job: the seconds of its steps, and what it found."""
    print(json.dumps({"seconds": _seconds, **values}))


def read(register: Path, layer: str, columns: list[str]):
    """Columns of a layer as an Arrow table; the geometry is WKB in `geom`."""
    import pyogrio

    return pyogrio.read_arrow(register, layer=layer, columns=columns)[1]


def geometries(table):
    """The geometry column of such a table as shapely has it."""
    import shapely

    return shapely.from_wkb(table.column("geom").to_numpy())


def write_shares(out: Path, parts: list[dict]) -> None:
    """Keep shares as Parquet: uuid, ags and planar metres (null for points)."""
    import pyarrow as pa
    import pyarrow.parquet

    tables = [pa.table(part) for part in parts]
    pa.parquet.write_table(pa.concat_tables(tables, promote_options="permissive"), out)
