"""A report as a Word document on A4, from which the PDF is made."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..charts import WIDTH_MM
from ..word import Picture, Properties, save
from .content import Content, Section
from .drawn import picture_of
from .printed_table import add_table

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Open Sans"
_MARGINS_MM = {"left_margin": 25, "right_margin": 25, "top_margin": 24, "bottom_margin": 20,
               "header_distance": 10, "footer_distance": 9}  # fmt: skip
_NORMAL = 9.5


def write_document(content: Content, target: Path) -> None:
    """Write the DOCX; the same content gives the same bytes."""
    from docx import Document

    document = Document()
    _set_up(document, content)
    _cover(document, content)
    pictures: list[Picture] = []
    for number, section in enumerate(content.sections, 1):
        document.add_heading(f"{number}  {section.title}", 1)
        _section(document, content, section, pictures)
    document.add_heading(f"{len(content.sections) + 1}  {content.assumptions.title}", 1)
    _paragraph(document, content.words["rounding_note"])
    add_table(document, content, replace(content.assumptions, title=""))
    title = f"{content.title}: {content.subtitle}"
    save(document, target, Properties(title, content.subtitle, content.day, content.lang),
         pictures)  # fmt: skip


def _set_up(document: Document, content: Content) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for name, size in _MARGINS_MM.items():
        setattr(page, name, Mm(size))
    for name, size in (("Normal", _NORMAL), ("Title", 24), ("Heading 1", 14), ("Heading 2", 10.5),
                       ("Header", 8), ("Footer", 8), ("List Bullet", _NORMAL)):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        _set_fonts(style)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(5), 1.1
    for name, before in (("Heading 1", 16), ("Heading 2", 9)):
        form = document.styles[name].paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(4), True
    document.styles["Heading 1"].paragraph_format.page_break_before = True
    right = Mm(210 - _MARGINS_MM["left_margin"] - _MARGINS_MM["right_margin"])
    head, foot = page.header.paragraphs[0], page.footer.paragraphs[0]
    for line in (head, foot):
        line.style.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
    head.text = f"{content.title} · {content.subtitle}\t{content.stamp}"
    told = dict(content.facts)
    foot.text = " · ".join(f"{name} {told[name]}" for name in content.footed) + "\t"
    _page_number(foot, content.words["page"])
    _language(document, content.lang)


def _set_fonts(style: Any) -> None:
    """The style's own font in place of the theme's, for all scripts."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), _FONT)


def _language(document: Document, lang: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.get_or_add_rPr()
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "de-DE" if lang == "de" else "en-GB")
    properties.append(element)


def _page_number(paragraph: Any, word: str) -> None:
    """`word` holds {page} and {pages}, which become fields."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    before, _, rest = word.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(words)
        if field:
            element = OxmlElement("w:fldSimple")
            element.set(qn("w:instr"), field)
            element.append(OxmlElement("w:r"))
            element[0].append(OxmlElement("w:t"))
            element[0][0].text = "1"
            paragraph._p.append(element)


def _cover(document: Document, content: Content) -> None:
    from docx.shared import Mm

    document.add_paragraph(content.title, "Title")
    _paragraph(document, content.subtitle, bold=True)
    _paragraph(document, content.stamp)
    table = document.add_table(0, 2)
    for label, value in content.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
        cells[0].width, cells[1].width = Mm(50), Mm(WIDTH_MM - 50)
        for cell in cells:
            cell.paragraphs[0].paragraph_format.space_after = 0
    document.add_heading(content.words["contents_summary"], 2)
    for sentence in content.key_figures:
        document.add_paragraph(sentence, "List Bullet")


def _paragraph(document: Document, words: str, bold: bool = False) -> None:
    document.add_paragraph().add_run(words).bold = bold


def _section(
    document: Document, content: Content, section: Section, pictures: list[Picture]
) -> None:
    for sentence in section.sentences:
        _paragraph(document, sentence)
    for table in section.tables:
        if table.in_print and table.rows:
            add_table(document, content, table)
        elif table.rows:
            _paragraph(document, content.words["in_workbook_only"].format(
                title=table.title, count=len(table.rows)))  # fmt: skip
    drawn = [(chart.title, picture_of(chart, content.words["rest"], content.lang))
             for chart in section.charts]  # fmt: skip
    for title, png in (*drawn, *section.pictures):
        if png:
            _picture(document, title, png, pictures)


def _picture(document: Document, title: str, png: bytes, pictures: list[Picture]) -> None:
    from docx.shared import Mm

    document.add_heading(title, 2)
    document.add_picture(BytesIO(png), Mm(WIDTH_MM))
    pictures.append(Picture(png, WIDTH_MM, title))
