"""The register's border proposals, and their life from run to run.

A proposal is *open* until both sides accept it (*accepted*) or one rejects it (*rejected*), which
is remembered. It is *void* when there is nothing to propose any more. Where one of its assets was
changed, it is made anew and what one side had accepted counts no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..stores.store import GEOMETRY, Store

OPEN, ACCEPTED, REJECTED, VOID = "open", "accepted", "rejected", "void"
#: Two accepted records of one thing stay two records, so these are found again in every run.
LASTING = ("double", "point_double", "along_border")


@dataclass
class Proposal:
    """One proposal as the register keeps it; see the table `border_proposal`."""

    identity: str
    asset_class: str
    kind: str
    confidence: float
    left_uuid: str
    left_ags: str
    right_uuid: str | None
    right_ags: str | None
    details: dict[str, Any]
    changes: list[dict[str, Any]]
    geom: bytes
    state: str = OPEN


@dataclass
class Outcome:
    """How many proposals a run made, kept open, opened again and declared void."""

    new: int = 0
    kept: int = 0
    reopened: int = 0
    void: int = 0


_COMPARED = ("uuid", "state", "confidence", "details", "changes", "left_ags", "right_ags",
             "left_accepted_by", "left_accepted_at", "right_accepted_by", "right_accepted_at",
             "rejected_by", "rejected_at", "reason", GEOMETRY)  # fmt: skip
#: What `reconcile` needs to know of the proposals that the register has.
KNOWN = ("identity", "kind", "left_uuid", "right_uuid", *_COMPARED)
_UNDECIDED = dict.fromkeys(
    ("left_accepted_by", "left_accepted_at", "right_accepted_by", "right_accepted_at",
     "rejected_by", "rejected_at", "reason")
)  # fmt: skip


def reconcile(store: Store, made: Sequence[Proposal], known: dict[str, list[Any]]) -> Outcome:
    """Bring the register's proposals in line with those made now, in the caller's transaction.

    Each of `made` gets the state that its decision gives it.

    Args:
        known: the register's rows of what was looked at, with the columns `KNOWN`.
    """
    outcome = Outcome()
    at = {identity: n for n, identity in enumerate(known["identity"])}
    by_identity = {proposal.identity: proposal for proposal in made}
    new = [proposal for identity, proposal in by_identity.items() if identity not in at]
    outcome.new = len(new)
    if new:
        names = [name for name in vars(new[0]) if name != GEOMETRY]
        store.insert("border_proposal", {
            **{name: [getattr(p, name) for p in new] for name in names},
            GEOMETRY: [p.geom for p in new],
        })  # fmt: skip
    changed = []
    for identity, n in at.items():
        before = {name: known[name][n] for name in _COMPARED}
        after = _after(before, by_identity.get(identity), outcome)
        if after != before:
            changed.append(after)
    if changed:
        store.update("border_proposal", {name: [row[name] for row in changed]
                                         for name in changed[0]})  # fmt: skip
    return outcome


def _after(before: dict[str, Any], made: Proposal | None, outcome: Outcome) -> dict[str, Any]:
    if made is None:
        outcome.void += before["state"] == OPEN
        return before | ({"state": VOID, **_UNDECIDED} if before["state"] == OPEN else {})
    state = before["state"]
    if state == REJECTED or (state == ACCEPTED and made.kind in LASTING):
        made.state = state
        return before
    fresh = {
        name: getattr(made, name)
        for name in ("confidence", "details", "changes", "left_ags", "right_ags", GEOMETRY)
    }
    if state == OPEN:
        outcome.kept += 1
        undecided = {} if _same_assets(before["changes"], made.changes) else _UNDECIDED
        return before | fresh | undecided
    outcome.reopened += 1
    return before | fresh | {"state": OPEN, **_UNDECIDED}


def _same_assets(before: list[dict[str, Any]] | None, now: list[dict[str, Any]]) -> bool:
    """Whether both were made from the same versions of the same assets."""

    def versions(changes: list[dict[str, Any]]) -> set[tuple[str, int]]:
        return {(change["uuid"], change["version"]) for change in changes}

    return versions(before or []) == versions(now)
