"""The same chain on real deliveries, each in a register of its own."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.imports import datum
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import create_register, import_assets
from ile_gis_plugin.core.tasks.task import Silent

MEMBERS = ["09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161"]
FUERTH, SCHUTTERWALD = "09563000", "08317122"
CYCLING = """
class = "path"
delivery = "Radverkehr Fürth"
[home]
ags = "09563000"
[columns]
name = "LAGE"
remarks = "Bemerkung"
cycle_type = "Typ"
[values.cycle_type]
"gemeinsamer Rad-und Fußweg" = "shared"
"gemeinsamer Rad- und Fußweg (2 Richtungen)" = "shared"
"getrennter Rad- und Fußweg" = "segregated"
"getrennter Rad- und Fußweg (2 Richtungen)" = "segregated"
"anderer Radweg" = "separate"
"2-Ri- Radweg  (auf Gehweg)" = "separate"
"Radfahrstreifen" = "separate"
"Radfahrstreifen in Gegenrichtung" = "separate"
"Feld-Waldweg" = "farm_ok"
"Betriebsweg MD-Kanal" = "farm_ok"
"Verbindung ohne eigene RVanlage / Lückenschluss" = ""
"Gehweg, Radfahrer frei" = ""
"Schutzstreifen" = ""
"Einbahnstraße frei" = ""
"Fußgängerzone (Radfahrer frei)" = ""
"Sonstige" = ""
"Unterführung" = ""
"Unterführung mit Rampen" = ""
"Mitbenutzung Busspur" = ""
"""
GAS = """
class = "utility_line"
[home]
position = true
[columns]
name = "name"
material = "stanet_std_type"
[values.material]
"125 PE 100 SDR 11" = "pe"
"180 PE 100 SDR 11" = "pe"
"125 PE 100 SDR 17" = "pe"
[constants]
network_type = "gas"
accuracy_m = 0.5
"""


def run(register, source, mapping=None, **options):
    report = import_assets.run(
        {"register": register, "source": source, "mapping": mapping, **options}, Silent()
    )
    found = report.values
    assert found["read"] == (found["imported"] + found["updated"] + found["unchanged"]
                             + found["quarantined"])  # fmt: skip
    return found


def counted(report):
    return tuple(report[k] for k in ("read", "imported", "updated", "unchanged", "quarantined"))


@pytest.fixture
def ile(tmp_path, real_data):
    path = tmp_path / "ile.gpkg"
    boundaries = real_data / "boundaries" / "gemeinden_region_topojson_grob.geojson"
    create_register.run({"register": path, "boundaries": boundaries, "members": MEMBERS}, Silent())
    return path


@pytest.fixture
def fuerth(tmp_path, real_data):
    path = tmp_path / "fuerth.gpkg"
    boundaries = real_data / "boundaries" / "gemeinden_bayern_topojson_grob.gpkg"
    create_register.run({"register": path, "boundaries": boundaries, "members": [FUERTH]}, Silent())
    (tmp_path / "fuerth.toml").write_text(CYCLING, "utf-8")
    return path


def test_the_federal_register_of_2022_as_it_is(ile, real_data):
    source = real_data / "charging" / "Ladesaeulenregister_Stand_2022-01-01.xlsx"
    first = run(ile, source, "bundesnetzagentur", area_only=True)
    assert counted(first) == (14, 14, 0, 0, 0) and first["outside_area"] == 25_854
    assert counted(run(ile, source, "bundesnetzagentur", area_only=True)) == (14, 0, 0, 14, 0)
    with open_register(ile) as store:
        stations, plugs = store.read("charging_point"), store.read("connector")
    assert set(stations["ags"]) <= set(MEMBERS) and None not in stations["address"]
    assert sum(stations["point_count"]) <= len(plugs["uuid"])
    assert set(plugs["charging_point_uuid"]) == set(stations["uuid"])


def test_the_other_layouts_of_the_federal_register(ile, real_data):
    folder = real_data / "charging"
    older = run(ile, folder / "Ladesaeulenkarte_Datenbankauszug_25__2019-07-19.xlsx",
                "bundesnetzagentur", area_only=True)  # fmt: skip
    assert older["imported"] == 5 and older["quarantined"] == 0
    table = run(ile, folder / "abgeleitet_region_2022-01-01_cp1252.csv", "bundesnetzagentur",
                area_only=True)  # fmt: skip
    assert table["read"] == 14 and table["unchanged"] + table["updated"] == 5
    assert "cp1252" in str(table["notes"]) and table["outside_area"] == 363


def test_the_layout_of_2026_with_line_feeds_in_its_cells(tmp_path, real_data):
    boundaries = real_data / "boundaries" / "gemeinden_region_topojson_grob.geojson"
    path = tmp_path / "r.gpkg"
    create_register.run({"register": path, "boundaries": boundaries, "members": ["08425072"],
                         "neighbour_distance": 30_000}, Silent())  # fmt: skip
    source = real_data / "charging" / "ladesaeulenregister_2026-09-01_auszug_bw_by.csv"
    report = run(path, source, "bundesnetzagentur")
    assert report["read"] == 53 and report["imported"] > 20
    with open_register(path) as store:
        ids = store.read("charging_point", ["bnetza_id"])["bnetza_id"]
    assert None not in ids and len(ids) == len(set(ids)) == report["imported"]
    assert counted(run(path, source, "bundesnetzagentur"))[1:3] == (0, 0)


def _ends(path):
    with open_register(path) as store:
        rows = store.read("path", ["name", "geom"])
    return shapely.from_wkb(np.array(rows["geom"], dtype=object))


def test_two_deliveries_of_the_cycle_network(fuerth, real_data, tmp_path):
    datum.add_grid_folders()
    mapping = str(tmp_path / "fuerth.toml")
    first = real_data / "paths" / "20190325_Radverkehr_Fuerth.zip"
    report = run(fuerth, first, mapping, layer="Radverkehr_Fuerth_GK4")
    assert report["read"] == 738 and report["quarantined"] == 1
    assert "BETA2007" in report["transformation"]["grid"]
    assert report["transformation"]["accuracy_m"] == 0.9
    again = run(fuerth, first, mapping, layer="Radverkehr_Fuerth_GK4")
    assert counted(again) == (738, 0, 0, 737, 1)
    later = real_data / "paths" / "20201104_Radverkehr_Fuerth.zip"
    report = run(fuerth, later, mapping, layer="20201103_radverkehr")
    assert report["read"] == 754 and report["unchanged"] > 600 and report["imported"] < 100


def test_the_shift_agrees_with_the_citys_own_copy(fuerth, real_data, tmp_path):
    """The city's WGS 84 copy was made through the grid; it agrees to a few millimetres."""
    source = real_data / "paths" / "20190325_Radverkehr_Fuerth.zip"
    mapping = str(tmp_path / "fuerth.toml")
    run(fuerth, source, mapping, layer="Radverkehr_Fuerth_GK4")
    copy = tmp_path / "copy.gpkg"
    boundaries = real_data / "boundaries" / "gemeinden_bayern_topojson_grob.gpkg"
    create_register.run({"register": copy, "boundaries": boundaries, "members": [FUERTH]}, Silent())
    run(copy, source, mapping, layer="Radverkehr_Fuerth_WGS84")
    shifted, published = (shapely.get_coordinates(_ends(p)) for p in (fuerth, copy))
    off = np.hypot(*(shifted - published).T)
    assert off.max() < 0.02
    print(f"largest difference {off.max():.4f} m")


