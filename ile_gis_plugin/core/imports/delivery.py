"""What a reader hands over: the rows of one layer or sheet, as they stand in the source."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..messages import Message


@dataclass
class Unreadable:
    """A record that no reader could take whole."""

    row: int
    reason: Message
    cells: dict[str, Any] = field(default_factory=dict)


@dataclass
class Delivery:
    """Rows of a source. Cells are raw: text, numbers, dates or None; nothing is interpreted yet."""

    path: Path
    layer: str
    columns: dict[str, NDArray[np.object_]]
    #: the row as a person finds it: a sheet's row, or the feature's place in its layer, from 1
    rows: NDArray[np.int64]
    #: shapely geometries or None; for tables None until their coordinate columns were read
    geometry: NDArray[np.object_] | None = None
    #: True where a geometry stands in the file and can't be decoded
    broken: NDArray[np.bool_] | None = None
    crs: str | None = None
    unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, mask: NDArray[np.bool_]) -> Delivery:
        """The rows where `mask` is true, without the unreadable ones."""
        return Delivery(
            self.path, self.layer, {n: c[mask] for n, c in self.columns.items()}, self.rows[mask],
            None if self.geometry is None else self.geometry[mask],
            None if self.broken is None else self.broken[mask], self.crs,
        )  # fmt: skip


def refuse_without_columns(delivery: Delivery) -> None:
    """Raises `InputError` where a source has geometries and nothing else, and says why if known."""
    if delivery.columns:
        return
    for note in delivery.notes:
        if note.key == "imports.dbf_missing":
            raise InputError(note.key, **note.values)
    raise InputError("imports.no_columns", path=delivery.path)


def normalised(name: Any) -> str:
    """A column's name as people compare it: case, spaces and line feeds don't count."""
    return " ".join(str(name).split()).casefold()


def find_column(name: str, columns: Iterable[str]) -> str | None:
    """The column that bears this name, exactly or but for case and spaces; else None."""
    columns = list(columns)
    if name in columns:
        return name
    found = [c for c in columns if normalised(c) == normalised(name)]
    return found[0] if len(found) == 1 else None


def nearest(name: str, choices: Iterable[str], count: int = 3) -> list[str]:
    """The choices that look most like a name, for an error's next step."""
    by_fold = {c.casefold(): c for c in choices}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=count, cutoff=0.5)
    return [by_fold[c] for c in close]


def unique_names(names: Iterable[Any]) -> list[str]:
    """Column names with a number behind each that stood there before, and for each empty one."""
    found: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names, 1):
        base = " ".join(str(name).split()) if name not in (None, "") else f"column_{position}"
        unique, n = base, 2
        while unique.casefold() in taken:
            unique, n = f"{base}_{n}", n + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found
