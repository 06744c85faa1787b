"""A script from a task: whatever goes wrong is one line and exit 2; what it needs stays whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ile_gis_plugin.core.command_line import checked, run_task
from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.messages import message
from ile_gis_plugin.core.tasks.task import Kind, Parameter, Report, Task
from tests.support import ROOT


def _done(values, progress):
    return Report({"n": 1}, [message("tasks.as_said", reason="fertig")])


def task(run=_done):
    return Task(
        "compute_shares",
        (Parameter("register", Kind.REGISTER, required=True, positional=True),
         Parameter("share", Kind.NUMBER)),
        run,
    )  # fmt: skip


def checked_values(**values):
    return checked(task(), {"register": "r", **values})


@pytest.fixture(autouse=True)
def _known_parameters(monkeypatch):
    """The words of the sample task's options."""
    from ile_gis_plugin.core import command_line

    words = command_line.text

    def said(key, lang, **values):
        return key if key.startswith("tasks.compute_shares_") else words(key, lang, **values)

    monkeypatch.setattr(command_line, "text", said)


def test_the_report_is_printed_and_written(tmp_path, capsys):
    arguments = [str(tmp_path / "r.gpkg"), "--json", str(tmp_path / "r.json")]
    assert run_task(task(), arguments, "de") == 0
    assert capsys.readouterr().out == "fertig\n"
    assert json.loads((tmp_path / "r.json").read_text())["report"] == {"n": 1}


@pytest.mark.parametrize("place", ["r.gpkg", "./r.gpkg", "nowhere/r.json", "."])
def test_a_report_that_has_no_place_stops_the_job_before_it_begins(
    tmp_path, monkeypatch, capsys, place
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.gpkg").write_text("the register")

    def never(values, progress):
        pytest.fail("the job has run")

    assert run_task(task(never), ["r.gpkg", "--json", place], "de") == 2
    assert capsys.readouterr().err.startswith("Fehler: ")
    assert (tmp_path / "r.gpkg").read_text() == "the register"


@pytest.mark.parametrize("error", [
    InputError("tasks.as_said", reason="first\nsecond\r\nthird\x85fourth"),
    FileNotFoundError(2, "No such file", "a\nb.csv"),
    OSError("odd"),
])  # fmt: skip
def test_an_error_is_one_line(capsys, error):
    def fail(values, progress):
        raise error

    assert run_task(task(fail), ["r.gpkg"], "de") == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and said.startswith("Fehler: ")


def test_numbers_are_read_with_either_decimal_sign():
    assert checked_values(share="0,5")["share"] == checked_values(share="0.5")["share"] == 0.5


@pytest.mark.parametrize("value", ["nan", "inf", "x", "1e999"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError):
        checked_values(share=value)


def test_a_terminal_that_knows_few_characters_is_no_reason_to_fail(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "processing" / "import_assets.py", tmp_path / "Süd → Nord.gpkg",
         tmp_path / "x.csv", "--lang", "de"],
        capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_worker_speaks_and_hears_umlauts_whatever_the_encoding_of_the_pipe(tmp_path):
    request = {"values": {"register": str(tmp_path / "Süd → Nord.gpkg")}, "lang": "de"}
    done = subprocess.run(
        [sys.executable, "-m", "ile_gis_plugin.core.tasks.worker", "compute_shares"], cwd=ROOT,
        input=json.dumps(request, ensure_ascii=False).encode(), capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    (answer,) = done.stdout.decode("ascii").splitlines()
    assert "Süd → Nord.gpkg" in json.loads(answer)["error"] and done.returncode == 2
