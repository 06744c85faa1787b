"""The Processing provider, run by qgis_process from a fresh profile.

The QGIS of a Debian lacks geopandas and shapely: what needs them runs in the worker that
`make install` recorded. No environment variable names it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.support import EAST, ROOT, WEST, line, point, small_register

ALGORITHMS = (
    "create_register", "import_assets", "compute_shares", "validate_register", "match_borders",
    "decide_findings", "decide_proposals", "build_project", "export_maps",
    "split_costs", "council_papers", "report", "copy_register",
)  # fmt: skip


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A home directory with the plugin installed in its QGIS profile."""
    folder = tmp_path_factory.mktemp("home")
    spec = importlib.util.spec_from_file_location("stage", ROOT / "setup" / "stage_plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    profile = folder / ".local/share/QGIS/QGIS3/profiles/default"
    module.stage(profile / "python/plugins/ile_gis_plugin", sys.executable)
    _qgis_process(folder, "plugins", "enable", "ile_gis_plugin")
    return folder


def _qgis_process(home: Path, *arguments: str, given: dict | None = None, folder=None):
    keep = ("PATH", "LD_LIBRARY_PATH")
    environment = {k: v for k, v in os.environ.items() if k in keep}
    environment |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    return subprocess.run(
        ["qgis_process", *arguments], capture_output=True, text=True, check=False,
        env=environment, input=json.dumps({"inputs": given}) if given else None, cwd=folder,
    )  # fmt: skip


def _run(home: Path, algorithm: str, folder: Path | None = None, **inputs):
    done = _qgis_process(home, "run", f"ile:{algorithm}", "-", given=inputs, folder=folder)
    if done.returncode:
        return done.returncode, done.stdout + done.stderr
    content = json.loads(json.loads(done.stdout)["results"]["REPORT"])
    return 0, content if isinstance(content, list) else content["report"]


@pytest.fixture
def register(tmp_path):
    path = small_register(tmp_path / "register.gpkg")
    with open_register(path) as store:
        store.insert("path", {"ags": [WEST], "asset_no": ["W1"], "geom": [
            line((604000, 5342000), (606000, 5342000))]})  # fmt: skip
        store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
    return path


def test_the_provider_offers_every_job(home):
    listed = _qgis_process(home, "list").stdout
    assert [a for a in ALGORITHMS if f"ile:{a}" not in listed] == []


def test_this_qgis_has_no_shapely_so_that_the_worker_is_really_used():
    found = subprocess.run(
        [shutil.which("python3", path="/usr/bin"), "-c", "import shapely"],
        capture_output=True, check=False,
    )  # fmt: skip
    if found.returncode == 0:
        pytest.skip("the system's python3 has shapely")
    assert b"ModuleNotFoundError" in found.stderr


def test_an_import_runs_in_the_worker(home, register, tmp_path):
    source = tmp_path / "lights.csv"
    source.write_text("light_no;power_w;x;y\nA1;30;600200;5340200\nA2;x;600300;5340200\n")
    code, report = _run(home, "import_assets", REGISTER=str(register), SOURCE=str(source),
                        CLASS="streetlight", HOME=WEST, CRS="EPSG:25832")  # fmt: skip
    assert code == 0, report
    assert (report["read"], report["imported"], report["quarantined"]) == (2, 1, 1)
    with open_register(register) as store:
        assert "A1" in store.read("streetlight", ["light_no"])["light_no"]


def test_an_error_in_the_worker_reaches_the_user(home, register, tmp_path):
    code, said = _run(home, "import_assets", REGISTER=str(register), CLASS="path",
                      SOURCE=str(tmp_path / "none.shp"), HOME=WEST)  # fmt: skip
    assert code != 0 and "none.shp" in said and "Traceback" not in said


def test_a_register_is_created_in_the_worker(home, tmp_path):
    source = tmp_path / "boundaries.geojson"
    cells = [{"type": "Feature", "properties": {"AGS": ags, "GEN": name}, "geometry": {
        "type": "Polygon", "coordinates": [[[x, 48.1], [x + 0.1, 48.1], [x + 0.1, 48.2],
                                            [x, 48.2], [x, 48.1]]]}}
        for ags, name, x in (("09775118", "Buch", 10.1), ("09775129", "Illertissen", 10.2))
    ]  # fmt: skip
    source.write_text(json.dumps({"type": "FeatureCollection", "features": cells}))
    target = tmp_path / "new.gpkg"
    code, report = _run(home, "create_register", REGISTER=str(target), BOUNDARIES=str(source),
                        MEMBERS="09775118, 09775129", TITLE="Neu")  # fmt: skip
    assert code == 0, report
    with open_register(target) as store:
        assert store.info().title == "Neu" and store.count("municipality", {"is_member": 1}) == 2


def test_a_path_is_meant_from_where_the_user_stands_and_not_the_worker(home, register):
    folder = register.parent
    (folder / "lights.csv").write_text("light_no;x;y\nA1;600200;5340200\n")
    code, report = _run(home, "import_assets", folder, REGISTER=register.name,
                        SOURCE="lights.csv", CLASS="streetlight", CRS="EPSG:25832")  # fmt: skip
    assert code == 0, report
    assert report["imported"] == 1


def test_shares_are_computed_in_qgis_itself(home, register):
    code, report = _run(home, "compute_shares", REGISTER=str(register))
    assert code == 0, report
    assert (report["assets"], report["shared"]) == (2, 1)
    assert report["metres"]["09775118"] == pytest.approx(1000, abs=0.5)


def test_a_register_is_validated_in_qgis_itself_and_exported_in_the_worker(
    home, register, tmp_path
):
    code, report = _run(home, "validate_register", REGISTER=str(register), RULES="GEO, TER")
    assert code == 0, report
    assert report["new"] == report["open"] and "files" not in report
    code, report = _run(home, "validate_register", REGISTER=str(register),
                        EXPORT=str(tmp_path / "findings"))  # fmt: skip
    assert code == 0, report
    assert {Path(file).suffix for file in report["files"]} == {".gpkg", ".xlsx"}


def test_borders_are_matched_and_decided_on_in_qgis_itself(home, register):
    with open_register(register) as store:
        store.insert("path", {
            "ags": [WEST, EAST], "asset_no": ["A1", "A1"], "accuracy_m": [0.5, 0.5],
            "geom": [line((604500, 5343000), (604999.6, 5343000)),
                     line((605000, 5343000), (605500, 5343000))],
        })  # fmt: skip
    code, proposals = _run(home, "match_borders", REGISTER=str(register), CAP=1)
    assert code == 0, proposals
    (gap,) = [p for p in proposals if p["kind"] == "gap"]
    for ags, outcome in ((WEST, "waiting"), (EAST, "applied")):
        code, report = _run(home, "decide_proposals", REGISTER=str(register), DECISION="accept",
                            MUNICIPALITY=ags, BY="Bauamt", PROPOSALS=gap["uuid"])  # fmt: skip
        assert code == 0, report
        assert report[outcome] == [gap["uuid"]]


def test_what_a_job_needs_only_sometimes_is_asked_for_only_then():
    from ile_gis_plugin.core.tasks.validate_register import TASK

    assert TASK.packages_for({"export": None}) == []
    assert "xlsxwriter" in TASK.packages_for({"export": "folder"})


def test_codes_that_the_register_labels_are_offered_by_these_labels():
    from ile_gis_plugin.algorithms.parameters import choice_label

    assert choice_label("gap", "de", "kind") == "Lücke"
    assert choice_label("reject", "de", "decision") == "ablehnen"


def test_a_project_and_a_map_are_made(home, register, tmp_path):
    code, report = _run(home, "build_project", REGISTER=str(register))
    assert code == 0, report
    assert register.with_suffix(".qgz").exists()
    code, report = _run(home, "export_maps", REGISTER=str(register),
                        FOLDER=str(tmp_path / "maps"), PAPER="a4")  # fmt: skip
    assert code == 0, report
    assert len(list((tmp_path / "maps").glob("*.pdf"))) == 3


def test_a_misspelt_parameter_is_refused(home, register):
    code, said = _run(home, "compute_shares", REGISTER=str(register), REGISTRE="x")
    assert code != 0 and "REGISTRE" in said


def test_a_missing_register_is_named(home, tmp_path):
    code, said = _run(home, "compute_shares", REGISTER=str(tmp_path / "none.gpkg"))
    assert code != 0 and "none.gpkg" in said and "Traceback" not in said


def test_a_new_register_is_not_made_where_it_would_be_lost(home, tmp_path):
    boundaries = tmp_path / "boundaries.geojson"
    boundaries.write_text("{}")
    code, said = _run(home, "create_register", REGISTER="TEMPORARY_OUTPUT",
                      BOUNDARIES=str(boundaries), MEMBERS=WEST)  # fmt: skip
    assert code != 0
    assert "a temporary file would be lost" in said
