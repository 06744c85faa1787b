"""All figures of one joint project as a workbook whose formulas compute them anew.

Blue cells are inputs; everything else follows from them, to the cent as `projects.split` has it:
items, VAT, grants, own share, key, shares by the largest remainder, instalments. Who is set to
its minimum or maximum is taken from the split; the formulas check that the bounds hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..definition import REGISTER, codes
from ..messages import text
from ..projects.model import ProjectFacts, Split, SplitInputs, in_language
from .disclosure import COUNCIL, disclosed
from .formats import NOTHING, day
from .workbook import A3, A4, Book, Formula, Sheet, workbook
from .workbook_costs import cost_sheet, funding_sheet
from .workbook_instalments import instalment_sheet
from .workbook_key import key_sheet
from .workbook_lists import asset_sheet, resolution_sheet, step_sheet, version_sheet
from .workbook_split import split_sheet

_A4_LETTERS = 150  # wider sheets would be too small on A4


@dataclass(frozen=True)
class ProjectBook:
    """What the sheets are made from, and the cells that they share with each other by name."""

    book: Book
    facts: ProjectFacts
    inputs: SplitInputs
    split: Split
    lang: str
    cells: dict[str, str]
    #: (key of the sentence, left and right side that have to be equal, their value)
    checks: list[tuple[str, str, str, Any]]

    def say(self, key: str, /, **values: Any) -> str:
        return text(f"workbook.{key}", self.lang, **values)

    def label(self, table: str, field: str) -> str:
        return REGISTER[table][field].label[self.lang]

    def words(self, words: Any) -> str:
        return in_language(words, self.lang)

    def code(self, code_list: codes.CodeList, code: Any) -> str:
        return code_list.label_of(code, self.lang) if code else NOTHING

    def yes(self, value: bool) -> str:
        return self.say("yes" if value else "no")

    def sheet(self, key: str, widths: list[float]) -> Sheet:
        """A sheet with its title and what has to be known about it."""
        sheet = self.book.sheet(self.say(f"{key}_sheet"), A3 if sum(widths) > _A4_LETTERS else A4)
        sheet.widths(widths)
        sheet.say(f"{self.inputs.number} {self.inputs.title}", "section")
        sheet.say(self.say(f"{key}_note"), "note")
        sheet.row += 1
        return sheet


def write_project_workbook(facts: ProjectFacts, path: Path, lang: str, day: date) -> None:
    """Write the figures of the newest resolved split, else of the one computed now.

    What only an internal profile may see is not in the workbook.

    Args:
        path: of the file (*.xlsx); one that is there is replaced.
        day: the data date, which stands in place of the clock: the same facts give the same bytes.

    Raises `OSError` where the file can't be written.
    """
    shown = disclosed(facts, COUNCIL)
    version = shown.resolved
    inputs, split = (version.inputs, version.split) if version else (shown.inputs, shown.split)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    title = f"{inputs.number} {inputs.title}"
    try:
        with workbook(part, title, day, lang) as book:
            _fill(ProjectBook(book, shown, inputs, split, lang, {}, []), day)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _fill(made: ProjectBook, day: date) -> None:
    overview = made.sheet("overview", [34, 26, 16, 16, 16, 16, 18])
    cost_sheet(made)
    funding_sheet(made)
    split_sheet(made, key_sheet(made))
    instalment_sheet(made)
    step_sheet(made)
    version_sheet(made)
    asset_sheet(made)
    resolution_sheet(made)
    _overview(made, overview, day)


def _overview(made: ProjectBook, sheet: Sheet, data_date: date) -> None:
    for label, value in _facts(made, data_date):
        sheet.values([label, value], ["line", "line"])
    sheet.row += 1
    sheet.head([made.say("figure"), made.say("amount")], right={1})
    for key in ("total", "eligible", "granted", "own_share"):
        cell, result = made.cells[key], getattr(made.split, key)
        words = made.label("cost_split", key)
        sheet.values([words, Formula(cell, result)], ["line", "money"])
    sheet.row += 1
    _shares(made, sheet)
    sheet.row += 1
    _checks(made, sheet)


def _facts(made: ProjectBook, data_date: date) -> list[tuple[str, str]]:
    values, inputs, version = made.facts.values, made.inputs, made.facts.resolved
    lead = made.facts.municipalities.get(inputs.lead_ags, {}).get("name") or inputs.lead_ags
    stated = made.say("computed_now")
    if version:
        stated = made.say("resolved_version", version=version.split_version,
                          date=version.made_on)  # fmt: skip
    dates = [values.get(name) for name in ("starts_on", "ends_on")]
    return [
        (made.label("joint_project", "phase"), made.code(codes.PHASE, values.get("phase"))),
        (made.label("joint_project", "lead_ags"), lead),
        (made.label("joint_project", "legal_form"),
         made.code(codes.LEGAL_FORM, values.get("legal_form"))),
        (made.say("period"), " – ".join(day(value, made.lang) for value in dates)),
        (made.label("cost_split", "basis"), made.code(codes.COST_BASIS, inputs.basis)),
        (made.say("version"), stated),
        (made.say("data_date"), day(data_date, made.lang)),
        (made.label("cost_split", "fingerprint"), made.split.fingerprint[:12] or NOTHING),
    ]  # fmt: skip


def _shares(made: ProjectBook, sheet: Sheet) -> None:
    columns = (("percent", "percent"), ("cost", "money"), ("grant", "money"), ("amount", "money"))
    sheet.head([made.label("participant", "ags"), made.label("municipality", "ags"),
                *(made.say(f"share_{name}") for name, _ in columns),
                made.label("participant", "budget_line")], right=range(2, 6))  # fmt: skip
    for place, share in enumerate(made.split.shares):
        figures = [Formula(made.cells[f"{name} {place}"], getattr(share, name))
                   for name, _ in columns]  # fmt: skip
        strong = "strong " if share.is_lead else ""
        sheet.values(
            [share.name, share.ags, *figures, share.budget_line],
            ["line", "line", *(strong + style for _, style in columns), "line"],
        )


def _checks(made: ProjectBook, sheet: Sheet) -> None:
    sheet.head([made.say("check"), "", made.say("left_side"), made.say("right_side"),
                made.say("result")], right={2, 3})  # fmt: skip
    right, wrong = made.say("adds_up"), made.say("differs")
    for key, left, other, value in made.checks:
        row = sheet.row
        same = f"ROUND({sheet.cell(row, 2)}-{sheet.cell(row, 3)},4)=0"
        sheet.values(
            [made.say(key), None, Formula(left, value), Formula(other, value),
             Formula(f'IF({same},"{right}","{wrong}")', right)],
            ["line", "line", "number", "number", "strong line"],
        )  # fmt: skip
