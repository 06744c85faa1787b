"""Rules on joint projects: participants, linked assets, funding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..finances.rows import Row, by_parent, rows_of
from .rule import ERROR, Asked, Found, rule, without_place

_PERCENT_TOLERANCE = Decimal("0.005")
_CHILDREN = ("participant", "key_part", "project_funding")


@dataclass(frozen=True)
class _Project:
    fid: int
    values: Row
    participants: list[Row]
    key_parts: list[Row]
    funding: list[tuple[Row, Row]]  # of each programme what the project says, and the programme

    @property
    def has_fixed_key(self) -> bool:
        """Whether its key, or a part of it, divides by fixed percentages."""
        keys = {self.values["share_key"], *(part["share_key"] for part in self.key_parts)}
        return self.values["share_key"] in ("fixed_percent", "mixed") and "fixed_percent" in keys


def _projects(asked: Asked) -> list[_Project]:
    return asked.view(_read)


def _read(asked: Asked) -> list[_Project]:
    projects = asked.find("joint_project", columns=REGISTER["joint_project"].field_names)
    if not projects["fid"]:
        return []
    where = {"project_uuid": projects["uuid"]}
    children = {t: by_parent(asked.store, t, "project_uuid", where) for t in _CHILDREN}
    programmes = {p["uuid"]: p for p in rows_of(asked.store.read("funding_programme"))}

    def of(table: str, project: Row) -> list[Row]:
        return children[table].get(project["uuid"], [])

    return [
        _Project(row["fid"], row, of("participant", row), of("key_part", row),
                 [(own, programmes[own["programme_uuid"]])
                  for own in of("project_funding", row)])
        for row in rows_of(projects)
    ]  # fmt: skip


def about_projects(code: str, field: str, wrong: list[tuple[int, dict[str, Any]]]) -> list[Found]:
    """Findings about projects, given by key, each with the values of its sentence."""
    if not wrong:
        return []
    values = {name: [v[name] for _, v in wrong] for name in wrong[0][1]}
    return without_place(code, "joint_project", [fid for fid, _ in wrong], field, **values)


def numbered(code: str, field: str, wrong: list[tuple[int, int, dict[str, Any]]]
             ) -> list[Found]:  # fmt: skip
    """Findings of projects that may have several programmes: each has its number."""
    found = about_projects(code, field, [(fid, values) for fid, _, values in wrong])
    return [replace(one, part=np.array([n for _, n, _ in wrong], np.int64)) for one in found]


@rule("PRJ001", ERROR, of_geometry=False)
def shares_do_not_sum_to_the_whole(asked: Asked) -> list[Found]:
    """The participants' fixed percentages of a project with a fixed key don't make 100 %."""
    wrong = []
    for project in _projects(asked):
        percents = [p["fixed_percent"] for p in project.participants]
        if not project.has_fixed_key or not percents:
            continue
        total = sum((Decimal(str(p or 0)) for p in percents), Decimal(0))
        if abs(total - 100) > _PERCENT_TOLERANCE:
            wrong.append((project.fid, {"total": float(total)}))
    return about_projects("PRJ001", "share_key", wrong)


@rule("PRJ002", ERROR, of_geometry=False)
def lead_takes_no_part(asked: Asked) -> list[Found]:
    """The municipality in the lead is none of the participants."""
    wrong = [
        (p.fid, {"lead": p.values["lead_ags"]}) for p in _projects(asked)
        if p.participants and p.values["lead_ags"] not in {q["ags"] for q in p.participants}
    ]  # fmt: skip
    return about_projects("PRJ002", "lead_ags", wrong)


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
    return about_projects("PRJ003", "", [(fid, {"count": count}) for fid, count in gone.items()])


@rule("PRJ004", ERROR, of_geometry=False)
def grant_exceeds_the_programme(asked: Asked) -> list[Found]:
    """The grant's rate or cap is higher than the funding programme allows."""
    wrong = []
    for project in _projects(asked):
        for n, (own, programme) in enumerate(project.funding):
            rates = [r for r in (programme["rate"], programme["rate_weak"]) if r is not None]
            if own["rate"] is not None and rates and own["rate"] > max(rates):
                wrong.append((project.fid, 2 * n, {
                    "given": own["rate"], "allowed": max(rates), "unit": "%"}))  # fmt: skip
            cap = programme["cap"]
            if cap is not None and own["cap"] is not None and own["cap"] > cap:
                wrong.append((project.fid, 2 * n + 1, {
                    "given": float(own["cap"]), "allowed": float(cap), "unit": "€"}))  # fmt: skip
    return numbered("PRJ004", "", wrong)


@rule("PRJ006", ERROR, of_geometry=False)
def project_has_no_participants(asked: Asked) -> list[Found]:
    """A joint project that nobody takes part in."""
    wrong = [(p.fid, {}) for p in _projects(asked) if not p.participants]
    return about_projects("PRJ006", "", wrong)
