"""Workbooks computed anew by LibreOffice Calc: their formulas alone, without the kept results."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ile_gis_plugin.core.documents.pdf import find_office

Cells = dict[str, dict[str, Any]]  # by sheet and cell


def _has_calc() -> bool:
    office = find_office()
    return bool(office) and any(Path(office).resolve().parent.glob("libsc*lo.*"))


needs_calc = pytest.mark.skipif(not _has_calc(), reason="LibreOffice Calc is not installed")


def without_results(path: Path, target: Path, changes: Mapping[tuple[str, str], Any] = {}) -> Path:
    """A copy of a workbook that holds formulas only; `changes` are values by (sheet, cell)."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    book.save(target)
    return target


def recalculated(paths: list[Path], folder: Path) -> list[Cells]:
    """What Calc computes for these workbooks, by one run of it."""
    out = folder / "recalculated"
    done = subprocess.run(
        [find_office(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, *paths],
        capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | {"SAL_USE_VCLPLUGIN": "svp"},
    )  # fmt: skip
    shutil.rmtree(folder / "profile", ignore_errors=True)
    assert all((out / path.name).is_file() for path in paths), done.stdout + done.stderr
    return [values_of(out / path.name) for path in paths]


def values_of(path: Path) -> Cells:
    """The values of a workbook as they are kept in it."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row
                          if cell.value is not None} for sheet in book}  # fmt: skip
