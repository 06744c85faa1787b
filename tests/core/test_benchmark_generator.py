"""The benchmarks' generator: the same seed gives the same register, and its truth is true."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import shapely

from benchmarks.generator import region
from benchmarks.generator.scenario import Scenario
from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.stores import open_register


def _make(path: Path, seed: int = 7, variant: str = "regular") -> Path:
    region.make(Scenario(3_000, seed, variant), path, say=lambda text: None)
    return path


@pytest.fixture(scope="module", params=["regular", "rough"])
def made(request, tmp_path_factory) -> Path:
    return _make(tmp_path_factory.mktemp("made") / "register.gpkg", variant=request.param)


@pytest.fixture(scope="module")
def truth(made) -> list[dict[str, str]]:
    return _truth(made)


@pytest.fixture(scope="module")
def assets(made) -> dict[str, dict]:
    """Every asset by uuid: its fields, and its geometry as shapely has it."""
    found = {}
    with open_register(made, read_only=True) as store:
        for table in REGISTER.assets:
            rows = store.read(table.name)
            for values in zip(*rows.values(), strict=True):
                asset = dict(zip(rows, values, strict=True))
                found[asset["uuid"]] = {**asset, "geom": shapely.from_wkb(asset["geom"])}
    return found


def _truth(register: Path) -> list[dict[str, str]]:
    with register.with_suffix(".truth.csv").open() as file:
        return list(csv.DictReader(file))


def _rows(register: Path) -> list[dict]:
    with open_register(register, read_only=True) as store:
        return [store.read(table.name) for table in (*REGISTER.assets, REGISTER["municipality"])]


def test_the_same_seed_gives_the_same_register(tmp_path):
    one, two = _make(tmp_path / "one.gpkg"), _make(tmp_path / "two.gpkg")
    stamps = ("created_at", "changed_at")
    for first, second in zip(_rows(one), _rows(two), strict=True):
        assert {k: v for k, v in first.items() if k not in stamps} == {
            k: v for k, v in second.items() if k not in stamps
        }
    assert _truth(one) == _truth(two)


def test_another_seed_gives_another_register(made, tmp_path):
    assert _truth(made) != _truth(_make(tmp_path / "other.gpkg", seed=8))


def test_the_register_has_the_size_asked_for_and_an_empty_log(made):
    with open_register(made, read_only=True) as store:
        assert sum(store.count(table.name) for table in REGISTER.assets) == 3_000
        assert store.count("change_log") == 0


def test_every_planted_asset_is_in_the_register(truth, assets):
    for row in truth:
        for side in "abc":
            if row[f"uuid_{side}"]:
                asset = assets[row[f"uuid_{side}"]]
                assert (asset["asset_no"], asset["ags"]) == (row[f"asset_no_{side}"],
                                                             row[f"ags_{side}"])  # fmt: skip


def test_gaps_are_as_wide_as_the_truth_says(truth, assets):
    gaps = [r for r in truth if r["kind"] == "gap" and r["variant"] in ("end", "lateral")]
    assert gaps
    for row in gaps:
        ends = [assets[row[side]]["geom"].boundary for side in ("uuid_a", "uuid_b")]
        assert ends[0].distance(ends[1]) == pytest.approx(float(row["size_m"]), abs=0.05)


def test_mismatching_assets_touch_and_differ_in_that_field_alone(truth, assets):
    own = {"uuid", "asset_no", "ags", "geom", "accuracy_m"}
    mismatches = [r for r in truth if r["kind"] == "mismatch"]
    assert mismatches
    for row in mismatches:
        one, two = assets[row["uuid_a"]], assets[row["uuid_b"]]
        assert one["geom"].distance(two["geom"]) == 0
        assert {k for k in one if one[k] != two[k]} - own == {row["field"]}


def test_what_is_no_fault_touches_exactly(truth, assets):
    exact = [r for r in truth if r["kind"] in ("t_junction", "three_corner")]
    assert exact
    for row in exact:
        assert assets[row["uuid_a"]]["geom"].distance(assets[row["uuid_b"]]["geom"]) == 0


def test_lines_without_faults_cross_no_other_of_their_class(truth, assets):
    planted = {row[f"uuid_{side}"] for row in truth for side in "abc"}
    for table in ("path", "utility_line"):
        lines = [a["geom"] for a in assets.values()
                 if a["uuid"] not in planted and a["geom"].geom_type == "LineString"
                 and ("surface" in a) == (table == "path")]  # fmt: skip
        one, _ = shapely.STRtree(lines).query(lines, "crosses")
        assert lines and not len(one)
