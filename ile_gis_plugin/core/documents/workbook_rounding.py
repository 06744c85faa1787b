"""Largest remainder as formulas: full parts, remainders, their ranks, and the parts that result."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..projects.rounding import apportion
from .workbook import Formula, Sheet

if TYPE_CHECKING:
    from .project_workbook import ProjectBook

# Programs for tables cut to whole numbers what they have rounded to so many digits.
_DIGITS = 15
# Remainders that differ by less are equal where the weights are no whole numbers.
_PLACES = 3

#: Of a percentage with four places.
UNITS_OF_100 = 10**6
_NAME, _AGS, _WEIGHT, _FULL, _REMAINDER, _RANK, _PART = range(7)


def is_exact(whole: int, weights: Sequence[int]) -> bool:
    """Whether a table divides a whole by these weights without rounding on the way."""
    return sum(weights) < 10 ** (_DIGITS - len(str(abs(whole))))


def apportionment(
    made: ProjectBook, sheet: Sheet, key: str, whole: Formula, weights: Sequence[Formula],
    proportions: Sequence[int],
) -> list[str]:  # fmt: skip
    """A block that divides `whole` among the participants; the cells of their parts.

    Args:
        key: of the block's title.
        whole: cents, or units of the last place of a percentage.
        weights: for each participant; whole numbers where `is_exact`.
        proportions: the same as `projects.split` has them.
    """
    sheet.say(made.say(f"{key}_block"), "section")
    sheet.values([made.say("to_divide"), None, whole], ["line", "line", "whole"])
    size = sheet.cell(sheet.row - 1, 2, "row column")
    first = sheet.row + 3
    last = first + len(weights) - 1
    total, left = (sheet.cell(first - n, 2, "row column") for n in (3, 2))
    columns = {c: sheet.cells(first, last, c) for c in (_WEIGHT, _FULL, _REMAINDER)}
    parts, more = apportion(whole.result, proportions) if sum(proportions) else (
        [0] * len(weights), [])  # fmt: skip
    sheet.values([made.say("sum_of_weights"), None,
                  Formula(f"SUM({columns[_WEIGHT]})", sum(w.result for w in weights))],
                 ["line", "line", "plain"])  # fmt: skip
    sheet.values([made.say("left_over"), None,
                  Formula(f"ABS({size})-SUM({columns[_FULL]})", len(more))],
                 ["line", "line", "whole"])  # fmt: skip
    sheet.head([made.label("participant", "ags"), made.label("municipality", "ags"),
                *(made.say(name) for name in ("weight", "full_part", "remainder", "rank",
                                              "part"))],
               right=range(_WEIGHT, _PART + 1))  # fmt: skip
    results = [w.result for w in weights]
    are_whole = all(isinstance(result, int) for result in results)
    places = 0 if are_whole and is_exact(whole.result, results) else _PLACES
    shares = _shares(whole.result, proportions, results)
    ranks = _ranks([remainder for _, remainder in shares])
    cells = []
    for place, (share, weight) in enumerate(zip(made.split.shares, weights, strict=True)):
        row = sheet.row
        at = [sheet.cell(row, column) for column in range(_PART + 1)]
        till_here = sheet.cells(first, row, _REMAINDER)
        full, remainder = shares[place]
        sheet.values(
            [share.name, share.ags, weight,
             Formula(f"IF({total}=0,0,INT(ABS({size})*{at[_WEIGHT]}/{total}))", full),
             Formula(f"ROUND(ABS({size})*{at[_WEIGHT]}-{at[_FULL]}*{total},{places})",
                     round(float(remainder), places)),
             Formula(f"SUMPRODUCT(--({columns[_REMAINDER]}>{at[_REMAINDER]}))"
                     f"+SUMPRODUCT(--({till_here}={at[_REMAINDER]}))", ranks[place]),
             Formula(f"SIGN({size})*({at[_FULL]}+IF({at[_RANK]}<={left},1,0))", parts[place])],
            ["line", "line", "plain", "whole", "plain", "whole", "strong whole"],
        )  # fmt: skip
        cells.append(sheet.afar(sheet.cell(row, _PART, "row column")))
    sheet.values([made.say("sum"), *[None] * (_PART - 1),
                  Formula(f"SUM({sheet.cells(first, last, _PART)})", sum(parts))],
                 ["total line", *["total line"] * (_PART - 1), "total whole"])  # fmt: skip
    sheet.row += 1
    return cells


def _shares(
    whole: int, proportions: Sequence[int], weights: Sequence[float]
) -> list[tuple[int, Fraction]]:
    """Full parts, and remainders as the table's weights have them."""
    total = sum(proportions)
    if not total:
        return [(0, Fraction(0))] * len(proportions)
    cut = [divmod(abs(whole) * proportion, total) for proportion in proportions]
    scale = Fraction(sum(Fraction(w) for w in weights), total)
    return [(full, remainder * scale) for full, remainder in cut]


def _ranks(remainders: Sequence[Fraction]) -> list[int]:
    return [
        sum(other > own for other in remainders) + remainders[: place + 1].count(own)
        for place, own in enumerate(remainders)
    ]  # fmt: skip
