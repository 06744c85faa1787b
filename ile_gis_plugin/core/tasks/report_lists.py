"""What of a report's figures is told asset by asset, with numbers and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..reports.figures import Figures, Holdings
from ..stores.store import Store
from ..territory.coverage import Coverage

if TYPE_CHECKING:
    from ..documents.reports.report import Lists, NamedAsset

#: More rows nobody reads; the findings' export has them all.
_OVERDUE = 2_000

Integers = NDArray[np.int64]


def lists_of(store: Store, figures: Figures, holdings: Holdings, coverage: Coverage) -> Lists:
    """Missing links that begin or end in the report's municipalities, and overdue inspections."""
    from ..documents.reports.report import Lists

    missing, places = figures.core.missing, figures.places
    place_of = np.append(places.index(np.array([int(ags) for ags in coverage.ags])), places.others)
    begins, ends = (place_of[coverage.municipality_at(xy)]
                    for xy in (missing.xy, missing.other_xy))  # fmt: skip
    own = np.flatnonzero((begins < places.others) | (ends < places.others))
    index = [holdings.core_of[line[own]] for line in (missing.line, missing.other)]
    sides = [_named(store, holdings, "path", at, place[own])
             for at, place in zip(index, (begins, ends), strict=True)]  # fmt: skip
    overdue, left_out = _overdue(store, figures, holdings)
    return Lists(own.tolist(), list(zip(*sides, strict=True)), begins, overdue, left_out)


def _named(
    store: Store, holdings: Holdings, table: str, index: Integers, place: Integers
) -> list[NamedAsset]:
    """The assets at `index`, each with a place."""
    from ..documents.reports.report import NamedAsset

    fid = holdings.assets[table].fid[index]
    rows = store.find(table, [("fid", "in", np.unique(fid).tolist())], ["asset_no", "name"])
    known = dict(zip(rows["fid"], zip(rows["asset_no"], rows["name"], strict=True), strict=True))
    return [NamedAsset(known[key][0] or "", known[key][1] or "", at)
            for key, at in zip(fid.tolist(), place.tolist(), strict=True)]  # fmt: skip


def _overdue(
    store: Store, figures: Figures, holdings: Holdings
) -> tuple[list[tuple[int, NamedAsset, int]], int]:
    """The longest overdue of the report's municipalities; and how many more there are."""
    kinds, days, fids, homes = ([] for _ in range(4))
    for kind, one in enumerate(figures.overdue):
        own = np.flatnonzero(one.home < figures.places.others)
        kinds.append(np.full(len(own), kind))
        days.append(one.days[own])
        fids.append(one.fid[own])
        homes.append(one.home[own])
    kind, late, fid, home = (np.concatenate(values) for values in (kinds, days, fids, homes))
    chosen = np.lexsort((fid, kind, -late))[:_OVERDUE]
    found: list[tuple[int, NamedAsset, int]] = []
    for number, one in enumerate(figures.overdue):
        own = chosen[kind[chosen] == number]
        index = np.searchsorted(holdings.assets[one.table].fid, fid[own])
        assets = _named(store, holdings, one.table, index, home[own])
        found += zip([number] * len(own), assets, late[own].tolist(), strict=True)
    found.sort(key=lambda row: -row[2])
    return found, len(kind) - len(chosen)


