"""What an import does to the register: which assets are new, which change, which stay."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..definition.types import Table
from ..messages import Message, message
from .conversion import Reasons, fields_in_rules, rules_between_fields
from .geometry import extents_of, geometry_hashes
from .matching import NEAR_M, Change, Extent, Known, Row, compare, match, plain
from .preparation import Prepared

CONNECTORS = "connectors"
#: Fields that name an asset within its municipality, the strongest first.
IDENTITY = ("asset_no", "bnetza_id")


@dataclass
class Plan:
    """The rows of the delivery by what becomes of them; indices are those of the delivery."""

    new: list[int] = field(default_factory=list)
    uuids: dict[int, str] = field(default_factory=dict)  # of new and known rows alike
    changed: dict[int, Change] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)  # rows whose record has to be written
    deleted_by_hand: int = 0
    not_delivered: int = 0  # assets of this delivery that no row of it can be
    not_delivered_quarantined: int = 0  # those that a row in quarantine seems to be
    rows: dict[int, Row] = field(default_factory=dict)
    quarantined: Reasons = field(default_factory=dict)


def register_state(
    table: Table, fields: Sequence[str], assets: Mapping[str, Sequence],
    records: Mapping[str, Sequence], children: Mapping[str, list[dict]] | None,
) -> list[Known]:  # fmt: skip
    """The assets of a class as matching sees them, those deleted by hand at the end."""
    import shapely

    geometry = shapely.from_wkb(np.array(assets["geom"], dtype=object))
    hashes, extents = geometry_hashes(geometry), extents_of(geometry)
    recorded = {u: n for n, u in enumerate(records["asset_uuid"])}

    def known(asset: str, current: dict | None, n: int | None, record: int | None) -> Known:
        place = ("", None) if n is None else (hashes[n], extents[n])
        if record is None:
            return Known(asset, current, place[0], extent=place[1])
        return Known(
            asset, current, place[0], records["delivered"][record],
            records["geometry_hash"][record], records["delivery"][record], place[1],
        )  # fmt: skip

    found = []
    for n, asset in enumerate(assets["uuid"]):
        current = {name: plain(assets[name][n]) for name in fields}
        if children is not None:
            current[CONNECTORS] = children.get(asset, [])
        found.append(known(asset, current, n, recorded.pop(asset, None)))
    return found + [known(u, None, None, record) for u, record in recorded.items()]


def delivered_rows(prepared: Prepared) -> dict[int, Row]:
    """The accepted rows with their values as JSON and their geometry's checksum."""
    accepted = prepared.accepted
    geometry = prepared.geometry[accepted]
    hashes, extents = geometry_hashes(geometry), extents_of(geometry)
    columns = {name: cells[accepted] for name, cells in prepared.values.items()}
    rows = {}
    for n, index in enumerate(accepted.tolist()):
        values = {name: plain(cells[n]) for name, cells in columns.items()}
        if prepared.connectors is not None:
            values[CONNECTORS] = prepared.connectors[index]
        rows[index] = Row(values, hashes[n], extents[n])
    return rows


def make_plan(prepared: Prepared, rows: dict[int, Row], known: Sequence[Known],
              numbers: Mapping[tuple[str, str], str]) -> Plan:  # fmt: skip
    """Decide what becomes of each row.

    Args:
        numbers: the asset that bears each (ags, asset number) of the class now.
    """
    plan = Plan(rows=rows)
    _refuse_repeated_numbers(prepared, plan)
    order = [i for i in rows if i not in plan.quarantined]
    identity = [f for f in IDENTITY if f in prepared.table]
    matched = match([rows[i] for i in order], known, prepared.name, identity)
    bearers = dict(numbers)
    ruled = fields_in_rules(prepared.table)
    for index, asset in zip(order, matched, strict=True):
        before = known[asset] if asset >= 0 else None
        if before is not None and before.current is None:
            # Who deleted it knew why; a delivery that still holds it doesn't bring it back.
            plan.deleted_by_hand += 1
            plan.unchanged.append(index)
            continue
        change = compare(rows[index], before, prepared.name) if before else None
        key = _number(rows[index], before, change)
        if _is_taken(key, before, bearers):
            reason = message("imports.number_taken", number=key[1], ags=key[0])
            plan.quarantined[index] = [reason]
            continue
        touched = change is not None and not change.fields.keys().isdisjoint(ruled)
        if touched and (broken := _broken_rules(prepared.table, ruled, before, change)):
            plan.quarantined[index] = broken
            continue
        plan.uuids[index] = before.uuid if before else str(uuid.uuid4())
        if key:
            bearers[key] = plan.uuids[index]
        if change is None:
            plan.new.append(index)
        elif change:
            plan.changed[index] = change
        else:
            plan.unchanged.append(index)
        if change is None or change.record:
            plan.records.append(index)
    taken = set(matched)
    left = [
        k for n, k in enumerate(known)
        if k.delivery == prepared.name and k.current is not None and n not in taken
    ]  # fmt: skip
    again = _in_quarantine(prepared, plan, left, identity)
    plan.not_delivered, plan.not_delivered_quarantined = len(left) - again, again
    return plan


