"""Rules on numbers and names that point to one thing only."""

from __future__ import annotations

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
    names = {ags: _key(name) for ags, name in zip(towns["ags"], towns["name"], strict=True)}
    rows = asked.find("charging_point", ("address", "!=", ""), columns=["ags", "address"])
    wrong = []
    for fid, ags, address in zip(*rows.values(), strict=True):
        place = _key(address.rpartition(",")[2])
        named = [other for other, name in names.items() if _is_in(name, place)]
        if named and ags not in named:
            wrong.append((fid, max(named, key=lambda other: len(names[other]))))
    if not wrong:
        return []
    fid, elsewhere = zip(*wrong, strict=True)
    spelled = dict(zip(towns["ags"], towns["name"], strict=True))
    places = [spelled[ags] for ags in elsewhere]
    return without_place("TER006", "charging_point", fid, "address", place=places)


def _key(name: str) -> str:
    return " ".join(name.lower().replace("a.d.", " a. d. ").split())


def _is_in(name: str, place: str) -> bool:
    """Whether a place names a municipality, by whole words: „Buch“ is not „Buchenberg“."""
    return f" {name.partition(' a. d. ')[0]} " in f" {place} "
