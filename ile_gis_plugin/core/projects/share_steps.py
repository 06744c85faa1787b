"""How the shares came about: the key, the weights and their source, the formula, last cents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..definition import codes
from ..messages import Message
from .bounds import Division
from .explanation import normalised, step
from .keys import KEY_LABEL, PartWeights
from .model import Participant, ShareOfOne, SplitInputs, Step
from .rounding import euros, half_up, scaled, sum_of
from .words import Worded

_SOURCE_KIND = {c.code: c.label for c in codes.KEY_SOURCE.codes}
_HUNDRED = Decimal(100)
_ZERO, _ONE = Decimal(0), Decimal(1)
_OF_HUNDRED = Worded("projects.of_hundred")
_PLACES = 4  # of euros and of percent where an unrounded figure is shown


def key_steps(inputs: SplitInputs, participants: Sequence[Participant],
              parts: Sequence[PartWeights]) -> list[Step]:  # fmt: skip
    """The key with what it rests on, and each weight with its source and date."""
    key = inputs.key
    if len(parts) == 1:
        label: Any = KEY_LABEL[parts[0].part.share_key]
    else:
        label = tuple(Worded("projects.part_of_key", {
            "percent": p.part.percent, "key": KEY_LABEL[p.part.share_key]}) for p in parts)
    rests_on = [_SOURCE_KIND[key.source_kind]] if key.source_kind in _SOURCE_KIND else []
    rests_on += [key.source] if key.source else []
    source = Worded("projects.rests_on", {"source": tuple(rests_on)}) if rests_on else ""
    on = Worded("projects.reference_date", {"date": key.reference_date})
    steps = [step("key", "projects.key", key=label, source=source,
                  on=on if key.reference_date else "")]  # fmt: skip
    for part in parts:
        steps += _weights(participants, part)
    return steps


def _weights(participants: Sequence[Participant], part: PartWeights) -> list[Step]:
    """What one part of the key takes of each; nothing where it divides equally."""
    label = KEY_LABEL[part.part.share_key]
    whole = sum_of(w.value for w in part.weights if w.value is not None)
    origins = {of: _origin(*of) for of in {(w.source, w.valid_on) for w in part.weights}}
    return [
        Step("weight", Worded("projects.weight", {
            "name": p.name, "key": label, "value": w.value, "unit": w.unit and f" {w.unit}",
            "whole": whole, "origin": origins[w.source, w.valid_on]}), None, p.ags)
        for p, w in zip(participants, part.weights, strict=False)
    ]  # fmt: skip


def _origin(source: str, valid_on: date | None) -> Message | str:
    if valid_on is None:
        return source and Worded("projects.in_brackets", {"text": source})
    if source:
        return Worded("projects.origin", {"source": source, "date": valid_on})
    return Worded("projects.origin_date", {"date": valid_on})


def key_remarks(parts: Sequence[PartWeights]) -> list[Message]:
    """Which percentages were taken for proportions, since they sum to nearly 100."""
    remarks = []
    mix = sum_of(p.part.percent for p in parts)
    if mix != _HUNDRED:
        remarks.append(normalised(KEY_LABEL["mixed"], mix))
    for part in parts:
        if part.part.share_key == "fixed_percent":
            total = sum_of(w.value for w in part.weights if w.value is not None)
            if total != _HUNDRED:
                remarks.append(normalised(KEY_LABEL["fixed_percent"], total))
    return remarks


def division_steps(inputs: SplitInputs, participants: Sequence[Participant],
                   parts: Sequence[PartWeights], division: Division) -> list[Step]:  # fmt: skip
    """What each bears: beforehand, by a bound or by the formula; and who got the last cents."""
    steps, rest = [], euros(division.rest)
    if any(division.advance):
        place = next(i for i, a in enumerate(division.advance) if a)
        lead, advance = participants[place], euros(division.advance[place])
        steps.append(step("advance", "projects.advance", advance, lead.ags, name=lead.name,
                          percent=inputs.lead_advance_percent, advance=advance))  # fmt: skip
    for p, by, amount in zip(participants, division.decided, division.amounts, strict=True):
        if by:
            bound = euros(amount)
            steps.append(step("bound", _BOUND[by], bound, p.ags, name=p.name, bound=bound))
    if steps:
        steps.append(step("rest", "projects.rest", rest, rest=rest))
    steps += _by_formula(participants, parts, division, rest)
    names = tuple(participants[place].name for place in sorted(division.last))
    if names:
        steps.append(step("rounding", "projects.rounding", count=len(names), names=names))
    return steps


_BOUND = {"minimum": "projects.bound_minimum", "maximum": "projects.bound_maximum"}


def _by_formula(participants: Sequence[Participant], parts: Sequence[PartWeights],
                division: Division, rest: Decimal) -> list[Step]:  # fmt: skip
    whole, last, steps = sum(division.weights), set(division.last), []
    free = [i for i, by in enumerate(division.decided) if not by]
    weights, of_whole = _proportions(parts, division, free, whole)
    for i, weight in zip(free, weights, strict=True):
        p, advance, amount = participants[i], division.advance[i], euros(division.amounts[i])
        part = division.amounts[i] - advance
        exact, cut = division.rest * division.weights[i], part * whole
        key = "projects.share_exact"
        if exact != cut:
            key = "projects.share_last" if i in last else "projects.share_cut"
        values = {"name": p.name, "rest": rest, "weight": weight, "of_whole": of_whole,
                  "exact": scaled(half_up(exact * 100, whole or 1), _PLACES), "part": amount,
                  "more": ""}  # fmt: skip
        if advance:
            values["part"] = euros(part)
            values["more"] = Worded("projects.with_advance", {"advance": euros(advance),
                                                              "amount": amount})  # fmt: skip
        steps.append(Step("share", Worded(key, values), amount, p.ags))
    return steps


def _proportions(parts: Sequence[PartWeights], division: Division, free: Sequence[int],
                 whole: int) -> tuple[list[Decimal], Message]:  # fmt: skip
    """The factors of the formulas, weight and what follows it: " / sum" of all weights, or " %"
    where keys are mixed."""
    if len(parts) > 1:
        units = 100 * 10**_PLACES
        return [scaled(half_up(division.weights[i] * units, whole or 1), _PLACES)
                for i in free], _OF_HUNDRED  # fmt: skip
    given = parts[0].weights
    weights = [(given[i].value or _ZERO) if given else _ONE for i in free]
    return weights, Worded("projects.of_whole", {"whole": sum_of(weights)})


def cost_steps_of_shares(shares: Sequence[ShareOfOne]) -> list[Step]:
    """The part of the total cost and of the grants that falls to each."""
    return [
        step("cost", "projects.cost_of_one", s.cost, s.ags, name=s.name, amount=s.amount,
             grant=s.grant, cost=s.cost)
        for s in shares
    ]  # fmt: skip
