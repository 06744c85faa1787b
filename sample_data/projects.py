"""Puts the sample's joint projects into a register."""

from __future__ import annotations

import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import register_words

FILE = Path(__file__).resolve().parent / "joint_projects.toml"
_CENT = Decimal("0.01")
#: The tables that belong to a project, and what the file calls their rows.
_CHILDREN = {"participant": "participants", "key_part": "key_parts", "instalment": "instalments",
             "project_phase": "phases", "resolution": "resolutions"}  # fmt: skip


def load_projects(store: Any, path: Path = FILE) -> int:
    """Writes the programmes, figures and joint projects of a file; the number of new projects.

    Everything goes in in one transaction. A project whose number the register has is left alone,
    and so is a programme of the same name. Amounts in the file are net; the estimated cost is
    gross where the project's `vat_mode` says so, and that of measured items is of the quantity
    that the file states.
    """
    content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    known = set(store.read("joint_project", ["number"])["number"])
    new = [p for p in content["projects"] if p["number"] not in known]
    with store.transaction(by="sample", batch="sample projects"):
        programmes = _programmes(store, content.get("programmes", [])) if new else {}
        _figures(store, content.get("figures", []))
        for project in new:
            _project(store, project, programmes)
    return len(new)


def _insert(store: Any, table: str, rows: list[dict]) -> list[str]:
    """Adds rows that need not have the same keys."""
    names = list(dict.fromkeys(n for row in rows for n in row))
    columns = {n: [_typed(table, n, row.get(n)) for row in rows] for n in names}
    return store.insert(table, columns) if rows else []


def _typed(table: str, name: str, value: Any) -> Any:
    return Decimal(value) if value is not None and register_words.is_money(table, name) else value


def _programmes(store: Any, rows: list[dict]) -> dict[str, str]:
    there = store.read("funding_programme", ["name", "uuid"])
    found = dict(zip(there["name"], there["uuid"], strict=True))
    new = [r for r in rows if r["name"] not in found]
    for row in new:  # one by one: an empty key would replace the register's default
        found[row["name"]] = _insert(store, "funding_programme", [row])[0]
    return found


def _figures(store: Any, blocks: list[dict]) -> None:
    """Those of municipalities that the register has, each once."""
    there = store.read("municipality_figure", ["ags", "kind", "valid_on"])
    taken = set(zip(*there.values(), strict=True))
    known = set(store.read("municipality", ["ags"])["ags"])
    _insert(store, "municipality_figure", [
        {"kind": block["kind"], "valid_on": block["valid_on"], "source": block["source"], **row}
        for block in blocks for row in block["values"]
        if row["ags"] in known and (row["ags"], block["kind"], block["valid_on"]) not in taken
    ])  # fmt: skip


def _project(store: Any, project: dict, programmes: dict[str, str]) -> None:
    row = {n: v for n, v in project.items() if not isinstance(v, list)}
    items = [{**i, "net_amount": str(net_amount(i))} for i in project["cost_items"]]
    row["cost_estimated"] = str(sum((_cost(i, project["vat_mode"]) for i in items), Decimal(0)))
    (uuid,) = _insert(store, "joint_project", [row])
    funding = [{**{n: v for n, v in f.items() if n != "programme"},
                "programme_uuid": programmes[f["programme"]]}
               for f in project.get("funding", [])]  # fmt: skip
    children = {"cost_item": items, "project_funding": funding,
                **{table: project.get(name, []) for table, name in _CHILDREN.items()}}  # fmt: skip
    for table, rows in children.items():
        for child in rows:  # one by one: an empty key would replace the register's default
            _insert(store, table, [{"project_uuid": uuid, **child}])
    linked: dict[str, dict] = {}
    for rule in project["assets"]:
        for asset in choose(store, rule):
            linked.setdefault(asset, {"project_uuid": uuid, "asset_class": rule["class"],
                                      "asset_uuid": asset, "role": rule["role"]})  # fmt: skip
    _insert(store, "project_asset", list(linked.values()))


def net_amount(item: dict) -> Decimal:
    """Quantity × unit price, rounded half up to the cent."""
    return _to_cent(Decimal(str(item["quantity"])) * Decimal(item["unit_price"]))


def _cost(item: dict, vat_mode: str) -> Decimal:
    net = Decimal(item["net_amount"])
    if vat_mode == "net":
        return net
    return net + _to_cent(net * Decimal(str(item["vat_rate"])) / 100)


def _to_cent(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def choose(store: Any, rule: dict) -> list[str]:
    """The assets that a rule names, in the order of their numbers; `each` limits a municipality."""
    where = dict(rule.get("where", {}))
    where |= {n: rule[n] for n in ("ags", "asset_no") if n in rule}
    rows = store.read(rule["class"], ["uuid", "ags", "asset_no"], where)
    order = sorted(zip(rows["asset_no"], rows["ags"], rows["uuid"], strict=True),
                   key=lambda r: (r[0] or "", r[1]))  # fmt: skip
    chosen: dict[str, list[str]] = {}
    for _, ags, uuid in order:
        chosen.setdefault(ags, []).append(uuid)
    return [uuid for uuids in chosen.values() for uuid in uuids[: rule.get("each")]]