def _in_quarantine(prepared: Prepared, plan: Plan, left: Sequence[Known],
                   identity: Sequence[str]) -> int:  # fmt: skip
    """How many of the assets left over a row in quarantine seems to be.

    Such a row may have any cell wrong, so its number or its place alone has to do; each stands for
    one asset.
    """
    if not left:
        return 0
    indices = sorted({*prepared.reasons, *plan.quarantined})
    geometry = prepared.geometry[indices]
    hashes, extents = geometry_hashes(geometry), extents_of(geometry)
    rows_of: dict[Any, list[int]] = defaultdict(list)
    for n, index in enumerate(indices):
        cells = {name: prepared.values[name][index] for name in (*identity, "ags")
                 if name in prepared.values}  # fmt: skip
        for name in identity:
            if cells.get(name) not in (None, ""):
                rows_of[name, cells.get("ags"), plain(cells[name])].append(n)
        rows_of[hashes[n]].append(n)
        if extents[n]:
            rows_of[_square(extents[n])].append(n)
    used: set[int] = set()
    for asset in left:
        keys: list[Any] = [
            (name, ags, asset.last.get(name))
            for name in identity for ags in (asset.last.get("ags"), None)
        ]  # fmt: skip
        keys += [asset.last_geometry] if asset.last_geometry else []
        candidates = [n for key in keys for n in rows_of.get(key, ())]
        for dx, dy in itertools.product((-1, 0, 1), repeat=2) if asset.extent else ():
            x, y = _square(asset.extent)
            candidates += [n for n in rows_of.get((x + dx, y + dy), ())
                           if asset.extent.distance(extents[n]) <= NEAR_M]  # fmt: skip
        row = next((n for n in candidates if n not in used), None)
        if row is not None:
            used.add(row)
    return len(used)


def _square(extent: Extent) -> tuple[int, int]:
    return int(extent.x0 // NEAR_M), int(extent.y0 // NEAR_M)


def _refuse_repeated_numbers(prepared: Prepared, plan: Plan) -> None:
    """Of several rows with one number the first is taken: which is right, only the source knows."""
    first: dict[tuple[str, Any], int] = {}
    for index, row in plan.rows.items():
        number = row.values.get("asset_no")
        if number in (None, ""):
            continue
        known = first.setdefault((row.ags, number), index)
        if known != index:
            plan.quarantined[index] = [message(
                "imports.number_repeated", number=number, row=int(prepared.delivery.rows[known])
            )]  # fmt: skip


def _number(row: Row, before: Known | None, change: Change | None) -> tuple[str, Any] | None:
    """The (ags, asset number) that the row gives to its asset; None where it gives none anew."""
    ags, number = row.ags, row.values.get("asset_no")
    if before is not None and change is not None:
        if not {"ags", "asset_no"} & change.fields.keys():
            return None
        current = before.current or {}
        ags = change.fields.get("ags", current.get("ags"))
        number = change.fields.get("asset_no", current.get("asset_no"))
    return (ags, number) if number else None


def _is_taken(key: tuple[str, Any] | None, before: Known | None,
              bearers: Mapping[tuple[str, str], str]) -> bool:  # fmt: skip
    """Whether another asset bears the number, in the register or by a row before this one."""
    bearer = bearers.get(key) if key else None
    return bearer is not None and not (before and bearer == before.uuid)


def _broken_rules(table: Table, ruled: list[str], before: Known, change: Change) -> list[Message]:
    """What the changed fields don't agree with in the rest of the asset as the register has it."""
    after = {**(before.current or {}), **change.fields}
    cells = {name: np.array([after.get(name)], dtype=object) for name in ruled}
    return rules_between_fields(table, cells).get(0, [])
