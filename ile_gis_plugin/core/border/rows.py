"""Rows of matches while they are made: of one asset class, by the numbers of its assets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets, PointAssets
from ..territory.coverage import Coverage
from .matches import NO_JOIN, Changes, Matches

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Rows(NamedTuple):
    """Matches of one asset class; see `Matches` for what the columns mean."""

    kind: Integers
    one: Integers  # index of an asset
    other: Integers  # index of the other, or -1
    one_part: Integers
    other_part: Integers
    across: Integers  # where there is no other: index in Coverage.ags of whom it concerns
    xy: Floats
    confidence: Floats
    join: Integers
    field: NDArray[np.str_]
    distance_m: Floats
    lateral_m: Floats
    overlap_m: Floats
    shift_m: Floats
    one_value: Floats
    other_value: Floats

    def take(self, index: NDArray) -> Rows:
        return Rows(*(values[index] for values in self))


_DEFAULTS: dict[str, Any] = {
    "other": -1, "one_part": 0, "other_part": 0, "across": -1, "join": NO_JOIN, "field": "",
}  # fmt: skip
_WHOLE = ("kind", "one", "other", "one_part", "other_part", "across", "join")


def rows(one: Integers, **columns: Any) -> Rows:
    """Rows with the given columns; one value stands for all rows, what is not given is empty."""
    n = len(one)
    made = {"one": one, **columns}
    made = {name: made.get(name, _DEFAULTS.get(name, np.nan)) for name in Rows._fields}
    kinds = dict.fromkeys(_WHOLE, np.int64)
    return Rows(**{
        name: np.broadcast_to(np.asarray(value, dtype=kinds.get(name)),
                              (n, 2) if name == "xy" else (n,))
        for name, value in made.items()
    })  # fmt: skip


@cache
def no_rows() -> Rows:
    """What a step gives that finds nothing."""
    return rows(np.empty(0, dtype=np.int64), kind=0, xy=np.nan, confidence=0.0)


def joined_rows(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, one after the other."""
    return Rows(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def matches_of(
    assets: LineAssets | PointAssets, coverage: Coverage, made: Rows, changes: Changes
) -> Matches:
    """Rows as matches of one table, ordered by their assets; the lower AGS is left.

    Args:
        changes: by the numbers of the rows.
    """
    has_other = made.other >= 0
    rank = coverage.to_rank(assets.home)
    swap = has_other & (rank[made.one] > rank[made.other])

    def sides(one: NDArray, other: NDArray) -> tuple[NDArray, NDArray]:
        return np.where(swap, other, one), np.where(swap, one, other)

    left, right = sides(made.one, made.other)
    left_part, right_part = sides(made.one_part, made.other_part)
    left_value, right_value = sides(made.one_value, made.other_value)
    right_fid = np.where(has_other, assets.fid[right] if len(assets) else -1, -1)
    right_ags = np.where(has_other, assets.home[right] if len(assets) else -1, made.across)
    order = np.lexsort((made.field, right_part, left_part, right_fid, assets.fid[left], made.kind))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    values = {
        "distance_m": made.distance_m, "lateral_m": made.lateral_m, "overlap_m": made.overlap_m,
        "shift_m": made.shift_m, "left_value": left_value, "right_value": right_value,
    }  # fmt: skip
    return Matches(
        (assets.table,), made.kind[order], np.zeros(len(order), dtype=np.int64),
        assets.fid[left][order], right_fid[order], left_part[order], right_part[order],
        assets.home[left][order], right_ags[order], made.xy[order], made.confidence[order],
        made.join[order], made.field[order],
        {name: column[order] for name, column in values.items()},
        changes.renumbered(place),
    )  # fmt: skip


def joined_matches(parts: Sequence[Matches]) -> Matches:
    """The matches of several tables, one after the other."""
    first = np.cumsum([0, *(len(part) for part in parts)])
    tables = np.concatenate([np.full(len(part), n) for n, part in enumerate(parts)])
    changes = Changes(
        np.concatenate([part.changes.match + first[n] for n, part in enumerate(parts)]),
        np.concatenate([part.changes.fid for part in parts]),
        np.concatenate([part.changes.coords for part in parts]),
        np.cumsum(np.concatenate([[0], *(np.diff(part.changes.offsets) for part in parts)])),
    )
    names = ("kind", "left_fid", "right_fid", "left_part", "right_part", "left_ags", "right_ags",
             "xy", "confidence", "join", "field")  # fmt: skip
    return Matches(
        tables=tuple(part.tables[0] for part in parts), table=tables.astype(np.int64),
        values={name: np.concatenate([part.values[name] for part in parts])
                for name in parts[0].values},
        changes=changes,
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
    )  # fmt: skip
