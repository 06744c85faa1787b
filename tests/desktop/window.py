"""A real QGIS window on a display of its own, driven by a script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stage_plugin import stage

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "qgis")

_WRAPPER = """
import json, os, sys, traceback
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface

def finish(result):
    with open(os.environ["ILE_RESULT"], "w") as file:
        json.dump(result, file)
    os._exit(0)

def go():
    try:
        iface.mainWindow().resize(1590, 990)
        source = open(os.environ["ILE_SCRIPT"], encoding="utf-8").read()
        space = {"__name__": "desktop"}
        exec(compile(source, os.environ["ILE_SCRIPT"], "exec"), space)
        finish({"result": space["run"](iface)})
    except BaseException:
        finish({"error": traceback.format_exc()})

QTimer.singleShot(1500, go)
"""


def missing() -> list[str]:
    """The programs that a window needs and this machine lacks."""
    return [name for name in NEEDED if shutil.which(name) is None]


@contextmanager
def display() -> Iterator[str]:
    """An X server on a free display, stopped at the end."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            yield ":" + answer.readline().strip()
    finally:
        server.terminate()
        server.wait(10)


def run_in_window(
    project: Path | None, script: Path, folder: Path, lang: str, seconds: int = 150,
    plugin: bool = False,
):  # fmt: skip
    """What the script's `run(iface)` returns in a QGIS that has opened `project`, if any.

    With `plugin` the plugin is installed and enabled, as `make install` does it.

    `folder` gets the profile and may get pictures; it must not lie below the temporary folder
    that QGIS sees, since that makes QGIS ask before it closes.
    """
    profile = folder / "profiles/profiles/test/QGIS"
    profile.mkdir(parents=True, exist_ok=True)
    locale = "de_DE" if lang == "de" else "en_GB"
    (profile / "QGIS3.ini").write_text(
        f"[locale]\noverrideFlag=true\nuserLocale={locale}\nglobalLocale={locale}\n"
        "[qgis]\ncheckVersion=false\nenableMacros=Never\n"
        "[core]\nproviders\\PostgreSQL\\default_timeout=1\n"
    )
    if plugin:
        stage(profile.parent / "python/plugins/ile_gis_plugin", sys.executable)
        with (profile / "QGIS3.ini").open("a") as file:
            file.write("[PythonPlugins]\nile_gis_plugin=true\n")
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    wrapper = folder / "wrapper.py"
    wrapper.write_text(_WRAPPER)
    result = folder / "result.json"
    result.unlink(missing_ok=True)
    with display() as name:
        environment = os.environ | {
            "DISPLAY": name, "TMPDIR": str(scratch), "TZ": "Europe/Berlin",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests/desktop"))),
            "ILE_RESULT": str(result), "ILE_SCRIPT": str(script), "ILE_FOLDER": str(folder),
            "QT_QPA_PLATFORM": "xcb",
        }  # fmt: skip
        finished = subprocess.run(
            ["timeout", "-k", "5", str(seconds), "qgis", "--nologo", "--noversioncheck",
             "--profiles-path", str(folder / "profiles"), "--profile", "test",
             *(["--project", str(project)] if project else []), "--code", str(wrapper)],
            env=environment, capture_output=True, text=True,
        )  # fmt: skip
    if not result.exists():
        raise RuntimeError(f"QGIS ended with {finished.returncode}: {finished.stderr[-3000:]}")
    answer = json.loads(result.read_text())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]
