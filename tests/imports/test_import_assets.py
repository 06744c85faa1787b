"""The whole job: what a delivery does to the register, and what it leaves alone."""

from __future__ import annotations

import datetime

import pytest

from ile_gis_plugin.core.errors import InputError
from tests.imports.small_place import EAST, NORTH, SIDE, WEST, X, Y

LIGHTS = """
class = "streetlight"
[home]
position = true
[columns]
asset_no = "LfdNr"
lamp_type = "Leuchtmittel"
power_w = "Watt"
[values.lamp_type]
"NAV 70" = "hps"
"?" = ""
"""


def test_a_source_with_the_registers_names_needs_no_mapping(deliver, lights, rows):
    source = lights({"asset_no": "1", "ags": WEST, "lamp_type": "led", "power_w": 20.0,
                     "at": (100, 100)})  # fmt: skip
    counts = deliver(source)
    (light,) = rows("streetlight")
    assert (counts["read"], counts["imported"]) == (1, 1)
    assert (light["lamp_type"], light["power_w"], light["ags"]) == ("led", 20.0, WEST)
    assert light["status"] == "functional"


def test_german_labels_are_names_and_codes_too(deliver, lights, rows):
    source = lights({"Objektnummer": 7, "Gemeinde": "Buch", "Lampenart": "NAV", "at": (1, 1)})
    deliver(source)
    (light,) = rows("streetlight")
    assert (light["asset_no"], light["ags"], light["lamp_type"]) == ("7", WEST, "hps")


def test_mapped_columns_values_and_positions(deliver, lights, rows):
    source = lights(
        {"LfdNr": 1, "Leuchtmittel": "NAV 70", "Watt": "70 W", "at": (100, 100)},
        {"LfdNr": 2, "Leuchtmittel": "?", "Watt": "12,5", "at": (SIDE + 100, 100)},
        {"LfdNr": 3, "Leuchtmittel": "LED", "Watt": None, "at": (100, SIDE + 100)},
        name="Leuchten 2024.gpkg",
    )
    counts = deliver(source, LIGHTS)
    assert counts["imported"] == 3 and counts["delivery"] == "Leuchten"
    found = [(r["asset_no"], r["ags"], r["lamp_type"], r["power_w"]) for r in rows("streetlight")]
    assert found == [("1", WEST, "hps", 70.0), ("2", EAST, None, 12.5), ("3", NORTH, "led", None)]


def test_the_same_delivery_again_changes_nothing(deliver, lights, rows):
    source = lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)},
                    {"LfdNr": None, "Leuchtmittel": "LED", "Watt": 20, "at": (200, 100)},
                    {"LfdNr": None, "Leuchtmittel": "LED", "Watt": 20, "at": (200, 100)},
                    )  # fmt: skip
    deliver(source, LIGHTS)
    before, log = rows("streetlight"), len(rows("change_log"))
    counts = deliver(source, LIGHTS)
    assert (counts["imported"], counts["updated"], counts["unchanged"]) == (0, 0, 3)
    assert rows("streetlight") == before and len(rows("change_log")) == log


def test_a_later_delivery_updates(deliver, lights, rows):
    deliver(lights({"LfdNr": 1, "Leuchtmittel": "NAV 70", "Watt": 70, "at": (100, 100)},
                   {"LfdNr": None, "Leuchtmittel": "NAV 70", "Watt": 70, "at": (200, 100)}),
            LIGHTS)  # fmt: skip
    uuids = [r["uuid"] for r in rows("streetlight")]
    counts = deliver(lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 101)},
                            {"LfdNr": None, "Leuchtmittel": "LED", "Watt": 20, "at": (200, 100)},
                            {"LfdNr": 3, "Leuchtmittel": "LED", "Watt": 20, "at": (300, 100)}),
                     LIGHTS)  # fmt: skip
    found = rows("streetlight")
    assert (counts["imported"], counts["updated"]) == (1, 2)
    assert [r["uuid"] for r in found][:2] == uuids
    assert [r["lamp_type"] for r in found] == ["led"] * 3


