"""What was decided on a border proposal counts for its finding, too."""

from __future__ import annotations

from collections.abc import Sequence

from ..rules.findings import ACCEPTED as EXCEPTION
from ..rules.findings import FindingRow
from ..stores.store import Store
from .proposals import ACCEPTED, LASTING, REJECTED


def with_decisions(store: Store, rows: Sequence[FindingRow]) -> Sequence[FindingRow]:
    """The findings; those whose proposal was rejected, or whose two records stay as they are by
    agreement, as exceptions with the reason and the names of those who decided."""
    proposals = store.find(
        "border_proposal", [("state", "in", [REJECTED, ACCEPTED])],
        ["identity", "kind", "state", "reason", "rejected_by", "rejected_at", "left_accepted_by",
         "left_accepted_at", "right_accepted_by", "right_accepted_at"],
    )  # fmt: skip
    decisions = {}
    for values in zip(*list(proposals.values())[1:], strict=True):
        identity, kind, state, reason, rejected_by, rejected_at, left, left_at, right, right_at = (
            values
        )
        if state == REJECTED:
            decisions[identity] = {"reason": reason, "decided_by": rejected_by,
                                   "decided_at": rejected_at}  # fmt: skip
        elif kind in LASTING:
            decisions[identity] = {
                "reason": reason,
                "decided_by": " + ".join(dict.fromkeys(filter(None, (left, right)))),
                "decided_at": max(filter(None, (left_at, right_at))),
            }
    for row in rows:
        if row.identity in decisions:
            row.state, row.decision = EXCEPTION, decisions[row.identity]
    return rows
