"""The job that tells which municipalities each asset lies in, and with how many metres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..definition.types import Table
from ..documents import shares as shares_file
from ..errors import InputError, RegisterError
from ..memory import keep_freed_memory
from ..messages import message
from ..stores import Store, open_register
from ..stores.store import ShareRows
from ..territory.coverage import Coverage
from .coverage import coverage_of
from .shares import CHANGE, remarks_on_shares, shares_of_register, update_shares
from .task import Kind, Parameter, Progress, Report, Task

_TRIES = 3

__all__ = ["TASK", "coverage_of", "remarks_on_shares", "update_shares"]


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Compute the shares of all assets anew and keep them in `asset_share`, or in a file.

    The register can be written while this computes, and is locked for the writing only. Where
    somebody changed it meanwhile the work is done again, under the lock.
    """
    keep_freed_memory()
    out = Path(values["out"]) if values.get("out") else None
    if out:
        shares_file.check_format(out)
    with open_register(values["register"], read_only=bool(out)) as store:
        report = _write_file(store, out, progress) if out else _keep(store, progress)
    progress.report(1.0)
    lines = [message("tasks.shares_computed", **{
        k: report[k] for k in ("assets", "shared", "outside", "without_geometry")})]  # fmt: skip
    if out:
        lines.append(message("tasks.shares_written", file=str(out)))
    return Report(report, lines)


def _keep(store: Store, progress: Progress) -> dict[str, Any]:
    report = _compute_and_write(store, progress)
    if report is None:
        with store.transaction(batch="compute_shares"):
            report = _compute_and_write(store, progress)
    return report


def _write_file(store: Store, path: Path, progress: Progress) -> dict[str, Any]:
    """The same into a file; the register stays as it is."""
    for _ in range(_TRIES):
        change = store.info().change
        coverage, parts, total = _computed(store, progress)
        if store.info().change == change:
            break
    else:
        raise RegisterError("tasks.register_keeps_changing")
    report = _report(coverage, parts, total)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        shares_file.write_shares(store, part, coverage.ags, parts)
        part.replace(path)
    except OSError as error:
        raise InputError("documents.not_written", file=str(path), reason=str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return report


def _compute_and_write(store: Store, progress: Progress) -> dict[str, Any] | None:
    """What the report tells; None where the register was changed meanwhile."""
    change = store.info().change
    coverage, parts, total = _computed(store, progress)
    progress.report(0.6, message("tasks.writing_shares"))
    report = _report(coverage, parts, total)
    is_written = store.replace_shares(coverage.ags, parts, change, {CHANGE: str(change)})
    return report if is_written else None


def _computed(store: Store, progress: Progress) -> tuple[Coverage, list[ShareRows], int]:
    """The municipalities, the rows of all assets, and how many assets there are."""
    coverage = coverage_of(store)
    total = sum(store.count(table.name) for table in REGISTER.assets)

    def tell(table: Table, done: int) -> None:
        progress.report(0.6 * done / max(total, 1),
                        message("tasks.computing_shares", table=table.plural))  # fmt: skip

    return coverage, shares_of_register(store, coverage, tell), total


def _report(coverage: Coverage, parts: list[ShareRows], total: int) -> dict[str, Any]:
    assets = shared = outside = 0
    metres = np.zeros(len(coverage.ags) + 1)  # the last one is for what lies outside all
    for part in parts:
        rows = np.diff(np.flatnonzero(np.diff(part.fid, prepend=-1, append=-1)))
        assets += len(rows)
        shared += int((rows > 1).sum())
        outside += int((part.municipality < 0).sum())
        metres += np.bincount(part.municipality % len(metres), np.nan_to_num(part.length_m),
                              minlength=len(metres))  # fmt: skip
    by_ags = dict(zip(coverage.ags, metres.tolist(), strict=False))
    return {
        "assets": assets, "shared": shared, "outside": outside, "without_geometry": total - assets,
        "metres": {ags: round(length, 3) for ags, length in sorted(by_ags.items()) if length},
    }  # fmt: skip


TASK = Task(
    "compute_shares",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("out", Kind.NEW_FILE, pattern="*.parquet *.csv", packages=("pyarrow",)),
    ),
    run,
)
