"""Workbooks in one style: title, headings, numbers as each language writes them.

The same content gives the same bytes, and what people typed is never a formula.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4, A3 = 9, 8  # as XLSX numbers paper
_LINE_POINTS = 15  # the height of a row of one line
_LETTERS = 120  # of a sentence above a table
_STANDARD_WIDTH = 8.43

_MONEY = {"de": '#,##0.00\\ "€";-#,##0.00\\ "€"', "en": '"€"#,##0.00;-"€"#,##0.00'}
_EUROS = {"de": '#,##0\\ "€"', "en": '"€"#,##0'}
_DAY = {"de": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
_NUMBERS = {
    "whole": "#,##0", "tenths": "#,##0.0", "number": "#,##0.00", "thousandths": "0.000",
    "quantity": "#,##0.00##", "percent": '0.0000\\ "%"', "rough_percent": '0.0\\ "%"',
    "rate": '0.00##\\ "%"', "year": "0", "plain": "General",
}  # fmt: skip
#: What is laid over a style by a word before it: "total money", "input money".
_VARIANTS = {
    "total": {"bold": True, "top": 1},
    "right": {"align": "right", "indent": 0},
    "input": {"font_color": "#1F3F8F", "bg_color": "#FFFBE6"},
    "strong": {"bold": True},
}
_TEXTS = {
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "font_size": 11},
    "head": {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "text_wrap": True, "indent": 1},
    # Indented, so that it does not stick to the number at its left.
    "text": {"text_wrap": True, "indent": 1},
    "line": {"indent": 1},
    "words": {},
    "note": {"italic": True, "font_color": "#444444"},
    "error": {"bg_color": "#F6D5D5"},
    "warning": {"bg_color": "#FBEBCB"},
    "info": {"text_wrap": True},
}


class Book:
    """A workbook in the making. Styles are named in words, such as "total money"."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self._book, self.lang = book, lang
        self._styles: dict[str, Format] = {}

    def sheet(self, name: str, paper: int = A4) -> Sheet:
        """A landscape sheet, as wide as a page when it is printed."""
        sheet = Sheet(self, self._book.add_worksheet(name), name)
        sheet.inner.set_landscape()
        sheet.inner.set_paper(paper)
        sheet.inner.fit_to_pages(1, 0)
        sheet.inner.set_footer("&L&8&F – &A&R&8&P / &N")
        return sheet

    def style(self, words: str) -> Format:
        if words not in self._styles:
            *variants, name = words.split()
            properties: dict[str, Any] = {"valign": "top"}
            known = _TEXTS.get(name)
            properties |= {"num_format": self._number_format(name)} if known is None else known
            for variant in variants:
                properties |= _VARIANTS[variant]
            self._styles[words] = self._book.add_format(properties)
        return self._styles[words]

    def _number_format(self, name: str) -> str:
        by_language = {"money": _MONEY, "euros": _EUROS, "day": _DAY}.get(name)
        return by_language[self.lang] if by_language else _NUMBERS[name]

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A chart of XlsxWriter, such as a stacked "bar"."""
        return self._book.add_chart({"type": kind, "subtype": subtype})


class Sheet:
    """A sheet that is filled from the top; `row` is the next free one, counted from 0."""

    def __init__(self, book: Book, inner: Worksheet, name: str) -> None:
        self.book, self.inner, self.name = book, inner, name
        self.row = 0
        self._widths: Sequence[float] = ()

    def say(self, words: str, style: str = "words") -> None:
        """Text that runs over the cells to its right; a long one in several rows."""
        for line in textwrap.wrap(words, _LETTERS) or [""]:
            self.inner.write_string(self.row, 0, line, self.book.style(style))
            self.row += 1

    def widths(self, widths: Sequence[float]) -> None:
        self._widths = widths
        for at, width in enumerate(widths):
            self.inner.set_column(at, at, width)

    def head(self, headings: Sequence[str], right: Collection[int] = ()) -> None:
        """Headings; those of the columns `right` stand above numbers."""
        for at, words in enumerate(headings):
            style = self.book.style("right head" if at in right else "head")
            self.inner.write_string(self.row, at, words, style)
        self._fit_height(headings)
        self.row += 1

    def values(self, values: Sequence[Any], styles: Sequence[str]) -> None:
        """One row. None stays an empty cell; a `Formula` is written with its result."""
        for at, (value, style) in enumerate(zip(values, styles, strict=True)):
            self.put(self.row, at, value, style)
        self._fit_height([value if style == "text" else "" for value, style in
                          zip(values, styles, strict=True)])  # fmt: skip
        self.row += 1

    def _fit_height(self, values: Sequence[Any]) -> None:
        """Room for the longest text: not every program makes it by itself."""
        widths = [*self._widths, *[_STANDARD_WIDTH] * len(values)]
        lines = max((len(textwrap.wrap(value, max(4, int(width) - 2)))
                     for value, width in zip(values, widths, strict=False)
                     if isinstance(value, str)), default=1)  # fmt: skip
        if lines > 1:
            self.inner.set_row(self.row, lines * _LINE_POINTS)

    def put(self, row: int, column: int, value: Any, style: str = "text") -> None:
        shown = self.book.style(style)
        if value is None or value == "":
            self.inner.write_blank(row, column, None, shown)
        elif isinstance(value, Formula):
            self.inner.write_formula(row, column, "=" + value.text, shown, _result(value.result))
        elif isinstance(value, (date, datetime)):
            self.inner.write_datetime(row, column, value, shown)
        elif isinstance(value, (int, float, Decimal)):
            self.inner.write_number(row, column, value, shown)
        else:
            self.inner.write_string(row, column, str(value), shown)

    def cell(self, row: int, column: int, fixed: str = "") -> str:
        """A cell of this sheet in formulas of the same sheet; `fixed` names "row", "column"."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return xl_rowcol_to_cell(row, column, "row" in fixed, "column" in fixed)

    def cells(self, first: int, last: int, column: int) -> str:
        """The cells of a column from row `first` to `last`, in formulas of this sheet."""
        both = "row column"
        return ":".join((self.cell(first, column, both), self.cell(last, column, both)))

    def across(self, row: int, first: int, last: int, fixed: str = "column") -> str:
        """The cells of a row from column `first` to `last`, in formulas of this sheet."""
        return ":".join((self.cell(row, first, fixed), self.cell(row, last, fixed)))

    def afar(self, cells: str) -> str:
        """Cells of this sheet in formulas of another one."""
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!{cells}"


class Formula:
    """A formula with the result that it has for the values as they are written.

    Programs that do not compute on opening show the result.
    """

    def __init__(self, text: str, result: Any) -> None:
        self.text, self.result = text, result


def _result(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


@contextmanager
def workbook(path: Path, title: str, day: date, lang: str) -> Iterator[Book]:
    """Write a workbook. `day` is the date of the data: it stands in place of the clock.

    Raises `OSError` where the file can't be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    yield Book(book, lang)
    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0]
        raise OSError(cause.errno, cause.strerror, str(path)) from error
