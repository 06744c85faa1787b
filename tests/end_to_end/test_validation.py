"""Validation, border matching and decisions, as a planner runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.support import EAST, WEST, line, point, small_register

# WEST ends at x = 605 km, where EAST begins.
Y = 5341000


@pytest.fixture
def register(tmp_path):
    """A gap of a metre and a mismatch of surfaces between two paths, and a light number twice."""
    path = small_register(tmp_path / "r.gpkg")
    with open_register(path) as store:
        store.insert("path", {
            "ags": [WEST, EAST], "asset_no": ["W1", "O1"], "surface": ["asphalt", "gravel"],
            "geom": [line((604800, Y), (604999, Y)), line((605000, Y), (605200, Y))],
        })  # fmt: skip
        store.insert("streetlight", {"ags": [WEST, WEST], "light_no": ["7", "7"],
                                     "geom": [point(601000), point(602000)]})  # fmt: skip
    return path


def proposals(script, register, *options):
    code, out, err = script("match_borders", register, *options, "--json", register.parent / "p")
    assert code == 0, err
    return json.loads((register.parent / "p").read_text(encoding="utf-8")), out


def test_proposals_are_listed_as_json(script, register):
    listed, out = proposals(script, register)
    gap, mismatch = sorted(listed, key=lambda p: p["kind"])
    assert (gap["kind"], mismatch["kind"]) == ("gap", "mismatch")
    assert [(a["asset_no"], a["ags"]) for a in gap["assets"]] == [("W1", WEST), ("O1", EAST)]
    assert gap["place"] == pytest.approx([605000, Y], abs=1.0) and gap["state"] == "open"
    assert 0 < gap["confidence"] <= 1
    assert mismatch["details"]["field"] == "surface"
    assert "Open proposals: 2" in out


def test_open_errors_end_with_1_and_none_with_0(script, register):
    code, out, _ = script("validate_register", register)
    assert code == 1 and "BRD001  Gap at the border: 1" in out and "DUP002" in out
    code, out, _ = script("validate_register", register, "--rules", "BRD004", "--lang", "de")
    assert code == 1  # the errors of the other rules are still open
    with open_register(register) as store:
        store.delete("path", store.read("path", ["uuid"])["uuid"])
        store.delete("streetlight", store.read("streetlight", ["uuid"])["uuid"][:1])
    code, out, _ = script("validate_register", register)
    assert code == 0 and "fixed: 3" in out


def test_a_rule_that_does_not_exist_is_refused(script, register):
    code, _, err = script("validate_register", register, "--rules", "XYZ001")
    assert code == 2 and "XYZ001" in err and "NET" in err


def test_a_day_that_is_none_is_refused(script, register):
    code, _, err = script("validate_register", register, "--on", "30.06.2026")
    assert code == 2 and "YYYY-MM-DD" in err


def test_findings_are_exported_for_both_sides(script, register):
    folder = register.parent / "findings"
    code, out, _ = script("validate_register", register, "--export", folder, "--lang", "de")
    assert code == 1 and "4 Dateien" in out
    assert sorted(p.name for p in folder.iterdir()) == [
        f"{WEST}_West_befunde.gpkg", f"{WEST}_West_befunde.xlsx",
        f"{EAST}_Ost_befunde.gpkg", f"{EAST}_Ost_befunde.xlsx",
    ]  # fmt: skip
    first = (folder / f"{EAST}_Ost_befunde.xlsx").read_bytes()
    script("validate_register", register, "--export", folder, "--lang", "de")
    assert (folder / f"{EAST}_Ost_befunde.xlsx").read_bytes() == first


def test_both_sides_decide_and_the_lines_meet(script, register):
    proposals(script, register)
    script("validate_register", register)
    decide = ("decide_proposals", register, "--decision", "accept", "--kind", "gap", "--by", "A")
    code, out, _ = script(*decide, "--municipality", WEST)
    assert code == 0 and "waiting for the other side: 1" in out
    code, out, _ = script(*decide, "--municipality", EAST)
    assert code == 0 and "Applied: 1" in out
    with open_register(register) as store:
        (link,) = store.read("border_link", ["kind"])["kind"]
        states = store.read("finding", ["code", "state"])
        length = store.read("asset_share", ["length_m"])["length_m"]
    assert link == "end_end"
    by_code = dict(zip(states["code"], states["state"], strict=True))
    assert by_code["BRD001"] == "fixed" and by_code["BRD004"] == "open"
    assert length == pytest.approx([200.05], abs=0.01)  # of the line that was changed
    listed, _ = proposals(script, register)
    assert {p["kind"]: p["state"] for p in listed} == {"gap": "accepted", "mismatch": "open"}


def test_a_rejected_mismatch_is_an_exception_with_the_same_reason(script, register):
    listed, _ = proposals(script, register)
    (uuid,) = [p["uuid"] for p in listed if p["kind"] == "mismatch"]

    def finding():
        with open_register(register) as store:
            return store.read("finding", ["state", "reason", "decided_by"], {"code": "BRD004"})

    given = ("--proposals", uuid, "--municipality", EAST, "--by", "Bauamt")
    code, out, _ = script("decide_proposals", register, "--decision", "reject", *given,
                          "--reason", "Ausbauende")  # fmt: skip
    assert code == 0 and "rejected: 1" in out
    decided = {"state": ["accepted"], "reason": ["Ausbauende"], "decided_by": ["Bauamt"]}
    assert finding() == decided  # at once
    script("validate_register", register)
    assert finding() == decided  # and in every later run
    again, _ = proposals(script, register)
    assert {p["state"] for p in again if p["kind"] == "mismatch"} == {"rejected"}


def test_an_exception_is_accepted_and_taken_back(script, register):
    script("validate_register", register)
    with open_register(register) as store:
        (uuid,) = store.read("finding", ["uuid"], {"code": "DUP002"})["uuid"]
    given = (register, "--findings", uuid, "--by", "Bauamt")
    code, out, _ = script("decide_findings", *given, "--decision", "accept", "--reason", "so")
    assert code == 0 and "Accepted as exceptions: 1" in out
    code, _, err = script("decide_findings", *given, "--decision", "accept")
    assert code == 2 and "reason" in err
    code, out, _ = script("decide_findings", *given, "--decision", "reopen")
    assert code == 0 and "Opened again: 1" in out


def test_the_lead_and_the_cap_are_kept_in_the_register(script, register):
    proposals(script, register, "--cap", "0.5", "--lead", WEST)
    with open_register(register) as store:
        assert store.count("border_proposal", {"kind": "gap", "state": "open"}) == 0
    proposals(script, register, "--cap", "3")
    code, out, _ = script("decide_proposals", register, "--decision", "accept", "--kind", "gap",
                          "--municipality", WEST, "--by", "Leitung")  # fmt: skip
    assert code == 0 and "Applied: 1" in out
    code, _, err = script("match_borders", register, "--lead", "09775999")
    assert code == 2 and "09775999" in err


def test_a_job_that_is_refused_leaves_the_register_as_it_was(script, register):
    before = register.read_bytes()
    for arguments in (
        ("validate_register", register, "--rules", "XYZ"),
        ("match_borders", register, "--cap", "50"),
        ("decide_proposals", register, "--decision", "accept", "--municipality", WEST, "--by", "x"),
        ("decide_findings", register, "--decision", "accept", "--findings", "x", "--by", "x",
         "--reason", "x"),
    ):  # fmt: skip
        code, out, err = script(*arguments)
        assert code == 2 and not out and len(err.strip().splitlines()) == 1
    assert register.read_bytes() == before


def test_a_second_validation_writes_nothing(script, register):
    script("match_borders", register)
    script("validate_register", register)
    copy = shutil.copy(register, register.with_name("copy.gpkg"))
    script("match_borders", register)
    script("validate_register", register)

    def log(path):
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT * FROM change_log").fetchall()
        connection.close()
        return rows

    assert log(register) == log(copy)
