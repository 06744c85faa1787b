"""Rules on attributes: a few rows in, the finding out."""

from __future__ import annotations

from datetime import date

import pytest

from ile_gis_plugin.core.rules import children, dates, numbers, projects
from ile_gis_plugin.core.rules.rule import Asked
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


def project(store, participants, programme=None, **values):
    if programme:
        row = {"name": "P", "valid_from": date(2026, 1, 1), **programme}
        (values["programme_uuid"],) = store.insert(
            "funding_programme", {k: [v] for k, v in row.items()})  # fmt: skip
    row = {"number": "1", "title": "T", "lead_ags": WEST, **values}
    (uuid,) = store.insert("joint_project", {k: [v] for k, v in row.items()})
    for ags, percent in participants:
        store.insert("participant", {"project_uuid": [uuid], "ags": [ags],
                                     "fixed_percent": [percent]})  # fmt: skip
    return uuid


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
    project(store, [(WEST, None)], {"rate": 80.0, "cap": 10000}, grant_rate=80.0, grant_cap=10000)
    project(store, [(WEST, None)], {"rate": 50.0, "rate_weak": 60.0}, number="2", grant_rate=70.0)
    assert found(projects.grant_exceeds_the_programme, store) == (
        [2], {"given": 70.0, "allowed": 60.0, "unit": "%"})  # fmt: skip


def test_the_cost_lies_within_the_programme(store):
    uuid = project(store, [(WEST, None)], {"maximum_cost": 20000}, vat_mode="gross")
    store.insert("cost_item", {"project_uuid": [uuid], "title": ["x"], "quantity": [1],
                               "unit_price": [17000], "net_amount": [17000],
                               "vat_rate": [19]})  # fmt: skip
    assert found(projects.cost_is_outside_the_programme, store) == (
        [1], {"cost": 20230.0, "limit": 20000.0})  # fmt: skip
