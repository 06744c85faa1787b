"""Papers of hand-made projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from ile_gis_plugin.core.documents.paper_fields import write_paper
from ile_gis_plugin.core.documents.papers import paper_of
from tests.documents.project import STATE
from tests.support import ROOT


@pytest.fixture
def write(tmp_path):
    """Writes the paper of some facts and hands back the file."""

    def _write(facts, ags, lang="de", variant=None, name="paper", **more) -> Path:
        paper = paper_of(facts, ags, lang, STATE, variant=variant, **more)
        target = tmp_path / f"{name}.docx"
        write_paper(paper, ROOT / "styles" / f"council_paper_{lang}.docx", target)
        return target

    return _write
