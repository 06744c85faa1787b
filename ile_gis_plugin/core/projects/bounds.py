"""The own share divided among the participants, within the least and the most that each bears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .checks import limit
from .model import Participant
from .rounding import apportion, euros
from .words import refused

Limits = list[tuple[int | None, int | None]]


@dataclass(frozen=True)
class Division:
    """What each bears, in cents, and how that came about.

    `rest` was divided by `weights`, on top of the advance; a participant whom a bound decided has
    no weight in it. `last` are the places that got a cent more by rounding.
    """

    amounts: list[int]
    advance: list[int]
    decided: list[str]  # minimum, maximum or nothing
    rest: int
    weights: list[int]
    last: list[int]


def limits_of(number: str, participants: Sequence[Participant]) -> Limits:
    """Minimum and maximum of each, in cents."""
    found: Limits = []
    for p in participants:
        low = limit(number, p.minimum_amount, "projects.minimum_of", name=p.name)
        high = limit(number, p.maximum_amount, "projects.maximum_of", name=p.name)
        if low is not None and high is not None and low > high:
            raise refused("projects.minimum_above_maximum", number, name=p.name,
                          minimum=p.minimum_amount, maximum=p.maximum_amount)  # fmt: skip
        found.append((low, high))
    return found


def divide(own: int, advance: list[int], weights: list[int]) -> Division:
    """By the key alone: each its advance, and its part of the rest."""
    rest = own - sum(advance)
    parts, last = apportion(rest, weights)
    amounts = [a + part for a, part in zip(advance, parts, strict=True)]
    return Division(amounts, advance, [""] * len(weights), rest, weights, last)


def divide_within(own: int, advance: list[int], weights: list[int], limits: Limits,
                  number: str, names: Sequence[str]) -> Division:  # fmt: skip
    """By the key, but nobody less than his minimum or more than his maximum.

    Who would be out of bounds is set to his bound, and the others divide what is left by the same
    key, until nobody is: the amounts are clamp(advance + λ × weight) for the one λ at which they
    sum to the own share. `own` is positive; the bounds hold for a participant's whole amount, the
    advance of the lead included. Raises `InputError` where they contradict the own share.
    """
    _check(own, advance, weights, limits, number, names)
    decided = [""] * len(weights)
    amounts = [0] * len(weights)
    while True:
        free = [i for i, by in enumerate(decided) if not by]
        rest = own - sum(advance[i] if not by else amounts[i] for i, by in enumerate(decided))
        whole = sum(weights[i] for i in free)
        out = _out_of_bounds(rest, whole, advance, weights, limits, free) if whole else []
        if not out:
            break
        for place, bound, amount in out:
            decided[place], amounts[place] = bound, amount
    left = [0 if by else w for by, w in zip(decided, weights, strict=True)]
    # Cents go to exact shares between whole bounds only, so that none is crossed by rounding.
    parts, last = apportion(rest, left) if whole else (left, [])
    for i in free:
        amounts[i] = advance[i] + parts[i]
    return Division(amounts, advance, decided, rest, left, last)


def _out_of_bounds(rest: int, whole: int, advance: list[int], weights: list[int],
                   limits: Limits, free: list[int]) -> list[tuple[int, str, int]]:  # fmt: skip
    """Who is to be set to a bound now, to which, and to how much.

    All that are out on one side: below where these miss more than the others have too much, else
    above. Setting both at once could set somebody who is within bounds in the end.
    """
    below, above, missing, excess = [], [], 0, 0
    for i in free:
        low, high = limits[i]
        exact = rest * weights[i] + advance[i] * whole  # in cents × whole
        if low is not None and exact < low * whole:
            below.append((i, "minimum", low))
            missing += low * whole - exact
        elif high is not None and exact > high * whole:
            above.append((i, "maximum", high))
            excess += exact - high * whole
    if missing == excess:
        return below + above
    return below if missing > excess else above


def _check(own: int, advance: list[int], weights: list[int], limits: Limits, number: str,
           names: Sequence[str]) -> None:  # fmt: skip
    for name, part, (_, high) in zip(names, advance, limits, strict=True):
        if high is not None and part > high:
            raise refused("projects.advance_above_maximum", number, name=name,
                          advance=euros(part), maximum=euros(high))  # fmt: skip
    least = [max(part, low or 0) for part, (low, _) in zip(advance, limits, strict=True)]
    if sum(least) > own:
        raise refused("projects.minima_over_own_share", number, sum=euros(sum(least)),
                      own_share=euros(own))  # fmt: skip
    most = 0
    for at_least, weight, (_, high) in zip(least, weights, limits, strict=True):
        if high is None and weight:
            return
        # Nobody without a weight bears more than he has to.
        most += high if high is not None and weight else at_least
    if most < own:
        raise refused("projects.maxima_below_own_share", number, sum=euros(most),
                      own_share=euros(own))  # fmt: skip
