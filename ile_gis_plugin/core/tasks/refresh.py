"""After an edit: shares, findings and border matches of its surroundings, in milliseconds.

The outcome equals that of a whole run, since what the rules find at a place depends only on what
lies around it. Reading and computing need no lock; the write lock is held for the writing only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from ..border import proposals
from ..border.making import proposals_of
from ..border.remembered import with_decisions
from ..border.rules import matched
from ..border.settings import rule_settings
from ..definition import REGISTER
from ..rules import findings
from ..rules.loading import Municipalities, load_scope, unusable_of
from ..rules.rule import CATALOGUE, Asked, Found
from ..stores.store import GEOMETRY, Box, Store
from .edits import FINDINGS_CHANGE, Edits, edits_since, joined, plain
from .shares import places_now, update_shares
from .steady import on_steady_register
from .surroundings import NEAR_M, Surroundings, loaded_box
from .validation import UNUSABLE_CODES, without_consequences

#: More entries of the log than this are as quickly looked at by a whole run.
MOST_ENTRIES = 2_000


@dataclass
class Refreshed:
    """What a refresh changed; `edited` rows were looked at."""

    edited: int = 0
    findings: findings.Outcome = field(default_factory=findings.Outcome)
    proposals: proposals.Outcome = field(default_factory=proposals.Outcome)


@dataclass
class _Computed:
    rows: Sequence[findings.FindingRow]
    known: dict[str, list[Any]]
    made: list[proposals.Proposal]
    known_proposals: dict[str, list[Any]]


def is_up_to_date(store: Store) -> bool:
    """Whether a refresh can do: the register was validated whole before."""
    return bool(store.entry(FINDINGS_CHANGE))


def refresh(store: Store, municipalities: Municipalities, on: date | None = None) -> Refreshed:
    """Bring shares, findings and proposals up to date with all edits since the last time.

    Args:
        municipalities: held by the caller, since building their grid takes longer than this.
        on: the day by which inspections are overdue; default: today.
    """
    refreshed = Refreshed()
    edits = Edits({}, [], 0)

    def compute() -> _Computed:
        nonlocal edits
        edits = edits_since(store, int(store.entry(FINDINGS_CHANGE) or 0))
        return _compute(store, municipalities, edits, on or date.today())

    def save(computed: _Computed) -> None:
        update_shares(store, plain(edits.uuids), municipalities.coverage)
        refreshed.proposals = proposals.reconcile(store, computed.made, computed.known_proposals)
        refreshed.findings = findings.reconcile(store, computed.rows, computed.known)
        store.set_entry(FINDINGS_CHANGE, str(store.info().change))

    on_steady_register(store, compute, save, batch="refresh")
    refreshed.edited = sum(map(len, edits.uuids.values()))
    return refreshed


def _compute(
    store: Store, municipalities: Municipalities, edits: Edits, on: date
) -> _Computed:  # fmt: skip
    concerned = {table: set(uuids) for table, uuids in edits.uuids.items()}
    known = _about(store, "finding", edits)
    for table, *uuids in zip(known["table_name"], known["row_uuid"], known["other_uuid"],
                             strict=True):  # fmt: skip
        concerned.setdefault(table, set()).update(u for u in uuids if u)
    asked = Asked(store, on, plain(concerned), places_now(municipalities.coverage))
    found = [f for rule in CATALOGUE.values() if not rule.of_geometry for f in rule.find(asked)]
    found += _unusable(store, plain(concerned))
    made: list[proposals.Proposal] = []
    known_proposals = _about(store, "border_proposal", edits)
    settings = rule_settings(store)
    edited = {table: _keys(store, table, uuids) for table, uuids in plain(edits.uuids).items()}
    around: list[Surroundings] = []
    for place in joined(edits.boxes, NEAR_M):
        box = loaded_box(store, place)
        scope, _ = load_scope(store, municipalities, box, settings)
        # Of one place at a time: what is near another one may be loaded in part only.
        here = Surroundings(scope, place, box)
        around.append(here)
        every = [f for rule in CATALOGUE.values() if rule.of_geometry for f in rule.find(scope)]
        found += here.findings(list(without_consequences(scope, every)), edited)
        matches = scope.view(matched)
        made += proposals_of(store, matches, municipalities, here.matches(matches))
        _extend(known, _inside(store, "finding", box))
        _extend(known_proposals, _inside(store, "border_proposal", box))
    worded = with_decisions(store, findings.worded(store, found, municipalities))
    known = _answerable(store, known, concerned, edits, around)
    _extend(known, _superseded(store, worded))
    known_proposals = _answerable_proposals(store, known_proposals, edits, around)
    # What was fixed or void may lie elsewhere, and comes back under its old identity.
    _extend(known, _same_as(store, "finding", [row.identity for row in worded]))
    _extend(known_proposals, _same_as(store, "border_proposal", [p.identity for p in made]))
    return _Computed(worded, known, made, known_proposals)


_COLUMNS = {
    "finding": (*findings.KNOWN, "table_name", "other_uuid"),
    "border_proposal": (*proposals.KNOWN, "asset_class"),
}
_SIDES = {"finding": ("row_uuid", "other_uuid"), "border_proposal": ("left_uuid", "right_uuid")}


def _about(store: Store, table: str, edits: Edits) -> dict[str, list[Any]]:
    """The register's findings or proposals about the edited rows."""
    uuids = [uuid for rows in plain(edits.uuids).values() for uuid in rows]
    known: dict[str, list[Any]] = {name: [] for name in _COLUMNS[table]}
    for side in _SIDES[table]:
        _extend(known, store.find(table, [(side, "in", uuids)], _COLUMNS[table]))
    return known


