"""The sheets of a project's cost and of what programmes pay of it, as formulas."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..definition import codes
from ..projects.funding import costs_of, grants_of
from ..projects.rounding import euros
from .workbook import Formula, Sheet

if TYPE_CHECKING:
    from .project_workbook import ProjectBook

_ITEM, _QUANTITY, _UNIT, _PRICE, _NET, _RATE, _VAT, _REFUND, _BORNE, _ELIGIBLE = range(10)
_OF_NET, _OF_GROSS, _ORIGIN = range(10, 13)


def cost_sheet(made: ProjectBook) -> None:
    """The items: net, VAT, what is refunded of it, and what the municipalities bear."""
    sheet = made.sheet("costs", [40, 12, 10, 14, 15, 18, 15, 14, 15, 14, 15, 15, 44])
    inputs, split = made.inputs, made.split
    sheet.values([made.label("joint_project", "vat_mode"),
                  codes.VAT_MODE.label_of(inputs.vat_mode, made.lang)],
                 ["line", "input line"])  # fmt: skip
    mode = sheet.cell(sheet.row - 1, 1, "row column")
    _choice(made, sheet, sheet.row - 1, 1)
    sheet.values([made.label("joint_project", "deductible_vat_percent"),
                  inputs.deductible_vat_percent], ["line", "input rate"])  # fmt: skip
    refund = sheet.cell(sheet.row - 1, 1, "row column")
    sheet.row += 1
    sheet.head([
        *(made.label("cost_item", name) for name in (
            "title", "quantity", "unit", "unit_price", "net_amount", "vat_rate")),
        *(made.say(name) for name in ("vat", "refunded", "borne")),
        made.label("cost_item", "is_eligible"),
        *(made.say(name) for name in ("eligible_net", "eligible_gross", "origin")),
    ], right={_QUANTITY, *range(_PRICE, _ELIGIBLE), _OF_NET, _OF_GROSS})  # fmt: skip
    sheet.inner.freeze_panes(sheet.row, 1)
    first = sheet.row
    gross = codes.VAT_MODE.label_of("gross", made.lang)
    for place in range(len(split.items)):
        _item(made, sheet, place, f'{mode}="{gross}"', refund)
    last = max(sheet.row - 1, first)
    costs = costs_of(inputs)
    sums = {
        _NET: ("net", split.net), _VAT: ("vat", split.vat), _REFUND: ("deducted", split.deducted),
        _BORNE: ("total", split.total), _OF_NET: ("net eligible", euros(costs.eligible_of["net"])),
        _OF_GROSS: ("gross eligible", euros(costs.eligible_of["gross"])),
    }  # fmt: skip
    sheet.put(sheet.row, _ITEM, made.say("sum"), "total line")
    for column in range(1, _ORIGIN):
        value = None
        if column in sums:
            name, result = sums[column]
            value = Formula(f"ROUND(SUM({sheet.cells(first, last, column)}),2)", result)
            made.cells[name] = sheet.afar(sheet.cell(sheet.row, column, "row column"))
        sheet.put(sheet.row, column, value, "total money")
    cells, is_gross = made.cells, f'{sheet.afar(mode)}="{gross}"'
    cells["eligible"] = f"IF({is_gross},{cells['gross eligible']},{cells['net eligible']})"
    whole = f"IF({is_gross},{cells['net']}+{cells['vat']}-{cells['deducted']},{cells['net']})"
    made.checks.append(("check_costs", whole, cells["total"], split.total))


def _item(made: ProjectBook, sheet: Sheet, place: int, is_gross: str, refund: str) -> None:
    item, given = made.split.items[place], made.inputs.items[place]
    row = sheet.row
    at = [sheet.cell(row, column) for column in range(_ORIGIN)]
    product = (item.quantity * item.unit_price).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    is_product = product == item.net
    net = Formula(f"ROUND({at[_QUANTITY]}*{at[_PRICE]},2)", item.net) if is_product else item.net
    gross = f"{at[_NET]}+{at[_VAT]}-{at[_REFUND]}"
    yes = made.yes(True)
    counted = Decimal(item.is_eligible)
    origin = made.words(given.measured) if is_product else made.say("not_the_product")
    sheet.values(
        [made.words(item.title), item.quantity, item.unit, item.unit_price, net, item.vat_rate,
         Formula(f"ROUND({at[_NET]}*{at[_RATE]}/100,2)", item.vat),
         Formula(f"ROUND({at[_VAT]}*{refund}/100,2)", item.deducted),
         Formula(f"ROUND(IF({is_gross},{gross},{at[_NET]}),2)", item.borne),
         made.yes(item.is_eligible),
         Formula(f'IF({at[_ELIGIBLE]}="{yes}",{at[_NET]},0)', counted * item.net),
         Formula(f'IF({at[_ELIGIBLE]}="{yes}",ROUND({gross},2),0)',
                 counted * (item.net + item.vat - item.deducted)),
         origin],
        ["text", "input quantity", "input line", "input money",
         "money" if is_product else "input money", "input rate", "money", "money", "money",
         "input line", "money", "money", "text"],
    )  # fmt: skip
    sheet.inner.data_validation(row, _ELIGIBLE, row, _ELIGIBLE, {
        "validate": "list", "source": [made.yes(True), made.yes(False)]})  # fmt: skip


def _choice(made: ProjectBook, sheet: Sheet, row: int, column: int) -> None:
    """Net or gross, and nothing else."""
    words = [code.label[made.lang] for code in codes.VAT_MODE.codes]
    sheet.inner.data_validation(row, column, row, column, {"validate": "list", "source": words})


_MODE, _COST, _LEAST, _MOST, _COUNTS, _COUNTED, _GRANT_RATE, _BY_RATE, _CAP, _NOTICE, _AMOUNT = (
    range(4, 15))


def funding_sheet(made: ProjectBook) -> None:
    """What each programme counts and pays, and the own share that is left."""
    sheet = made.sheet("funding", [36, 24, 16, 28, 14, 15, 17, 17, 16, 15, 12, 15, 15, 15, 15])
    inputs, split = made.inputs, made.split
    sheet.head([
        made.label("project_funding", "programme_uuid"),
        made.label("funding_programme", "authority"), made.label("project_funding", "reference"),
        made.label("funding_programme", "legal_source"),
        made.label("funding_programme", "vat_mode"), made.say("eligible_cost"),
        *(made.label("funding_programme", name)
          for name in ("minimum_cost", "maximum_cost", "eligible_percent")),
        made.say("counted"), made.label("funding_programme", "rate"), made.say("by_rate"),
        made.label("funding_programme", "cap"), made.label("project_funding", "granted_amount"),
        made.say("grant"),
    ], right=range(_COST, _AMOUNT + 1))  # fmt: skip
    sheet.inner.freeze_panes(sheet.row, 1)
    first = sheet.row
    for place in range(len(inputs.funding)):
        _programme(made, sheet, place)
    if not inputs.funding:
        sheet.say(made.say("no_funding"))
    amounts = sheet.cells(first, sheet.row - 1, _AMOUNT)
    sheet.put(sheet.row, 0, made.say("sum"), "total line")
    for column in range(1, _AMOUNT):
        sheet.put(sheet.row, column, None, "total line")
    sheet.put(sheet.row, _AMOUNT, Formula(f"ROUND(SUM({amounts}),2)", split.granted),
              "total money")  # fmt: skip
    granted = sheet.cell(sheet.row, _AMOUNT, "row column")
    made.cells["granted"] = sheet.afar(granted)
    sheet.row += 2
    for name, formula in (("total", made.cells["total"]), ("granted", granted)):
        sheet.values([made.label("cost_split", name), Formula(formula, getattr(split, name))],
                     ["line", "money"])  # fmt: skip
    both = [sheet.cell(sheet.row - n, 1) for n in (2, 1)]
    sheet.values([made.label("cost_split", "own_share"),
                  Formula(f"ROUND({both[0]}-{both[1]},2)", split.own_share)],
                 ["total line", "total money"])  # fmt: skip
    made.cells["own_share"] = sheet.afar(sheet.cell(sheet.row - 1, 1, "row column"))
    for most in ("eligible", "total"):  # no grant exceeds them
        if split.granted:
            cell = made.cells[most]
            made.checks.append((f"check_grant_{most}", made.cells["granted"],
                                f"MIN({made.cells['granted']},{cell})", split.granted))  # fmt: skip


def _programme(made: ProjectBook, sheet: Sheet, place: int) -> None:
    given = made.inputs.funding[place]
    funded = grants_of(made.inputs, costs_of(made.inputs))[place]
    row = sheet.row
    at = [sheet.cell(row, column) for column in range(_AMOUNT + 1)]
    gross = codes.VAT_MODE.label_of("gross", made.lang)
    cost = (f'IF({at[_MODE]}="{gross}",{made.cells["gross eligible"]},'
            f"{made.cells['net eligible']})")  # fmt: skip
    missed = (f'OR({at[_COST]}<0,AND({at[_LEAST]}<>"",{at[_COST]}<{at[_LEAST]}),'
              f'AND({at[_MOST]}<>"",{at[_COST]}>{at[_MOST]}))')  # fmt: skip
    by_rate = f"IF({missed},0,ROUND({at[_COUNTED]}*{at[_GRANT_RATE]}/100,2))"
    pays = (f'IF({at[_NOTICE]}<>"",{at[_NOTICE]},IF(AND({at[_CAP]}<>"",{at[_BY_RATE]}>{at[_CAP]}),'
            f"{at[_CAP]},{at[_BY_RATE]}))")  # fmt: skip
    sheet.values(
        [given.programme, given.authority, given.reference, given.legal_source,
         codes.VAT_MODE.label_of(given.vat_mode, made.lang), Formula(cost, euros(funded.cost)),
         given.minimum_cost, given.maximum_cost, given.eligible_percent,
         Formula(f"ROUND({at[_COST]}*{at[_COUNTS]}/100,2)", euros(funded.counted)), given.rate,
         Formula(by_rate, euros(funded.by_rate or 0)), given.cap, given.granted_amount,
         Formula(pays, euros(funded.amount))],
        ["text", "text", "text", "text", "input line", "money", "input money", "input money",
         "input rate", "money", "input rate", "money", "input money", "input money",
         "strong money"],
    )  # fmt: skip
    _choice(made, sheet, row, _MODE)
