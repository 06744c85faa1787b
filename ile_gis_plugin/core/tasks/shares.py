"""Territory shares of a register: all of them, those of some assets, and how old they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry, Table
from ..finances.rows import Places, PlacesOf, kept_places, places
from ..geometry.wkb import WkbColumn, decode_lines, decode_points
from ..messages import Message, message
from ..stores.store import Block, ShareRows, Store
from ..territory.coverage import Coverage
from ..territory.homes import Homes
from ..territory.shares import Shares, line_shares, point_shares

#: Under this name the register keeps the change that its shares belong to.
CHANGE = "shares_change"
_CONCERNED = (*(table.name for table in REGISTER.assets), "municipality")
_THREADS = 2

Integers = NDArray[np.int64]


def shares_of_register(
    store: Store, coverage: Coverage, report: Callable[[Table, int], None]
) -> list[ShareRows]:
    """The shares of all assets, computed block by block while the next ones are read.

    What has no geometry, or one that is empty or damaged, has no shares.

    Args:
        report: is told the class and how many assets are done.

    Returns:
        The rows, block by block; memory: some 70 bytes a row.
    """
    homes, done = Homes(coverage), 0
    found: list[ShareRows] = []
    waiting: deque[Future[ShareRows]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for table in REGISTER.assets:
            for block in store.blocks(table.name, uuids=True):
                report(table, done)
                done += len(block.fid)
                waiting.append(pool.submit(_shares_of_block, coverage, homes, table, block))
                if len(waiting) > 2 * _THREADS:
                    found.append(waiting.popleft().result())
        return found + [future.result() for future in waiting]


def update_shares(store: Store, changes: Mapping[str, Sequence[str]], coverage: Coverage) -> None:
    """Compute the shares of some assets anew, inside the caller's transaction.

    Where these were all that was changed since the shares were computed, the register's shares
    are up to date again.

    Args:
        changes: uuids by table; other tables than assets are left out, deleted assets have no
            shares any more.
        coverage: the register's municipalities.
    """
    for table, uuids in _assets_of(changes):
        store.replace("asset_share", {"asset_uuid": []}, {"asset_uuid": uuids})
        for rows in shares_now(store, table, uuids, coverage):
            store.insert("asset_share", rows)
    computed = store.entry(CHANGE)
    if computed and _are_all_changes(store, int(computed), changes):
        store.set_entry(CHANGE, str(store.info().change))


def shares_now(
    store: Store, table: Table, uuids: Sequence[str], coverage: Coverage
) -> Iterator[dict[str, Any]]:
    """The shares of some assets of a class, as rows of `asset_share`; writes nothing."""
    homes = Homes(coverage)
    for chunk in store.scan(table.name, ["uuid", "ags"], where={"uuid": list(uuids)}):
        kept = np.flatnonzero(chunk.has_geometry)
        home = homes.index(np.array([int(chunk.columns["ags"][n]) for n in kept], np.int64))
        shares = _shares(coverage, table, chunk.wkb.take(kept), home)
        uuid = [chunk.columns["uuid"][n] for n in kept[shares.asset_index]]
        yield _rows(shares, table, uuid, coverage.ags)


def places_now(coverage: Coverage) -> PlacesOf:
    """Tells where assets lie: as it is kept where that is up to date, else computed anew."""

    def places_of(store: Store, links: Sequence[tuple[str, str]]) -> Places:
        if not remarks_on_shares(store):
            return kept_places(store, links)
        uuids: dict[str, list[str]] = {}
        for table, uuid in sorted(set(links)):
            uuids.setdefault(table, []).append(uuid)
        found: Places = {}
        for table, wanted in _assets_of(uuids):
            for rows in shares_now(store, table, wanted, coverage):
                found |= places(rows)
        return found

    return places_of


def _assets_of(changes: Mapping[str, Sequence[str]]) -> Iterator[tuple[Table, list[str]]]:
    return ((table, list(changes[table.name])) for table in REGISTER.assets
            if changes.get(table.name))  # fmt: skip


def remarks_on_shares(store: Store) -> list[Message]:
    """Whether the kept shares are those of the register as it is now; empty where they are."""
    computed = store.entry(CHANGE)
    if not computed:
        return [message("tasks.shares_missing")]
    count = store.last_change(_CONCERNED) - int(computed)
    return [message("tasks.shares_old", count=count)] if count > 0 else []


def _are_all_changes(store: Store, since: int, changes: Mapping[str, Sequence[str]]) -> bool:
    """Whether nothing else that shares depend on was changed since."""
    log = store.find("change_log", [("fid", ">", since), ("table_name", "in", list(_CONCERNED))],
                     ["table_name", "row_uuid"])  # fmt: skip
    known = {table: set(uuids) for table, uuids in changes.items() if table != "municipality"}
    return all(
        uuid in known.get(table, ())
        for table, uuid in zip(log["table_name"], log["row_uuid"], strict=True)
    )


def _shares_of_block(coverage: Coverage, homes: Homes, table: Table, block: Block) -> ShareRows:
    kept = np.flatnonzero(block.has_geometry)
    shares = _shares(coverage, table, block.wkb.take(kept), homes.index(block.home[kept]))
    row = kept[shares.asset_index]
    uuid = None if block.uuid is None else block.uuid[row]
    return ShareRows(table.name, block.fid[row], uuid, shares.municipality, shares.length_m,
                     shares.share)  # fmt: skip


def _shares(coverage: Coverage, table: Table, wkb: WkbColumn, home: Integers) -> Shares:
    parts = list(_usable_shares(coverage, table, wkb, home, 0))
    return Shares(*map(np.concatenate, zip(*parts, strict=True)))


def _usable_shares(
    coverage: Coverage, table: Table, wkb: WkbColumn, home: Integers, first: int
) -> Iterator[Shares]:
    """The shares of those geometries that have some; halving finds the others."""
    n = len(home)
    try:
        if table.geometry is Geometry.POINT:
            shares = point_shares(coverage, decode_points(wkb), home)
        else:
            lines = decode_lines(wkb)
            shares = line_shares(coverage, lines.coords, lines.offsets, home, asset=lines.asset)
    except ValueError:
        for part in (slice(n // 2), slice(n // 2, n)) if n > 1 else (slice(0),):
            yield from _usable_shares(coverage, table, wkb.take(part), home[part],
                                      first + (part.start or 0))  # fmt: skip
    else:
        yield shares._replace(asset_index=shares.asset_index + first)


def _rows(shares: Shares, table: Table, uuid: list[str], ags: Sequence[str]) -> dict[str, Any]:
    whole = np.bincount(shares.asset_index, shares.length_m)[shares.asset_index]
    # Points have no length: NaN stays NaN.
    return {
        "asset_class": [table.name] * len(uuid),
        "asset_uuid": uuid,
        "ags": [ags[n] if n >= 0 else None for n in shares.municipality.tolist()],
        "length_m": [None if np.isnan(v) else v for v in shares.length_m.tolist()],
        "asset_length_m": [None if np.isnan(v) else v for v in whole.tolist()],
        "share": shares.share.tolist(),
    }