def _inside(store: Store, table: str, area: Box) -> dict[str, list[Any]]:
    return store.find(table, [(GEOMETRY, "meets", area)], _COLUMNS[table])


def _superseded(store: Store, rows: Sequence[findings.FindingRow]) -> dict[str, list[Any]]:
    """Findings of the same rules about the same rows: an edit may have put a row before another
    one that carries its number, and what was found of the later row names the earlier one."""
    of_rows = {(row.code, row.row_uuid) for row in rows if not _is_local(row.code)}
    known = store.find("finding", [("row_uuid", "in", sorted({u for _, u in of_rows}))],
                       _COLUMNS["finding"])  # fmt: skip
    kept = [n for n, key in enumerate(zip(known["code"], known["row_uuid"], strict=True))
            if key in of_rows]  # fmt: skip
    return {name: [known[name][n] for n in kept] for name in _COLUMNS["finding"]}


def _is_local(code: str) -> bool:
    return code in CATALOGUE and CATALOGUE[code].local


def _same_as(store: Store, table: str, identities: Sequence[str]) -> dict[str, list[Any]]:
    return store.find(table, [("identity", "in", identities)], _COLUMNS[table])


def _extend(known: dict[str, list[Any]], more: Mapping[str, list[Any]]) -> None:
    """Add rows that are not known yet."""
    there = set(known["uuid"])
    new = [n for n, uuid in enumerate(more["uuid"]) if uuid not in there]
    for name, column in known.items():
        column += [more[name][n] for n in new]


def _answerable(
    store: Store, known: dict[str, list[Any]], concerned: Mapping[str, set[str]], edits: Edits,
    around: Sequence[Surroundings],
) -> dict[str, list[Any]]:  # fmt: skip
    """Those that this refresh would have found again if they still held."""
    near = _near(store, known["table_name"], known["row_uuid"], known["other_uuid"], around)
    kept = []
    for n, (code, table, uuid, other) in enumerate(zip(
        known["code"], known["table_name"], known["row_uuid"], known["other_uuid"], strict=True
    )):  # fmt: skip
        edited = edits.uuids.get(table, set())
        if _is_local(code):
            looked_at = near[n] or bool({uuid, other} & edited)
        elif code in CATALOGUE and CATALOGUE[code].of_geometry:
            looked_at = uuid in edited  # only these are surely loaded
        else:
            known_code = code in CATALOGUE or code in UNUSABLE_CODES
            looked_at = known_code and uuid in concerned.get(table, ())
        if looked_at:
            kept.append(n)
    return {name: [column[n] for n in kept] for name, column in known.items()}


def _answerable_proposals(
    store: Store, known: dict[str, list[Any]], edits: Edits, around: Sequence[Surroundings]
) -> dict[str, list[Any]]:
    edited = {uuid for uuids in edits.uuids.values() for uuid in uuids}
    near = _near(store, known["asset_class"], known["left_uuid"], known["right_uuid"],
                 around)  # fmt: skip
    kept = [n for n, sides in enumerate(zip(known["left_uuid"], known["right_uuid"], strict=True))
            if near[n] or edited & set(sides)]  # fmt: skip
    return {name: [column[n] for n in kept] for name, column in known.items()}


def _near(
    store: Store, tables: Sequence[str], rows: Sequence[str], others: Sequence[str | None],
    around: Sequence[Surroundings],
) -> list[bool]:  # fmt: skip
    """Which of some pairs of assets were looked at around one of the places."""
    near = np.zeros(len(tables), dtype=bool)
    for table in (t.name for t in REGISTER.assets if t.name in tables):
        mine = [n for n, t in enumerate(tables) if t == table]
        wanted = sorted({u for n in mine for u in (rows[n], others[n]) if u})
        there = store.find(table, [("uuid", "in", wanted)], ["uuid"])
        fids = dict(zip(there["uuid"], there["fid"], strict=True))
        fid, other = (np.array([fids.get(side[n], -1) for n in mine], dtype=np.int64)
                      for side in (rows, others))  # fmt: skip
        for here in around:
            near[mine] |= here.holds(table, fid, table, other)
    return near.tolist()


def _keys(store: Store, table: str, uuids: Sequence[str]) -> set[int]:
    return set(store.find(table, [("uuid", "in", uuids)], [])["fid"])


def _unusable(store: Store, concerned: Mapping[str, Sequence[str]]) -> list[Found]:
    """Edited rows that no kernel can look at, some of which meet no box."""
    return [
        found
        for table in REGISTER.assets if table.name in concerned
        for chunk in store.scan(table.name, where={"uuid": list(concerned[table.name])})
        for found in unusable_of(table, chunk).found()
    ]  # fmt: skip
