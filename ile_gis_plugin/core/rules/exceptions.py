"""Somebody accepts a finding as an exception, or takes that back."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from ..stores.clock import now
from ..stores.store import Store
from .findings import ACCEPTED, FIXED, OPEN


def accept_exception(store: Store, uuids: Sequence[str], by: str, reason: str) -> int:
    """Keep findings as exceptions, with reason, name and time; how many they are.

    Raises `InputError` where nobody is named, no reason is given, or a finding does not exist or
    is fixed. Nothing is kept then.
    """
    if not by.strip():
        raise InputError("border.name_missing")
    if not reason.strip():
        raise InputError("documents.exception_needs_reason")
    return _decide(store, uuids, ACCEPTED, by, reason, now())


def take_back_exception(store: Store, uuids: Sequence[str], by: str) -> int:
    """Open findings again that were accepted as exceptions; how many they are.

    Raises `InputError` as `accept_exception` does.
    """
    if not by.strip():
        raise InputError("border.name_missing")
    return _decide(store, uuids, OPEN, by, None, None)


def _decide(
    store: Store, uuids: Sequence[str], state: str, by: str, reason: str | None,
    moment: str | None,
) -> int:  # fmt: skip
    wanted = list(dict.fromkeys(uuids))
    known = store.read("finding", ["uuid", "state"], {"uuid": wanted})
    missing = set(wanted) - set(known["uuid"])
    if missing:
        raise InputError("documents.no_such_finding", uuid=sorted(missing))
    if FIXED in known["state"]:
        fixed = known["uuid"][known["state"].index(FIXED)]
        raise InputError("documents.finding_is_fixed", uuid=fixed)
    count = len(wanted)
    decided_by = by if state == ACCEPTED else None
    with store.transaction(by=by, batch="finding_decision", reason=reason or ""):
        return store.update("finding", {
            "uuid": wanted, "state": [state] * count, "reason": [reason] * count,
            "decided_by": [decided_by] * count, "decided_at": [moment] * count,
        })  # fmt: skip
