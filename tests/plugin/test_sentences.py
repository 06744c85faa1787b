"""What QGIS says of a finding is what the core says of it."""

from __future__ import annotations

import json
from functools import cache
from string import Formatter

import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.documents.wording import sentence, title
from ile_gis_plugin.core.messages import LANGUAGES, catalogue
from ile_gis_plugin.project.sentences import (
    CODE_OF_KIND,
    proposal_expression,
    proposal_sentence,
    rule_codes,
    sentence_expression,
    title_expression,
)
from tests.plugin.small_register import SOUTH

#: What a rule may hand over for a placeholder without a format.
PLAIN = {
    "text": "Mühlweg 5 „links“ 'a'", "number as text": "007.50", "integer": 12, "real": 1234.25,
    "day": "2026-03-01", "no day": "2026-02-30", "empty": None,
    "large": 400000.0, "label": {"de": "Breite", "en": "Width"}, "list": ["Buch", "Osterberg"],
}  # fmt: skip
NUMBERS = (0.84, 1234567.891, 3, -0.26)


def placeholders(code, lang):
    template = catalogue()[f"rules.{code}"][lang]
    return {name: form for _, name, form, _ in Formatter().parse(template) if name}


@pytest.fixture(scope="module")
def said(qgis_app):
    """What an expression says of a finding."""
    from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsField, QgsFields
    from qgis.PyQt.QtCore import QMetaType

    fields = QgsFields()
    for name in ("code", "details"):
        fields.append(QgsField(name, QMetaType.Type.QString))

    parse = cache(QgsExpression)

    def evaluate(expression, code, details):
        feature = QgsFeature(fields)
        text = None if details is None else json.dumps(details, ensure_ascii=False)
        feature.setAttributes([code, text])
        context = QgsExpressionContext()
        context.setFeature(feature)
        context.setFields(fields)
        parsed = parse(expression)
        value = parsed.evaluate(context)
        assert not parsed.hasParserError(), parsed.parserErrorString()
        assert not parsed.hasEvalError(), parsed.evalErrorString()
        return value

    return evaluate


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", rule_codes())
def test_every_rule_is_worded_as_in_the_core(said, code, lang):
    expression = sentence_expression(lang)
    wanted = placeholders(code, lang)
    for plain in PLAIN.values():
        for number in NUMBERS:
            details = {name: number if form else plain for name, form in wanted.items()}
            assert said(expression, code, details) == sentence(code, details, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("details", [None, {}, {"distance": None}, {"distance": "weit"}])
def test_a_finding_without_its_values_bears_the_title_of_its_rule(said, details, lang):
    assert said(sentence_expression(lang), "BRD001", details) == title("BRD001", lang)
    assert sentence("BRD001", details, lang) == title("BRD001", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rule_that_nobody_knows_any_more_is_named_by_its_code(said, lang):
    assert said(sentence_expression(lang), "OLD001", {"distance": 1.0}) == "OLD001"
    assert said(title_expression(lang), "OLD001", None) == "OLD001"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_are_those_of_the_catalogue(said, lang):
    expression = title_expression(lang)
    assert {code: said(expression, code, None) for code in rule_codes()} == {
        code: title(code, lang) for code in rule_codes()
    }


PROPOSALS = {
    "gap": {"distance_m": 0.84, "join": "end_end"},
    "overshoot": {"distance_m": 1.5},
    "double": {"overlap_m": 1234.25, "distance_m": 0.3},
    "mismatch": {"field": "surface", "left": {"de": "Asphalt", "en": "asphalt"},
                 "right": {"de": "Gras", "en": "grass"}},
    "point_double": {"distance_m": 0.0},
    "along_border": {"overlap_m": 88.2},
}  # fmt: skip


@pytest.mark.parametrize(("project", "lang"), [("reg_09999101.qgz", "de"), ("reg.qgz", "en")])
def test_every_kind_of_proposal_is_worded_as_its_finding(open_project, project, lang):
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    layer = open_project(project).mapLayer("border_proposal_register")
    expression = QgsExpression(proposal_expression(lang))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    feature = next(layer.getFeatures())
    for kind, details in PROPOSALS.items():
        feature["kind"], feature["details"] = kind, json.dumps(details)
        context.setFeature(feature)
        row = {"kind": kind, "asset_class": "path", "details": details, "right_ags": SOUTH}
        words = proposal_sentence(row, {SOUTH: "Süddorf"}, lang)
        assert expression.evaluate(context) == words
        assert words != title(CODE_OF_KIND[kind], lang)
    assert set(PROPOSALS) == {c.code for c in REGISTER["border_proposal"]["kind"].domain.codes}


def test_the_sentence_of_a_mismatch_names_the_field_and_both_values():
    row = {"kind": "mismatch", "asset_class": "path", "details": PROPOSALS["mismatch"],
           "right_ags": "Buch"}  # fmt: skip
    words = proposal_sentence(row, {}, "de")
    assert words == "„Befestigung“: Asphalt hier, Gras jenseits der Grenze."
