"""The demo: what it makes is whole and adds up."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pyogrio
import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.stores import open_register


def test_the_demo_tells_what_it_made_and_what_to_open(demo):
    assert "Als Nächstes öffnen:" in demo.output
    assert "register.qgz" in demo.output and "Straßenleuchten" in demo.output


def test_each_import_adds_up(demo):
    lines = re.findall(
        r": (\d+) gelesen = (\d+) neu \+ (\d+) geändert \+ (\d+) unverändert \+ (\d+) in",
        demo.output,
    )
    assert len(lines) >= 20
    for read, *parts in lines:
        assert int(read) == sum(map(int, parts))


def test_every_member_has_assets_of_every_class(demo):
    with open_register(demo.register) as store:
        members = set(store.read("municipality", ["ags"], {"is_member": 1})["ags"])
        assert len(members) == 7
        assert store.count("municipality", {"is_member": 0}) >= 10
        for table in REGISTER.assets:
            found = Counter(store.read(table.name, ["ags"])["ags"])
            assert set(found) == members, table.name


def test_every_fault_that_no_register_can_hold_is_in_the_quarantine_and_nothing_else(demo):
    truth = list(csv.DictReader((demo.folder / "deliveries" / "faults.csv").open(encoding="utf-8")))
    # What the federal register says of places beyond the members was not asked for.
    expected = Counter(
        fault["file"].rpartition("/")[2] for fault in truth
        if fault["expected"] == "quarantined" and fault["kind"] != "home_unknown"
    )  # fmt: skip
    assert sum(expected.values()) >= 30
    found = Counter()
    for path in (demo.folder / "quarantine").glob("*.gpkg"):
        frame = pyogrio.read_dataframe(path)
        assert frame["quarantine_reason"].str.len().min() > 10
        assert frame["quarantine_row"].min() >= 1
        found.update(frame["quarantine_file"])
    assert found == expected


def test_shares_of_each_asset_sum_to_exactly_one(demo):
    connection = sqlite3.connect(demo.register)
    sums = connection.execute(
        "SELECT asset_uuid, sum(share), count(*) FROM asset_share GROUP BY asset_uuid"
    ).fetchall()
    connection.close()
    assert {total for _, total, _ in sums} == {1.0}
    assert sum(parts > 1 for _, _, parts in sums) > 50  # the sample crosses borders


def test_the_joint_projects_are_there_with_their_money(demo):
    with open_register(demo.register) as store:
        assert store.count("joint_project") == 3
        for name in ("cost_item", "participant", "project_asset", "funding_programme"):
            assert store.count(name) >= 3, name
        items = store.read("cost_item", ["quantity", "unit_price", "net_amount"])
        for quantity, price, net in zip(*items.values(), strict=True):
            exact = price * Decimal(repr(quantity))
            assert net == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("kind", ["*.pdf"])
def test_a_map_of_every_member_and_the_atlas_are_there(demo, kind):
    maps = sorted((demo.folder / "maps").glob(kind))
    assert len(maps) == 8
    assert all(p.stat().st_size > 50_000 for p in maps)


def test_each_row_of_the_register_has_its_log_entry(demo):
    with open_register(demo.register) as store:
        for table in REGISTER:
            if table.logged:
                inserted = store.count("change_log", {"table_name": table.name,
                                                      "action": "insert"})  # fmt: skip
                assert inserted == store.count(table.name), table.name
