"""Both sides decide on a proposal: accept it, or reject it for good.

A proposal is applied at once and whole when both sides have accepted it, and only if none of its
assets was changed since it was made; else it is void, and the next matching makes it anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from ..geometry.wkb import lines_to_wkb
from ..geometry.wkt import line_from_wkt
from ..stores.clock import now
from ..stores.store import GEOMETRY, Store
from .proposals import LASTING
from .settings import border_settings

#: What two accepted assets are to each other, by the kind of proposal.
_LINKS = {"gap": "end_end", "overshoot": "end_end", "mismatch": "end_end",
          "double": "same_object", "point_double": "same_object"}  # fmt: skip


_SIDES = ("left", "right")


@dataclass
class Decided:
    """What became of the proposals, as uuids; and the assets that were changed, by class."""

    waiting: list[str] = field(default_factory=list)  # the other side is still to decide
    applied: list[str] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)


def accept(store: Store, uuids: Sequence[str], ags: str, by: str) -> Decided:
    """Record that the municipality `ags` accepts proposals; apply those that both accept now.

    Args:
        by: the name that the proposal and the change log keep.

    Raises:
        InputError: a proposal does not exist, is decided already or does not concern `ags`, or
            nobody is named. Nothing is recorded then.
    """
    decided = Decided()
    for row in _open(store, uuids, ags, by):
        sides = _sides(store, row, ags)
        moment = now()
        for side in sides:
            row |= {f"{side}_accepted_by": by, f"{side}_accepted_at": moment}
        if row["left_accepted_by"] and (row["right_accepted_by"] or not row["right_ags"]):
            _apply(store, row, decided)
        else:
            with store.transaction(by=by, batch="border_decision"):
                _keep(store, row)
            decided.waiting.append(row["uuid"])
    return decided


def waits_for(row: Mapping[str, Any]) -> list[str]:
    """The municipalities that have not accepted a proposal yet."""
    return [row[f"{side}_ags"] for side in _SIDES
            if row[f"{side}_ags"] and not row[f"{side}_accepted_by"]]  # fmt: skip


def may_decide(row: Mapping[str, Any], ags: str, lead_ags: str) -> bool:
    """Whether an open proposal waits for a municipality, or for any where it is in the lead."""
    waiting = waits_for(row)
    return bool(ags) and (ags in waiting or (ags == lead_ags and bool(waiting)))


def to_decide(store: Store, ags: str, kind: str, confidence: float) -> list[str]:
    """The uuids of all open proposals of a kind that are at least that sure and that wait for
    the municipality `ags`."""
    lead = border_settings(store).lead_ags
    names = [f"{side}_{name}" for side in _SIDES for name in ("ags", "accepted_by")]
    columns = store.find(
        "border_proposal",
        [("state", "=", "open"), ("kind", "=", kind), ("confidence", ">=", confidence)],
        ["uuid", *names],
    )  # fmt: skip
    rows = (dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True))  # fmt: skip
    return [row["uuid"] for row in rows if may_decide(row, ags, lead)]


def reject(store: Store, uuids: Sequence[str], ags: str, by: str, reason: str) -> Decided:
    """Record that the municipality `ags` rejects proposals: one side is enough.

    Raises `InputError` as `accept` does, and where no reason is given.
    """
    if not reason.strip():
        raise InputError("border.reason_missing")
    rows = _open(store, uuids, ags, by)
    for row in rows:
        _sides(store, row, ags)
    with store.transaction(by=by, batch="border_decision", reason=reason):
        for row in rows:
            moment = now()
            _keep(store, row | {"state": "rejected", "rejected_by": by, "rejected_at": moment,
                                "reason": reason})  # fmt: skip
            _except_finding(store, row["identity"], reason, by, moment)
    return Decided(rejected=[row["uuid"] for row in rows])


def _open(store: Store, uuids: Sequence[str], ags: str, by: str) -> list[dict[str, Any]]:
    if not by.strip():
        raise InputError("border.name_missing")
    columns = store.read("border_proposal", where={"uuid": list(uuids)})
    rows = [dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)]  # fmt: skip
    missing = set(uuids) - {row["uuid"] for row in rows}
    if missing:
        raise InputError("border.no_such_proposal", uuid=sorted(missing))
    for row in rows:
        if row["state"] != "open":
            raise InputError("border.decided_already", uuid=row["uuid"], state=row["state"])
    return rows


def _sides(store: Store, row: dict[str, Any], ags: str) -> list[str]:
    """The sides that `ags` may decide for: its own, or both where it is in the lead."""
    if ags == border_settings(store).lead_ags:
        return list(_SIDES)
    found = [side for side in _SIDES if row[f"{side}_ags"] == ags]
    if not found:
        raise InputError("border.not_your_border", ags=ags, left=row["left_ags"],
                         right=row["right_ags"] or "–")  # fmt: skip
    return found


def _apply(store: Store, row: dict[str, Any], decided: Decided) -> None:
    names = dict.fromkeys(filter(None, (row["left_accepted_by"], row["right_accepted_by"])))
    with store.transaction(by=" + ".join(names), batch=f"border-{row['uuid']}",
                           reason=row["kind"]):  # fmt: skip
        if _changed_since(store, row["changes"] or []):
            _keep(store, row | {"state": "void"})
            decided.void.append(row["uuid"])
            return
        for change in row["changes"] or []:
            new = dict(change.get("values") or {})
            if change.get("wkt"):
                coords = line_from_wkt(change["wkt"])
                new[GEOMETRY] = lines_to_wkb(coords, [0, len(coords)])[0]
            if new:
                columns = {name: [value] for name, value in new.items()}
                store.update(change["table"], {"uuid": [change["uuid"]], **columns})
                decided.changed.setdefault(change["table"], []).append(change["uuid"])
        _link(store, row)
        _keep(store, row | {"state": "accepted"})
        if row["kind"] in LASTING:
            _except_finding(store, row["identity"], row["reason"], " + ".join(names), now())
    decided.applied.append(row["uuid"])


def _changed_since(store: Store, changes: Sequence[dict[str, Any]]) -> bool:
    """Whether an asset is gone or has another version than the proposal was made from."""
    for change in changes:
        now = store.read(change["table"], ["version"], {"uuid": change["uuid"]})["version"]
        if now != [change["version"]]:
            return True
    return False


def _link(store: Store, row: dict[str, Any]) -> None:
    kind = _LINKS.get(row["kind"], "")
    if (row["details"] or {}).get("join") == "end_line":
        kind = "end_line"
    if not kind or not row["right_uuid"]:
        return
    names = ("left_accepted_by", "left_accepted_at", "right_accepted_by", "right_accepted_at")
    link = {"left_uuid": row["left_uuid"], "right_uuid": row["right_uuid"], "kind": kind}
    known = store.read("border_link", ["uuid"], link)["uuid"]
    values = {name: [row[name]] for name in names} | {GEOMETRY: [row[GEOMETRY]]}
    if known:
        store.update("border_link", {"uuid": known[:1], **values})
    else:
        store.insert("border_link", {"asset_class": [row["asset_class"]],
                                     **{k: [v] for k, v in link.items()}, **values})  # fmt: skip


_DECISION = ("uuid", "state", "left_accepted_by", "left_accepted_at", "right_accepted_by",
             "right_accepted_at", "rejected_by", "rejected_at", "reason")  # fmt: skip


def _keep(store: Store, row: dict[str, Any]) -> None:
    store.update("border_proposal", {name: [row[name]] for name in _DECISION})


def _except_finding(
    store: Store, identity: str, reason: str | None, by: str, moment: str
) -> None:
    """What was decided on a proposal counts for the finding of the same identity at once."""
    uuids = store.find("finding", [("identity", "=", identity), ("state", "=", "open")],
                       ["uuid"])["uuid"]  # fmt: skip
    if uuids:
        store.update("finding", {"uuid": uuids, "state": ["accepted"], "reason": [reason],
                                 "decided_by": [by], "decided_at": [moment]})  # fmt: skip
