"""The border proposals of a register as rows of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.border.decisions import may_decide, waits_for
from ..core.border.settings import border_settings
from ..core.definition import REGISTER
from ..core.messages import text
from ..core.stores import GEOMETRY, Store
from ..core.stores.store import Condition
from ..project.sentences import proposal_sentence
from .lists import (
    Page,
    Wanted,
    as_rows,
    in_batches,
    named,
    names_of,
    on_either_side,
    search,
)

SIDES = ("left", "right")
#: The word for open proposals that wait for the municipality which looks.
MINE = "mine"
KINDS = REGISTER["border_proposal"]["kind"].domain
#: How much the map shows around a proposal, in metres: at least, for two assets that differ, for
#: each metre between two ends, and for each metre of a stretch.
_NEAR_M, _BOTH_M, _PER_METRE, _HALF = 6.0, 25.0, 4.0, 0.6
_STATES = REGISTER["border_proposal"]["state"].domain
_COLUMNS = (
    "uuid", "asset_class", "kind", "state", "confidence", "left_uuid", "left_ags", "right_uuid",
    "right_ags", "details", "changes", "left_accepted_by", "right_accepted_by", "rejected_by",
    "reason", GEOMETRY,
)  # fmt: skip


@dataclass(frozen=True)
class ProposalRow:
    """A proposal as the list shows it."""

    uuid: str
    kind: str
    kind_label: str
    sentence: str
    effect: str  # what accepting it does
    left: str  # number and municipality of the asset
    right: str
    distance_m: float | None
    confidence: float
    state: str
    standing: str  # the state in words, and for whom it waits
    decision: str  # who decided, and why
    may_decide: bool  # whether the municipality which looks is to decide
    place: tuple[float, float] | None
    around_m: float  # how much of the surroundings shows what it is about

    @property
    def searched(self) -> str:
        """What a search looks at."""
        said = (self.kind_label, self.sentence, self.left, self.right, self.standing)
        return " ".join(said).casefold()


def find_proposals(
    store: Store, wanted: Wanted, lang: str, watch: Callable[[], None] = lambda: None
) -> Page[ProposalRow]:
    """The proposals that are wanted, by kind and the surest first.

    A municipality in the lead is shown all of them, since it decides for all.
    """
    lead = border_settings(store).lead_ags
    conditions = _concerning(wanted.ags, lead)
    if wanted.state:
        conditions.append(("state", "=", "open" if wanted.state == MINE else wanted.state))
    found = store.find("border_proposal", conditions, [
        "kind", "confidence", *(f"{side}_{name}" for name in ("ags", "accepted_by")
                                for side in SIDES)])  # fmt: skip
    rows = list(as_rows(found))
    if wanted.state == MINE:
        rows = [row for row in rows if may_decide(row, wanted.ags, lead)]
    order = {code.code: n for n, code in enumerate(KINDS.codes)}
    rows.sort(key=lambda row: (order[row["kind"]], -row["confidence"], row["fid"]))
    counts = Counter(row["kind"] for row in rows)
    page: Page[ProposalRow] = Page(kinds={kind: counts[kind] for kind in order if counts[kind]},
                                   names=names_of(store))  # fmt: skip
    holds = search(wanted.words)
    page.rows, page.count = in_batches(
        [row["fid"] for row in rows if wanted.kind in ("", row["kind"])],
        lambda fids: _rows(store, fids, wanted.ags, lead, page.names, lang),
        (lambda row: holds(row.searched)) if holds else None, watch,
    )  # fmt: skip
    return page


@dataclass(frozen=True)
class Shapes:
    """What a proposal is about, and what it would become."""

    now: list[bytes]  # WKB of the assets
    proposed: list[str]  # WKT of lines


def shapes_of(store: Store, uuid: str) -> Shapes:
    """The assets of a proposal as they are, and their proposed lines; nothing where it is gone."""
    rows = store.read("border_proposal", ["asset_class", "left_uuid", "right_uuid", "changes"],
                      {"uuid": uuid})  # fmt: skip
    now: list[bytes] = []
    proposed: list[str] = []
    for row in as_rows(rows):
        changes = row["changes"] or []
        uuids = {row["left_uuid"], row["right_uuid"], *(change["uuid"] for change in changes)}
        wanted = sorted(filter(None, uuids))
        now += filter(None, store.read(row["asset_class"], [GEOMETRY], {"uuid": wanted})[GEOMETRY])
        proposed += [change["wkt"] for change in changes if change.get("wkt")]
    return Shapes(now, proposed)


def _concerning(ags: str, lead: str) -> list[Condition]:
    return [] if ags == lead else on_either_side(ags, ("left_ags", "right_ags"))


def _rows(
    store: Store, fids: Sequence[int], ags: str, lead: str, names: dict[str, str], lang: str
) -> list[ProposalRow]:
    columns = store.find("border_proposal", [("fid", "in", list(fids))], _COLUMNS)
    rows = {row["fid"]: row for row in as_rows(columns)}
    labels = named(store, ((row["asset_class"], row[f"{side}_uuid"]) for row in rows.values()
                           for side in SIDES), lang)  # fmt: skip
    return [_row(rows[fid], ags, lead, labels, names, lang) for fid in fids if fid in rows]


def _row(
    row: dict[str, Any], ags: str, lead: str, labels: dict[str, str], names: dict[str, str],
    lang: str,
) -> ProposalRow:  # fmt: skip
    sides = [
        " · ".join(filter(None, (labels.get(row[f"{side}_uuid"]), names.get(row[f"{side}_ags"]))))
        for side in SIDES
    ]
    details = row["details"] or {}
    who = row["rejected_by"] or " + ".join(dict.fromkeys(
        filter(None, (row[f"{side}_accepted_by"] for side in SIDES))))  # fmt: skip
    return ProposalRow(
        row["uuid"], row["kind"], KINDS.label_of(row["kind"], lang),
        proposal_sentence(row, names, lang), _effect(row, labels, lang), *sides,
        None if details.get("field") else details.get("distance_m"),
        row["confidence"], row["state"], _standing(row, ags, names, lang),
        ": ".join(filter(None, (who, row["reason"]))),
        row["state"] == "open" and may_decide(row, ags, lead), row["place"],
        _around(details),
    )  # fmt: skip


def _effect(row: dict[str, Any], labels: dict[str, str], lang: str) -> str:
    """What becomes of the assets when both sides accept; nothing where all is decided."""
    if row["state"] != "open":
        return ""
    changes = row["changes"] or []
    for change in changes:
        for name, value in (change.get("values") or {}).items():
            field = REGISTER[row["asset_class"]][name]
            said = field.domain.label_of(value, lang) if field.domain else value
            return text("gui.effect_value", lang, field=field.label, value=said, unit=field.unit,
                        asset=labels.get(change["uuid"], "")).replace(" .", ".")  # fmt: skip
    if any(change.get("wkt") for change in changes):
        return text("gui.effect_shape", lang)
    return text("gui.effect_link" if row["right_uuid"] else "gui.effect_none", lang)


def _around(details: dict[str, Any]) -> float:
    """A gap is seen from near by, a stretch as a whole, and what differs with both assets."""
    if details.get("field"):
        return _BOTH_M
    reach = max(_PER_METRE * details.get("distance_m", 0), _HALF * details.get("overlap_m", 0))
    return max(_NEAR_M, reach)


def _standing(row: dict[str, Any], ags: str, names: dict[str, str], lang: str) -> str:
    waiting = waits_for(row)
    accepted = [row[f"{side}_ags"] for side in SIDES if row[f"{side}_accepted_by"]]
    if row["state"] != "open" or not accepted:
        return _STATES.label_of(row["state"], lang)
    if ags in waiting:
        return text("gui.accepted_by", lang, name=names.get(accepted[0], accepted[0]))
    return text("gui.waiting_for", lang, name=[names.get(town, town) for town in waiting])
