"""What a cost split is made from, and what it is made of.

Amounts are Decimals in euros, to the cent; percentages are Decimals of 0 to 100. The names are
those of the register's fields; see `definition.finances` and `definition.projects`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ..messages import Label, Message

#: What the register's own rows say is text; what the product says of them is in both languages.
#: As a value of a `Message` either is worded in the message's language.
Words = str | Label


def in_language(words: Words, lang: str) -> str:
    """Words as they stand in a document of one language."""
    return words[lang] if isinstance(words, Label) else words


@dataclass(frozen=True)
class CostItem:
    """A part of the cost. `amount` is net; negative for a correction."""

    title: Words
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    vat_rate: Decimal
    is_eligible: bool = True
    measured: Words = ""  # in words where the quantity comes from, where the register measures it


@dataclass(frozen=True)
class Funding:
    """A programme's part, as it holds for this project."""

    programme: str
    rate: Decimal | None  # percent
    cap: Decimal | None = None
    minimum_cost: Decimal | None = None
    maximum_cost: Decimal | None = None
    eligible_percent: Decimal = Decimal(100)
    vat_mode: str = "gross"  # net | gross: what the programme counts
    combinable: bool = False
    granted_amount: Decimal | None = None  # by the notice; in place of the computed one
    legal_source: str = ""
    authority: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Weight:
    """What a key takes of a municipality, and where it is from."""

    value: Decimal | None
    unit: str = ""
    source: Words = ""
    valid_on: date | None = None


@dataclass(frozen=True)
class Participant:
    """A municipality that pays. `weights` by key: population, length, asset_count, …"""

    ags: str
    name: str
    weights: dict[str, Weight] = field(default_factory=dict)
    minimum_amount: Decimal | None = None
    maximum_amount: Decimal | None = None
    budget_line: str = ""


@dataclass(frozen=True)
class KeyPart:
    """A key, and how much of the whole it divides; a plain key is one part of 100 %."""

    share_key: str
    percent: Decimal = Decimal(100)


@dataclass(frozen=True)
class Key:
    """By what the own share is divided, and what that rests on."""

    parts: tuple[KeyPart, ...]
    reference_date: date | None = None
    source_kind: str = ""  # a code of KEY_SOURCE
    source: str = ""


@dataclass(frozen=True)
class SplitInputs:
    """All that a cost split depends on, and nothing else."""

    number: str
    title: str
    lead_ags: str
    basis: str  # planned | actual
    vat_mode: str  # net | gross: what the municipalities bear
    deductible_vat_percent: Decimal
    items: tuple[CostItem, ...]
    funding: tuple[Funding, ...]
    key: Key
    participants: tuple[Participant, ...]
    lead_advance_percent: Decimal = Decimal(0)
    budget_year: int | None = None
    instalments: tuple[tuple[int, Decimal], ...] = ()  # (budget year, percent), by year


@dataclass(frozen=True)
class ItemCost:
    """What an item costs: `vat` is the whole VAT, `deducted` the part of it that is refunded,
    `borne` what counts for the municipalities (by the project's vat_mode)."""

    title: Words
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    vat_rate: Decimal
    vat: Decimal
    deducted: Decimal
    borne: Decimal
    is_eligible: bool


@dataclass(frozen=True)
class Grant:
    """What a programme pays: `counted` is the eligible cost as it counts it."""

    programme: str
    vat_mode: str
    counted: Decimal
    rate: Decimal | None
    cap: Decimal | None
    amount: Decimal
    is_capped: bool
    is_by_notice: bool
    legal_source: str = ""


@dataclass(frozen=True)
class ShareOfOne:
    """What one municipality bears of the own share."""

    ags: str
    name: str
    percent: Decimal  # of the own share, to 4 places, for people; the amount is what counts
    advance: Decimal  # of the amount, beforehand as the lead
    amount: Decimal
    cost: Decimal  # its part of the total, by the same proportion; grants and amounts sum to it
    grant: Decimal
    instalments: tuple[tuple[int, Decimal], ...]  # (budget year, amount); they sum to the amount
    commitment: Decimal  # of it in years after the budget year: needs a commitment authorisation
    budget_line: str
    is_lead: bool
    is_bounded: str = ""  # minimum | maximum where one of them decided


@dataclass(frozen=True)
class Step:
    """One line of "how was this computed": a formula with its numbers, and its result."""

    code: str  # stable, e.g. "item", "total", "eligible", "grant", "own_share", "weight", "share"
    text: Message  # in words and numbers, in both languages
    amount: Decimal | None = None
    ags: str = ""  # of whom, where it is one municipality's


@dataclass(frozen=True)
class Split:
    """A cost split. At each level the parts sum to the whole, to the cent."""

    items: tuple[ItemCost, ...]
    net: Decimal
    vat: Decimal
    deducted: Decimal
    total: Decimal  # what is borne: the items' `borne`
    eligible: Decimal  # of the total
    grants: tuple[Grant, ...]
    granted: Decimal
    own_share: Decimal  # total − granted
    shares: tuple[ShareOfOne, ...]  # by AGS
    steps: Sequence[Step]  # made when they are first looked at
    remarks: tuple[Message, ...] = ()  # such as: the programme's minimum is not reached
    fingerprint: str = ""  # SHA-256 of the inputs


@dataclass(frozen=True)
class KeptSplit:
    """A version that the register keeps."""

    uuid: str
    split_version: int
    kind: str  # resolved | update
    made_on: date
    reason: str
    inputs: SplitInputs
    split: Split


@dataclass(frozen=True)
class LinkedAsset:
    """An asset of a project, and where it lies: `metres` by AGS for lines, empty for points."""

    uuid: str
    asset_class: str
    role: str
    asset_no: str
    name: str
    home_ags: str
    metres: dict[str, Decimal]
    ags: tuple[str, ...]  # the municipalities it lies in
    fields: dict[str, Any]  # the asset's fields that may be shown, by name


@dataclass(frozen=True)
class ProjectFacts:
    """Everything about one project that documents tell."""

    uuid: str
    values: dict[str, Any]  # fields of joint_project
    municipalities: dict[str, dict[str, Any]]  # by AGS: fields of municipality
    inputs: SplitInputs
    split: Split  # as computed now
    kept: tuple[KeptSplit, ...]  # by version
    assets: tuple[LinkedAsset, ...]
    phases: tuple[dict[str, Any], ...]
    resolutions: tuple[dict[str, Any], ...]
    #: What the register says about the inputs, such as: metres outside all participants.
    remarks: tuple[Message, ...] = ()

    @property
    def resolved(self) -> KeptSplit | None:
        """The newest version that was resolved; papers tell its figures where there is one."""
        return next((k for k in reversed(self.kept) if k.kind == "resolved"), None)
