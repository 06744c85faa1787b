"""What a table holds as one number, whichever store keeps it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..definition.types import Table, Type
from .store import GEOMETRY, Rows


def _moment(value: str) -> str:
    """Stores write milliseconds, clients what they like: rounded as PostgreSQL rounds."""
    try:
        read = datetime.fromisoformat(value)
    except ValueError:  # no moment at all: then as it is written
        return value
    moment = read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    milliseconds = (moment.microsecond + 500) // 1000
    return str(int(moment.replace(microsecond=0).timestamp()) * 1000 + milliseconds)


_AS_TEXT: dict[Type, Callable[[Any], str]] = {
    Type.REAL: lambda v: repr(float(v)),
    Type.DATETIME: _moment,
    # 8 and 8.0 are one number, but not two texts.
    Type.JSON: lambda v: json.dumps(_as_floats(v), sort_keys=True),
    Type.BLOB: lambda v: bytes(v).hex(),
}


def _as_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_floats(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_as_floats(v) for v in value]
    # Beyond 2**53 a float is no whole number any more.
    is_number = isinstance(value, (bool, int)) and abs(value) < 2**53
    return float(value) if is_number else value


@dataclass
class Checksum:
    """Of a table's rows, page by page: pages have to be of the same size."""

    table: Table
    rows: int = 0
    _columns: dict[str, Any] = field(default_factory=dict)

    def add(self, page: Rows) -> None:
        for name in sorted(page):
            told = self._columns.setdefault(name, hashlib.sha256())
            told.update("\x1e".join(self._texts(name, page[name])).encode(errors="replace"))
            told.update(b"\x1d")
        self.rows += len(page["fid"])

    def _texts(self, name: str, column: Sequence[Any]) -> list[str]:
        if name in ("fid", GEOMETRY):
            convert: Callable[[Any], str] = str if name == "fid" else _AS_TEXT[Type.BLOB]
        else:
            convert = _AS_TEXT.get(self.table[name].type, str)
        return ["\0" if v is None else convert(v) for v in column]

    def hexdigest(self) -> str:
        whole = hashlib.sha256()
        for name, told in sorted(self._columns.items()):
            whole.update(name.encode() + told.digest())
        return whole.hexdigest()
