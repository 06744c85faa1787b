"""The shares of a whole register, written at once: the same rows whichever way they take."""

from __future__ import annotations

import sqlite3
import uuid

import numpy as np
import pytest

from ile_gis_plugin.core.errors import RegisterError
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.stores.geopackage import pages, share_cells, share_rows
from ile_gis_plugin.core.stores.geopackage.geometry import register_functions
from ile_gis_plugin.core.tasks import compute_shares
from ile_gis_plugin.core.tasks.compute_shares import TASK
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, line, point

COLUMNS = "asset_class, asset_uuid, ags, length_m, asset_length_m, share"


@pytest.fixture
def kind() -> str:
    """Here it is about pages of SQLite."""
    return "geopackage"


def compute(location):
    return TASK.run({"register": str(location)}, Silent()).values


def rows(location) -> list[tuple]:
    with sqlite3.connect(location) as connection:
        return connection.execute(
            " ".join(("SELECT", COLUMNS, "FROM asset_share ORDER BY fid"))
        ).fetchall()


@pytest.fixture
def filled(location):
    """A register of all kinds of rows: in one, in both, partly and wholly outside."""
    rng = np.random.default_rng(7)
    with open_register(location) as store, store.transaction():
        for table in ("path", "utility_line"):
            begin = rng.uniform([598_000, 5_339_000], [612_000, 5_346_000], (150, 2))
            end = begin + rng.normal(0, 2_000, (150, 2))
            geom = [line(a, b) for a, b in zip(begin.tolist(), end.tolist(), strict=True)]
            extra = {"network_type": ["water"] * 150, "accuracy_m": [0.3] * 150}
            store.insert(table, {"ags": [WEST] * 150, "geom": geom,
                                 **(extra if table == "utility_line" else {})})  # fmt: skip
        for table in ("streetlight", "charging_point"):
            xy = rng.uniform([598_000, 5_339_000], [612_000, 5_346_000], (100, 2))
            store.insert(table, {"ags": [EAST] * 100, "geom": [point(*p) for p in xy.tolist()]})
    return location


def test_packed_rows_are_those_that_are_inserted_one_by_one(filled, monkeypatch):
    report = compute(filled)
    packed = rows(filled)
    assert {(r[2] is None, r[3] is None) for r in packed} == {(a, b) for a in (True, False)
                                                              for b in (True, False)}  # fmt: skip
    monkeypatch.setattr(share_cells.PackedRows, "of", lambda *_: None)
    assert compute(filled) == report
    assert rows(filled) == packed


def test_rows_on_many_pages_are_the_same(filled, monkeypatch):
    compute(filled)
    whole = rows(filled)
    for module in (pages, share_rows):
        monkeypatch.setattr(module, "PAGE_BYTES", 512)
    monkeypatch.setattr(pages, "_PIECE", 20)
    compute(filled)
    assert rows(filled) == whole


def test_the_register_is_whole_and_its_indexes_know_every_row(filled):
    compute(filled)
    connection = sqlite3.connect(filled)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    names = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE tbl_name = 'asset_share' AND type = 'index'")]
    assert sorted(names) == ["idx_asset_share_ags", "idx_asset_share_asset_uuid_ags"]
    every = sorted(connection.execute("SELECT asset_uuid, ags FROM asset_share"), key=repr)
    for name in names:
        listed = connection.execute(" ".join(("SELECT asset_uuid, ags FROM asset_share INDEXED BY",
                                              name, "WHERE ags IS NULL OR ags IS NOT NULL")))
        assert sorted(listed, key=repr) == every
    connection.close()


def test_sqlite_copies_rows_and_entries_as_they_are(filled):
    # Else they would be unpacked, checked and sorted one by one, which takes many times as long.
    with open_register(filled) as store:
        connection = store._connection
        part = share_rows.ShareRows(
            "streetlight", np.array([1]), np.array([b"0" * 36]), np.array([0]), np.array([np.nan]),
            np.ones(1),
        )  # fmt: skip
        with share_rows.unchecked(connection), \
                share_rows.packed(connection, [WEST], [part]) as is_packed:  # fmt: skip
            assert is_packed
            steps = [step[1] for step in connection.execute(
                "EXPLAIN INSERT INTO main.asset_share SELECT * FROM packed.asset_share")]
            assert steps.count("RowData") == 3


