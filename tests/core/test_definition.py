"""The definition is whole, in both languages, and nothing stands beside it."""

from __future__ import annotations

import re
import string

import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.definition.derived import afir_category
from ile_gis_plugin.core.messages import catalogue, text
from tests.support import ROOT


def _labels():
    for table in REGISTER:
        yield table.name, table.label
        yield table.name, table.plural
        for field in table.fields:
            yield f"{table.name}.{field.name}", field.label
    for code_list in REGISTER.code_lists:
        yield code_list.name, code_list.label
        for code in code_list.codes:
            yield f"{code_list.name}.{code.code}", code.label


def test_everything_has_a_german_and_an_english_label():
    assert [where for where, label in _labels() if not (label.de and label.en)] == []


@pytest.mark.parametrize("lang", ["de", "en"])
def test_labels_tell_the_fields_of_a_table_apart(lang):
    for table in REGISTER:
        labels = [f.label[lang] for f in table.fields]
        assert len(labels) == len(set(labels)), table.name


def test_references_defaults_and_rules_point_to_what_exists():
    for table in REGISTER:
        for field in table.fields:
            if field.references:
                assert field.references.column in REGISTER[field.references.table]
            if field.domain and field.default is not None:
                assert field.default in field.domain
            assert field.tab in {t.name for t in REGISTER.tabs}
        for rule in table.checks:
            assert rule.left in table and rule.right in table
        assert table.display in table


def test_every_code_list_is_used_and_belongs_to_the_register():
    used = {f.domain.name for t in REGISTER for f in (*t.fields, *t.derived) if f.domain}
    assert used == {c.name for c in REGISTER.code_lists}


def test_the_sub_type_of_a_line_depends_on_its_network():
    lines = REGISTER["utility_line"]
    assert lines.controlling(lines["sub_type"]) == lines["network_type"]
    assert lines.controlling(lines["material"]) is None


@pytest.mark.parametrize(
    ("power_type", "power_kw", "category"),
    [("ac_1_phase", 3.7, "slow_ac"), ("ac_3_phase", 7.4, "medium_ac"),
     ("ac_3_phase", 22, "medium_ac"), ("ac_3_phase", 43, "fast_ac"), ("dc", 49.9, "slow_dc"),
     ("dc", 50, "fast_dc"), ("dc", 150, "hpc1"), ("dc", 350, "hpc2"), ("dc", None, None),
     (None, 22, None)],
)  # fmt: skip
def test_the_afir_category_follows_from_current_and_power(power_type, power_kw, category):
    assert afir_category(power_type, power_kw) == category


def test_no_utility_line_and_no_switching_point_is_public():
    assert REGISTER["utility_line"]["visibility"].default == "internal"
    assert REGISTER["streetlight"]["switching_point"].profile.value == "restricted"
    assert {f.profile.value for f in REGISTER["utility_line"].fields}.isdisjoint({"public"})
    for table in REGISTER.assets:
        assert table["uuid"].profile.value == "internal"
        assert table["remarks"].profile.value == "internal"


def _names(sentence: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_each_sentence_has_the_same_values_in_both_languages():
    assert [key for key, label in catalogue().items()
            if _names(label.de) != _names(label.en)] == []  # fmt: skip


def test_each_sentence_that_the_code_says_is_in_the_catalogue():
    areas = {key.partition(".")[0] for key in catalogue()}
    said = set()
    for path in (ROOT / "ile_gis_plugin").rglob("*.py"):
        found = re.findall(r'"([a-z_]+\.[a-z0-9_]+)"', path.read_text(encoding="utf-8"))
        said |= {key for key in found if key.partition(".")[0] in areas}
    assert said - set(catalogue()) == set()


def test_german_numbers_have_a_decimal_comma():
    assert text("tasks.with_default", "de", label="x", default=1) == "x (sonst 1)"
    assert text("tasks.with_default", "de", label="x", default=0.3) == "x (sonst 0,3)"
    assert text("tasks.with_default", "en", label="x", default=2000.0) == "x (default 2000)"
    from ile_gis_plugin.core.messages import _Format

    assert _Format("de").format("{0:,.2f}", 1234.5) == "1.234,50"
    assert _Format("en").format("{0:,.2f}", 1234.5) == "1,234.50"
