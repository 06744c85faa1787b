"""Rules on joint projects: participants, linked assets, funding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..definition import REGISTER
from .rule import ERROR, WARNING, Asked, Found, rule, without_place

CENT = Decimal("0.01")
_PERCENT_TOLERANCE = Decimal("0.005")


@dataclass(frozen=True)
class _Project:
    fid: int
    values: dict[str, Any]
    participants: list[dict[str, Any]]
    programme: dict[str, Any] | None
    items: list[dict[str, Any]]

    @property
    def cost(self) -> Decimal | None:
        """The sum of its cost items, net or gross as the project counts; else the estimate."""
        if not self.items:
            return self.values["cost_estimated"]
        gross = self.values["vat_mode"] == "gross"
        return sum((_amount(item, gross) for item in self.items), Decimal(0))


def _amount(item: dict[str, Any], gross: bool) -> Decimal:
    rate = Decimal(str(item["vat_rate"])) / 100 if gross else Decimal(0)
    return (item["net_amount"] * (1 + rate)).quantize(CENT, ROUND_HALF_UP)


def _rows(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _projects(asked: Asked) -> list[_Project]:
    projects = asked.find("joint_project", columns=REGISTER["joint_project"].field_names)
    if not projects["fid"]:
        return []
    children: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for table in ("participant", "cost_item"):
        children[table] = defaultdict(list)
        for row in _rows(asked.store.find(
            table, [("project_uuid", "in", projects["uuid"])], REGISTER[table].field_names
        )):  # fmt: skip
            children[table][row["project_uuid"]].append(row)
    programmes = {p["uuid"]: p for p in _rows(asked.store.read("funding_programme"))}
    return [
        _Project(row["fid"], row, children["participant"][row["uuid"]],
                 programmes.get(row["programme_uuid"]), children["cost_item"][row["uuid"]])
        for row in _rows(projects)
    ]  # fmt: skip


def _found(code: str, field: str, wrong: list[tuple[int, dict[str, Any]]]) -> list[Found]:
    if not wrong:
        return []
    values = {name: [v[name] for _, v in wrong] for name in wrong[0][1]}
    return without_place(code, "joint_project", [fid for fid, _ in wrong], field, **values)


@rule("PRJ001", ERROR, of_geometry=False)
def shares_do_not_sum_to_the_whole(asked: Asked) -> list[Found]:
    """The participants' fixed percentages of a project with a fixed key don't make 100 %."""
    wrong = []
    for project in _projects(asked):
        percents = [p["fixed_percent"] for p in project.participants]
        if project.values["share_key"] != "fixed_percent" or not percents:
            continue
        total = sum((Decimal(str(p or 0)) for p in percents), Decimal(0))
        if abs(total - 100) > _PERCENT_TOLERANCE:
            wrong.append((project.fid, {"total": float(total)}))
    return _found("PRJ001", "share_key", wrong)


@rule("PRJ002", ERROR, of_geometry=False)
def lead_takes_no_part(asked: Asked) -> list[Found]:
    """The municipality in the lead is none of the participants."""
    wrong = [
        (p.fid, {"lead": p.values["lead_ags"]}) for p in _projects(asked)
        if p.participants and p.values["lead_ags"] not in {q["ags"] for q in p.participants}
    ]  # fmt: skip
    return _found("PRJ002", "lead_ags", wrong)


@rule("PRJ003", ERROR, of_geometry=False)
def linked_asset_is_gone(asked: Asked) -> list[Found]:
    """An asset of a project no longer exists in the register."""
    projects = asked.find("joint_project", columns=["uuid"])
    if not projects["fid"]:
        return []
    fid_of = dict(zip(projects["uuid"], projects["fid"], strict=True))
    links = asked.store.find("project_asset", [("project_uuid", "in", projects["uuid"])],
                             ["project_uuid", "asset_class", "asset_uuid"])  # fmt: skip
    gone: dict[int, int] = defaultdict(int)
    for table in REGISTER.assets:
        linked = [(p, a) for p, c, a in zip(*list(links.values())[1:], strict=True)
                  if c == table.name]  # fmt: skip
        there = set(asked.store.find(
            table.name, [("uuid", "in", [a for _, a in linked])], ["uuid"])["uuid"])  # fmt: skip
        for project, asset in linked:
            if asset not in there:
                gone[fid_of[project]] += 1
    return _found("PRJ003", "", [(fid, {"count": count}) for fid, count in gone.items()])


@rule("PRJ004", ERROR, of_geometry=False)
def grant_exceeds_the_programme(asked: Asked) -> list[Found]:
    """The grant's rate or cap is higher than the funding programme allows."""
    wrong = []
    for project in _projects(asked):
        programme, values = project.programme, project.values
        if programme is None:
            continue
        rates = [r for r in (programme["rate"], programme["rate_weak"]) if r is not None]
        if values["grant_rate"] is not None and rates and values["grant_rate"] > max(rates):
            wrong.append((project.fid, {"given": values["grant_rate"], "allowed": max(rates),
                                        "unit": "%"}))  # fmt: skip
        cap = programme["cap"]
        if cap is not None and values["grant_cap"] is not None and values["grant_cap"] > cap:
            wrong.append((project.fid, {"given": float(values["grant_cap"]),
                                        "allowed": float(cap), "unit": "€"}))  # fmt: skip
    return _found("PRJ004", "grant_cap", wrong)


@rule("PRJ005", WARNING, of_geometry=False)
def cost_is_outside_the_programme(asked: Asked) -> list[Found]:
    """The project's cost lies below the minimum or above the maximum of its programme."""
    wrong = []
    for project in _projects(asked):
        programme, cost = project.programme, project.cost
        if programme is None or cost is None:
            continue
        low, high = programme["minimum_cost"], programme["maximum_cost"]
        if low is not None and cost < low:
            wrong.append((project.fid, {"cost": float(cost), "limit": float(low)}))
        elif high is not None and cost > high:
            wrong.append((project.fid, {"cost": float(cost), "limit": float(high)}))
    return _found("PRJ005", "cost_estimated", wrong)


@rule("PRJ006", ERROR, of_geometry=False)
def project_has_no_participants(asked: Asked) -> list[Found]:
    """A joint project that nobody takes part in."""
    return _found("PRJ006", "", [(p.fid, {}) for p in _projects(asked) if not p.participants])
