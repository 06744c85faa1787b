"""The way of the demo on a server: every job runs unchanged and finds the same as in the file."""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.stores import open_register
from tests.support import ROOT

sys.path.insert(0, str(ROOT / "sample_data"))
import demo as way

#: When a row was written, by whom, and in which batch, is another matter each time.
_OF_THE_RUN = {"created_at", "created_by", "changed_at", "changed_by", "decided_at", "batch"}
#: Nothing refers to their rows.
_UNNAMED = ("finding", "border_proposal", "cost_split", "cost_split_share")


@pytest.fixture(scope="module")
def on_server(demo, postgis, tmp_path_factory) -> str:
    """The demo's register once more, made by the same jobs from the same deliveries."""
    location = postgis.new_location()
    folder = tmp_path_factory.mktemp("server")
    (folder / "quarantine").mkdir()
    (folder / "deliveries").symlink_to(demo.folder / "deliveries")
    steps = way._Steps("de")
    boundaries = folder / "deliveries" / "boundaries" / "vg250_gem.gpkg"
    way._run(way.create_register.TASK, steps, register=location, title=way.TITLE,
             boundaries=str(boundaries), members=list(way.MEMBERS), source_date="2026-01-01",
             source=way.text("demo.boundary_source", "de"))  # fmt: skip
    way._import_all(folder, location, steps)
    with open_register(location) as store:
        way.load_projects(store, way.HERE / "joint_projects.toml")
    way._run(way.compute_shares.TASK, steps, register=location)
    way._run(way.match_borders.TASK, steps, register=location, by="Demo")
    way._run(way.split_costs.TASK, steps, register=location, project=[way.RESOLVED[0]],
             resolve=True, on=way.RESOLVED[1], by="Demo",
             reason="Beschlüsse der beteiligten Gemeinden")  # fmt: skip
    way._run(way.split_costs.TASK, steps, register=location, by="Demo")
    way._run(way.validate_register.TASK, steps, register=location, by="Demo",
             on=way.VALIDATED_ON.isoformat())  # fmt: skip
    return location


@pytest.fixture(scope="module")
def registers(demo, on_server):
    with open_register(demo.register) as file, open_register(on_server) as server:
        yield file, server


@pytest.mark.slow
def test_every_table_holds_the_same_rows(registers):
    file, server = registers
    renamed: dict[str, str] = {}
    for table in REGISTER:
        if "uuid" in table and table.name not in _UNNAMED:
            uuids = (store.read(table.name, ["uuid"])["uuid"] for store in registers)
            renamed |= dict(zip(*uuids, strict=True))
    for table in REGISTER:
        if table.name != "change_log":
            assert rows(server, table) == rows(file, table, renamed), table.name


@pytest.mark.slow
def test_the_logs_tell_of_the_same_changes(registers):
    told = [
        Counter(zip(*store.read("change_log", ["table_name", "action", "reason",
                                               "geometry_changed"]).values(), strict=True))
        for store in registers
    ]  # fmt: skip
    assert told[0] == told[1]
    states = [[told_state(s) for s in store.read("change_log", ["old_state"])["old_state"] if s]
              for store in registers]  # fmt: skip
    assert states[0] == states[1]


def told_state(state) -> dict:
    """What is the same from run to run; 8 and 8.0 are one number."""
    return {k: v for k, v in state.items()
            if k not in _OF_THE_RUN and not k.endswith("uuid") and k != "identity"}  # fmt: skip


def rows(store, table, renamed=None) -> list[str]:
    """The rows of a table as sorted texts, uuids renamed, without what differs from run to run."""
    columns = store.read(table.name)
    if table.name == "register_info":
        columns = store.read(table.name, where={"key": ["product", "schema_version", "title",
                                                        "crs", "border_settings"]})  # fmt: skip
    left_out = _OF_THE_RUN | ({"uuid"} if table.name in _UNNAMED else set())
    if table.name == "cost_split_share":
        left_out |= {"split_uuid"}
    kept = {name: column for name, column in columns.items() if name not in left_out}
    texts = [json.dumps(row, default=_plain, sort_keys=True)
             for row in zip(*kept.values(), strict=True)]  # fmt: skip
    whole = "\n".join(texts)
    for old, new in (renamed or {}).items():
        if old in whole:
            whole = whole.replace(old, new)
    return sorted(whole.split("\n"))


def _plain(value) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
