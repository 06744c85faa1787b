"""Projects to be split: small ones by hand, and made-up ones by chance."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from ile_gis_plugin.core.projects.model import (
    CostItem,
    Funding,
    Key,
    KeyPart,
    Participant,
    Split,
    SplitInputs,
    Weight,
)

BUCH, ILLERTISSEN, KELLMUENZ = "09775118", "09775129", "09775132"
OBERROTH, OSTERBERG, ROGGENBURG, UNTERROTH = "09775141", "09775142", "09775149", "09775161"
NAMES = {BUCH: "Buch", ILLERTISSEN: "Illertissen", KELLMUENZ: "Kellmünz", OBERROTH: "Oberroth",
         OSTERBERG: "Osterberg", ROGGENBURG: "Roggenburg", UNTERROTH: "Unterroth"}  # fmt: skip
DAY = date(2026, 1, 1)


def item(quantity: str, unit_price: str, vat_rate: str = "19", eligible: bool = True) -> CostItem:
    """An item whose amount needs no rounding."""
    amount = Decimal(quantity) * Decimal(unit_price)
    return CostItem("Bau", Decimal(quantity), "St", Decimal(unit_price),
                    amount.quantize(Decimal("0.01")), Decimal(vat_rate), eligible)  # fmt: skip


def costs(amount: str) -> tuple[CostItem, ...]:
    """One item of that cost, without VAT."""
    return (item("1", amount, vat_rate="0"),)


def by(key: str, **more) -> Key:
    return Key((KeyPart(key),), **more)


def paying(key: str, weights: dict[str, str], minimum=None, maximum=None) -> tuple:
    """Participants with weights for one key, and bounds by AGS."""
    low, high = minimum or {}, maximum or {}
    return tuple(
        Participant(ags, NAMES[ags], {key: Weight(Decimal(value), "m", "Register", DAY)},
                    Decimal(low[ags]) if ags in low else None,
                    Decimal(high[ags]) if ags in high else None)
        for ags, value in weights.items()
    )  # fmt: skip


def project(items: tuple = (), participants: tuple = (), key: Key | None = None,
            **more) -> SplitInputs:  # fmt: skip
    """A project of two that divide equally, unless it says otherwise."""
    participants = participants or paying("equal", {BUCH: "1", ILLERTISSEN: "1"})
    values = {
        "number": "ILE-2026-01", "title": "Weg", "lead_ags": participants[0].ags,
        "basis": "planned", "vat_mode": "gross", "deductible_vat_percent": Decimal(0),
        "funding": (), "key": key or by("equal"),
    }  # fmt: skip
    return SplitInputs(**values | more, items=tuple(items), participants=participants)


def amounts(split: Split) -> dict[str, str]:
    return {share.ags: str(share.amount) for share in split.shares}


def adds_up(inputs: SplitInputs, split: Split) -> None:
    """No cent is lost at any level."""
    assert split.total == sum(i.borne for i in split.items)
    assert split.net == sum(i.net for i in split.items)
    assert split.granted == sum(g.amount for g in split.grants)
    assert split.own_share == split.total - split.granted
    assert sum(s.amount for s in split.shares) == split.own_share
    assert sum(s.cost for s in split.shares) == split.total
    assert sum(s.grant for s in split.shares) == split.granted
    assert sum(s.percent for s in split.shares) == 100
    for share in split.shares:
        assert share.cost - share.grant == share.amount
        if inputs.instalments or inputs.budget_year:
            assert sum(amount for _, amount in share.instalments) == share.amount
        later = [a for year, a in share.instalments if year > (inputs.budget_year or 9999)]
        assert share.commitment == sum(later)


def within_bounds(inputs: SplitInputs, split: Split) -> None:
    of = {p.ags: p for p in inputs.participants}
    for share in split.shares if split.own_share > 0 else ():
        low, high = of[share.ags].minimum_amount, of[share.ags].maximum_amount
        assert low is None or share.amount >= low
        assert high is None or share.amount <= high


KEYS = ("equal", "population", "length", "asset_count", "area", "fixed_percent", "levy_base")


def by_chance(rng: random.Random, bounds: bool = True) -> SplitInputs:
    """A made-up project; most of them can be split, some contradict themselves."""
    ags = rng.sample([f"09775{n}" for n in range(100, 200)], rng.randint(1, 12))
    names = rng.sample(KEYS, rng.choice((1, 1, 1, 2, 3)))
    key = Key(tuple(KeyPart(k, p) for k, p in zip(names, _percents(rng, len(names)), strict=True)))
    fixed = _percents(rng, len(ags))
    vat_mode = rng.choice(("net", "gross"))
    return SplitInputs(
        "P", "Projekt", rng.choice(ags), rng.choice(("planned", "actual")), vat_mode,
        Decimal(rng.choice(("0", "0", "100", "33.3", "50"))),
        tuple(_item(rng) for _ in range(rng.randint(0, 6))),
        tuple(_funding(rng) for _ in range(rng.choice((0, 1, 1, 2)))), key,
        tuple(_participant(rng, a, names, percent, bounds)
              for a, percent in zip(ags, fixed, strict=True)),
        Decimal(rng.choice(("0", "0", "10", "12.5", "100"))), rng.choice((None, 2026)),
        tuple(zip((2028, 2026, 2027), _percents(rng, 3), strict=True))
        if rng.random() < 0.5 else (),
    )  # fmt: skip


def _percents(rng: random.Random, count: int) -> list[Decimal]:
    """Percentages with two places that sum to 100; some may be 0."""
    cuts = sorted(rng.randint(0, 10_000) for _ in range(count - 1))
    edges = [0, *cuts, 10_000]
    return [Decimal(b - a).scaleb(-2) for a, b in zip(edges, edges[1:], strict=False)]


def _item(rng: random.Random) -> CostItem:
    cents = rng.choice((rng.randint(1, 300), rng.randint(1, 10**8), -rng.randint(1, 10**6)))
    rate = Decimal(rng.choice(("0", "7", "19", "5.5")))
    amount = Decimal(cents).scaleb(-2)
    return CostItem("Position", Decimal(1), "psch", amount, amount, rate, rng.random() < 0.8)


def _funding(rng: random.Random) -> Funding:
    def maybe(cents: int, chance: float = 0.3) -> Decimal | None:
        return Decimal(rng.randint(0, cents)).scaleb(-2) if rng.random() < chance else None

    return Funding(
        "Programm", Decimal(rng.choice(("0", "25", "33.33", "40"))), maybe(10**7), maybe(10**5),
        None, Decimal(rng.choice(("100", "90", "66.67"))), rng.choice(("net", "gross")), True,
        maybe(200, 0.1))  # fmt: skip


def _participant(rng: random.Random, ags: str, keys: list[str], percent: Decimal,
                 bounds: bool) -> Participant:  # fmt: skip
    places = rng.choice((0, 1, 3))
    weights = {key: Weight(Decimal(rng.randint(0, 10**6) * (rng.random() > 0.2)).scaleb(-places))
               for key in keys}  # fmt: skip
    if "fixed_percent" in weights:
        weights["fixed_percent"] = Weight(percent)
    low, high = rng.randint(0, 10**4), rng.randint(10**5, 10**8)
    return Participant(
        ags, ags, weights,
        Decimal(low).scaleb(-2) if bounds and rng.random() < 0.1 else None,
        Decimal(high).scaleb(-2) if bounds and rng.random() < 0.15 else None)  # fmt: skip
