"""What each municipality gets of a division: cost, grant, amount, percentage, instalments."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from .bounds import Division
from .checks import check_instalments
from .model import Participant, ShareOfOne, SplitInputs
from .rounding import apportion, euros, scaled, to_integers

_PLACES = 4  # of a percentage
_WHOLE = 100 * 10**_PLACES

ByYear = list[tuple[int, int]]  # budget year, cents


def shares_of(inputs: SplitInputs, participants: Sequence[Participant], division: Division,
              proportions: Sequence[int], granted: int) -> tuple[ShareOfOne, ...]:  # fmt: skip
    """The shares, in the order of the participants. `proportions` divide percentage and grants;
    each cost is amount + grant, so that the costs sum to the total."""
    by_year = _by_year(inputs, division.amounts)
    percents, _ = apportion(_WHOLE, proportions)
    grants, _ = apportion(granted, proportions)
    return tuple(
        ShareOfOne(
            p.ags, p.name, scaled(percent, _PLACES), euros(advance), euros(amount),
            euros(amount + grant), euros(grant), tuple((y, euros(part)) for y, part in years),
            euros(_later(inputs.budget_year, years)), p.budget_line, p.ags == inputs.lead_ags, by)
        for p, percent, advance, amount, grant, years, by in zip(
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


def _by_year(inputs: SplitInputs, amounts: Sequence[int]) -> list[ByYear]:
    """Each amount by budget year; all of it in the project's budget year where no instalments are
    given, nothing where it has none either."""
    if not inputs.instalments:
        year = inputs.budget_year
        return [[(year, amount)] if year is not None else [] for amount in amounts]
    check_instalments(inputs.number, inputs.instalments)
    instalments = sorted(inputs.instalments, key=itemgetter(0))
    years = [year for year, _ in instalments]
    percents = to_integers([percent for _, percent in instalments])
    return [list(zip(years, apportion(amount, percents)[0], strict=True)) for amount in amounts]


def _later(budget_year: int | None, by_year: ByYear) -> int:
    """What falls in years after the budget year."""
    if budget_year is None:
        return 0
    return sum(amount for year, amount in by_year if year > budget_year)
