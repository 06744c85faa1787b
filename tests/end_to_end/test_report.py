"""The planner's report on the sample region."""

from __future__ import annotations

import json

from tests.documents.recalculation import values_of


def test_the_report_tells_of_the_whole_sample(script, demo, tmp_path):
    code, out, err = script("report", demo.register, tmp_path, "--lang", "de", "--on",
                            "2026-06-30", "--json", tmp_path / "r.json")  # fmt: skip
    assert code == 0, err
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["report"]
    assert (tmp_path / told["files"][0]).is_file() and (tmp_path / told["files"][1]).is_file()
    figures = told["figures"]
    lights = next(one for one in figures["inventories"] if one["table"] == "streetlight")
    assert sum(lights["kept"]) > 2000
    assert sum(sum(row) for row in figures["lighting"]["kwh"]) > sum(
        sum(row) for row in figures["lighting"]["kwh_with_led"])
    assert figures["core"]["parts"] > 1
    cells = values_of(tmp_path / told["files"][0])
    assert {"Übersicht", "Annahmen", "Bestand", "Kernwegenetz"} <= set(cells)
    assert "kWh" in out
