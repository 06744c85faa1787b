"""The fixed versions of cost splits: written once, read back, never computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..projects.model import KeptSplit, Split, SplitInputs
from ..projects.record import (
    inputs_from_json,
    inputs_to_json,
    split_from_json,
    split_to_json,
)
from ..stores.store import Store
from .rows import Row, rows_of

RESOLVED, UPDATE = "resolved", "update"
_COLUMNS = ("uuid", "project_uuid", "split_version", "kind", "made_on", "reason", "inputs", "steps")


@dataclass(frozen=True)
class NewVersion:
    """A version to be kept of the project with this uuid."""

    project: str
    split_version: int
    kind: str  # resolved | update
    made_on: date
    reason: str
    inputs: SplitInputs
    split: Split


def kept_splits(
    store: Store, projects: Sequence[str] | None = None
) -> dict[str, tuple[KeptSplit, ...]]:  # fmt: skip
    """The versions of projects, given by uuid (default: all), as they were kept; by version."""
    where = None if projects is None else {"project_uuid": list(projects)}
    found: dict[str, list[KeptSplit]] = defaultdict(list)
    for row in rows_of(store.read("cost_split", _COLUMNS, where)):
        found[row["project_uuid"]].append(_kept(row))
    return {project: tuple(sorted(versions, key=lambda kept: kept.split_version))
            for project, versions in found.items()}  # fmt: skip


def _kept(row: Row) -> KeptSplit:
    return KeptSplit(
        row["uuid"], row["split_version"], row["kind"], row["made_on"], row["reason"] or "",
        inputs_from_json(row["inputs"]), split_from_json(row["steps"]),
    )  # fmt: skip


def newest_resolved(kept: Sequence[KeptSplit]) -> KeptSplit | None:
    return next((k for k in reversed(kept) if k.kind == RESOLVED), None)


def is_known(kept: Sequence[KeptSplit], split: Split) -> bool:
    """Whether an update since the newest resolution was made from the same inputs."""
    since = max((k.split_version for k in kept if k.kind == RESOLVED), default=0)
    return any(k.split.fingerprint == split.fingerprint for k in kept if k.split_version >= since)


def figures_differ(old: Split, new: Split) -> bool:
    """Whether any amount that a council votes on is another one."""
    return _figures(old) != _figures(new)


def _figures(split: Split) -> tuple[Any, ...]:
    shares = tuple((share.ags, share.amount, share.instalments) for share in split.shares)
    return split.total, split.eligible, split.granted, split.own_share, shares


def keep_versions(store: Store, versions: Sequence[NewVersion], by: str = "") -> list[str]:
    """Write versions with their shares, all or none of them; their uuids.

    Inside the caller's transaction where there is one, else in its own.
    """
    if not versions:
        return []
    own = store.transaction(by=by, batch="split_costs")
    with nullcontext() if store.writing else own:
        uuids = store.insert("cost_split", _columns([_row(version) for version in versions]))
        shares = [
            {"split_uuid": uuid, "ags": share.ags, "percent": float(share.percent),
             "amount": share.amount}
            for uuid, version in zip(uuids, versions, strict=True)
            for share in version.split.shares
        ]  # fmt: skip
        store.insert("cost_split_share", _columns(shares))
    return uuids


def _row(version: NewVersion) -> Row:
    split = version.split
    return {
        "project_uuid": version.project, "split_version": version.split_version,
        "kind": version.kind, "basis": version.inputs.basis, "made_on": version.made_on,
        "reason": version.reason or None, "total": split.total, "eligible": split.eligible,
        "granted": split.granted, "own_share": split.own_share,
        "inputs": inputs_to_json(version.inputs), "steps": split_to_json(split),
        "fingerprint": split.fingerprint,
    }  # fmt: skip


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
