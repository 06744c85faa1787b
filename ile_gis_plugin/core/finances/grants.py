"""Which programmes fund a project, at which rate, and whether they are in force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..messages import Message
from ..projects.model import Funding
from ..projects.words import Worded, refused
from .numbers import decimal_of
from .rows import ProjectRows, Row


def funding_of(rows: ProjectRows, project: Row) -> tuple[Funding, ...]:
    """The programmes by name, as they hold for this project.

    Raises `InputError` where one was not in force on the day of application, or has no rate for
    weak finances although that one was asked for.
    """
    found = [_funding(project, row, rows.programmes[row["programme_uuid"]])
             for row in rows.of("project_funding", project)]  # fmt: skip
    return tuple(sorted(found, key=lambda funding: (funding.programme, funding.reference)))


def _funding(project: Row, row: Row, programme: Row) -> Funding:
    if row["applied_on"] and not is_in_force(programme, row["applied_on"]):
        raise refused("costs.applied_outside", project["number"], programme=programme["name"],
                      applied=row["applied_on"], period=_period(programme))  # fmt: skip
    rate = row["rate"]
    if rate is None:
        rate = programme["rate_weak" if row["is_weak"] else "rate"]
    if rate is None and row["is_weak"] and row["granted_amount"] is None:
        raise refused("costs.no_weak_rate", project["number"], programme=programme["name"])
    eligible = programme["eligible_percent"]
    return Funding(
        programme["name"],
        None if rate is None else decimal_of(rate),
        row["cap"] if row["cap"] is not None else programme["cap"],
        programme["minimum_cost"],
        programme["maximum_cost"],
        Decimal(100) if eligible is None else decimal_of(eligible),
        programme["vat_mode"] or "gross",
        bool(programme["combinable"]),
        row["granted_amount"],
        programme["legal_source"] or "",
        programme["authority"] or "",
        row["reference"] or "",
    )


def is_in_force(programme: Row, on: date) -> bool:
    return programme["valid_from"] <= on <= (programme["valid_to"] or date.max)


def remarks_on_funding(rows: ProjectRows, project: Row) -> list[Message]:
    """Programmes that nobody has applied to yet, and that are not in force when it is planned."""
    expected = _application(rows, project)
    return [
        Worded("costs.planned_outside", {
            "number": project["number"], "programme": programme["name"], "expected": expected,
            "period": _period(programme)})
        for row in rows.of("project_funding", project)
        if row["applied_on"] is None and expected
        for programme in [rows.programmes[row["programme_uuid"]]]
        if not is_in_force(programme, expected)
    ]  # fmt: skip


def _application(rows: ProjectRows, project: Row) -> date | None:
    """When the application is due: its phase, else the project's beginning."""
    for phase in rows.of("project_phase", project):
        if phase["phase"] == "applied":
            return phase["reached_on"] or phase["planned_on"] or project["starts_on"]
    return project["starts_on"]


def _period(programme: Row) -> Message:
    until = programme["valid_to"]
    key = "costs.period" if until else "costs.period_open"
    return Worded(key, {"since": programme["valid_from"], "until": until})