def test_rules_and_references_hold_again_afterwards(filled):
    with open_register(filled) as store:
        before = [store._connection.execute(" ".join(("PRAGMA", p))).fetchone() for p in
                  ("foreign_keys", "ignore_check_constraints", "secure_delete")]  # fmt: skip
        assert store.replace_shares([WEST], [], store.info().change, {})
        after = [store._connection.execute(" ".join(("PRAGMA", p))).fetchone() for p in
                 ("foreign_keys", "ignore_check_constraints", "secure_delete")]  # fmt: skip
        assert before == after and before[0] == (1,)
        assert store.count("asset_share") == 0


def test_nothing_is_written_when_writing_fails(filled, monkeypatch):
    compute(filled)
    before = rows(filled)
    monkeypatch.setattr(share_rows, "create_indexes", lambda _: ["CREATE INDEX nonsense"])
    with open_register(filled) as store, pytest.raises(RegisterError):
        store.replace_shares([WEST], [], store.info().change, {"x": "1"})
    assert rows(filled) == before
    with open_register(filled) as store:
        assert store.entry("x") == ""


def test_a_register_that_moved_on_is_left_as_it_is(filled):
    compute(filled)
    before = rows(filled)
    with open_register(filled) as store:
        assert not store.replace_shares([WEST], [], store.info().change - 1, {"x": "1"})
        assert store.entry("x") == ""
    assert rows(filled) == before


def test_an_edit_during_the_computation_is_not_lost(filled, monkeypatch):
    added = []
    whole = compute_shares.shares_of_register

    def edited_meanwhile(store, coverage, report):
        found = whole(store, coverage, report)
        if not added:
            with open_register(filled) as other:
                added.extend(other.insert("path", {"ags": [WEST], "geom": [line()]}))
        return found

    monkeypatch.setattr(compute_shares, "shares_of_register", edited_meanwhile)
    assert compute(filled)["assets"] == 501
    assert added[0] in {row[1] for row in rows(filled)}


@pytest.mark.parametrize("unusual", ["ü" * 8 + "-0000-0000-0000-" + "0" * 12, "inline", "index"])
def test_unusual_registers_get_the_same_rows(filled, unusual):
    compute(filled)
    expected = rows(filled)
    connection = sqlite3.connect(filled)
    if unusual == "inline":  # as registers were made once
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'asset_share'"
        ).fetchone()
        connection.execute("DROP TABLE asset_share")
        connection.execute(sql.removesuffix(")") + ", UNIQUE (asset_uuid, ags))")
    elif unusual == "index":
        connection.execute("CREATE INDEX of_somebody_else ON asset_share (share)")
    connection.commit()
    connection.close()
    if unusual[0] == "ü":
        with open_register(filled) as store:
            store.insert("path", {"ags": [WEST], "geom": [line()], "uuid": [unusual]})
    compute(filled)
    found = [row for row in rows(filled) if row[1] != unusual]
    assert found == expected
    assert len(rows(filled)) == len(expected) + (unusual[0] == "ü")
    assert sqlite3.connect(filled).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_keys_far_apart_and_missing_geometries_are_read_in_blocks(filled):
    compute(filled)
    expected = rows(filled)
    with open_register(filled) as store:
        (without,) = store.insert("path", {"ags": [WEST]})
    connection = sqlite3.connect(filled)
    register_functions(connection)
    far = str(uuid.uuid4())
    connection.execute("INSERT INTO path (fid, geom, ags, uuid) "
                       "SELECT ?, geom, ags, ? FROM path LIMIT 1", (2**62, far))  # fmt: skip
    connection.commit()
    connection.close()
    report = compute(filled)
    assert report["assets"] == 501 and report["without_geometry"] == 1
    found = rows(filled)
    assert [r for r in found if r[1] != far] == expected
    assert [r[1:] for r in found if r[1] == far] == [(far, *r[2:]) for r in found
                                                     if r[1] == found[0][1]]  # fmt: skip
    assert without not in {r[1] for r in found}
