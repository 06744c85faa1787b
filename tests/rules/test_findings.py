"""The life of a finding: found, kept, accepted, fixed, back again."""

from __future__ import annotations

import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.rules.exceptions import accept_exception, take_back_exception
from ile_gis_plugin.core.rules.findings import KNOWN, FindingRow, reconcile
from tests.support import WEST, point


def row(number=1, **values):
    base = {"identity": f"NET001|{number}", "code": "NET001", "severity": "error",
            "table_name": "path", "row_uuid": f"asset-{number}", "other_uuid": None,
            "field": None, "ags": WEST, "other_ags": None, "details": {"distance": 0.5},
            "geom": point()}  # fmt: skip
    return FindingRow(**(base | values))


def run(store, *rows):
    with store.transaction():
        return reconcile(store, rows, store.read("finding", KNOWN))


def states(store):
    return dict(zip(*store.read("finding", ["row_uuid", "state"]).values(), strict=True))


def test_a_second_run_adds_nothing(store):
    assert run(store, row(1), row(2)).new == 2
    before = store.info().change
    second = run(store, row(1), row(2))
    assert (second.new, second.kept, second.fixed) == (0, 2, 0)
    assert store.info().change == before


def test_what_is_gone_is_fixed_and_what_comes_back_is_open_again(store):
    run(store, row(1), row(2))
    assert run(store, row(2)).fixed == 1
    assert states(store) == {"asset-1": "fixed", "asset-2": "open"}
    assert run(store, row(1), row(2)).reopened == 1
    assert states(store) == {"asset-1": "open", "asset-2": "open"}


def test_an_accepted_exception_stays_accepted(store):
    run(store, row(1))
    (uuid,) = store.read("finding", ["uuid"])["uuid"]
    assert accept_exception(store, [uuid], "Bauamt", "Sackgasse, so gewollt") == 1
    run(store, row(1, details={"distance": 0.6}))
    kept = store.read("finding", ["state", "reason", "decided_by", "details"])
    assert kept == {"state": ["accepted"], "reason": ["Sackgasse, so gewollt"],
                    "decided_by": ["Bauamt"], "details": [{"distance": 0.6}]}  # fmt: skip
    log = store.read("change_log", ["changed_by", "reason"], {"batch": "finding_decision"})
    assert log == {"changed_by": ["Bauamt"], "reason": ["Sackgasse, so gewollt"]}


def test_an_exception_that_was_gone_is_decided_anew_when_it_comes_back(store):
    run(store, row(1))
    (uuid,) = store.read("finding", ["uuid"])["uuid"]
    accept_exception(store, [uuid], "Bauamt", "so gewollt")
    run(store)
    run(store, row(1))
    kept = store.read("finding", ["state", "reason", "decided_by", "decided_at"])
    assert kept == {"state": ["open"], "reason": [None], "decided_by": [None],
                    "decided_at": [None]}  # fmt: skip


def test_an_exception_can_be_taken_back(store):
    run(store, row(1))
    (uuid,) = store.read("finding", ["uuid"])["uuid"]
    accept_exception(store, [uuid], "Bauamt", "so gewollt")
    take_back_exception(store, [uuid], "Leitung")
    assert states(store) == {"asset-1": "open"}


@pytest.mark.parametrize(
    ("by", "reason", "word"), [("", "x", "Wer"), ("Bauamt", " ", "Begründung")]
)
def test_an_exception_needs_a_name_and_a_reason(store, by, reason, word):
    run(store, row(1))
    (uuid,) = store.read("finding", ["uuid"])["uuid"]
    with pytest.raises(InputError) as refused:
        accept_exception(store, [uuid], by, reason)
    assert word in refused.value.text("de") and states(store) == {"asset-1": "open"}


def test_an_exception_of_an_unknown_or_fixed_finding_is_refused(store):
    run(store, row(1), row(2))
    one, two = store.read("finding", ["uuid"])["uuid"]
    with pytest.raises(InputError):
        accept_exception(store, [one, "none"], "Bauamt", "x")
    run(store, row(2))
    with pytest.raises(InputError):
        accept_exception(store, [two, one], "Bauamt", "x")
    assert states(store) == {"asset-1": "fixed", "asset-2": "open"}
