"""The cost split: who pays what of a joint project, and how that was computed."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from ..messages import Message
from .bounds import Division, divide, divide_within, limits_of
from .checks import check_participants, check_vat_modes, percent
from .explanation import (
    cost_steps,
    grant_steps,
    instalment_remarks,
    instalment_steps,
    own_share_step,
)
from .funding import costs_of, grants_of
from .keys import mixed, weights_by_part
from .model import Participant, ShareOfOne, Split, SplitInputs, Step
from .record import fingerprint_of
from .rounding import euros, half_up
from .share_steps import cost_steps_of_shares, division_steps, key_remarks, key_steps
from .shares import proportions_of, shares_of
from .words import Worded

_Told = tuple[tuple[ShareOfOne, ...], list[Step], list[Message]]
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
    shares, division_told, division_remarks = _shares(inputs, participants, own, granted)
    grants_told, grant_remarks = grant_steps(grants)
    total, own_share = euros(costs.total), euros(own)
    own_told = own_share_step(total, euros(granted), own_share)
    return Split(
        items=costs.items, net=euros(costs.net), vat=euros(costs.vat),
        deducted=euros(costs.deducted), total=total, eligible=euros(costs.eligible),
        grants=tuple(g.grant for g in grants), granted=euros(granted), own_share=own_share,
        shares=shares, steps=(*cost_steps(inputs, costs), *grants_told, own_told, *division_told),
        remarks=(*grant_remarks, *division_remarks), fingerprint=fingerprint_of(inputs),
    )  # fmt: skip


def _shares(inputs: SplitInputs, participants: Sequence[Participant], own: int,
            granted: int) -> _Told:  # fmt: skip
    """The shares of an own share and of the grants, in cents; with their steps and remarks."""
    parts = weights_by_part(inputs, participants)
    weights = mixed(parts)
    ratio = percent(inputs.number, inputs.lead_advance_percent, "projects.advance_percent")
    division, remarks = _divide(inputs, participants, own, weights, ratio)
    is_lead = [p.ags == inputs.lead_ags for p in participants]
    proportions = proportions_of(division, weights, ratio, is_lead)
    shares = shares_of(inputs, participants, division, proportions, granted)
    steps = [
        *key_steps(inputs, participants, parts),
        *division_steps(inputs, participants, parts, division),
        *(cost_steps_of_shares(shares) if granted else ()),
        *instalment_steps(inputs, shares),
    ]
    return shares, steps, [*key_remarks(parts), *remarks, *instalment_remarks(inputs)]


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
