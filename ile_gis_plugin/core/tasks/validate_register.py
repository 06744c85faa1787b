"""The job that finds what is wrong in a register, and keeps it as findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..border.remembered import with_decisions
from ..border.settings import rule_settings
from ..errors import InputError
from ..messages import message
from ..rules.findings import KNOWN, Outcome, reconcile, worded
from ..rules.loading import Municipalities
from ..rules.rule import CATALOGUE, ERROR, Asked
from ..stores import Store, open_register
from .coverage import coverage_of
from .edits import FINDINGS_CHANGE
from .steady import on_steady_register
from .task import Kind, Parameter, Progress, Report, Task
from .validation import UNUSABLE_CODES, chosen_rules, find_everything

#: Found when the register is created, from the boundaries; no rule here looks for them.
_OF_BOUNDARIES = "GEB"


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Find everything that is wrong, bring the findings in line, export them where asked to."""
    day = date_of(values.get("on"), "on")
    codes = checked_codes(values.get("rules") or [])
    with open_register(values["register"]) as store:
        municipalities = Municipalities.of(store, coverage_of(store))
        settings = rule_settings(store)
        outcomes: list[Outcome] = []

        def step(fraction: float, what: str) -> None:
            progress.report(0.9 * fraction, message(what))

        def compute():
            found = list(find_everything(store, municipalities, Asked(store, day), settings,
                                         codes, step))  # fmt: skip
            return with_decisions(store, worded(store, found, municipalities))

        def save(rows) -> None:
            progress.report(0.9, message("tasks.keeping_findings", count=len(rows)))
            outcomes.append(reconcile(store, rows, known_findings(store, codes)))
            if not codes:
                store.set_entry(FINDINGS_CHANGE, str(store.info().change))

        on_steady_register(store, compute, save, by=values.get("by") or "",
                           batch="validate_register")  # fmt: skip
        report = _report(store, outcomes[-1], codes)
        if values.get("export"):
            from ..documents.findings import export_findings

            files = export_findings(store, Path(values["export"]), day, values["lang"])
            report.values["files"] = [str(file) for file in files]
            report.lines.append(message("tasks.findings_exported", count=len(files),
                                        folder=values["export"]))  # fmt: skip
    progress.report(1.0)
    return report


def date_of(text: str | None, name: str) -> date:
    """A date that a user gave, else today."""
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("tasks.not_a_date", name=name, value=text) from None


def checked_codes(codes: Sequence[str]) -> list[str]:
    """Codes of rules or groups of them, in capitals.

    Raises `InputError` for one that no rule has.
    """
    known = [*CATALOGUE, *UNUSABLE_CODES]
    wanted = [code.upper() for code in codes]
    for code in wanted:
        if not any(code in (one, one[:3]) for one in known):
            raise InputError("tasks.unknown_choice", name="rules", value=code,
                             choices=sorted({one[:3] for one in known}))  # fmt: skip
    return wanted


def known_findings(store: Store, codes: Sequence[str]) -> dict[str, list[Any]]:
    """The register's findings of these rules: those that are no longer found are fixed."""
    wanted = {rule.code for rule in chosen_rules(codes)}
    wanted |= {c for c in UNUSABLE_CODES if not codes or c in codes or c[:3] in codes}
    if not codes:  # of rules that are no more, too
        every = set(store.read("finding", ["code"])["code"])
        wanted |= {code for code in every if not code.startswith(_OF_BOUNDARIES)}
    return store.read("finding", KNOWN, {"code": sorted(wanted)})


def _report(store: Store, outcome: Outcome, codes: Sequence[str]) -> Report:
    rows = store.find("finding", [("state", "=", "open")], ["code", "severity", "ags"])
    counts = Counter(zip(rows["code"], rows["severity"], strict=True))
    by_severity = Counter(rows["severity"])
    values = {
        "open": len(rows["fid"]),
        "errors": by_severity[ERROR],
        "warnings": by_severity["warning"],
        "infos": by_severity["info"],
        "accepted": store.count("finding", {"state": "accepted"}),
        "new": outcome.new, "kept": outcome.kept, "reopened": outcome.reopened,
        "fixed": outcome.fixed,
        "by_rule": {code: count for (code, _), count in sorted(counts.items())},
        "by_municipality": dict(sorted(Counter(a for a in rows["ags"] if a).items())),
    }  # fmt: skip
    told = ("open", "errors", "warnings", "infos", "accepted", "new", "reopened", "fixed")
    lines = [message("tasks.validated", **{name: values[name] for name in told})]
    lines += [
        message("tasks.findings_of_rule", code=code, count=count,
                title=message(f"rules.{code}_title"))
        for (code, _), count in sorted(counts.items())
    ]  # fmt: skip
    return Report(values, lines, in_order=not by_severity[ERROR])


TASK = Task(
    "validate_register",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("rules", Kind.LIST),
        Parameter("on", Kind.TEXT),
        Parameter("export", Kind.FOLDER, packages=("geopandas", "shapely", "xlsxwriter")),
        Parameter("by", Kind.TEXT),
    ),
    run,
)
