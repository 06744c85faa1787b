"""What a split refuses, each with a sentence that says what to correct."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .model import Funding, Participant, SplitInputs
from .rounding import cents_of, sum_of, to_integers
from .words import Worded, refused

# Percentages that sum to 100 within 0.005, the tolerance of rule PRJ001, are taken for proportions:
# three thirds of 33.333. This is that part of 100.
_TOLERATED_PART = 20_000
_HUNDRED = Decimal(100)
_VAT_MODES = ("net", "gross")


def cents(number: str, amount: Decimal, what: str, **values: Any) -> int:
    """An amount in cents. `what` is the key of a sentence that names it."""
    found = cents_of(amount)
    if found is None:
        raise refused("projects.not_in_cents", number, what=Worded(what, values), value=amount)
    return found


def percent(number: str, value: Decimal, what: str, **values: Any) -> tuple[int, int]:
    """A percentage of 0 to 100 as a ratio of the whole: numerator, denominator."""
    if not value.is_finite() or not 0 <= value <= _HUNDRED:
        raise refused("projects.percent_out_of_range", number, what=Worded(what, values),
                      value=value)  # fmt: skip
    numerator, denominator = value.as_integer_ratio()
    return numerator, 100 * denominator


def limit(number: str, amount: Decimal | None, what: str, **values: Any) -> int | None:
    """A limit in cents, where there is one; it is not negative."""
    if amount is None:
        return None
    found = cents(number, amount, what, **values)
    if found < 0:
        raise refused("projects.negative", number, what=Worded(what, values), amount=amount)
    return found


def percents_add_up(number: str, percents: Sequence[Decimal], key: str) -> None:
    """Percentages each of 0 to 100 and together 100, within the tolerance.

    Raises `InputError` with the sentence `key`, which gets their sum as `total`.
    """
    for value in percents:
        percent(number, value, "projects.one_of_the_percentages")
    values = to_integers([*percents, _HUNDRED])
    total, hundred = sum(values[:-1]), values[-1]
    if abs(total - hundred) * _TOLERATED_PART > hundred:
        raise refused(key, number, total=sum_of(percents))


def check_participants(inputs: SplitInputs, participants: Sequence[Participant]) -> None:
    """Somebody pays, nobody twice, and the lead is among them."""
    number, last = inputs.number, None
    if not participants:
        raise refused("projects.no_participants", number)
    for participant in participants:  # by AGS
        if last is not None and participant.ags == last.ags:
            raise refused("projects.participant_twice", number, name=participant.name)
        last = participant
    if all(p.ags != inputs.lead_ags for p in participants):
        names = [p.name for p in participants]
        raise refused("projects.lead_not_participant", number, lead=inputs.lead_ags, names=names)


def check_vat_modes(inputs: SplitInputs) -> None:
    for mode in (inputs.vat_mode, *(f.vat_mode for f in inputs.funding)):
        if mode not in _VAT_MODES:
            raise refused("projects.vat_mode_unknown", inputs.number, mode=mode)


def check_combination(number: str, funding: Sequence[Funding]) -> None:
    """Several programmes only where each of them may be combined."""
    if len(funding) < 2:
        return
    for programme in funding:
        if not programme.combinable:
            others = [f.programme for f in funding if f is not programme]
            raise refused("projects.not_combinable", number, programme=programme.programme,
                          others=others)  # fmt: skip


def check_instalments(number: str, instalments: Sequence[tuple[int, Decimal]]) -> None:
    years = [year for year, _ in instalments]
    for year in years:
        if years.count(year) > 1:
            raise refused("projects.instalment_twice", number, year=str(year))
    percents_add_up(number, [p for _, p in instalments], "projects.instalment_sum")

