#!/usr/bin/env python3
"""Put the plugin together as QGIS expects it: one folder with metadata, licence and styles inside.

In the checkout these stand beside the plugin's folder. Standard library only.
"""

from __future__ import annotations

import argparse
import configparser
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = "ile_gis_plugin"
WORKER_FILE = "worker.json"
BESIDE = ("metadata.txt", "LICENSE", "styles")
# Left-overs of editors and interpreters; the plugin repository refuses compiled files.
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.py[co]", ".*", "*~", "*.orig", WORKER_FILE)


class StagingError(Exception):
    """The plugin can't be put where it was asked for."""


def stage(target: Path, worker_python: str | None = None) -> None:
    """Make `target` the plugin's folder, replacing an older copy in one step.

    `worker_python` is the interpreter that runs batch jobs whose packages QGIS lacks.
    """
    target = Path(os.path.abspath(target))
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the last step is a rename and QGIS never meets half a plugin;
    # hidden, so that QGIS doesn't take it for a plugin.
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        new = Path(scratch, "new")
        shutil.copytree(ROOT / PLUGIN, new, ignore=NOT_SHIPPED)
        for name in BESIDE:
            _copy(ROOT / name, new / name)
        if worker_python:
            worker = json.dumps({"python": worker_python}) + "\n"
            (new / WORKER_FILE).write_text(worker, encoding="utf-8")
        if target.exists():
            target.rename(Path(scratch, "old"))
        new.rename(target)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=NOT_SHIPPED)
    elif source.is_file():
        shutil.copy2(source, target)
    elif source.name != "styles":
        raise StagingError(f"{source.name} is missing in the checkout.")


def _refuse_foreign(target: Path) -> None:
    """Only an older copy of this plugin, or nothing, may be replaced."""
    if target == ROOT or target in ROOT.parents or target == ROOT / PLUGIN:
        raise StagingError(f"{target} holds the checkout itself; choose another folder.")
    if target.is_symlink():
        raise StagingError(f"{target} is a link; remove it, then install again.")
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    metadata = configparser.ConfigParser(interpolation=None)
    try:
        metadata.read(target / "metadata.txt", encoding="utf-8")
        is_ours = metadata.get("general", "name") == "ILE GIS"
    except (configparser.Error, UnicodeDecodeError, OSError):
        is_ours = False
    if not is_ours:
        raise StagingError(f"{target} holds something else; move it away, then install again.")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, metavar="TARGET", help="the plugin's folder to make")
    parser.add_argument("--worker", metavar="PYTHON", help="the interpreter for batch jobs")
    asked = parser.parse_args(arguments)
    try:
        stage(asked.target, asked.worker)
    except (StagingError, OSError) as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
