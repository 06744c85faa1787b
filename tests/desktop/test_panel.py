"""Findings and border proposals in the real window: lists, map, decisions of both sides."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desktop.window import missing, run_in_window
from tests.plugin import small_register
from tests.plugin.small_register import MEETING

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


def test_both_sides_accept_a_proposal_in_the_panel_and_the_gap_is_closed(tmp_path):
    from ile_gis_plugin.core.tasks.task import Silent
    from ile_gis_plugin.project.build import TASK

    register = small_register.make(tmp_path / "reg.gpkg")
    small_register.add_border(register)
    TASK.run({"register": str(register), "lang": "de"}, Silent())
    script = Path(__file__).with_name("use_panel.py")
    seen = run_in_window(register.with_suffix(".qgz"), script, tmp_path, "de", plugin=True)

    assert seen["hidden_at_first"]
    assert seen["all"] == ["Lücke an der Grenze | Norddorf / Süddorf",
                           "Angaben weichen ab | Norddorf / Süddorf"]  # fmt: skip
    assert seen["whole"][0] == "Lücke | G1 Feldweg · Norddorf | G2 Feldweg · Süddorf | offen"
    assert not seen["without_side"], "nobody decides for all municipalities"
    assert seen["bands"] == 2 and seen["bands_after"] == 0
    assert seen["centre"] == pytest.approx(MEETING, abs=0.5)
    assert seen["nobody"].startswith("Wer entscheidet?")
    x, y = MEETING
    said, standing = seen["one_side"]
    assert said.startswith("Übernommen: 0, warten auf die andere Seite: 1,")
    assert standing == ["wartet auf Süddorf", "offen"]
    assert seen["still"] == pytest.approx([x, y + 0.8])
    assert seen["other_side"][0] == "Norddorf hat anerkannt"
    assert seen["both_sides"][0].startswith("Übernommen: 1,")
    assert seen["both_sides"][1] == ["abweichende Angabe"]
    assert seen["joined"] == pytest.approx([x, y])
    assert seen["after_accept"] == ["BRD004 open"]

    words = "„Breite“: 3 hier, 4,5 jenseits der Grenze."
    assert seen["left"] == [f"Warnung | Angaben weichen ab | {words} | M2 Waldweg | Norddorf"]
    assert seen["selected"] == 1 and not seen["ok_without_reason"]
    assert seen["exception"] == ["Als Ausnahme anerkannt: 1.", ["BRD004 accepted"]]
    assert seen["reopened"] == ["Wieder geöffnet: 1.", ["BRD004 open"]]

    assert "ungespeicherte Änderungen" in seen["unsaved"]
    codes, proposals = seen["after_edit"]
    assert "BRD008 open" in codes, "the link that both accepted is broken"
    assert "Lücke | 1,20 m" in proposals
    assert seen["validated"].startswith("Offene Befunde:")
    assert seen["matched"].startswith("Offene Vorschläge:")
    assert seen["selected_proposals"] == "Ausgewählte Vorschläge: 1"
    assert "abweichende Angabe | wartet auf Süddorf" in seen["all_of_a_kind"]
    assert seen["without_register"] == ""

    with closing(sqlite3.connect(register)) as file:
        (who,) = file.execute(
            "SELECT changed_by FROM change_log WHERE batch LIKE 'border-%' AND table_name = 'path'"
        ).fetchone()
    assert who == "Bauamt"
