"""The scripts of `processing/`, run as a planner runs them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
from importlib import import_module

import pytest

from ile_gis_plugin.core.command_line import checked, parser
from tests.support import ROOT, small_register

SCRIPTS = sorted(p.stem for p in (ROOT / "processing").glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_explains_itself_in_both_languages(script, name):
    german, english = (script(name, "--help", "--lang", lang) for lang in ("de", "en"))
    assert german[0] == english[0] == 0
    assert german[1].startswith("Aufruf: ") and english[1].startswith("Usage: ")
    assert "REGISTER" in german[1] and "--json" in german[1]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_stands_in_both_readmes(name):
    for readme in ("README.md", "README.de.md"):
        assert f"processing/{name}.py" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.de.md"])
def test_every_command_of_the_readme_is_understood(readme):
    words = (ROOT / readme).read_text(encoding="utf-8")
    commands = re.findall(r"^\$P (processing/.*)$", words, re.MULTILINE)
    assert {command.split()[0] for command in commands} == {f"processing/{s}.py" for s in SCRIPTS}
    for command in commands:
        script, *arguments = shlex.split(command)
        module = re.search(r'run_script\("(.*)"\)', (ROOT / script).read_text()).group(1)
        task = import_module(f"ile_gis_plugin{module}").TASK
        given = vars(parser(task, "en", script).parse_args(arguments))
        checked(task, {k: v for k, v in given.items() if k != "json"})


@pytest.mark.parametrize("name", [s for s in SCRIPTS if s != "create_register"])
def test_a_missing_register_is_one_clear_line(script, name, tmp_path):
    source = tmp_path / "x.csv"
    source.write_text("a;b\n1;2\n")
    decides = ["--decision", "accept", "--by", "x"]
    more = {
        "copy_register": [tmp_path / "copy.gpkg"],
        "import_assets": [source, "--class", "path"],
        "decide_findings": [*decides, "--findings", "x"],
        "decide_proposals": [*decides, "--municipality", "09775118", "--kind", "gap"],
    }.get(name, [])
    code, out, err = script(name, tmp_path / "none.gpkg", *more, "--lang", "de")
    assert code == 2 and out == ""
    (line,) = err.strip().splitlines()
    assert line.startswith("Fehler: ") and "none.gpkg" in line


@pytest.mark.parametrize(
    "arguments", [(), ("--unknown",), ("--lang", "fr", "x.gpkg")], ids=["none", "unknown", "lang"]
)
def test_a_call_that_makes_no_sense_is_one_clear_line(script, arguments):
    code, _, err = script("compute_shares", *arguments)
    assert code == 2 and len(err.strip().splitlines()) == 1 and err.startswith("Error: ")


def test_the_report_is_written_as_json(script, tmp_path):
    register = small_register(tmp_path / "r.gpkg")
    code, out, err = script("compute_shares", register, "--json", tmp_path / "report.json")
    assert code == 0, err
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["task"] == "compute_shares" and report["report"]["assets"] == 0
    assert report["messages"] == out.splitlines()


def test_a_register_that_somebody_writes_to_is_left_alone(script, tmp_path):
    register = small_register(tmp_path / "r.gpkg")
    other = sqlite3.connect(register, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    code, _, err = script("compute_shares", register)
    other.execute("ROLLBACK")
    other.close()
    assert code == 2 and "Somebody else is writing" in err


def test_a_python_without_the_packages_says_which_to_use():
    python = shutil.which("python3", path="/usr/bin")
    if not python:
        pytest.skip("no system python3 here")
    done = subprocess.run(
        [python, "-S", ROOT / "processing" / "compute_shares.py", "x.gpkg"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert ".venv/bin/python" in done.stderr
