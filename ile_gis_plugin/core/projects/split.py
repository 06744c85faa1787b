"""The cost split: who pays what of a joint project, and how that was computed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

from ..messages import Message
from .bounds import Division, divide, divide_within, limits_of
from .checks import check_participants, check_vat_modes, percent
from .explanation import (
    Told,
    cost_steps,
    grant_remarks,
    grant_steps,
    instalment_remarks,
    instalment_steps,
    own_share_step,
)
from .funding import Costs, Funded, costs_of, grants_of
from .keys import PartWeights, mixed, weights_by_part
from .model import Participant, ShareOfOne, Split, SplitInputs, Step
from .record import fingerprint_of
from .rounding import euros, half_up
from .share_steps import cost_steps_of_shares, division_steps, key_remarks, key_steps
from .shares import proportions_of, shares_of
from .words import Worded

_Divided = tuple[Division, list[Message]]


def split(inputs: SplitInputs) -> Split:
    """Divide a project's cost: total → eligible → grants → own share → each participant's share.

    All amounts are in euros and exact to the cent; at each level the parts sum to the whole: the
    shares' `amount`, `cost` and `grant` to own share, total and granted, `cost` − `grant` is
    `amount`, percentages sum to 100, instalments to the amount. Left-over cents go to the largest
    remainder, of equal ones to the lowest AGS (to the earliest year). The same inputs in another
    order of participants give the same shares.

    The lead's advance is rounded half up. Minimum and maximum hold for a participant's whole
    amount, and only where there is something to bear: an own share of 0 or a credit is divided by
    the key alone, and a remark says so. A participant without weight pays nothing but his minimum.

    Raises `InputError` for inputs that contradict themselves or lack something; its sentence
    names the project and says what to correct.
    """
    participants = sorted(inputs.participants, key=attrgetter("ags"))
    check_participants(inputs, participants)
    check_vat_modes(inputs)
    costs = costs_of(inputs)
    grants = grants_of(inputs, costs)
    granted = sum(g.amount for g in grants)
    own = costs.total - granted
    parts = weights_by_part(inputs, participants)
    weights = mixed(parts)
    ratio = percent(inputs.number, inputs.lead_advance_percent, "projects.advance_percent")
    division, remarks = _divide(inputs, participants, own, weights, ratio)
    is_lead = [p.ags == inputs.lead_ags for p in participants]
    proportions = proportions_of(division, weights, ratio, is_lead)
    shares = shares_of(inputs, participants, division, proportions, granted)
    return Split(
        items=costs.items, net=euros(costs.net), vat=euros(costs.vat),
        deducted=euros(costs.deducted), total=euros(costs.total), eligible=euros(costs.eligible),
        grants=tuple(g.grant for g in grants), granted=euros(granted), own_share=euros(own),
        shares=shares,
        steps=Told(partial(_steps, inputs, participants, costs, grants, parts, division, shares)),
        remarks=(*grant_remarks(grants), *key_remarks(parts), *remarks,
                 *instalment_remarks(inputs)),
        fingerprint=fingerprint_of(inputs),
    )  # fmt: skip


def _steps(inputs: SplitInputs, participants: Sequence[Participant], costs: Costs,
           grants: Sequence[Funded], parts: Sequence[PartWeights], division: Division,
           shares: Sequence[ShareOfOne]) -> list[Step]:  # fmt: skip
    granted = sum(g.amount for g in grants)
    return [
        *cost_steps(inputs, costs),
        *grant_steps(grants),
        own_share_step(costs.total, granted),
        *key_steps(inputs, participants, parts),
        *division_steps(inputs, participants, parts, division),
        *(cost_steps_of_shares(shares) if granted else ()),
        *instalment_steps(inputs, shares),
    ]


def _divide(inputs: SplitInputs, participants: Sequence[Participant], own: int,
            weights: list[int], ratio: tuple[int, int]) -> _Divided:  # fmt: skip
    beforehand = half_up(own * ratio[0], ratio[1])
    advance = [beforehand if p.ags == inputs.lead_ags else 0 for p in participants]
    limits = limits_of(inputs.number, participants)
    if not any(bound is not None for limit in limits for bound in limit):
        return divide(own, advance, weights), []
    if own <= 0:
        remark = Worded("projects.bounds_do_not_apply", {"own_share": euros(own)})
        return divide(own, advance, weights), [remark]
    names = [p.name for p in participants]
    return divide_within(own, advance, weights, limits, inputs.number, names), []
