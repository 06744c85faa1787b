"""From the register's rows to what a cost split is made from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import shapely

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.finances.areas import areas_km2
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.project_facts import all_facts, facts_of, inputs_of, projects_of
from tests.projects.building import (
    NOWHERE,
    figures,
    item,
    linked_light,
    linked_path,
    one,
    project,
    shares,
)
from tests.support import EAST, WEST, square

NEW_YEAR = date(2026, 1, 1)


def weights(store, key):
    """Value, source and date of each participant's weight."""
    return [(w.value, str(w.source), w.valid_on)
            for w in (p.weights[key] for p in inputs_of(store, "P1").participants)]  # fmt: skip


def refusal(store, lang="en", **options):
    with pytest.raises(InputError) as error:
        inputs_of(store, "P1", **options)
    return error.value.text(lang)


# --- weights


def test_the_newest_figure_up_to_the_reference_date_counts(store):
    project(store, share_key="population", key_reference_date=NEW_YEAR)
    figures(store, date(2024, 12, 31), {WEST: 900, EAST: 1800}, source="Amt")
    figures(store, date(2025, 12, 31), {WEST: 1000, EAST: 2000}, source="Amt")
    figures(store, date(2026, 6, 30), {WEST: 1100, EAST: 2200}, source="Amt")
    assert weights(store, "population") == [(1000, "Amt", date(2025, 12, 31)),
                                            (2000, "Amt", date(2025, 12, 31))]  # fmt: skip


def test_without_a_reference_date_the_newest_figure_counts(store):
    project(store, share_key="levy_base")
    figures(store, date(2024, 1, 1), {WEST: 5.5, EAST: 7}, kind="levy_base")
    figures(store, date(2025, 1, 1), {WEST: 6.25, EAST: 8}, kind="levy_base")
    assert [w[0] for w in weights(store, "levy_base")] == [Decimal("6.25"), 8]


@pytest.mark.parametrize(("counted", "value"), [(date(2025, 12, 31), 700), (NEW_YEAR, 700),
                                                (date(2026, 1, 2), None),
                                                (None, None)])  # fmt: skip
def test_the_municipality_s_own_population_stands_in_if_it_fits_the_date(store, counted, value):
    project(store, share_key="population", key_reference_date=NEW_YEAR)
    west = store.read("municipality", ["uuid"], {"ags": WEST})["uuid"]
    store.update("municipality", {"uuid": west, "population": [700], "population_on": [counted]})
    assert weights(store, "population")[0][0] == value


def test_a_weight_entered_by_hand_takes_the_register_s_place(store):
    uuid = project(store, ags=(WEST,), share_key="population")
    one(store, "participant", project_uuid=uuid, ags=EAST, key_weight=33.3)
    figures(store, NEW_YEAR, {WEST: 1000, EAST: 2000})
    by_hand = inputs_of(store, "P1").participants[1].weights["population"]
    assert by_hand.value == Decimal("33.3") and by_hand.source["en"] == "entered by hand"


def test_a_weight_by_hand_must_belong_to_one_part_of_a_mixed_key(store):
    uuid = project(store, ags=(WEST,), share_key="mixed")
    one(store, "participant", project_uuid=uuid, ags=EAST, key_weight=5)
    for key, percent in (("population", 40), ("levy_base", 60)):
        one(store, "key_part", project_uuid=uuid, share_key=key, percent=percent)
    assert "P1" in refusal(store) and "several parts" in refusal(store)


def test_a_territory_is_measured_on_the_ellipsoid_where_no_figure_tells_it(store):
    project(store, share_key="area", key_reference_date=NEW_YEAR)
    figures(store, NEW_YEAR, {EAST: 20.5}, kind="area")
    figures(store, date(2026, 1, 2), {WEST: 99}, kind="area")  # too late
    west, east = weights(store, "area")
    # 25 grid km², 100 km beside the meridian: k = 0.9996 (1 + 0.1025²/2 · 10⁻² …) = 0.99973
    assert east[0] == Decimal("20.5") and abs(west[0] - Decimal("25.0137")) < Decimal("0.0005")


