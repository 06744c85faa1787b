"""The register's numbers as Decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def decimal_of(value: float) -> Decimal:
    """A number as it was typed in: 33.33 is 33.33, and 1013.0 is 1013."""
    return Decimal(int(value)) if float(value).is_integer() else Decimal(repr(float(value)))


def to_cent(amount: Decimal) -> Decimal:
    """Rounded half up, away from zero, to two places."""
    return amount.quantize(CENT, ROUND_HALF_UP)
