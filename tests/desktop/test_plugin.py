"""The plugin itself, installed in a profile and used in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desktop.window import missing, run_in_window
from tests.plugin import small_register

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


def test_the_plugin_opens_a_register_and_leaves_nothing_behind(tmp_path):
    register = small_register.make(tmp_path / "reg.gpkg")
    script = Path(__file__).with_name("use_plugin.py")
    seen = run_in_window(None, script, tmp_path, "de", plugin=True)
    assert seen["toolbar"] == ["Register anlegen", "Register öffnen …"]
    assert len(seen["actions"]) == 6
    assert seen["algorithms"] == [
        "Gebietsanteile berechnen", "Karten ausgeben", "Objekte importieren",
        "QGIS-Projekt erstellen", "Register anlegen",
    ]  # fmt: skip
    assert seen["opened"] and seen["broken"] == [] and seen["layers"] > 15
    assert Path(seen["location"]) == register
    assert register.with_suffix(".qgz").exists()
    assert seen["report"]
    assert not seen["missing"] and "none.gpkg liegt kein Register" in seen["said"]
    assert seen["after_reload"] == seen["actions"]
    assert seen["after_unload"] == [] and seen["provider_gone"]
