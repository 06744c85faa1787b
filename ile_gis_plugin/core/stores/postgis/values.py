"""Values of the register to the texts that PostgreSQL reads, a column at a time."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ...definition.types import Type

CENT = Decimal("0.01")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _text(value: Any) -> str:
    if not isinstance(value, (str, int, float)):
        raise TypeError("no text")
    value = str(value)
    value.encode()  # half a surrogate pair is no text
    if "\0" in value:
        raise ValueError("PostgreSQL keeps no zero byte")
    return value


def _real(value: Any) -> str | None:
    number = float(value)
    return None if math.isnan(number) else repr(number)


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    # Only one spelling: PostgreSQL would read "today" as well.
    if not _DAY.fullmatch(str(value)):
        raise ValueError("no date")
    return date.fromisoformat(str(value)).isoformat()


_TO: dict[Type, Callable[[Any], str | None]] = {
    Type.TEXT: _text,
    Type.INTEGER: lambda v: str(int(v)),
    Type.REAL: _real,
    Type.MONEY: lambda v: str(Decimal(str(v)).quantize(CENT, ROUND_HALF_UP)),
    Type.BOOLEAN: lambda v: "true" if int(v) else "false",
    Type.DATE: _day,
    Type.DATETIME: _text,
    Type.JSON: lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True),
    Type.BLOB: lambda v: "".join(("\\x", bytes(v).hex())),
}


def to_text(kind: Type, column: Sequence[Any]) -> list[str | None]:
    """Raises TypeError, ValueError or ArithmeticError for what is no value of this type."""
    convert = _TO[kind]
    return [None if v is None else convert(v) for v in column]


def geometries(column: Sequence[bytes | None]) -> list[str | None]:
    """WKB as PostGIS reads it; the column gives it the register's CRS."""
    return [None if v is None else bytes(v).hex() for v in column]


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_lines(columns: Sequence[Sequence[str | None]]) -> str:
    """Columns as the lines of COPY's text format."""
    escaped = [
        ["\\N" if v is None else v.translate(_ESCAPED) if _needs_escape(v) else v for v in column]
        for column in columns
    ]
    return "".join("\t".join(row) + "\n" for row in zip(*escaped, strict=True))


def _needs_escape(value: str) -> bool:
    return "\\" in value or "\n" in value or "\t" in value or "\r" in value
