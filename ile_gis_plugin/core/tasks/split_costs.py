"""The job that divides the cost of joint projects, and keeps what was resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..documents.formats import file_name
from ..documents.project_workbook import write_project_workbook
from ..documents.state import register_state
from ..errors import InputError
from ..finances.inputs import BASES, Prepared
from ..finances.kept import (
    RESOLVED,
    UPDATE,
    NewVersion,
    figures_differ,
    is_known,
    keep_versions,
    kept_splits,
    newest_resolved,
)
from ..finances.telling import (
    changes_of,
    explanation_of,
    refusal_of_all,
    table_of,
    values_of,
)
from ..messages import Message, message
from ..projects.differences import Difference, differences
from ..projects.model import KeptSplit, Split, SplitInputs
from ..projects.split import split
from ..projects.words import Worded
from ..stores import Store, open_register
from .project_facts import all_facts, all_inputs, projects_of
from .steady import on_steady_register
from .task import Kind, Parameter, Progress, Report, Task
from .validate_register import date_of


@dataclass(frozen=True)
class _Divided:
    """A project's split as it is now, the version to be kept of it, and what has changed."""

    prepared: Prepared
    inputs: SplitInputs
    split: Split
    resolved: KeptSplit | None
    version: NewVersion | None
    changes: Sequence[Difference] = field(default_factory=tuple)


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Divide, keep the shares as computed now, and the versions that are to be kept.

    All projects or none: where one is refused, nothing is written.
    """
    numbers, resolve = values.get("project") or None, bool(values.get("resolve"))
    if resolve and not (numbers and values.get("on")):
        raise InputError("costs.resolve_what_and_when")
    day = date_of(values.get("on"), "on")
    basis, reason = values.get("basis") or BASES[0], values.get("reason") or ""
    by = values.get("by") or ""
    with open_register(values["register"]) as store:

        def compute() -> list[_Divided]:
            progress.report(0.0, message("costs.reading"))
            return _divide_all(store, numbers, basis, resolve, day, reason)

        def save(found: list[_Divided]) -> None:
            progress.report(0.7, message("costs.keeping", count=len(found)))
            _keep(store, found, basis, by)

        divided = on_steady_register(store, compute, save, by=by, batch="split_costs",
                                     reason=reason)  # fmt: skip
        books = _export(store, [one.inputs.number for one in divided], basis, values)
    progress.report(1.0)
    report = _report(divided, bool(values.get("explain")))
    report.values |= {"files": [str(path) for path in books]}
    report.lines += [message("tasks.shares_written", file=str(path)) for path in books]
    return report


def _export(store: Store, numbers: Sequence[str], basis: str,
            values: dict[str, Any]) -> list[Path]:  # fmt: skip
    """A workbook of each project's figures, where a folder is given for them."""
    if not values.get("export") or not numbers:
        return []
    folder, day = Path(values["export"]), register_state(store).day
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for facts in all_facts(store, numbers, basis):
            path = folder / f"{file_name(facts.inputs.number)}.xlsx"
            write_project_workbook(facts, path, values["lang"], day)
            written.append(path)
    except OSError as error:
        raise InputError("errors.file_failed", location=error.filename or str(folder),
                         reason=error.strerror or str(error)) from error  # fmt: skip
    return written


def _divide_all(store: Store, numbers: Sequence[str] | None, basis: str, resolve: bool,
                day: date, reason: str) -> list[_Divided]:  # fmt: skip
    """Raises one `InputError` with the sentences of all projects that are refused."""
    if numbers is None:  # nobody pays for what was rejected
        numbers = [p["number"] for p in projects_of(store) if p["phase"] != "rejected"]
    prepared = all_inputs(store, numbers, basis).prepared
    kept = kept_splits(store, [one.uuid for one in prepared])
    divided, refusals = [], []
    for one in prepared:
        try:
            now = split(one.inputs)
        except InputError as refusal:
            refusals.append(refusal)
            continue
        divided.append(_divided(one, now, kept.get(one.uuid, ()), resolve, day, reason))
    if refusals:
        raise refusal_of_all(refusals)
    return divided


