"""The tables of a council paper, as rows of words for its template."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ..definition import REGISTER, codes
from ..projects.differences import differences
from ..projects.model import Grant, LinkedAsset, ShareOfOne, in_language
from .formats import NOTHING, number, percentage, plain_number
from .papers import Paper

Row = dict[str, Any]

_CLASSES = [code.code for code in codes.ASSET_CLASS.codes]
_ROLES = [code.code for code in codes.ASSET_ROLE.codes]


def details(paper: Paper) -> list[Row]:
    """The project's data in brief: label and value of what is filled in."""
    values, table = paper.facts.values, REGISTER["joint_project"]
    said = [
        (table["lead_ags"].label[paper.lang], paper.owner(paper.inputs.lead_ags)),
        (paper.say("participants"), ", ".join(s.name for s in paper.split.shares)),
        (table["legal_form"].label[paper.lang],
         paper.code(codes.LEGAL_FORM, values.get("legal_form"))),
        (table["phase"].label[paper.lang], paper.code(codes.PHASE, values.get("phase"))),
        (paper.say("period"), _period(paper, values.get("starts_on"), values.get("ends_on"))),
        (paper.say("approval_period"),
         _period(paper, values.get("approved_from"), values.get("approved_to"))),
        *((table[name].label[paper.lang], paper.day(values.get(name)))
          for name in ("proof_due_on", "earmark_until")),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in said if value != NOTHING]


def _period(paper: Paper, start: Any, end: Any) -> str:
    return paper.say("from_to", start=paper.day(start), end=paper.day(end)) if (
        start or end) else NOTHING  # fmt: skip


def phases(paper: Paper) -> list[Row]:
    return [
        {"phase": paper.code(codes.PHASE, row.get("phase")),
         "planned": paper.day(row.get("planned_on")), "reached": paper.day(row.get("reached_on"))}
        for row in paper.facts.phases
    ]  # fmt: skip


def assets(paper: Paper) -> list[Row]:
    """Where the linked assets lie: a row per class, role and municipality, then the sum of each.

    What lies in several municipalities counts in each of them, and once in the sum.
    """
    groups: dict[tuple[str, str], list[LinkedAsset]] = defaultdict(list)
    for asset in paper.facts.assets:
        groups[asset.asset_class, asset.role].append(asset)
    rows = []
    for (asset_class, role), found in sorted(groups.items(), key=_order):
        places = sorted({ags for asset in found for ags in asset.ags})
        for ags in places:
            rows.append(_asset_row(paper, asset_class, role, found, ags))
        if len(places) > 1:
            rows.append(_asset_row(paper, asset_class, role, found, None))
    return rows


def _order(group: tuple[tuple[str, str], Any]) -> tuple[int, int]:
    asset_class, role = group[0]
    return _CLASSES.index(asset_class), _ROLES.index(role)


def _asset_row(paper: Paper, asset_class: str, role: str, found: list[LinkedAsset],
               ags: str | None) -> Row:  # fmt: skip
    here = [asset for asset in found if ags is None or ags in asset.ags]
    metres = sum((_metres(asset, ags) for asset in here), Decimal(0))
    return {
        "municipality": paper.name(ags) if ags else paper.say("together"),
        "what": REGISTER[asset_class].plural[paper.lang],
        "role": codes.ASSET_ROLE.label_of(role, paper.lang),
        "count": number(Decimal(len(here)), paper.lang, 0),
        "length": f"{number(metres, paper.lang, 2)} m" if metres else NOTHING,
        "condition": _condition(paper, here, ags),
        "is_own": ags == paper.ags, "is_sum": ags is None,
    }  # fmt: skip


def _metres(asset: LinkedAsset, ags: str | None) -> Decimal:
    if ags is None:
        return sum((m for m in asset.metres.values()), Decimal(0))
    return asset.metres.get(ags, Decimal(0))


def _condition(paper: Paper, here: Iterable[LinkedAsset], ags: str | None) -> str:
    """How much of which condition class, in metres or in pieces: 2: 245,50 m; 4: 9,00 m."""
    sizes: Counter[str] = Counter()
    for asset in here:
        condition = asset.fields.get("condition_class")
        sizes[str(condition or "")] += _metres(asset, ags) if asset.metres else Decimal(1)
    if set(sizes) <= {""}:
        return NOTHING
    places, unit = (2, "\N{NO-BREAK SPACE}m") if any(asset.metres for asset in here) else (0, "")
    return "; ".join(
        f"{code or paper.say('not_given')}:\N{NO-BREAK SPACE}"
        f"{number(size, paper.lang, places)}{unit}"
        for code, size in sorted(sizes.items(), key=lambda item: item[0] or "~"))  # fmt: skip


