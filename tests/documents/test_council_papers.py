"""The job: from a register to papers in a folder, all of them or none."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from docx import Document

from ile_gis_plugin.core.command_line import run_script
from ile_gis_plugin.core.stores import open_register
from tests.documents.reading import docx_text, pdf_text
from tests.support import EAST, WEST, line, point, small_register

JOB = ".core.tasks.council_papers"


def insert(store, table, *rows):
    return store.insert(table, {name: [row[name] for row in rows] for name in rows[0]})


@pytest.fixture
def register(tmp_path, monkeypatch):
    """West and Ost build a path over their border and share a lamp: 10,000 € net each."""
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    path = small_register(tmp_path / "register.gpkg")
    with open_register(path) as store:
        (way,) = insert(store, "path", {
            "ags": WEST, "asset_no": "W1", "name": "Grenzweg",
            "geom": line((604000, 5342000), (606000, 5342000))})  # fmt: skip
        (lamp,) = insert(store, "streetlight", {"ags": WEST, "asset_no": "L1", "geom": point()})
        paths, lamps = insert(store, "joint_project", *(
            {"number": number, "title": title, "lead_ags": WEST, "share_key": "equal",
             "visibility": "council", "budget_year": 2026, "remarks": "Geheimwort"}
            for number, title in (("G-1", "Weg"), ("G/2", "Leuchte"))))
        for project, asset, kind in ((paths, way, "path"), (lamps, lamp, "streetlight")):
            insert(store, "participant", *(
                {"project_uuid": project, "ags": ags, "budget_line": "6300"}
                for ags in (WEST, EAST)))
            insert(store, "project_asset", {"project_uuid": project, "asset_class": kind,
                                            "asset_uuid": asset, "role": "new"})
            insert(store, "cost_item", {
                "project_uuid": project, "title": "Bau", "unit_price": Decimal("10000.00"),
                "net_amount": Decimal("10000.00"), "vat_rate": 19.0})
        insert(store, "resolution", {
            "project_uuid": paths, "ags": WEST, "committee": "Bauausschuss", "is_public": True,
            "meeting_on": date(2026, 4, 21)})
    assert run_script(".core.tasks.compute_shares", [str(path)]) == 0
    return path


def run(register, *arguments):
    return run_script(JOB, [str(register), str(register.parent / "papers"), *arguments])


def made(register):
    folder = register.parent / "papers"
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else None


def test_every_participant_of_every_project_gets_a_paper_as_docx_and_pdf(register, tmp_path):
    assert run(register, "--json", str(tmp_path / "report.json"), "--lang", "de") == 0
    stems = ["G-1_Ost_09775129_council", "G-1_West_09775118_public",
             "G_2_Ost_09775129_council", "G_2_West_09775118_council"]  # fmt: skip
    assert made(register) == [stem + suffix for stem in stems for suffix in (".docx", ".pdf")]
    # 11,900.00 € gross, half of it each
    words = pdf_text(register.parent / "papers" / "G-1_West_09775118_public.pdf")
    assert "5.950,00 €" in words and "Bauausschuss" in words and "Geheimwort" not in words
    report = json.loads((tmp_path / "report.json").read_text())["report"]
    assert len(report["files"]) == 8 and report["pdf"]
    assert {paper["amount"] for paper in report["papers"]} == {"5950.00"}


def test_one_project_and_one_municipality_in_english_without_pdf(register):
    arguments = ("--project", "G-1", "--municipality", EAST, "--no-pdf", "--lang", "en",
                 "--issue-date", "2026-05-04")  # fmt: skip
    assert run(register, *arguments) == 0
    assert made(register) == ["G-1_Ost_09775129_council.docx"]
    words = docx_text(register.parent / "papers" / "G-1_Ost_09775129_council.docx")
    assert "€5,950.00" in words and "2026-05-04" in words


def test_the_same_register_gives_the_same_files(register):
    contents = []
    for _ in range(2):
        assert run(register, "--project", "G-1") == 0
        folder = register.parent / "papers"
        contents.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert contents[0] == contents[1]


def test_without_libreoffice_the_documents_stay_and_a_sentence_says_why(
    register, monkeypatch, capsys
):  # fmt: skip
    assert run(register, "--project", "G-1") == 0
    monkeypatch.setenv("PATH", str(register.parent))
    assert run(register, "--project", "G-1", "--lang", "de") == 0
    assert "LibreOffice Writer installieren" in capsys.readouterr().out
    # the PDFs of the first run would contradict the new documents
    assert all(name.endswith(".docx") for name in made(register))


def test_a_template_of_the_office_is_used(register, tmp_path):
    own = Document()
    own.add_paragraph("Unsere Vorlage: {{ title }} {{ share_amount }}")
    own.save(tmp_path / "own.docx")
    assert run(register, "--template", str(tmp_path / "own.docx"), "--no-pdf", "--lang", "de") == 0
    words = docx_text(register.parent / "papers" / "G_2_Ost_09775129_council.docx")
    assert "Unsere Vorlage: Leuchte 5.950,00 €" in words


@pytest.mark.parametrize(("arguments", "said"), [
    (("--project", "G-9"), "G-9"),
    (("--municipality", "09775161"), "09775161"),
    (("--issue-date", "31.03.2026"), "31.03.2026"),
    (("--variant", "secret"), "secret"),
    (("--template", "absent.docx"), "absent.docx"),
])  # fmt: skip
def test_wrong_input_is_one_sentence_and_leaves_nothing(register, capsys, arguments, said):
    capsys.readouterr()
    assert run(register, *arguments, "--no-pdf", "--lang", "de") == 2
    (sentence,) = capsys.readouterr().err.strip().splitlines()[-1:]
    assert sentence.startswith("Fehler: ") and said in sentence
    assert made(register) is None


def test_a_broken_template_leaves_an_earlier_run_as_it_was(register, tmp_path):
    assert run(register, "--no-pdf") == 0
    before = made(register)
    broken = Document()
    broken.add_paragraph("{{ no_such_field }}")
    broken.save(tmp_path / "broken.docx")
    assert run(register, "--no-pdf", "--template", str(tmp_path / "broken.docx")) == 2
    assert made(register) == before
