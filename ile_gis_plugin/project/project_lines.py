"""What the forms of joint projects say in words: sums, what is missing, what does not fit.

The text is HTML with QGIS expressions, worded anew with each value that changes in the form.
"""

from __future__ import annotations

from collections.abc import Callable

from ..core.definition.types import Table
from ..core.messages import text
from .costs import gross, measured, measured_quantity, project_key, sum_of_others
from .expressions import (
    day,
    euro,
    joined,
    name_of,
    number,
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
from .project_problems import (
    FIXED,
    PROBLEMS,
    figure_missing,
    lead_outside,
    marked,
    nobody,
    not_combinable,
    sum_line,
    total_of,
)


def head_line(table: Table, lang: str) -> str:
    """What stands above the fields of a form: everything that keeps a cost split from being made.

    Empty for tables that have nothing to say.
    """
    if table.name != "joint_project":
        return ""
    wrong = joined([marked(problem(lang), good=False) for problem in PROBLEMS], "<br>")
    complete = marked(sentence("forms.complete", lang), good=True)
    return f"[% coalesce(nullif({wrong}, ''), {complete}) %]"


def foot_line(table: Table, lang: str) -> str:
    """What stands below the fields of a form, or nothing."""
    line = _FEET.get(table.name)
    return f"[% {line(lang)} %]" if line else ""


def page_line(child: str, lang: str) -> str:
    """What stands above a child table in the form of the joint project, or nothing."""
    line = _PAGES.get(child)
    return f"[% {line(lang)} %]" if line else ""


# --- above the child tables of a joint project --------------------------------------------------


def _participants_line(lang: str) -> str:
    total = sum_line(total_of("participant", "fixed_percent"), lang)
    wrong = (nobody, lead_outside, figure_missing)
    return joined([
        when('"lead_ags" IS NOT NULL', sentence("forms.lead", lang, lead=name_of('"lead_ags"'))),
        when(FIXED, total),
        *(marked(problem(lang), good=False) for problem in wrong),
    ], "<br>")  # fmt: skip


def _costs_line(lang: str) -> str:
    def total(value: str, where: str = "true") -> str:
        return euro(f"coalesce({of_project('cost_item', 'sum', value, where)}, 0)", lang)

    return sentence("forms.costs", lang, net=total('"net_amount"'), gross=total(gross()),
                    eligible=total(gross(), '"is_eligible"'))  # fmt: skip


def _funding_line(lang: str) -> str:
    granted = of_project("project_funding", "sum", '"granted_amount"')
    told = sentence("forms.granted_in_all", lang, amount=euro(f"nullif({granted}, 0)", lang))
    return joined([told, marked(not_combinable(lang), good=False)], "<br>")


def _parts_line(lang: str) -> str:
    return sum_line(total_of("key_part", "percent"), lang)


def _instalments_line(lang: str) -> str:
    total = sum_line(total_of("instalment", "percent"), lang)
    none = sentence("forms.no_instalments", lang)
    return when(f"{rows_of_project('instalment')} = 0", none, total)


def _computed_line(lang: str) -> str:
    total = of_project("cost_share", "sum", '"amount"')
    nothing = sentence("forms.not_computed", lang, task=quoted(text("tasks.split_costs", lang)))
    said = sentence("forms.computed_now", lang, amount=euro(total, lang))
    rows = of_project("cost_share", "count", '"ags"')
    return when(f"{rows} = 0", nothing, said)


_PAGES = {
    "participant": _participants_line,
    "cost_item": _costs_line,
    "project_funding": _funding_line,
    "key_part": _parts_line,
    "instalment": _instalments_line,
    "cost_share": _computed_line,
    "cost_split": lambda lang: sentence("forms.fixed_splits", lang),
}


# --- below the fields of a child's own form -----------------------------------------------------


def _own_sum(table: str, column: str, where: str = "") -> Callable[[str], str]:
    """The sum with this row as its form shows it."""

    def line(lang: str) -> str:
        total = f'{sum_of_others(table, column)} + coalesce("{column}", 0)'
        said = sum_line(total, lang)
        return when(where, said, "''") if where else said

    return line


def _item_line(lang: str) -> str:
    """What the register measures for it, and its cost with VAT."""
    sizes = {"length": number(measured("length"), lang, 2), "count": measured("count")}
    told = " ".join(
        f"WHEN \"measured_by\" = '{by}' THEN "
        + sentence(f"forms.measured_{by}", lang, size=f"to_string({size})",
                   factor=number('coalesce("measure_factor", 1)', lang),
                   quantity=f"coalesce({number(measured_quantity(), lang, 2)}, '0')")
        for by, size in sizes.items()
    )  # fmt: skip
    with_vat = sentence("forms.gross", lang, amount=euro(gross(), lang))
    return joined([f"CASE {told} END", with_vat], "<br>")


def _programme_line(lang: str) -> str:
    """What the chosen programme allows."""
    programme = row_of("funding_programme", "uuid", '"programme_uuid"')

    def of(column: str) -> str:
        return f"attribute(@programme, {quoted(column)})"

    parts = [
        percent(of("rate"), lang),
        sentence("forms.weak_rate", lang, rate=percent(of("rate_weak"), lang)),
        sentence("forms.up_to", lang, cap=euro(of("cap"), lang)),
        sentence("forms.from_cost", lang, cost=euro(of("minimum_cost"), lang)),
        sentence("forms.to_cost", lang, cost=euro(of("maximum_cost"), lang)),
        sentence("forms.in_force", lang, since=day(of("valid_from"), lang),
                 until=f"coalesce({day(of('valid_to'), lang)}, '…')"),
        when(f"NOT {of('combinable')}", sentence("forms.alone", lang)),
    ]  # fmt: skip
    said = sentence("forms.programme", lang, facts=joined(parts, " · "))
    told = when("@programme IS NOT NULL", wrapped(said), "''")
    return f"with_variable('programme', {programme}, {told})"


def _shares_line(lang: str) -> str:
    """The shares of a fixed split as a small table."""
    cells = (shown("ags"), percent('"percent"', lang), euro('"amount"', lang))
    row = " || '</td><td align=\"right\">' || ".join(f"{c} || '&nbsp;&nbsp;'" for c in cells)
    rows = (
        f"aggregate({quoted(layer_id('cost_split_share'))}, 'concatenate', "
        f"'<tr><td>' || {row} || '</td></tr>', "
        "\"split_uuid\" = attribute(@parent, 'uuid'), '', \"ags\")"
    )
    return f"'<table>' || coalesce({rows}, '') || '</table>'"


def _explanation_line(lang: str) -> str:
    """How the share was computed, step by step."""
    steps = f"map_get(map_get(from_json(\"explanation\"), 'steps'), {quoted(lang)})"
    lines = f"array_to_string(array_foreach({steps}, {wrapped('@element')}), '<br>')"
    return f"coalesce({lines}, '')"


_FIXED = f"{project_key()} = 'fixed_percent'"
_FEET: dict[str, Callable[[str], str]] = {
    "participant": _own_sum("participant", "fixed_percent", _FIXED),
    "key_part": _own_sum("key_part", "percent"),
    "instalment": _own_sum("instalment", "percent"),
    "cost_item": _item_line,
    "project_funding": _programme_line,
    "cost_share": _explanation_line,
    "cost_split": _shares_line,
}
