"""Splits that were computed by hand; each calculation stands in its test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ile_gis_plugin.core.projects.differences import differences
from ile_gis_plugin.core.projects.model import Funding, Key, KeyPart, Participant, Weight
from ile_gis_plugin.core.projects.split import split
from tests.projects.split_inputs import (
    BUCH,
    ILLERTISSEN,
    KELLMUENZ,
    OBERROTH,
    OSTERBERG,
    ROGGENBURG,
    UNTERROTH,
    adds_up,
    amounts,
    by,
    costs,
    item,
    paying,
    project,
)


def test_a_core_path_is_paid_by_its_metres_after_a_capped_grant():
    # net 102,000.00 + 9,500.00 + 3,000.00; VAT 19,380.00 + 1,805.00 + 0.00
    items = (item("1200", "85.00"), item("1", "9500.00"), item("1", "3000.00", "0", False))
    length = {BUCH: "512.40", UNTERROTH: "401.25", OBERROTH: "286.35"}  # 1,200.00 m
    funding = Funding("Kernwege", Decimal(80), cap=Decimal("100000.00"))
    inputs = project(items, paying("length", length), by("length"), funding=(funding,))
    found = split(inputs)
    assert str(found.total) == "135685.00"
    assert str(found.eligible) == "132685.00"
    # 132,685.00 × 80 % = 106,148.00, but at most 100,000.00
    assert (str(found.granted), found.grants[0].is_capped) == ("100000.00", True)
    assert str(found.own_share) == "35685.00"
    # × 0.427 = 15,237.495; × 0.238625 = 8,515.333125; × 0.334375 = 11,932.171875
    # cut: 15,237.49 + 8,515.33 + 11,932.17 = 35,684.99; the cent goes to Buch (0.5)
    assert amounts(found) == {BUCH: "15237.50", OBERROTH: "8515.33", UNTERROTH: "11932.17"}
    assert [str(s.percent) for s in found.shares] == ["42.7000", "23.8625", "33.4375"]
    assert [str(s.grant) for s in found.shares] == ["42700.00", "23862.50", "33437.50"]
    assert [str(s.cost) for s in found.shares] == ["57937.50", "32377.83", "45369.67"]
    adds_up(inputs, found)


@pytest.mark.parametrize("rate, granted, own_share, expected", [
    # 85,996.54 ÷ 160 = 537.478375 a light: × 40 = 21,499.135 twice, × 30 = 16,124.35125,
    # × 50 = 26,873.91875. Two cents are left: to Osterberg (0.875), and of the two equal
    # remainders (0.5) to Buch, which has the lower key.
    (25, "25135.18", "85996.54",
     {BUCH: "21499.14", KELLMUENZ: "21499.13", OBERROTH: "16124.35", OSTERBERG: "26873.92"}),
    # 100,540.72 × 40 % = 40,216.288. 70,915.43 ÷ 160 = 443.2214375: × 40 = 17,728.8575 twice,
    # × 30 = 13,296.643125, × 50 = 22,161.071875. Two cents are left: to the two of 0.75.
    (40, "40216.29", "70915.43",
     {BUCH: "17728.86", KELLMUENZ: "17728.86", OBERROTH: "13296.64", OSTERBERG: "22161.07"}),
])  # fmt: skip
def test_led_lights_are_paid_by_their_number(rate, granted, own_share, expected):
    # gross: 77,792.00 + 14,780.48; 6,696.00 + 1,272.24; 8,900.00 + 1,691.00, not eligible
    items = (item("160", "486.20"), item("160", "41.85"), item("1", "8900.00", eligible=False))
    lights = {KELLMUENZ: "40", OBERROTH: "30", OSTERBERG: "50", BUCH: "40"}
    funding = (Funding("Kommunalrichtlinie", Decimal(rate)),)
    inputs = project(items, paying("asset_count", lights), by("asset_count"), funding=funding)
    found = split(inputs)
    assert (str(found.total), str(found.eligible)) == ("111131.72", "100540.72")
    assert (str(found.granted), str(found.own_share)) == (granted, own_share)
    assert amounts(found) == expected
    adds_up(inputs, found)


PERCENTS = {BUCH: "16", ILLERTISSEN: "40", KELLMUENZ: "9", OBERROTH: "7.5", OSTERBERG: "7.5",
            ROGGENBURG: "12", UNTERROTH: "8"}  # fmt: skip
REGIONAL = Funding("Regionalbudget", Decimal(80), cap=Decimal("10000.00"),
                   maximum_cost=Decimal("20000.00"), vat_mode="net")  # fmt: skip


def test_charging_points_have_fixed_shares_after_the_regional_budget():
    # net: 9,417.45 + 3,500.00 eligible, 1,250.00 not
    items = (item("7", "1345.35"), item("14", "250.00"), item("1", "1250.00", eligible=False))
    inputs = project(items, paying("fixed_percent", PERCENTS), by("fixed_percent"),
                     funding=(REGIONAL,), vat_mode="net")  # fmt: skip
    found = split(inputs)
    # 12,917.45 × 80 % = 10,333.96, but at most 10,000.00
    assert (str(found.total), str(found.granted)) == ("14167.45", "10000.00")
    # 4,167.45 × 16 % = 666.792, 40 % = 1,666.98, 9 % = 375.0705, 7.5 % = 312.55875 twice,
    # 12 % = 500.094, 8 % = 333.396; three cents are left for 0.875, 0.875 and 0.6
    assert amounts(found) == {
        BUCH: "666.79", ILLERTISSEN: "1666.98", KELLMUENZ: "375.07", OBERROTH: "312.56",
        OSTERBERG: "312.56", ROGGENBURG: "500.09", UNTERROTH: "333.40"}  # fmt: skip
    adds_up(inputs, found)


def test_a_project_that_is_too_dear_for_the_programme_gets_no_grant_and_says_why():
    items = (item("1", "20000.01"),)
    inputs = project(items, paying("fixed_percent", PERCENTS), by("fixed_percent"),
                     funding=(REGIONAL,))  # fmt: skip
    found = split(inputs)
    assert str(found.granted) == "0.00"
    (remark,) = found.remarks
    assert remark.text("de") == (
        "Regionalbudget: Die förderfähigen Kosten (netto) von 20.000,01 € übersteigen die "
        "Höchstausgaben von 20.000,00 €; es gibt keine Zuwendung.")  # fmt: skip
    assert split(replace(inputs, items=(item("1", "20000.00"),))).granted == 10000


def test_a_cost_below_the_minimum_of_the_programme_gets_no_grant():
    inputs = project(costs("4999.99"), funding=(
        Funding("LED", Decimal(25), minimum_cost=Decimal("5000.00")),))  # fmt: skip
    found = split(inputs)
    assert (str(found.granted), found.remarks[0].key) == ("0.00", "projects.below_minimum_cost")


def test_minimum_and_maximum_are_kept_and_the_others_divide_the_rest_by_the_key():
    # By the key 5,000, 3,000 and 2,000. Buch has 1,000 too much, Kellmünz misses 500: Buch is set
    # first. 6,000 are left in 3 : 2, which is 2,400 for Kellmünz: it is set to 2,500.
    paid_by = paying("population", {BUCH: "5000", ILLERTISSEN: "3000", KELLMUENZ: "2000"},
                     minimum={KELLMUENZ: "2500.00"}, maximum={BUCH: "4000.00"})  # fmt: skip
    inputs = project(costs("10000.00"), paid_by, by("population"))
    found = split(inputs)
    assert amounts(found) == {BUCH: "4000.00", ILLERTISSEN: "3500.00", KELLMUENZ: "2500.00"}
    assert [s.is_bounded for s in found.shares] == ["maximum", "", "minimum"]
    adds_up(inputs, found)


def test_a_minimum_is_paid_even_without_a_weight():
    paid_by = paying("length", {BUCH: "10", ILLERTISSEN: "0", KELLMUENZ: "0"},
                     minimum={ILLERTISSEN: "50.00"})  # fmt: skip
    found = split(project(costs("1000.00"), paid_by, by("length")))
    assert amounts(found) == {BUCH: "950.00", ILLERTISSEN: "50.00", KELLMUENZ: "0.00"}


def test_the_lead_bears_its_advance_and_its_part_of_the_rest():
    # 15 % of 1,000.00 = 150.00; 850.00 ÷ 3 = 283.333…; the cent goes to the lowest key
    paid_by = paying("equal", {KELLMUENZ: "1", ILLERTISSEN: "1", BUCH: "1"})
    inputs = project(costs("1000.00"), paid_by, lead_ags=ILLERTISSEN,
                     lead_advance_percent=Decimal(15))  # fmt: skip
    found = split(inputs)
    assert amounts(found) == {BUCH: "283.34", ILLERTISSEN: "433.33", KELLMUENZ: "283.33"}
    assert [str(s.advance) for s in found.shares] == ["0.00", "150.00", "0.00"]
    assert [str(s.percent) for s in found.shares] == ["28.3334", "43.3333", "28.3333"]
    adds_up(inputs, found)


def test_the_maximum_of_the_lead_holds_with_its_advance():
    # 500.00 beforehand and 250.00 of the rest would be 750.00
    paid_by = paying("equal", {BUCH: "1", ILLERTISSEN: "1"}, maximum={BUCH: "600.00"})
    inputs = project(costs("1000.00"), paid_by, lead_advance_percent=Decimal(50))
    assert amounts(split(inputs)) == {BUCH: "600.00", ILLERTISSEN: "400.00"}


def test_a_mixed_key_weighs_the_proportions_of_its_parts():
    # half by population 1 : 3, half equal: 12.5 + 25 = 37.5 % and 62.5 %
    # 99.99 × 37.5 % = 37.49625, × 62.5 % = 62.49375; the cent goes to Buch (0.625)
    key = Key((KeyPart("population", Decimal(50)), KeyPart("equal", Decimal(50))))
    paid_by = paying("population", {BUCH: "1000", ILLERTISSEN: "3000"})
    inputs = project(costs("99.99"), paid_by, key)
    found = split(inputs)
    assert amounts(found) == {BUCH: "37.50", ILLERTISSEN: "62.49"}
    assert [str(s.percent) for s in found.shares] == ["37.5000", "62.5000"]


def test_refunded_vat_is_no_cost_and_the_programme_counts_net():
    # 1,000.03 × 19 % = 190.0057; 50 % of 190.01 = 95.005, half up 95.01
    # gross 1,000.03 + 190.01 − 95.01; grant 1,000.03 × 50 % = 500.015
    inputs = project((item("1", "1000.03"),), deductible_vat_percent=Decimal(50),
                     funding=(Funding("Programm", Decimal(50), vat_mode="net"),))  # fmt: skip
    found = split(inputs)
    assert [str(x) for x in (found.net, found.vat, found.deducted, found.total)] == [
        "1000.03", "190.01", "95.01", "1095.03"]  # fmt: skip
    assert (str(found.granted), str(found.own_share)) == ("500.02", "595.01")
    assert str(found.grants[0].counted) == "1000.03"


def test_a_programme_counts_a_part_of_the_eligible_cost():
    # 1,000.00 × 90 % = 900.00; × 50 % = 450.00
    funding = Funding("Programm", Decimal(50), eligible_percent=Decimal(90))
    found = split(project(costs("1000.00"), funding=(funding,)))
    assert (str(found.grants[0].counted), str(found.granted)) == ("900.00", "450.00")


def test_the_notice_replaces_what_is_computed():
    funding = Funding("Programm", None, cap=Decimal("1.00"), granted_amount=Decimal("400.00"))
    found = split(project(costs("1000.00"), funding=(funding,)))
    assert (str(found.granted), found.grants[0].is_by_notice) == ("400.00", True)


def test_combinable_programmes_add_up():
    funding = tuple(Funding(f"Programm {rate}", Decimal(rate), combinable=True)
                    for rate in (30, 20))  # fmt: skip
    found = split(project(costs("1000.00"), funding=funding))
    assert [str(g.amount) for g in found.grants] == ["300.00", "200.00"]
    assert str(found.own_share) == "500.00"


def test_instalments_of_later_years_need_a_commitment_authorisation():
    # 1,000.01 each: 300.003, 300.003 and 400.004; the cent goes to 2028 (0.4)
    instalments = ((2028, Decimal(40)), (2026, Decimal(30)), (2027, Decimal(30)))
    found = split(project(costs("2000.02"), budget_year=2026, instalments=instalments))
    for share in found.shares:
        assert [(y, str(a)) for y, a in share.instalments] == [
            (2026, "300.00"), (2027, "300.00"), (2028, "400.01")]  # fmt: skip
        assert str(share.commitment) == "700.01"
    assert found.steps[-1].amount == Decimal("1400.02")


def test_without_instalments_all_falls_in_the_budget_year():
    (share, _) = split(project(costs("10.00"), budget_year=2027)).shares
    assert (share.instalments, share.commitment) == (((2027, Decimal("5.00")),), 0)
    assert split(project(costs("10.00"))).shares[0].instalments == ()


def test_vat_is_rounded_half_up_for_each_item():
    # 0.50 × 19 % = 0.095 = 0.10, three times; of the sum it would be 0.285 = 0.29
    found = split(project((item("1", "0.50"),) * 3))
    assert str(found.vat) == "0.30"


def test_a_correction_is_divided_as_its_positive_is_and_knows_no_bounds():
    paid_by = paying("equal", {BUCH: "1", ILLERTISSEN: "1", KELLMUENZ: "1"},
                     minimum={BUCH: "100.00"})  # fmt: skip
    inputs = project(costs("-100.00"), paid_by, funding=(Funding("Programm", Decimal(50)),))
    found = split(inputs)
    assert amounts(found) == {BUCH: "-33.34", ILLERTISSEN: "-33.33", KELLMUENZ: "-33.33"}
    assert [r.key for r in found.remarks] == ["projects.eligible_is_negative",
                                              "projects.bounds_do_not_apply"]  # fmt: skip
    adds_up(inputs, found)


def test_a_project_without_items_costs_nothing():
    inputs = project(lead_advance_percent=Decimal(10))
    found = split(inputs)
    assert amounts(found) == {BUCH: "0.00", ILLERTISSEN: "0.00"}
    adds_up(inputs, found)


def test_three_thirds_of_33_333_are_taken_for_equal_parts():
    thirds = dict.fromkeys((BUCH, ILLERTISSEN, KELLMUENZ), "33.333")
    found = split(project(costs("300.00"), paying("fixed_percent", thirds), by("fixed_percent")))
    assert set(amounts(found).values()) == {"100.00"}
    assert found.remarks[0].text("en") == (
        "fixed percentage: the percentages sum to 99.999 % and were scaled to 100 %.")  # fmt: skip


def test_a_part_of_the_key_with_no_percent_needs_no_weights():
    key = Key((KeyPart("equal"), KeyPart("population", Decimal(0))))
    assert amounts(split(project(costs("2.00"), key=key))) == {BUCH: "1.00", ILLERTISSEN: "1.00"}


TOLD = """\
Bau: 2 St × 500,00 € = 1.000,00 € netto; 19 % Umsatzsteuer = 190,00 €. \
Angesetzt (brutto): 1.190,00 €.
Gesamtkosten (geplant, brutto): 1.190,00 €. Netto 1.000,00 €, Umsatzsteuer 190,00 €.
Davon förderfähig: 1.190,00 €.
Kernwege (FinR-LE): förderfähig brutto 1.190,00 € × 75 % = 892,50 €.
Eigenanteil: 1.190,00 € − 892,50 € Zuwendung = 297,50 €.
Kostenschlüssel: Einwohner, Stichtag 31.12.2025; Grundlage: Vereinbarung, § 5.
Buch, Einwohner: 4.292 Einwohner von 12.292 (VG250, Stand 31.12.2025).
Illertissen, Einwohner: 8.000 Einwohner von 12.292 (VG250, Stand 31.12.2025).
Buch: 297,50 € × 4.292 / 12.292 = 103,8781 €, mit einem Restcent 103,88 €.
Illertissen: 297,50 € × 8.000 / 12.292 = 193,6219 €, auf den Cent abgeschnitten 193,62 €.
Restcent: 1, an Buch. Sie gehen an die größten abgeschnittenen Reste, bei gleichen an \
den niedrigsten Gemeindeschlüssel.
Buch: 103,88 € Eigenanteil + 311,63 € Anteil an der Zuwendung = 415,51 € Anteil an den \
Gesamtkosten.
Illertissen: 193,62 € Eigenanteil + 580,87 € Anteil an der Zuwendung = 774,49 € Anteil \
an den Gesamtkosten."""


def test_each_figure_is_told_in_both_languages():
    weight = Weight(Decimal("4292.0"), "Einwohner", "VG250", date(2025, 12, 31))
    paid_by = (Participant(BUCH, "Buch", {"population": weight}),
               Participant(ILLERTISSEN, "Illertissen",
                           {"population": replace(weight, value=Decimal(8000))}))  # fmt: skip
    key = by("population", reference_date=date(2025, 12, 31), source_kind="agreement", source="§ 5")
    funding = Funding("Kernwege", Decimal(75), legal_source="FinR-LE")
    found = split(project((item("2", "500.00"),), paid_by, key, funding=(funding,)))
    assert "\n".join(s.text.text("de") for s in found.steps) == TOLD
    assert found.steps[8].text.text("en") == (
        "Buch: €297.50 × 4,292 / 12,292 = €103.8781, with a left-over cent €103.88.")  # fmt: skip
    assert [(s.code, s.ags) for s in found.steps[8:10]] == [("share", BUCH), ("share", ILLERTISSEN)]


def test_differences_name_each_municipality_of_either_version():
    old = split(project(costs("100.00")))
    paid_by = paying("equal", {ILLERTISSEN: "1", KELLMUENZ: "1"})
    new = split(project(costs("160.00"), paid_by))
    assert [(d.name, str(d.old), str(d.new), str(d.difference)) for d in differences(old, new)] == [
        ("Buch", "50.00", "0.00", "-50.00"),
        ("Illertissen", "50.00", "80.00", "30.00"),
        ("Kellmünz", "0.00", "80.00", "80.00"),
    ]
