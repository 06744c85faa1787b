"""What the forms show is derived from the definition, and means the same in QGIS."""

from __future__ import annotations

import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.definition.types import Type
from ile_gis_plugin.project import form_pages, form_rules, forms

PATH, LINE = REGISTER["path"], REGISTER["utility_line"]
STATION, CONNECTOR = REGISTER["charging_point"], REGISTER["connector"]
EVERY_FIELD = [(t, f) for t in REGISTER for f in t.fields]


@pytest.fixture(scope="session")
def holds(qgis_app):
    """Whether an expression holds for a row's values."""
    from qgis.core import (
        QgsExpression,
        QgsExpressionContext,
        QgsFeature,
        QgsField,
        QgsFields,
    )
    from qgis.PyQt.QtCore import QDate, QMetaType

    def check(expression: str, **values) -> bool:
        fields = QgsFields()
        for name, value in values.items():
            of_number = isinstance(value, (int, float))
            of_date = isinstance(value, QDate)
            kind = QMetaType.Type.Double if of_number else QMetaType.Type.QString
            fields.append(QgsField(name, QMetaType.Type.QDate if of_date else kind))
        feature = QgsFeature(fields)
        feature.setAttributes(list(values.values()))
        context = QgsExpressionContext()
        context.setFeature(feature)
        context.setFields(fields)
        parsed = QgsExpression(expression)
        result = parsed.evaluate(context)
        assert not parsed.hasParserError(), parsed.parserErrorString()
        assert not parsed.hasEvalError(), parsed.evalErrorString()
        return bool(result)

    return check


def test_the_label_carries_the_unit():
    assert forms.alias(PATH["width_m"], "de") == "Breite [m]"
    assert forms.alias(PATH["name"], "en") == "Name"


def test_times_say_that_they_are_utc():
    assert forms.alias(PATH["changed_at"], "de") == "geändert am [UTC]"


def test_a_code_list_offers_its_labels_in_its_order_with_an_empty_choice_first():
    choices = forms.widget(PATH, PATH["surface"], "de").config["map"]
    assert choices[0] == {"– keine Angabe –": forms.NO_VALUE}
    assert [next(iter(c)) for c in choices[1:3]] == ["Asphalt", "Beton"]


def test_a_required_code_has_no_empty_choice():
    choices = forms.widget(PATH, PATH["status"], "en").config["map"]
    assert forms.NO_VALUE not in [next(iter(c.values())) for c in choices]


def test_a_sub_type_is_chosen_among_those_of_the_network():
    found = forms.widget(LINE, LINE["sub_type"], "de")
    assert found.type == "ValueRelation"
    assert "current_value('network_type') = 'sewer'" in found.config["FilterExpression"]
    assert found.config["Value"] == "label_de"


def test_numbers_with_decimals_are_not_rounded_by_a_spin_box():
    assert forms.widget(PATH, PATH["width_m"], "de").type == "TextEdit"


def test_money_shows_its_cents_for_the_register_holds_no_fractions_of_them():
    found = forms.widget(REGISTER["cost_item"], REGISTER["cost_item"]["net_amount"], "de")
    assert (found.type, found.config["Precision"]) == ("Range", 2)


def test_a_linked_asset_is_chosen_by_its_number_and_name_among_those_of_its_class():
    table = REGISTER["project_asset"]
    found = forms.widget(table, table["asset_uuid"], "de")
    assert (found.type, found.config["Value"]) == ("ValueRelation", "label")
    assert "current_value('asset_class')" in found.config["FilterExpression"]


def test_whole_numbers_have_a_spin_box_that_can_be_empty():
    config = forms.widget(LINE, LINE["dn_mm"], "de").config
    assert (config["Min"], config["Max"], config["AllowNull"]) == (1, 4000, True)


def test_dates_are_written_in_the_order_of_the_language():
    for lang, shown in (("de", "dd.MM.yyyy"), ("en", "yyyy-MM-dd")):
        config = forms.widget(PATH, PATH["inspected_on"], lang).config
        assert config["display_format"] == shown
        assert config["allow_null"]


def test_the_home_of_an_asset_is_one_of_the_members():
    assert forms.widget(PATH, PATH["ags"], "de").config["FilterExpression"] == '"is_member"'


def test_a_participant_may_be_a_neighbour():
    table = REGISTER["participant"]
    assert not forms.widget(table, table["ags"], "de").config["FilterExpression"]


def test_each_edit_is_signed_and_dated():
    for name in ("changed_by", "changed_at"):
        assert forms.default(PATH, PATH[name]).on_update
    for name in ("created_by", "created_at", "uuid"):
        assert not forms.default(PATH, PATH[name]).on_update


def test_a_new_asset_belongs_to_the_municipality_of_its_layer():
    assert forms.default(PATH, PATH["ags"], "09775118").expression == "'09775118'"


