"""The chapters on what there is: inventory, age and condition, inspections, path lengths."""

from __future__ import annotations

import numpy as np

from ...definition import REGISTER
from ...definition.types import Geometry
from ...reports.age import AGE_LIMITS, overall_mean
from ...reports.inspections import INTERVALS
from .content import Chart, Column, Section, Table
from .words import Wording

_KM = 1000.0
#: Condition classes from which on something has to be done.
_POOR = ("4", "5")


def inventory_section(words: Wording) -> Section:
    every = words.figures.inventories
    columns, values = [], []
    for one in every:
        plural = words.plural(one.table)
        columns.append(Column(words.say("kept", name=plural)))
        values.append(one.kept)
        if REGISTER[one.table].geometry is Geometry.LINE:
            columns.append(Column(words.say("kilometres", name=plural), "tenths"))
            values.append(one.metres / _KM)
        else:
            columns.append(Column(words.say("inside", name=plural)))
            values.append(one.inside)
    table = words.by_place(words.say("by_municipality"), columns, values,
                           words.say("inventory_note"))  # fmt: skip
    status = Table(
        words.say("by_status"),
        [Column(words.label("project_asset", "asset_class"), "text"),
         *(Column(label) for label in words.codes("path", "status")[:-1]),
         Column(words.say("sum"))],
        [[words.plural(one.table), *words.total(one.status).tolist(),
          int(words.total(one.status).sum())] for one in every], has_total=False,
    )  # fmt: skip
    lines = [n for n, column in enumerate(table.columns) if column.kind == "tenths"]
    sentences = [words.say("shared_assets", name=words.plural(one.table), count=one.shared)
                 for one in every if one.shared]  # fmt: skip
    sentences += [words.say("without_geometry", name=words.plural(one.table),
                            count=int(missing))
                  for one in every if (missing := words.total(one.without_geometry))]  # fmt: skip
    return Section(words.say("inventory"), sentences, [table, status],
                   [Chart(words.say("inventory_chart"), table, lines)])  # fmt: skip


def age_section(words: Wording) -> Section:
    every = words.figures.ages
    limits = [words.say("years_below", until=AGE_LIMITS[0])]
    limits += [words.say("years_between", since=a, until=b)
               for a, b in zip(AGE_LIMITS, AGE_LIMITS[1:], strict=False)]  # fmt: skip
    limits += [words.say("years_from", since=AGE_LIMITS[-1]), words.say("not_recorded")]
    heading = Column(words.label("project_asset", "asset_class"), "text")
    ages = Table(
        words.say("age_classes"),
        [heading, *(Column(label) for label in limits), Column(words.say("mean_age"), "tenths")],
        [[words.plural(one.table), *words.total(one.by_age).tolist(), _mean(words, one)]
         for one in every], has_total=False,
    )  # fmt: skip
    conditions = Table(
        words.say("condition_classes"),
        [heading, *(Column(label) for label in words.codes("path", "condition_class"))],
        [[words.plural(one.table), *words.total(one.by_condition).tolist()] for one in every],
        has_total=False,
    )  # fmt: skip
    metres = Table(
        words.say("condition_kilometres"), conditions.columns[:1] + [
            Column(column.heading, "tenths") for column in conditions.columns[1:]],
        [[words.plural(one.table), *(words.total(one.condition_metres) / _KM).tolist()]
         for one in every if REGISTER[one.table].geometry is Geometry.LINE], has_total=False,
    )  # fmt: skip
    return Section(
        words.say("age"), [words.say("age_note")],
        [ages, conditions, metres, _by_municipality(words)],
        [Chart(words.say("age_chart"), ages, range(1, len(limits) + 1), share=True),
         Chart(words.say("condition_chart"), conditions,
               range(1, len(conditions.columns)), share=True)],
    )  # fmt: skip


def _mean(words: Wording, one) -> float:
    return overall_mean(one) if words.whole else float(one.mean_years[0])


