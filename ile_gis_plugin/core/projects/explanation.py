"""How a split was computed, line by line: each step a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from ..definition import codes
from ..messages import Message
from .funding import Costs, Funded
from .model import CostItem, ItemCost, ShareOfOne, SplitInputs, Step
from .rounding import euros, is_product, sum_of
from .words import Worded

_VAT_MODE = {c.code: c.label for c in codes.VAT_MODE.codes}
_BASIS = {c.code: c.label for c in codes.COST_BASIS.codes}
_INSTALMENTS = Worded("projects.of_instalments")
_NOT_ELIGIBLE = Worded("projects.not_eligible")
_HUNDRED = Decimal(100)


class Told(Sequence[Step]):
    """Steps that are made when somebody first looks at them: of the splits of a whole register
    most are only added up, and the words take longer than the figures."""

    def __init__(self, tell: Callable[[], Iterable[Step]]) -> None:
        self._tell = tell

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        return tuple(self._tell())

    def __getitem__(self, place: Any) -> Any:
        return self._steps[place]

    def __len__(self) -> int:
        return len(self._steps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._steps == tuple(other)

    def __repr__(self) -> str:
        return repr(self._steps)


def step(code: str, key: str, amount: Decimal | None = None, ags: str = "", /,
         **values: Any) -> Step:  # fmt: skip
    return Step(code, Worded(key, values), amount, ags)


def cost_steps(inputs: SplitInputs, costs: Costs) -> list[Step]:
    """The items, their total and what of it is eligible."""
    mode = _VAT_MODE[inputs.vat_mode]
    steps = [_item(inputs.basis, i, c, mode)
             for i, c in zip(inputs.items, costs.items, strict=True)]  # fmt: skip
    total, eligible = euros(costs.total), euros(costs.eligible)
    refunded = ""
    if costs.deducted:
        refunded = Worded("projects.refunded_in_all", {"deducted": euros(costs.deducted)})
    return [
        *steps,
        step("total", "projects.total", total, basis=_BASIS.get(inputs.basis, inputs.basis),
             mode=mode, total=total, net=euros(costs.net), vat=euros(costs.vat),
             refunded=refunded),
        step("eligible", "projects.eligible", eligible, eligible=eligible),
    ]  # fmt: skip


def _item(basis: str, item: CostItem, cost: ItemCost, mode: Any) -> Step:
    if is_product(item.amount, item.quantity, item.unit_price):
        key = "projects.item"
    else:
        key = "projects.item_actual" if basis == "actual" else "projects.item_given"
    values = {
        "title": item.title, "quantity": item.quantity, "unit": item.unit,
        "unit_price": item.unit_price, "net": item.amount, "vat_rate": item.vat_rate,
        "vat": cost.vat, "borne": cost.borne, "mode": mode, "refunded": "",
        "measured": item.measured and Worded("projects.measured", {"measured": item.measured}),
        "eligible": "" if item.is_eligible else _NOT_ELIGIBLE,
    }  # fmt: skip
    if cost.deducted:
        values["refunded"] = Worded("projects.refunded", {"deducted": cost.deducted})
    return Step("item", Worded(key, values), cost.borne)


def grant_steps(grants: Iterable[Funded]) -> list[Step]:
    """What each programme pays, and why."""
    return [_grant(grant) for grant in grants]


def grant_remarks(grants: Iterable[Funded]) -> list[Message]:
    """Why a programme pays nothing, where its limits are the reason."""
    return [
        Worded(_MISSED[grant.missed], {
            "programme": grant.programme.programme, "mode": _VAT_MODE[grant.programme.vat_mode],
            "cost": euros(grant.cost), "limit": grant.programme.minimum_cost
            if grant.missed == "minimum" else grant.programme.maximum_cost})
        for grant in grants if grant.missed
    ]  # fmt: skip


_MISSED = {
    "minimum": "projects.below_minimum_cost",
    "maximum": "projects.above_maximum_cost",
    "negative": "projects.eligible_is_negative",
}


def _grant(grant: Funded) -> Step:
    f, amount = grant.programme, euros(grant.amount)
    legal = f.legal_source and Worded("projects.in_brackets", {"text": f.legal_source})
    values = {"programme": f.programme, "legal": legal, "amount": amount}
    if f.granted_amount is not None:
        reference = f.reference and Worded("projects.in_brackets", {"text": f.reference})
        return step("grant", "projects.grant_by_notice", amount, **values, reference=reference)
    if grant.missed:
        return step("grant", "projects.grant_none", amount, **values, cost=euros(grant.cost))
    counted = ""
    if f.eligible_percent != _HUNDRED:
        counted = Worded("projects.counted_part", {"percent": f.eligible_percent,
                                                   "counted": euros(grant.counted)})  # fmt: skip
    key = "projects.grant_capped" if grant.is_capped else "projects.grant"
    return step("grant", key, amount, **values, mode=_VAT_MODE[f.vat_mode], rate=f.rate,
                cost=euros(grant.cost), counted=counted, by_rate=euros(grant.by_rate or 0),
                )  # fmt: skip


def own_share_step(total: int, granted: int) -> Step:
    own_share = euros(total - granted)
    return step("own_share", "projects.own_share", own_share, total=euros(total),
                granted=euros(granted), own_share=own_share)  # fmt: skip


def normalised(kind: Any, total: Decimal) -> Message:
    """The remark on percentages that sum to nearly 100."""
    return Worded("projects.normalised", {"kind": kind, "total": total})


def instalment_steps(inputs: SplitInputs, shares: Iterable[ShareOfOne]) -> list[Step]:
    """How the amounts are spread over years, and what needs a commitment authorisation."""
    if not inputs.instalments:
        return []
    years = tuple(Worded("projects.one_instalment", {"year": str(year), "percent": percent})
                  for year, percent in sorted(inputs.instalments))  # fmt: skip
    steps = [step("instalments", "projects.instalments", years=years)]
    if commitment := sum_of(s.commitment for s in shares):
        steps.append(step("commitment", "projects.commitment", commitment, amount=commitment,
                          year=str(inputs.budget_year)))  # fmt: skip
    return steps


def instalment_remarks(inputs: SplitInputs) -> list[Message]:
    total = sum_of(percent for _, percent in inputs.instalments)
    if not inputs.instalments or total == _HUNDRED:
        return []
    return [normalised(_INSTALMENTS, total)]
