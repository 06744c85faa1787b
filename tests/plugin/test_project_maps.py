"""Site plans of joint projects, read back with poppler and GDAL."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from ile_gis_plugin.core.definition import codes
from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.resources import resource
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import compute_shares
from ile_gis_plugin.core.tasks.task import Silent
from tests.plugin.small_register import EAST, NORTH, NORTHING, SIDE, SOUTH, line, make, point

ISSUED = "2026-05-31"
PATHS, LIGHTS, EMPTY, SECRET, WATER = "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"
MIDDLE = NORTHING + SIDE

pytestmark = pytest.mark.usefixtures("qgis_app")


def link(store, project, assets):
    """Link assets, given as (class, uuid, role)."""
    store.insert("project_asset", {
        "project_uuid": [project] * len(assets), "asset_class": [a[0] for a in assets],
        "asset_uuid": [a[1] for a in assets], "role": [a[2] for a in assets],
    })  # fmt: skip


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """The small register, its project among five: lights far apart, empty, internal, water."""
    path = make(tmp_path_factory.mktemp("project_maps") / "register.gpkg")
    with open_register(path) as store, store.transaction(by="Test"):
        lights, _, secret, water = store.insert("joint_project", {
            "number": [LIGHTS, EMPTY, SECRET, WATER],
            "title": ["Leuchten", "Leeres Projekt", "Geheimes", "Wasserleitung"],
            "lead_ags": [SOUTH] * 4, "phase": ["applied", "idea", "idea", "tender"],
            "share_key": ["asset_count"] * 4, "key_reference_date": [date(2026, 1, 1)] * 4,
            "visibility": ["council", "council", "internal", "public"],
        })  # fmt: skip
        crossing = store.read("path", ["uuid"], {"asset_no": "W1"})["uuid"]
        store.update("path", {"uuid": crossing, "geom": [
            line((EAST + 500, MIDDLE + 300), (EAST + 600, MIDDLE - 250))]})  # fmt: skip
        far = store.insert("streetlight", {
            "asset_no": ["F1", "F2", "F3"], "ags": [NORTH, SOUTH, SOUTH],
            "visibility": ["public", "public", "council"],
            "geom": [point(EAST + 3800, MIDDLE + 3800), point(EAST + 200, NORTHING + 200),
                     point(EAST + 230, NORTHING + 200)],
        })  # fmt: skip
        store.insert("participant", {"project_uuid": [lights] * 2, "ags": [NORTH, SOUTH]})
        link(store, lights, [("streetlight", uuid, role) for uuid, role in zip(
            far, ("new", "maintenance", "new"), strict=True)])  # fmt: skip
        link(store, secret, [("streetlight", far[0], "new")])
        pipes = store.read("utility_line", ["uuid"])["uuid"]
        link(store, water, [("utility_line", pipes[0], "new")])
        paths = store.read("joint_project", ["uuid"], {"number": PATHS})["uuid"][0]
        store.replace("cost_share", {
            "project_uuid": [paths, paths], "ags": [NORTH, SOUTH], "percent": [53.33, 46.67],
            "amount": [Decimal("63996.01"), Decimal("56003.99")],
        })  # fmt: skip
    compute_shares.TASK.run({"register": str(path), "lang": "de"}, Silent())
    return str(path)


def export(register, folder, *numbers, **given):
    from ile_gis_plugin.project.maps import TASK

    values = {p.name: p.default for p in TASK.parameters}
    values |= {"lang": "de", "register": register, "folder": str(folder), "issue_date": ISSUED,
               "project": list(numbers)}  # fmt: skip
    return TASK.run(values | given, Silent())


def text_of(pdf, *options):
    done = subprocess.run(["pdftotext", "-layout", *options, str(pdf), "-"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return re.sub(r"\s+", " ", re.sub(r"(\d) ?/ ?(\d)", r"\1 / \2", done.stdout))


def page_of(pdf, number):
    return text_of(pdf, "-f", str(number), "-l", str(number))


def picture_of(pdf, page=1):
    done = subprocess.run(["pdftoppm", "-singlefile", "-r", "50", "-f", str(page), str(pdf)],
                          capture_output=True, check=True)  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def council(register, tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    return folder, export(register, folder, "all", creator="Bauamt", approver="Rat")


def test_each_project_gets_its_plan_and_all_an_atlas(council):
    folder, report = council
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["2026-01_a4.pdf", "2026-02_a3.pdf", "projects_a3.pdf"]
    assert sorted(f["file"] for f in report.values["files"]) == names
    assert report.values["projects"] == [PATHS, LIGHTS]


def test_of_all_projects_those_that_cannot_be_shown_are_told(council):
    _, report = council
    told = {line.key: line.values.get("number") for line in report.lines}
    assert told["maps.project_without_assets"] == EMPTY
    assert told["maps.project_not_visible"] == SECRET
    assert told["maps.project_shows_nothing"] == WATER


def test_the_title_block_tells_the_project(council, register):
    folder, _ = council
    with open_register(register, read_only=True) as store:
        version = store.info().change
        day = store.find("change_log", [("fid", "=", version)], ["changed_at"])["changed_at"][0]
    shown = text_of(folder / "2026-01_a4.pdf")
    stand = date.fromisoformat(str(day)[:10]).strftime("%d.%m.%Y")
    for part in ("Federführung", "Markt Norddorf", PATHS, "Ausbau Mühlweg", "Projektphase",
                 "Idee", "Kostenschlüssel", "zu gleichen Teilen", f"Nr. {version}", "31.05.2026",
                 "1 / 1", "Bauamt", "Rat", "NICHTÖFFENTLICH", "Fingerabdruck", "1:5.000 (A4)",
                 f"{PATHS}-{version}", stand, "Lage- und Höhenbezug: ETRS89"):  # fmt: skip
        assert part in shown, part
    assert re.search(r"\b[0-9a-f]{12}\b", shown)


def test_councils_see_each_municipalitys_metres_percent_and_amount(council):
    folder, _ = council
    shown = text_of(folder / "2026-01_a4.pdf")
    for part in ("305 m", "63.996,01 € (53,3 %)", "Länge [m]", "305,0", "254,2", "559,2",
                 "53,33", "46,67", "63.996,01 €", "56.003,99 €",
                 "120.000,00 €", "100,00", "noch nicht beschlossen"):  # fmt: skip
        assert part in shown, part


def test_the_public_sees_metres_but_no_money(register, tmp_path):
    export(register, tmp_path, PATHS, profile="public")
    shown = text_of(tmp_path / "2026-01_a4.pdf")
    assert "305,0" in shown and "Ausbau Mühlweg" in shown
    for part in ("€", "%", "53,33", "63.996", "Kosten:", "NICHTÖFFENTLICH"):
        assert part not in shown, part


def test_a_resolved_version_counts_and_what_was_computed_since_does_not(register, tmp_path):
    copy = tmp_path / "register.gpkg"
    shutil.copy(register, copy)
    with open_register(copy) as store:
        project = store.read("joint_project", ["uuid"], {"number": PATHS})["uuid"][0]
        nothing = Decimal(0)
        for version, amount in ((1, "1.00"), (2, "777.77")):
            split = store.insert("cost_split", {
                "project_uuid": [project], "split_version": [version], "kind": ["resolved"],
                "basis": ["planned"], "made_on": [date(2026, 3, version)],
                "total": [Decimal(amount)], "eligible": [nothing], "granted": [nothing],
                "own_share": [Decimal(amount)], "inputs": [{}], "steps": [{}],
                "fingerprint": ["x"],
            })  # fmt: skip
            store.insert("cost_split_share", {
                "split_uuid": split, "ags": [NORTH], "percent": [100.0],
                "amount": [Decimal(amount)],
            })  # fmt: skip
    export(str(copy), tmp_path / "maps", PATHS)
    shown = text_of(tmp_path / "maps" / "2026-01_a4.pdf")
    assert "777,77 €" in shown and "beschlossene Fassung 2 vom 02.03.2026" in shown
    assert "63.996,01" not in shown and "1,00 €" not in shown


def test_the_legend_explains_the_roles_that_are_shown_and_no_others(council):
    folder, _ = council
    paths = text_of(folder / "2026-01_a4.pdf")
    assert "Wege im Projekt" in paths and "Ausbau" in paths and "Wege im Bestand" in paths
    assert "Neubau" not in paths and "Unterhalt" not in paths
    lights = page_of(folder / "2026-02_a3.pdf", 1)
    assert "Straßenleuchten im Projekt" in lights and "Neubau" in lights and "Unterhalt" in lights
    assert "Wege im Projekt" not in lights


def test_what_lies_far_apart_gets_an_index_and_a_sheet_for_each_place(council):
    folder, report = council
    assert {f["file"]: f["pages"] for f in report.values["files"]}["2026-02_a3.pdf"] == 3
    index = page_of(folder / "2026-02_a3.pdf", 1)
    assert "Blattübersicht" in index and "Blattschnitt mit Blattnummer" in index
    second, third = (page_of(folder / "2026-02_a3.pdf", n) for n in (2, 3))
    assert "Detailblatt" in second and "2 / 3" in second and "1:2.500" in second
    assert "F1" in second and "F2" not in second
    assert "F2" in third and "F1" not in third


def test_the_atlas_begins_with_all_projects_their_phases_and_pages(council):
    folder, _ = council
    first = page_of(folder / "projects_a3.pdf", 1)
    assert "Übersicht der Gemeinschaftsprojekte" in first
    assert re.search(rf"{PATHS} Ausbau Mühlweg Idee 2\b", first)
    assert re.search(rf"{LIGHTS} Leuchten beantragt 3\b", first)
    assert EMPTY not in first
    assert "Projekte nach Phase: Strecken" in first and "Projekte nach Phase: Standorte" in first
    assert "Ausbau Mühlweg" in page_of(folder / "projects_a3.pdf", 2)


def test_a_municipalitys_part_is_shown_and_named(register, tmp_path):
    report = export(register, tmp_path, LIGHTS, municipality=NORTH)
    (file,) = report.values["files"]
    assert file["file"] == f"2026-02_Norddorf_{NORTH}_a4.pdf"
    assert file["pages"] == 1
    shown = text_of(tmp_path / file["file"])
    assert "2026-02 – Anteil Norddorf" in shown and "Gemeindegebiet Norddorf" in shown
    assert "F1" in shown and "F2" not in shown


def test_what_a_profile_may_not_see_is_neither_shown_nor_counted(register, tmp_path):
    report = export(register, tmp_path, LIGHTS, profile="public", format="png")
    assert [x.values["count"] for x in report.lines if x.key == "maps.assets_hidden"] == [1]


def test_linked_lines_appear_when_asked_for_with_their_note(register, tmp_path):
    export(register, tmp_path, WATER, utility_lines=True)
    shown = text_of(tmp_path / "2026-05_a3.pdf")
    assert "KEINE PLANAUSKUNFT" in shown and "Leitungen im Projekt" in shown


@pytest.mark.parametrize(("number", "given", "key"), [
    ("2026-1", {}, "maps.unknown_project"),
    (EMPTY, {}, "maps.project_without_assets"),
    (SECRET, {}, "maps.project_not_visible"),
    (WATER, {}, "maps.project_shows_nothing"),
    (PATHS, {"municipality": "01234567"}, "maps.unknown_municipality"),
    (LIGHTS, {"municipality": "09999999"}, "maps.part_is_empty"),
    (PATHS, {"geo_pdf": True, "format": "svg"}, "maps.geo_is_pdf"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_a_sentence(register, tmp_path, number, given, key):
    with pytest.raises(InputError) as refused:
        export(register, tmp_path / "maps", number, **given)
    assert refused.value.key == key
    assert not (tmp_path / "maps").exists()


def test_an_unknown_number_brings_up_the_similar_ones(register, tmp_path):
    with pytest.raises(InputError) as refused:
        export(register, tmp_path, "2026-1")
    assert PATHS in refused.value.text("de") and "2026-1" in refused.value.text("en")


def test_without_territory_shares_there_is_no_plan(register, tmp_path):
    copy = tmp_path / "register.gpkg"
    shutil.copy(register, copy)
    with open_register(copy) as store:
        uuid = store.read("path", ["uuid"], {"asset_no": "W1"})["uuid"]
        store.update("path", {"uuid": uuid, "ags": [SOUTH]})
    with pytest.raises(InputError) as refused:
        export(str(copy), tmp_path / "maps", PATHS)
    assert refused.value.key == "tasks.shares_old" and "compute_shares" in refused.value.text("de")


def test_a_geopdf_knows_where_it_lies_and_its_text_is_found(register, tmp_path):
    from osgeo import gdal

    gdal.UseExceptions()
    report = export(register, tmp_path, LIGHTS, geo_pdf=True)
    names = [f["file"] for f in report.values["files"]]
    assert names == ["2026-02_a3_1.pdf", "2026-02_a3_2.pdf", "2026-02_a3_3.pdf"]
    sheet = gdal.Open(str(tmp_path / names[1]))
    west, width, _, north, _, height = sheet.GetGeoTransform()
    assert "25832" in sheet.GetProjection()
    assert west < EAST + 3800 < west + width * sheet.RasterXSize
    assert north > MIDDLE + 3800 > north + height * sheet.RasterYSize
    assert width == pytest.approx(2.5 * 25.4 / 72, rel=1e-6)  # metres on the ground of a point
    assert "Straßenleuchten im Projekt" in text_of(tmp_path / names[1])


def test_a_municipalitys_map_can_be_a_geopdf_too(register, tmp_path):
    from osgeo import gdal

    gdal.UseExceptions()
    export(register, tmp_path, municipality=NORTH, geo_pdf=True)
    sheet = gdal.Open(str(tmp_path / f"Norddorf_{NORTH}_a3.pdf"))
    assert "25832" in sheet.GetProjection()


def test_the_same_state_gives_the_same_plan(register, tmp_path):
    for name in ("one", "two"):
        export(register, tmp_path / name, LIGHTS)
        export(register, tmp_path / name, LIGHTS, format="png")
        export(register, tmp_path / name, LIGHTS, format="svg")
    one, two = (tmp_path / name for name in ("one", "two"))
    assert text_of(one / "2026-02_a3.pdf") == text_of(two / "2026-02_a3.pdf")
    for page in (1, 2, 3):
        pictures = [picture_of(folder / "2026-02_a3.pdf", page) for folder in (one, two)]
        assert pictures[0] == pictures[1]
        for ending in ("png", "svg"):
            name = f"2026-02_a3_{page}.{ending}"
            assert (one / name).read_bytes() == (two / name).read_bytes()


def test_another_order_has_another_fingerprint(register, tmp_path):
    def fingerprint(folder, **given):
        export(register, tmp_path / folder, PATHS, **given)
        return re.search(r"\b[0-9a-f]{12}\b", text_of(tmp_path / folder / "2026-01_a4.pdf"))[0]

    assert fingerprint("one") == fingerprint("two")
    assert fingerprint("one") != fingerprint("three", profile="public")


def test_without_an_issue_date_it_is_that_of_the_data_and_never_the_clock(
    register, tmp_path, monkeypatch
):
    from ile_gis_plugin.project import map_order, maps

    class Tomorrow(date):
        @classmethod
        def today(cls):
            raise AssertionError("nobody asks the clock")

    monkeypatch.setattr(maps, "date", Tomorrow)
    monkeypatch.setattr(map_order, "date", Tomorrow)
    with open_register(register, read_only=True) as store:
        change = store.info().change
        log = store.find("change_log", [("fid", "=", change)], ["changed_at"])
    stand = date.fromisoformat(str(log["changed_at"][0])[:10]).strftime("%d.%m.%Y")
    export(register, tmp_path, PATHS, issue_date=None)
    assert text_of(tmp_path / "2026-01_a4.pdf").count(stand) == 2  # data date, issue date


def test_a_picture_for_slides_has_the_sheets_proportions(register, tmp_path):
    from qgis.PyQt.QtGui import QImage

    export(register, tmp_path, PATHS, format="png", paper="a3")
    picture = QImage(str(tmp_path / "2026-01_a3.png"))
    assert picture.width() / picture.height() == pytest.approx(420 / 297, abs=0.001)
    assert picture.width() > 3000


def test_the_text_of_an_svg_is_text(register, tmp_path):
    export(register, tmp_path, PATHS, format="svg")
    content = (tmp_path / "2026-01_a4.svg").read_text("utf-8")
    assert "Ausbau Mühlweg</text>" in content and str(tmp_path) not in content


def test_projects_whose_numbers_look_alike_as_file_names_keep_their_files(register, tmp_path):
    copy = tmp_path / "register.gpkg"
    shutil.copy(register, copy)
    with open_register(copy) as store:
        first, second = store.read("joint_project", ["uuid"], {"number": [PATHS, LIGHTS]})["uuid"]
        store.update("joint_project", {"uuid": [first, second], "number": ["A/1", "A 1"]})
    report = export(str(copy), tmp_path / "maps", "A/1", "A 1", paper="a3")
    names = [f["file"] for f in report.values["files"]]
    assert len(set(names)) == 2


@pytest.mark.parametrize("name", ["project_map_a4_portrait", "project_map_a3_landscape"])
def test_twelve_participants_with_long_names_fit_the_table(name):
    from qgis.core import QgsProject

    from ile_gis_plugin.project.layouts import load_template
    from ile_gis_plugin.project.tables import Column, Content, Line, tables_of

    project = QgsProject()
    layout = load_template(project, resource(f"styles/{name}.qpt"))
    table = tables_of(layout)["shares"]
    columns = (Column(""), Column("Gemeinde"), Column("Länge [m]", "right"),
               Column("Objekte", "right"), Column("Anteil [%]", "right"),
               Column("Betrag", "right"))  # fmt: skip
    cells = ("", "Verwaltungsgemeinschaft Neustadt an der Waldnaab",
             "123.456,7", "1.234", "100,00", "12.345.678,90 €")  # fmt: skip
    usual = ("", "Markt Rettenbach am Günzufer", *cells[2:])
    lines = [Line(cells if n % 3 == 0 else usual, "#ffeedd") for n in range(13)]
    table.fill(Content(columns, tuple(lines)))
    item = layout.multiFrames()[0]
    outer = layout.itemById("shares_frame").sceneBoundingRect()
    assert outer.contains(item.frame(0).sceneBoundingRect())
    assert item.frameCount() == 1
    assert item.totalSize().height() <= item.frame(0).rect().height() * 1.001
    size = item.contentTextFormat().size()
    assert size >= 5  # points: small, and still read
    table.fill(Content(columns[:2], (Line(("", "Buch"), "#ffeedd"),)))
    assert item.contentTextFormat().size() > size


def test_sheets_hold_all_points_and_none_is_empty():
    from ile_gis_plugin.project.tiling import cover

    rng = np.random.default_rng(7)
    for _ in range(50):
        centres = rng.uniform(0, 20_000, (rng.integers(1, 9), 2))
        points = np.concatenate([c + rng.normal(0, rng.uniform(1, 400), (20, 2)) for c in centres])
        boxes = np.array(cover(points, 700, 500))
        inside = (
            (points[:, None] >= boxes[:, :2]) & (points[:, None] <= boxes[:, 2:])
        ).all(axis=2)  # fmt: skip
        assert inside.any(axis=1).all() and inside.any(axis=0).all()
        assert (boxes[:, 2] - boxes[:, 0] <= 700).all()
        assert (boxes[:, 3] - boxes[:, 1] <= 500).all()


def test_what_is_stretched_out_is_divided_evenly():
    from ile_gis_plugin.project.tiling import cover

    x = np.linspace(0, 10_000, 1001)
    boxes = np.array(cover(np.column_stack((x, 0 * x)), 3_000, 1_000))
    widths = boxes[:, 2] - boxes[:, 0]
    assert len(boxes) == 4 and widths.max() - widths.min() < 100


def test_points_on_lines_are_never_far_apart():
    from ile_gis_plugin.project.tiling import thickened

    coords = np.array([[0, 0], [100, 0], [100, 7], [900, 900], [900, 901]], dtype=float)
    points = thickened(coords, np.array([0, 3, 5]), 10.0)
    first = points[(points[:, 0] <= 100)]
    assert len(np.unique(first, axis=0)) == 10 + 1 + 1 and [900, 901] in points.tolist()
    assert not ((points[:, 0] > 100) & (points[:, 0] < 900)).any()  # nothing between two lines


def symbols(style, kind="LineString", field="role"):
    from qgis.core import QgsVectorLayer

    from ile_gis_plugin.project.layers import TABLE_PROPERTY
    from ile_gis_plugin.project.styling import apply_style

    layer = QgsVectorLayer(f"{kind}?crs=EPSG:25832&field={field}:string", "x", "memory")
    layer.setCustomProperty(TABLE_PROPERTY, "joint_project")
    apply_style(layer, style, "de")
    return {c.value(): c.symbol().clone() for c in layer.renderer().categories()}


def test_roles_are_told_apart_by_form_and_not_only_by_colour():
    found = symbols("map_role_line")
    assert set(found) == {code.code for code in codes.ASSET_ROLE.codes}
    forms = [
        str([(part.useCustomDashPattern(), part.customDashVector(), part.width())
             for part in symbol.symbolLayers()])
        for symbol in found.values()
    ]  # fmt: skip
    assert len(set(forms)) == 3
    for style in ("map_role_light", "map_role_station"):
        marks = [symbol.symbolLayers()[0].properties()["name"]
                 for symbol in symbols(style, "Point").values()]  # fmt: skip
        assert len(set(marks)) == 3


def test_every_phase_has_a_mark_of_its_own():
    phases = {code.code for code in codes.PHASE.codes}
    points = symbols("map_phase_point", "Point", "phase")
    assert set(points) == set(symbols("map_phase_line", field="phase")) == phases
    marks = [symbol.symbolLayers()[1].properties()["name"] for symbol in points.values()]
    assert len(set(marks)) == len(phases)


def test_every_sheets_words_are_there_in_both_languages():
    from ile_gis_plugin.core.messages import catalogue
    from ile_gis_plugin.project.project_sheets import CELLS

    needed = [f"caption_{cell}" for cell in CELLS]
    needed += [f"document_{kind}" for kind in ("whole", "index", "detail", "all")]
    assert [key for key in needed if f"maps.{key}" not in catalogue()] == []


def test_an_english_plan_is_english(register, tmp_path):
    export(register, tmp_path, PATHS, lang="en")
    shown = text_of(tmp_path / "2026-01_a4.pdf")
    for part in ("Lead", "Site plan", "Shares of the municipalities", "€63,996.01", "2026-05-31",
                 "Paths of the project", "upgrade"):  # fmt: skip
        assert part in shown, part
    for word in ("Lageplan", "Federführung", "Ausbau (", "Beteiligte"):
        assert word not in shown, word
