"""A report as a workbook: a sheet for each chapter, sums and products as formulas, charts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..workbook import A3, A4, Book, Formula, Sheet, workbook
from .content import SUM, Chart, Column, Content, Section, Table, is_known

_STYLES = {"text": "text", "whole": "whole", "tenths": "tenths", "number": "number",
           "plain": "plain", "percent": "rough_percent", "money": "euros", "day": "day"}
_WIDTHS = {"text": 26, "day": 13}
_FIRST, _OTHER = 34, 16
_A4_LETTERS = 130
#: Rows of a chart; a chart of more bars can't be read.
_BARS = 40
_BAR_PIXELS, _FRAME_PIXELS, _ROW_PIXELS = 22, 120, 20
_GREYS = ("#1F4E79", "#C9D6E4", "#FFFFFF", "#7F9DBA", "#EEF2F6", "#5B6B7B")
_PATTERNS = {2: "wide_upward_diagonal", 4: "percent_20"}


def write_workbook(content: Content, path: Path) -> None:
    """Write the XLSX; the same content gives the same bytes.

    Raises `OSError` where the file can't be written.
    """
    title = f"{content.title}: {content.subtitle}"
    with workbook(path, title, content.day, content.lang) as book:
        overview = book.sheet(content.words["overview"])
        assumptions = _assumptions(book, content)
        for section in content.sections:
            _section(book, content, section, assumptions)
        _overview(overview, content)


def _overview(sheet: Sheet, content: Content) -> None:
    sheet.widths([34, 40])
    sheet.say(content.title, "title")
    sheet.say(content.subtitle, "section")
    sheet.say(content.stamp, "section")
    sheet.row += 1
    for fact in content.facts:
        sheet.values(fact, ["line", "line"])
    sheet.row += 1
    sheet.say(content.words["contents_summary"], "section")
    for sentence in content.key_figures:
        sheet.say(sentence)


def _assumptions(book: Book, content: Content) -> dict[str, str]:
    """The sheet of assumptions; the cells of those that columns are products of."""
    table = content.assumptions
    sheet = book.sheet(table.title)
    sheet.widths([70, 14, 10, 22])
    sheet.say(table.title, "section")
    sheet.say(content.words["rounding_note"], "note")
    sheet.row += 1
    sheet.head([column.heading for column in table.columns], right={1})
    cells = {}
    for row in table.rows:
        sheet.values(row, ["text", "input plain", "line", "line"])
        name = str(row[3]).removeprefix("--").replace("-", "_")
        if name in content.assumed:
            cells[name] = sheet.afar(sheet.cell(sheet.row - 1, 1, "row column"))
    return cells


def _section(book: Book, content: Content, section: Section, assumptions: dict[str, str]) -> None:
    most = max((len(table.columns) for table in section.tables), default=1)
    sheet = book.sheet(section.title, A3 if _FIRST + _OTHER * most > _A4_LETTERS else A4)
    columns = max((table.columns for table in section.tables), key=len)
    sheet.widths([_FIRST, *(_WIDTHS.get(column.kind, _OTHER) for column in columns[1:])])
    sheet.say(section.title, "title")
    for sentence in section.sentences:
        sheet.say(sentence)
    sheet.row += 1
    places: dict[int, tuple[int, int]] = {}
    for table in section.tables:
        places[id(table)] = _table(sheet, content, table, assumptions)
    charts = [chart for chart in section.charts if chart.is_telling]
    for chart in charts:
        if id(chart.table) not in places:
            places[id(chart.table)] = _table(sheet, content, chart.table, assumptions)
    for chart in charts:
        _chart(sheet, book, chart, places[id(chart.table)])


def _table(
    sheet: Sheet, content: Content, table: Table, assumptions: dict[str, str]
) -> tuple[int, int]:  # fmt: skip
    """The first and the last row of its values."""
    if table.title:
        sheet.say(table.title, "section")
    right = {at for at, column in enumerate(table.columns) if column.kind not in ("text", "day")}
    sheet.head([column.heading for column in table.columns], right)
    first = sheet.row
    styles = [_STYLES[column.kind] for column in table.columns]
    for row in table.rows:
        sheet.values([_value(sheet, value, column, assumptions)
                      for value, column in zip(row, table.columns, strict=True)],
                     styles)  # fmt: skip
    last = sheet.row - 1
    if table.has_total and table.rows:
        _totals(sheet, content, table, (first, last), styles)
    if table.note:
        sheet.say(table.note, "note")
    sheet.row += 1
    return first, last


def _value(sheet: Sheet, value: Any, column: Column, assumptions: dict[str, str]) -> Any:
    if not is_known(value):
        return None
    if column.product is None:
        return value
    other, name = column.product
    return Formula(f"{sheet.cell(sheet.row, other)}*{assumptions[name]}", value)


def _totals(sheet: Sheet, content: Content, table: Table, rows: tuple[int, int],
            styles: Sequence[str]) -> None:  # fmt: skip
    values = []
    for at, (column, value) in enumerate(
        zip(table.columns, table.totals(content.words["sum"]), strict=True)
    ):
        is_sum = at and column.total == SUM and column.kind != "text"
        if is_sum:
            value = Formula(f"SUM({sheet.cells(*rows, at)})", value)
        values.append(value if is_sum or is_known(value) else None)
    sheet.values(values, [f"total {'line' if style == 'text' else style}" for style in styles])


def _chart(sheet: Sheet, book: Book, chart: Chart, rows: tuple[int, int]) -> None:
    several = len(chart.columns) > 1
    subtype = ("percent_stacked" if chart.share else "stacked") if several else ""
    drawn = book.chart("bar", subtype)
    first, last = rows[0], min(rows[1], rows[0] + _BARS - 1)
    for number, at in enumerate(chart.columns):
        colour = _GREYS[number % len(_GREYS)]
        fill = {"fill": {"color": colour}}
        if number % len(_GREYS) in _PATTERNS:
            fill = {"pattern": {"pattern": _PATTERNS[number % len(_GREYS)],
                                "fg_color": "#5B6B7B", "bg_color": colour}}  # fmt: skip
        drawn.add_series({
            "name": chart.table.columns[at].heading,
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, at, last, at],
            "border": {"color": "#5B6B7B"}, "gap": 40, **fill,
        })  # fmt: skip
    drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
    drawn.set_y_axis({"reverse": True})
    drawn.set_legend({"position": "bottom"} if several else {"none": True})
    height = _FRAME_PIXELS + _BAR_PIXELS * (last - first + 1)
    drawn.set_size({"width": 900, "height": height})
    sheet.inner.insert_chart(sheet.row, 0, drawn)
    sheet.row += height // _ROW_PIXELS + 2
