"""Ways that nobody made for these tests: few findings, and those deserve a look."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from ile_gis_plugin.core.geometry.assets import LineAssets
from ile_gis_plugin.core.rules.rule import CATALOGUE, Scope
from ile_gis_plugin.core.tasks.validation import MODULES
from ile_gis_plugin.core.territory.coverage import Coverage
from tests.support import REAL_DATA

WAYS = REAL_DATA / "osm" / "north-bayreuth_wege.gpkg"
pytestmark = pytest.mark.skipif(not WAYS.exists(), reason="the real data are not there")


@pytest.fixture(scope="module")
def ways():
    """(scope, the ways' further tags); all in one municipality."""
    import pyogrio

    _, _, wkb, columns = pyogrio.raw.read(WAYS, columns=["other_tags"])
    to_register = pyproj.Transformer.from_crs(4326, 25832, always_xy=True)
    shapes = shapely.transform(
        shapely.from_wkb(wkb), lambda xy: np.column_stack(to_register.transform(*xy.T))
    )
    offsets = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes)))
    n = len(shapes)
    lines = LineAssets("path", np.arange(n), shapely.get_coordinates(shapes), offsets,
                       np.zeros(n, int), np.zeros(n, int), np.full(n, 3.0), {})  # fmt: skip
    everywhere = shapely.box(*shapely.total_bounds(shapely.buffer(shapes, 1_000)))
    scope = Scope(
        (lines,), (), Coverage(["09472000"], [shapely.to_wkb(everywhere)]), np.ones(1, bool)
    )
    return scope, columns[0]


def found(scope, code):
    assert MODULES
    return CATALOGUE[code].find(scope)[0]


def test_two_thousand_ways_have_two_near_misses(ways):
    scope, _ = ways
    assert len(scope.lines[0]) > 2_000
    assert len(found(scope, "NET001").fid) + len(found(scope, "NET002").fid) == 2
    for code in ("NET003", "NET005"):
        assert len(found(scope, code).fid) == 0


def test_ways_cross_without_a_node_at_bridges_and_tunnels_only(ways):
    scope, tags = ways
    crossings = found(scope, "NET004")
    assert len(crossings.fid) > 30
    for pair in zip(crossings.fid, crossings.other_fid, strict=True):
        assert any(word in str(tags[n]) for n in pair for word in ("bridge", "tunnel", "layer"))


@pytest.mark.parametrize("code", ["GEO003", "GEO004", "GEO005", "GEO006", "GEO008", "DUP001",
                                  "TER001", "TER002", "TER004", "TER005"])  # fmt: skip
def test_turning_loops_and_rings_are_no_faults(ways, code):
    assert len(found(ways[0], code).fid) == 0
