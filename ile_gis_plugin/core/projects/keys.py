"""By what the own share is divided: the weights of the participants, as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, prod

from ..definition import codes
from ..definition.types import Label
from .checks import percents_add_up
from .model import KeyPart, Participant, SplitInputs, Weight
from .rounding import to_integers
from .words import Worded, refused

KEY_LABEL = {code.code: code.label for code in codes.SHARE_KEY.codes}
KEYS = KEY_LABEL.keys() - {"mixed"}  # a mix is made of the others
_NO_DATE = Label("", "")


@dataclass(frozen=True)
class PartWeights:
    """What one part of the key takes of each participant; `values` are in proportion."""

    part: KeyPart
    weights: tuple[Weight, ...]  # empty for equal parts
    values: list[int]
    whole: int


def weights_by_part(inputs: SplitInputs, participants: Sequence[Participant]) -> list[PartWeights]:
    """The weights of each part of the key that counts, in the order of the participants.

    Raises `InputError` where a weight is missing or negative or nobody has one.
    """
    _check_parts(inputs)
    return [_part(inputs, part, participants) for part in inputs.key.parts if part.percent]


def mixed(parts: Sequence[PartWeights]) -> list[int]:
    """One weight for each participant: the parts' proportions, weighted by their percentages."""
    if len(parts) == 1:
        return parts[0].values
    percents = to_integers([p.part.percent for p in parts])
    whole = prod(p.whole for p in parts)
    factors = [percent * whole // p.whole for percent, p in zip(percents, parts, strict=True)]
    columns = zip(*(p.values for p in parts), strict=True)
    values = [sum(f * v for f, v in zip(factors, column, strict=True)) for column in columns]
    common = gcd(*values)
    return [value // common for value in values]


def _check_parts(inputs: SplitInputs) -> None:
    parts, number = inputs.key.parts, inputs.number
    if not parts:
        raise refused("projects.key_without_parts", number)
    names = [part.share_key for part in parts]
    for name in names:
        if name not in KEYS:
            raise refused("projects.key_unknown", number, key=KEY_LABEL.get(name, name))
        if names.count(name) > 1:
            raise refused("projects.key_twice", number, key=KEY_LABEL[name])
    percents_add_up(number, [part.percent for part in parts], "projects.key_percent_sum")


def _part(inputs: SplitInputs, part: KeyPart, participants: Sequence[Participant]) -> PartWeights:
    if part.share_key == "equal":
        return PartWeights(part, (), [1] * len(participants), len(participants))
    weights = [p.weights.get(part.share_key) for p in participants]
    missing = [p.name for p, w in zip(participants, weights, strict=True)
               if w is None or w.value is None or not w.value.is_finite()]  # fmt: skip
    key = KEY_LABEL[part.share_key]
    if missing:
        on = inputs.key.reference_date
        when = Worded("projects.at_date", {"date": on}) if on else _NO_DATE
        raise refused("projects.weight_missing", inputs.number, names=missing, key=key, when=when)
    return _in_proportion(inputs.number, part, participants, [w for w in weights if w])


def _in_proportion(number: str, part: KeyPart, participants: Sequence[Participant],
                   weights: list[Weight]) -> PartWeights:  # fmt: skip
    given: list[Decimal] = [w.value for w in weights if w.value is not None]
    key = KEY_LABEL[part.share_key]
    values = to_integers(given)
    if min(values) < 0:
        place = values.index(min(values))
        raise refused("projects.weight_negative", number, name=participants[place].name, key=key,
                      value=given[place])  # fmt: skip
    if part.share_key == "fixed_percent":
        percents_add_up(number, given, "projects.fixed_percent_sum")
    whole = sum(values)
    if not whole:
        raise refused("projects.weights_all_zero", number, key=key)
    return PartWeights(part, tuple(weights), values, whole)
