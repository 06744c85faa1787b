"""After any edit that a project depends on, a refresh finds what a whole run would find."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ile_gis_plugin.core.rules.loading import Municipalities
from ile_gis_plugin.core.tasks import match_borders, split_costs, validate_register
from ile_gis_plugin.core.tasks.coverage import coverage_of
from ile_gis_plugin.core.tasks.refresh import refresh
from ile_gis_plugin.core.tasks.task import Silent
from tests.projects.building import figures, item, linked_path, one, project, shares
from tests.support import EAST, WEST, line

TODAY = date(2026, 6, 30)


def validate(store):
    match_borders.run({"register": store.location}, Silent())
    validate_register.run({"register": store.location, "on": TODAY.isoformat(), "lang": "en"},
                          Silent())  # fmt: skip


def about_projects(store):
    rows = store.read("finding", ["code", "row_uuid", "details", "state"])
    return sorted((code, uuid, repr(details)) for code, uuid, details, state
                  in zip(*rows.values(), strict=True)
                  if state == "open" and code.startswith("PRJ"))  # fmt: skip


@pytest.fixture
def scene(store):
    """Two resolved projects, by length and by population, funded by a programme each."""
    made = {}
    for number, key in (("P1", "length"), ("P2", "population")):
        made[number] = uuid = project(store, number=number, share_key=key, phase="resolved")
        item(store, uuid, "100", quantity=1000)
        made["programme", number] = one(store, "funding_programme", name=number, rate=50,
                                        valid_from=date(2026, 1, 1))  # fmt: skip
        one(store, "project_funding", project_uuid=uuid, applied_on=date(2026, 2, 1),
            programme_uuid=made["programme", number])  # fmt: skip
    made["path"] = linked_path(store, made["P1"])
    figures(store, date(2025, 12, 31), {WEST: 1000, EAST: 2000})
    shares(store)
    split_costs.run({"register": store.location, "project": ["P1", "P2"], "resolve": True,
                     "on": "2026-03-01"}, Silent())  # fmt: skip
    validate(store)
    assert about_projects(store) == []
    return made


def longer_path(store, made):
    store.update("path", {"uuid": [made["path"]],
                          "geom": [line((603000, 5341000), (607000, 5341000))]})  # fmt: skip


def no_path(store, made):
    store.delete("path", [made["path"]])


def new_figure(store, made):
    figures(store, date(2026, 5, 31), {EAST: 2100})


def no_figure(store, made):
    store.delete("municipality_figure", store.read("municipality_figure", ["uuid"])["uuid"][:1])


def later_programme(store, made):
    store.update("funding_programme", {"uuid": [made["programme", "P1"]],
                                       "valid_from": [date(2026, 2, 2)]})  # fmt: skip


def other_price(store, made):
    uuids = store.read("cost_item", ["uuid"], {"project_uuid": made["P2"]})["uuid"]
    store.update("cost_item", {"uuid": uuids, "unit_price": [Decimal("100.01")]})


@pytest.mark.parametrize(("edit", "codes"), [
    (longer_path, {"PRJ016"}), (no_path, {"PRJ003", "PRJ009"}), (new_figure, {"PRJ016"}),
    (no_figure, {"PRJ009"}), (later_programme, {"PRJ012"}), (other_price, {"PRJ014", "PRJ016"}),
])  # fmt: skip
def test_a_refresh_finds_what_a_whole_run_finds(store, scene, edit, codes):
    edit(store, scene)
    refresh(store, Municipalities.of(store, coverage_of(store)), TODAY)
    found = about_projects(store)
    assert {code for code, *_ in found} == codes
    validate(store)
    assert about_projects(store) == found


def test_what_is_mended_is_fixed_by_the_refresh(store, scene):
    municipalities = Municipalities.of(store, coverage_of(store))
    later_programme(store, scene)
    refresh(store, municipalities, TODAY)
    store.update("funding_programme", {"uuid": [scene["programme", "P1"]],
                                       "valid_from": [date(2026, 1, 1)]})  # fmt: skip
    refresh(store, municipalities, TODAY)
    assert about_projects(store) == []
