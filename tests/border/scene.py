"""Small places for the kernels of border matching: municipalities, and lines in metres from a
corner of them. West lies at x < 0, East at x > 0; with North, that lies at y > 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from ile_gis_plugin.core.border.matches import KINDS, MISMATCH, Matches
from ile_gis_plugin.core.border.matching import match
from ile_gis_plugin.core.geometry.assets import LineAssets, PointAssets
from ile_gis_plugin.core.rules.rule import Scope, Settings
from ile_gis_plugin.core.territory.coverage import Coverage

ORIGIN = np.array([605_000.0, 5_341_000.0])
WEST, EAST, NORTH = 0, 1, 2
TWO = (shapely.box(-2_000, -2_000, 0, 2_000), shapely.box(0, -2_000, 2_000, 2_000))
THREE = (shapely.box(-2_000, -2_000, 0, 0), shapely.box(0, -2_000, 2_000, 0),
         shapely.box(-2_000, 0, 2_000, 2_000))  # fmt: skip
#: The compared values that a line has unless it says otherwise.
PATH = {"legal_class": 4, "surface": 0, "width_m": 3.5, "status": 2}
PIPE = {"material": 1, "dn_mm": 150.0, "voltage_v": np.nan, "status": 2}
LIGHT = {"lamp_type": 1, "pole_type": 2, "power_w": 40.0, "luminaire_count": 1.0}
_VALUES = {"path": PATH, "utility_line": PIPE}


@dataclass
class Line:
    """A line of a scene; `values` in the place of the usual ones."""

    home: int
    xy: list
    tolerance: float = 1.0
    network: int = 0
    table: str = "path"
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Light:
    """A streetlight of a scene."""

    home: int
    xy: tuple[float, float]
    tolerance: float = 1.0
    values: dict[str, Any] = field(default_factory=dict)


def coverage_of(polygons) -> Coverage:
    moved = [shapely.transform(p, lambda xy: xy + ORIGIN) for p in polygons]
    return Coverage([f"0977510{n}" for n in range(len(polygons))], [p.wkb for p in moved])


def scope_of(*assets, areas=TWO, members=None, cap_m: float = 3.0) -> Scope:
    """A scope of lines and lights; their keys count from 1 in the order given."""
    coverage = coverage_of(areas)
    lines = [a for a in assets if isinstance(a, Line)]
    lights = [a for a in assets if isinstance(a, Light)]
    tables = tuple(_lines(table, [(n, line) for n, line in enumerate(lines, 1)
                                  if line.table == table]) for table in _VALUES)  # fmt: skip
    is_member = np.ones(len(areas), dtype=bool) if members is None else np.array(members)
    return Scope(tables, (_lights(lights),), coverage, is_member, Settings(cap_m=cap_m))


def _lines(table: str, numbered: list[tuple[int, Line]]) -> LineAssets:
    lines = [line for _, line in numbered]
    coords = [np.array(line.xy, dtype=float) + ORIGIN for line in lines]
    offsets = np.append(0, np.cumsum([len(xy) for xy in coords])).astype(np.int64)
    return LineAssets(
        table, np.array([n for n, _ in numbered], dtype=np.int64),
        np.concatenate([*coords, np.empty((0, 2))]), offsets,
        np.array([line.home for line in lines], dtype=np.int64),
        np.array([line.network for line in lines], dtype=np.int64),
        np.array([line.tolerance for line in lines], dtype=float),
        _columns(_VALUES[table], lines),
    )  # fmt: skip


def _lights(lights: list[Light]) -> PointAssets:
    xy = np.array([light.xy for light in lights], dtype=float).reshape(-1, 2) + ORIGIN
    return PointAssets(
        "streetlight", np.arange(1, len(lights) + 1), xy,
        np.array([light.home for light in lights], dtype=np.int64),
        np.array([light.tolerance for light in lights], dtype=float), _columns(LIGHT, lights),
    )  # fmt: skip


def _columns(usual: dict[str, Any], assets: list) -> dict[str, np.ndarray]:
    return {
        name: np.array([asset.values.get(name, value) for asset in assets],
                       dtype=float if isinstance(value, float) else np.int64)
        for name, value in usual.items()
    }  # fmt: skip


def found(*assets, **options) -> list[tuple[str, int, int]]:
    """(kind, left fid, right fid) of all matches but mismatches, and those with their field."""
    return told(match(scope_of(*assets, **options)))


def told(matches: Matches) -> list[tuple]:
    rows = zip(matches.kind.tolist(), matches.left_fid.tolist(), matches.right_fid.tolist(),
               matches.field.tolist(), strict=True)  # fmt: skip
    return [(KINDS[kind], left, right, *([field] if kind == MISMATCH else []))
            for kind, left, right, field in rows]  # fmt: skip


def changed(matches: Matches, n: int = 0) -> dict[int, np.ndarray]:
    """The new coordinates of the lines that a match changes, in metres from the corner."""
    return {fid: np.round(xy - ORIGIN, 6) for _, fid, xy in matches.changed_lines(n)}


def length(xy) -> float:
    return float(np.hypot(*np.diff(np.asarray(xy, dtype=float), axis=0).T).sum())
