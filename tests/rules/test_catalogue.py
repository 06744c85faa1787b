"""The catalogue is whole: every rule has a sentence, a title and a line in the manual."""

from __future__ import annotations

import importlib.util
import string

import pytest

from ile_gis_plugin.core.messages import catalogue
from ile_gis_plugin.core.rules.rule import CATALOGUE
from ile_gis_plugin.core.tasks.validation import MODULES, UNUSABLE_CODES
from tests.support import ROOT

CODES = sorted({*CATALOGUE, *UNUSABLE_CODES})


def _page_writer():
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "docs" / "rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_of_rules_is_up_to_date(lang):
    written = (ROOT / "docs" / f"rules.{lang}.md").read_text(encoding="utf-8")
    assert written == _page_writer().page(lang), "run .venv/bin/python docs/rules.py"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_sentence_and_a_title_in_both_languages(code):
    sentences = catalogue()
    for key in (f"rules.{code}", f"rules.{code}_title"):
        assert sentences[key].de and sentences[key].en
        assert sentences[key].de != sentences[key].en or code == "REC007"


def test_no_sentence_is_left_without_its_rule():
    known = {*CODES, *_page_writer().severities()}
    stray = {key for key in catalogue() if key.startswith("rules.")
             and key.removeprefix("rules.").removesuffix("_title") not in known}  # fmt: skip
    assert not stray


@pytest.mark.parametrize("code", CODES)
def test_a_title_is_the_same_for_all_findings(code):
    title = catalogue()[f"rules.{code}_title"]
    for text in (title.de, title.en):
        assert not any(name for _, name, _, _ in string.Formatter().parse(text))


def test_every_rule_says_in_its_docstring_what_it_looks_for():
    assert len(MODULES) == 12
    assert all((rule.find.__doc__ or "").strip() for rule in CATALOGUE.values())
