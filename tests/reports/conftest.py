"""A register small enough to compute every figure of a report by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ile_gis_plugin.core.reports.assumptions import Assumptions
from ile_gis_plugin.core.reports.figures import Figures, Holdings, figures_of
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.coverage import coverage_of
from ile_gis_plugin.core.tasks.report_data import load, places_of
from tests.support import EAST, WEST, line, point, small_register

ON = date(2026, 6, 30)
#: In the order of the places: by name, "Ost" before "West".
OST, IN_WEST, OTHERS = 0, 1, 2
NORTH = 5342000


def filled(path: Path) -> Path:
    """Paths along one line: 2 km over the border, 1 km joined to it, a gap of 100 m, 900 m."""
    small_register(path)
    with open_register(path) as store:
        store.insert("path", {
            "ags": [WEST, EAST, EAST, WEST], "asset_no": ["W1", "E1", "E2", "W2"],
            "name": ["Grenzweg", None, "Ostweg", "Neuer Weg"],
            "geom": [line((x, NORTH), (until, NORTH)) for x, until in (
                (604000, 606000), (606000, 607000), (607100, 608000), (601000, 602000))],
            "status": ["functional", "functional", "functional", "projected"],
            "legal_class": ["local_street", None, "local_street", None],
            "surface": ["asphalt", "gravel", "asphalt", "gravel"],
            "is_core": [True, True, True, True],
            "commissioned_on": [date(2016, 6, 30), date(2016, 7, 1), None, None],
            "condition_class": ["4", "1", None, None],
            "next_inspection_on": [date(2026, 6, 29), ON, None, date(2020, 1, 1)],
        })  # fmt: skip
        store.insert("streetlight", {
            "ags": [WEST, WEST, EAST, EAST, EAST, WEST], "asset_no": [f"L{n}" for n in range(6)],
            "geom": [point(601000, NORTH), point(601300, NORTH), point(606000, NORTH),
                     point(607000, NORTH), point(608000, NORTH), point(601000, 5341000)],
            "status": ["functional"] * 5 + ["decommissioned"],
            "lamp_type": ["hps", "hme", "led", "hps", None, "hps"],
            "power_w": [100.0, 80.0, 30.0, None, 50.0, 100.0],
            "power_reduced_w": [50.0, None, None, None, None, None],
            "burning_hours_a": [4000, None, None, 4000, None, 4000],
            "electrical_test_on": [date(2022, 6, 29), date(2022, 6, 30), None, None, None,
                                   date(1990, 1, 1)],
            "stability_test_on": [date(2020, 6, 29), date(2025, 1, 1), None, None, None, None],
        })  # fmt: skip
        store.insert("charging_point", {
            "ags": [EAST, EAST, WEST], "asset_no": ["C1", "C2", "C3"],
            "geom": [point(606000, NORTH + 300), point(606500, NORTH), point(601000, NORTH)],
            "device_type": ["fast", "normal", "normal"], "point_count": [4, None, 2],
            "power_kw": [150.0, 22.0, 11.0], "public_access": [True, True, False],
        })  # fmt: skip
        towns = store.read("municipality", ["uuid", "ags"])
        store.update("municipality", {
            "uuid": towns["uuid"],
            "population": [4000 if ags == EAST else None for ags in towns["ags"]],
        })  # fmt: skip
    return path


@pytest.fixture
def register(tmp_path) -> Path:
    return filled(tmp_path / "register.gpkg")


def holdings_and_figures(path: Path, municipality: str = "", **assumed: float
                         ) -> tuple[Holdings, Figures]:  # fmt: skip
    with open_register(path, read_only=True) as store:
        places = places_of(store, municipality, ON)
        holdings = load(store, coverage_of(store), places, lambda table, done: None)
        return holdings, figures_of(holdings, places, ON, Assumptions(**assumed))


@pytest.fixture
def figures(register) -> Figures:
    return holdings_and_figures(register)[1]
