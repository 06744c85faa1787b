"""What has changed between two versions of a split, municipality by municipality."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .model import Split
from .rounding import cents_of, euros


class Difference(NamedTuple):
    """In euros; 0.00 in the version that a municipality has no part in."""

    ags: str
    name: str
    old: Decimal
    new: Decimal
    difference: Decimal  # new − old


def differences(old: Split, new: Split) -> list[Difference]:
    """Each municipality of either version, by AGS, with its amounts; also where they are equal."""
    names = {s.ags: s.name for s in (*old.shares, *new.shares)}
    before, after = ({s.ags: cents_of(s.amount) or 0 for s in v.shares} for v in (old, new))
    return [
        Difference(ags, names[ags], euros(a := before.get(ags, 0)), euros(b := after.get(ags, 0)),
                   euros(b - a))
        for ags in sorted(names)
    ]  # fmt: skip
