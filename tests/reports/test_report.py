"""The report as a job: its files, in both languages, and what it refuses."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from ile_gis_plugin.core.command_line import checked, run_task
from ile_gis_plugin.core.documents import pdf
from ile_gis_plugin.core.documents.pdf import find_office
from ile_gis_plugin.core.errors import IleError, InputError
from ile_gis_plugin.core.reports.assumptions import KNOWN, Assumptions
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks.report import TASK
from ile_gis_plugin.core.tasks.task import Silent
from tests.documents.recalculation import needs_calc, recalculated, values_of, without_results
from tests.reports.conftest import filled
from tests.support import WEST

needs_office = pytest.mark.skipif(not find_office(), reason="LibreOffice is not installed")


def _report(register: Path, folder: Path, lang: str = "de", **more):
    values = {"register": str(register), "folder": str(folder), "lang": lang, **more}
    return TASK.run(checked(TASK, values), Silent())


@pytest.fixture
def without_office(monkeypatch):
    monkeypatch.setattr(pdf, "find_office", lambda: None)


def _text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True,
                          check=True).stdout  # fmt: skip


@needs_office
@pytest.mark.parametrize(("lang", "name", "told"), [
    ("de", "infrastrukturbericht", ("Nur für den internen Gebrauch", "Registerversion",
                                    "Fingerabdruck", "1.200 ", "Ostweg")),
    ("en", "infrastructure_report", ("For internal use only", "Register version",
                                     "Fingerprint", "1,200 ", "Ostweg")),
])  # fmt: skip
def test_workbook_and_pdf_are_written(register, tmp_path, lang, name, told):
    report = _report(register, tmp_path / "out", lang, on="2026-06-30", issue_date="2026-07-15",
                     charging_distance=1200)  # fmt: skip
    assert report.values["files"] == [f"{name}.xlsx", f"{name}.pdf"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(report.values["files"])
    text = _text(tmp_path / "out" / f"{name}.pdf")
    assert [words for words in told if words not in text] == []
    assert ("15.07.2026" if lang == "de" else "2026-07-15") in text
    assert report.values["fingerprint"][:12] in text


@needs_office
def test_the_same_state_gives_the_same_bytes(register, tmp_path):
    for folder in ("one", "two"):
        _report(register, tmp_path / folder)
    for name in ("infrastrukturbericht.xlsx", "infrastrukturbericht.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_without_libreoffice_there_is_the_word_document_and_a_sentence(
    register, tmp_path, without_office
):
    report = _report(register, tmp_path / "out")
    assert report.values["files"] == ["infrastrukturbericht.xlsx", "infrastrukturbericht.docx"]
    assert report.lines[-1].key == "papers.no_office"
    first = (tmp_path / "out" / "infrastrukturbericht.docx").read_bytes()
    _report(register, tmp_path / "out")
    assert (tmp_path / "out" / "infrastrukturbericht.docx").read_bytes() == first


def test_the_workbook_holds_the_figures(register, tmp_path, without_office):
    """By hand: 300 + 328 kWh in West at 2,000 reduced hours; 0.50 € for each kWh."""
    _report(register, tmp_path, on="2026-06-30", reduced_hours=2000, price_kwh=0.5)
    cells = values_of(tmp_path / "infrastrukturbericht.xlsx")
    west = next(cell[1:] for cell, value in cells["Straßenbeleuchtung"].items()
                if value == "West" and cell[0] == "A")  # fmt: skip
    light = cells["Straßenbeleuchtung"]
    assert [light[f"{column}{west}"] for column in "BCDEF"] == pytest.approx(
        [2, 0, 628, 314, 628 * 0.363])
    paths = cells["Bestand"]
    row = next(cell[1:] for cell, value in paths.items() if value == "Ost")
    assert paths[f"B{row}"] == 2
    assert paths[f"C{row}"] == pytest.approx(2.9008, abs=1e-4)


@needs_calc
def test_another_price_in_the_workbook_gives_another_cost(register, tmp_path, without_office):
    _report(register, tmp_path, on="2026-06-30", reduced_hours=2000)
    path = tmp_path / "infrastrukturbericht.xlsx"
    assumed = values_of(path)["Annahmen"]
    row = next(cell[1:] for cell, value in assumed.items() if value == "--price-kwh")
    bare = without_results(path, tmp_path / "bare.xlsx", {("Annahmen", f"B{row}"): 1.0})
    ((light,),) = [[cells["Straßenbeleuchtung"]] for cells in recalculated([bare], tmp_path)]
    west = next(cell[1:] for cell, value in light.items() if value == "West" and cell[0] == "A")
    total = str(int(west) + 1)
    assert light[f"E{west}"] == pytest.approx(628)
    assert light[f"E{total}"] == pytest.approx(628 + 328)


def test_every_assumption_is_a_parameter_with_its_default_and_is_printed(
    register, tmp_path, without_office
):
    known = {p.name: p.default for p in TASK.parameters}
    assert {name: known[name] for name in KNOWN} == vars(Assumptions())
    _report(register, tmp_path, "en", gap=321.5)
    sheet = openpyxl.load_workbook(tmp_path / "infrastructure_report.xlsx")["Assumptions"]
    told = {row[3].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert told == {"--" + name.replace("_", "-"): value
                    for name, value in vars(Assumptions(gap=321.5)).items()}  # fmt: skip


def test_a_municipality_has_a_report_of_its_own(register, tmp_path, without_office):
    report = _report(register, tmp_path, municipality=WEST)
    assert report.values["files"][0] == f"infrastrukturbericht_{WEST}.xlsx"
    book = values_of(tmp_path / report.values["files"][0])
    told = {value for sheet in book.values() for value in sheet.values()}
    assert "West" in told and not {"Ost", "Nachbarn und Übrige"} & told


@pytest.mark.parametrize(("given", "words"), [
    ({"price_kwh": -1}, "price_kwh"),
    ({"led_power": 120}, "led_power"),
    ({"burning_hours": 9000}, "8784"),
    ({"gap": 2, "joined": 5}, "joined"),
    ({"municipality": "09999999"}, "09775118"),
    ({"on": "30.6.2026"}, "JJJJ-MM-TT"),
    ({"issue_date": "heute"}, "JJJJ-MM-TT"),
])  # fmt: skip
def test_what_can_not_be_is_refused_with_a_sentence(register, tmp_path, given, words):
    with pytest.raises(InputError) as refused:
        _report(register, tmp_path / "out", **given)
    assert words in refused.value.text("de")
    assert refused.value.text("en") != refused.value.text("de")
    assert not (tmp_path / "out").exists()


def test_a_register_without_members_is_refused(register, tmp_path):
    with open_register(register) as store:
        uuids = store.read("municipality", ["uuid"])["uuid"]
        store.update("municipality", {"uuid": uuids, "is_member": [False] * len(uuids)})
    with pytest.raises(IleError, match="no members"):
        _report(register, tmp_path / "out")


def test_the_register_is_only_read(register, tmp_path, without_office):
    before = register.read_bytes()
    _report(register, tmp_path / "out")
    assert register.read_bytes() == before


def test_a_register_that_never_rests_is_refused(register, tmp_path, monkeypatch):
    from ile_gis_plugin.core.tasks import report as job

    def load_and_change(store, *rest):
        with open_register(register) as other:
            other.insert("path", {"ags": [WEST], "geom": [None]})
        return original(store, *rest)

    original = job.load
    monkeypatch.setattr(job, "load", load_and_change)
    with pytest.raises(IleError, match="being changed"):
        _report(register, tmp_path / "out")


def test_the_script_writes_the_figures_as_json(tmp_path, without_office, capsys):
    register = filled(tmp_path / "r.gpkg")
    code = run_task(TASK, [str(register), "--json", str(tmp_path / "r.json")], "en")
    assert code == 0, capsys.readouterr().err
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["report"]
    assert told["figures"]["charging"]["points"] == [5, 0, 0]
    assert told["figures"]["core"]["parts"] == 2
    assert (tmp_path / "reports" / told["files"][0]).is_file()


@needs_office
def test_long_names_and_many_municipalities_fit(tmp_path):
    register = filled(tmp_path / "r.gpkg")
    with open_register(register) as store:
        towns = store.read("municipality", ["uuid"])["uuid"]
        store.update("municipality", {"uuid": towns, "name": [
            "Bad Grönenbach-Wolfertschwenden an der Schwelk, Verwaltungsgemeinschaft",
            "Münsterhausen-Käsküche bei Übersee"]})  # fmt: skip
        store.insert("municipality", {
            "ags": [f"0977{n:04}" for n in range(100, 150)], "is_member": [True] * 50,
            "name": [f"Ort {n}" for n in range(50)], "geom": [None] * 50})  # fmt: skip
    _report(register, tmp_path / "out")
    text = _text(tmp_path / "out" / "infrastrukturbericht.pdf")
    assert "Weitere Zeilen: 12." in text
    assert "Grönenbach" in text
