"""The job that tells which municipalities each asset lies in, and with how many metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..definition.types import Geometry, Table
from ..errors import RegisterError
from ..geometry.wkb import decode_lines, decode_points
from ..messages import Message, message
from ..stores import Store, open_register
from ..territory.shares import Coverage, Shares, line_shares, point_shares
from .coverage import coverage_of
from .task import Kind, Parameter, Progress, Report, Task

#: Under this name the register keeps the change that its shares belong to.
_CHANGE = "shares_change"
_CONCERNED = (*(table.name for table in REGISTER.assets), "municipality")


def shares_of(coverage: Coverage, table: Table, wkb: list[bytes], home: list[str]) -> Shares:
    """The shares of assets of one class; `home` holds their home municipalities."""
    index = {ags: n for n, ags in enumerate(coverage.ags)}
    homes = np.array([index.get(ags, -1) for ags in home], dtype=np.int64)
    try:
        if table.geometry is Geometry.POINT:
            return point_shares(coverage, decode_points(wkb), homes)
        lines = decode_lines(wkb)
        return line_shares(coverage, lines.coords, lines.offsets, homes, asset=lines.asset,
                           threads=2)  # fmt: skip
    except ValueError as error:
        raise RegisterError("tasks.geometry_unusable", table=table.plural,
                            reason=str(error)) from error  # fmt: skip


def remarks_on_shares(store: Store) -> list[Message]:
    """Whether the kept shares are those of the register as it is now; empty where they are."""
    computed = store.entry(_CHANGE)
    if not computed:
        return [message("tasks.shares_missing")]
    count = store.last_change(_CONCERNED) - int(computed)
    return [message("tasks.shares_old", count=count)] if count > 0 else []


def update_shares(
    store: Store, changes: Mapping[str, Sequence[str]], coverage: Coverage
) -> None:
    """Compute the shares of some assets anew, inside the caller's transaction.

    Where these were all that was changed since the shares were computed, the register's shares
    are up to date again.

    Args:
        changes: uuids by table; other tables than assets are left out, deleted assets have no
            shares any more.
        coverage: the register's municipalities.
    """
    for table in REGISTER.assets:
        uuids = list(changes.get(table.name, ()))
        if not uuids:
            continue
        rows = store.read(table.name, ["uuid", "ags", "geom"], {"uuid": uuids})
        kept = [n for n, geometry in enumerate(rows["geom"]) if geometry is not None]
        found, home, wkb = ([rows[c][n] for n in kept] for c in ("uuid", "ags", "geom"))
        shares = shares_of(coverage, table, wkb, home)
        store.replace("asset_share", _rows(shares, table, found, coverage.ags),
                      {"asset_uuid": uuids})  # fmt: skip
    computed = store.entry(_CHANGE)
    if not computed:
        return
    since = store.find("change_log", [("fid", ">", int(computed)),
                                      ("table_name", "in", list(_CONCERNED))],
                       ["table_name", "row_uuid"])  # fmt: skip
    known = {table: set(uuids) for table, uuids in changes.items() if table != "municipality"}
    if all(uuid in known.get(table, ())
           for table, uuid in zip(since["table_name"], since["row_uuid"], strict=True)):
        store.set_entry(_CHANGE, str(store.info().change))


def _rows(shares: Shares, table: Table, uuids: list[str], ags: list[str]) -> dict[str, list]:
    # Points have no length: NaN stays NaN.
    whole = np.bincount(shares.asset_index, shares.length_m, minlength=len(uuids))
    whole = whole[shares.asset_index]
    return {
        "asset_class": [table.name] * len(shares.share),
        "asset_uuid": [uuids[n] for n in shares.asset_index.tolist()],
        "ags": [ags[n] if n >= 0 else None for n in shares.municipality.tolist()],
        "length_m": [None if np.isnan(v) else v for v in shares.length_m.tolist()],
        "asset_length_m": [None if np.isnan(v) else v for v in whole.tolist()],
        "share": shares.share.tolist(),
    }


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Compute the shares of all assets anew and keep them in `asset_share`."""
    with open_register(values["register"]) as store, store.transaction(batch="compute_shares"):
        coverage = coverage_of(store)
        report: dict[str, Any] = {"assets": 0, "shared": 0, "outside": 0, "without_geometry": 0}
        metres = dict.fromkeys(coverage.ags, 0.0)
        tables = REGISTER.assets
        for done, table in enumerate(tables):
            progress.report(done / len(tables), message("tasks.computing_shares",
                                                        table=table.plural))  # fmt: skip
            rows = store.read(table.name, ["uuid", "ags", "geom"])
            kept = [n for n, geometry in enumerate(rows["geom"]) if geometry is not None]
            uuids, home, wkb = ([rows[c][n] for n in kept] for c in ("uuid", "ags", "geom"))
            report["without_geometry"] += len(rows["geom"]) - len(kept)
            report["assets"] += len(kept)
            if not kept:
                store.replace("asset_share", {"asset_uuid": []}, {"asset_class": table.name})
                continue
            shares = shares_of(coverage, table, wkb, home)
            store.replace("asset_share", _rows(shares, table, uuids, coverage.ags),
                          {"asset_class": table.name})  # fmt: skip
            owners = np.bincount(shares.asset_index, minlength=len(kept))
            report["shared"] += int((owners > 1).sum())
            report["outside"] += int((shares.municipality < 0).sum())
            inside = shares.municipality >= 0
            sums = np.bincount(shares.municipality[inside],
                               np.nan_to_num(shares.length_m[inside]),
                               minlength=len(coverage.ags))  # fmt: skip
            for ags, length in zip(coverage.ags, sums.tolist(), strict=True):
                metres[ags] += length
        store.set_entry(_CHANGE, str(store.info().change))
    report["metres"] = {ags: round(length, 3) for ags, length in sorted(metres.items()) if length}
    progress.report(1.0)
    return Report(report, [message("tasks.shares_computed", **{
        k: report[k] for k in ("assets", "shared", "outside", "without_geometry")})])  # fmt: skip


TASK = Task(
    "compute_shares",
    (Parameter("register", Kind.REGISTER, required=True, positional=True),),
    run,
)
