"""The fields of a paper's template, and the paper as a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..definition import codes
from ..projects.words import Worded
from . import paper_tables as tables
from .charts import WIDTH_MM, Bar, bar_chart
from .disclosure import COUNCIL, PUBLIC
from .formats import NOTHING, percentage
from .papers import Paper
from .word import Picture, Properties, render

_FINGERPRINT = 12  # digits that are printed


def write_paper(paper: Paper, template: Path, target: Path) -> None:
    """Write a paper as DOCX.

    Raises `InputError` where the template can't be used.
    """
    title = f"{paper.inputs.number} {paper.inputs.title}"
    properties = Properties(title, paper.state.title, paper.state.day, paper.lang,
                            paper.owner(paper.ags))  # fmt: skip
    render(template, fields_of(paper), target, properties)


def fields_of(paper: Paper) -> dict[str, Any]:
    """All fields by name; docs/papers.md explains each. Every one is there, be it empty."""
    return {
        **_heading(paper), **_facts(paper), **_money(paper), **_key(paper), **_versions(paper),
        **_origin(paper), **_charts(paper),
    }  # fmt: skip


def _heading(paper: Paper) -> dict[str, Any]:
    resolution, owner = paper.resolution, paper.owner(paper.ags)
    kind = paper.facts.municipalities.get(paper.ags, {}).get("kind") or "municipality"
    return {
        "owner": owner, "municipality": paper.name(paper.ags), "ags": paper.ags,
        "committee": resolution.get("committee") or paper.say(f"council_{kind}"),
        "meeting_on": paper.day(resolution.get("meeting_on")),
        "agenda_item": resolution.get("agenda_item") or NOTHING,
        "paper_no": resolution.get("paper_no") or NOTHING,
        "is_public": paper.variant == PUBLIC, "is_council": paper.variant == COUNCIL,
        "status": paper.say("public" if paper.variant == PUBLIC else "non_public"),
        "issued_on": paper.day(paper.issued_on),
        "number": paper.inputs.number, "title": paper.inputs.title,
        "lead": paper.owner(paper.inputs.lead_ags),
    }  # fmt: skip


def _facts(paper: Paper) -> dict[str, Any]:
    rows = tables.assets(paper)
    description = str(paper.facts.values.get("description") or "")
    has_conditions = any(row["condition"] != NOTHING for row in rows)
    notes = []
    if has_conditions:
        notes.append(paper.say("conditions", classes=tables.conditions(paper.lang)))
    if any(len(asset.ags) > 1 for asset in paper.facts.assets):
        notes.append(paper.say("counted_in_each"))
    if paper.hides_assets:
        notes.append(paper.say("assets_hidden"))
    return {
        "description": [part.strip() for part in description.splitlines() if part.strip()],
        "details": tables.details(paper), "phases": tables.phases(paper),
        "legal_form": paper.code(codes.LEGAL_FORM, _legal_form(paper)),
        "has_legal_form": _legal_form(paper) not in (None, "", "none"),
        "assets": rows, "asset_notes": notes,
        "has_conditions": has_conditions,
        "resolutions": tables.resolutions(paper),
    }  # fmt: skip


def _legal_form(paper: Paper) -> str | None:
    return paper.facts.values.get("legal_form")


def _money(paper: Paper) -> dict[str, Any]:
    split, inputs, own = paper.split, paper.inputs, paper.own
    year = "" if inputs.budget_year is None else str(inputs.budget_year)
    return {
        "basis": codes.COST_BASIS.label_of(inputs.basis, paper.lang),
        "vat_mode": codes.VAT_MODE.label_of(inputs.vat_mode, paper.lang),
        "is_gross": inputs.vat_mode == "gross",
        "deductible_vat_percent": percentage(inputs.deductible_vat_percent, paper.lang),
        "has_deducted": bool(split.deducted),
        "net": paper.money(split.net), "vat": paper.money(split.vat),
        "deducted": paper.money(split.deducted), "total": paper.money(split.total),
        "eligible": paper.money(split.eligible), "granted": paper.money(split.granted),
        "is_funded": bool(split.granted), "own_share": paper.money(split.own_share),
        "items": tables.items(paper), "grants": tables.grants(paper),
        "shares": tables.shares(paper), "instalments": tables.instalments(paper),
        "share_percent": percentage(own.percent, paper.lang, 4),
        "share_cost": paper.money(own.cost), "share_grant": paper.money(own.grant),
        "share_amount": paper.money(own.amount), "share_note": tables.shares(paper)[
            [share.ags for share in split.shares].index(paper.ags)]["note"],
        "budget_year": year or NOTHING, "has_budget_year": bool(year),
        "budget_line": own.budget_line or NOTHING, "has_budget_line": bool(own.budget_line),
        "commitment": paper.money(own.commitment), "has_commitment": bool(own.commitment),
    }  # fmt: skip


def _key(paper: Paper) -> dict[str, Any]:
    key = paper.inputs.key
    if len(key.parts) == 1:
        words = codes.SHARE_KEY.label_of(key.parts[0].share_key, paper.lang)
    else:
        words = ", ".join(
            Worded("projects.part_of_key", {
                "percent": part.percent,
                "key": codes.SHARE_KEY.label_of(part.share_key, paper.lang),
            }).text(paper.lang) for part in key.parts)  # fmt: skip
    kind = codes.KEY_SOURCE.label_of(key.source_kind, paper.lang) if key.source_kind else ""
    basis = ", ".join(part for part in (kind, key.source) if part)
    return {
        "key": words, "key_basis": basis or NOTHING, "has_key_basis": bool(basis),
        "key_on": paper.day(key.reference_date), "has_key_date": key.reference_date is not None,
    }  # fmt: skip


def _versions(paper: Paper) -> dict[str, Any]:
    version, resolved = paper.version, paper.facts.resolved
    remarks = [*paper.split.remarks, *(paper.facts.remarks if version is None else ())]
    words = paper.say("as_computed")
    if version is not None:
        kind = codes.SPLIT_KIND.label_of(version.kind, paper.lang)
        words = paper.say("version", version=version.split_version, kind=kind,
                          date=paper.day(version.made_on))  # fmt: skip
    return {
        "version": words, "is_fixed": version is not None, "replaces": paper.replaces,
        "split_version": str(version.split_version) if version else NOTHING,
        "resolved_version": str(resolved.split_version) if resolved else NOTHING,
        "reason": version.reason if version else "",
        "has_changes": paper.compared is not None, "changes": tables.changes(paper),
        "steps": tables.steps(paper), "remarks": [one.text(paper.lang) for one in remarks],
    }  # fmt: skip


def _origin(paper: Paper) -> dict[str, Any]:
    return {
        "register": paper.state.title, "register_version": str(paper.state.version),
        "data_date": paper.day(paper.state.day),
        "fingerprint": paper.split.fingerprint[:_FINGERPRINT],
    }  # fmt: skip


def _charts(paper: Paper) -> dict[str, Any]:
    return {
        "chart_shares": Picture(_shares_chart(paper), WIDTH_MM, paper.say("chart_shares")),
        "chart_funding": Picture(_funding_chart(paper), WIDTH_MM, paper.say("chart_funding")),
    }  # fmt: skip


def _shares_chart(paper: Paper) -> bytes:
    """What each pays, this municipality set off."""
    return bar_chart([
        Bar(share.name, float(share.amount),
            f"{paper.money(share.amount)} ({percentage(share.percent, paper.lang, 2)})",
            "strong" if share.ags == paper.ags else "plain")
        for share in paper.split.shares
    ])  # fmt: skip


def _funding_chart(paper: Paper) -> bytes:
    """From the total by the grants to the own share, and this municipality's part of it."""
    split = paper.split
    bars = [Bar(paper.say("total"), float(split.total), paper.money(split.total))]
    left = split.total
    for grant in split.grants:
        if grant.amount:
            left -= grant.amount
            bars.append(Bar(grant.programme, float(grant.amount), paper.money(grant.amount),
                            "hatched", float(left)))  # fmt: skip
    bars.append(Bar(paper.say("own_share"), float(left), paper.money(left), "middle"))
    own = paper.say("of_it", owner=paper.owner(paper.ags))
    bars.append(Bar(own, float(paper.own.amount), paper.money(paper.own.amount), "strong"))
    return bar_chart(bars)
