"""The job that finds what belongs together at the borders, and proposes how to join it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..border.making import proposals_of
from ..border.proposals import KNOWN, Outcome, Proposal, reconcile
from ..border.remembered import with_decisions
from ..border.rules import CODES, findings_of, matched
from ..border.settings import change_border_settings, rule_settings
from ..definition import REGISTER
from ..geometry.wkb import decode_points
from ..messages import message
from ..rules import findings
from ..rules.loading import Municipalities, load_scope
from ..rules.strips import strips
from ..stores import Store, open_register
from ..stores.store import GEOMETRY
from .coverage import coverage_of
from .steady import on_steady_register
from .task import Kind, Parameter, Progress, Report, Task


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Match, and bring proposals and findings of the borders in line; moves nothing."""
    with open_register(values["register"]) as store:
        if values.get("cap") is not None or values.get("lead"):
            change_border_settings(store, values.get("cap"), values.get("lead"))
        settings = rule_settings(store)
        municipalities = Municipalities.of(store, coverage_of(store))

        def compute() -> tuple[list[Proposal], list[findings.FindingRow]]:
            made: list[Proposal] = []
            rows: list[findings.FindingRow] = []
            parts = strips(store, municipalities)
            for n, strip in enumerate(parts):
                progress.report(0.8 * n / len(parts), message("tasks.matching_borders"))
                scope, _ = load_scope(store, municipalities, strip.box, settings)
                matches = matched(scope)
                made += proposals_of(store, matches, municipalities, strip.holds(matches.xy))
                found = [kept for kind in CODES for f in findings_of(matches, kind)
                         if (kept := strip.keeps(f))]  # fmt: skip
                rows += findings.worded(store, found, municipalities)
            return made, rows

        outcomes: list[Outcome] = []

        def save(result: tuple[list[Proposal], list[findings.FindingRow]]) -> None:
            made, rows = result
            progress.report(0.9, message("tasks.keeping_proposals", count=len(made)))
            outcomes.append(reconcile(store, made, store.read("border_proposal", KNOWN)))
            known = store.read("finding", findings.KNOWN, {"code": sorted(CODES.values())})
            findings.reconcile(store, with_decisions(store, rows), known)

        on_steady_register(store, compute, save, by=values.get("by") or "",
                           batch="match_borders")  # fmt: skip
        report = _report(store, outcomes[-1])
    progress.report(1.0)
    return report


def listed(store: Store) -> list[dict[str, Any]]:
    """The register's proposals as `--json` lists them, all but the void ones."""
    rows = store.find("border_proposal", [("state", "!=", "void")],
                      [*REGISTER["border_proposal"].field_names, GEOMETRY])  # fmt: skip
    numbers: dict[str, str | None] = {}
    for table in REGISTER.assets:
        wanted = {uuid for side in ("left_uuid", "right_uuid")
                  for uuid, of in zip(rows[side], rows["asset_class"], strict=True)
                  if uuid and of == table.name}  # fmt: skip
        found = store.find(table.name, [("uuid", "in", sorted(wanted))], ["uuid", "asset_no"])
        numbers |= dict(zip(found["uuid"], found["asset_no"], strict=True))
    places = np.round(decode_points(rows[GEOMETRY]), 3).tolist()
    made = []
    for n, uuid in enumerate(rows["uuid"]):
        sides = [(rows[f"{side}_uuid"][n], rows[f"{side}_ags"][n]) for side in ("left", "right")]
        made.append({
            "uuid": uuid,
            "kind": rows["kind"][n],
            "class": rows["asset_class"][n],
            "assets": [{"uuid": asset, "asset_no": numbers.get(asset), "ags": ags}
                       for asset, ags in sides if asset],
            "municipalities": [ags for _, ags in sides if ags],
            "place": places[n],
            "confidence": rows["confidence"][n],
            "state": rows["state"][n],
            "details": rows["details"][n],
            "changes": rows["changes"][n],
        })  # fmt: skip
    return made


def _report(store: Store, outcome: Outcome) -> Report:
    proposals = listed(store)
    still_open = [p for p in proposals if p["state"] == "open"]
    by_kind = Counter(p["kind"] for p in still_open)
    missing = store.find("finding", [("code", "=", "BRD003"), ("state", "=", "open")], [])
    values = {
        "open": len(still_open), "new": outcome.new, "kept": outcome.kept,
        "reopened": outcome.reopened, "void": outcome.void, "missing": len(missing["fid"]),
        "by_kind": dict(sorted(by_kind.items())), "proposals": proposals,
    }  # fmt: skip
    told = ("open", "new", "reopened", "void", "missing")
    kinds = REGISTER["border_proposal"]["kind"].domain
    lines = [message("tasks.borders_matched", **{name: values[name] for name in told})]
    lines += [
        message("tasks.proposals_of_kind", count=by_kind[code.code], kind=code.label)
        for code in kinds.codes if by_kind[code.code]
    ]  # fmt: skip
    return Report(values, lines, listing="proposals")


TASK = Task(
    "match_borders",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("cap", Kind.NUMBER),
        Parameter("lead", Kind.TEXT),
        Parameter("by", Kind.TEXT),
    ),
    run,
)
