"""Every sentence that the import says exists in both languages, and each that exists is said."""

from __future__ import annotations

import re
import string
from pathlib import Path

import ile_gis_plugin.core.imports as imports
from ile_gis_plugin.core.messages import catalogue

CORE = Path(imports.__file__).parent.parent
SOURCES = [*CORE.glob("imports/*.py"), CORE / "tasks" / "import_assets.py",
           CORE / "tasks" / "create_register.py"]  # fmt: skip
CODE = "\n".join(path.read_text("utf-8") for path in SOURCES)
OWN = {key: label for key, label in catalogue().items() if key.startswith("imports.")}


def test_every_key_in_the_code_is_in_the_catalogue():
    assert set(re.findall(r'"(imports\.[a-z_0-9]+)"', CODE)) <= set(OWN)


def test_every_sentence_is_said_somewhere():
    words = set(re.findall(r'"(?:imports\.)?([a-z_0-9]+)"', CODE))
    assert {key.removeprefix("imports.") for key in OWN} <= words


def test_both_languages_have_the_same_placeholders():
    def names(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for key, label in OWN.items():
        assert names(label.de) == names(label.en), key
