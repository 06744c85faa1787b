"""A register moves whole, with its history, and goes on where it was."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from ile_gis_plugin.core.errors import RegisterError
from ile_gis_plugin.core.stores import create_register, is_file, open_register
from ile_gis_plugin.core.stores.geopackage import GeoPackageStore
from ile_gis_plugin.core.stores.postgis.store import PostgisStore
from ile_gis_plugin.core.tasks.compute_shares import TASK as COMPUTE
from ile_gis_plugin.core.tasks.copy_register import TASK
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, line, point


@pytest.fixture(params=["geopackage", "postgis"])
def target(request, tmp_path) -> str:
    if request.param == "postgis":
        return request.getfixturevalue("postgis").new_location()
    return str(tmp_path / "copy.gpkg")


def copy(source, target):
    return TASK.run({"register": str(source), "target": str(target)}, Silent()).values


@pytest.fixture
def edited(location):
    """A register with a history, shares, money, and texts that are hard to carry."""
    with open_register(location) as store:
        with store.transaction(by="Bauamt", batch="b-1", reason="Neuaufnahme"):
            paths = store.insert("path", {
                "ags": [WEST, EAST, WEST], "geom": [line(), None, line((0, 0), (1e-9, 1 / 3))],
                "is_core": [True, False, None], "width_m": [0.1 + 0.2, 3, None],
                "remarks": ["Tab\tund \\N und\nZeile", "\r „Größe“ \\", ""],
                "inspected_on": ["2024-02-29", None, "0001-01-01"],
            })  # fmt: skip
            store.insert("streetlight", {"ags": [WEST], "geom": [point(-0.0, 1e300)]})
        store.update("path", {"uuid": paths[:1], "geom": [line((5, 5), (6, 6))]})
        store.delete("path", paths[2:])
        store.insert("funding_programme", {"name": ["P"], "valid_from": ["2026-01-01"],
                                           "cap": [Decimal("9999999999.99")]})  # fmt: skip
        store.insert("finding", {"identity": ["x"], "code": ["NET001"],
                                 "details": [{"ä": [1, 2.5, None, "\n"]}]})  # fmt: skip
    COMPUTE.run({"register": str(location)}, Silent())
    return location


def test_a_copy_is_equal_in_every_table(edited, target):
    told = copy(edited, target)
    filled = {t["table"] for t in told["tables"] if t["rows"]}
    assert filled >= {"path", "change_log", "asset_share", "finding"}
    with open_register(edited) as old, open_register(target) as new:
        assert new.info() == old.info()
        for table in told["tables"]:
            assert list(new.pages(table["table"])) == list(old.pages(table["table"]))


def test_a_copy_goes_on_where_the_register_was(edited, target):
    copy(edited, target)
    with open_register(target) as store:
        before, keys = store.info().change, store.find("path", [], [])["fid"]
        (made,) = store.insert("path", {"ags": [WEST]})
        assert store.info().change == before + 1
        assert store.find("path", [("uuid", "=", made)], [])["fid"][0] > max(keys)
        (made,) = store.read("path", ["uuid"], {"ags": EAST})["uuid"]
        store.update("path", {"uuid": [made], "name": ["Ostweg"]})
        log = store.read("change_log", ["action", "row_uuid"])
        assert (log["action"][-1], log["row_uuid"][-1]) == ("update", made)


def test_a_copy_of_a_copy_has_the_same_checksums(edited, target, tmp_path, postgis):
    there = copy(edited, target)
    back = postgis.new_location() if is_file(target) else tmp_path / "back.gpkg"
    assert copy(target, back) == there


def test_what_stands_there_already_is_not_written_over(edited, target):
    create_register(target, "Anderes").close()
    with pytest.raises(RegisterError) as refused:
        copy(edited, target)
    assert refused.value.key == "errors.register_exists"
    with open_register(target) as store:
        assert store.info().title == "Anderes" and store.count("path") == 0


def test_a_copy_that_is_not_equal_is_taken_back(edited, target, monkeypatch):
    numbers = count()
    for backend in (GeoPackageStore, PostgisStore):
        whole = backend.restore

        def short(self, table, rows, whole=whole):
            if table == "change_log" and next(numbers) == 0:
                rows = {name: column[:-1] for name, column in rows.items()}
            whole(self, table, rows)

        monkeypatch.setattr(backend, "restore", short)
    with pytest.raises(RegisterError) as refused:
        copy(edited, target)
    assert refused.value.key == "copy.not_equal"
    if is_file(target):
        assert not Path(target).exists()
    else:
        with pytest.raises(RegisterError):
            open_register(target)

