"""Council papers: every amount by hand, both languages, both variants, twelve participants."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ile_gis_plugin.core.documents.disclosure import disclosed, told_fields
from ile_gis_plugin.core.documents.paper_fields import fields_of
from ile_gis_plugin.core.documents.papers import paper_of
from ile_gis_plugin.core.documents.pdf import to_pdf
from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.messages import message
from ile_gis_plugin.core.projects.model import KeptSplit
from ile_gis_plugin.core.projects.split import split
from tests.documents.project import (
    AGS,
    BUCH,
    ILLERTISSEN,
    KELLMUENZ,
    NAMES,
    STATE,
    facts,
    inputs,
    light,
    resolution,
    resolved,
    way,
)
from tests.documents.reading import docx_text, pdf_text

# By hand: 239,616.00 + 198,120.00 + 52,800.00 + 13,875.00 = 504,411.00 net; 19 % of the first
# three = 45,527.04 + 37,642.80 + 10,032.00 = 93,201.84; total 597,612.84. Eligible is all but the
# land: 583,737.84, of which 80 % = 466,990.27. Own share 130,622.57, by 1,245.50 : 734.25 : 515.75
# of 2,495.50 m = 65,193.51 | 38,433.02.8 | 26,996.02.9, and the two last cents to the two others.
# 40 % of 65,193.51 in 2026 = 26,077.40 (.404), the rest of 39,116.11 in 2027.


def test_a_german_paper_tells_every_amount_to_the_cent(write):
    words = docx_text(write(facts(), BUCH))
    for amount in ("504.411,00 €", "93.201,84 €", "597.612,84 €", "583.737,84 €", "466.990,27 €",
                   "130.622,57 €", "65.193,51 €", "38.433,03 €", "26.996,03 €", "26.077,40 €",
                   "39.116,11 €", "49,9098 %"):  # fmt: skip
        assert amount in words, amount
    assert "Markt Buch" in words and "Lückenschluss Rothtalradweg „Süd“ & Brücke" in words
    assert "Marktgemeinderat" in words and "21.04.2026" in words and "2026/031" in words
    assert "Länge im Gebiet, Stichtag 01.01.2026. Grundlage: Vereinbarung, § 5 Abs. 2" in words
    assert "Förderrichtlinie Rad § 3" in words
    assert "Registerstand Nr. 4711 · Datenstand 31.03.2026" in words
    assert facts().split.fingerprint[:12] in words


def test_an_english_paper_tells_the_same(write):
    words = docx_text(write(facts(), BUCH, "en"))
    for amount in ("€504,411.00", "€597,612.84", "€466,990.27", "€65,193.51", "49.9098 %"):
        assert amount in words, amount
    assert "Market town of Buch" in words and "2026-04-21" in words
    assert "length in the territory, reference date 2026-01-01" in words
    assert "register version no. 4711 · data date 2026-03-31" in words


def spaced(words):
    return words.replace("\N{NO-BREAK SPACE}", " ")


def test_the_registers_facts_say_what_lies_where_and_in_which_condition(write):
    rows = fields_of(paper_of(facts(), BUCH, "de", STATE, variant="council"))["assets"]
    found = {(row["municipality"], row["what"]): row for row in rows}
    assert found["Buch", "Wege"]["length"] == "1.245,50 m"
    assert spaced(found["Buch", "Wege"]["condition"]) == "2: 245,50 m; 4: 1.000,00 m"
    words = docx_text(write(facts(), BUCH, variant="council"))
    assert "Zustandsklassen: 1 sehr gut, 2 gut, 3 mittel" in words
    assert found["zusammen", "Wege"]["length"] == "2.495,50 m"
    assert found["zusammen", "Wege"]["count"] == "4"  # one of them lies in two municipalities
    assert found["Buch", "Straßenleuchten"]["count"] == "5"
    assert spaced(found["Buch", "Straßenleuchten"]["condition"]) == "3: 2; ohne Angabe: 3"


def test_each_municipality_reads_its_own_share():
    told = {ags: fields_of(paper_of(facts(), ags, "de", STATE)) for ags in AGS[:3]}
    assert [told[a]["share_amount"] for a in AGS[:3]] == [
        "65.193,51 €", "38.433,03 €", "26.996,03 €"]  # fmt: skip
    for ags in AGS[:3]:
        assert [row["is_own"] for row in told[ags]["shares"]] == [a == ags for a in AGS[:3]]


def test_only_this_municipality_is_bold_in_the_finance_table(write):
    from docx import Document

    table = next(t for t in Document(write(facts(), ILLERTISSEN)).tables
                 if t.rows[0].cells[-1].text == "Eigenanteil")  # fmt: skip
    bold = {row.cells[0].text: all(r.bold for r in row.cells[4].paragraphs[0].runs if r.text)
            for row in table.rows[1:]}  # fmt: skip
    assert bold == {"Buch (Federführung)": False, "Illertissen": True,
                    "Kellmünz a.d.Iller": False, "zusammen": True}  # fmt: skip


def test_without_a_later_year_there_is_no_commitment_authorisation(write):
    one_year = facts(given=replace(inputs(), instalments=()))
    assert "Verpflichtungsermächtigung" not in docx_text(write(one_year, BUCH))
    assert "Verpflichtungsermächtigung von 39.116,11 €" in docx_text(write(facts(), BUCH))


def test_what_is_net_and_what_input_vat_is_deducted_is_told(write):
    net = facts(given=replace(inputs(), vat_mode="net", funding=()))
    words = docx_text(write(net, BUCH))
    assert "Gesamtkosten (netto) 504.411,00 €" in words
    assert "Die Umsatzsteuer von 93.201,84 € ist nicht angesetzt" in words
    deducted = facts(given=replace(inputs(), deductible_vat_percent=Decimal(50)))
    assert "erstattete Vorsteuer (50 %) 46.600,92 €" in docx_text(write(deducted, BUCH))


def test_the_resolved_version_is_the_papers_and_the_difference_stands_beside_it(write):
    # 10,000 € without VAT and not eligible fewer: own share 120,622.57 instead of 130,622.57
    words = docx_text(write(resolved(facts()), BUCH))
    assert "Fassung 1, beschlossen, Stand 24.02.2026" in words
    assert "trägt vom Eigenanteil aller Beteiligten (120.622,57 €)" in words
    assert "zusammen 120.622,57 € 130.622,57 € +10.000,00 €" in words
    # 120,622.57 × 1,245.50 / 2,495.50 = 60,202.52.9, with one of the two last cents 60,202.53
    assert "Buch 60.202,53 € 65.193,51 € +4.990,98 €" in words


def test_a_resolved_version_that_still_holds_has_no_table_of_differences(write):
    assert "Änderung gegenüber" not in docx_text(write(resolved(facts(), "0.00"), BUCH))


def test_a_vote_on_an_update_tells_the_updates_figures_and_what_they_replace(write):
    project = resolved(facts())
    update = KeptSplit("k2", 2, "update", date(2026, 3, 30), "Kostensteigerung", project.inputs,
                       project.split)  # fmt: skip
    vote = resolution(BUCH, "Marktgemeinderat", date(2026, 4, 21), "31", split_version=2)
    project = replace(project, kept=(*project.kept, update), resolutions=(vote,))
    words = docx_text(write(project, BUCH, variant="council"))
    assert "Fassung 2, Fortschreibung, Stand 30.03.2026" in words
    assert "Fassung 2 der Kostenaufteilung ersetzt die Fassung 1" in words
    assert "Anlass: Kostensteigerung" in words
    assert "(130.622,57 €)" in words


@pytest.mark.parametrize(("ags", "variant"), [(BUCH, "public"), (KELLMUENZ, "council")])
def test_the_vote_decides_whether_the_paper_is_public(ags, variant):
    assert paper_of(facts(), ags, "de", STATE).variant == variant


def test_without_a_vote_the_paper_is_not_public():
    alone = replace(facts(), resolutions=())
    paper = paper_of(alone, BUCH, "de", STATE)
    assert paper.variant == "council"
    assert fields_of(paper)["committee"] == "Marktgemeinderat"


def test_a_confidential_project_has_no_public_paper():
    secret = replace(facts(), values={**facts().values, "visibility": "restricted"})
    assert paper_of(secret, BUCH, "de", STATE).variant == "council"
    with pytest.raises(InputError, match="restricted"):
        paper_of(secret, BUCH, "en", STATE, variant="public")


def test_who_takes_no_part_gets_no_paper():
    with pytest.raises(InputError, match="Roggenburg takes no part in the project ILE-2026-01"):
        paper_of(facts(), AGS[5], "en", STATE)


def marked(project):
    """The project with a marker word in everything that is no public matter."""
    mark = iter(f"Geheimwort{i}X" for i in range(1000))
    texts = {name: next(mark) for name in ("remarks", "brand_new_field", "approved_by")}
    hidden = {name: next(mark) for name in ("owner", "source", "remarks", "register_sheet",
                                            "maintainer", "condition_grade")}  # fmt: skip
    given = replace(
        project.inputs,
        items=tuple(replace(i, title=next(mark), unit=next(mark), measured=next(mark))
                    for i in project.inputs.items),
        funding=tuple(replace(f, reference=next(mark), authority=next(mark))
                      for f in project.inputs.funding),
        participants=tuple(replace(p, budget_line=next(mark))
                           for p in project.inputs.participants),
    )  # fmt: skip
    cheaper = replace(given, deductible_vat_percent=Decimal(1))
    computed = replace(split(given), remarks=(message("tasks.as_said", reason=next(mark)),))
    assets = [replace(a, fields={**a.fields, **hidden}) for a in project.assets]
    assets.append(way(77, (BUCH,), {BUCH: Decimal("7777.77")}, visibility="internal",
                      name=next(mark), asset_no=next(mark)))  # fmt: skip
    assets.append(light(78, KELLMUENZ, visibility="council", asset_no=next(mark)))
    closed = resolution(ILLERTISSEN, next(mark), date(2026, 12, 24), next(mark), is_public=False,
                        resolution_no=next(mark), agenda_item=next(mark))  # fmt: skip
    return replace(
        project, uuid=next(mark), values={**project.values, **texts}, inputs=given,
        split=computed, assets=tuple(assets),
        kept=(KeptSplit(next(mark), 1, "resolved", date(2026, 2, 24), next(mark), cheaper,
                        split(cheaper)),),
        phases=tuple({**row, "remarks": next(mark)} for row in project.phases),
        resolutions=(*(r for r in project.resolutions if r["is_public"]), closed),
        remarks=(message("tasks.as_said", reason=next(mark)),),
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_public_paper_leaks_nothing(write, tmp_path, lang, kept):
    project = marked(facts())
    project = project if kept else replace(project, kept=())
    paper = write(project, BUCH, lang, "public")
    assert to_pdf([paper], tmp_path, STATE.day) is None
    for words in (docx_text(paper), pdf_text(tmp_path / "paper.pdf")):
        assert "Geheimwort" not in words
        for secret in ("7.777,77", "7,777.77", "24.12.2026", "2026-12-24", "52.800,00 €",
                       "€52,800.00", "Bauausschuss"):  # fmt: skip
            assert secret not in words


def test_a_council_paper_tells_what_the_public_one_keeps_but_nothing_internal(write):
    project = replace(marked(facts()), kept=())
    words = docx_text(write(project, BUCH, variant="council"))
    assert project.inputs.items[0].title in words
    assert project.inputs.funding[0].reference in words
    assert project.resolutions[-1]["committee"] in words
    assert project.split.shares[0].budget_line in words
    for name in ("remarks", "brand_new_field", "approved_by"):
        assert project.values[name] not in words
    assert "7.777,77" not in words
    assert "Objekte, die nach ihrer Sichtbarkeit nicht in diese Vorlage gehören" in words


def test_an_unknown_field_is_told_in_no_variant():
    for variant in ("public", "council"):
        told = disclosed(marked(facts()), variant)
        assert set(told.values) <= told_fields("joint_project", variant)
        assert "brand_new_field" not in told.values and "remarks" not in told.values
        assert all(set(a.fields) <= told_fields(a.asset_class, variant) for a in told.assets)


def test_twelve_participants_with_long_names_fit(write, tmp_path):
    paper = write(resolved(facts(12)), AGS[7], variant="council")
    assert to_pdf([paper], tmp_path, STATE.day) is None
    words = pdf_text(tmp_path / "paper.pdf")
    for name in NAMES:
        assert name in words
    for share in resolved(facts(12)).resolved.split.shares:
        assert f"{share.amount:,.2f} €".translate(str.maketrans(",.", ".,")) in words
    boxes = subprocess.run(["pdftotext", "-bbox", tmp_path / "paper.pdf", "-"],
                           capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert boxes.count("<page ") <= 8
    left, right = (25 - 1) / 25.4 * 72, (210 - 25 + 1) / 25.4 * 72
    for word in re.finditer(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', boxes):
        assert left < float(word[1]) and float(word[2]) < right


def test_the_same_state_gives_the_same_bytes(write, tmp_path):
    first, second = (write(resolved(facts(12)), BUCH, name=name) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert to_pdf([first, second], tmp_path, STATE.day) is None
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_the_printed_date_of_issue_is_an_input(write):
    assert "Ausgabedatum 31.03.2026" in docx_text(write(facts(), BUCH))
    later = docx_text(write(facts(), BUCH, issued_on=date(2026, 4, 2)))
    assert "Ausgabedatum 02.04.2026" in later


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_manual_lists_every_field(lang):
    from tests.support import ROOT

    manual = ROOT / "docs" / ("papers.de.md" if lang == "de" else "papers.md")
    listed = set(re.findall(r"`([a-z_]+)`", manual.read_text(encoding="utf-8")))
    fields = fields_of(paper_of(resolved(facts()), BUCH, lang, STATE, variant="council"))
    assert set(fields) <= listed
    rows = {name for value in fields.values() if isinstance(value, list)
            for row in value if isinstance(row, dict) for name in row}  # fmt: skip
    assert rows <= listed
