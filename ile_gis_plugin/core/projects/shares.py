"""What each municipality gets of a division: cost, grant, amount, percentage, instalments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter

from .bounds import Division
from .checks import check_instalments
from .model import Participant, ShareOfOne, SplitInputs
from .rounding import apportion, euros, scaled, to_integers

_PLACES = 4  # of a percentage
_WHOLE = 100 * 10**_PLACES
_NOTHING = euros(0)

ByYear = tuple[tuple[int, Decimal], ...]  # budget year, amount


def shares_of(inputs: SplitInputs, participants: Sequence[Participant], division: Division,
              proportions: Sequence[int], granted: int) -> tuple[ShareOfOne, ...]:  # fmt: skip
    """The shares, in the order of the participants. `proportions` divide percentage and grants;
    each cost is amount + grant, so that the costs sum to the total."""
    percents, _ = apportion(_WHOLE, proportions)
    grants, _ = apportion(granted, proportions)
    by_year = _by_year(inputs, division.amounts)
    return tuple(
        ShareOfOne(
            p.ags, p.name, scaled(percent, _PLACES), euros(advance), euros(amount),
            euros(amount + grant), euros(grant), years, commitment, p.budget_line,
            p.ags == inputs.lead_ags, by)
        for p, percent, advance, amount, grant, (years, commitment), by in zip(
            participants, percents, division.advance, division.amounts, grants, by_year,
            division.decided, strict=True)
    )  # fmt: skip


def proportions_of(division: Division, weights: Sequence[int], advance: tuple[int, int],
                   is_lead: Sequence[bool]) -> list[int]:  # fmt: skip
    """How the whole is divided, as whole numbers: by the key and the lead's advance (a ratio of
    the whole), or by the amounts where a bound decided one of them."""
    if any(division.decided):
        return division.amounts
    part, whole = advance
    if not part:
        return list(weights)
    total = sum(weights)
    return [(whole - part) * weight + (part * total if leads else 0)
            for weight, leads in zip(weights, is_lead, strict=True)]  # fmt: skip


def _by_year(inputs: SplitInputs, amounts: Sequence[int]) -> list[tuple[ByYear, Decimal]]:
    """Each amount by budget year, and what of it falls in years after the project's budget year.

    All falls in the budget year where no instalments are given, and in none where that is missing
    too.
    """
    budget_year = inputs.budget_year
    if not inputs.instalments:
        return [(((budget_year, euros(amount)),) if budget_year is not None else (), _NOTHING)
                for amount in amounts]  # fmt: skip
    check_instalments(inputs.number, inputs.instalments)
    instalments = sorted(inputs.instalments, key=itemgetter(0))
    years = [year for year, _ in instalments]
    percents = to_integers([percent for _, percent in instalments])
    later = len(years) if budget_year is None else bisect_right(years, budget_year)
    found = []
    for amount in amounts:
        parts, _ = apportion(amount, percents)
        found.append((tuple(zip(years, map(euros, parts), strict=True)), euros(sum(parts[later:]))))
    return found
