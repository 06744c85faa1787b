"""Rules on what joint projects cost and who pays: what the split refuses, and what has changed.

A refusal is told by the sentence of the refusal itself, so that script, algorithm and finding say
the same. Each kind of it has a rule of its own; what has none is told by PRJ013.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..definition.types import LANGUAGES
from ..errors import InputError
from ..finances.costs import contradiction
from ..finances.inputs import BASES, all_inputs
from ..finances.kept import figures_differ, kept_splits, newest_resolved
from ..finances.numbers import to_cent
from ..finances.rows import Row, rows_of
from ..projects.model import CostItem, KeptSplit, Split, SplitInputs
from ..projects.split import split
from .projects import about_projects, numbered
from .rule import ERROR, INFO, WARNING, Asked, Found, rule, without_place

#: From this phase on a council has voted on a split.
_VOTED = ("resolved", "applied", "approved", "tender", "construction", "completed", "settled")
_KEY_PARTS = ("projects.key_percent_sum", "projects.key_without_parts")
_INSTALMENTS = ("projects.instalment_sum", "projects.instalment_twice")
_WEIGHTS = ("projects.weight_missing", "projects.weights_all_zero", "projects.weight_negative",
            "costs.weight_of_which_part")  # fmt: skip
_BOUNDS = ("projects.minimum_above_maximum", "projects.minima_over_own_share",
           "projects.maxima_below_own_share", "projects.advance_above_maximum")  # fmt: skip
_GRANTS = ("projects.grant_over_eligible", "projects.grant_over_total")
_PERIODS = ("costs.applied_outside",)
#: Refusals that PRJ001, PRJ002 and PRJ006 find by themselves.
_FOUND_ELSEWHERE = ("projects.fixed_percent_sum", "projects.lead_not_participant",
                    "projects.no_participants")  # fmt: skip


@dataclass(frozen=True)
class _Divided:
    """A project, and its split as it is now or the refusal of it."""

    fid: int
    values: Row
    inputs: SplitInputs | None
    split: Split | None
    refusal: InputError | None


def _divided(asked: Asked) -> list[_Divided]:
    return asked.view(_divide)


def _divide(asked: Asked) -> list[_Divided]:
    there = asked.find("joint_project", columns=["uuid"])
    fids = dict(zip(there["uuid"], there["fid"], strict=True))
    return _divide_by(asked, fids, BASES[0], asked.only is None) if fids else []


def _divide_by(asked: Asked, fids: dict[str, int], basis: str, every: bool = False
               ) -> list[_Divided]:  # fmt: skip
    found = all_inputs(asked.store, None if every else list(fids), basis, asked.places_of)
    divided = []
    for values, prepared in zip(found.rows.projects, found.prepared, strict=True):
        inputs, now, refusal = None, None, None
        try:
            inputs = prepared.inputs
            now = split(inputs)
        except InputError as error:
            refusal = error
        divided.append(_Divided(fids[prepared.uuid], values, inputs, now, refusal))
    return divided


def _refused(asked: Asked, code: str, told: Callable[[str], bool], field: str = "",
             ideas: bool = True) -> list[Found]:  # fmt: skip
    """Projects that are refused with one of the sentences that belong to the rule.

    What was rejected is not refused again, and an idea may lack what it likes (unless `ideas`).
    """
    silent = ("rejected",) if ideas else ("rejected", "idea")
    return about_projects(code, field, [
        (one.fid, {"reason": {lang: one.refusal.text(lang) for lang in LANGUAGES}})
        for one in _divided(asked)
        if one.refusal and told(one.refusal.key) and one.values["phase"] not in silent
    ])  # fmt: skip


@rule("PRJ005", WARNING, of_geometry=False)
def cost_is_outside_the_programme(asked: Asked) -> list[Found]:
    """The project's cost lies below the minimum or above the maximum of its programme."""
    wrong = []
    for one in _divided(asked):
        if one.inputs is None:
            continue
        for n, programme in enumerate(one.inputs.funding):
            cost = sum((_cost(item, programme.vat_mode) for item in one.inputs.items), Decimal(0))
            low, high = programme.minimum_cost, programme.maximum_cost
            if low is not None and cost < low:
                wrong.append((one.fid, n, {"cost": float(cost), "limit": float(low)}))
            elif high is not None and cost > high:
                wrong.append((one.fid, n, {"cost": float(cost), "limit": float(high)}))
    return numbered("PRJ005", "cost_estimated", wrong)


def _cost(item: CostItem, vat_mode: str) -> Decimal:
    return to_cent(item.amount * (1 + item.vat_rate / 100)) if vat_mode == "gross" else item.amount


@rule("PRJ007", ERROR, of_geometry=False)
def parts_of_the_key_do_not_sum(asked: Asked) -> list[Found]:
    """The parts of a mixed key are missing, or their weights don't make 100 %."""
    return _refused(asked, "PRJ007", _KEY_PARTS.__contains__, "share_key")