def _divided(prepared: Prepared, now: Split, kept: Sequence[KeptSplit], resolve: bool, day: date,
             reason: str) -> _Divided:  # fmt: skip
    resolved, inputs = newest_resolved(kept), prepared.inputs
    is_changed = resolved is not None and figures_differ(resolved.split, now)
    kind = ""
    if resolve and not (resolved and resolved.split.fingerprint == now.fingerprint):
        kind = RESOLVED
    elif not resolve and is_changed and not is_known(kept, now):
        kind = UPDATE
    number = 1 + max((version.split_version for version in kept), default=0)
    version = NewVersion(prepared.uuid, number, kind, day, reason, inputs, now) if kind else None
    changes = differences(resolved.split, now) if resolved and is_changed else ()
    return _Divided(prepared, inputs, now, resolved, version, changes)


def _keep(store: Store, divided: Sequence[_Divided], basis: str, by: str) -> None:
    keep_versions(store, [one.version for one in divided if one.version], by)
    rows = [(one, share) for one in divided for share in one.split.shares]
    store.replace("cost_share", {
        "project_uuid": [one.prepared.uuid for one, _ in rows],
        "ags": [share.ags for _, share in rows],
        "percent": [float(share.percent) for _, share in rows],
        "amount": [share.amount for _, share in rows],
        "explanation": [explanation_of(one.split, share, basis) for one, share in rows],
    }, {"project_uuid": [one.prepared.uuid for one in divided]})  # fmt: skip


def _report(divided: Sequence[_Divided], explain: bool) -> Report:
    lines = [line for one in divided for line in _lines(one, explain)]
    return Report({"projects": [_values(one) for one in divided]},
                  lines or [message("costs.no_projects")])  # fmt: skip


def _lines(one: _Divided, explain: bool) -> list[Message]:
    lines = table_of(one.inputs.number, one.inputs.title, one.split)
    if explain:
        lines += [Worded("costs.step", {"step": step.text}) for step in one.split.steps]
    remarks = (*one.prepared.remarks, *one.split.remarks)
    lines += [Worded("costs.remark", {"remark": remark}) for remark in remarks]
    if one.resolved and one.changes:
        lines.append(_about("costs.differs", one.resolved))
        lines += changes_of(one.changes)
    elif one.resolved and not one.version:
        lines.append(_about("costs.as_resolved", one.resolved))
    if one.version:
        key = "costs.fixed" if one.version.kind == RESOLVED else "costs.updated"
        lines.append(Worded(key, {"version": one.version.split_version,
                                  "date": one.version.made_on}))  # fmt: skip
    return lines


def _about(key: str, kept: KeptSplit) -> Message:
    return Worded(key, {"version": kept.split_version, "date": kept.made_on})


def _values(one: _Divided) -> dict[str, Any]:
    version = one.version
    return {
        "number": one.inputs.number, "title": one.inputs.title, "basis": one.inputs.basis,
        **values_of(one.split),
        "resolved_version": one.resolved.split_version if one.resolved else None,
        "kept": {"version": version.split_version, "kind": version.kind,
                 "made_on": version.made_on.isoformat()} if version else None,
        "differences": [
            {"ags": c.ags, "name": c.name, "resolved": str(c.old), "now": str(c.new),
             "difference": str(c.difference)} for c in one.changes],
    }  # fmt: skip


TASK = Task(
    "split_costs",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("project", Kind.LIST),
        Parameter("basis", Kind.CHOICE, default=BASES[0], choices=BASES),
        Parameter("explain", Kind.FLAG),
        Parameter("resolve", Kind.FLAG),
        Parameter("on", Kind.TEXT),
        Parameter("reason", Kind.TEXT),
        Parameter("export", Kind.FOLDER, packages=("xlsxwriter",)),
        Parameter("by", Kind.TEXT),
    ),
    run,
)
