"""The sheet of the instalments: each share by budget year, and what binds later years."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from ..projects.rounding import cents_of, to_integers
from .workbook import Formula, Sheet
from .workbook_key import decimals_of

if TYPE_CHECKING:
    from .project_workbook import ProjectBook

_NAME, _AGS, _AMOUNT, _FIRST = range(4)


def instalment_sheet(made: ProjectBook) -> None:
    """Nothing where the project has no instalments: all is due in its budget year then."""
    given = sorted(made.inputs.instalments, key=itemgetter(0))
    if not given:
        return
    years = [year for year, _ in given]
    count, people = len(years), len(made.split.shares)
    sheet = made.sheet("instalments", [30, 12, 16, *[15] * count, 16, 18])
    sheet.values([made.label("joint_project", "budget_year"), None, made.inputs.budget_year],
                 ["line", "line", "input year"])  # fmt: skip
    budget_year = sheet.cell(sheet.row - 1, _AMOUNT, "row column")
    sheet.values([made.label("instalment", "percent"), None, None, *(p for _, p in given)],
                 ["line"] * 3 + ["input rate"] * count)  # fmt: skip
    decimals = max(2, decimals_of([percent for _, percent in given]))
    percents = [sheet.cell(sheet.row - 1, _FIRST + n, "row column") for n in range(count)]
    # Whole numbers, so that no remainder is blurred.
    sheet.values([made.say("weight"), None, None,
                  *(Formula(f"ROUND({cell}*{10**decimals},0)", int(percent.scaleb(decimals)))
                    for cell, (_, percent) in zip(percents, given, strict=True))],
                 ["line"] * 3 + ["plain"] * count)  # fmt: skip
    weight_row = sheet.row - 1
    sheet.row += 1
    headings = [made.label("participant", "ags"), made.label("municipality", "ags")]
    year_row = sheet.row
    sheet.head(
        [*headings, made.say("share_amount"), *[""] * count, made.say("sum"),
         made.say("share_commitment")],
        right=range(_AMOUNT, _FIRST + count + 2),
    )  # fmt: skip
    for n, year in enumerate(years):
        sheet.put(year_row, _FIRST + n, year, "right head")
    first = sheet.row
    side = first + people + 4  # full parts, and beside them remainders
    for place in range(people):
        _row(made, sheet, place, (weight_row, year_row, side + place), budget_year)
    _sums(made, sheet, first, count)
    sheet.row = side - 2
    sheet.say(made.say("side_computation"), "section")
    sheet.head([*headings, made.say("share_amount"), *(f"{year}" for year in years),
                *(made.say("remainder_of", year=year) for year in years)],
               right=range(_AMOUNT, _FIRST + 2 * count))  # fmt: skip
    for place in range(people):
        _side(made, sheet, place, weight_row, count)


def _row(made: ProjectBook, sheet: Sheet, place: int, rows: tuple[int, int, int],
         budget_year: str) -> None:  # fmt: skip
    share, row, (_, year_row, side) = made.split.shares[place], sheet.row, rows
    count = len(share.instalments)
    last = _FIRST + count - 1

    amount = sheet.cell(row, _AMOUNT, "column")
    remainders = sheet.across(side, last + 1, last + count)
    full = sheet.across(side, _FIRST, last)
    figures = []
    for n, (_, value) in enumerate(share.instalments):
        own = sheet.cell(side, last + 1 + n)
        till_here = sheet.across(side, last + 1, last + 1 + n)
        rank = f"SUMPRODUCT(--({remainders}>{own}))+SUMPRODUCT(--({till_here}={own}))"
        left = f"ROUND(ABS({amount})*100,0)-SUM({full})"
        figures.append(Formula(
            f"SIGN({amount})*({sheet.cell(side, _FIRST + n)}+IF({rank}<={left},1,0))/100", value))
    years = sheet.across(year_row, _FIRST, last, "row column")
    own = sheet.across(row, _FIRST, last)
    later = f'IF({budget_year}="",0,SUMIF({years},">"&{budget_year},{own}))'
    sheet.values(
        [share.name, share.ags, Formula(made.cells[f"amount {place}"], share.amount), *figures,
         Formula(f"ROUND(SUM({own}),2)", share.amount), Formula(later, share.commitment)],
        ["line", "line", "money", *["money"] * count, "strong money", "money"],
    )  # fmt: skip


def _sums(made: ProjectBook, sheet: Sheet, first: int, count: int) -> None:
    shares, row = made.split.shares, sheet.row
    results = [made.split.own_share]
    results += [sum(share.instalments[n][1] for share in shares) for n in range(count)]
    results += [made.split.own_share, sum(share.commitment for share in shares)]
    sheet.put(row, _NAME, made.say("sum"), "total line")
    sheet.put(row, _AGS, None, "total line")
    for column, result in enumerate(results, _AMOUNT):
        cells = sheet.cells(first, row - 1, column)
        sheet.put(row, column, Formula(f"ROUND(SUM({cells}),2)", result), "total money")
    cell = sheet.afar(sheet.cell(row, _FIRST + count, "row column"))
    made.checks.append(("check_instalments", cell, made.cells["own_share"],
                        made.split.own_share))  # fmt: skip


def _side(made: ProjectBook, sheet: Sheet, place: int, weight_row: int, count: int) -> None:
    """Cents of an instalment cut to whole ones, and what is cut off."""
    share, row = made.split.shares[place], sheet.row
    percents = to_integers([p for _, p in sorted(made.inputs.instalments)])
    cents = abs(cents_of(share.amount) or 0)
    cut = [divmod(cents * percent, sum(percents)) for percent in percents]
    amount = f"ROUND(ABS({sheet.cell(row, _AMOUNT, 'column')})*100,0)"
    last = _FIRST + count - 1
    whole = f"SUM({sheet.across(weight_row, _FIRST, last, 'row column')})"
    weights = [sheet.cell(weight_row, _FIRST + n, "row column") for n in range(count)]
    full = [Formula(f"INT({amount}*{weight}/{whole})", part)
            for weight, (part, _) in zip(weights, cut, strict=True)]  # fmt: skip
    scale = sum(int(p.scaleb(max(2, decimals_of([q for _, q in made.inputs.instalments]))))
                for _, p in made.inputs.instalments) / sum(percents)  # fmt: skip
    rests = [Formula(f"{amount}*{weight}-{sheet.cell(row, _FIRST + n)}*{whole}", rest * scale)
             for n, (weight, (_, rest)) in enumerate(zip(weights, cut, strict=True))]  # fmt: skip
    sheet.values([share.name, share.ags, Formula(made.cells[f"amount {place}"], share.amount),
                  *full, *rests],
                 ["line", "line", "money", *["whole"] * count, *["plain"] * count])  # fmt: skip


