"""What the lists of the panel have in common. Knows the core, not Qt.

A list shows `MOST` rows at most, the gravest first, and tells how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.geometry.wkb import decode_points
from ..core.stores import GEOMETRY, Store
from ..core.stores.store import Condition

R = TypeVar("R")

MOST = 1_000
_NAMED = {
    table.name: tuple(n for n in ("asset_no", "number", "name", "title") if n in table)
    for table in REGISTER.of_kind(Kind.ASSET, Kind.PROJECT)
}


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; what is empty does not matter.

    Attributes:
        ags: the municipality on one of the two sides.
        state: a state, or one of the list's own words for several of them.
        kind: a rule's code, or a kind of proposal.
        words: all of them stand somewhere in what a row shows.
    """

    ags: str = ""
    state: str = ""
    kind: str = ""
    severity: str = ""
    words: str = ""


@dataclass
class Page(Generic[R]):
    """The rows that are shown, how many there are, and how many of each kind without the choice
    of one."""

    rows: list[R] = field(default_factory=list)
    count: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def on_either_side(ags: str, sides: Sequence[str]) -> list[Condition]:
    """The condition that a municipality stands on one of two sides; none without one."""
    return [("", "or", [(side, "=", ags) for side in sides])] if ags else []


def members_of(store: Store) -> dict[str, str]:
    """The names of the members by AGS, in the order of the names."""
    rows = store.read("municipality", ["name", "ags"], {"is_member": 1})
    return {ags: name for name, ags in sorted(zip(rows["name"], rows["ags"], strict=True))}


def names_of(store: Store) -> dict[str, str]:
    """The names of all municipalities by AGS."""
    rows = store.read("municipality", ["ags", "name"])
    return dict(zip(rows["ags"], rows["name"], strict=True))


def named(
    store: Store, rows: Iterable[tuple[str | None, str | None]], lang: str
) -> dict[str, str]:  # fmt: skip
    """Number and name of assets and projects by uuid, or what they are where they have none.

    `rows` are pairs of table and uuid.
    """
    wanted: dict[str, set[str]] = {}
    for table, uuid in rows:
        if table in _NAMED and uuid:
            wanted.setdefault(table, set()).add(uuid)
    found: dict[str, str] = {}
    for table, uuids in wanted.items():
        columns = store.find(table, [("uuid", "in", sorted(uuids))], ["uuid", *_NAMED[table]])
        for _, uuid, *words in zip(*columns.values(), strict=True):
            found[uuid] = " ".join(filter(None, words)) or REGISTER[table].label[lang]
    return found


def in_batches(
    keys: Sequence[int], read: Callable[[Sequence[int]], list[R]], fits: Callable[[R], bool] | None,
    watch: Callable[[], None],
) -> tuple[list[R], int]:  # fmt: skip
    """The first `MOST` rows that fit, and how many do.

    Args:
        fits: None where all rows do: then only those are read that are shown.
        watch: called before each batch; raises `Cancelled` where nobody waits for the list.
    """
    rows: list[R] = []
    count = 0
    for start in range(0, len(keys), MOST):
        watch()
        batch = read(keys[start : start + MOST])
        if fits is None:
            return batch, len(keys)
        fitting = [row for row in batch if fits(row)]
        count += len(fitting)
        rows += fitting[: MOST - len(rows)]
    return rows, count


def search(words: str) -> Callable[[str], bool] | None:
    """Whether a text holds all the words, in any order and case; None where there are none."""
    wanted = words.casefold().split()
    if not wanted:
        return None
    return lambda said: all(word in said for word in wanted)


def as_rows(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Columns as rows; of the points of a geometry, `place` has (x, y) in metres or None."""
    columns = dict(columns)
    if GEOMETRY in columns:
        points = columns.pop(GEOMETRY)
        xy = iter(decode_points([wkb for wkb in points if wkb]).tolist())
        columns["place"] = [tuple(next(xy)) if wkb else None for wkb in points]
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))
