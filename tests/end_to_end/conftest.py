"""The demo, made once for all tests that look at it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT


@dataclass
class Demo:
    folder: Path
    output: str

    @property
    def register(self) -> Path:
        return self.folder / "register.gpkg"


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    done = subprocess.run(
        [sys.executable, ROOT / "sample_data" / "demo.py", folder, "--lang", "de"],
        capture_output=True, text=True, check=False, env=os.environ | {"LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(folder, done.stdout)


@pytest.fixture
def script():
    """Run a script of `processing/` as a planner does: (exit code, output, errors)."""

    def run(name: str, *arguments: object) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, ROOT / "processing" / f"{name}.py", *map(str, arguments)],
            capture_output=True, text=True, check=False,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"},
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run
