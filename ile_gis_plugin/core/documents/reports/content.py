"""What a report is made of, in words and figures, whatever file it becomes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ..formats import NOTHING, day, number, plain_number

#: Decimals of each kind of figure as it is printed.
_PLACES = {"whole": 0, "tenths": 1, "number": 2, "percent": 1}
SUM, EMPTY = "sum", ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        kind: text, whole, tenths, number, plain (as many decimals as it has), percent, money
            (whole euros) or day.
        total: SUM, EMPTY, or the value itself where it is no sum.
        product: (number of another column, name of an assumption) whose product it is: in a
            workbook a formula.
    """

    heading: str
    kind: str = "whole"
    total: Any = SUM
    product: tuple[int, str] | None = None


@dataclass(frozen=True)
class Table:
    """Rows of values; the first column names the row. NaN and None mean: not known."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    has_total: bool = True
    note: str = ""
    in_print: bool = True  # else in the workbook only

    def totals(self, word: str) -> list[Any]:
        """The last row; `word` stands for "sum"."""
        found: list[Any] = [word]
        for at, column in enumerate(self.columns[1:], 1):
            value = column.total
            if isinstance(value, str) and value == SUM:
                value = sum(row[at] for row in self.rows if is_known(row[at]))
            found.append(value)
        return found


@dataclass(frozen=True)
class Chart:
    """Bars of some columns of a table; `share` draws each bar as 100 %."""

    title: str
    table: Table
    columns: Sequence[int]
    share: bool = False

    @property
    def is_telling(self) -> bool:
        """Not one bar alone, which is as long as the page is wide, whatever it stands for."""
        return len(self.table.rows) > 1 or (len(self.table.rows) == 1 and len(self.columns) > 1)


@dataclass(frozen=True)
class Section:
    """A chapter of the report, and a sheet of the workbook."""

    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    pictures: Sequence[tuple[str, bytes]] = ()  # (title, PNG), for print only


@dataclass(frozen=True)
class Content:
    """A whole report.

    Attributes:
        facts: (label, value) of the state that it was made from.
        assumed: by name, the assumptions that columns are products of.
    """

    lang: str
    title: str
    subtitle: str
    stamp: str
    day: date  # of the data: it stands in place of the clock
    facts: Sequence[tuple[str, str]]
    key_figures: Sequence[str]
    sections: Sequence[Section]
    assumptions: Table
    footed: Sequence[str] = ()  # labels of the facts that stand on every page
    words: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, float] = field(default_factory=dict)


def is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def shown(value: Any, kind: str, lang: str) -> str:
    """A value as it is printed."""
    if not is_known(value) or value == "":
        return NOTHING if value != "" else ""
    if kind == "text":
        return str(value)
    if kind == "day":
        return day(value, lang)
    if kind == "money":
        digits = number(Decimal(float(value)), lang, 0)
        return f"{digits} €" if lang == "de" else f"€{digits}"
    if kind == "plain":
        return plain_number(Decimal(str(value)), lang)
    digits = number(Decimal(float(value)), lang, _PLACES[kind])
    return f"{digits} %" if kind == "percent" else digits
