"""What can't be split is refused, with a sentence that says what to correct."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.projects.model import Funding, Key, KeyPart, Participant, SplitInputs
from ile_gis_plugin.core.projects.split import split
from tests.projects.split_inputs import (
    BUCH,
    ILLERTISSEN,
    KELLMUENZ,
    by,
    costs,
    item,
    paying,
    project,
)

PROJECT = project(costs("1000.00"), number="ILE-7")
HALF = Funding("LED", Decimal(50))


def refusal(inputs: SplitInputs) -> InputError:
    with pytest.raises(InputError) as caught:
        split(inputs)
    assert "ILE-7" in caught.value.text("en") and "ILE-7" in caught.value.text("de")
    return caught.value


def with_funding(**changes) -> SplitInputs:
    return replace(PROJECT, funding=(replace(HALF, **changes),))


def with_key(key: str, *values: str, date_of=None, **bounds) -> SplitInputs:
    weights = dict(zip((BUCH, ILLERTISSEN, KELLMUENZ), values, strict=False))
    return replace(PROJECT, key=by(key, reference_date=date_of),
                   participants=paying(key, weights, **bounds))  # fmt: skip


def euros(amount: str) -> Decimal:
    return Decimal(amount)


MIX = Key((KeyPart("equal", Decimal("50")), KeyPart("area", Decimal("49.99"))))
TWICE = Key((KeyPart("equal", Decimal("50")), KeyPart("equal", Decimal("50"))))


@pytest.mark.parametrize("key, inputs", [
    ("no_participants", replace(PROJECT, participants=())),
    ("participant_twice", replace(PROJECT, participants=PROJECT.participants * 2)),
    ("lead_not_participant", replace(PROJECT, lead_ags=KELLMUENZ)),
    ("vat_mode_unknown", replace(PROJECT, vat_mode="brutto")),
    ("vat_mode_unknown", with_funding(vat_mode="")),
    ("not_in_cents", replace(PROJECT, items=(replace(item("1", "1"), amount=euros("1.005")),))),
    ("not_in_cents", replace(PROJECT, items=(replace(item("1", "1"), amount=euros("NaN")),))),
    ("percent_out_of_range", replace(PROJECT, items=(item("1", "1", vat_rate="101"),))),
    ("percent_out_of_range", replace(PROJECT, deductible_vat_percent=Decimal("-1"))),
    ("percent_out_of_range", replace(PROJECT, lead_advance_percent=Decimal("NaN"))),
    ("percent_out_of_range", with_funding(rate=Decimal("100.01"))),
    ("percent_out_of_range", with_funding(eligible_percent=Decimal("-0.01"))),
    ("percent_out_of_range", with_key("fixed_percent", "101", "0")),
    ("negative", with_funding(cap=euros("-1"))),
    ("negative", with_funding(granted_amount=euros("-1"))),
    ("negative", with_funding(minimum_cost=euros("-1"))),
    ("negative", with_key("area", "1", "1", minimum={BUCH: "-1"})),
    ("maximum_below_minimum_cost", with_funding(minimum_cost=euros("2"), maximum_cost=euros("1"))),
    ("rate_missing", with_funding(rate=None)),
    ("not_combinable", replace(PROJECT, funding=(replace(HALF, combinable=True), HALF))),
    ("grant_over_eligible", with_funding(granted_amount=euros("1000.01"))),
    ("grant_over_eligible", replace(PROJECT, funding=(replace(
        HALF, combinable=True, rate=Decimal("50.01")),) * 2)),
    ("grant_over_total", replace(with_funding(rate=Decimal(80)), items=(
        *costs("1000.00"), item("1", "-300.00", vat_rate="0", eligible=False)))),
    ("key_without_parts", replace(PROJECT, key=Key(()))),
    ("key_unknown", replace(PROJECT, key=by("mixed"))),
    ("key_twice", replace(PROJECT, key=TWICE)),
    ("key_percent_sum", replace(PROJECT, key=MIX)),
    ("fixed_percent_sum", with_key("fixed_percent", "33.33", "33.33", "33.33")),
    ("weight_missing", replace(PROJECT, key=by("population"))),
    ("weight_negative", with_key("length", "1", "-1")),
    ("weights_all_zero", with_key("length", "0", "0")),
    ("instalment_twice", replace(PROJECT, instalments=((2026, Decimal(50)), (2026, Decimal(50))))),
    ("instalment_sum", replace(PROJECT, instalments=((2026, Decimal(50)),))),
    ("minimum_above_maximum", with_key("area", "1", minimum={BUCH: "2"}, maximum={BUCH: "1"})),
    ("minima_over_own_share", with_key("area", "1", "1", minimum={BUCH: "600",
                                                                  ILLERTISSEN: "400.01"})),
    ("minima_over_own_share", replace(with_key("area", "1", "1", minimum={ILLERTISSEN: "600"}),
                                      lead_advance_percent=Decimal(50))),
    ("maxima_below_own_share", with_key("area", "1", "1", maximum={BUCH: "600",
                                                                   ILLERTISSEN: "399.99"})),
    ("maxima_below_own_share", with_key("area", "1", "0", maximum={BUCH: "600"})),
    ("advance_above_maximum", replace(with_key("area", "1", "1", maximum={BUCH: "100"}),
                                      lead_advance_percent=Decimal(50))),
])  # fmt: skip
def test_contradictions_are_refused(key, inputs):
    assert refusal(inputs).key == f"projects.{key}"


def test_a_missing_population_names_municipality_key_and_date():
    inputs = with_key("population", "4292", date_of=date(2025, 12, 31))
    inputs = replace(inputs, participants=(*inputs.participants, Participant(KELLMUENZ, "Kellmünz"),
                                           Participant(ILLERTISSEN, "Illertissen")))  # fmt: skip
    error = refusal(inputs)
    assert error.text("de") == (
        "Projekt ILE-7: Für Illertissen, Kellmünz fehlt der Wert des Kostenschlüssels „Einwohner“ "
        "zum Stichtag 31.12.2025. Bitte ihn nachtragen oder einen anderen Schlüssel oder Stichtag "
        "wählen.")  # fmt: skip
    assert "as of 2025-12-31" in error.text("en")


def test_amounts_are_written_as_each_language_does():
    error = refusal(with_funding(granted_amount=euros("12345.60")))
    assert "12.345,60 € (LED)" in error.text("de") and "1.000,00 €" in error.text("de")
    assert "€12,345.60 (LED)" in error.text("en") and "€1,000.00" in error.text("en")


@pytest.mark.parametrize("lang, words", [
    ("de", "der Umsatzsteuersatz von „Bau“ beträgt 101,5 %"),
    ("en", "the VAT rate of “Bau” is 101.5 %"),
])  # fmt: skip
def test_a_percentage_out_of_range_is_named(lang, words):
    error = refusal(replace(PROJECT, items=(item("1", "1", vat_rate="101.5"),)))
    assert words in error.text(lang)


def test_percentages_may_miss_100_by_the_tolerance_of_the_rule():
    split(with_key("fixed_percent", "50", "50.005"))
    assert refusal(with_key("fixed_percent", "50", "50.006")).key == "projects.fixed_percent_sum"


def test_minima_that_just_reach_the_own_share_are_possible():
    inputs = with_key("area", "9", "1", minimum={BUCH: "500", ILLERTISSEN: "500"})
    assert [str(s.amount) for s in split(inputs).shares] == ["500.00", "500.00"]
