"""The sheet of the key: the weight of each participant, from what, and of which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..definition import codes
from ..projects.keys import KEY_LABEL, PartWeights, mixed, weights_by_part
from ..projects.model import Participant
from ..projects.rounding import cents_of
from .workbook import Formula, Sheet
from .workbook_rounding import UNITS_OF_100, is_exact

if TYPE_CHECKING:
    from .project_workbook import ProjectBook

#: Decimals that a weight may be given in the workbook; as many as the finest has at least.
_DECIMALS = {"equal": 0, "population": 0, "asset_count": 0, "length": 2, "levy_base": 2}
_MOST_DECIMALS = 4
_FIRST, _EACH = 2, 4  # columns: the first of a part of the key, and how many each has


@dataclass(frozen=True)
class Weights:
    """What the own share is divided by: cells with results as the table has them, whole numbers
    where those are exact, and the same as `projects.split` has it."""

    cells: list[str]
    results: list[Any]
    proportions: list[int]


def participants_of(made: ProjectBook) -> list[Participant]:
    """In the order of the shares."""
    by_ags = {p.ags: p for p in made.inputs.participants}
    return [by_ags[share.ags] for share in made.split.shares]


def decimals_of(values: Sequence[Decimal]) -> int:
    """How many decimals the value with most of them has."""
    return max(0, *(-int(value.normalize().as_tuple().exponent) for value in values))


def key_sheet(made: ProjectBook) -> Weights:
    people = participants_of(made)
    parts = weights_by_part(made.inputs, people)
    sheet = made.sheet("key", [30, 12, *[16, 14, 30, 12] * len(parts), 18])
    key = made.inputs.key
    for name, value, style in (
        ("key_source_kind", made.code(codes.KEY_SOURCE, key.source_kind), "line"),
        ("key_source", key.source, "line"), ("key_reference_date", key.reference_date, "day"),
    ):  # fmt: skip
        sheet.values([made.label("joint_project", name), None, value], ["line", "line", style])
    sheet.row += 1
    percents = _parts(made, sheet, parts)
    four = [made.say(name) for name in ("value", "unit", "source", "valid_on")]
    sheet.head([made.label("participant", "ags"), made.label("municipality", "ags"),
                *four * len(parts), made.say("weight")],
               right={*range(_FIRST, _FIRST + _EACH * len(parts) + 1, _EACH)})  # fmt: skip
    return _weights(made, sheet, people, parts, percents)


def _parts(made: ProjectBook, sheet: Sheet, parts: Sequence[PartWeights]) -> list[str]:
    """The parts of the key above their columns; the cells of their percentages."""
    cells = []
    sheet.put(sheet.row + 1, 0, made.label("key_part", "percent"), "line")
    for number, weights in enumerate(parts):
        column = _FIRST + _EACH * number
        name = KEY_LABEL[weights.part.share_key][made.lang]
        sheet.put(sheet.row, column, name, "strong words")
        sheet.put(sheet.row + 1, column, weights.part.percent, "input rate")
        cells.append(sheet.cell(sheet.row + 1, column, "row column"))
    sheet.row += 2
    return cells


def _weights(made: ProjectBook, sheet: Sheet, people: Sequence[Participant],
             parts: Sequence[PartWeights], percents: Sequence[str]) -> Weights:  # fmt: skip
    first, last = sheet.row, sheet.row + len(people) - 1
    values = [[_value(part, place) for place in range(len(people))] for part in parts]
    columns = [_FIRST + _EACH * number for number in range(len(parts))]
    sums = [sheet.cells(first, last, column) for column in columns]
    weight_column, mix = _FIRST + _EACH * len(parts), mixed(parts)
    whole = _as_whole_numbers(made, parts, values[0])
    found = Weights([], whole or [100 * weight / sum(mix) for weight in mix], mix)
    for place, person in enumerate(people):
        at = [sheet.cell(sheet.row, column) for column in columns]
        terms = "+".join(f"{percent}*{cell}/SUM({cells})" for percent, cell, cells in zip(
            percents, at, sums, strict=True))  # fmt: skip
        formula = f"100*({terms})/({'+'.join(percents)})"
        if whole:
            formula = f"ROUND({at[0]}*{10 ** _decimals(parts, values[0])},0)"
        row: list[Any] = [person.name, person.ags]
        for part, given in zip(parts, values, strict=True):
            told = part.weights[place] if part.weights else None
            row += [given[place], *([made.words(told.unit), made.words(told.source),
                                     told.valid_on] if told else [None] * 3)]  # fmt: skip
        sheet.values([*row, Formula(formula, found.results[place])],
                     ["line", "line", *["input quantity", "line", "text", "day"] * len(parts),
                      "plain"])  # fmt: skip
        found.cells.append(sheet.afar(sheet.cell(sheet.row - 1, weight_column, "row column")))
    totals = dict(zip(columns, (Formula(f"SUM({cells})", sum(given))
                                for cells, given in zip(sums, values, strict=True)), strict=True))
    sheet.put(sheet.row, 0, made.say("sum"), "total line")
    for column in range(1, weight_column + 1):
        sheet.put(sheet.row, column, totals.get(column), "total quantity")
    return found


def _value(part: PartWeights, place: int) -> Decimal:
    return (part.weights[place].value or Decimal(0)) if part.weights else Decimal(1)


def _decimals(parts: Sequence[PartWeights], values: Sequence[Decimal]) -> int:
    usual = _DECIMALS.get(parts[0].part.share_key, _MOST_DECIMALS)
    return max(usual, decimals_of(values))


def _as_whole_numbers(made: ProjectBook, parts: Sequence[PartWeights], values: Sequence[Decimal]
                      ) -> list[int]:  # fmt: skip
    """The weights of a plain key as whole numbers; none where a table could not divide by them
    exactly. Of a mix it can't."""
    if len(parts) > 1:
        return []
    whole = [int(value.scaleb(_decimals(parts, values))) for value in values]
    split = made.split
    most = max(abs(cents_of(amount) or 0) for amount in (split.own_share, split.granted))
    return whole if is_exact(max(most, UNITS_OF_100), whole) else []
