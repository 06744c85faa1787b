"""Both sides decide on a proposal, and what then becomes of the assets."""

from __future__ import annotations

import pytest
import shapely

from ile_gis_plugin.core.border.decisions import accept, reject
from ile_gis_plugin.core.border.proposals import KNOWN, Proposal, reconcile
from ile_gis_plugin.core.border.settings import border_settings, change_border_settings
from ile_gis_plugin.core.errors import InputError
from tests.support import EAST, WEST, line, point

# WEST ends at x = 605 km, where EAST begins.
Y = 5341000
LEFT, RIGHT = line((604900, Y), (604999, Y)), line((605000, Y), (605100, Y))
JOINED = "LINESTRING (604900.000 5341000.000, 605000.000 5341000.000)"


@pytest.fixture
def pair(store):
    return store.insert("path", {"ags": [WEST, EAST], "geom": [LEFT, RIGHT], "width_m": [3, 4]})


def propose(store, pair, **values):
    left, right = pair
    versions = dict(zip(*store.read("path", ["uuid", "version"]).values(), strict=True))
    changes = [{"table": "path", "uuid": left, "version": versions[left], "wkt": JOINED},
               {"table": "path", "uuid": right, "version": versions[right]}]  # fmt: skip
    made = Proposal(**({
        "identity": "BRD001|x", "asset_class": "path", "kind": "gap", "confidence": 0.9,
        "left_uuid": left, "left_ags": WEST, "right_uuid": right, "right_ags": EAST,
        "details": {"distance_m": 1.0, "join": "end_end"}, "changes": changes,
        "geom": point(605000, Y),
    } | values))  # fmt: skip
    with store.transaction():
        reconcile(store, [made], store.read("border_proposal", KNOWN))
    return store.read("border_proposal", ["uuid"])["uuid"][-1]


def state(store):
    return store.read("border_proposal", ["state"])["state"][-1]


def end_of(store, uuid):
    (wkb,) = store.read("path", ["geom"], {"uuid": uuid})["geom"]
    return shapely.from_wkb(wkb).coords[-1]


def test_one_side_alone_changes_nothing(store, pair):
    uuid = propose(store, pair)
    assert accept(store, [uuid], WEST, "Anna").waiting == [uuid]
    assert state(store) == "open" and end_of(store, pair[0]) == (604999, Y)
    assert store.count("border_link") == 0


def test_when_both_accept_it_is_applied_whole_and_both_names_are_logged(store, pair):
    uuid = propose(store, pair)
    accept(store, [uuid], WEST, "Anna")
    decided = accept(store, [uuid], EAST, "Bernd")
    assert decided.applied == [uuid] and decided.changed == {"path": [pair[0]]}
    assert state(store) == "accepted" and end_of(store, pair[0]) == (605000, Y)
    log = store.read("change_log", ["changed_by", "reason"],
                     {"row_uuid": pair[0], "action": "update"})  # fmt: skip
    assert log == {"changed_by": ["Anna + Bernd"], "reason": ["gap"]}
    link = store.read("border_link", ["left_uuid", "right_uuid", "kind", "left_accepted_by",
                                      "right_accepted_by"])  # fmt: skip
    assert link == {"left_uuid": [pair[0]], "right_uuid": [pair[1]], "kind": ["end_end"],
                    "left_accepted_by": ["Anna"], "right_accepted_by": ["Bernd"]}  # fmt: skip


@pytest.mark.parametrize("changed", [0, 1])
def test_a_proposal_is_void_when_either_asset_was_changed_since(store, pair, changed):
    uuid = propose(store, pair)
    accept(store, [uuid], WEST, "Anna")
    store.update("path", {"uuid": [pair[changed]], "name": ["neu"]})
    assert accept(store, [uuid], EAST, "Bernd").void == [uuid]
    assert state(store) == "void" and end_of(store, pair[0]) == (604999, Y)
    assert store.count("border_link") == 0


