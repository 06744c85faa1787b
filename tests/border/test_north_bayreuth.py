"""Real ways, cut at real municipal borders into two deliveries, one of them moved and renamed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import shapely

from ile_gis_plugin.core.border.matches import GAP, MISMATCH, MISSING, OVERSHOOT, Matches
from ile_gis_plugin.core.border.matching import match
from ile_gis_plugin.core.geometry.assets import LineAssets
from ile_gis_plugin.core.rules.rule import Scope
from ile_gis_plugin.core.territory.coverage import Coverage
from tests.support import REAL_DATA

WAYS = REAL_DATA / "osm" / "north-bayreuth_wege.gpkg"
BORDERS = REAL_DATA / "osm" / "north-bayreuth_grenzlinien.gpkg"
MUNICIPAL = "8"  # OpenStreetMap's admin_level of municipalities; districts and counties have less
ASPHALT, GRAVEL = 0, 2


@dataclass
class Region:
    """The ways' pieces by municipality, and where they meet."""

    areas: np.ndarray
    coverage: Coverage
    borders: shapely.Geometry
    municipal: shapely.Geometry
    pieces: list[np.ndarray]
    home: np.ndarray
    way: np.ndarray
    joints: dict[tuple[float, float], list[tuple[int, int]]]  # place: (piece, part) that meet

    def scope(self, pieces, surface) -> Scope:
        n = len(pieces)
        offsets = np.append(0, np.cumsum([len(xy) for xy in pieces]))
        lines = LineAssets("path", np.arange(n), np.concatenate(pieces), offsets, self.home,
                           np.zeros(n, np.int64), np.ones(n), {"surface": surface})  # fmt: skip
        return Scope((lines,), (), self.coverage, np.ones(len(self.areas), dtype=bool))

    def moving(self, moved) -> dict:
        """The joints that come apart where the pieces of some municipalities are moved."""
        return {place: ends for place, ends in self.joints.items()
                if len({bool(moved[self.home[piece]]) for piece, _ in ends}) > 1}  # fmt: skip


@pytest.fixture(scope="module")
def region() -> Region:
    if not WAYS.exists():
        pytest.skip("the real data are not here")
    geopandas = pytest.importorskip("geopandas")
    borders = geopandas.read_file(BORDERS).to_crs(25832)
    ways = shapely.set_precision(
        geopandas.read_file(WAYS).to_crs(25832).geometry.to_numpy(), 0.001
    )
    lines = shapely.set_precision(shapely.union_all(borders.geometry.to_numpy()), 0.001)
    municipal = shapely.union_all(
        borders.geometry[borders.admin_level == MUNICIPAL].to_numpy()
    )
    areas = _areas(lines, shapely.union_all([lines, *ways]).envelope.buffer(300).envelope)
    pieces, home, way = [], [], []
    tree = shapely.STRtree(areas)
    for number, line in enumerate(ways):
        for area in tree.query(line, predicate="intersects"):
            part = shapely.line_merge(shapely.intersection(line, areas[area]))
            for piece in shapely.get_parts(part):
                if piece.geom_type == "LineString":
                    pieces.append(np.round(shapely.get_coordinates(piece), 3))
                    home.append(area)
                    way.append(number)
    coverage = Coverage([f"094720{n:02d}" for n in range(len(areas))],
                        shapely.to_wkb(areas).tolist())  # fmt: skip
    met: dict[tuple[float, float], list[tuple[int, int]]] = {}
    for n, xy in enumerate(pieces):
        for part in (0, 1):
            met.setdefault(tuple(xy[-part].tolist()), []).append((n, part))
    joints = {place: ends for place, ends in met.items() if len({home[n] for n, _ in ends}) > 1}
    return Region(areas, coverage, lines, municipal, pieces, np.array(home), np.array(way), joints)


def _areas(lines, frame) -> np.ndarray:
    """What the borders divide a frame into; loose ends are led on to the frame."""
    parts = shapely.get_parts(shapely.line_merge(lines))
    ends = np.concatenate([shapely.get_coordinates(part)[[0, -1]] for part in parts])
    ends, count = np.unique(np.round(ends, 3), axis=0, return_counts=True)
    loose = shapely.shortest_line(shapely.points(ends[count == 1]), frame.boundary)
    net = shapely.union_all([lines, frame.boundary, *loose], grid_size=0.001)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))


