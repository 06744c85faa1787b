"""The shares of a register: computed whole, and known for their age."""

from __future__ import annotations

import pytest

from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.compute_shares import TASK, remarks_on_shares
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, line, point


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
