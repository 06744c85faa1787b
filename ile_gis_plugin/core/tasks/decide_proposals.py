"""The job by which a municipality accepts or rejects border proposals."""

from __future__ import annotations

from typing import Any

from ..border.decisions import Decided, accept, reject, to_decide
from ..errors import InputError
from ..messages import message
from ..rules.loading import Municipalities
from ..stores import Store, open_register
from .coverage import coverage_of
from .refresh import is_up_to_date, refresh
from .task import Kind, Parameter, Progress, Report, Task


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Record the decision, apply what both sides accept, look at the surroundings again."""
    with open_register(values["register"]) as store:
        uuids = _chosen(store, values)
        by, ags = values["by"], values["municipality"]
        if values["decision"] == "accept":
            decided = accept(store, uuids, ags, by)
        else:
            decided = reject(store, uuids, ags, by, values.get("reason") or "")
        progress.report(0.5, message("tasks.looking_around"))
        if (decided.applied or decided.rejected or decided.void) and is_up_to_date(store):
            refresh(store, Municipalities.of(store, coverage_of(store)))
    progress.report(1.0)
    return _report(decided)


def _chosen(store: Store, values: dict[str, Any]) -> list[str]:
    """The proposals named, or all open ones of a kind above a confidence."""
    if values.get("proposals"):
        return list(dict.fromkeys(values["proposals"]))
    if not values.get("kind"):
        raise InputError("border.which_proposals")
    confidence = float(values.get("confidence") or 0)
    return to_decide(store, values["municipality"], values["kind"], confidence)


def _report(decided: Decided) -> Report:
    values = {name: getattr(decided, name) for name in ("applied", "waiting", "void", "rejected")}
    counts = {name: len(uuids) for name, uuids in values.items()}
    return Report({**values, "changed": decided.changed},
                  [message("tasks.proposals_decided", **counts)])  # fmt: skip


TASK = Task(
    "decide_proposals",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("decision", Kind.CHOICE, required=True, choices=("accept", "reject")),
        Parameter("municipality", Kind.TEXT, required=True),
        Parameter("by", Kind.TEXT, required=True),
        Parameter("proposals", Kind.LIST),
        Parameter("kind", Kind.CHOICE, choices=("gap", "overshoot", "double", "mismatch",
                                                "point_double", "along_border")),
        Parameter("confidence", Kind.NUMBER),
        Parameter("reason", Kind.TEXT),
    ),
    run,
)  # fmt: skip