def test_own_corrections_survive_the_same_delivery_and_yield_to_a_newer_value(
    deliver, lights, rows, edit
):
    def source(watt):
        return lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": watt, "at": (100, 100)})

    deliver(source(20), LIGHTS)
    uuid = rows("streetlight")[0]["uuid"]
    edit("streetlight", uuid, power_w=25.0, remarks="nachgemessen")
    assert deliver(source(20), LIGHTS)["unchanged"] == 1
    assert rows("streetlight")[0]["power_w"] == 25.0
    counts = deliver(source(30), LIGHTS)
    assert (counts["updated"], counts["overwritten"]) == (1, 1)
    assert counts["overwritten_rows"] == [{"uuid": uuid, "row": 1, "fields": ["power_w"]}]
    assert (rows("streetlight")[0]["power_w"], rows("streetlight")[0]["remarks"]) == (
        30.0, "nachgemessen")  # fmt: skip


def test_a_moved_number_or_municipality_in_the_register_still_finds_its_row(
    deliver, lights, rows, edit
):
    source = lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)})
    deliver(source, LIGHTS)
    edit("streetlight", rows("streetlight")[0]["uuid"], asset_no="B-1", ags=EAST)
    assert deliver(source, LIGHTS)["unchanged"] == 1
    assert [(r["asset_no"], r["ags"]) for r in rows("streetlight")] == [("B-1", EAST)]


def test_a_hand_made_asset_is_found_by_its_number(deliver, lights, rows, register):
    import shapely

    from ile_gis_plugin.core.stores import open_register

    with open_register(register) as store:
        store.insert("streetlight", {"ags": [WEST], "asset_no": ["1"], "power_w": [70.0],
                                     "geom": [shapely.to_wkb(shapely.Point(X, Y))]})  # fmt: skip
    counts = deliver(
        lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)}), LIGHTS
    )
    assert counts["updated"] == 1
    assert [(r["power_w"], r["lamp_type"]) for r in rows("streetlight")] == [(20.0, "led")]


def test_rows_that_cannot_be_taken_are_quarantined_with_row_and_reasons(deliver, lights, rows):
    import geopandas as gpd

    source = lights(
        {"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)},
        {"LfdNr": 2, "Leuchtmittel": "Kerze", "Watt": -5, "at": (150, 100)},
        {"LfdNr": 3, "Leuchtmittel": "LED", "Watt": 20, "at": None},
        {"LfdNr": 4, "Leuchtmittel": "LED", "Watt": 20, "at": (SIDE * 3, SIDE * 3)},
        {"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (170, 100)},
    )
    counts = deliver(source, LIGHTS)
    assert (counts["imported"], counts["quarantined"]) == (1, 4)
    held = gpd.read_file(counts["quarantine_file"])
    assert held["quarantine_row"].tolist() == [2, 3, 4, 5]
    reasons = held["quarantine_grund"].tolist()
    assert "Kerze" in reasons[0] and "-5" in reasons[0]
    assert reasons[1] == "Keine Geometrie."
    assert "außerhalb aller Gemeinden" in reasons[2] and "Zeile 1" in reasons[3]
    assert held["Leuchtmittel"].tolist() == ["Kerze", "LED", "LED", "LED"]
    assert held.crs.to_epsg() == 25832 and held.geometry.isna().tolist() == [
        False, True, False, False]  # fmt: skip


def test_a_mended_quarantine_can_be_delivered(deliver, lights, rows):
    import geopandas as gpd

    counts = deliver(
        lights({"LfdNr": 2, "Leuchtmittel": "Kerze", "Watt": 5, "at": (150, 100)}), LIGHTS
    )
    held = gpd.read_file(counts["quarantine_file"])
    held["Leuchtmittel"] = "Gas"
    path = str(counts["quarantine_file"]).replace(".gpkg", "_mended.gpkg")
    held.to_file(path)
    assert deliver(path, LIGHTS)["imported"] == 1
    assert rows("streetlight")[0]["lamp_type"] == "gas"


def test_the_quarantine_may_be_a_csv_and_goes_away_when_nothing_is_left(deliver, lights, tmp_path):
    target = tmp_path / "q.csv"
    deliver(lights({"LfdNr": 2, "Leuchtmittel": "Kerze", "Watt": 5, "at": (150, 100)}), LIGHTS,
            quarantine=target)  # fmt: skip
    text = target.read_text("utf-8-sig")
    assert "quarantine_row;" in text and "Kerze" in text and "POINT" in text
    deliver(lights({"LfdNr": 2, "Leuchtmittel": "LED", "Watt": 5, "at": (150, 100)}), LIGHTS,
            quarantine=target)  # fmt: skip
    assert not target.exists()


def test_a_number_that_another_asset_bears_by_now_is_quarantined(deliver, lights, rows, edit):
    deliver(lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)}), LIGHTS)
    edit("streetlight", rows("streetlight")[0]["uuid"], asset_no="2")
    counts = deliver(lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)},
                            {"LfdNr": 2, "Leuchtmittel": "LED", "Watt": 20, "at": (200, 100)}),
                     LIGHTS)  # fmt: skip
    assert (counts["unchanged"], counts["quarantined"]) == (1, 1)
    assert "2" in counts["reasons"][0]["de"]


