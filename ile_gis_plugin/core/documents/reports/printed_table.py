"""Tables of a report in its Word document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..charts import WIDTH_MM
from .content import Content, Table, shown

if TYPE_CHECKING:
    from docx.document import Document

_SHADE, _RULE = "E8EDF2", "5B6B7B"
#: Longer tables are for the workbook.
_ROWS = 40
_POINTS = 7.5
_LETTER_MM, _BOLD_MM, _MARGIN_MM = 1.45, 1.72, 0.9
#: A text may be broken into lines of so many letters.
_TEXT_LETTERS = 22
_NAMES_MM = 20.0
_LONG_WORD = 9
_SOFT_HYPHEN = "\u00ad"
#: Where long German compounds may be divided: before one of these.
_SECOND_PARTS = re.compile(
    "(?<=[A-Za-zäöüß]{3})(einrichtung|leuchte|sicherheit|klasse|stelle|dampf|straße|gebunden|lampe|"
    "verbindung|öffentlich|punkte|wohner|gemeinschaft)")  # fmt: skip


def add_table(document: Document, content: Content, table: Table) -> None:
    """A table with its total; of a long one the first rows."""
    if table.title:
        document.add_heading(table.title, 2)
    rows = [*table.rows[:_ROWS]]
    if table.has_total and table.rows:
        rows.append(table.totals(content.words["sum"]))
    words = [_words_of(row, table, content.lang) for row in rows]
    heads = [_breakable(column.heading) for column in table.columns]
    made = document.add_table(0, len(table.columns))
    _set_up(made, _widths(table, heads, words))
    _row(made, heads, table, "head")
    for place, row in enumerate(words):
        is_total = table.has_total and place == len(words) - 1
        _row(made, row, table, "total" if is_total else "")
    notes = [table.note] if table.note else []
    if len(table.rows) > _ROWS:
        notes.append(content.words["further_rows"].format(count=len(table.rows) - _ROWS))
    for note in notes:
        _write(document.add_paragraph(), note)
    if not notes:  # else the next table would grow together with this one
        _write(document.add_paragraph(), "", points=1)


def _words_of(row: Sequence[Any], table: Table, lang: str) -> list[str]:
    words = [shown(value, column.kind, lang)
             for value, column in zip(row, table.columns, strict=True)]  # fmt: skip
    return [_breakable(words[0]), *words[1:]]


def _breakable(words: str) -> str:
    return " ".join(
        _SECOND_PARTS.sub(_SOFT_HYPHEN + r"\1", word) if len(word) >= _LONG_WORD else word
        for word in words.split(" ")
    )


def _widths(table: Table, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres: what no line can break has room, the rest goes to the columns of texts."""
    least, wanted = [], []
    for at, column in enumerate(table.columns):
        values = [row[at] for row in rows]
        parts = [part for value in values for part in _parts(value)] if (
            column.kind == "text") else values  # fmt: skip
        size = max(_LETTER_MM * max(map(len, parts), default=1),
                   _BOLD_MM * max(map(len, _parts(heads[at])), default=1))  # fmt: skip
        least.append(size + 2 * _MARGIN_MM)
        most = min(max(map(len, values), default=1), _TEXT_LETTERS) * _LETTER_MM
        wanted.append(max(0.0, most + 2 * _MARGIN_MM - least[-1]) if column.kind == "text" else 0.0)
    room = WIDTH_MM - sum(least)
    if room < 0 and least[0] + room >= _NAMES_MM:  # a name can be broken, a figure can't
        return [least[0] + room, *least[1:]]
    if room < 0 or not sum(wanted):
        return [WIDTH_MM * size / sum(least) for size in least]
    given = [min(room / sum(wanted), 1.0) * want for want in wanted]
    spread = (WIDTH_MM - sum(least) - sum(given)) / len(least)
    return [size + more + spread for size, more in zip(least, given, strict=True)]


def _parts(words: str) -> list[str]:
    return re.split(f"[ {_SOFT_HYPHEN}]|(?<=-)", words)


def _set_up(made: Any, widths: Sequence[float]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(_MARGIN_MM * 56.7)))  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)


def _row(made: Any, words: Sequence[str], table: Table, look: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row = made.add_row()
    _keep_whole(row, look == "head")
    for at, (cell, value) in enumerate(zip(row.cells, words, strict=True)):
        cell.width = made.columns[at].width
        paragraph = cell.paragraphs[0]
        _write(paragraph, value, bold=look != "")
        if table.columns[at].kind not in ("text", "day"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _look(cell, look)


def _write(paragraph: Any, words: str, bold: bool = False, points: float = _POINTS) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.size, run.bold = Pt(points), bold
    if not words:
        paragraph.style = paragraph.part.document.styles["No Spacing"]
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(1), 1.0


def _keep_whole(row: Any, is_head: bool) -> None:
    """No row is torn between two pages; the headings are repeated on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


def _look(cell: Any, look: str) -> None:
    """Shade of a heading, lines above and below."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = OxmlElement("w:tcBorders")
    for side, size in (("top", 8 if look == "total" else 0), ("bottom", 8 if look else 2)):
        if size:
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(size)), ("color", _RULE)):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
    properties.append(borders)
    if look == "head":
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
            shade.set(qn(f"w:{name}"), value)
        properties.append(shade)


