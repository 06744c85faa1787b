"""Reads what an import needs of the register, and writes its plan, inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ..definition.types import Table
from ..stores import GEOMETRY, Store
from .connectors import FIELDS
from .conversion import fields_in_rules
from .matching import Known
from .plan import CONNECTORS, IDENTITY, Plan, register_state
from .preparation import Prepared


def read_known(store: Store, prepared: Prepared) -> tuple[list[Known], dict[tuple, str]]:
    """The assets of the class as matching sees them, and who bears which asset number."""
    table = prepared.table
    fields = list(dict.fromkeys(
        ("ags", *(f for f in IDENTITY if f in table), *fields_in_rules(table), *prepared.values)
    ))  # fmt: skip
    assets = store.read(table.name, ["uuid", *fields, GEOMETRY])
    records = store.read(
        "import_record", ["asset_uuid", "delivery", "geometry_hash", "delivered"],
        {"asset_class": table.name},
    )  # fmt: skip
    children = _children(store) if prepared.connectors is not None else None
    known = register_state(table, fields, assets, records, children)
    numbers = {
        (ags, number): asset
        for asset, ags, number in zip(assets["uuid"], assets["ags"], assets["asset_no"],
                                      strict=True)
        if number
    }  # fmt: skip
    return known, numbers


def _children(store: Store) -> dict[str, list[dict[str, Any]]]:
    rows = store.read("connector", ["charging_point_uuid", *FIELDS])
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for n, parent in enumerate(rows["charging_point_uuid"]):
        found[parent].append({name: rows[name][n] for name in FIELDS})
    return found


def write_plan(store: Store, prepared: Prepared, plan: Plan) -> None:
    """Insert, update, and note what was delivered. Call inside a transaction."""
    _insert(store, prepared, plan)
    _update(store, prepared, plan)
    if prepared.connectors is not None:
        _replace_connectors(store, plan)
    _write_records(store, prepared, plan)


def _wkb(prepared: Prepared, indices: Sequence[int]) -> list[bytes]:
    import shapely

    return shapely.to_wkb(prepared.geometry[list(indices)], flavor="iso").tolist()


def _insert(store: Store, prepared: Prepared, plan: Plan) -> None:
    if not plan.new:
        return
    count = len(plan.new)
    rows: dict[str, Any] = {"uuid": [plan.uuids[i] for i in plan.new]}
    rows |= _defaults(prepared.table, prepared.values, count)
    rows |= {name: cells[plan.new].tolist() for name, cells in prepared.values.items()}
    rows[GEOMETRY] = _wkb(prepared, plan.new)
    store.insert(prepared.table.name, rows)


def _defaults(table: Table, given: Mapping[str, Any], count: int) -> dict[str, list]:
    """The defaults of fields that the delivery doesn't have."""
    return {
        f.name: [f.default] * count
        for f in table.fields if f.default is not None and f.name not in given
    }  # fmt: skip


def _update(store: Store, prepared: Prepared, plan: Plan) -> None:
    """Rows that change the same fields go together."""
    groups: dict[tuple, list[int]] = defaultdict(list)
    for index, change in plan.changed.items():
        fields = tuple(name for name in change.fields if name != CONNECTORS)
        if fields or change.geometry:
            groups[fields, change.geometry].append(index)
    for (fields, geometry), indices in groups.items():
        rows: dict[str, Any] = {"uuid": [plan.uuids[i] for i in indices]}
        rows |= {name: prepared.values[name][indices].tolist() for name in fields}
        if geometry:
            rows[GEOMETRY] = _wkb(prepared, indices)
        store.update(prepared.table.name, rows)


def _replace_connectors(store: Store, plan: Plan) -> None:
    changed = [i for i, change in plan.changed.items() if CONNECTORS in change.fields]
    if changed:
        parents = [plan.uuids[i] for i in changed]
        old = store.read("connector", ["uuid"], {"charging_point_uuid": parents})["uuid"]
        store.delete("connector", old)
    rows: dict[str, list] = {"charging_point_uuid": [], **{name: [] for name in FIELDS}}
    for index in (*plan.new, *changed):
        for connector in plan.rows[index].values[CONNECTORS]:
            rows["charging_point_uuid"].append(plan.uuids[index])
            for name in FIELDS:
                rows[name].append(connector[name])
    if rows["charging_point_uuid"]:
        store.insert("connector", rows)


def _write_records(store: Store, prepared: Prepared, plan: Plan) -> None:
    """What was delivered, so that the next delivery is compared with this one."""
    if not plan.records:
        return
    uuids = [plan.uuids[i] for i in plan.records]
    rows = [plan.rows[i] for i in plan.records]
    store.replace(
        "import_record",
        {
            "asset_class": [prepared.table.name] * len(rows),
            "asset_uuid": uuids,
            "ags": [row.ags for row in rows],
            "delivery": [prepared.name] * len(rows),
            "geometry_hash": [row.geometry for row in rows],
            "delivered": [dict(row.values) for row in rows],
        },
        {"asset_uuid": uuids},
    )