def _by_municipality(words: Wording) -> Table:
    columns, values = [], []
    for one in words.figures.ages:
        columns.append(Column(words.say("mean_age_of", name=words.plural(one.table)), "tenths",
                              _mean(words, one)))  # fmt: skip
        values.append(one.mean_years)
    for one in words.figures.ages:
        poor, known = _poor(one.by_condition), one.by_condition[:, :-1].sum(axis=1)
        total = words.total(known)
        columns.append(Column(words.say("poor_of", name=words.plural(one.table)), "percent",
                              100 * words.total(poor) / total if total else None))  # fmt: skip
        with np.errstate(invalid="ignore"):
            values.append(100 * poor / known)
    present = np.sum([one.by_age.sum(axis=1) for one in words.figures.ages], axis=0)
    return words.by_place(words.say("age_by_municipality"), columns, values,
                          words.say("poor_note"), present)  # fmt: skip


def _poor(by_condition: np.ndarray) -> np.ndarray:
    codes = [code.code for code in REGISTER["path"]["condition_class"].domain.codes]
    return sum(by_condition[:, codes.index(code)] for code in _POOR)


def inspection_section(words: Wording) -> Section:
    kinds = words.figures.overdue
    names = [words.say(f"kind_{one.field}", name=words.plural(one.table)) for one in kinds]
    overview = Table(
        words.say("inspection_kinds"),
        [Column(words.say("inspection"), "text"), Column(words.say("interval"), "text"),
         Column(words.say("overdue")), Column(words.say("in_time")), Column(words.say("undated")),
         Column(words.say("in_use")), Column(words.say("longest_overdue"))],
        [[name, _interval(words, one.field), late := int(words.total(one.overdue)),
          int(words.total(one.in_use)) - late - (undated := int(words.total(one.undated))),
          undated, int(words.total(one.in_use)), _longest(words, one)]
         for name, one in zip(names, kinds, strict=True)], has_total=False,
    )  # fmt: skip
    table = words.by_place(words.say("overdue_by_municipality"), [Column(n) for n in names],
                           [one.overdue for one in kinds])  # fmt: skip
    return Section(
        words.say("inspections"),
        [words.say("inspections_note", date=words.figures.on)],
        [overview, table],
        [Chart(words.say("inspections_chart"), overview, (2, 3, 4), share=True)],
    )  # fmt: skip


def _interval(words: Wording, field: str) -> str:
    years = INTERVALS.get(field)
    return words.say("every_years", years=years) if years else words.say("by_date")


def _longest(words: Wording, one) -> int | None:
    own = one.days if words.whole else one.days[one.home == 0]
    return int(own[0]) if len(own) else None


def path_section(words: Wording) -> Section:
    metres = words.figures.paths.metres / _KM
    classes, surfaces = words.codes("path", "legal_class"), words.codes("path", "surface")
    total = words.total(metres)
    used = [n for n in range(len(surfaces)) if total[:, n].any()]
    columns = [*(Column(surfaces[n], "tenths") for n in used), Column(words.say("sum"), "tenths")]
    by_class = Table(
        words.say("class_and_surface"),
        [Column(words.label("path", "legal_class"), "text"), *columns],
        [[name, *row[used].tolist(), float(row.sum())]
         for name, row in zip(classes, total, strict=True) if row.any()],
    )  # fmt: skip
    by_surface = metres.sum(axis=1)
    table = words.by_place(
        words.say("surface_by_municipality"), columns,
        [*(by_surface[:, n] for n in used), by_surface.sum(axis=1)],
    )  # fmt: skip
    drawn = sorted(range(1, len(used) + 1), key=lambda n: -total[:, used[n - 1]].sum())
    chart = Chart(words.say("surface_chart"), by_class, drawn)
    return Section(words.say("path_lengths"), [words.say("path_note")], [by_class, table],
                   [chart] if used else [])  # fmt: skip


