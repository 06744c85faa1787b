"""From matches to the proposals that the register keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.wkb import points_to_wkb
from ..geometry.wkt import line_to_wkt
from ..rules.loading import Municipalities
from ..stores.store import Store
from .matches import JOINS, KINDS, MISMATCH, MISSING, Matches
from .proposals import Proposal
from .rules import CODES, attribute, identity_part, stored_value

_FACTS = ("uuid", "version", "accuracy_m", "source_date")


class _Assets:
    """uuid, version, accuracy and source date of the assets that matches are about."""

    def __init__(self, store: Store, matches: Matches) -> None:
        self._facts: list[dict[int, dict[str, Any]]] = []
        tables = matches.table[matches.changes.match]
        for t, table in enumerate(matches.tables):
            mine = matches.table == t
            fids = np.unique(np.concatenate([
                matches.left_fid[mine], matches.right_fid[mine], matches.changes.fid[tables == t],
            ]))  # fmt: skip
            rows = store.find(table, [("fid", "in", fids[fids >= 0].tolist())], _FACTS)
            fid = rows.pop("fid")
            self._facts.append({
                key: dict(zip(rows, values, strict=True))
                for key, values in zip(fid, zip(*rows.values(), strict=True), strict=True)
            })  # fmt: skip

    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:
        table, fid = key
        return self._facts[table][fid]


def proposals_of(
    store: Store, matches: Matches, municipalities: Municipalities, wanted: NDArray[np.bool_]
) -> list[Proposal]:
    """The wanted ones of the matches as proposals; missing counterparts are findings only."""
    assets = _Assets(store, matches)
    places = points_to_wkb(np.round(matches.xy, 3))
    ags = municipalities.coverage.ags
    parts = identity_part(matches, np.arange(len(matches))).tolist()
    made = []
    for n in np.flatnonzero((matches.kind != MISSING) & wanted).tolist():
        t, kind, field = int(matches.table[n]), int(matches.kind[n]), str(matches.field[n])
        left, right = int(matches.left_fid[n]), int(matches.right_fid[n])
        left_uuid = assets[t, left]["uuid"]
        right_uuid = assets[t, right]["uuid"] if right >= 0 else None
        right_ags = int(matches.right_ags[n])
        made.append(Proposal(
            "|".join((CODES[kind], left_uuid, str(parts[n]), field, right_uuid or "")),
            matches.tables[t], KINDS[kind], round(float(matches.confidence[n]), 3), left_uuid,
            ags[int(matches.left_ags[n])], right_uuid, ags[right_ags] if right_ags >= 0 else None,
            _details(matches, n), _changes(matches, n, assets), places[n],
        ))  # fmt: skip
    return made


def _details(matches: Matches, n: int) -> dict[str, Any]:
    details: dict[str, Any] = {
        name: round(float(column[n]), 3)
        for name, column in matches.values.items()
        if not name.endswith("_value") and np.isfinite(column[n])
    }
    details["join"] = JOINS[int(matches.join[n])]
    if int(matches.kind[n]) == MISMATCH:
        table, field = matches.tables[int(matches.table[n])], str(matches.field[n])
        details |= {"field": field} | {
            side: attribute(table, field, float(matches.values[f"{side}_value"][n]))
            for side in ("left", "right")
        }  # fmt: skip
    return details


def _changes(
    matches: Matches, n: int, assets: _Assets
) -> list[dict[str, Any]]:
    """Both assets with their versions, and what is to become of them and of third lines."""
    t = int(matches.table[n])
    table = matches.tables[t]
    fids = [int(f) for f in (matches.left_fid[n], matches.right_fid[n]) if f >= 0]
    entries = {fid: _entry(table, assets[t, fid]) for fid in fids}
    for _, fid, coords in matches.changed_lines(n):
        entries.setdefault(fid, _entry(table, assets[t, fid]))["wkt"] = line_to_wkt(coords)
    if int(matches.kind[n]) == MISMATCH:
        left, right = (assets[t, fid] for fid in fids)
        wrong, value = (fids[1], "left_value") if _better(left, right) else (fids[0], "right_value")
        field = str(matches.field[n])
        entries[wrong]["values"] = {
            field: stored_value(table, field, float(matches.values[value][n]))
        }
    return list(entries.values())


def _entry(table: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"table": table, "uuid": facts["uuid"], "version": facts["version"]}


def _better(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether the left asset's record is the better source: newer, else more exact, else the left.

    A newer survey saw what is there now; accuracy tells of the position, less of attributes.
    """

    def rank(facts: dict[str, Any]) -> tuple[str, float]:
        day = facts["source_date"]
        accuracy = facts["accuracy_m"]
        return (day.isoformat() if day else "", -(accuracy if accuracy is not None else np.inf))

    return rank(left) >= rank(right)