def _moved(region: Region, shift, odd: int) -> tuple[list, np.ndarray, np.ndarray]:
    """Every second municipality's delivery off by a shift, its surface renamed."""
    moved = np.arange(len(region.areas)) % 2 == odd
    pieces = [np.round(xy + shift, 3) if moved[home] else xy
              for xy, home in zip(region.pieces, region.home, strict=True)]  # fmt: skip
    return pieces, np.where(moved[region.home], GRAVEL, ASPHALT), moved


def _pairs(matches: Matches, *kinds: int) -> set[frozenset]:
    rows = np.isin(matches.kind, kinds)
    return set(map(frozenset, zip(matches.left_fid[rows].tolist(),
                                  matches.right_fid[rows].tolist(), strict=True)))  # fmt: skip


def _apply(pieces: list, matches: Matches) -> list:
    """Accept proposals, the surest first; one whose lines another has changed waits."""
    pieces, touched = list(pieces), set()
    for n in np.argsort(-matches.confidence, kind="stable").tolist():
        changes = matches.changed_lines(n)
        if not touched & {fid for _, fid, _ in changes}:
            for _, fid, xy in changes:
                pieces[fid] = xy
                touched.add(fid)
    return pieces


def test_the_ways_cross_municipal_borders_as_they_are_known_to(region):
    pieces = np.bincount(region.way)
    across = {region.way[ends[0][0]] for place, ends in region.joints.items()
              if shapely.distance(region.municipal, shapely.Point(place)) < 0.01}  # fmt: skip
    assert len(across) == 52
    assert (pieces[list(across)] > 1).all()


def test_deliveries_that_fit_have_no_gaps(region):
    matches = match(region.scope(region.pieces, np.zeros(len(region.pieces), dtype=np.int64)))
    assert not np.isin(matches.kind, (GAP, OVERSHOOT, MISMATCH, MISSING)).any()


@pytest.mark.parametrize("odd", [0, 1])
@pytest.mark.parametrize(("size", "degrees"), [(0.2, 20), (0.5, 100), (0.8, 215), (1.0, 250),
                                               (1.5, 300), (1.5, 75)])  # fmt: skip
def test_all_crossings_are_found_and_joined(region, size, degrees, odd):
    shift = size * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    pieces, surface, moved = _moved(region, shift, odd)
    matches = match(region.scope(pieces, surface))
    ends_apart, renamed = _pairs(matches, GAP, OVERSHOOT), _pairs(matches, MISMATCH)
    municipal = 0
    for place, ends in region.moving(moved).items():
        if shapely.distance(region.municipal, shapely.Point(place)) < 0.01:
            municipal += 1
            pairs = {frozenset((a, b)) for a, _ in ends for b, _ in ends}
            assert pairs & ends_apart, place
            assert pairs & renamed, place
    assert municipal > 40

    for _ in range(4):  # a way may cross two borders within the reach of one move
        pieces = _apply(pieces, matches)
        matches = match(region.scope(pieces, surface))
    for place, ends in region.moving(moved).items():
        if shapely.distance(region.municipal, shapely.Point(place)) < 0.01:
            met = {tuple(pieces[n][-part].tolist()) for n, part in ends}
            assert len(met) == 1, place
            assert shapely.distance(region.borders, shapely.Point(*met)) < 0.01


def test_nothing_is_paired_that_did_not_belong_together(region):
    pieces, surface, moved = _moved(region, np.array([0.6, -0.5]), 1)
    matches = match(region.scope(pieces, surface))
    expected = {frozenset((a, b)) for ends in region.moving(moved).values()
                for a, _ in ends for b, _ in ends}  # fmt: skip
    assert _pairs(matches, GAP, OVERSHOOT) <= expected
    assert _pairs(matches, MISMATCH) <= expected
    assert not (matches.kind == MISSING).any()