def test_only_the_own_area_is_taken_when_asked(deliver, lights, rows):
    source = lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)},
                    {"LfdNr": 2, "Leuchtmittel": "Kerze", "Watt": 20, "at": (100, SIDE + 100)},
                    {"LfdNr": 3, "Leuchtmittel": "LED", "Watt": 20, "at": (400_000, 100)},
                    )  # fmt: skip
    counts = deliver(source, LIGHTS, area_only=True)
    assert (counts["read"], counts["imported"], counts["outside_area"]) == (1, 1, 2)


def test_a_line_belongs_where_its_longest_part_lies(deliver, paths, rows):
    deliver(paths(("Grenzweg", [[(SIDE - 100, 50), (SIDE + 900, 50)]])))
    assert [r["ags"] for r in rows("path")] == [EAST]


def test_touching_parts_become_one_line_and_separate_ones_are_quarantined(deliver, paths, rows):
    counts = deliver(paths(
        ("verbunden", [[(0, 0), (10, 0)], [(10, 0), (20, 5)]]),
        ("getrennt", [[(0, 0), (10, 0)], [(50, 0), (60, 0)]]),
    ))  # fmt: skip
    assert (counts["imported"], counts["quarantined"]) == (1, 1)
    assert "2 getrennte Teile" in counts["reasons"][0]["de"]
    assert rows("path")[0]["name"] == "verbunden"


def test_heights_are_dropped_and_told(deliver, paths, rows):
    import shapely

    counts = deliver(paths(("hoch", [[(0, 0, 500), (10, 0, 501)]])))
    assert not shapely.has_z(shapely.from_wkb(rows("path")[0]["geom"]))
    assert any("Höhen" in note["de"] for note in counts["notes"])


def test_constants_and_factors(deliver, paths, rows, tmp_path):
    import geopandas as gpd

    source = paths(("Weg", [[(0, 0), (10, 0)]]))
    frame = gpd.read_file(source)
    frame["Breite_cm"] = 350
    frame["seit"] = "01.05.99"
    frame.to_file(source)
    deliver(source, """
class = "path"
[home]
ags = "09775118"
[columns]
width_m = { column = "Breite_cm", factor = 0.01 }
commissioned_on = "seit"
[constants]
owner_type = "Gemeinde"
accuracy_m = 0.5
""")
    (path,) = rows("path")
    assert (path["width_m"], path["owner_type"], path["accuracy_m"]) == (3.5, "municipality", 0.5)
    assert path["commissioned_on"] == datetime.date(1999, 5, 1)


def test_who_and_what_stand_in_the_change_log(deliver, lights, rows):
    source = lights({"asset_no": "1", "ags": WEST, "at": (100, 100)})
    counts = deliver(source, by="Bauamt Buch")
    (entry,) = [r for r in rows("change_log") if r["table_name"] == "streetlight"]
    assert (entry["changed_by"], entry["batch"], entry["reason"]) == (
        "Bauamt Buch", counts["batch"], "streetlight.gpkg")  # fmt: skip


def test_a_required_field_without_a_column_is_told_before_anything_happens(deliver, paths, rows):
    source = paths(("Leitung", [[(0, 0), (10, 0)]]))
    with pytest.raises(InputError, match="network_type"):
        deliver(source, None, **{"class": "utility_line"})
    assert rows("utility_line") == []


def test_missing_assets_of_an_earlier_delivery_are_counted_and_kept(deliver, lights, rows):
    deliver(lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)},
                   {"LfdNr": 2, "Leuchtmittel": "LED", "Watt": 20, "at": (200, 100)}),
            LIGHTS)  # fmt: skip
    counts = deliver(
        lights({"LfdNr": 1, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)}), LIGHTS
    )
    assert counts["not_delivered"] == 1 and len(rows("streetlight")) == 2


