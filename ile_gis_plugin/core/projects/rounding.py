"""Cents: amounts as whole numbers, rounded so that nothing is lost.

All computing is done in integers and ratios of integers, so that no step depends on the precision
of a decimal context or on the order of its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from functools import reduce
from math import lcm

_EXACT = Context(prec=60)  # the caller's context may be shorter
_EURO_DIGITS = -2
_HALF_CENT = Decimal("0.005")
_NOTHING = Decimal("0.00")


def cents_of(amount: Decimal) -> int | None:
    """An amount in cents; None where it is no number or finer than a cent."""
    if not amount.is_finite():
        return None
    numerator, denominator = amount.as_integer_ratio()
    cents, rest = divmod(numerator * 100, denominator)
    return None if rest else cents


def euros(cents: int) -> Decimal:
    return _EXACT.scaleb(cents, _EURO_DIGITS) if cents else _NOTHING


def scaled(value: int, places: int) -> Decimal:
    """`value` as a Decimal with that many decimal places."""
    return _EXACT.scaleb(value, -places)


def sum_of(values: Iterable[Decimal]) -> Decimal:
    return reduce(_EXACT.add, values, Decimal(0))


def is_product(amount: Decimal, quantity: Decimal, unit_price: Decimal) -> bool:
    """Whether an amount is quantity × unit price, rounded to the cent."""
    product = _EXACT.multiply(quantity, unit_price)
    return _EXACT.abs(_EXACT.subtract(product, amount)) <= _HALF_CENT


def half_up(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator as a whole number; halves go away from zero, whatever the sign."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def to_integers(values: Sequence[Decimal]) -> list[int]:
    """Whole numbers in the same proportions."""
    ratios = [v.as_integer_ratio() for v in values]
    common = lcm(*(d for _, d in ratios))
    return [n * (common // d) for n, d in ratios]


def apportion(total: int, weights: Sequence[int]) -> tuple[list[int], list[int]]:
    """Divide a whole by weights into whole parts that sum to it: largest remainder.

    Each part is its exact share cut to a whole number; what is left over goes one by one to the
    largest remainders, of equal ones to the first (participants come by AGS, so to the lowest).
    A negative total is divided as its positive is. Also tells the places that got one more.
    Weights are not negative and not all zero.
    """
    if not total:
        return [0] * len(weights), []
    whole, amount = sum(weights), abs(total)
    cut = [divmod(amount * weight, whole) for weight in weights]
    parts = [part for part, _ in cut]
    last: list[int] = []
    if left := amount - sum(parts):
        # Stable although reversed: equal remainders keep their order.
        last = sorted(range(len(cut)), key=lambda i: cut[i][1], reverse=True)[:left]
        for place in last:
            parts[place] += 1
    return (parts if total >= 0 else [-part for part in parts]), last
