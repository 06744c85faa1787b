"""The forms in the real QGIS window, with mouse and keyboard, on a screen of their own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desktop.window import missing, run_in_window
from tests.plugin import small_register
from tests.plugin.small_register import NORTH

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


@pytest.fixture
def council(tmp_path):
    """A register beside the project of one municipality."""
    from ile_gis_plugin.core.tasks.task import Silent
    from ile_gis_plugin.project.build import TASK

    register = small_register.make(tmp_path / "reg.gpkg")
    TASK.run({"register": str(register), "municipality": NORTH, "lang": "de"}, Silent())
    return register


def in_window(council, script, plugin=False):
    project = council.with_name(f"reg_{NORTH}.qgz")
    return run_in_window(project, HERE / script, council.parent, "de", plugin=plugin)


def rows(register, *query):
    with closing(sqlite3.connect(register)) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute(" ".join(query))]


def test_a_connector_is_added_to_a_station_that_is_not_saved_yet(council):
    seen = in_window(council, "add_connector.py")
    assert "error" not in seen
    assert seen["children_edited"] and seen["can_add"]
    assert seen["added"] == [1, 1]
    assert seen["afir"] == ["AFIR-Kategorie: schnell AC (über 22 kW)"]
    assert seen["unsaved"] == [False, False]
    assert seen["still_edited"] == [False, False]
    (station,) = rows(council, "SELECT * FROM charging_point WHERE name = 'Bahnhof'")
    assert station["ags"] == NORTH
    (connector,) = rows(council, "SELECT * FROM connector WHERE power_kw = 22.5")
    assert connector["charging_point_uuid"] == station["uuid"]
    assert connector["connector_type"] == "IEC_62196_T2"
    log = rows(council, "SELECT * FROM change_log ORDER BY fid DESC LIMIT 2")
    assert [(e["action"], e["row_uuid"]) for e in log] == [
        ("insert", connector["uuid"]), ("insert", station["uuid"]),
    ]  # fmt: skip
    assert all(e["changed_by"] for e in log)


def test_forms_keep_the_rules_and_change_nothing_but_what_was_typed(council):
    seen = in_window(council, "edit_assets.py")
    assert seen["unknown_length"] == ["Länge: –"] and seen["length"] == ["Länge: 1.503,3 m"]
    assert not seen["too_wide_accepted"]
    assert "Breite: 0,3 bis 30 m." in seen["sentences"]
    assert set(seen["of_water"][1:]) == {"Rohwasser", "Trinkwasser"}
    assert seen["sub_type"] == "Trinkwasser"
    assert set(seen["of_sewer"][1:]) == {"Mischwasser", "Regenwasser", "Schmutzwasser"}
    assert not seen["foreign_editable"]
    assert seen["on"] == ["Befunde", "Norddorf", "Grenzen", "Tabellen"]

    now = {row["uuid"]: row for row in rows(council, "SELECT * FROM path")}
    changed = {}
    for entry in rows(council, "SELECT * FROM change_log WHERE action = 'update'"):
        old, new = json.loads(entry["old_state"]), now[entry["row_uuid"]]
        changed[new["asset_no"]] = {key for key in old if old[key] != new[key]}
        assert entry["changed_by"] and not entry["geometry_changed"]
    signature = {"changed_at", "changed_by", "version"}
    assert changed == {"W1": {"name"} | signature, "W2": {"width_m"} | signature}


def test_sums_of_a_joint_project_follow_what_is_typed(council):
    small_register.add_project(council)
    seen = in_window(council, "joint_project.py", plugin=True)
    assert "error" not in seen
    (problems,) = seen["lead"]
    assert "Federführung" not in problems and "Jahresraten ergeben zusammen 50 %" in problems
    assert seen["short"] == ["▲ Summe der Prozentsätze: 90 % – es fehlen 10 %."]
    assert seen["whole"] == [seen["page"]] == ["✓ Summe der Prozentsätze: 100 %."]
    assert seen["typed"] == "411,35"
    assert seen["measured"] == "37101,44" and not seen["asked"]  # 1,503.3 m × 2 × €12.34
    assert "Teilschlüssel" in seen["mixed"] and "Teilschlüssel" not in seen["equal"]
    assert seen["all_right"] == ["✓ Beteiligte, Schlüssel und Jahresraten passen zusammen."]
    assert seen["unsaved"] == []
    (item,) = rows(council, "SELECT * FROM cost_item WHERE title = 'Asphaltdecke'")
    assert item["net_amount"] == 37101.44
