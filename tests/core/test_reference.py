"""The reference pages say what the definition says."""

from __future__ import annotations

import importlib.util

import pytest

from tests.support import ROOT


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_reference_page_is_up_to_date(lang):
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    written = (ROOT / "docs" / f"register.{lang}.md").read_text(encoding="utf-8")
    assert written == reference.page(lang), "run .venv/bin/python docs/reference.py"
