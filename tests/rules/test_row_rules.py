"""Rules on attributes: a few rows in, the finding out."""

from __future__ import annotations

from datetime import date

import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.finances.kept import NewVersion, keep_versions
from ile_gis_plugin.core.projects.split import split
from ile_gis_plugin.core.rules import children, cost_splits, dates, numbers, projects
from ile_gis_plugin.core.rules.rule import Asked
from ile_gis_plugin.core.tasks.project_facts import inputs_of
from tests.support import EAST, WEST, point

TODAY = date(2026, 6, 30)


def found(rule, store, only=None):
    """The keys that a rule finds, and the values of the first finding."""
    every = rule(Asked(store, TODAY, only))
    fids = sorted(fid for one in every for fid in one.fid.tolist())
    values = {name: column[0] for one in every[:1] for name, column in one.values.items()}
    return fids, values


def lights(store, **columns):
    count = len(next(iter(columns.values())))
    return store.insert("streetlight", {"ags": [WEST] * count, **columns})


@pytest.mark.parametrize(
    ("rule", "field", "good", "overdue"),
    [
        (dates.inspection_is_overdue, "next_inspection_on", date(2026, 6, 30), date(2026, 6, 29)),
        (dates.electrical_test_is_overdue, "electrical_test_on", date(2022, 6, 30),
         date(2022, 6, 29)),
        (dates.stability_test_is_overdue, "stability_test_on", date(2020, 6, 30),
         date(2020, 6, 29)),
    ],
)  # fmt: skip
def test_a_test_is_overdue_from_the_day_after(store, rule, field, good, overdue):
    lights(store, **{field: [good, overdue, None]})
    assert found(rule, store) == ([2], {"date": overdue.isoformat(), "days": 1})


def test_what_is_out_of_use_needs_no_test(store):
    lights(store, electrical_test_on=[date(2000, 1, 1)] * 2, status=["disused", "functional"])
    assert found(dates.electrical_test_is_overdue, store)[0] == [2]


def test_four_years_before_a_leap_day_is_the_28th(store):
    assert dates.years_before(date(2028, 2, 29), 6) == date(2022, 2, 28)


def test_what_took_place_does_not_lie_in_the_future(store):
    lights(store, commissioned_on=[date(2027, 1, 1)] * 2 + [TODAY],
           status=["projected", "functional", "functional"])  # fmt: skip
    assert found(dates.date_lies_in_the_future, store) == ([2], {"date": "2027-01-01"})


def test_a_public_charging_point_is_notified_within_two_weeks(store):
    store.insert("charging_point", {
        "ags": [WEST] * 3, "commissioned_on": [date(2026, 1, 1)] * 3,
        "notified_on": [date(2026, 1, 15), date(2026, 1, 16), date(2026, 3, 1)],
        "public_access": [True, True, False],
    })  # fmt: skip
    assert found(dates.charging_point_was_notified_late, store) == ([2], {"days": 15})


def station(store, plugs, **values):
    (uuid,) = store.insert("charging_point", {"ags": [WEST], **{k: [v] for k, v in values.items()}})
    if plugs:
        store.insert("connector", {
            "charging_point_uuid": [uuid] * len(plugs),
            "connector_type": ["IEC_62196_T2"] * len(plugs),
            "evse_id": [evse for evse, _ in plugs], "power_kw": [power for _, power in plugs],
        })  # fmt: skip
    return uuid


def test_charge_points_are_counted_by_their_evse_ids(store):
    plugs = [("DE*ABC*E1", 22.0), ("DE*ABC*E1", 50.0), ("DE*ABC*E2", 22.0)]
    station(store, plugs, point_count=2, power_kw=50.0)
    station(store, plugs, point_count=3, power_kw=50.0)
    assert found(children.number_of_charge_points_differs, store) == (
        [2], {"said": 3, "counted": 2})  # fmt: skip


def test_without_evse_ids_only_too_few_connectors_contradict(store):
    station(store, [(None, 22.0), (None, 22.0)], point_count=1, power_kw=22.0)
    station(store, [(None, 22.0)], point_count=2, power_kw=22.0)
    assert found(children.number_of_charge_points_differs, store)[0] == [2]


def test_a_connector_is_no_stronger_than_its_station(store):
    station(store, [(None, 22.0)], power_kw=22.0)
    station(store, [(None, 22.0), (None, 50.0)], power_kw=22.0)
    assert found(children.connector_is_stronger_than_its_station, store) == (
        [2], {"rated": 22.0, "power": 50.0})  # fmt: skip


def test_a_station_has_a_connector(store):
    station(store, [(None, 22.0)])
    station(store, [])
    assert found(children.station_has_no_connector, store)[0] == [2]


