"""A cost split in lines for people and in values for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ..definition import REGISTER
from ..errors import InputError
from ..messages import LANGUAGES, Message
from ..projects.differences import Difference
from ..projects.model import ShareOfOne, Split, Words
from ..projects.words import Worded

_SUMS = ("total", "eligible", "granted", "own_share")


class Sentences(Message):
    """Several sentences, one after the other."""

    def text(self, lang: str) -> str:
        return " ".join(sentence.text(lang) for sentence in self.values["sentences"])


def refusal_of_all(refusals: Sequence[InputError]) -> InputError:
    """One refusal with the sentences of several, each of which names its project."""
    if len(refusals) == 1:
        return refusals[0]
    error = InputError("costs.refused", sentences=[one.message for one in refusals])
    error.message = Sentences(error.key, error.message.values)
    return error


def table_of(number: str, title: str, split: Split) -> list[Message]:
    """A line for each sum, each programme and each municipality, amounts below each other."""
    labels = {name: REGISTER["cost_split"][name].label for name in _SUMS}
    lines: list[Message] = [Worded("costs.heading", {"number": number, "title": title})]
    for name in _SUMS:
        if name == "granted":
            lines += [_line(grant.programme, grant.amount, indent=True) for grant in split.grants]
        lines.append(_line(labels[name], getattr(split, name)))
    return lines + [_line(share.name, share.amount, share.percent, True) for share in split.shares]


def _line(
    label: Words, amount: Decimal, percent: Decimal | None = None, indent: bool = False
) -> Message:  # fmt: skip
    share = "" if percent is None else Worded("costs.percent", {"percent": percent})
    return Worded("costs.line", {"label": Worded("costs.part", {"label": label}) if indent else
                                 label, "percent": share, "amount": _euro(amount)})  # fmt: skip


def _euro(amount: Decimal) -> Message:
    return Worded("costs.amount", {"amount": amount})


def changes_of(changes: Iterable[Difference]) -> list[Message]:
    """A line for each municipality: what it had to pay, what now, the difference."""
    return [
        Worded("costs.change", {"name": one.name, "old": _euro(one.old), "new": _euro(one.new),
                                "difference": _signed(one.difference)})
        for one in changes
    ]  # fmt: skip


def _signed(amount: Decimal) -> Message:
    return Worded("costs.more", {"amount": amount}) if amount > 0 else _euro(amount)


def values_of(split: Split) -> dict[str, Any]:
    """The figures of a split; amounts are texts, so that no reader rounds them."""
    return {
        **{name: str(getattr(split, name)) for name in _SUMS},
        "grants": [{"programme": g.programme, "amount": str(g.amount)} for g in split.grants],
        "shares": [{"ags": s.ags, "name": s.name, "percent": str(s.percent),
                    "amount": str(s.amount)} for s in split.shares],
        "fingerprint": split.fingerprint,
    }  # fmt: skip


def explanation_of(split: Split, share: ShareOfOne, basis: str) -> dict[str, Any]:
    """How one municipality's share was computed, in sentences of both languages."""
    steps = [s.text for s in split.steps if s.ags == share.ags or s.code == "own_share"]
    return {"basis": basis, "fingerprint": split.fingerprint,
            "steps": {lang: [step.text(lang) for step in steps] for lang in LANGUAGES}}  # fmt: skip