@rule("PRJ008", ERROR, of_geometry=False)
def instalments_do_not_sum(asked: Asked) -> list[Found]:
    """The instalments of a project don't make 100 %."""
    return _refused(asked, "PRJ008", _INSTALMENTS.__contains__)


@rule("PRJ009", ERROR, of_geometry=False)
def value_of_the_key_is_missing(asked: Asked) -> list[Found]:
    """The value by which the key divides is missing: population, levy base, linked assets."""
    return _refused(asked, "PRJ009", _WEIGHTS.__contains__, "share_key", ideas=False)


@rule("PRJ010", ERROR, of_geometry=False)
def bounds_contradict_each_other(asked: Asked) -> list[Found]:
    """Minimum and maximum amounts of the participants don't go with the own share."""
    return _refused(asked, "PRJ010", _BOUNDS.__contains__)


@rule("PRJ011", ERROR, of_geometry=False)
def grant_exceeds_the_cost(asked: Asked) -> list[Found]:
    """The grants are higher than the eligible or the total cost."""
    return _refused(asked, "PRJ011", _GRANTS.__contains__)


@rule("PRJ012", ERROR, of_geometry=False)
def programme_was_not_in_force(asked: Asked) -> list[Found]:
    """A funding programme was not in force on the day of the application."""
    return _refused(asked, "PRJ012", _PERIODS.__contains__)


@rule("PRJ013", WARNING, of_geometry=False)
def cost_can_not_be_split(asked: Asked) -> list[Found]:
    """The cost can't be split for another reason: no cost, programmes that exclude each other."""
    known = {*_KEY_PARTS, *_INSTALMENTS, *_WEIGHTS, *_BOUNDS, *_GRANTS, *_PERIODS,
             *_FOUND_ELSEWHERE}  # fmt: skip
    return _refused(asked, "PRJ013", lambda key: key not in known, ideas=False)


@rule("PRJ014", ERROR, of_geometry=False)
def amount_is_no_product(asked: Asked) -> list[Found]:
    """The net amount of a cost item is not quantity × unit price."""
    columns = ("title", "quantity", "unit_price", "net_amount", "measured_by")
    rows = rows_of(asked.find("cost_item", columns=columns))
    wrong = [(row, product) for row in rows if (product := contradiction(row)) is not None]
    return without_place(
        "PRJ014", "cost_item", [row["fid"] for row, _ in wrong], "net_amount",
        item=[row["title"] for row, _ in wrong],
        entered=[float(row["net_amount"]) for row, _ in wrong],
        computed=[float(product) for _, product in wrong],
    )  # fmt: skip


@rule("PRJ015", WARNING, of_geometry=False)
def nothing_is_resolved(asked: Asked) -> list[Found]:
    """A project whose phase says that it was resolved has no resolved split."""
    kept = asked.view(_kept)
    return about_projects("PRJ015", "phase", [
        (one.fid, {}) for one in _divided(asked)
        if one.values["phase"] in _VOTED
        and newest_resolved(kept.get(one.values["uuid"], ())) is None
    ])  # fmt: skip


@rule("PRJ016", INFO, of_geometry=False)
def figures_are_no_longer_those_resolved(asked: Asked) -> list[Found]:
    """Computed now, the split of a project is another one than that which was resolved."""
    kept = asked.view(_kept)
    resolved = {uuid: newest for uuid, versions in kept.items()
                if (newest := newest_resolved(versions))}  # fmt: skip
    return about_projects("PRJ016", "", list(_changed(asked, resolved)))


def _changed(asked: Asked, resolved: dict[str, KeptSplit]) -> Iterable[tuple[int, dict[str, Any]]]:
    for one in _of_same_basis(asked, resolved):
        old = resolved[one.values["uuid"]]
        if one.split and figures_differ(old.split, one.split):
            yield one.fid, {"version": old.split_version, "date": old.made_on.isoformat(),
                            "resolved": float(old.split.own_share),
                            "now": float(one.split.own_share)}  # fmt: skip


def _of_same_basis(asked: Asked, resolved: dict[str, KeptSplit]) -> Iterable[_Divided]:
    """What was resolved, divided anew from the same kind of cost."""
    planned, actual = [], {}
    for one in _divided(asked):
        old = resolved.get(one.values["uuid"])
        if old and old.inputs.basis == BASES[0]:
            planned.append(one)
        elif old:
            actual[one.values["uuid"]] = one.fid
    return (*planned, *(_divide_by(asked, actual, BASES[1]) if actual else ()))


def _kept(asked: Asked) -> dict[str, tuple[KeptSplit, ...]]:
    """The fixed versions of the projects that are asked about, by their uuids."""
    uuids = [one.values["uuid"] for one in _divided(asked)]
    return kept_splits(asked.store, uuids) if uuids else {}