def test_holes_do_not_belong_to_a_territory_whichever_way_they_run():
    shell, hole = shapely.box(600000, 5340000, 605000, 5345000), [(601000, 5341000),
        (602000, 5341000), (602000, 5342000), (601000, 5342000)]  # fmt: skip
    whole, part, other = areas_km2([
        square(600000, 5340000, 5000),
        *(shapely.to_wkb(shapely.MultiPolygon([shapely.Polygon(shell.exterior.coords, [h])]))
          for h in (hole, hole[::-1])),
    ])  # fmt: skip
    assert part == other and abs(whole - part - 1) < Decimal("0.001")


def test_metres_in_each_territory_are_the_weights_by_length(store):
    linked_path(store, project(store, share_key="length"))
    shares(store)
    west, east = (w[0] for w in weights(store, "length"))
    assert (west, east) == (Decimal("1000.27"), Decimal("2000.52"))
    (asset,) = facts_of(store, "P1").assets
    assert asset.metres == {WEST: west, EAST: east} and asset.ags == (WEST, EAST)


def test_lights_count_where_they_stand(store):
    uuid = project(store, share_key="asset_count")
    for x in (604000, 604500, 606000):
        linked_light(store, uuid, x)
    shares(store)
    assert [w[0] for w in weights(store, "asset_count")] == [2, 1]


def test_what_lies_outside_all_participants_counts_for_nobody_and_is_told(store):
    uuid = project(store, ags=(WEST,), share_key="length")
    linked_path(store, uuid)
    linked_path(store, uuid, NOWHERE)
    shares(store)
    facts = facts_of(store, "P1")
    assert facts.inputs.participants[0].weights["length"].value == Decimal("1000.27")
    outside, nowhere = (remark.text("en") for remark in facts.remarks[:2])
    assert "3,000.74 m" in outside and "1 of the linked assets" in nowhere


def test_without_fresh_shares_nothing_is_measured(store):
    linked_path(store, project(store, share_key="length"))
    assert "compute_shares" in refusal(store)
    shares(store)
    inputs_of(store, "P1")
    store.update("path", {"uuid": store.read("path", ["uuid"])["uuid"], "remarks": ["x"]})
    assert "compute_shares" in refusal(store)


# --- costs


def test_measured_items_take_their_quantity_from_the_linked_assets(store):
    uuid = project(store)
    linked_path(store, uuid, role="upgrade")
    linked_path(store, uuid, role="maintenance")
    linked_light(store, uuid)
    item(store, uuid, "10.01", measured_by="length", measured_class="path",
         measured_role="upgrade", measure_factor=3.5)  # fmt: skip
    item(store, uuid, "400.00", measured_by="count", measured_class="streetlight")
    shares(store)
    path, light = inputs_of(store, "P1").items
    # 3,000.79 m × 3.5 = 10,502.765, half up; × 10.01 € = 105,132.7277
    assert (path.quantity, path.amount) == (Decimal("10502.77"), Decimal("105132.73"))
    assert (light.quantity, light.amount) == (1, Decimal("400.00"))
    assert path.measured["de"] == "gemessen: 3.000,79 m (Objekte: 1) × 3,5"


def test_an_item_with_nothing_to_measure_is_refused(store):
    item(store, project(store), "10", title="Asphalt", measured_by="length")
    assert "Asphalt" in refusal(store) and "„Asphalt“" in refusal(store, "de")


def test_typed_items_are_quantity_times_price_half_up_and_a_contradiction_is_told(store):
    uuid = project(store)
    item(store, uuid, "0.05", quantity=2.5, net_amount=Decimal("0.12"))
    facts = facts_of(store, "P1")
    assert facts.inputs.items[0].amount == Decimal("0.13")
    assert "€0.12 is entered, quantity × unit price makes €0.13" in facts.remarks[0].text("en")


