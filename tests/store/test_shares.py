"""The shares of a register: computed whole, and known for their age."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.geometry.wkb import lines_to_wkb
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.compute_shares import TASK, remarks_on_shares, update_shares
from ile_gis_plugin.core.tasks.coverage import coverage_of
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, line, point

#: A uuid that takes more bytes than usual.
UNUSUAL = "ü" * 8 + "-0000-0000-0000-" + "0" * 12


def compute(location):
    return TASK.run({"register": str(location)}, Silent()).values


def test_a_path_across_the_border_belongs_to_both_and_a_light_to_one(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "geom": [
            line((604000, 5342000), (608000, 5342000))]})  # fmt: skip
        store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
    report = compute(location)
    assert (report["assets"], report["shared"], report["outside"]) == (2, 1, 0)
    with open_register(location) as store:
        rows = store.read("asset_share", where={"asset_uuid": path})
        assert rows["ags"] == [WEST, EAST]
        assert rows["share"] == pytest.approx([0.25, 0.75], abs=1e-4)
        assert sum(rows["share"]) == 1.0
        assert rows["asset_length_m"] == [pytest.approx(sum(rows["length_m"]))] * 2
        lights = store.read("asset_share", ["length_m"], {"asset_class": "streetlight"})
        assert lights == {"length_m": [None]}


def test_what_reaches_outside_all_municipalities_has_a_row_without_ags(location):
    with open_register(location) as store:
        store.insert("path", {"ags": [WEST], "geom": [line((599000, 5342000), (601000, 5342000))]})
    assert compute(location)["outside"] == 1
    with open_register(location) as store:
        assert store.read("asset_share", ["ags"]) == {"ags": [WEST, None]}


def test_computing_twice_changes_nothing_and_leaves_no_trace_in_the_log(location):
    with open_register(location) as store:
        store.insert("path", {"ags": [WEST], "geom": [line()]})
        before = store.info().change
    compute(location)
    with open_register(location) as store:
        first = store.read("asset_share")
    compute(location)
    with open_register(location) as store:
        assert store.read("asset_share") == first and store.info().change == before


def test_the_register_knows_whether_its_shares_are_of_today(location):
    with open_register(location) as store:
        assert [m.key for m in remarks_on_shares(store)] == ["tasks.shares_missing"]
    compute(location)
    with open_register(location) as store:
        assert remarks_on_shares(store) == []
        store.insert("path", {"ags": [WEST]})
        (remark,) = remarks_on_shares(store)
        assert remark.key == "tasks.shares_old" and "1" in remark.text("de")


def test_an_asset_without_geometry_is_counted_and_has_no_share(location):
    with open_register(location) as store:
        store.insert("streetlight", {"ags": [WEST]})
    assert compute(location)["without_geometry"] == 1
    with open_register(location) as store:
        assert store.count("asset_share") == 0


@pytest.mark.parametrize("bad", [
    lines_to_wkb(np.empty((0, 2)), [0, 0])[0],
    lines_to_wkb([[600000, 5340000], [np.nan, np.nan]], [0, 2])[0],
    lines_to_wkb([[np.inf, 5340000], [600000, 5340000]], [0, 2])[0],
], ids=["empty", "nan", "inf"])  # fmt: skip
def test_a_geometry_that_cannot_be_used_has_no_share_and_stops_nothing(location, bad):
    with open_register(location) as store:
        geometries = [line(), line(), bad, line(), bad]
        paths = store.insert("path", {"ags": [WEST] * 5, "geom": geometries})
    report = compute(location)
    assert (report["assets"], report["without_geometry"]) == (3, 2)
    with open_register(location) as store:
        found = store.read("asset_share", ["asset_uuid"])["asset_uuid"]
        assert found == [paths[0], paths[1], paths[3]]
        with store.transaction():
            update_shares(store, {"path": paths}, coverage_of(store))
        assert store.read("asset_share", ["asset_uuid"])["asset_uuid"] == found


def test_shares_of_an_edited_asset_are_brought_up_to_date_alone(location):
    with open_register(location) as store:
        moved, other = store.insert("path", {"ags": [WEST] * 2, "geom": [line(), line()]})
    compute(location)
    with open_register(location) as store:
        coverage = coverage_of(store)
        across = line((604000, 5342000), (608000, 5342000))
        with store.transaction():
            store.update("path", {"uuid": [moved], "geom": [across]})
            update_shares(store, {"path": [moved]}, coverage)
        assert store.read("asset_share", ["ags"], {"asset_uuid": moved})["ags"] == [WEST, EAST]
        assert store.count("asset_share", {"asset_uuid": other}) == 1
        assert remarks_on_shares(store) == []


def test_shares_stay_old_where_more_was_edited_than_was_told(location):
    with open_register(location) as store:
        told, untold = store.insert("path", {"ags": [WEST] * 2, "geom": [line(), line()]})
    compute(location)
    with open_register(location) as store:
        coverage = coverage_of(store)
        store.update("path", {"uuid": [untold], "name": ["Feldweg"]})
        with store.transaction():
            store.update("path", {"uuid": [told], "name": ["Hohlweg"]})
            update_shares(store, {"path": [told]}, coverage)
        assert [m.key for m in remarks_on_shares(store)] == ["tasks.shares_old"]
        with store.transaction():
            update_shares(store, {"path": [told, untold]}, coverage)
        assert remarks_on_shares(store) == []


def test_shares_stay_old_where_a_municipality_was_changed(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "geom": [line()]})
    compute(location)
    with open_register(location) as store:
        coverage = coverage_of(store)
        municipalities = store.read("municipality", ["uuid"])["uuid"]
        store.update("municipality", {"uuid": municipalities[:1], "population": [2]})
        with store.transaction():
            update_shares(store, {"path": [path], "municipality": municipalities}, coverage)
        assert [m.key for m in remarks_on_shares(store)] == ["tasks.shares_old"]


def test_other_changes_do_not_make_shares_old(location):
    with open_register(location) as store:
        store.insert("path", {"ags": [WEST], "geom": [line()]})
    compute(location)
    with open_register(location) as store:
        store.insert("joint_project", {"number": ["1"], "title": ["P"], "lead_ags": [WEST]})
        assert remarks_on_shares(store) == []


def test_shares_that_were_never_computed_stay_missing(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "geom": [line()]})
        with store.transaction():
            update_shares(store, {"path": [path]}, coverage_of(store))
        assert store.count("asset_share") == 1
        assert [m.key for m in remarks_on_shares(store)] == ["tasks.shares_missing"]


def test_shares_of_a_deleted_asset_are_gone(location):
    with open_register(location) as store:
        (path,) = store.insert("path", {"ags": [WEST], "geom": [line()]})
    compute(location)
    with open_register(location) as store:
        coverage = coverage_of(store)
        with store.transaction():
            store.delete("path", [path])
            update_shares(store, {"path": [path]}, coverage)
        assert store.count("asset_share") == 0 and remarks_on_shares(store) == []


edits = st.lists(st.tuples(st.sampled_from(["insert", "move", "home", "delete"]),
                           st.sampled_from(["path", "streetlight"]), st.integers(0, 2**32 - 1)),
                 min_size=1, max_size=8)  # fmt: skip


@given(edits)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_edits_an_update_equals_a_whole_run(fresh, edits):
    location = fresh()
    compute(location)
    there: dict[str, list[str]] = {"path": [], "streetlight": []}
    with open_register(location) as store:
        coverage = coverage_of(store)
        for action, table, seed in edits:
            with store.transaction():
                changed = edit(store, action, table, np.random.default_rng(seed), there[table])
                update_shares(store, {table: changed}, coverage)
        assert remarks_on_shares(store) == []
    updated = shares_of(location)
    compute(location)
    assert shares_of(location) == updated


def edit(store, action, table, rng, there) -> list[str]:
    """Do it, and return whose row was changed."""
    xy = rng.uniform([599_000, 5_339_000], [611_000, 5_346_000], (2, 2)).tolist()
    geometry = line(*xy) if table == "path" else point(*xy[0])
    home = [WEST, EAST][rng.integers(2)]
    if action == "insert" or not there:
        (made,) = store.insert(table, {"ags": [home], "geom": [geometry]})
        there.append(made)
        return [made]
    chosen = there[rng.integers(len(there))]
    if action == "delete":
        there.remove(chosen)
        store.delete(table, [chosen])
    else:
        store.update(table, {"uuid": [chosen], **({"geom": [geometry]} if action == "move"
                                                  else {"ags": [home]})})  # fmt: skip
    return [chosen]


def shares_of(location) -> set[tuple]:
    with open_register(location, read_only=True) as store:
        return set(zip(*store.read("asset_share").values(), strict=True))


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_shares_as_a_file_are_those_that_the_register_keeps(location, tmp_path, suffix):
    with open_register(location) as store:
        across = line((604000, 5342000), (608000, 5342000))
        store.insert("path", {"ags": [WEST] * 3, "geom": [
            across, line((599000, 5342000), (601000, 5342000)), None]})  # fmt: skip
        store.insert("streetlight", {"ags": [WEST], "geom": [point()], "uuid": [UNUSUAL]})
        before = store.info()
    out = tmp_path / f"shares{suffix}"
    report = TASK.run({"register": str(location), "out": str(out)}, Silent()).values
    with open_register(location) as store:
        assert store.info() == before and store.count("asset_share") == 0
    assert report == compute(location)
    assert {path.name for path in tmp_path.iterdir()} <= {"register.gpkg", out.name}
    found = pd.read_parquet(out) if suffix == ".parquet" else pd.read_csv(out, dtype={"ags": str})
    with open_register(location) as store:
        kept = pd.DataFrame(store.read("asset_share"))
    pd.testing.assert_frame_equal(found, kept[found.columns], check_dtype=False,
                                  check_categorical=False)  # fmt: skip


def test_shares_are_written_to_no_other_kind_of_file(location, tmp_path):
    with pytest.raises(InputError) as refused:
        TASK.run({"register": str(location), "out": str(tmp_path / "shares.xls")}, Silent())
    assert "*.parquet or *.csv" in str(refused.value)


def test_a_file_of_an_empty_register_has_its_columns(location, tmp_path):
    out = tmp_path / "shares.parquet"
    TASK.run({"register": str(location), "out": str(out)}, Silent())
    assert len(pd.read_parquet(out)) == 0 and "asset_uuid" in pd.read_parquet(out)
