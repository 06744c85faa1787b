"""From what the rules found to the rows of the register, and their life from run to run.

A finding keeps its row for good. It is *open* until it is gone (*fixed*) or somebody accepts it as
an exception (*accepted*, with reason, name and time). A later run keeps such decisions, closes
what is gone and opens again what came back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry
from ..geometry.wkb import decode_lines, decode_points, points_to_wkb
from ..stores.store import GEOMETRY, Store
from .loading import Municipalities
from .rule import CATALOGUE, ERROR, Found

OPEN, ACCEPTED, FIXED = "open", "accepted", "fixed"
#: Values of a rule that are places in the list of municipalities: the sentence has their name.
_MUNICIPALITY_VALUES = ("where",)


@dataclass
class FindingRow:
    """One finding as the register keeps it."""

    identity: str
    code: str
    severity: str
    table_name: str
    row_uuid: str
    other_uuid: str | None
    field: str | None
    ags: str | None
    other_ags: str | None
    details: dict[str, Any]
    geom: bytes | None
    state: str = OPEN
    decision: dict[str, Any] = field(default_factory=dict)  # reason, decided_by, decided_at


class Rows:
    """uuid, municipality and place of the rows that findings are about, read once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, dict[int, tuple[str, str | None, bytes | None]]] = {}

    def load(self, table: str, fids: Iterable[int]) -> None:
        known = self._known.setdefault(table, {})
        wanted = np.array(sorted({int(f) for f in fids if f >= 0} - known.keys()), dtype=np.int64)
        if not wanted.size:
            return
        definition = REGISTER[table]
        ags = next((n for n in ("ags", "lead_ags") if n in definition), "")
        parent = next((f for f in definition.fields if f.references
                       and f.references.table == definition.parent), None)  # fmt: skip
        names = ["uuid", *filter(None, (ags, parent.name if parent and not ags else ""))]
        rows = self._store.find(table, [("fid", "in", wanted.tolist())], names)
        homes: Sequence[str | None] = rows[ags] if ags else [None] * len(rows["fid"])
        if parent and not ags:
            homes = self._homes_of_parents(definition.parent, rows[parent.name])
        places = self._places(table, wanted) if definition.geometry else {}
        for fid, uuid, home in zip(rows["fid"], rows["uuid"], homes, strict=True):
            known[fid] = (uuid, home, places.get(fid))

    def _homes_of_parents(self, table: str, uuids: list[str]) -> list[str | None]:
        ags = "ags" if "ags" in REGISTER[table] else "lead_ags"
        rows = self._store.find(table, [("uuid", "in", uuids)], ["uuid", ags])
        homes = dict(zip(rows["uuid"], rows[ags], strict=True))
        return [homes.get(uuid) for uuid in uuids]

    def _places(self, table: str, fids: NDArray[np.int64]) -> dict[int, bytes]:
        """A point on each row's geometry: the middle vertex of a line."""
        found: dict[int, bytes] = {}
        for chunk in self._store.scan(table, fids=fids):
            there = chunk.has_geometry & (chunk.wkb.end - chunk.wkb.start > 9)
            wkb = chunk.wkb.take(there)
            if REGISTER[table].geometry is Geometry.POINT:
                xy = decode_points(wkb)
            else:
                lines = decode_lines(wkb)
                xy = lines.coords[(lines.offsets[:-1] + lines.offsets[1:] - 1) // 2]
            good = np.isfinite(xy).all(axis=1)
            found |= dict(zip(chunk.fid[there][good].tolist(), points_to_wkb(xy[good]),
                              strict=True))  # fmt: skip
        return found

    def __getitem__(self, key: tuple[str, int]) -> tuple[str, str | None, bytes | None]:
        """(uuid, AGS, place) of a row; raises `KeyError` where it is gone."""
        return self._known[key[0]][key[1]]


def worded(store: Store, found: Sequence[Found], municipalities: Municipalities
           ) -> list[FindingRow]:  # fmt: skip
    """The findings with uuids, municipalities and values that JSON can hold."""
    rows = Rows(store)
    for one in found:
        rows.load(one.table, one.fid.tolist())
        if one.other_fid is not None:
            rows.load(one.other_table or one.table, one.other_fid.tolist())
    return [row for one in found for row in _rows(one, rows, municipalities)]


def _rows(found: Found, rows: Rows, municipalities: Municipalities) -> Iterable[FindingRow]:
    count = len(found.fid)
    severity = CATALOGUE[found.code].severity if found.code in CATALOGUE else ERROR
    values = {name: _plain(name, column, municipalities) for name, column in found.values.items()}
    placed = np.isfinite(found.xy).all(axis=1)
    places = iter(points_to_wkb(np.round(found.xy[placed], 3)))
    others = found.other_fid.tolist() if found.other_fid is not None else [-1] * count
    parts = found.part.tolist() if found.part is not None else [0] * count
    for n, (fid, other, part) in enumerate(zip(found.fid.tolist(), others, parts, strict=True)):
        uuid, ags, place = rows[found.table, fid]
        other_uuid, other_ags, _ = (
            rows[found.other_table or found.table, other] if other >= 0 else (None, None, None)
        )
        yield FindingRow(
            "|".join((found.code, uuid, str(part), found.field, other_uuid or "")),
            found.code, severity, found.table, uuid, other_uuid, found.field or None, ags,
            other_ags, {name: column[n] for name, column in values.items()},
            next(places) if placed[n] else place,
        )  # fmt: skip


def _plain(name: str, column: NDArray, municipalities: Municipalities) -> list[Any]:
    if name in _MUNICIPALITY_VALUES:
        return [municipalities.names[n] if n >= 0 else None for n in column.tolist()]
    if column.dtype.kind == "f":
        return np.round(column, 3).tolist()
    return column.tolist()


@dataclass
class Outcome:
    """How many findings a run opened, closed, opened again and left as they were."""

    new: int = 0
    kept: int = 0
    reopened: int = 0
    fixed: int = 0


def reconcile(
    store: Store, found: Sequence[FindingRow], known: dict[str, list[Any]]
) -> Outcome:  # fmt: skip
    """Bring the register's findings in line with what was found, inside the caller's transaction.

    Args:
        found: everything that is wrong now among what was looked at.
        known: the register's rows of what was looked at, as `Store.read("finding")` gives them;
            those that are not in `found` are fixed.
    """
    outcome = Outcome()
    at = {identity: n for n, identity in enumerate(known["identity"])}
    now_found = {row.identity: row for row in found}
    new = [row for identity, row in now_found.items() if identity not in at]
    outcome.new = sum(row.state == OPEN for row in new)
    if new:
        store.insert("finding", _columns(new))
    changed = []
    for identity, n in at.items():
        row = now_found.get(identity)
        if row is None:
            if known["state"][n] != FIXED:
                outcome.fixed += 1
                changed.append(_same(known, n) | {"state": FIXED})
            continue
        wanted = _same(known, n) | {"severity": row.severity, "details": row.details,
                                    "ags": row.ags, "other_ags": row.other_ags,
                                    GEOMETRY: row.geom}  # fmt: skip
        if row.state != OPEN:
            wanted |= {"state": row.state, **row.decision}
        elif known["state"][n] == FIXED:
            outcome.reopened += 1
            wanted |= {"state": OPEN, "reason": None, "decided_by": None, "decided_at": None}
        else:
            outcome.kept += 1
        if wanted != _same(known, n):
            changed.append(wanted)
    if changed:
        store.update("finding", {name: [row[name] for row in changed] for name in changed[0]})
    return outcome


_UPDATED = ("uuid", "severity", "state", "details", "ags", "other_ags", "reason", "decided_by",
            "decided_at", GEOMETRY)  # fmt: skip
#: What `reconcile` needs to know of the findings that the register has.
KNOWN = ("identity", "code", "row_uuid", *_UPDATED)


def _same(known: dict[str, list[Any]], n: int) -> dict[str, Any]:
    return {name: known[name][n] for name in _UPDATED}


def _columns(rows: Sequence[FindingRow]) -> dict[str, list[Any]]:
    names = ("identity", "code", "severity", "table_name", "row_uuid", "other_uuid", "field",
             "ags", "other_ags", "details", GEOMETRY, "state")  # fmt: skip
    decisions = ("reason", "decided_by", "decided_at")
    return {name: [getattr(row, name) for row in rows] for name in names} | {
        name: [row.decision.get(name) for row in rows] for name in decisions}  # fmt: skip
