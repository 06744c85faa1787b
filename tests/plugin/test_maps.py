"""Council maps as PDF, read back with poppler."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date

import pytest

from ile_gis_plugin.core.errors import Cancelled, InputError, RegisterError
from ile_gis_plugin.core.resources import resource
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.task import Silent
from tests.plugin.small_register import EAST, NORTH, NORTHING, SIDE, SOUTH, line, make, point

PAPER_POINTS = {"a4": (595, 842), "a3": (1191, 842)}
ISSUED = "2026-05-31"

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    path = make(tmp_path_factory.mktemp("maps") / "register.gpkg")
    with open_register(path) as store, store.transaction(by="Test"):
        uuids = store.read("municipality", ["uuid"])["uuid"]
        store.update("municipality", {
            "uuid": uuids, "source": ["© Vermessungsverwaltung, CC BY 4.0"] * 3,
            "source_date": [date(2026, 1, 1)] * 3,
        })  # fmt: skip
        store.insert("path", {
            "asset_no": ["W8", "W9"], "ags": [NORTH] * 2, "legal_class": ["restricted"] * 2,
            "is_core": [True] * 2, "name": ["Geheimweg", "Gremienweg"],
            "visibility": ["restricted", "council"],
            "geom": [line((EAST + 500, NORTHING + SIDE + y), (EAST + 3500, NORTHING + SIDE + y))
                     for y in (2800, 3400)],
        })  # fmt: skip
        store.insert("charging_point", {
            "asset_no": ["E8"], "ags": [NORTH], "name": ["Bauhof"], "device_type": ["fast"],
            "public_access": [False],
            "geom": [point(EAST + 3000, NORTHING + SIDE + 2000)],
        })  # fmt: skip
    return str(path)


def export(register, folder, **given):
    from ile_gis_plugin.project.maps import TASK

    values = {p.name: p.default for p in TASK.parameters}
    values |= {"lang": "de", "register": register, "folder": str(folder), "issue_date": ISSUED}
    return TASK.run(values | given, Silent())


def text_of(pdf, *options):
    done = subprocess.run(["pdftotext", "-layout", *options, str(pdf), "-"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return re.sub(r"\s+", " ", re.sub(r"(\d) ?/ ?(\d)", r"\1 / \2", done.stdout))


def facts_of(pdf):
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
    return dict(re.findall(r"(?m)^([^:]+):\s+(.*)$", done.stdout))


@pytest.fixture(scope="module")
def public(register, tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    return folder, export(register, folder, creator="Geschäftsstelle", approver="Rat")


@pytest.fixture(scope="module")
def internal(register, tmp_path_factory):
    folder = tmp_path_factory.mktemp("internal")
    return folder, export(register, folder, utility_lines=True, paper="a4", municipality=NORTH)


def test_each_member_gets_a_map_and_all_an_atlas(public):
    folder, report = public
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["Norddorf_09999101_a3.pdf", "Sueddorf_09999102_a3.pdf", "atlas_a3.pdf"]
    assert sorted(f["file"] for f in report.values["files"]) == names


def test_the_atlas_has_an_overview_and_a_page_for_each_member(public):
    folder, _ = public
    assert facts_of(folder / "atlas_a3.pdf")["Pages"] == "3"
    pages = [text_of(folder / "atlas_a3.pdf", "-f", str(n), "-l", str(n)) for n in (1, 2, 3)]
    assert "Blattübersicht" in pages[0] and "ILE-ATLAS-" in pages[0]
    assert "Markt Norddorf" in pages[1] and f"ILE-{NORTH}-" in pages[1] and "2 / 3" in pages[1]
    assert "Gemeinde Süddorf" in pages[2] and f"ILE-{SOUTH}-" in pages[2] and "3 / 3" in pages[2]


def test_the_title_block_is_complete(public, register):
    folder, _ = public
    with open_register(register, read_only=True) as store:
        version = store.info().change
    shown = text_of(folder / "Norddorf_09999101_a3.pdf")
    for part in ("Gesetzlicher Eigentümer", "Markt Norddorf", "Übersichtslageplan",
                 "Gemeindekarte gemeinsame Infrastruktur", f"ILE-{NORTH}-{version}",
                 "31.05.2026", "1 / 1", "Geschäftsstelle", "Rat", "öffentlich",
                 "1:25.000 (A3)", "ETRS89 / UTM Zone 32N (EPSG:25832) · Höhen: keine",
                 f"Nr. {version}", "Datenstand", "A3 quer"):  # fmt: skip
        assert part in shown, part


def test_the_map_names_its_sources_and_its_neighbours(public):
    folder, _ = public
    shown = text_of(folder / "Norddorf_09999101_a3.pdf")
    assert "© Vermessungsverwaltung, CC BY 4.0 (Stand 01.01.2026)" in shown
    assert "Fachdaten: ILE Nord-Süd" in shown
    assert "Süddorf" in shown and "Ostheim" in shown


def test_the_legend_explains_what_is_shown_and_nothing_else(public):
    folder, _ = public
    shown = text_of(folder / "Norddorf_09999101_a3.pdf")
    for part in ("Zeichenerklärung", "Gemeindegebiet Norddorf", "Straßenleuchten", "LED",
                 "Natriumdampf-Hochdruck (NAV)", "Wege", "Ladeeinrichtungen"):  # fmt: skip
        assert part in shown, part
    for part in ("Leitungen", "Halogenmetalldampf", "Staatsstraße", "Schnellladeeinrichtung"):
        assert part not in shown, part


def test_every_kind_of_municipality_and_every_stamp_has_its_words():
    from ile_gis_plugin.core.definition import REGISTER
    from ile_gis_plugin.core.messages import catalogue
    from ile_gis_plugin.project.map_layers import PROFILES
    from ile_gis_plugin.project.sheets import CELLS

    kinds = [code.code for code in REGISTER["municipality"]["kind"].domain.codes]
    needed = [f"owner_{kind}" for kind in kinds]
    needed += [f"status_none_{profile}" for profile in PROFILES]
    needed += [f"caption_{cell}" for cell in CELLS]
    assert [key for key in needed if f"maps.{key}" not in catalogue()] == []


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_the_sheet_has_its_paper_size(register, tmp_path, paper):
    export(register, tmp_path, paper=paper, municipality=SOUTH)
    size = facts_of(tmp_path / f"Sueddorf_{SOUTH}_{paper}.pdf")["Page size"]
    found = [float(n) for n in re.findall(r"[\d.]+", size)[:2]]
    assert found == pytest.approx(PAPER_POINTS[paper], abs=1.5)


def test_an_english_map_is_english(register, tmp_path):
    export(register, tmp_path, lang="en", municipality=SOUTH, stamp="draft")
    shown = text_of(tmp_path / f"Sueddorf_{SOUTH}_a3.pdf")
    for part in ("Legal owner", "Municipality of Süddorf", "Scale", "1:25,000 (A3)", "2026-05-31",
                 "Legend", "Streetlights", "DRAFT"):  # fmt: skip
        assert part in shown, part
    for word in ("Maßstab", "Zeichenerklärung", "ENTWURF", "Straßenleuchten"):
        assert word not in shown, word


def test_a_public_map_hides_what_is_not_public(public):
    folder, _ = public
    shown = text_of(folder / "Norddorf_09999101_a3.pdf")
    assert "beschränkt-öffentlicher Weg" not in shown and "Kernweg" not in shown
    assert "Schnellladeeinrichtung" not in shown  # the only one has no public access
    assert "Planauskunft" not in shown.lower() and "NICHTÖFFENTLICH" not in shown


def test_a_council_map_shows_what_councils_may_see_but_nothing_restricted(register, tmp_path):
    export(register, tmp_path, profile="council", municipality=NORTH)
    shown = text_of(tmp_path / f"Norddorf_{NORTH}_a3.pdf")
    assert "Gremienweg" in shown and "NICHTÖFFENTLICH" in shown
    assert "Geheimweg" not in shown


def test_lines_come_only_when_asked_and_never_without_the_warning(internal):
    folder, report = internal
    shown = text_of(folder / f"Norddorf_{NORTH}_a4.pdf")
    assert "Leitungen" in shown and "Wasser" in shown
    assert "KEINE PLANAUSKUNFT" in shown and "NICHTÖFFENTLICH" in shown
    assert report.values["profile"] == "internal"


def test_lines_on_a_public_map_are_refused(register, tmp_path):
    with pytest.raises(InputError) as refused:
        export(register, tmp_path / "maps", utility_lines=True, profile="public")
    assert refused.value.key == "maps.lines_are_not_public"
    assert not (tmp_path / "maps").exists()


def test_lines_for_councils_leave_their_true_course(register):
    from qgis.core import QgsProject

    from ile_gis_plugin.project.map_layers import load_layers

    with open_register(register) as store:
        store.update("utility_line", {"uuid": store.read("utility_line", ["uuid"])["uuid"],
                                      "visibility": ["council"]})  # fmt: skip
        store.insert("utility_line", {
            "asset_no": ["L7"], "ags": [NORTH], "network_type": ["gas"], "accuracy_m": [0.1],
            "visibility": ["council"], "dn_mm": [150],
            "geom": [line((EAST, NORTHING), (EAST + 50, NORTHING + 9), (EAST + 100, NORTHING))],
        })  # fmt: skip
    project = QgsProject()
    layer = next(x for x in load_layers(project, register, "de", "council", True).assets
                 if x.name() == "Leitungen")  # fmt: skip
    assert layer.fields().names() == ["network_type", "status"]
    gas = next(f for f in layer.getFeatures() if f["network_type"] == "gas")
    assert gas.geometry().constGet().nCoordinates() == 2


@pytest.mark.parametrize("utility_lines", [False, True])
def test_paths_are_pale_only_where_lines_are_shown(register, utility_lines):
    from qgis.core import QgsProject, QgsRenderContext

    from ile_gis_plugin.project.map_layers import load_layers

    project = QgsProject()
    layers = load_layers(project, register, "de", "internal", utility_lines).assets
    symbols = {layer.name(): layer.renderer().symbols(QgsRenderContext()) for layer in layers}
    colors = [part.color().toHsl() for symbol in symbols["Wege"] for part in symbol.symbolLayers()]
    darkest = min(color.lightnessF() for color in colors)
    assert (darkest > 0.5) is utility_lines
    assert all(c.hslSaturationF() < 0.45 for c in colors) is utility_lines
    if utility_lines:
        parts = [part for symbol in symbols["Leitungen"] for part in symbol.symbolLayers()]
        assert min(part.color().lightnessF() for part in parts) < 0.25


def test_the_overview_shows_all_members_with_room_and_cuts_no_name(register):
    from qgis.core import QgsLayoutItemMap, QgsProject, QgsRectangle

    from ile_gis_plugin.project.layouts import Arrangement, load_template

    project = QgsProject()
    layout = load_template(project, resource("styles/council_map_a3_landscape.qpt"))
    arrangement = Arrangement(layout)
    members = QgsRectangle(0, 0, 10_000, 20_000)
    arrangement.fit_overview(members)
    assert arrangement.overview.extent().contains(members.buffered(900))
    flags = arrangement.overview.mapFlags()
    assert not flags & QgsLayoutItemMap.MapItemFlag.ShowPartialLabels


def test_words_are_found_though_their_letters_could_be_ligatures(public):
    folder, _ = public
    shown = text_of(folder / "Norddorf_09999101_a3.pdf")
    assert "Identifikationsnummer" in shown and "öffentlich" in shown


def test_the_text_is_text_in_an_embedded_font(public):
    folder, _ = public
    done = subprocess.run(["pdffonts", str(folder / "atlas_a3.pdf")], capture_output=True,
                          text=True, check=True)  # fmt: skip
    fonts = done.stdout.splitlines()[2:]
    assert fonts and all(" yes " in f for f in fonts)
    assert (folder / "atlas_a3.pdf").stat().st_size < 3_000_000


def test_the_same_register_and_date_give_the_same_map(register, tmp_path):
    pictures, texts = [], []
    for name in ("one", "two"):
        export(register, tmp_path / name, municipality=NORTH)
        pdf = tmp_path / name / f"Norddorf_{NORTH}_a3.pdf"
        texts.append(text_of(pdf))
        subprocess.run(["pdftoppm", "-singlefile", "-r", "60", str(pdf), str(tmp_path / name)],
                       check=True)  # fmt: skip
        pictures.append((tmp_path / f"{name}.ppm").read_bytes())
    assert texts[0] == texts[1]
    assert pictures[0] == pictures[1]


def test_the_file_tells_its_author_but_no_user_and_no_place(public, register):
    folder, _ = public
    facts = facts_of(folder / "atlas_a3.pdf")
    assert "Gemeindekarte" in facts["Title"] and "ILE Nord-Süd" in facts["Title"]
    content = (folder / "atlas_a3.pdf").read_bytes()
    assert str(folder).encode() not in content and b"register.gpkg" not in content


@pytest.mark.parametrize(("metres", "scale"), [
    (20, 500), (90, 500), (91, 1_000), (700, 5_000), (2_400, 25_000), (4_900, 50_000),
    (26_000, 150_000), (30_000, 200_000), (900_000, 5_000_000),
])  # fmt: skip
def test_a_territory_of_any_extent_gets_a_usual_scale(metres, scale):
    from ile_gis_plugin.project.layouts import usual_scale

    assert usual_scale(metres, metres, 180, 180) == scale


def test_the_scale_is_the_largest_that_fits(public):
    _, report = public
    assert {f["file"]: f["scales"] for f in report.values["files"]}["atlas_a3.pdf"] == [
        50_000,
        25_000,
        25_000,
    ]


def test_boxes_on_the_map_leave_the_territory_free(register):
    from qgis.core import QgsGeometry, QgsProject, QgsRectangle

    from ile_gis_plugin.project.layouts import Arrangement, load_template

    project = QgsProject()
    layout = load_template(project, resource("styles/council_map_a4_portrait.qpt"))
    arrangement = Arrangement(layout)
    upper_left = QgsGeometry.fromRect(QgsRectangle(0, 2000, 4000, 4000))
    arrangement.fit_map(QgsRectangle(0, 0, 4000, 4000))
    arrangement.keep_clear(("note", "stamp"), lambda box: upper_left.intersection(
        QgsGeometry.fromRect(box)).area())  # fmt: skip
    note, stamp = (layout.itemById(n).sceneBoundingRect() for n in ("note", "stamp"))
    assert note.top() > 150  # it would hide the upper half, while the narrower stamp does not
    assert not note.intersects(stamp)


@pytest.mark.parametrize("name", ["council_map_a4_portrait", "council_map_a3_landscape"])
def test_long_texts_are_shrunk_into_their_cells(register, name):
    from qgis.core import QgsProject

    from ile_gis_plugin.project.layouts import Arrangement, load_template

    project = QgsProject()
    layout = load_template(project, resource(f"styles/{name}.qpt"))
    owner = layout.itemById("owner")
    size = owner.textFormat().size()
    arrangement = Arrangement(layout)
    arrangement.fill_texts({"owner": "Verwaltungsgemeinschaft " * 5})
    assert owner.textFormat().size() < size
    arrangement.fill_texts({"owner": "Buch"})
    assert owner.textFormat().size() == size


def test_a_template_of_ones_own_is_used(register, tmp_path):
    own = tmp_path / "own.qpt"
    shipped = resource("styles/council_map_a3_landscape.qpt").read_text("utf-8")
    own.write_text(shipped.replace("[% @ile_paper %]", "Blatt des Bauamts"), "utf-8")
    export(register, tmp_path, template=str(own), municipality=NORTH)
    assert "Blatt des Bauamts" in text_of(tmp_path / f"Norddorf_{NORTH}_a3.pdf")


@pytest.mark.parametrize("content", ["no XML", "<Layout/>"])
def test_a_file_that_is_no_template_is_refused(register, tmp_path, content):
    own = tmp_path / "own.qpt"
    own.write_text(content, "utf-8")
    with pytest.raises(InputError) as refused:
        export(register, tmp_path / "maps", template=str(own))
    assert refused.value.key == "maps.template_unusable" and "own.qpt" in refused.value.text("de")


@pytest.mark.parametrize(("given", "key"), [
    ({"municipality": "01234567"}, "maps.unknown_municipality"),
    ({"issue_date": "31.5.2026"}, "maps.date_malformed"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(register, tmp_path, given, key):
    with pytest.raises(InputError) as refused:
        export(register, tmp_path / "maps", **given)
    assert refused.value.key == key
    assert not (tmp_path / "maps").exists()


def test_a_register_without_boundaries_says_so(register, tmp_path):
    bare = tmp_path / "register.gpkg"
    shutil.copy(register, bare)
    with open_register(bare) as store:
        uuids = store.read("municipality", ["uuid"])["uuid"]
        store.update("municipality", {"uuid": uuids, "geom": [None] * len(uuids)})
    with pytest.raises(InputError) as refused:
        export(str(bare), tmp_path / "maps")
    assert refused.value.key == "maps.no_members"


def test_a_stopped_export_leaves_nothing(register, tmp_path):
    from ile_gis_plugin.project.maps import TASK

    class Stop:
        calls = 0

        def report(self, fraction, message=None):
            self.calls += 1
            if self.calls == 6:
                raise Cancelled

    values = {p.name: p.default for p in TASK.parameters}
    values |= {"lang": "de", "register": register, "folder": str(tmp_path / "maps")}
    with pytest.raises(Cancelled):
        TASK.run(values, Stop())
    assert not (tmp_path / "maps").exists()


@pytest.fixture
def full_disk(monkeypatch):
    """A disk on which QGIS writes what fits, says that all went well, and nothing is free."""
    from qgis.core import QgsLayoutExporter

    from ile_gis_plugin.project import map_files, whole_files

    class Exporter:
        ExportResult = QgsLayoutExporter.ExportResult
        PdfExportSettings = QgsLayoutExporter.PdfExportSettings
        kept, last = 0, "atlas"

        @classmethod
        def exportToPdf(cls, pages, path, settings):
            result = QgsLayoutExporter.exportToPdf(pages, path, settings)
            if cls.last in path:
                with open(path, "rb+") as file:
                    file.truncate(cls.kept)
            return result

    usage = shutil.disk_usage("/")
    monkeypatch.setattr(map_files, "QgsLayoutExporter", Exporter)
    monkeypatch.setattr(whole_files.shutil, "disk_usage", lambda _: usage._replace(free=0))
    return Exporter


@pytest.mark.parametrize("kept", [0, 5000])
def test_a_full_disk_is_told_and_leaves_the_maps_that_were_there(
    register, tmp_path, full_disk, kept
):
    full_disk.kept = kept
    for name in (f"Norddorf_{NORTH}_a3.pdf", "atlas_a3.pdf"):
        (tmp_path / name).write_bytes(b"last year's map")
    with pytest.raises(RegisterError) as refused:
        export(register, tmp_path)
    assert refused.value.key == "errors.disk_full" and "atlas_a3.pdf" in refused.value.text("de")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        f"Norddorf_{NORTH}_a3.pdf": b"last year's map", "atlas_a3.pdf": b"last year's map",
    }  # fmt: skip


def test_a_map_that_is_not_whole_is_refused_though_the_disk_has_room(
    register, tmp_path, full_disk, monkeypatch
):
    from ile_gis_plugin.project import whole_files

    monkeypatch.setattr(whole_files, "ROOM", 0)
    with pytest.raises(InputError) as refused:
        export(register, tmp_path / "maps")
    assert refused.value.key == "errors.file_failed"
    assert not (tmp_path / "maps").exists()


def test_only_a_whole_pdf_counts_as_one(public, tmp_path):
    from ile_gis_plugin.project.whole_files import is_whole_pdf

    content = (public[0] / "atlas_a3.pdf").read_bytes()
    copy = tmp_path / "copy.pdf"

    def whole(changed, pages=3):
        copy.write_bytes(changed)
        return is_whole_pdf(copy, pages)

    assert whole(content)
    assert not whole(content, pages=4)
    assert not whole(b"")
    assert not whole(content[:-100])
    assert not whole(content[:9000] + content[13096:])
    assert not is_whole_pdf(tmp_path / "none.pdf", 3)


def test_an_open_project_is_not_touched(register, tmp_path):
    from qgis.core import QgsProject

    before = set(QgsProject.instance().mapLayers())
    title = QgsProject.instance().title()
    export(register, tmp_path, municipality=NORTH)
    assert set(QgsProject.instance().mapLayers()) == before
    assert QgsProject.instance().title() == title


@pytest.mark.parametrize(("name", "plain"), [
    ("Kellmünz a.d.Iller", "Kellmuenz_a_d_Iller"), ("Weißenhorn", "Weissenhorn"),
    ("../x", "x"), ("…", "map"),
])  # fmt: skip
def test_file_names_are_safe(name, plain):
    from ile_gis_plugin.project.map_files import safe_name

    assert safe_name(name) == plain