def test_a_proposal_is_void_when_an_asset_is_gone(store, pair):
    uuid = propose(store, pair)
    accept(store, [uuid], WEST, "Anna")
    store.delete("path", [pair[1]])
    assert accept(store, [uuid], EAST, "Bernd").void == [uuid]
    assert end_of(store, pair[0]) == (604999, Y)


def test_made_anew_from_changed_assets_it_needs_both_sides_again(store, pair):
    uuid = propose(store, pair)
    accept(store, [uuid], WEST, "Anna")
    store.update("path", {"uuid": [pair[0]], "name": ["neu"]})
    assert propose(store, pair) == uuid
    assert accept(store, [uuid], EAST, "Bernd").waiting == [uuid]
    assert accept(store, [uuid], WEST, "Anna").applied == [uuid]


def test_the_lead_decides_for_both_where_it_is_set(store, pair):
    change_border_settings(store, lead_ags=WEST)
    uuid = propose(store, pair)
    assert accept(store, [uuid], WEST, "Anna").applied == [uuid]
    change_border_settings(store, lead_ags="none")
    assert border_settings(store).lead_ags == ""


def test_a_mismatch_takes_the_value_of_the_other_side(store, pair):
    changes = [{"table": "path", "uuid": pair[0], "version": 1, "values": {"width_m": 4.0}},
               {"table": "path", "uuid": pair[1], "version": 1}]  # fmt: skip
    uuid = propose(store, pair, kind="mismatch", changes=changes)
    accept(store, [uuid], WEST, "Anna")
    accept(store, [uuid], EAST, "Bernd")
    assert store.read("path", ["width_m"])["width_m"] == [4.0, 4.0]


def test_a_thing_recorded_twice_stays_two_records_that_are_linked(store, pair):
    uuid = propose(store, pair, kind="double", changes=[], details={"join": "same_object"})
    accept(store, [uuid], WEST, "Anna")
    accept(store, [uuid], EAST, "Bernd")
    assert store.read("border_link", ["kind"])["kind"] == ["same_object"]
    assert propose(store, pair, kind="double", changes=[]) == uuid  # found again
    assert state(store) == "accepted"


def test_a_rejected_proposal_is_remembered(store, pair):
    uuid = propose(store, pair)
    assert reject(store, [uuid], EAST, "Bernd", "zwei verschiedene Wege").rejected == [uuid]
    assert propose(store, pair) == uuid and state(store) == "rejected"


def test_what_is_no_longer_proposed_is_void_and_opens_again_when_it_returns(store, pair):
    uuid = propose(store, pair)
    with store.transaction():
        reconcile(store, [], store.read("border_proposal", KNOWN))
    assert state(store) == "void"
    assert propose(store, pair) == uuid and state(store) == "open"


@pytest.mark.parametrize(
    ("ags", "by", "key"),
    [("09775999", "Anna", "border.not_your_border"), (WEST, " ", "border.name_missing")],
)
def test_a_decision_by_nobody_or_by_others_is_refused(store, pair, ags, by, key):
    uuid = propose(store, pair)
    for decide in (lambda: accept(store, [uuid], ags, by),
                   lambda: reject(store, [uuid], ags, by, "x")):  # fmt: skip
        with pytest.raises(InputError) as refused:
            decide()
        assert refused.value.key == key
    assert state(store) == "open"


def test_what_is_decided_or_unknown_or_without_reason_is_refused(store, pair):
    uuid = propose(store, pair)
    with pytest.raises(InputError):
        reject(store, [uuid], WEST, "Anna", " ")
    with pytest.raises(InputError):
        accept(store, [uuid, "none"], WEST, "Anna")
    reject(store, [uuid], WEST, "Anna", "nein")
    with pytest.raises(InputError):
        accept(store, [uuid], EAST, "Bernd")


def test_a_cap_that_makes_no_sense_and_a_lead_that_is_no_member_are_refused(store):
    for values in ({"cap_m": 0}, {"cap_m": 99}, {"lead_ags": "09775999"}):
        with pytest.raises(InputError):
            change_border_settings(store, **values)
    assert change_border_settings(store, cap_m=2.0).cap_m == 2.0
    assert border_settings(store).cap_m == 2.0
