"""The scripts with a register on a server, run as a planner runs them."""

from __future__ import annotations

import json

import geopandas
import pytest
import shapely

from ile_gis_plugin.core.stores import open_register
from tests.support import EAST, WEST


@pytest.fixture
def boundaries(tmp_path):
    frame = geopandas.GeoDataFrame(
        {"AGS": [WEST, EAST], "GEN": ["West", "Ost"], "BEZ": ["Markt", "Gemeinde"]},
        geometry=[shapely.box(x, 5340000, x + 5000, 5345000) for x in (600000, 605000)],
        crs=25832,
    )  # fmt: skip
    frame.to_file(tmp_path / "boundaries.gpkg")
    return tmp_path / "boundaries.gpkg"


def test_a_register_is_made_on_a_server_and_its_shares_are_computed(
    script, postgis, boundaries, tmp_path
):
    location = postgis.new_location()
    code, _, err = script("create_register", location, boundaries, "--members", WEST, EAST)
    assert code == 0, err
    with open_register(location) as store:
        assert store.info().title == location.partition("schema=")[2]
        assert store.read("municipality", ["name"])["name"] == ["West", "Ost"]
    code, _, err = script("compute_shares", location, "--json", tmp_path / "report.json")
    assert code == 0, err
    assert json.loads((tmp_path / "report.json").read_text())["report"]["assets"] == 0
    code, _, err = script("create_register", location, boundaries, "--members", WEST)
    assert code == 2 and "exists already" in err
    code, _, err = script("create_register", location, boundaries, "--members", WEST, "--overwrite")
    assert code == 0, err
    with open_register(location) as store:
        assert store.read("municipality", ["name"], {"is_member": True})["name"] == ["West"]


@pytest.mark.parametrize("location", [
    "postgresql://ile:hunter2@127.0.0.1:1/ile", "postgresql://127.0.0.1:1/ile?password=hunter2",
    "service=ile password=hunter2", "postgresql://127.0.0.1:1/ile?hunter2",
])  # fmt: skip
def test_a_password_in_the_address_is_refused_and_never_repeated(script, location):
    code, out, err = script("compute_shares", location)
    assert code == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and "hunter2" not in err


def test_a_server_that_is_not_there_is_one_clear_line(script):
    code, _, err = script("compute_shares", "postgresql://127.0.0.1:1/ile", "--lang", "de")
    assert code == 2 and len(err.strip().splitlines()) == 1
    assert err.startswith("Fehler: postgresql://127.0.0.1:1/ile: keine Verbindung")


def test_a_schema_without_a_register_says_how_to_make_one(script, postgis):
    code, _, err = script("compute_shares", postgis.new_location())
    assert code == 2 and "create_register.py" in err
