"""Single cells, as people fill them in."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.imports.cells import Refused, code_words, decimal_sign, number_of
from ile_gis_plugin.core.imports.conversion import Converter

LIGHT, LINE, CONNECTOR = REGISTER["streetlight"], REGISTER["utility_line"], REGISTER["connector"]


def value(field, cell, **options):
    return Converter(field, **options).cell(cell)


def reason(field, cell, **options):
    with pytest.raises(Refused) as verdict:
        value(field, cell, **options)
    return verdict.value.reason.text("de")


@pytest.mark.parametrize(("text", "number"), [
    ("70", 70), ("70,5", 70.5), ("70.5", 70.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
    ("1.234.567", 1234567), ("1 234,5", 1234.5), ("1'234.5", 1234.5), ("-3", -3), (",5", 0.5),
    ("1\u202f234", 1234), ("2,5e3", 2500), ("+4", 4),
])  # fmt: skip
def test_numbers_in_german_and_english(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "ca. 5", "5-7", "1,2,3", "1.23.4,5", "fünf", "--", "1..2"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        number_of(text)


def test_a_comma_elsewhere_in_the_column_makes_the_dot_a_separator_of_thousands():
    assert decimal_sign(["1.234", "3,5"]) == ","
    assert number_of("1.234", ",") == 1234
    assert number_of("1.234", decimal_sign(["1.234", "2.500"])) == 1.234
    assert decimal_sign(["48.666271", "9.635"]) == "."


@given(st.floats(-1e9, 1e9).map(lambda v: round(v, 3)))
def test_every_number_is_read_as_german_writes_it(number):
    german = f"{number:,.3f}".translate(str.maketrans(",.", ".,"))
    assert number_of(german, ",") == number
    assert number_of(f"{number:.3f}".replace(".", ","), ",") == number
    assert number_of(f"{number:.3f}", ".") == number


def test_units_are_understood_where_they_are_the_fields_own():
    assert value(LIGHT["power_w"], "70 W") == 70
    assert value(LINE["dn_mm"], "DN 150") == 150
    assert value(CONNECTOR["power_kw"], "22kW") == 22
    assert "Einheit W" in reason(LIGHT["power_w"], "0,07 kW")


def test_ranges_and_whole_numbers():
    assert "2 und 20" in reason(LIGHT["light_point_height_m"], "45")
    assert "ganze Zahl" in reason(LIGHT["luminaire_count"], 1.5)
    assert value(LIGHT["luminaire_count"], 2.0) == 2
    assert isinstance(value(LIGHT["luminaire_count"], "2"), int)


@pytest.mark.parametrize(("cell", "truth"), [
    ("ja", True), ("J", True), ("x", True), (1, True), ("1.0", None), ("wahr", True),
    ("nein", False), ("N", False), (0, False), ("false", False), (True, True), (None, None),
    ("", None),
])  # fmt: skip
def test_yes_and_no(cell, truth):
    if cell == "1.0":
        assert "weder ja noch nein" in reason(LIGHT["metered"], cell)
    else:
        assert value(LIGHT["metered"], cell) is truth


@pytest.mark.parametrize(("cell", "day"), [
    ("15.05.2018", (2018, 5, 15)), ("1.5.18", (2018, 5, 1)), ("1.5.98", (1998, 5, 1)),
    ("2018-05-15", (2018, 5, 15)), ("2018-05-15T00:00:00", (2018, 5, 15)),
    ("20180515", (2018, 5, 15)),
    ("15.05.2018 00:00:00", (2018, 5, 15)), (datetime.datetime(2018, 5, 15), (2018, 5, 15)),
    (datetime.date(2018, 5, 15), (2018, 5, 15)),
])  # fmt: skip
def test_dates(cell, day):
    assert value(LIGHT["commissioned_on"], cell) == datetime.date(*day)


@pytest.mark.parametrize("cell", ["31.02.2018", "2018-13-01", "Mai 2018", 43235, "00.00.0000"])
def test_what_is_no_date(cell):
    assert "kein Datum" in reason(LIGHT["commissioned_on"], cell)


def test_a_bare_year_is_no_date():
    assert "nur ein Jahr" in reason(LIGHT["commissioned_on"], "2018")
    assert "nur ein Jahr" in reason(LIGHT["commissioned_on"], 2018)


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)))
def test_every_date_is_read_in_each_way_it_is_written(day):
    for text in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}",
                 f"{day.day}.{day.month}.{day.year}"):  # fmt: skip
        assert value(LIGHT["commissioned_on"], text) == day


def test_codes_labels_and_mapped_values():
    lamp = LIGHT["lamp_type"]
    assert value(lamp, "LED") == "led"
    assert value(lamp, "high-pressure  SODIUM") == "hps"
    assert value(lamp, "NAV") == "hps"
    assert value(lamp, "NAV 70", values={"NAV 70": "hps"}) == "hps"
    assert value(lamp, "nav 70 ", values={"NAV 70": "hps"}) == "hps"
    assert value(lamp, "?", values={"?": ""}) is None
    assert value(LIGHT["condition_class"], 2.0) == "2"
    assert value(LIGHT["condition_class"], "sehr gut") == "1"
    text = reason(lamp, "Kerze")
    assert "Kerze" in text and "LED, " in text


@pytest.mark.parametrize("domain", REGISTER.code_lists, ids=lambda d: d.name)
def test_every_code_and_every_unambiguous_label_is_understood(domain):
    words = code_words(domain)
    for code in domain.codes:
        assert words[code.code.casefold()] == code.code
        for label in (code.label.de, code.label.en):
            assert words[" ".join(label.split()).casefold()] == code.code


def test_texts_are_trimmed_and_excel_errors_refused():
    assert value(LIGHT["light_no"], "  12 a\u00a0") == "12 a"
    assert value(LIGHT["light_no"], 12.0) == "12"
    assert value(LIGHT["name"], "zwei\nZeilen") == "zwei Zeilen"
    assert value(LIGHT["remarks"], "zwei\nZeilen") == "zwei\nZeilen"
    assert "Excel-Fehler" in reason(LIGHT["name"], "#NV")


def test_evse_ids_are_upper_case_and_have_their_form():
    assert value(CONNECTOR["evse_id"], "de*abc*e123*1") == "DE*ABC*E123*1"
    assert "Form" in reason(CONNECTOR["evse_id"], "Säule 1")


def test_a_column_gives_values_and_the_reason_for_each_bad_cell():
    cells = np.array(["1", None, "x", "2,5"], dtype=object)
    values, reasons = Converter(LIGHT["power_w"]).column(cells)
    assert values.tolist() == [1.0, None, None, 2.5] and list(reasons) == [2]


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates(),
                 st.datetimes()), st.sampled_from([f for t in REGISTER.assets for f in t.fields
                                                   if not f.system]))  # fmt: skip
def test_any_cell_is_either_taken_or_refused_with_a_reason(cell, field):
    try:
        found = value(field, cell)
    except Refused as verdict:
        assert verdict.reason.text("de") and verdict.reason.text("en")
    else:
        assert found is None or field.domain is None or found in field.domain


def test_limits_are_written_as_each_language_writes_numbers():
    with pytest.raises(Refused) as verdict:
        value(REGISTER["path"]["width_m"], 99)
    assert "zwischen 0,3 und 30 m" in verdict.value.reason.text("de")
    assert "between 0.3 and 30 m" in verdict.value.reason.text("en")


def test_a_number_that_a_factor_makes_unfit_is_shown_as_it_was_computed():
    diameter = REGISTER["utility_line"]["dn_mm"]
    assert value(diameter, "0,1", factor=1000) == 100
    unfit = reason(diameter, "0.1022", factor=1000)
    assert "„0.1022“ × 1000 = 102,2 " in unfit
    assert "× 1000 = 900000" in reason(diameter, "900", factor=1000)
