"""After any edits, refreshing the surroundings gives what a whole run would give."""

from __future__ import annotations

import shutil
from datetime import date

import numpy as np
import shapely
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.geometry.wkb import WkbColumn, lines_to_wkb
from ile_gis_plugin.core.rules.loading import Municipalities
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import match_borders, validate_register
from ile_gis_plugin.core.tasks.coverage import coverage_of
from ile_gis_plugin.core.tasks.edits import boxes_of
from ile_gis_plugin.core.tasks.refresh import is_up_to_date, refresh
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, small_register

TODAY = date(2026, 6, 30)
BORDER, Y = 605000.0, 5341000.0


def validate(path):
    match_borders.run({"register": str(path)}, Silent())
    validate_register.run({"register": str(path), "on": TODAY.isoformat(), "lang": "en"}, Silent())


def what_is_wrong(path):
    """Open findings and open proposals, without what differs from row to row by nature."""
    with open_register(path) as store:
        rows = store.read("finding", ["identity", "details", "ags", "other_ags", "geom", "state"])
        found = [values for values in zip(*rows.values(), strict=True) if values[-1] == "open"]
        rows = store.read("border_proposal", ["identity", "confidence", "details", "changes",
                                              "geom", "state"])  # fmt: skip
        found += [values for values in zip(*rows.values(), strict=True) if values[-1] == "open"]
        shares = store.read("asset_share", ["asset_uuid", "ags", "length_m", "share"])
        found += list(zip(*shares.values(), strict=True))
    return sorted(found, key=repr)