def test_a_csv_of_a_small_office(deliver, tmp_path, rows):
    """cp1252, a preamble, decimal commas, a place name for the home, text for coordinates."""
    (tmp_path / "Leuchten.csv").write_bytes((
        "Straßenbeleuchtung Markt Buch;;;;\n;;;;\nLfdNr;Straße;Rechtswert;Hochwert;Ort\n"
        f"1;Bäckerweg;{X + 1:.2f};{Y + 1:.2f};Markt Buch\n"
        f"2;Ölgasse;{X + 2:.2f};{Y + 2:.2f};Neustadt\n3;Am Weg;;;Buch\n"
    ).replace(".", ",").encode("cp1252"))  # fmt: skip
    counts = deliver(tmp_path / "Leuchten.csv", """
class = "streetlight"
[source]
crs = "25832"
x = "Rechtswert"
y = "Hochwert"
[home]
column = "Ort"
[columns]
light_no = "LfdNr"
name = "Straße"
""")
    (light,) = rows("streetlight")
    assert (light["name"], light["ags"]) == ("Bäckerweg", WEST)
    assert (counts["imported"], counts["quarantined"]) == (1, 2)
    reasons = {r["de"] for r in counts["reasons"]}
    assert reasons == {"„Neustadt“ ist keine Gemeinde des Registers.", "Keine Koordinaten."}


def test_a_sheet_with_longitude_and_latitude_needs_no_mapping(deliver, tmp_path, rows):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Objektnummer", "Gemeinde", "Längengrad", "Breitengrad", "geprüft"],
                ["7", 9775118, "10,16", "48,22", None]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "streetlight.xlsx")
    counts = deliver(tmp_path / "streetlight.xlsx")
    assert counts["transformation"]["source_crs"].startswith("EPSG:4326")
    assert counts["ignored_columns"] == ["geprüft"]
    assert [r["ags"] for r in rows("streetlight")] == [WEST]


def test_a_date_and_a_check_between_fields(deliver, lights):
    source = lights({"asset_no": "1", "ags": WEST, "commissioned_on": "01.01.2020",
                     "inspected_on": "01.01.2019", "at": (1, 1)})  # fmt: skip
    counts = deliver(source)
    assert counts["reasons"][0]["de"] == (
        "Die Prüfung liegt vor der Inbetriebnahme. (2020-01-01; 2019-01-01)")  # fmt: skip


def test_a_sub_type_must_belong_to_its_type(deliver, paths):
    import geopandas as gpd

    source = paths(("a", [[(0, 0), (9, 0)]]), ("b", [[(0, 5), (9, 5)]]), name="utility_line.gpkg")
    frame = gpd.read_file(source)
    frame["network_type"], frame["accuracy_m"] = ["Abwasser", "Gas"], 0.5
    frame["sub_type"] = "Mischwasser"
    frame.to_file(source)
    counts = deliver(source)
    assert (counts["imported"], counts["quarantined"]) == (1, 1)
    assert "passt nicht zu Sparte" in counts["reasons"][0]["de"]


def test_assets_whose_rows_are_in_quarantine_do_not_count_as_missing(deliver, lights, rows):
    good = {"Leuchtmittel": "LED", "Watt": 20}
    first = [{**good, "LfdNr": n, "at": (100 * n, 100)} for n in range(1, 5)]
    deliver(lights(*first), LIGHTS)
    bad = [{**first[1], "Leuchtmittel": "Kerze"}, {**first[2], "Watt": -5, "at": (3000, 900)}]
    counts = deliver(lights(first[0], *bad), LIGHTS)
    assert (counts["quarantined"], counts["unchanged"]) == (2, 1)
    assert (counts["not_delivered_quarantined"], counts["not_delivered"]) == (2, 1)
    assert len(rows("streetlight")) == 4


def test_a_row_in_quarantine_stands_for_one_asset_at_most(deliver, lights):
    twin = {"LfdNr": None, "Leuchtmittel": "LED", "Watt": 20, "at": (100, 100)}
    deliver(lights(twin, twin), LIGHTS)
    counts = deliver(lights({**twin, "Leuchtmittel": "Kerze"}), LIGHTS)
    assert (counts["not_delivered_quarantined"], counts["not_delivered"]) == (1, 1)
