"""The job that divides the cost, and the versions that it keeps."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from decimal import Decimal

import pytest

from ile_gis_plugin.core.command_line import checked, run_script
from ile_gis_plugin.core.errors import ConstraintError, InputError
from ile_gis_plugin.core.finances.kept import kept_splits
from ile_gis_plugin.core.projects.record import (
    inputs_from_json,
    inputs_to_json,
    split_from_json,
    split_to_json,
)
from ile_gis_plugin.core.projects.split import split
from ile_gis_plugin.core.tasks import split_costs
from ile_gis_plugin.core.tasks.project_facts import facts_of
from ile_gis_plugin.core.tasks.task import Silent
from tests.projects.building import figures, item, linked_path, one, project, shares
from tests.support import EAST, WEST, line

SCRIPT = ".core.tasks.split_costs"


def run(store, **values):
    return split_costs.run(checked(split_costs.TASK, {"register": store.location, **values}),
                           Silent())  # fmt: skip


def resolve(store, **values):
    return run(store, project=["P1"], resolve=True, on="2026-03-01", **values)


def core_path(store):
    """By length in the territory; 1,000.27 and 2,000.52 m, 3,000.79 m × 3.5 × 10 € in all."""
    uuid = project(store, share_key="length")
    path = linked_path(store, uuid)
    item(store, uuid, "10.00", measured_by="length", measure_factor=3.5)
    shares(store)
    return uuid, path


def by_population(store, **values):
    uuid = project(store, share_key="population", **values)
    figures(store, date(2025, 12, 31), {WEST: 1000, EAST: 2000})
    return uuid


def versions(store):
    return [(k.split_version, k.kind, k.made_on.isoformat())
            for kept in kept_splits(store).values() for k in kept]  # fmt: skip


def frozen_rows(store):
    connection = sqlite3.connect(store.location)
    splits = connection.execute("SELECT * FROM cost_split WHERE fid <= 1").fetchall()
    shares_ = connection.execute("SELECT * FROM cost_split_share WHERE fid <= 2").fetchall()
    connection.close()
    return splits, shares_


def test_the_shares_as_computed_now_are_kept_and_explained(store):
    by_population(store)
    run(store)
    rows = store.read("cost_share")
    assert dict(zip(rows["ags"], rows["amount"], strict=True)) == {WEST: 100, EAST: 200}
    told = rows["explanation"][0]["steps"]
    assert any("1.000" in sentence for sentence in told["de"])
    assert any("1,000" in sentence for sentence in told["en"])
    assert store.count("cost_split") == 0


def test_a_project_that_was_rejected_is_divided_only_when_named(store):
    project(store, phase="rejected")
    assert run(store).values["projects"] == [] and run(store).lines[0].key == "costs.no_projects"
    assert len(run(store, project=["P1"]).values["projects"]) == 1


def test_what_was_resolved_is_kept_with_its_inputs(store):
    by_population(store)
    report = resolve(store, reason="Beschluss", by="Amt")
    assert report.values["projects"][0]["kept"] == {"version": 1, "kind": "resolved",
                                                    "made_on": "2026-03-01"}  # fmt: skip
    rows = store.read("cost_split")
    assert rows["reason"] == ["Beschluss"] and rows["own_share"] == [300]
    log = store.find("change_log", [("table_name", "=", "cost_split")], ["changed_by", "batch"])
    assert (log["changed_by"], log["batch"]) == (["Amt"], ["split_costs"])
    assert store.read("cost_split_share", ["amount"])["amount"] == [100, 200]


def test_a_kept_split_follows_from_its_stored_inputs_alone(store):
    core_path(store)
    resolve(store)
    stored = store.read("cost_split", ["inputs", "steps", "fingerprint"])
    again = split(inputs_from_json(stored["inputs"][0]))
    assert again == split_from_json(stored["steps"][0])
    assert again.fingerprint == stored["fingerprint"][0]
    facts = facts_of(store, "P1")
    assert (facts.resolved.inputs, facts.resolved.split) == (facts.inputs, facts.split)
    assert split_to_json(again) == stored["steps"][0]
    assert inputs_to_json(facts.inputs) == stored["inputs"][0]


def change_geometry(store, uuid, path):
    with store.transaction():
        store.update("path", {"uuid": [path], "geom": [line((604500, 5341000), (607000, 5341000))]})
    shares(store)


def change_cost(store, uuid, path):
    store.update("cost_item", {"uuid": store.read("cost_item", ["uuid"])["uuid"],
                               "unit_price": [Decimal("11.00")]})  # fmt: skip


def change_population(store, uuid, path):
    figures(store, date(2026, 1, 31), {WEST: 1500})


@pytest.mark.parametrize("change", [change_geometry, change_cost, change_population])
def test_a_later_change_makes_a_version_beside_the_resolved_one(store, change):
    uuid, path = core_path(store)
    if change is change_population:
        store.update("joint_project", {"uuid": [uuid], "share_key": ["population"]})
        figures(store, date(2025, 12, 31), {WEST: 1000, EAST: 2000})
    resolve(store)
    before, kept = frozen_rows(store), facts_of(store, "P1").resolved
    change(store, uuid, path)
    report = run(store, on="2026-04-01").values["projects"][0]
    assert versions(store) == [(1, "resolved", "2026-03-01"), (2, "update", "2026-04-01")]
    assert frozen_rows(store) == before and facts_of(store, "P1").resolved == kept
    west, east = report["differences"]
    now = facts_of(store, "P1").split
    assert (west["ags"], east["ags"]) == (WEST, EAST)
    assert Decimal(west["difference"]) == now.shares[0].amount - kept.split.shares[0].amount != 0
    assert Decimal(east["difference"]) == now.shares[1].amount - kept.split.shares[1].amount


def test_the_same_change_is_kept_once(store):
    by_population(store)
    resolve(store)
    change_population(store, "", "")
    for day in ("2026-04-01", "2026-05-01"):
        run(store, on=day)
    assert versions(store)[1:] == [(2, "update", "2026-04-01")]
    resolve(store)  # what has changed is resolved in its turn
    assert versions(store)[2:] == [(3, "resolved", "2026-03-01")]
    resolve(store)
    assert len(versions(store)) == 3 and run(store).values["projects"][0]["differences"] == []


def test_what_changes_no_amount_makes_no_version(store):
    uuid = by_population(store)
    resolve(store)
    store.update("joint_project", {"uuid": [uuid], "title": ["Anders"]})
    run(store)
    assert len(versions(store)) == 1


def test_a_settlement_is_kept_beside_the_plan(store):
    uuid = project(store)
    item(store, uuid, "300", actual_amount=Decimal("301.01"))
    resolve(store)
    run(store, basis="actual", on="2027-01-31")
    assert store.read("cost_split", ["basis"])["basis"] == ["planned", "actual"]
    assert store.read("cost_split", ["own_share"])["own_share"] == [300, Decimal("301.01")]


@pytest.mark.parametrize("table", ["cost_split", "cost_split_share"])
def test_no_client_changes_or_deletes_a_kept_version(store, table):
    by_population(store)
    resolve(store)
    uuid = store.read(table, ["uuid"])["uuid"][:1]
    field = "reason" if table == "cost_split" else "amount"
    with pytest.raises(ConstraintError):
        store.update(table, {"uuid": uuid, field: [1]})
    with pytest.raises(ConstraintError):
        store.delete(table, uuid)


def test_where_one_project_is_refused_nothing_is_written_and_all_reasons_are_told(store):
    by_population(store)
    project(store, number="P2", cost_estimated=None)
    project(store, number="P3", ags=(EAST,))
    change = store.info().change
    with pytest.raises(InputError) as refusal:
        run(store)
    words = refusal.value.text("en")
    assert "P2 has neither cost items" in words and "P3" in words
    assert store.count("cost_share") == 0 and store.info().change == change


@pytest.mark.parametrize("values", [{"resolve": True}, {"resolve": True, "project": ["P1"]},
                                    {"resolve": True, "on": "2026-03-01"}])  # fmt: skip
def test_only_what_is_named_is_resolved(store, values):
    project(store)
    with pytest.raises(InputError, match="Only what is named"):
        run(store, **values)


@pytest.mark.parametrize(("lang", "wanted"), [
    ("de", ["Projekt P1: Probe", "100,00 €", "33,3333 %", "Fassung 1 festgehalten, Stand 01.03"]),
    ("en", ["Project P1: Probe", "€100.00", "33.3333 %", "resolved version 1, as of 2026-03-01"]),
])  # fmt: skip
def test_the_script_tells_a_table_in_both_languages(store, capsys, tmp_path, lang, wanted):
    by_population(store)
    report = tmp_path / "report.json"
    given = ["--project", "P1", "--resolve", "--on", "2026-03-01", "--json", str(report)]
    assert run_script(SCRIPT, [store.location, *given, "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert all(words in out for words in wanted)
    amounts = [line.rindex("€" if lang == "de" else "0") for line in out.splitlines()
               if line.startswith("  ") and line.rstrip().endswith(("€", "0"))]  # fmt: skip
    assert len(set(amounts)) == 1  # below each other
    (told,) = json.loads(report.read_text("utf-8"))["report"]["projects"]
    assert [s["amount"] for s in told["shares"]] == ["100.00", "200.00"]


def test_each_step_is_told_when_asked(store, capsys):
    by_population(store)
    run_script(SCRIPT, [store.location, "--explain", "--lang", "en"])
    assert "× 1,000 / 3,000" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["P7", "' OR 1=1"])
def test_an_unknown_project_is_refused_in_one_line(store, capsys, number):
    one(store, "joint_project", number="P1", title="T", lead_ags=WEST)
    assert run_script(SCRIPT, [store.location, "--project", number, "--lang", "de"]) == 2
    assert f"Ein Gemeinschaftsprojekt {number} gibt es im Register nicht" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_workbook_of_each_project_is_written_when_asked(store, tmp_path, lang):
    by_population(store)
    folder = tmp_path / "costs"
    report = run(store, export=str(folder), lang=lang)
    assert [path.name for path in folder.iterdir()] == ["P1.xlsx"]
    assert report.values["files"] == [str(folder / "P1.xlsx")]
    first = (folder / "P1.xlsx").read_bytes()
    run(store, export=str(folder), lang=lang)
    assert (folder / "P1.xlsx").read_bytes() == first