def test_without_the_grid_the_cycle_network_needs_consent_and_is_off(
    fuerth, real_data, tmp_path, monkeypatch
):
    import pyproj

    class Bare(pyproj.transformer.TransformerGroup):
        @property
        def transformers(self):
            return [t for t in super().transformers
                    if not any(o.grids for o in t.operations or ())]  # fmt: skip

    source = real_data / "paths" / "20190325_Radverkehr_Fuerth.zip"
    mapping, layer = str(tmp_path / "fuerth.toml"), "Radverkehr_Fuerth_GK4"
    run(fuerth, source, mapping, layer=layer)
    exact = shapely.get_coordinates(_ends(fuerth))
    monkeypatch.setattr(datum, "TransformerGroup", Bare)
    with pytest.raises(InputError) as error:
        run(fuerth, source, mapping, layer=layer)
    assert error.value.key == "imports.shift_without_grid"
    report = run(fuerth, source, mapping, layer=layer, accept_accuracy=3)
    assert report["transformation"]["grid"] == "" and report["updated"] == 737
    off = np.hypot(*(shapely.get_coordinates(_ends(fuerth)) - exact).T)
    assert 0.1 < off.max() < 1


def test_a_gas_network_of_another_state(tmp_path, real_data):
    import geopandas as gpd

    source = real_data / "utilities" / "gas_schutterwald_gk3_31467.gpkg"
    x0, y0, x1, y1 = gpd.read_file(source, layer="leitungen").to_crs(25832).total_bounds
    territory = gpd.GeoDataFrame({"AGS": [SCHUTTERWALD], "GEN": ["Schutterwald"]},
                                 geometry=[shapely.box(x0 - 99, y0 - 99, x1 + 99, y1 + 99)],
                                 crs=25832)  # fmt: skip
    territory.to_file(tmp_path / "gem.gpkg")
    path, mapping = tmp_path / "gas.gpkg", tmp_path / "gas.toml"
    create_register.run({"register": path, "boundaries": tmp_path / "gem.gpkg",
                         "members": [SCHUTTERWALD]}, Silent())  # fmt: skip
    mapping.write_text(GAS, "utf-8")
    report = run(path, source, str(mapping), layer="leitungen")
    assert counted(report) == (2559, 2559, 0, 0, 0)
    assert "31467" in report["transformation"]["source_crs"]
    assert "BETA2007" in report["transformation"]["grid"]
    assert counted(run(path, source, str(mapping), layer="leitungen")) == (2559, 0, 0, 2559, 0)
    # Its names would be no asset numbers: 840 of them stand there twice.
    mapping.write_text(GAS.replace("name = ", "asset_no = ").replace("0.5", "0.3"), "utf-8")
    report = run(path, source, str(mapping), layer="leitungen")
    assert report["quarantined"] == 840
