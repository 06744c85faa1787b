"""Rules on numbers and names that point to one thing only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from .rule import ERROR, WARNING, Asked, Found, rule, without_place

#: (table, fields that together name one thing). The asset number is kept unique by the register.
_UNIQUE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("streetlight", ("ags", "light_no")),
    ("charging_point", ("bnetza_id",)),
    ("connector", ("charging_point_uuid", "connector_type", "evse_id")),
)


@rule("DUP002", ERROR, of_geometry=False)
def number_is_used_twice(asked: Asked) -> list[Found]:
    """Two rows carry the same light number, federal id or plug of one EVSE id."""
    found = []
    for table, fields in _UNIQUE:
        pairs, numbers = _pairs(asked, table, fields)
        if pairs:
            later, first = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
            found.append(Found("DUP002", table, later, np.full((len(later), 2), np.nan), first,
                               values={"number": np.array(numbers, dtype=object)},
                               field=fields[-1]))  # fmt: skip
    return found


def _pairs(
    asked: Asked, table: str, fields: Sequence[str]
) -> tuple[list[tuple[int, int]], list[str]]:
    """Each later row of a group with the group's first row, and the number they share."""
    values: list[str] | None = None
    uuids = asked.uuids(table)
    if uuids is not None:
        # The number may have been given to a row that nobody asked about.
        values = [v for v in asked.find(table, columns=[fields[-1]])[fields[-1]] if v is not None]
        if not values:
            return [], []
    groups = asked.store.repeated(table, fields, values)
    pairs = [(later, group[0]) for group in groups for later in group[1:]]
    if not pairs:
        return [], []
    rows = asked.store.find(table, [("fid", "in", [later for later, _ in pairs])], [fields[-1]])
    by_fid = dict(zip(rows["fid"], rows[fields[-1]], strict=True))
    return pairs, [by_fid[later] for later, _ in pairs]


@rule("TER006", WARNING, of_geometry=False)
def address_names_another_municipality(asked: Asked) -> list[Found]:
    """A charging point's address names a municipality other than the one it belongs to."""
    towns = asked.store.find("municipality", [], ["ags", "name"])
    by_name: dict[str, set[str]] = defaultdict(set)
    for ags, name in zip(towns["ags"], towns["name"], strict=True):
        by_name[_key(name)].add(ags)
    spelled = dict(zip(towns["ags"], towns["name"], strict=True))
    longest = max((len(name.split()) for name in by_name), default=0)
    rows = asked.find("charging_point", ("address", "!=", ""), columns=["ags", "address"])
    wrong = []
    for fid, ags, address in zip(*rows.values(), strict=True):
        named = _towns_in(_key(address.rpartition(",")[2]), by_name, longest)
        if named and not any(ags in towns_ for towns_ in named):
            wrong.append((fid, spelled[min(named[0])]))
    if not wrong:
        return []
    fids, places = zip(*wrong, strict=True)
    return without_place("TER006", "charging_point", fids, "address", place=places)


def _towns_in(place: str, by_name: dict[str, set[str]], longest: int) -> list[set[str]]:
    """The municipalities that a place names, by whole words („Buch“ is not „Buchenberg“); the
    longest name first. Several may have one name."""
    words = place.split()
    return [
        by_name[name]
        for length in range(longest, 0, -1)
        for first in range(len(words) - length + 1)
        if (name := " ".join(words[first : first + length])) in by_name
    ]


def _key(name: str) -> str:
    """A name as addresses write it: without the river and in small letters."""
    return " ".join(name.lower().replace("a.d.", " a. d. ").partition(" a. d. ")[0].split())
