"""Territory shares against geopandas.overlay and against reading the file at all.

    python benchmarks/territory_shares.py --assets 100000 --overlay

Makes a seeded coverage of municipalities (34 km² each, fractal borders of some 750 vertices) and
assets (60 % lines of 20 vertices and 400 m, 40 % points), and prints seconds and ratios. READ is
the Arrow read of the layers from a GeoPackage plus shapely.from_wkb. The approaches take turns in
each round and the best round counts, so that a busy machine hits all alike.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ile_gis_plugin.core.geometry.wkb import WkbColumn, decode_lines, decode_points
from ile_gis_plugin.core.territory.shares import Coverage, line_shares, point_shares

CRS = "EPSG:25832"
ORIGIN = np.array([560_000.0, 5_320_000.0])
LEVELS = 7  # an edge of the Voronoi diagram becomes 2**7 border edges


def municipalities(n: int, rng: np.random.Generator) -> np.ndarray:
    """Voronoi cells with fractal borders; neighbours share every vertex."""
    extent = np.sqrt(n * 34e6)
    frame = shapely.box(*ORIGIN, *(ORIGIN + extent))
    seeds = shapely.multipoints(ORIGIN + rng.uniform(0, extent, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    cells = shapely.set_precision(shapely.intersection(cells, frame), 0.01)
    paths: dict[tuple, np.ndarray] = {}

    def border(a: tuple, b: tuple) -> np.ndarray:
        if (b, a) in paths:
            return paths[b, a][::-1]
        path = np.array([a, b])
        for _ in range(LEVELS):
            step = np.diff(path, axis=0)
            normal = step[:, ::-1] * [1, -1] * rng.normal(0, 0.12, (len(step), 1))
            middle = np.round(path[:-1] + step / 2 + normal, 3)
            path = np.insert(path, np.arange(1, len(path)), middle, axis=0)
        paths[a, b] = path
        return path

    polygons = []
    for cell in cells:
        ring = [tuple(vertex) for vertex in shapely.get_coordinates(cell).tolist()]
        parts = [border(a, b)[:-1] for a, b in zip(ring[:-1], ring[1:], strict=True)]
        polygons.append(shapely.Polygon(np.concatenate(parts)))
    return np.array(polygons)


def lines(n: int, bounds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Winding lines of 20 vertices and about 400 m."""
    heading = rng.uniform(0, 2 * np.pi, (n, 1)) + np.cumsum(rng.normal(0, 0.25, (n, 19)), axis=1)
    step = rng.uniform(10, 32, (n, 19))
    coords = np.zeros((n, 20, 2))
    coords[:, 1:, 0] = np.cumsum(step * np.cos(heading), axis=1)
    coords[:, 1:, 1] = np.cumsum(step * np.sin(heading), axis=1)
    coords += rng.uniform(bounds[:2], bounds[2:], (n, 1, 2))
    return shapely.linestrings(np.round(coords, 3))


def arrow_wkb(path: Path) -> WkbColumn:
    """The geometry column of a layer as pyogrio reads it, without a Python object a feature."""
    column = pyogrio.read_arrow(path)[1].column("geom").combine_chunks()
    _, offsets, data = column.buffers()
    offsets = np.frombuffer(offsets, dtype=np.int32)[column.offset :][: len(column) + 1]
    return WkbColumn.of_arrow(np.frombuffer(data, dtype=np.uint8), offsets.astype(np.int64))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--municipalities", type=int, help="default: 500 for each 100,000 assets")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--overlay", action="store_true", help="run geopandas.overlay too (once)")
    options = parser.parse_args()
    rng = np.random.default_rng(20_260_101)
    n_municipalities = options.municipalities or max(20, options.assets // 200)

    polygons = municipalities(n_municipalities, rng)
    ags = [f"{9_000_000 + i:08d}" for i in range(len(polygons))]
    polygon_wkb = shapely.to_wkb(polygons).tolist()
    bounds = shapely.total_bounds(polygons)
    n_lines = options.assets * 6 // 10
    line_geometries = lines(n_lines, bounds, rng)
    points = shapely.points(rng.uniform(bounds[:2], bounds[2:], (options.assets - n_lines, 2)))
    home = np.full(max(n_lines, len(points)), -1)

    with tempfile.TemporaryDirectory() as folder:
        line_file, point_file = Path(folder, "lines.gpkg"), Path(folder, "points.gpkg")
        geopandas.GeoSeries(line_geometries, crs=CRS).to_file(line_file)
        geopandas.GeoSeries(points, crs=CRS).to_file(point_file)

        def read() -> None:
            for path in (line_file, point_file):
                shapely.from_wkb(pyogrio.read_arrow(path)[1].column("geom").to_numpy())

        line_wkb, point_wkb = arrow_wkb(line_file), arrow_wkb(point_file)
        coverage = Coverage(ags, polygon_wkb)
        decoded = decode_lines(line_wkb)
        xy = decode_points(point_wkb)

        def shares(threads: int) -> None:
            built = Coverage(ags, polygon_wkb)
            found = decode_lines(line_wkb)
            line_shares(built, found.coords, found.offsets, home, threads=threads)
            point_shares(built, decode_points(point_wkb), home)

        seconds = best_of(options.rounds, {
            "READ": read,
            "coverage": lambda: Coverage(ags, polygon_wkb),
            "decode": lambda: (decode_lines(line_wkb), decode_points(point_wkb)),
            "lines": lambda: line_shares(coverage, decoded.coords, decoded.offsets, home),
            "points": lambda: point_shares(coverage, xy, home),
            "shares": lambda: shares(1),
            "shares, 2 threads": lambda: shares(2),
        })  # fmt: skip

    if options.overlay:
        assets = geopandas.GeoDataFrame(geometry=line_geometries, crs=CRS)
        territory = geopandas.GeoDataFrame({"ags": ags}, geometry=polygons, crs=CRS)
        seconds |= best_of(1, {
            "geopandas.overlay (lines)": lambda: geopandas.overlay(
                assets, territory, keep_geom_type=True
            ),
        })  # fmt: skip
    print(f"{options.assets} assets, {len(polygons)} municipalities, "
          f"{shapely.get_num_coordinates(polygons).sum()} border vertices")  # fmt: skip
    for name, value in seconds.items():
        print(f"{name:28} {value:8.3f} s {value / seconds['READ']:8.2f} x READ")


def best_of(rounds: int, jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Least seconds of each job; the jobs take turns."""
    seconds = dict.fromkeys(jobs, float("inf"))
    for _ in range(rounds):
        for name, job in jobs.items():
            begin = time.perf_counter()
            job()
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return seconds


if __name__ == "__main__":
    main()
