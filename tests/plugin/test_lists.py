"""What the panel lists: words, sides, states, search and bounds. No QGIS window is needed."""

from __future__ import annotations

import shutil

import pytest

from ile_gis_plugin.core.border.decisions import accept, reject, to_decide
from ile_gis_plugin.core.border.settings import change_border_settings
from ile_gis_plugin.core.errors import Cancelled
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.gui import lists
from ile_gis_plugin.gui.finding_list import find_findings
from ile_gis_plugin.gui.lists import Wanted, in_batches, members_of
from ile_gis_plugin.gui.proposal_list import MINE, find_proposals, shapes_of
from tests.plugin import small_register
from tests.plugin.small_register import EAST, MEETING, NORTH, OUTSIDE, SOUTH, point


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = small_register.make(tmp_path_factory.mktemp("lists") / "reg.gpkg")
    small_register.add_border(path)
    return path


@pytest.fixture
def store(made, tmp_path):
    with open_register(shutil.copy(made, tmp_path / "reg.gpkg")) as opened:
        yield opened


def only(rows):
    (row,) = rows
    return row


# --- findings ----------------------------------------------------------------------------------


def test_errors_come_first_and_only_the_state_that_is_wanted(store):
    assert [r.code for r in find_findings(store, Wanted(state="open"), "de").rows] == [
        "BRD001", "BRD004"]  # fmt: skip
    assert [r.state for r in find_findings(store, Wanted(state="fixed"), "de").rows] == ["fixed"]


def test_a_finding_is_seen_from_ones_own_side_of_the_border(store):
    wanted = Wanted(NORTH, "open", "BRD001")
    north = only(find_findings(store, wanted, "de").rows)
    south = only(find_findings(store, Wanted(SOUTH, "open", "BRD001"), "de").rows)
    assert (north.asset, north.other) == ("G1 Feldweg", "Süddorf")
    assert (south.asset, south.other) == ("G2 Feldweg", "Norddorf")
    assert north.sentence == "Die beiden Enden liegen 0,80 m auseinander."
    assert north.place == MEETING and set(north.row_uuids) == set(south.row_uuids)
    assert find_findings(store, Wanted(OUTSIDE), "de").rows == []


def test_without_a_side_both_municipalities_are_named(store):
    row = find_findings(store, Wanted(state="open"), "en").rows[0]
    assert row.other == "Norddorf / Süddorf"
    assert row.sentence == "The two ends lie 0.80 m apart."


@pytest.mark.parametrize(("words", "codes"), [
    ("feldweg", ["BRD001"]), ("BREITE waldweg", ["BRD004"]), ("breite feldweg", []),
    ("brd00", ["BRD001", "BRD004"]),
])  # fmt: skip
def test_a_search_finds_all_its_words_in_what_is_shown(store, words, codes):
    page = find_findings(store, Wanted(state="open", words=words), "de")
    assert [row.code for row in page.rows] == codes and page.count == len(codes)


def test_the_kinds_are_counted_whichever_is_chosen(store):
    page = find_findings(store, Wanted(state="open", kind="BRD004"), "de")
    assert page.kinds == {"BRD001": 1, "BRD004": 1} and page.count == 1


def test_what_has_neither_number_nor_name_is_called_by_its_class(store):
    uuid = store.insert("streetlight", {"ags": [NORTH], "geom": [point(EAST, 1)]})[0]
    store.insert("finding", {"identity": ["s"], "code": ["DAT003"], "row_uuid": [uuid],
                             "table_name": ["streetlight"], "ags": [NORTH]})  # fmt: skip
    row = only(find_findings(store, Wanted(kind="DAT003"), "de").rows)
    assert (row.asset, row.place) == ("Straßenleuchte", None)


def test_a_long_list_is_cut_off_and_tells_how_long_it_is(store, monkeypatch):
    monkeypatch.setattr(lists, "MOST", 5)
    store.insert("finding", {
        "identity": [f"n{n}" for n in range(23)], "code": ["NET001"] * 23, "ags": [NORTH] * 23,
        "field": ["x"] * 23,
    })  # fmt: skip
    page = find_findings(store, Wanted(kind="NET001"), "de")
    assert (len(page.rows), page.count) == (5, 23)
    page = find_findings(store, Wanted(kind="NET001", words="net001"), "de")
    assert (len(page.rows), page.count) == (5, 23)