def test_defaults_of_the_register_are_literals_of_their_type():
    assert forms.default(PATH, PATH["status"]).expression == "'functional'"
    assert forms.default(PATH, PATH["is_core"]).expression == "false"
    item = REGISTER["cost_item"]
    assert forms.default(item, item["vat_rate"]).expression == "19"


def test_the_sentence_of_a_range_names_field_limits_and_unit():
    assert form_rules.rule(PATH, PATH["width_m"], "de").sentence == "Breite: 0,3 bis 30 m."
    assert form_rules.rule(PATH, PATH["width_m"], "en").sentence == "Width: 0.3 to 30 m."
    grade = form_rules.rule(PATH, PATH["condition_grade"], "en").sentence
    assert grade == "Condition grade: 1 to 5."


@pytest.mark.parametrize(("width", "allowed"), [(0.3, True), (30, True), (0.29, False),
                                                (30.1, False), (None, True)])  # fmt: skip
def test_a_width_outside_the_range_is_refused(holds, width, allowed):
    rule = form_rules.rule(PATH, PATH["width_m"], "de")
    assert holds(rule.expression, width_m=width) is allowed


@pytest.mark.parametrize(("evse", "allowed"), [("DE*ABC*E1234", True), ("DEABCE1", True),
                                               ("abc", False), (None, True)])  # fmt: skip
def test_an_evse_id_must_be_written_as_one(holds, evse, allowed):
    rule = form_rules.rule(CONNECTOR, CONNECTOR["evse_id"], "de")
    assert holds(rule.expression, evse_id=evse) is allowed


@pytest.mark.parametrize(("amount", "allowed"), [(12.34, True), (12.345, False), (-1, False)])
def test_money_has_whole_cents(holds, amount, allowed):
    table = REGISTER["funding_programme"]
    assert holds(form_rules.rule(table, table["cap"], "de").expression, cap=amount) is allowed


def test_a_sub_type_of_another_network_is_refused(holds):
    rule = form_rules.rule(LINE, LINE["sub_type"], "de")
    assert holds(rule.expression, network_type="water", sub_type="potable")
    assert not holds(rule.expression, network_type="sewer", sub_type="potable")
    assert rule.sentence == "Unterart: passt nicht zu „Sparte“."


def test_an_inspection_before_the_commissioning_is_refused(holds):
    from qgis.PyQt.QtCore import QDate

    rule = form_rules.rule(PATH, PATH["inspected_on"], "de")
    opened, early, late = QDate(2020, 5, 1), QDate(2019, 1, 1), QDate(2021, 1, 1)
    assert holds(rule.expression, commissioned_on=opened, inspected_on=late)
    assert not holds(rule.expression, commissioned_on=opened, inspected_on=early)
    assert rule.sentence == "Die Prüfung liegt vor der Inbetriebnahme."


def test_every_rule_and_default_is_an_expression_that_qgis_understands(qgis_app):
    from qgis.core import QgsExpression

    written = [form_rules.rule(t, f, "de") for t, f in EVERY_FIELD]
    written += [forms.default(t, f, ags) for t, f in EVERY_FIELD for ags in ("", "09775118")]
    expressions = [w.expression for w in written if w]
    assert len(expressions) > 100
    assert [e for e in expressions if QgsExpression(e).hasParserError()] == []


def test_every_number_with_limits_has_a_rule():
    limited = [(t, f) for t, f in EVERY_FIELD
               if f.type in (Type.INTEGER, Type.REAL) and f.minimum is not None]  # fmt: skip
    assert limited
    assert all(form_rules.rule(t, f, "en") for t, f in limited)


def test_tabs_follow_the_order_of_the_register_and_none_is_empty():
    titles = [page.title for page in form_pages.pages(STATION, "de")]
    assert titles == ["Allgemein", "Fachdaten", "Zuständigkeit", "Zustand", "Herkunft"]
    assert all(page.fields for t in REGISTER for page in form_pages.pages(t, "en"))


def test_every_field_stands_on_one_tab_but_the_key_of_the_parent():
    shown = [f.name for page in form_pages.pages(CONNECTOR, "de") for f in page.fields]
    assert sorted(shown) == sorted(set(CONNECTOR.field_names) - {"charging_point_uuid"})


def test_help_stands_below_the_fields_it_is_for():
    details = form_pages.pages(STATION, "de")[1]
    assert "angezeigt am: LSV § 4: binnen zwei Wochen nach Inbetriebnahme." in details.hints


def test_what_the_register_keeps_itself_can_only_be_read():
    assert forms.is_read_only(PATH, PATH["uuid"])
    assert forms.is_read_only(REGISTER["asset_share"], REGISTER["asset_share"]["share"])
    assert not forms.is_read_only(PATH, PATH["width_m"])
