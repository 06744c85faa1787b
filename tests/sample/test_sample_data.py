"""The sample data: an exact coverage, the same content each time, and faults that are there."""

from __future__ import annotations

import csv
import hashlib
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

gpd = pytest.importorskip("geopandas")
shapely = pytest.importorskip("shapely")
pytest.importorskip("fiona")

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
sys.path.insert(0, str(SAMPLE))

import boundaries  # noqa: E402
import deliveries  # noqa: E402
import formats  # noqa: E402
import generate as generator  # noqa: E402
import geography as geo  # noqa: E402
import projects  # noqa: E402


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    try:
        generator.generate(folder)
    except formats.GridMissing:
        pytest.skip("PROJ has no BETA2007 grid here")
    return folder


@pytest.fixture(scope="module")
def faults(sample) -> list[dict]:
    with (sample / "faults.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tables(sample):
    """Each delivery as it is read with nothing but what its mapping states."""
    return {d: _read(sample, d) for d in (*deliveries.DELIVERIES, deliveries.LATER)}


def _source(delivery) -> dict:
    if delivery.mapping is None:
        return {}
    return tomllib.loads(delivery.mapping.read_text(encoding="utf-8")).get("source", {})


def _read(sample: Path, delivery) -> list[dict]:
    path, source = sample / delivery.file, _source(delivery)
    if path.suffix == ".csv":
        lines = path.read_bytes().decode(source.get("encoding", "cp1252")).splitlines()
        start = next(k for k, line in enumerate(lines) if "Betreiber;Str" in line or
                     "Mast" in line or "Stecker" in line)  # fmt: skip
        return list(csv.DictReader(lines[start:], delimiter=";"))
    if path.suffix == ".xlsx":
        frame = gpd.pd.read_excel(path, sheet_name=source["layer"])
        return frame.astype(object).where(frame.notna(), None).to_dict("records")
    layer = source.get("layer") or delivery.layer
    kwargs = {"layer": layer} if path.suffix in (".gpkg", ".zip") else {}
    if "encoding" in source:
        kwargs["encoding"] = source["encoding"]
    return _with_fiona(path, kwargs)


def _with_fiona(path: Path, kwargs: dict) -> list[dict]:
    import fiona

    name = f"zip://{path}!{kwargs.pop('layer')}.shp" if path.suffix == ".zip" else path
    with fiona.open(name, **kwargs) as file:
        return [{**f["properties"], "geometry": f["geometry"]} for f in file]


def _mapped_columns(delivery) -> set[str]:
    mapping = tomllib.loads(delivery.mapping.read_text(encoding="utf-8"))
    rules = [*mapping["columns"].values()]
    rules += [rule for block in mapping.get("connectors", []) for rule in block.values()]
    names = {mapping.get("source", {}).get(k) for k in ("x", "y")} - {None}
    for rule in rules:
        names |= {rule} if isinstance(rule, str) else set(rule.get("columns") or [rule["column"]])
    return names


# --- boundaries ---


def test_the_boundaries_are_an_exact_coverage(sample):
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg")
    assert rows.crs.to_epsg() == 25832
    assert shapely.is_valid(rows.geometry.array).all()
    assert shapely.coverage_is_valid(rows.geometry.array)


def test_the_land_of_all_municipalities_has_no_hole(sample):
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg")
    land = shapely.coverage_union_all(rows.geometry.array[rows["GF"] == 4])
    assert sum(len(part.interiors) for part in shapely.get_parts(land)) == 0


def test_seven_members_fifteen_neighbours_and_four_unincorporated_areas_are_there(sample):
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg").query("GF == 4")
    assert set(rows["AGS"]) == {m.ags for m in geo.EVERY}
    assert len(rows) == 26
    assert set(rows.loc[rows["BEZ"] == "Gemeindefreies Gebiet", "AGS"]) == {
        "09775451", "09775452", "09775454", "09775455"}  # fmt: skip
    assert (rows["ARS"].str.len() == 12).all()


def test_one_municipality_has_two_parts_and_one_a_second_row_for_water(sample):
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg")
    parts = dict(zip(rows["AGS"], shapely.get_num_geometries(rows.geometry.array), strict=False))
    assert parts[geo.EXCLAVE_OF] == 2
    assert list(rows.loc[rows["GF"] == 2, "AGS"]) == [geo.LAKE_OF]
    assert max(Counter(rows["AGS"]).values()) == 2


def test_members_have_realistic_areas_and_winding_borders(sample):
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg")
    members = rows[rows["AGS"].isin([m.ags for m in geo.MEMBERS])]
    assert (members.area / 1e6).between(7, 42).all()
    assert (shapely.get_num_coordinates(members.geometry.array) > 250).all()


# --- content ---


def test_the_same_seed_gives_the_same_bytes(sample, tmp_path):
    generator.generate(tmp_path)
    assert _digests(tmp_path) == _digests(sample)


def test_another_seed_gives_other_boundaries_that_are_as_exact(sample):
    other = boundaries.make(7)
    assert boundaries.is_exact(other)
    rows = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg").set_index("AGS")
    assert not shapely.equals(other.area("09775142"), rows.geometry["09775142"])


def _digests(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}  # fmt: skip


def test_a_few_thousand_assets_are_delivered(tables):
    count = sum(len(rows) for d, rows in tables.items() if d.keep)
    assert 5000 <= count <= 7000
    classes = Counter()
    for delivery, rows in tables.items():
        classes[delivery.asset_class] += len(rows)
    assert min(classes.values()) >= 80


def test_every_mapping_belongs_to_a_delivery():
    used = {d.mapping.name for d in deliveries.DELIVERIES if d.mapping}
    assert {p.name for p in deliveries.MAPPINGS.glob("*.toml")} <= used


@pytest.mark.parametrize("delivery", [d for d in deliveries.DELIVERIES if d.mapping and d.ags],
                         ids=lambda d: d.mapping_name)  # fmt: skip
def test_the_columns_of_a_mapping_exist_in_its_delivery(delivery, tables):
    assert _mapped_columns(delivery) <= set(tables[delivery][0])


def test_umlauts_survive_with_the_encoding_that_each_mapping_states(tables):
    for delivery, rows in tables.items():
        text = " ".join(str(v) for row in rows for k, v in row.items() if k != "geometry")
        assert "\ufffd" not in text and "Ã" not in text, delivery.file
        if delivery.asset_class == "path":
            assert "straße" in text, delivery.file


def test_a_shapefile_without_cpg_says_nothing_of_its_encoding(sample):
    assert not list((sample / "oberroth").glob("*.cpg"))
    assert (sample / "oberroth" / "wege.dbf").read_bytes()[29] == 0
    assert (sample / "roggenburg" / "wege.cpg").read_text() == "UTF-8"


def test_dhdn_coordinates_lie_in_zone_four_and_come_back_through_the_grid(sample, tables):
    delivery = next(d for d in deliveries.DELIVERIES if d.mapping_name == "kellmuenz_streetlight")
    row = tables[delivery][0]
    east, north = (float(row[n].replace(",", ".")) for n in ("Rechtswert", "Hochwert"))
    assert 4_350_000 < east < 4_370_000
    assert 5_320_000 < north < 5_350_000
    members = gpd.read_file(sample / "boundaries" / "vg250_gem.gpkg").set_index("AGS")
    back = gpd.GeoSeries.from_xy([east], [north], crs="EPSG:31468").to_crs(25832)
    assert members.geometry["09775132"].contains(back.iloc[0])


def test_the_later_delivery_switches_twenty_lights_and_adds_three(tables):
    first = next(d for d in deliveries.DELIVERIES if d.mapping_name == "buch_streetlight")
    before, after = tables[first], tables[deliveries.LATER]
    changed = [b["Leuchtmittel"] for a, b in zip(before, after, strict=False) if a != b]
    assert changed == ["LED"] * 20
    assert len(after) - len(before) == 3


def test_the_federal_register_has_lines_above_its_header_and_two_equal_rows(sample, tables):
    delivery = deliveries.DELIVERIES[-1]
    first = (sample / delivery.file).read_bytes().decode("cp1252").splitlines()[0]
    assert first.startswith("Ladesäulenregister")
    twins = Counter(tuple(r.items()) for r in tables[delivery])
    assert max(twins.values()) == 2
    assert "AC Steckdose Typ 2" in {r["Steckertypen1"] for r in tables[delivery]}


# --- faults ---


def _faulty(faults, tables, kind):
    """The records of one kind of fault with their delivery, as they stand in their files."""
    by_place = {(d.file, d.layer): d for d in tables}
    found = [f for f in faults if f["kind"] == kind]
    assert found, kind
    for fault in found:
        delivery = by_place[fault["file"], fault["layer"]]
        yield fault, delivery, tables[delivery], int(fault["row"]) - 1


def test_there_are_enough_faults_of_each_expectation(faults):
    expected = Counter(f["expected"] for f in faults)
    assert set(expected) == {"quarantined", "imported_as_finding"}
    assert min(expected.values()) >= 20


def test_a_fault_names_the_number_that_stands_in_its_row(faults, tables):
    by_place = {(d.file, d.layer): d for d in tables}
    for fault in faults:
        delivery = by_place[fault["file"], fault["layer"]]
        if not delivery.ags:
            continue
        mapping = delivery.mapping and tomllib.loads(delivery.mapping.read_text(encoding="utf-8"))
        column = mapping["columns"]["asset_no"] if mapping else "asset_no"
        assert str(tables[delivery][int(fault["row"]) - 1][column]) == fault["asset_no"]


def test_records_without_geometry_have_none(faults, tables):
    for _, _, rows, k in _faulty(faults, tables, "null_geometry"):
        row = rows[k]
        assert (row["geometry"] is None) if "geometry" in row else row["Rechtswert"] == ""


@pytest.mark.parametrize("kind", ["unknown_code", "number_not_numeric", "number_out_of_range",
                                  "broken_date", "reduced_power_above_power"])  # fmt: skip
def test_the_wrong_value_stands_in_the_column_that_the_fault_names(faults, tables, kind):
    for fault, _, rows, k in _faulty(faults, tables, kind):
        column, value = fault["detail"].split(": ")
        assert str(rows[k][column]).removesuffix(".0") == value.removesuffix(".0")


def test_a_missing_required_value_is_empty(faults, tables):
    for fault, _, rows, k in _faulty(faults, tables, "required_missing"):
        assert rows[k][fault["detail"].split(": ")[0]] is None


def test_a_duplicate_number_stands_in_an_earlier_row_too(faults, tables):
    for fault, _, rows, k in _faulty(faults, tables, "duplicate_number"):
        column, value = fault["detail"].split(": ")
        assert value in [r[column] for r in rows[:k]]


def test_a_geometry_of_a_wrong_kind_is_no_line(faults, tables):
    for _, _, rows, k in _faulty(faults, tables, "wrong_geometry_kind"):
        assert rows[k]["geometry"]["type"] in ("Point", "Polygon")
        assert rows[k - 1]["geometry"]["type"] == "LineString"


def test_misplaced_coordinates_lie_outside_the_region(faults, tables):
    for fault, delivery, rows, k in _faulty(faults, tables, "coordinates_outside"):
        source = _source(delivery)
        if "geometry" in rows[k]:
            assert rows[k]["geometry"]["coordinates"][0] > 40, fault  # the latitude comes first
        elif delivery.ags:
            east, north = (float(str(rows[k][source[n]]).replace(",", ".")) for n in ("x", "y"))
            assert (east, north) == (0, 0) or east > north > 0
        else:
            assert rows[k]["Breitengrad"] == "0"


def test_faults_at_borders_stay_within_what_people_really_miss(faults):
    for kind, limit in (("gap_at_border", 2.0), ("overshoot_at_border", 2.0), ("near_miss", 1.5)):
        amounts = [float(f["detail"].split()[1]) for f in faults if f["kind"] == kind]
        assert len(amounts) >= 3
        assert all(0.3 <= a <= limit for a in amounts)


# --- joint projects ---


def test_amounts_are_rounded_half_up_to_the_cent():
    assert str(projects.net_amount({"quantity": 2.5, "unit_price": "0.05"})) == "0.13"
    assert str(projects.net_amount({"quantity": 7.0, "unit_price": "1345.35"})) == "9417.45"


def test_joint_projects_go_in_once_and_find_their_assets(sample, tmp_path):
    from ile_gis_plugin.core.stores import create_register

    with create_register(tmp_path / "register.gpkg", "Sample") as store:
        ags = [m.ags for m in geo.MEMBERS]
        with store.transaction():
            store.insert("municipality", {
                "ags": ags, "name": [m.name for m in geo.MEMBERS], "is_member": [True] * len(ags),
                "geom": [_square()] * len(ags)})  # fmt: skip
            store.insert("path", {
                "ags": ["09775118", "09775118"], "asset_no": ["BU-W-0111", "2"],
                "name": ["Rothtalradweg", "Mühlweg"], "geom": [_line()] * 2})  # fmt: skip
        assert projects.load_projects(store) == 3
        assert projects.load_projects(store) == 0
        assert store.count("joint_project") == 3
        assert store.count("project_asset") == 1
        assert store.count("participant") == 14
        assert store.count("project_funding") == 3
        assert store.count("municipality_figure") == 21


def _square() -> bytes:
    return shapely.to_wkb(shapely.multipolygons([shapely.box(583000, 5340000, 584000, 5341000)]))


def _line() -> bytes:
    return shapely.to_wkb(shapely.linestrings([(583100, 5340100), (583900, 5340900)]))
