"""What was edited since the findings were brought up to date, as the change log tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..definition.types import Geometry, Kind, Table
from ..geometry.wkb import WkbColumn, decode_lines, decode_points
from ..stores.store import Box, Store
from .project_edits import CONSULTED, projects_concerned

#: Under this name the register keeps the change up to which its findings are.
FINDINGS_CHANGE = "findings_change"
_EDITED = tuple(t.name for t in REGISTER.of_kind(Kind.ASSET, Kind.CHILD, Kind.PROJECT))


@dataclass(frozen=True)
class Edits:
    """Rows that were added, changed or deleted.

    Attributes:
        uuids: by table; a child's parent counts as edited, too, and so does a joint project with
            an asset, a figure or a programme that was.
        boxes: (min x, min y, max x, max y) of the places where their geometries were and are.
        count: how many entries of the log they are.
    """

    uuids: dict[str, set[str]]
    boxes: list[Box]
    count: int


def edits_since(store: Store, change: int) -> Edits:
    """What the log tells after the entry `change`."""
    log = store.find(
        "change_log", [("fid", ">", change), ("table_name", "in", [*_EDITED, *CONSULTED])],
        ["table_name", "row_uuid", "old_state", "old_geometry"],
    )  # fmt: skip
    uuids: dict[str, set[str]] = defaultdict(set)
    consulted: dict[str, set[str]] = defaultdict(set)
    municipalities: set[str] = set()
    boxes: list[Box] = []
    for _, table, uuid, state, geometry in zip(*log.values(), strict=True):
        if table in CONSULTED:
            consulted[table].add(uuid)
            municipalities |= {state["ags"]} if state and "ags" in state else set()
            continue
        uuids[table].add(uuid)
        if geometry is not None:
            boxes += boxes_of(REGISTER[table], [geometry])
        parent = _parent_field(REGISTER[table])
        if parent and state:
            uuids[REGISTER[table].parent].add(state[parent])
    _add_parents(store, uuids)
    uuids["joint_project"] |= projects_concerned(store, {**uuids, **consulted}, municipalities)
    for table in REGISTER.assets:
        if uuids.get(table.name):
            for chunk in store.scan(table.name, where={"uuid": sorted(uuids[table.name])}):
                boxes += boxes_of(table, chunk.wkb.take(chunk.has_geometry))
    return Edits({t: u for t, u in uuids.items() if u}, boxes, len(log["fid"]))


def _parent_field(table: Table) -> str:
    return next((f.name for f in table.fields
                 if f.references and f.references.table == table.parent), "")  # fmt: skip


def _add_parents(store: Store, uuids: dict[str, set[str]]) -> None:
    for table in REGISTER.of_kind(Kind.CHILD):
        if uuids.get(table.name):
            field = _parent_field(table)
            rows = store.read(table.name, [field], {"uuid": sorted(uuids[table.name])})
            uuids[table.parent] |= set(rows[field])


def boxes_of(table: Table, wkb: Sequence[bytes] | WkbColumn) -> list[Box]:
    """The bounds of each geometry; none for what is empty or can't be read."""
    try:
        if table.geometry is Geometry.POINT:
            xy = decode_points(wkb)
            low = high = xy
        else:
            lines = decode_lines(wkb)
            if not len(lines.coords):
                return []
            starts = lines.offsets[:-1][np.diff(lines.offsets) > 0]
            low = np.minimum.reduceat(lines.coords, starts)
            high = np.maximum.reduceat(lines.coords, starts)
    except ValueError:
        # Halving finds those that can be read.
        n = len(wkb.start) if isinstance(wkb, WkbColumn) else len(wkb)
        halves = (slice(n // 2), slice(n // 2, n)) if n > 1 else ()
        return [box for half in halves for box in boxes_of(table, _part(wkb, half))]
    whole = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    return [(*a, *b) for a, b in zip(low[whole].tolist(), high[whole].tolist(), strict=True)]


def _part(wkb: Sequence[bytes] | WkbColumn, rows: slice) -> Sequence[bytes] | WkbColumn:
    return wkb.take(rows) if isinstance(wkb, WkbColumn) else wkb[rows]


def joined(boxes: Iterable[Box], around_m: float) -> list[Box]:
    """The boxes grown on all sides; those that then meet are one."""
    areas: list[Box] = []
    for west, south, east, north in boxes:
        area = (west - around_m, south - around_m, east + around_m, north + around_m)
        while True:
            meeting = [a for a in areas if _meet(a, area)]
            if not meeting:
                break
            areas = [a for a in areas if a not in meeting]
            every = np.array([*meeting, area])
            area = (*every[:, :2].min(axis=0).tolist(), *every[:, 2:].max(axis=0).tolist())
        areas.append(area)
    return areas


def _meet(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def plain(uuids: dict[str, set[str]]) -> dict[str, list[Any]]:
    """The same, sorted: the order of a set is no order."""
    return {table: sorted(rows) for table, rows in sorted(uuids.items())}