def test_actual_cost_needs_the_actual_amount_of_each_item(store):
    uuid = project(store)
    item(store, uuid, "100", title="Bau", actual_amount=Decimal("99.50"))
    late = item(store, uuid, "50", title="Planung")
    assert "“Planung”" in refusal(store, basis="actual")
    store.update("cost_item", {"uuid": [late], "actual_amount": [Decimal("-3.25")]})
    assert [i.amount for i in inputs_of(store, "P1", "actual").items] == [
        Decimal("99.50"), Decimal("-3.25")]  # fmt: skip


def test_without_items_the_estimate_is_the_cost(store):
    uuid = project(store)
    (estimate,) = inputs_of(store, "P1").items
    assert estimate.amount == 300 and estimate.title["de"] == "geschätzte Kosten"
    store.update("joint_project", {"uuid": [uuid], "cost_estimated": [None]})
    assert "neither cost items nor an estimated cost" in refusal(store)


# --- funding


def funded(store, programme, **funding):
    uuid = project(store)
    row = {"name": "Wege", "valid_from": NEW_YEAR, "valid_to": date(2026, 12, 31)}
    fund = one(store, "funding_programme", **(row | programme))
    one(store, "project_funding", project_uuid=uuid, programme_uuid=fund, **funding)
    return uuid


def test_the_project_s_own_rate_and_cap_come_before_the_programme_s(store):
    funded(store, {"rate": 50, "cap": 100}, rate=33.33, cap=20)
    (funding,) = inputs_of(store, "P1").funding
    assert (funding.rate, funding.cap) == (Decimal("33.33"), 20)


@pytest.mark.parametrize(("weak", "rate"), [(False, 25), (True, 40)])
def test_weak_finances_have_a_rate_of_their_own(store, weak, rate):
    funded(store, {"rate": 25, "rate_weak": 40}, is_weak=weak)
    assert inputs_of(store, "P1").funding[0].rate == rate


def test_a_programme_without_a_rate_for_weak_finances_is_refused(store):
    funded(store, {"rate": 25}, is_weak=True)
    assert "“Wege” has no rate for municipalities of weak finances" in refusal(store)


def test_an_application_outside_the_programme_s_time_is_refused_with_the_dates(store):
    funded(store, {"rate": 25}, applied_on=date(2027, 1, 1))
    assert "gilt 01.01.2026 bis 31.12.2026, beantragt wurde am 01.01.2027" in refusal(store, "de")


def test_an_application_that_is_planned_outside_it_is_told(store):
    uuid = funded(store, {"rate": 25})
    assert len(facts_of(store, "P1").remarks) == 1  # the cost counts as a whole
    one(store, "project_phase", project_uuid=uuid, phase="applied", planned_on=date(2027, 2, 1))
    assert "expected on 2027-02-01" in facts_of(store, "P1").remarks[-1].text("en")


# --- facts


def test_all_projects_are_read_by_their_numbers_and_one_by_its_uuid(store):
    uuid = project(store, number="B")
    project(store, number="A", key_source="§ 5", lead_ags=EAST)
    assert [p["number"] for p in projects_of(store)] == ["A", "B"]
    assert [f.inputs.number for f in all_facts(store)] == ["A", "B"]
    assert facts_of(store, uuid) == facts_of(store, "B")
    with pytest.raises(InputError, match=r"no joint project C\. There are: A, B"):
        facts_of(store, "C")


def test_facts_show_of_an_asset_what_a_council_may_see(store):
    uuid = project(store)
    path = linked_path(store, uuid)
    store.update("path", {"uuid": [path], "remarks": ["intern"], "surface": ["asphalt"]})
    shares(store)
    (asset,) = facts_of(store, "P1").assets
    assert asset.fields["surface"] == "asphalt" and asset.fields["visibility"] == "public"
    assert "remarks" not in asset.fields and "owner" not in asset.fields


def test_a_register_that_is_only_read_tells_the_same(store, register):
    linked_path(store, project(store, share_key="length"))
    shares(store)
    with open_register(register, read_only=True) as reader:
        assert facts_of(reader, "P1") == facts_of(store, "P1")