def test_without_a_search_no_more_is_read_than_is_shown(monkeypatch):
    monkeypatch.setattr(lists, "MOST", 5)
    read = []
    rows, count = in_batches(list(range(100)), lambda keys: read.extend(keys) or list(keys), None,
                             lambda: None)  # fmt: skip
    assert rows == read == [0, 1, 2, 3, 4] and count == 100


def test_a_search_that_nobody_waits_for_ends(store):
    def stopped():
        raise Cancelled

    with pytest.raises(Cancelled):
        find_findings(store, Wanted(words="x"), "de", stopped)


def test_members_are_offered_by_name(store):
    assert members_of(store) == {NORTH: "Norddorf", SOUTH: "Süddorf"}


# --- proposals ---------------------------------------------------------------------------------


def gap(store, ags, state="open", lang="de"):
    return only(find_proposals(store, Wanted(ags, state, "gap"), lang).rows)


def test_a_proposal_names_both_sides_its_measures_and_what_it_does(store):
    row = gap(store, NORTH)
    assert (row.left, row.right) == ("G1 Feldweg · Norddorf", "G2 Feldweg · Süddorf")
    assert row.distance_m == 0.8 and 0.9 < row.confidence < 1
    assert row.effect.startswith("Führt die Linien an der Grenze zusammen")
    other = only(find_proposals(store, Wanted(NORTH, "open", "mismatch"), "de").rows)
    assert other.effect == "Setzt „Breite“ bei M2 Waldweg auf 3 m."


def test_a_proposal_tells_for_whom_it_waits(store):
    uuid = gap(store, NORTH).uuid
    assert gap(store, NORTH).standing == "offen" and gap(store, NORTH).may_decide
    accept(store, [uuid], NORTH, "Bauamt Nord")
    assert gap(store, NORTH).standing == "wartet auf Süddorf"
    assert gap(store, SOUTH).standing == "Norddorf hat anerkannt"
    assert gap(store, "", lang="en").standing == "waiting for Süddorf"
    assert [gap(store, ags).may_decide for ags in (NORTH, SOUTH, "")] == [False, True, False]
    mine = {ags: find_proposals(store, Wanted(ags, MINE), "de").kinds for ags in (NORTH, SOUTH)}
    assert mine == {NORTH: {"mismatch": 1}, SOUTH: {"gap": 1, "mismatch": 1}}
    accept(store, [uuid], SOUTH, "Bauamt Süd")
    done = gap(store, SOUTH, "accepted")
    assert done.standing == "anerkannt und übernommen"
    assert done.decision == "Bauamt Nord + Bauamt Süd" and done.effect == ""


def test_a_rejected_proposal_tells_who_and_why(store):
    reject(store, [gap(store, NORTH).uuid], NORTH, "Bauamt", "endet am Waldrand")
    row = gap(store, SOUTH, "rejected")
    assert (row.standing, row.decision) == ("abgelehnt", "Bauamt: endet am Waldrand")
    assert not row.may_decide


def test_whoever_is_in_the_lead_sees_and_decides_everything(store):
    change_border_settings(store, lead_ags=NORTH)
    uuid = store.read("path", ["uuid"])["uuid"][0]
    store.insert("border_proposal", {
        "identity": ["lead"], "asset_class": ["path"], "kind": ["double"], "confidence": [0.5],
        "left_uuid": [uuid], "left_ags": [SOUTH], "right_ags": [OUTSIDE],
    })  # fmt: skip
    row = only(find_proposals(store, Wanted(NORTH, "open", "double"), "de").rows)
    assert row.may_decide
    assert len(to_decide(store, NORTH, "double", 0.5)) == 1


@pytest.mark.parametrize(("confidence", "count"), [(0.0, 1), (0.9, 1), (0.99, 0)])
def test_all_of_a_kind_are_those_that_are_sure_enough(store, confidence, count):
    assert len(to_decide(store, NORTH, "gap", confidence)) == count


def test_what_one_side_has_accepted_is_not_accepted_again(store):
    accept(store, [gap(store, NORTH).uuid], NORTH, "Bauamt")
    assert to_decide(store, NORTH, "gap", 0) == []
    assert to_decide(store, SOUTH, "gap", 0) == [gap(store, SOUTH).uuid]


def test_the_preview_has_both_assets_and_the_line_that_moves(store):
    shapes = shapes_of(store, gap(store, NORTH).uuid)
    assert len(shapes.now) == 2
    x, y = MEETING
    assert only(shapes.proposed).endswith(f"{x:.3f} {y:.3f})")
    assert shapes_of(store, "gone") == type(shapes)([], [])
