"""The plugin itself, installed in a profile and used in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest

from ile_gis_plugin.core.messages import text
from tests.desktop.window import missing, run_in_window
from tests.plugin import small_register

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


def test_the_plugin_opens_a_register_and_leaves_nothing_behind(tmp_path):
    from ile_gis_plugin.algorithms.provider import TASKS

    register = small_register.make(tmp_path / "reg.gpkg")
    script = Path(__file__).with_name("use_plugin.py")
    seen = run_in_window(None, script, tmp_path, "de", plugin=True)
    assert seen["toolbar"] == [
        "Register anlegen", "Register öffnen …", "ILE: Befunde und Grenzvorschläge",
        "Register prüfen", "Grenzen abgleichen",
    ]  # fmt: skip
    assert len(seen["actions"]) == 9
    assert seen["algorithms"] == sorted(text(f"tasks.{task.name}", "de") for task in TASKS)
    assert {"Kosten teilen", "Objekte importieren", "QGIS-Projekt erstellen"} <= set(
        seen["algorithms"])  # fmt: skip
    assert seen["opened"] and seen["broken"] == [] and seen["layers"] > 15
    assert Path(seen["location"]) == register
    assert register.with_suffix(".qgz").exists()
    assert seen["connectors_follow"]
    assert seen["report"]
    assert not seen["missing"] and "none.gpkg liegt kein Register" in seen["said"]
    assert seen["after_reload"] == seen["actions"]
    assert seen["after_unload"] == [] and seen["provider_gone"]
    assert seen["docks"] == []


def test_an_import_runs_from_its_dialog_and_a_cancelled_one_leaves_the_register_as_it_was(tmp_path):
    from ile_gis_plugin.core.tasks.task import Silent
    from ile_gis_plugin.project.build import TASK

    register = small_register.make(tmp_path / "reg.gpkg")
    TASK.run({"register": str(register), "municipality": small_register.NORTH, "lang": "de"},
             Silent())  # fmt: skip
    head = "asset_no;power_w;x;y\n"
    (tmp_path / "few.csv").write_text(head + "N1;30;581000;5345000\nN2;viel;581010;5345000\n")
    rows = (f"V{n};30;{580100 + n % 3000};{5344100 + n // 30}\n" for n in range(60_000))
    (tmp_path / "many.csv").write_text(head + "".join(rows))
    script = Path(__file__).with_name("import_dialog.py")
    project = register.with_name(f"reg_{small_register.NORTH}.qgz")
    seen = run_in_window(project, script, tmp_path, "de", plugin=True)
    classes, members = seen["choices"]
    assert classes[0] == "– keine Angabe –" and "Straßenleuchten" in classes
    assert members == ["", "Norddorf (09999101)", "Süddorf (09999102)"]
    assert "2 gelesen = 1 neu + 0 geändert + 0 unverändert + 1 in Quarantäne" in seen["few"]
    assert "Abgebrochen; es wurde nichts geändert." in seen["many"]
    assert seen["unchanged"]