def conditions(lang: str) -> str:
    """What the condition classes mean, in one line."""
    return ", ".join(code.label[lang].replace(" – ", " ") for code in codes.CONDITION_CLASS.codes)


def items(paper: Paper) -> list[Row]:
    return [
        {"title": in_language(item.title, paper.lang),
         "quantity": f"{plain_number(item.quantity, paper.lang)} {item.unit}".rstrip(),
         "unit_price": paper.money(item.unit_price), "net": paper.money(item.net),
         "vat_rate": percentage(item.vat_rate, paper.lang), "vat": paper.money(item.vat),
         "counted": paper.money(item.borne), "is_eligible": item.is_eligible,
         "eligible": paper.say("yes" if item.is_eligible else "no")}
        for item in paper.split.items
    ]  # fmt: skip


def grants(paper: Paper) -> list[Row]:
    funding = {f.programme: f for f in paper.inputs.funding}
    return [
        {"programme": grant.programme, "legal_source": grant.legal_source,
         "authority": funding[grant.programme].authority,
         "reference": funding[grant.programme].reference,
         "vat_mode": codes.VAT_MODE.label_of(grant.vat_mode, paper.lang),
         "counted": paper.money(grant.counted), "rate": percentage(grant.rate, paper.lang),
         "cap": paper.money(grant.cap), "amount": paper.money(grant.amount),
         "note": _grant_note(paper, grant)}
        for grant in paper.split.grants
    ]  # fmt: skip


def _grant_note(paper: Paper, grant: Grant) -> str:
    if grant.is_by_notice:
        return paper.say("by_notice")
    return paper.say("capped", cap=paper.money(grant.cap)) if grant.is_capped else ""


def shares(paper: Paper) -> list[Row]:
    """All participants, by AGS; `is_own` marks the municipality that the paper is for."""
    return [
        {"name": share.name, "percent": percentage(share.percent, paper.lang, 4),
         "cost": paper.money(share.cost), "grant": paper.money(share.grant),
         "amount": paper.money(share.amount), "note": _share_note(paper, share),
         "is_own": share.ags == paper.ags, "is_lead": share.is_lead}
        for share in paper.split.shares
    ]  # fmt: skip


def _share_note(paper: Paper, share: ShareOfOne) -> str:
    notes = [paper.say("is_lead")] if share.is_lead else []
    if share.advance:
        notes.append(paper.say("with_advance", amount=paper.money(share.advance)))
    if share.is_bounded:
        notes.append(paper.say(f"bounded_{share.is_bounded}"))
    return ", ".join(notes)


def instalments(paper: Paper) -> list[Row]:
    """This municipality's amounts by budget year."""
    budget_year = paper.inputs.budget_year
    return [
        {"year": str(year), "amount": paper.money(amount),
         "budget_line": paper.own.budget_line or NOTHING,
         "note": paper.say("commitment") if (
             amount and budget_year is not None and year > budget_year) else ""}
        for year, amount in paper.own.instalments
    ]  # fmt: skip


def changes(paper: Paper) -> list[Row]:
    """What each pays by either version, and the sums; empty where the versions agree."""
    if paper.compared is None:
        return []
    old, new = paper.compared
    rows = [(d.name, d.old, d.new, d.difference, d.ags == paper.ags)
            for d in differences(old, new)]  # fmt: skip
    rows.append((paper.say("together"), old.own_share, new.own_share,
                 new.own_share - old.own_share, False))  # fmt: skip
    return [
        {"name": name, "old": paper.money(before), "new": paper.money(after),
         "difference": _signed(paper, change), "is_own": is_own, "is_sum": place == len(rows)}
        for place, (name, before, after, change, is_own) in enumerate(rows, 1)
    ]  # fmt: skip


def _signed(paper: Paper, amount: Decimal) -> str:
    return ("+" if amount > 0 else "") + paper.money(amount)


def resolutions(paper: Paper) -> list[Row]:
    """What the councils have voted; those still to vote without a result."""
    return [
        {"municipality": paper.name(row["ags"]), "committee": row.get("committee") or NOTHING,
         "meeting_on": paper.day(row.get("meeting_on")),
         "resolution_no": row.get("resolution_no") or NOTHING,
         "result": paper.code(codes.RESOLUTION_RESULT, row.get("result"))
         if row.get("result") else paper.say("still_open")}
        for row in sorted(paper.facts.resolutions,
                          key=lambda r: (r["ags"], str(r.get("meeting_on") or "~")))
    ]  # fmt: skip


def steps(paper: Paper) -> list[Row]:
    """How the amounts were computed, line by line."""
    return [
        {"number": str(place), "text": step.text.text(paper.lang),
         "amount": paper.money(step.amount) if step.amount is not None else "",
         "is_own": step.ags == paper.ags}
        for place, step in enumerate(paper.split.steps, 1)
    ]  # fmt: skip
