"""What keeps the cost of a joint project from being split, as sentences in its form.

QGIS expressions: each gives its sentence, or null where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from .costs import OF_FIGURES, TOLERANCE
from .expressions import (
    name_of,
    of_project,
    percent,
    quoted,
    row_of,
    rows_of_project,
    sentence,
    shown,
    when,
    wrapped,
)
from .layer_ids import layer_id

_WRONG, _RIGHT = "#a4262c", "#2b6a2b"


def marked(text: str, *, good: bool) -> str:
    color, mark = (_RIGHT, "✓") if good else (_WRONG, "▲")
    start = quoted(f'<span style="color:{color}">{mark} ')
    return f"{start} || {wrapped(text)} || '</span>'"


def sum_line(total: str, lang: str) -> str:
    """How percentages sum up: right, too little or too much."""
    given = f"round({total}, 4)"
    said = {
        key: sentence(f"forms.{key}", lang, total=percent("@total", lang), rest=percent(rest, lang))
        for key, rest in (("sum_right", "0"), ("sum_short", "round(100 - @total, 4)"),
                          ("sum_over", "round(@total - 100, 4)"))
    }  # fmt: skip
    return (
        f"with_variable('total', {given}, "
        f"CASE WHEN abs(@total - 100) <= {TOLERANCE} THEN {marked(said['sum_right'], good=True)} "
        f"WHEN @total < 100 THEN {marked(said['sum_short'], good=False)} "
        f"ELSE {marked(said['sum_over'], good=False)} END)"
    )


def total_of(table: str, column: str) -> str:
    """The sum of a column over the project's rows; 0 without any."""
    found = of_project(table, "sum", f'coalesce("{column}", 0)')
    return f"coalesce({found}, 0)"


def _does_not_sum(table: str, column: str, where: str) -> str:
    rows = rows_of_project(table)
    off = f"abs(round({total_of(table, column)}, 4) - 100) > {TOLERANCE}"
    return f"({where}) AND {rows} > 0 AND {off}"


def _has_fixed_part() -> str:
    """Whether the key is the participants' fixed percentages, or holds them as a part."""
    parts = of_project("key_part", "count", '"uuid"', "\"share_key\" = 'fixed_percent'")
    return f"(\"share_key\" = 'fixed_percent' OR (\"share_key\" = 'mixed' AND {parts} > 0))"


FIXED = _has_fixed_part()


def nobody(lang: str) -> str:
    """Nobody takes part."""
    return when(f"{rows_of_project('participant')} = 0", sentence("forms.nobody", lang))


def lead_outside(lang: str) -> str:
    """The lead is none of the participants."""
    listed = of_project("participant", "array_agg", '"ags"')
    outside = (
        f'"lead_ags" IS NOT NULL AND array_length({listed}) > 0 '
        f'AND NOT array_contains({listed}, "lead_ags")'
    )
    return when(outside, sentence("forms.lead_outside", lang, lead=name_of('"lead_ags"')))


def _percents(table: str, column: str, key: str, where: str) -> Callable[[str], str]:
    """The percentages of a child table don't make 100 %."""

    def problem(lang: str) -> str:
        total = percent(f"round({total_of(table, column)}, 4)", lang)
        wrong = _does_not_sum(table, column, where)
        return when(wrong, sentence(f"forms.{key}", lang, total=total))

    return problem


def no_parts(lang: str) -> str:
    """A mix of nothing."""
    nothing = f"\"share_key\" = 'mixed' AND {rows_of_project('key_part')} = 0"
    return when(nothing, sentence("forms.no_parts", lang))


def figure_missing(lang: str) -> str:
    """Participants whose figure for the key is not known on the reference date."""
    asked, on = ("attribute(@parent, 'share_key')", "attribute(@parent, 'key_reference_date')")
    figures = (
        f"aggregate({quoted(layer_id('municipality_figure'))}, 'array_agg', \"ags\", "
        f'"kind" = {asked} AND ({on} IS NULL OR "valid_on" <= {on}))'
    )
    counted = (
        f"aggregate({quoted(layer_id('municipality'))}, 'array_agg', \"ags\", "
        f"{asked} = 'population' AND \"population\" IS NOT NULL "
        f'AND ({on} IS NULL OR "population_on" <= {on}))'
    )
    listed = of_project("participant", "array_agg", '"ags"', '"key_weight" IS NULL')
    unknown = (
        f"with_variable('known', array_cat({figures}, {counted}), "
        f"array_filter({listed}, NOT array_contains(@known, @element)))"
    )
    names = f"array_to_string(array_foreach(@unknown, {name_of('@element')}), ', ')"
    said = sentence("forms.figure_missing", lang, names=names, key=shown("share_key"))
    told = f"with_variable('unknown', {unknown}, {when('array_length(@unknown) > 0', said)})"
    return when(f'"share_key" IN ({", ".join(map(quoted, OF_FIGURES))})', told)


def not_combinable(lang: str) -> str:
    """Several programmes, one of which may not be combined."""
    programme = row_of("funding_programme", "uuid", '"programme_uuid"')
    name = when(f"NOT attribute({programme}, 'combinable')", f"attribute({programme}, 'name')")
    listed = of_project("project_funding", "array_agg", name)
    alone = f"array_filter({listed}, @element IS NOT NULL)"
    said = sentence("forms.not_combinable", lang, names="array_to_string(@alone, ', ')")
    told = f"with_variable('alone', {alone}, {when('array_length(@alone) > 0', said)})"
    return when(f"{rows_of_project('project_funding')} > 1", told)


PROBLEMS: tuple[Callable[[str], str], ...] = (
    nobody,
    lead_outside,
    _percents("participant", "fixed_percent", "fixed_wrong", FIXED),
    no_parts,
    _percents("key_part", "percent", "parts_wrong", "\"share_key\" = 'mixed'"),
    _percents("instalment", "percent", "instalments_wrong", "true"),
    figure_missing,
    not_combinable,
)