def some_lines(rng, count):
    """Lines on both sides that end at the border, before it, behind it, or beside each other."""
    for n in range(count):
        y = Y + 6.0 * (n // 2) + rng.choice([0, 0, 0.3, 1.2])
        end = BORDER + rng.choice([0, 0, -0.8, 0.7, 2.0, -40, 30])
        away = -1 if n % 2 == 0 else 1
        x = end + away * np.array([0, 25, 60, 110])
        yield (WEST, EAST)[n % 2], shapely.to_wkb(
            shapely.LineString(np.round(np.column_stack([x, y + rng.normal(0, 0.5, 4)
                                                         * (np.arange(4) > 0)]), 3)))  # fmt: skip


def fill(path, rng):
    with open_register(small_register(path)) as store:
        ags, geoms = zip(*some_lines(rng, 16), strict=True)
        store.insert("path", {"ags": list(ags), "geom": list(geoms),
                              "surface": rng.choice(["asphalt", "gravel"], 16).tolist(),
                              "width_m": rng.choice([3.0, 3.2, 4.0], 16).tolist()})  # fmt: skip
        spots = shapely.points(np.column_stack([BORDER + rng.normal(0, 3, 12),
                                                Y + 30 * rng.random(12)]).round(3))  # fmt: skip
        store.insert("streetlight", {
            "ags": [WEST, EAST] * 6, "geom": shapely.to_wkb(spots).tolist(),
            "light_no": rng.choice(["1", "2", "3"], 12).tolist(),
        })  # fmt: skip


def edit(store, rng):
    """One edit as a person makes it."""
    table = str(rng.choice(["path", "streetlight"], p=[0.7, 0.3]))
    rows = store.read(table, ["uuid", "geom"])
    if not rows["uuid"]:
        return
    n = int(rng.integers(len(rows["uuid"])))
    uuid, geometry = rows["uuid"][n], shapely.from_wkb(rows["geom"][n])
    how = rng.integers(5)
    if how == 0:
        store.delete(table, [uuid])
    elif how == 1:
        store.update(table, {"uuid": [uuid], "ags": [str(rng.choice([WEST, EAST]))]})
    elif how == 2 and table == "streetlight":
        store.update(table, {"uuid": [uuid], "light_no": [str(rng.integers(1, 4))]})
    elif how == 2:
        store.update(table, {"uuid": [uuid], "width_m": [float(rng.choice([3.0, 3.2, 4.0]))]})
    else:
        shift = np.round(rng.normal(0, 1.0, 2), 3)
        moved = shapely.transform(geometry, lambda xy: np.round(xy + shift, 3))
        if how == 3:
            store.update(table, {"uuid": [uuid], "geom": [shapely.to_wkb(moved)]})
        else:
            store.insert(table, {"ags": [str(rng.choice([WEST, EAST]))],
                                 "geom": [shapely.to_wkb(moved)]})  # fmt: skip


@given(st.integers(0, 10**6))
@example(12)
@example(14)
@example(19)
@example(37)
@example(1077)
@example(1078)
# No shrinking: a seed says nothing more when it is smaller.
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_a_refresh_equals_a_whole_run(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    folder = tmp_path_factory.mktemp("refresh")
    path, copy = folder / "r.gpkg", folder / "copy.gpkg"
    fill(path, rng)
    validate(path)
    with open_register(path) as store:
        municipalities = Municipalities.of(store, coverage_of(store))
        for _ in range(3):
            for _ in range(int(rng.integers(1, 4))):
                edit(store, rng)
            refresh(store, municipalities, TODAY)
    shutil.copy(path, copy)
    refreshed = what_is_wrong(path)
    validate(copy)
    assert refreshed == what_is_wrong(copy)


def test_a_register_that_was_never_validated_says_so(tmp_path):
    path = small_register(tmp_path / "r.gpkg")
    with open_register(path) as store:
        assert not is_up_to_date(store)
    validate(path)
    with open_register(path) as store:
        assert is_up_to_date(store)


def test_strip_by_strip_the_same_is_found(tmp_path, monkeypatch):
    rng = np.random.default_rng(7)
    path, copy = tmp_path / "r.gpkg", tmp_path / "copy.gpkg"
    fill(path, rng)
    shutil.copy(path, copy)
    validate(path)
    monkeypatch.setattr("ile_gis_plugin.core.rules.strips._LINES_AT_ONCE", 4)
    validate(copy)
    whole = what_is_wrong(path)
    assert len(whole) > 20 and what_is_wrong(copy) == whole


def test_a_geometry_that_an_edit_spoiled_is_found_at_once(tmp_path):
    path, copy = tmp_path / "r.gpkg", tmp_path / "copy.gpkg"
    fill(path, np.random.default_rng(3))
    validate(path)
    with open_register(path) as store:
        municipalities = Municipalities.of(store, coverage_of(store))
        lines, lights = (store.read(t, ["uuid"])["uuid"] for t in ("path", "streetlight"))
        store.update("path", {"uuid": lines[:2], "geom": [
            *lines_to_wkb([[BORDER, Y]], [0, 1]), None]})  # fmt: skip
        store.update("streetlight", {"uuid": lights[:1], "geom": [shapely.to_wkb(shapely.Point())]})
        refresh(store, municipalities, TODAY)
        spoiled = store.read("finding", ["code"], {"field": "geom", "state": "open"})["code"]
    assert sorted(spoiled) == ["GEO001", "GEO002", "GEO003"]
    shutil.copy(path, copy)
    refreshed = what_is_wrong(path)
    validate(copy)
    assert refreshed == what_is_wrong(copy)


def test_a_geometry_that_cannot_be_read_hides_no_others_beside_it():
    table = REGISTER["path"]
    lines = lines_to_wkb([[0, 0], [5, 2], [7, 7], [9, 8]], [0, 2, 4])
    spoiled = [lines[0], b"\1\2\0\0\0", lines[1]]
    column = WkbColumn(np.frombuffer(b"".join(spoiled), np.uint8),
                       *np.array([[0, 41, 46], [41, 46, 87]]))  # fmt: skip
    for wkb in (spoiled, column):
        assert boxes_of(table, wkb) == [(0, 0, 5, 2), (7, 7, 9, 8)]
