"""The sheets that divide the own share: who bears what, the last cents, and the instalments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..projects.model import ShareOfOne
from ..projects.rounding import cents_of
from .workbook import Formula, Sheet
from .workbook_key import Weights, decimals_of, participants_of
from .workbook_rounding import UNITS_OF_100, apportionment, is_exact

if TYPE_CHECKING:
    from .project_workbook import ProjectBook

(_NAME, _AGS, _LEAD, _WEIGHT, _LEAST, _MOST, _BOUND, _FIXED, _PART, _AMOUNT, _PERCENT, _GRANT,
 _COST, _LINE, _KEPT, _SAME) = range(16)  # fmt: skip
_WIDTHS = [30, 11, 15, 14, 15, 15, 15, 15, 15, 16, 12, 15, 16, 16, 16, 12]
_SUMMED = {_FIXED: "", _PART: "", _AMOUNT: "own_share", _PERCENT: "hundred", _GRANT: "granted",
           _COST: "total"}  # fmt: skip


def _fixed(share: ShareOfOne) -> Decimal:
    """What does not depend on the key: a bound that decided, else the advance."""
    return share.amount if share.is_bounded else share.advance


def split_sheet(made: ProjectBook, weights: Weights) -> None:
    sheet = made.sheet("split", _WIDTHS)
    rounding = made.sheet("rounding", [30, 12, 18, 18, 18, 10, 16])
    shares = made.split.shares
    first = sheet.row + 7
    rows = (first, first + len(shares) - 1)
    top = _top(made, sheet, sheet.cells(*rows, _FIXED))
    sheet.row = first - 1
    sheet.head(_headings(made), right={*range(_WEIGHT, _COST + 1), _KEPT} - {_BOUND})
    sheet.inner.freeze_panes(sheet.row, 1)

    bounds = [sheet.afar(sheet.cell(first + n, _BOUND, "row column")) for n in range(len(shares))]
    rest = made.split.own_share - sum(_fixed(share) for share in shares)
    free = [
        Formula(f'IF({bound}="",{cell},0)', 0 if share.is_bounded else result)
        for bound, cell, result, share in zip(bounds, weights.cells, weights.results, shares,
                                              strict=True)
    ]  # fmt: skip
    left = [0 if share.is_bounded else proportion
            for share, proportion in zip(shares, weights.proportions, strict=True)]  # fmt: skip
    amounts = [sheet.afar(sheet.cell(first + n, _AMOUNT, "row column"))
               for n in range(len(shares))]  # fmt: skip
    of_whole = _of_whole(made, amounts, weights, sheet.afar(top["advance_percent"]))

    def divided(key: str, formula: str, whole: int, by: Any) -> list[str]:
        return apportionment(made, rounding, key, Formula(formula, whole), *by)

    granted = cents_of(made.split.granted) or 0
    parts = divided("own_share", f"ROUND({sheet.afar(top['rest'])}*100,0)", cents_of(rest) or 0,
                    (free, left))  # fmt: skip
    grants = divided("grant", f"ROUND({sheet.afar(top['granted'])}*100,0)", granted, of_whole)
    percents = divided("percent", str(UNITS_OF_100), UNITS_OF_100, of_whole)
    for place in range(len(shares)):
        _share(made, sheet, place, weights, top["advance"],
               (parts[place], grants[place], percents[place]))  # fmt: skip
    _sums(made, sheet, *rows)


def _top(made: ProjectBook, sheet: Sheet, fixed: str) -> dict[str, str]:
    """What is divided, above the table; the cells by name."""
    split, cells = made.split, {}
    lead = next(share for share in split.shares if share.is_lead)
    own = sheet.cell(sheet.row, 1, "row column")
    percent = sheet.cell(sheet.row + 2, 1, "row column")
    rest = split.own_share - sum(_fixed(share) for share in split.shares)
    for name, value, style in (
        ("own_share", Formula(made.cells["own_share"], split.own_share), "money"),
        ("granted", Formula(made.cells["granted"], split.granted), "money"),
        ("advance_percent", made.inputs.lead_advance_percent, "input rate"),
        ("advance", Formula(f"ROUND({own}*{percent}/100,2)", lead.advance), "money"),
        ("rest", Formula(f"ROUND({own}-SUM({fixed}),2)", rest), "money"),
    ):  # fmt: skip
        cells[name] = sheet.cell(sheet.row, 1, "row column")
        sheet.values([made.say(f"split_{name}"), value], ["line", style])
    return cells


def _headings(made: ProjectBook) -> list[str]:
    return [
        made.label("participant", "ags"), made.label("municipality", "ags"),
        made.label("joint_project", "lead_ags"), made.say("weight"),
        made.label("participant", "minimum_amount"), made.label("participant", "maximum_amount"),
        *(made.say(name) for name in ("bound", "fixed_part", "part_by_key", "share_amount",
                                      "share_percent", "share_grant", "share_cost")),
        made.label("participant", "budget_line"), made.say("kept_amount"), made.say("result"),
    ]  # fmt: skip


def _of_whole(made: ProjectBook, amounts: Sequence[str], weights: Weights, percent: str
              ) -> tuple[list[Formula], list[int]]:  # fmt: skip
    """By what percentages and grants are divided, as `projects.shares.proportions_of` has it."""
    shares, advance = made.split.shares, made.inputs.lead_advance_percent
    if any(share.is_bounded for share in shares):
        cents = [cents_of(share.amount) or 0 for share in shares]
        if is_exact(cents_of(made.split.granted) or 0, cents):
            return [Formula(f"ROUND({cell}*100,0)", n)
                    for cell, n in zip(amounts, cents, strict=True)], cents  # fmt: skip
        whole = f"({'+'.join(amounts)})"
        return [Formula(f"100*{cell}/{whole}", 100 * n / sum(cents))
                for cell, n in zip(amounts, cents, strict=True)], cents  # fmt: skip
    if not advance:
        return [Formula(cell, n) for cell, n in zip(weights.cells, weights.results, strict=True)
                ], weights.proportions  # fmt: skip
    unit = 10 ** max(2, decimals_of([advance]))
    part = int(advance * unit)
    scaled = f"ROUND({percent}*{unit},0)"
    total = f"({'+'.join(weights.cells)})"

    def of(values: Sequence[Any]) -> list[Any]:
        return [(100 * unit - part) * value + (part * sum(values) if share.is_lead else 0)
                for value, share in zip(values, shares, strict=True)]  # fmt: skip

    formulas = [
        Formula(f"({100 * unit}-{scaled})*{cell}"
                + (f"+{scaled}*{total}" if share.is_lead else ""), result)
        for cell, share, result in zip(weights.cells, shares, of(weights.results), strict=True)
    ]  # fmt: skip
    return formulas, of(weights.proportions)


def _share(made: ProjectBook, sheet: Sheet, place: int, weights: Weights, advance: str,
           parts: tuple[str, str, str]) -> None:  # fmt: skip
    share, person, row = made.split.shares[place], participants_of(made)[place], sheet.row
    at = [sheet.cell(row, column) for column in range(_SAME + 1)]
    low, high = (made.label("participant", f"{kind}_amount") for kind in ("minimum", "maximum"))
    fixed = (f'IF({at[_BOUND]}="",IF({at[_LEAD]}="{made.yes(True)}",{advance},0),'
             f'IF({at[_BOUND]}="{low}",{at[_LEAST]},{at[_MOST]}))')  # fmt: skip
    same = f"ROUND({at[_AMOUNT]}-{at[_KEPT]},2)=0"
    part, grant, percent = parts
    sheet.values(
        [share.name, share.ags, made.yes(share.is_lead),
         Formula(weights.cells[place], weights.results[place]),
         person.minimum_amount, person.maximum_amount,
         {"minimum": low, "maximum": high}.get(share.is_bounded),
         Formula(fixed, _fixed(share)), Formula(f"{part}/100", share.amount - _fixed(share)),
         Formula(f"ROUND({at[_FIXED]}+{at[_PART]},2)", share.amount),
         Formula(f"{percent}/10000", share.percent), Formula(f"{grant}/100", share.grant),
         Formula(f"ROUND({at[_AMOUNT]}+{at[_GRANT]},2)", share.cost), share.budget_line,
         share.amount,
         Formula(f'IF({same},"{made.say("adds_up")}","{made.say("differs")}")',
                 made.say("adds_up"))],
        ["line", "line", "input line", "plain", "input money", "input money", "input line",
         "money", "money", "strong money", "percent", "money", "money", "line", "money", "line"],
    )  # fmt: skip
    for name, column in (("amount", _AMOUNT), ("percent", _PERCENT), ("grant", _GRANT),
                         ("cost", _COST)):  # fmt: skip
        made.cells[f"{name} {place}"] = sheet.afar(sheet.cell(row, column, "row column"))


def _sums(made: ProjectBook, sheet: Sheet, first: int, last: int) -> None:
    split = made.split
    fixed = sum((_fixed(share) for share in split.shares), Decimal(0))
    results = {_FIXED: fixed, _PART: split.own_share - fixed, _AMOUNT: split.own_share,
               _PERCENT: Decimal(100), _GRANT: split.granted, _COST: split.total}  # fmt: skip
    made.cells["hundred"] = "100"
    sheet.put(sheet.row, 0, made.say("sum"), "total line")
    for column in range(1, _SAME + 1):
        style, value = "total line", None
        if column in _SUMMED:
            style = "total percent" if column == _PERCENT else "total money"
            value = Formula(f"ROUND(SUM({sheet.cells(first, last, column)}),4)", results[column])
        sheet.put(sheet.row, column, value, style)
        if whole := _SUMMED.get(column):
            cell = sheet.afar(sheet.cell(sheet.row, column, "row column"))
            made.checks.append((f"check_{whole}", cell, made.cells[whole], results[column]))
    _checks(made, sheet, first, last)


def _checks(made: ProjectBook, sheet: Sheet, first: int, last: int) -> None:
    least, most, amounts, kept = (sheet.afar(sheet.cells(first, last, column))
                                  for column in (_LEAST, _MOST, _AMOUNT, _KEPT))  # fmt: skip
    if made.split.own_share > 0:
        outside = (f'SUMPRODUCT(({least}<>"")*({amounts}<{least}))'
                   f'+SUMPRODUCT(({most}<>"")*({amounts}>{most}))')  # fmt: skip
        made.checks.append(("check_bounds", outside, "0", 0))
    differing = f"SUMPRODUCT(--(ABS({amounts}-{kept})>0.001))"
    made.checks.append(("check_kept", differing, "0", 0))