def test_a_light_number_is_used_once_in_a_municipality(store):
    first, *_, fourth = store.insert(
        "streetlight",
        {"ags": [WEST, EAST, WEST, WEST, WEST], "light_no": ["7", "7", "7", "7", None]},
    )
    (twice,) = numbers.number_is_used_twice(Asked(store, TODAY))
    assert twice.fid.tolist() == [3, 4] and twice.other_fid.tolist() == [1, 1]
    assert found(numbers.number_is_used_twice, store, {"streetlight": [first]})[0] == [3, 4]
    store.update("streetlight", {"uuid": [fourth], "light_no": ["8"]})
    assert found(numbers.number_is_used_twice, store, {"streetlight": [fourth]})[0] == []


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [("Hauptstraße 1, 89290 West", False), ("Hauptstraße 1, 89257 Ost", True),
     ("Hauptstraße 1, 89257 Ostheim", False), ("Oststraße 1", False), (None, False)],
)  # fmt: skip
def test_an_address_names_the_municipality_that_the_asset_lies_in(store, address, elsewhere):
    store.insert("charging_point", {"ags": [WEST], "address": [address], "geom": [point()]})
    fids, values = found(numbers.address_names_another_municipality, store)
    assert fids == ([1] if elsewhere else []) and values == ({"place": "Ost"} if elsewhere else {})


def project(store, participants, programme=None, funding=None, **values):
    row = {"number": "1", "title": "T", "lead_ags": WEST, **values}
    (uuid,) = store.insert("joint_project", {k: [v] for k, v in row.items()})
    for ags, percent in participants:
        store.insert("participant", {"project_uuid": [uuid], "ags": [ags],
                                     "fixed_percent": [percent]})  # fmt: skip
    if programme:
        row = {"name": "P", "valid_from": date(2026, 1, 1), **programme}
        (fund,) = store.insert("funding_programme", {k: [v] for k, v in row.items()})
        row = {"project_uuid": uuid, "programme_uuid": fund, **(funding or {})}
        store.insert("project_funding", {k: [v] for k, v in row.items()})
    return uuid


def item(store, uuid, **values):
    row = {"title": "x", "quantity": 1, "unit_price": 17000, "net_amount": 17000, "vat_rate": 19,
           **values}  # fmt: skip
    store.insert("cost_item", {"project_uuid": [uuid], **{k: [v] for k, v in row.items()}})


@pytest.mark.parametrize(("shares", "wrong"), [((60, 40), False), ((60, 39.5), True),
                                               ((33.33, 66.67), False)])  # fmt: skip
def test_fixed_shares_sum_to_a_hundred(store, shares, wrong):
    project(store, list(zip((WEST, EAST), shares, strict=True)), share_key="fixed_percent")
    assert found(projects.shares_do_not_sum_to_the_whole, store)[0] == [1] * wrong


def test_the_lead_takes_part(store):
    project(store, [(EAST, None)])
    assert found(projects.lead_takes_no_part, store) == ([1], {"lead": WEST})
    assert found(projects.project_has_no_participants, store)[0] == []


def test_a_project_has_participants(store):
    project(store, [])
    assert found(projects.project_has_no_participants, store)[0] == [1]


def test_linked_assets_exist(store):
    uuid = project(store, [(WEST, None)])
    keep, gone = lights(store, light_no=["1", "2"])
    store.insert("project_asset", {"project_uuid": [uuid] * 2, "asset_uuid": [keep, gone],
                                   "asset_class": ["streetlight"] * 2})  # fmt: skip
    assert found(projects.linked_asset_is_gone, store)[0] == []
    store.delete("streetlight", [gone])
    assert found(projects.linked_asset_is_gone, store) == ([1], {"count": 1})


def test_a_grant_stays_within_its_programme(store):
    project(store, [(WEST, None)], {"rate": 80.0, "cap": 10000}, {"rate": 80.0, "cap": 10000})
    project(store, [(WEST, None)], {"rate": 50.0, "rate_weak": 60.0}, {"rate": 70.0}, number="2")
    assert found(projects.grant_exceeds_the_programme, store) == (
        [2], {"given": 70.0, "allowed": 60.0, "unit": "%"})  # fmt: skip


def test_the_cost_lies_within_the_programme(store):
    uuid = project(store, [(WEST, None)], {"maximum_cost": 20000, "rate": 50.0}, vat_mode="net")
    item(store, uuid)
    # 17,000 € net are beyond the limit as a programme counts them that funds gross cost.
    assert found(cost_splits.cost_is_outside_the_programme, store) == (
        [1], {"cost": 20230.0, "limit": 20000.0})  # fmt: skip


BOTH = [(WEST, None), (EAST, None)]


@pytest.mark.parametrize(("shares", "wrong"), [((60, 40), False), ((60, 30), True)])
def test_the_parts_of_a_key_sum_to_a_hundred(store, shares, wrong):
    uuid = project(store, BOTH, share_key="mixed", cost_estimated=100)
    store.insert("key_part", {"project_uuid": [uuid] * 2, "share_key": ["equal", "population"],
                              "percent": list(shares)})  # fmt: skip
    figure(store, 1000, 2000)
    assert found(cost_splits.parts_of_the_key_do_not_sum, store)[0] == [1] * wrong


