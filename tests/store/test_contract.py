"""What every store has to do: each test runs on all of them."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.errors import ConstraintError, RegisterError
from ile_gis_plugin.core.geometry.wkb import decode_lines
from tests.support import EAST, WEST, line, point


def test_a_row_comes_back_as_it_was_written(store):
    row = {
        "ags": [WEST], "asset_no": ["W-1"], "width_m": [3.5], "is_core": [True],
        "commissioned_on": [date(2020, 2, 29)], "geom": [line((0, 0), (10, 5.25))],
    }  # fmt: skip
    store.insert("path", row)
    assert store.read("path", list(row)) == row


def test_a_new_row_has_an_identity_dates_and_defaults(store):
    (made,) = store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
    row = store.read("streetlight")
    assert row["uuid"] == [made] and uuid.UUID(made)
    assert row["version"] == [1]
    assert row["created_at"][0].endswith("Z") and row["changed_at"][0].endswith("Z")
    assert (row["status"], row["luminaire_count"], row["visibility"]) == (
        ["functional"], [1], ["public"])  # fmt: skip


def test_rows_are_found_by_one_value_or_by_any_of_several(store):
    store.insert("streetlight", {"ags": [WEST, WEST, EAST], "light_no": ["1", "2", "3"]})
    assert store.count("streetlight", {"ags": WEST}) == 2
    assert store.read("streetlight", ["light_no"], {"light_no": ["1", "3", "x"]}) == {
        "light_no": ["1", "3"]}  # fmt: skip
    assert store.count("streetlight", {"asset_no": None}) == 3


def test_a_field_that_the_definition_does_not_have_is_refused(store):
    with pytest.raises(KeyError):
        store.read("path", ["fid; DROP TABLE path"])
    with pytest.raises(KeyError):
        store.count("path", {"1=1 OR ags": WEST})


@given(st.decimals(min_value=-10**9, max_value=10**9, places=2))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_money_keeps_every_cent(store, amount):
    (made,) = store.insert("funding_programme", {
        "name": ["P"], "valid_from": [date(2026, 1, 1)], "cap": [abs(amount)]})  # fmt: skip
    (kept,) = store.read("funding_programme", ["cap"], {"uuid": made})["cap"]
    assert kept == abs(amount) and isinstance(kept, Decimal)


def test_an_error_rolls_back_all_tables(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.insert("path", {"ags": [WEST], "geom": [line()]})
        store.insert("streetlight", {"ags": [WEST], "geom": [point()]})
        raise ZeroDivisionError
    assert store.count("path") == store.count("streetlight") == 0
    assert store.count("change_log", {"table_name": ["path", "streetlight"]}) == 0


def test_one_refused_row_keeps_the_others_of_its_transaction_out(store):
    with pytest.raises(ConstraintError) as refused, store.transaction():
        store.insert("path", {"ags": [WEST], "geom": [line()]})
        store.insert("path", {"ags": [WEST, WEST], "width_m": [3.0, 99.0]})
    assert store.count("path") == 0
    assert "„Breite“" in refused.value.text("de") and "“Width”" in refused.value.text("en")


def test_a_transaction_inside_another_is_refused(store):
    with store.transaction(), pytest.raises(RegisterError), store.transaction():
        pass


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("streetlight", {"lamp_type": "candle"}),
        ("streetlight", {"power_w": -1}),
        ("streetlight", {"power_w": 50.0, "power_reduced_w": 60.0}),
        ("streetlight", {"commissioned_on": date(2024, 1, 1), "inspected_on": date(2023, 1, 1)}),
        ("streetlight", {"ags": "09775999"}),
        ("utility_line", {"network_type": "gas"}),
        ("utility_line", {"network_type": "gas", "accuracy_m": 0.1, "sub_type": "combined"}),
        ("path", {"status": None}),
        ("path", {"inspected_on": "30.02.2024"}),
        ("path", {"inspected_on": "0000-01-01"}),
        ("path", {"geom": point()}),
        ("path", {"geom": shapely.to_wkb(shapely.LineString([(0, 0, 1), (1, 1, 2)]))}),
        ("streetlight", {"geom": shapely.to_wkb(shapely.MultiPoint([(0, 0)]))}),
        ("path", {"name": b"no text"}),
        ("municipality", {"ags": "9775118", "name": "x"}),
        ("connector", {"charging_point_uuid": "00000000-0000-0000-0000-000000000000",
                       "connector_type": "CHADEMO"}),
    ],
)  # fmt: skip
def test_the_register_refuses(store, table, row):
    values = {"ags": WEST} | row if table != "connector" else row
    with pytest.raises(ConstraintError):
        store.insert(table, {k: [v] for k, v in values.items()})
    assert store.count(table) == (2 if table == "municipality" else 0)


def test_a_refused_geometry_says_what_is_needed(store):
    with pytest.raises(ConstraintError) as refused:
        store.insert("path", {"ags": [WEST], "geom": [point()]})
    assert "LINESTRING" in refused.value.text("de") and "Weg:" in refused.value.text("de")


def test_a_municipality_that_assets_belong_to_is_not_deleted(store):
    store.insert("path", {"ags": [WEST]})
    (west, _) = store.read("municipality", ["uuid"])["uuid"]
    with pytest.raises(ConstraintError) as refused:
        store.delete("municipality", [west])
    assert refused.value.key == "errors.row_used" and store.count("municipality") == 2


def test_an_error_of_the_job_is_not_blamed_on_the_register(store):
    with pytest.raises(FileNotFoundError), store.transaction():
        raise FileNotFoundError(2, "No such file", "elsewhere.csv")


def test_a_sub_type_of_the_right_network_is_taken(store):
    store.insert("utility_line", {"ags": [WEST], "network_type": ["sewer"], "accuracy_m": [0.1],
                                  "sub_type": ["combined"]})  # fmt: skip
    assert store.read("utility_line", ["visibility"]) == {"visibility": ["internal"]}


def test_an_asset_number_is_unique_per_municipality_and_class(store):
    store.insert("streetlight", {"ags": [WEST, EAST], "asset_no": ["1", "1"]})
    store.insert("charging_point", {"ags": [WEST], "asset_no": ["1"]})
    with pytest.raises(ConstraintError):
        store.insert("streetlight", {"ags": [WEST], "asset_no": ["1"]})


@pytest.mark.parametrize(
    ("evse", "taken"),
    [("DE*ABC*E1234", True), ("DEABCE1234*5", True), ("DE*ABCE1", True), ("DEABCE", False),
     ("DEABX12", False), ("deABCE12", False), ("DEABCE12-3", False), ("DEABCE" + "1" * 31, False)],
)  # fmt: skip
def test_an_evse_id_has_the_form_of_the_standard(store, evse, taken):
    import re

    from ile_gis_plugin.core.definition import REGISTER

    assert bool(re.match(REGISTER["connector"]["evse_id"].pattern, evse)) is taken
    (station,) = store.insert("charging_point", {"ags": [WEST]})
    row = {"charging_point_uuid": [station], "connector_type": ["CHADEMO"], "evse_id": [evse]}
    if taken:
        store.insert("connector", row)
    else:
        with pytest.raises(ConstraintError):
            store.insert("connector", row)


def test_connectors_go_with_their_station_and_each_deletion_is_logged(store):
    (station,) = store.insert("charging_point", {"ags": [WEST], "geom": [point()]})
    store.insert("connector", {"charging_point_uuid": [station] * 2,
                               "connector_type": ["CHADEMO", "IEC_62196_T2"]})  # fmt: skip
    store.delete("charging_point", [station])
    assert store.count("connector") == 0
    deleted = store.read("change_log", ["table_name"], {"action": "delete"})["table_name"]
    assert sorted(deleted) == ["charging_point", "connector", "connector"]


def test_the_log_tells_who_changed_what_in_which_batch_and_why(store, nobody):
    (made,) = store.insert("streetlight", {"ags": [WEST], "power_w": [70.0], "geom": [point(1, 1)]})
    with store.transaction(by="Bauamt", batch="led-2026", reason="Umrüstung"):
        store.update("streetlight", {"uuid": [made], "power_w": [30.0]})
    with store.transaction(by="Vermessung"):
        store.update("streetlight", {"uuid": [made], "geom": [point(2, 2)]})
    log = store.read("change_log", where={"table_name": "streetlight"})
    assert log["action"] == ["insert", "update", "update"]
    assert log["changed_by"] == [nobody, "Bauamt", "Vermessung"]
    assert (log["batch"][1], log["reason"][1]) == ("led-2026", "Umrüstung")
    assert log["old_state"][0] is None
    assert [s["power_w"] for s in log["old_state"][1:]] == [70.0, 30.0]
    assert log["geometry_changed"] == [False, False, True]
    assert log["old_geometry"][1] is None and log["old_geometry"][2] is not None
    row = store.read("streetlight", ["changed_by", "version"])
    assert row == {"changed_by": ["Vermessung"], "version": [3]}


def test_a_deleted_row_can_be_read_from_the_log(store):
    (made,) = store.insert("path", {"ags": [WEST], "name": ["Alte Furt"], "geom": [line()]})
    store.delete("path", [made])
    log = store.read("change_log", where={"action": "delete"})
    assert log["old_state"][0]["name"] == "Alte Furt" and log["old_geometry"][0] is not None


def test_derived_shares_leave_no_trace_in_the_log(store):
    (made,) = store.insert("path", {"ags": [WEST], "geom": [line()]})
    before = store.info().change
    rows = {"asset_class": ["path"], "asset_uuid": [made], "ags": [WEST], "share": [1.0]}
    store.replace("asset_share", rows)
    store.replace("asset_share", rows, {"asset_class": "path"})
    assert store.count("asset_share") == 1 and store.info().change == before
    store.delete("path", [made])
    assert store.count("asset_share") == 0


def test_a_linked_asset_must_exist(store):
    (light,) = store.insert("streetlight", {"ags": [WEST]})
    (project,) = store.insert("joint_project", {"number": ["1"], "title": ["P"],
                                                "lead_ags": [WEST]})  # fmt: skip
    store.insert("project_asset", {"project_uuid": [project], "asset_class": ["streetlight"],
                                   "asset_uuid": [light]})  # fmt: skip
    with pytest.raises(RegisterError) as refused:
        store.insert("project_asset", {"project_uuid": [project], "asset_class": ["path"],
                                       "asset_uuid": [light]})  # fmt: skip
    assert "no such asset" in str(refused.value)


def test_a_split_that_was_fixed_stays_and_so_does_its_project(store):
    (project,) = store.insert("joint_project", {"number": ["1"], "title": ["P"],
                                                "lead_ags": [WEST]})  # fmt: skip
    amounts = {key: ["12.34"] for key in ("total", "eligible", "granted", "own_share")}
    (split,) = store.insert("cost_split", amounts | {
        "project_uuid": [project], "split_version": [1], "kind": ["resolved"],
        "basis": ["planned"], "made_on": ["2026-01-01"], "inputs": [{"a": 1}], "steps": [[]],
        "fingerprint": ["x"],
    })  # fmt: skip
    for change in (
        lambda: store.update("cost_split", {"uuid": [split], "reason": ["other"]}),
        lambda: store.delete("cost_split", [split]),
        lambda: store.delete("joint_project", [project]),
    ):
        with pytest.raises(ConstraintError) as refused:
            change()
        assert refused.value.message.key == "errors.row_frozen"
    assert store.read("cost_split", ["reason"])["reason"] == [None]


def test_a_scan_gives_chunks_of_geometries_and_columns(store):
    shapes = [line((0, 0), (10, 5)), None, line((9, 0), (11, 5), (12, 0))]
    store.insert("path", {"ags": [WEST] * 3, "name": ["a", "b", "c"], "geom": shapes})
    chunks = list(store.scan("path", ["name"], rows=2))
    assert [c.columns["name"] for c in chunks] == [("a", "b"), ("c",)]
    assert [c.has_geometry.tolist() for c in chunks] == [[True, False], [True]]
    found = decode_lines(chunks[0].wkb.take(chunks[0].has_geometry))
    assert found.coords.tolist() == [[0, 0], [10, 5]]
    assert decode_lines(chunks[1].wkb).offsets.tolist() == [0, 3]


def test_a_scan_selects_by_box_keys_and_values(store):
    store.insert("streetlight", {"ags": [WEST, EAST, WEST], "light_no": ["1", "2", "3"],
                                 "geom": [point(0, 0), point(5, 5), point(9, 9)]})  # fmt: skip

    def found(**selection):
        return [n for c in store.scan("streetlight", ["light_no"], **selection)
                for n in c.columns["light_no"]]  # fmt: skip

    fids = next(store.scan("streetlight")).fid
    assert found(box=(4, 4, 9, 9)) == ["2", "3"] and found(box=(20, 20, 30, 30)) == []
    assert found(fids=fids[[0, 2]]) == ["1", "3"]
    assert found(box=(4, 4, 9, 9), where={"ags": WEST}) == ["3"]


def test_rows_are_found_by_conditions_on_their_fields(store):
    store.insert("streetlight", {
        "ags": [WEST] * 4, "light_no": ["1", "2", "3", None], "power_w": [10.0, 20.0, None, 40.0],
        "electrical_test_on": [date(2020, 1, 1), date(2024, 1, 1), None, None],
    })  # fmt: skip

    def found(*conditions):
        return store.find("streetlight", conditions, ["light_no"])["light_no"]

    assert found(("power_w", ">", 15.0)) == ["2", None]
    assert found(("electrical_test_on", "<", date(2022, 1, 1))) == ["1"]
    assert found(("light_no", "is", None)) == [None]
    assert found(("light_no", "in", ["1", "3"]), ("power_w", "is", None)) == ["3"]
    either = ("", "or", [("power_w", "<", 15.0), ("light_no", "=", "3")])
    assert found(either) == ["1", "3"] and found(either, ("power_w", ">", 0.0)) == ["1"]
    with pytest.raises(KeyError):
        found(("1=1 --", "=", 1))
    with pytest.raises(ValueError, match="LIKE"):
        found(("light_no", "LIKE", "%"))


def test_numbers_that_several_rows_share_are_found(store):
    numbers = {"ags": [WEST, EAST, WEST, WEST], "light_no": ["7", "7", "7", None]}
    store.insert("streetlight", numbers)
    assert store.repeated("streetlight", ["ags", "light_no"]) == [[1, 3]]
    assert store.repeated("streetlight", ["light_no"]) == [[1, 2, 3]]
    assert store.repeated("streetlight", ["light_no"], ["8"]) == []


def test_the_last_change_of_some_tables_is_known(store):
    store.insert("streetlight", {"ags": [WEST]})
    lights = store.last_change(["streetlight"])
    store.insert("path", {"ags": [WEST]})
    assert store.last_change(["streetlight"]) == lights < store.last_change(["path", "streetlight"])
    assert store.last_change(["connector"]) == 0
