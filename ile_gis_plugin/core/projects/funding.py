"""What the items cost, and what the programmes pay of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .checks import cents, check_combination, limit, percent
from .model import CostItem, Funding, Grant, ItemCost, SplitInputs
from .rounding import euros, half_up
from .words import refused


@dataclass(frozen=True)
class Costs:
    """The items' cost and its sums, in cents. `eligible_of` by what a programme counts: net, or
    gross less the VAT that is refunded."""

    items: tuple[ItemCost, ...]
    net: int
    vat: int
    deducted: int
    total: int
    eligible: int
    eligible_of: dict[str, int]


@dataclass(frozen=True)
class Funded:
    """A programme, the eligible cost as it counts it, and what it pays, in cents.

    `by_rate` is the amount before the cap, None where the programme has no rate; `missed` says why
    it pays nothing: minimum, maximum or negative.
    """

    programme: Funding
    cost: int
    counted: int
    by_rate: int | None
    amount: int
    is_capped: bool
    missed: str = ""

    @property
    def grant(self) -> Grant:
        f = self.programme
        return Grant(f.programme, f.vat_mode, euros(self.counted), f.rate, f.cap,
                     euros(self.amount), self.is_capped, f.granted_amount is not None,
                     f.legal_source)  # fmt: skip


def costs_of(inputs: SplitInputs) -> Costs:
    """VAT is rounded half up for each item, as invoices do; the refunded part of it too."""
    number, is_gross = inputs.number, inputs.vat_mode == "gross"
    refund = percent(number, inputs.deductible_vat_percent, "projects.deductible_vat")
    items: list[ItemCost] = []
    net = vat = deducted = eligible_net = eligible_gross = 0
    for item in inputs.items:
        of_net, of_vat, refunded = _cost(number, item, refund)
        gross = of_net + of_vat - refunded
        net, vat, deducted = net + of_net, vat + of_vat, deducted + refunded
        if item.is_eligible:
            eligible_net, eligible_gross = eligible_net + of_net, eligible_gross + gross
        items.append(ItemCost(item.title, item.quantity, item.unit, item.unit_price, item.amount,
                              item.vat_rate, euros(of_vat), euros(refunded),
                              euros(gross if is_gross else of_net), item.is_eligible))  # fmt: skip
    eligible = {"net": eligible_net, "gross": eligible_gross}
    total = net + vat - deducted if is_gross else net
    return Costs(tuple(items), net, vat, deducted, total, eligible[inputs.vat_mode], eligible)


def _cost(number: str, item: CostItem, refund: tuple[int, int]) -> tuple[int, int, int]:
    net = cents(number, item.amount, "projects.amount_of", title=item.title)
    rate, whole = percent(number, item.vat_rate, "projects.vat_rate_of", title=item.title)
    vat = half_up(net * rate, whole)
    return net, vat, half_up(vat * refund[0], refund[1])


def grants_of(inputs: SplitInputs, costs: Costs) -> list[Funded]:
    """What each programme pays: eligible cost × eligible percent × rate, up to the cap.

    A programme pays nothing where its eligible cost, as it counts it and before the eligible
    percent, is below its minimum, above its maximum or negative. An amount by notice replaces what
    is computed. Raises `InputError` where programmes may not be combined or their grants exceed
    the eligible or the total cost.
    """
    check_combination(inputs.number, inputs.funding)
    grants = [_funded(inputs.number, f, costs.eligible_of[f.vat_mode]) for f in inputs.funding]
    _check_sum(inputs.number, grants, costs)
    return grants


def _funded(number: str, f: Funding, cost: int) -> Funded:
    of = {"programme": f.programme}
    share, whole = percent(number, f.eligible_percent, "projects.eligible_percent_of", **of)
    counted = half_up(cost * share, whole)
    cap = limit(number, f.cap, "projects.cap_of", **of)
    low = limit(number, f.minimum_cost, "projects.minimum_cost_of", **of)
    high = limit(number, f.maximum_cost, "projects.maximum_cost_of", **of)
    by_notice = limit(number, f.granted_amount, "projects.granted_amount_of", **of)
    if low is not None and high is not None and low > high:
        raise refused("projects.maximum_below_minimum_cost", number, programme=f.programme,
                      minimum=f.minimum_cost, maximum=f.maximum_cost)  # fmt: skip
    missed = _missed(cost, low, high)
    by_rate = None
    if f.rate is not None:
        rate, whole = percent(number, f.rate, "projects.rate_of", **of)
        by_rate = 0 if missed else half_up(counted * rate, whole)
    if by_notice is not None:
        return Funded(f, cost, counted, by_rate, by_notice, False)
    if by_rate is None:
        raise refused("projects.rate_missing", number, programme=f.programme)
    if cap is not None and by_rate > cap:
        return Funded(f, cost, counted, by_rate, cap, True)
    return Funded(f, cost, counted, by_rate, by_rate, False, missed)


def _missed(cost: int, low: int | None, high: int | None) -> str:
    if cost < 0:
        return "negative"
    if low is not None and cost < low:
        return "minimum"
    return "maximum" if high is not None and cost > high else ""


def _check_sum(number: str, grants: Sequence[Funded], costs: Costs) -> None:
    granted = sum(g.amount for g in grants)
    if not granted:  # a credit in all has no grant that could exceed it
        return
    for key, most in (("projects.grant_over_eligible", costs.eligible),
                      ("projects.grant_over_total", costs.total)):  # fmt: skip
        if granted > most:
            raise refused(key, number, granted=euros(granted), most=euros(most),
                          programmes=[g.programme.programme for g in grants])  # fmt: skip
