"""Values of the register to SQLite's and back, a column at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ...definition.types import Type

CENT = Decimal("0.01")


def _money(value: Any) -> float:
    # Decimal at the edge: a REAL holds every amount below 10^13 to the cent.
    return float(Decimal(str(value)).quantize(CENT, ROUND_HALF_UP))


_TO: dict[Type, Callable[[Any], Any]] = {
    Type.BOOLEAN: int,
    Type.MONEY: _money,
    Type.DATE: lambda v: v.isoformat() if isinstance(v, date) else str(v),
    Type.JSON: lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True),
    Type.INTEGER: int,
    Type.REAL: float,
}
_FROM: dict[Type, Callable[[Any], Any]] = {
    Type.BOOLEAN: bool,
    Type.MONEY: lambda v: Decimal(repr(v)).quantize(CENT),
    Type.DATE: date.fromisoformat,
    Type.JSON: json.loads,
}


def to_store(kind: Type, column: Sequence[Any]) -> list[Any]:
    convert = _TO.get(kind)
    if convert is None:
        return list(column)
    return [None if v is None else convert(v) for v in column]


def from_store(kind: Type, column: Sequence[Any]) -> list[Any]:
    convert = _FROM.get(kind)
    if convert is None:
        return list(column)
    return [None if v is None else convert(v) for v in column]
