"""What a paper may tell: a whitelist of fields for each variant, applied before anything is worded.

What is not named here, or is not of a profile that the variant may see, is not in the facts that
the paper is made from; so no template can print it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definition import REGISTER
from ..definition.types import Profile
from ..projects.model import (
    Funding,
    Grant,
    KeptSplit,
    LinkedAsset,
    Participant,
    ProjectFacts,
    ShareOfOne,
    Split,
    SplitInputs,
)

PUBLIC, COUNCIL = "public", "council"
VARIANTS = (PUBLIC, COUNCIL)

_PROFILES = {PUBLIC: (Profile.PUBLIC,), COUNCIL: (Profile.PUBLIC, Profile.COUNCIL)}
#: Which assets a variant counts, by their own visibility.
_VISIBLE = {PUBLIC: ("public",), COUNCIL: ("public", "council")}
#: Fields beyond the public profile without which nobody could follow a public vote. Budget lines,
#: unit prices, references and deadlines are none of them.
_TOLD_IN_PUBLIC = {
    "joint_project": {"number", "title", "description", "lead_ags", "legal_form", "phase",
                      "starts_on", "ends_on", "vat_mode", "share_key", "key_reference_date",
                      "key_source_kind", "key_source", "budget_year"},
    "resolution": {"ags", "committee", "meeting_on", "agenda_item", "paper_no", "is_public",
                   "resolution_no", "result", "split_version"},
    "funding_programme": {"name", "rate", "cap", "eligible_percent", "vat_mode", "legal_source"},
    "cost_split": {"split_version", "kind", "basis", "made_on"},
}  # fmt: skip
#: The steps of the computation that a public paper explains: not what each item costs, nor how a
#: programme decided.
_STEPS_IN_PUBLIC = {"total", "eligible", "own_share", "key", "weight", "advance", "bound", "rest",
                    "share", "rounding", "cost", "instalments", "commitment"}  # fmt: skip


def told_fields(table: str, variant: str) -> frozenset[str]:
    """The fields of a table that a variant may tell."""
    extra = _TOLD_IN_PUBLIC.get(table, set()) if variant == PUBLIC else set()
    return frozenset(f.name for f in REGISTER[table].fields
                     if f.profile in _PROFILES[variant] or f.name in extra)  # fmt: skip


def disclosed(facts: ProjectFacts, variant: str) -> ProjectFacts:
    """The facts that a variant may tell, without all others."""
    return ProjectFacts(
        uuid="",
        values=_told("joint_project", facts.values, variant),
        municipalities={ags: _told("municipality", row, variant)
                        for ags, row in facts.municipalities.items()},
        inputs=_inputs(facts.inputs, variant),
        split=_split(facts.split, variant),
        kept=tuple(_kept(kept, variant) for kept in facts.kept),
        assets=tuple(_asset(asset, variant) for asset in facts.assets
                     if _is_visible(asset, variant)),
        phases=tuple(row for row in (_told("project_phase", row, variant) for row in facts.phases)
                     if row),
        resolutions=tuple(_told("resolution", row, variant) for row in facts.resolutions
                          if variant == COUNCIL or row.get("is_public")),
        remarks=facts.remarks if variant == COUNCIL else (),
    )  # fmt: skip


def _told(table: str, row: Mapping[str, Any], variant: str) -> dict[str, Any]:
    fields = told_fields(table, variant)
    return {name: value for name, value in row.items() if name in fields}


def _is_visible(asset: LinkedAsset, variant: str) -> bool:
    if asset.fields.get("visibility") not in _VISIBLE[variant]:
        return False
    return variant == COUNCIL or asset.fields.get("public_access") is not False


def _asset(asset: LinkedAsset, variant: str) -> LinkedAsset:
    fields = _told(asset.asset_class, asset.fields, variant)
    return LinkedAsset("", asset.asset_class, asset.role, fields.get("asset_no") or "",
                       fields.get("name") or "", asset.home_ags, asset.metres, asset.ags,
                       fields)  # fmt: skip


def _kept(kept: KeptSplit, variant: str) -> KeptSplit:
    return KeptSplit("", kept.split_version, kept.kind, kept.made_on,
                     kept.reason if variant == COUNCIL else "",
                     _inputs(kept.inputs, variant), _split(kept.split, variant))  # fmt: skip


def _inputs(inputs: SplitInputs, variant: str) -> SplitInputs:
    if variant == COUNCIL:
        return inputs
    return SplitInputs(
        inputs.number, inputs.title, inputs.lead_ags, inputs.basis, inputs.vat_mode,
        inputs.deductible_vat_percent, (),  # unit prices of what is still to be tendered
        tuple(Funding(f.programme, f.rate, f.cap, eligible_percent=f.eligible_percent,
                      vat_mode=f.vat_mode, legal_source=f.legal_source) for f in inputs.funding),
        inputs.key, tuple(Participant(p.ags, p.name) for p in inputs.participants),
        inputs.lead_advance_percent, inputs.budget_year, inputs.instalments,
    )  # fmt: skip


def _split(split: Split, variant: str) -> Split:
    if variant == COUNCIL:
        return split
    return Split(
        items=(), net=split.net, vat=split.vat, deducted=split.deducted, total=split.total,
        eligible=split.eligible, grants=tuple(_grant(grant) for grant in split.grants),
        granted=split.granted, own_share=split.own_share,
        shares=tuple(_share(share) for share in split.shares),
        steps=tuple(step for step in split.steps if step.code in _STEPS_IN_PUBLIC),
        fingerprint=split.fingerprint,
    )  # fmt: skip


def _grant(grant: Grant) -> Grant:
    return Grant(grant.programme, grant.vat_mode, grant.counted, grant.rate, grant.cap,
                 grant.amount, grant.is_capped, grant.is_by_notice, grant.legal_source)  # fmt: skip


def _share(share: ShareOfOne) -> ShareOfOne:
    return ShareOfOne(share.ags, share.name, share.percent, share.advance, share.amount,
                      share.cost, share.grant, share.instalments, share.commitment, "",
                      share.is_lead, share.is_bounded)  # fmt: skip
