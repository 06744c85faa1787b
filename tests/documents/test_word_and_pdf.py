"""Templates filled, converted, and the same again."""

from __future__ import annotations

import os
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from ile_gis_plugin.core.documents.charts import Bar, bar_chart
from ile_gis_plugin.core.documents.pdf import to_pdf
from ile_gis_plugin.core.documents.word import Picture, Properties, render
from ile_gis_plugin.core.errors import InputError
from tests.documents.reading import docx_text, pdf_text

DAY = date(2026, 3, 31)
PROPERTIES = Properties("Vorlage", "ILE Iller-Roth-Biber", DAY, "de")


def template(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    document.core_properties.author = document.core_properties.last_modified_by = "kerstin"
    document.save(folder / "template.docx")
    return folder / "template.docx"


def test_the_same_fields_give_the_same_bytes_and_name_no_user(tmp_path):
    form = template(tmp_path, "{{ name }} {{ chart }}")
    fields = {"name": "Größe 5 €", "chart": Picture(bar_chart([Bar("a", 1, "1")]), 60, "Balken")}
    for name in "ab":
        render(form, fields, tmp_path / f"{name}.docx", PROPERTIES)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    told = Document(tmp_path / "a.docx").core_properties
    assert told.author == told.last_modified_by == "ILE Iller-Roth-Biber"
    assert told.created.date() == told.modified.date() == DAY
    assert "kerstin" not in docx_text(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}
        assert 'descr="Balken"' in parts.read("word/document.xml").decode()


def test_marks_in_values_stay_text(tmp_path):
    form = template(tmp_path, "{{ name }}")
    render(form, {"name": "A & B <b> {{ x }} \x0b\x01ü"}, tmp_path / "a.docx", PROPERTIES)
    assert "A & B <b> {{ x }} ü" in docx_text(tmp_path / "a.docx")


def test_a_field_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputError, match=r"template\.docx.*'misspelt'"):
        render(template(tmp_path, "{{ misspelt }}"), {}, tmp_path / "a.docx", PROPERTIES)
    assert not (tmp_path / "a.docx").exists()


@pytest.mark.parametrize("words", ["{% if %}", "{{ ''.__class__.__mro__ }}"])
def test_a_template_that_is_broken_or_reaches_out_is_refused(tmp_path, words):
    with pytest.raises(InputError, match=r"template\.docx"):
        render(template(tmp_path, words), {}, tmp_path / "a.docx", PROPERTIES)


def test_what_is_no_word_document_is_refused(tmp_path):
    (tmp_path / "x.docx").write_text("no zip")
    with pytest.raises(InputError, match=r"x\.docx"):
        render(tmp_path / "x.docx", {}, tmp_path / "a.docx", PROPERTIES)


@pytest.fixture
def documents(tmp_path):
    form = template(tmp_path, "{{ name }}")
    for name in ("Brücke", "Straße"):
        render(form, {"name": f"{name} 1.234,56 €"}, tmp_path / f"{name}.docx", PROPERTIES)
    return [tmp_path / "Brücke.docx", tmp_path / "Straße.docx"]


def test_several_documents_become_searchable_pdfs_that_are_the_same_again(documents, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        assert to_pdf(documents, tmp_path / folder, DAY) is None
    for name in ("Brücke", "Straße"):
        first, second = (tmp_path / folder / f"{name}.pdf" for folder in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
        assert f"{name} 1.234,56 €" in pdf_text(first)
    info = subprocess.run(["pdfinfo", "-isodates", first], capture_output=True, text=True,
                          check=True).stdout  # fmt: skip
    assert "ILE Iller-Roth-Biber" in info and "2026-03-31" in info
    assert os.environ.get("USER", "root") not in info


def test_without_libreoffice_a_sentence_says_what_to_install(documents, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "out").mkdir()
    problem = to_pdf(documents, tmp_path / "out", DAY)
    assert "libreoffice-writer" in problem.text("en") and "installieren" in problem.text("de")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_document_that_libreoffice_can_not_read_leaves_no_pdf_at_all(documents, tmp_path):
    documents.append(tmp_path / "absent.docx")
    (tmp_path / "out").mkdir()
    problem = to_pdf(documents, tmp_path / "out", DAY)
    assert "absent.docx" in problem.text("de")
    assert list((tmp_path / "out").iterdir()) == []