def figure(store, *values, kind="population", on=date(2025, 12, 31)):
    store.insert("municipality_figure", {
        "ags": (WEST, EAST)[: len(values)], "kind": [kind] * len(values), "value": values,
        "valid_on": [on] * len(values),
    })  # fmt: skip


def test_instalments_sum_to_a_hundred(store):
    uuid = project(store, BOTH, cost_estimated=100)
    store.insert("instalment", {"project_uuid": [uuid] * 2, "budget_year": [2026, 2027],
                                "percent": [50, 49]})  # fmt: skip
    assert found(cost_splits.instalments_do_not_sum, store)[0] == [1]


def test_a_value_of_the_key_is_missing_and_named_as_the_split_names_it(store):
    project(store, BOTH, share_key="population", cost_estimated=100, phase="preliminary",
            key_reference_date=date(2026, 1, 1))  # fmt: skip
    figure(store, 1000)
    figure(store, 900, 800, on=date(2026, 1, 2))  # after the reference date
    fids, values = found(cost_splits.value_of_the_key_is_missing, store)
    with pytest.raises(InputError) as refusal:
        split(inputs_of(store, "1"))
    assert fids == [1] and "Ost" in values["reason"]["de"]
    assert values["reason"] == {lang: refusal.value.text(lang) for lang in ("de", "en")}


def test_an_idea_may_lack_what_it_likes(store):
    project(store, BOTH, share_key="population")
    assert found(cost_splits.value_of_the_key_is_missing, store)[0] == []
    assert found(cost_splits.cost_can_not_be_split, store)[0] == []


def test_a_project_without_cost_can_not_be_split(store):
    project(store, BOTH, phase="preliminary")
    fids, values = found(cost_splits.cost_can_not_be_split, store)
    assert fids == [1] and "neither cost items nor an estimated cost" in values["reason"]["en"]


def test_what_another_rule_finds_is_found_once(store):
    project(store, [(EAST, None)], phase="preliminary", cost_estimated=100)
    assert found(projects.lead_takes_no_part, store)[0] == [1]
    assert found(cost_splits.cost_can_not_be_split, store)[0] == []


def test_minima_stay_within_the_own_share(store):
    uuid = project(store, [(WEST, None)], cost_estimated=100)
    store.insert("participant", {"project_uuid": [uuid], "ags": [EAST], "minimum_amount": [101]})
    assert found(cost_splits.bounds_contradict_each_other, store)[0] == [1]


def test_a_grant_stays_within_the_eligible_cost(store):
    uuid = project(store, BOTH, {"rate": 50.0}, {"granted_amount": 17000})
    item(store, uuid, net_amount=20000, unit_price=20000, is_eligible=False)
    item(store, uuid, title="y", net_amount=10000, unit_price=10000)
    assert found(cost_splits.grant_exceeds_the_cost, store)[0] == [1]


@pytest.mark.parametrize(("applied", "wrong"), [(date(2026, 1, 1), False), (None, False),
                                                (date(2025, 12, 31), True)])  # fmt: skip
def test_a_programme_is_in_force_on_the_day_of_application(store, applied, wrong):
    project(store, BOTH, {"rate": 50.0}, {"applied_on": applied}, cost_estimated=100)
    assert found(cost_splits.programme_was_not_in_force, store)[0] == [1] * wrong


def test_an_amount_is_quantity_times_price_unless_it_is_measured(store):
    uuid = project(store, BOTH)
    item(store, uuid, quantity=2.5, unit_price=0.05, net_amount=0.13)  # half a cent goes up
    item(store, uuid, quantity=2.5, unit_price=0.05, net_amount=0.12)
    item(store, uuid, quantity=2.5, unit_price=0.05, net_amount=9, measured_by="length")
    assert found(cost_splits.amount_is_no_product, store) == (
        [2], {"item": "x", "entered": 0.12, "computed": 0.13})  # fmt: skip


def test_what_was_resolved_is_kept_and_told_when_it_no_longer_holds(store):
    uuid = project(store, BOTH, share_key="population", phase="resolved", cost_estimated=300)
    figure(store, 1000, 2000)
    assert found(cost_splits.nothing_is_resolved, store)[0] == [1]
    inputs = inputs_of(store, "1")
    keep_versions(store, [NewVersion(uuid, 1, "resolved", date(2026, 2, 1), "", inputs,
                                     split(inputs))])  # fmt: skip
    assert found(cost_splits.nothing_is_resolved, store)[0] == []
    assert found(cost_splits.figures_are_no_longer_those_resolved, store)[0] == []
    figure(store, 1000, 3000, on=date(2026, 3, 31))
    fids, values = found(cost_splits.figures_are_no_longer_those_resolved, store)
    assert (fids, values["version"], values["now"]) == ([1], 1, 300.0)
