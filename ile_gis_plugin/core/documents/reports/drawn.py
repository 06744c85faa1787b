"""The charts of a report as pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..charts import Bar, Series, bar_chart, stacked_bars
from .content import Chart, is_known, shown

#: More bars do not fit on a page.
_ROWS = 24
#: More series could not be told apart.
_SERIES = 6


def picture_of(chart: Chart, others: str, lang: str) -> bytes:
    """A PNG; empty bytes where there is nothing to draw. `others` is put in place of what is left
    out: rows beyond a page's, series beyond six."""
    rows = [row for row in chart.table.rows if any(_size(row[at]) for at in chart.columns)]
    if not rows or not chart.is_telling:
        return b""
    kinds = {chart.table.columns[at].kind for at in chart.columns}
    kind = kinds.pop() if len(kinds) == 1 else "number"
    if len(chart.columns) == 1:
        (at,) = chart.columns
        longest = sorted(rows, key=lambda row: -_size(row[at]))[:_ROWS]
        return bar_chart([Bar(str(row[0]), _size(row[at]), shown(row[at], kind, lang))
                          for row in rows if row in longest])  # fmt: skip
    labels, series = _stacked(chart, rows, others)
    if chart.share:
        sums = [sum(values) or 1.0 for values in zip(*(s.values for s in series), strict=True)]
        series = [Series(s.label, [100 * value / total for value, total in
                                   zip(s.values, sums, strict=True)]) for s in series]  # fmt: skip
        return stacked_bars(labels, series, lambda value: shown(round(value), "whole", lang) + " %")
    return stacked_bars(labels, series, lambda value: shown(value, kind, lang))


def _stacked(chart: Chart, rows: list[Sequence], others: str) -> tuple[list[str], list[Series]]:
    columns = list(chart.columns)
    order = sorted(rows, key=lambda row: -sum(_size(row[at]) for at in columns))
    drawn = [row for row in rows if row in order[:_ROWS]]
    rest = order[_ROWS:]
    labels = [str(row[0]) for row in drawn] + ([others] if rest else [])
    series = []
    for at in columns:
        values = [_size(row[at]) for row in drawn]
        values += [sum(_size(row[at]) for row in rest)] if rest else []
        series.append(Series(chart.table.columns[at].heading, values))
    if len(series) > _SERIES:
        kept, rest_of = series[: _SERIES - 1], series[_SERIES - 1 :]
        merged = [sum(values) for values in zip(*(s.values for s in rest_of), strict=True)]
        series = [*kept, Series(others, merged)]
    return labels, series


def _size(value: object) -> float:
    return float(value) if is_known(value) and math.isfinite(float(value)) else 0.0
