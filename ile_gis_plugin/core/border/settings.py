"""What a cooperation sets for its borders; kept in the register, so that all work alike."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from ..errors import InputError
from ..rules.rule import Settings
from ..stores.store import Store

_ENTRY = "border_settings"


@dataclass(frozen=True)
class BorderSettings:
    """Distances in metres.

    Attributes:
        cap_m: nothing farther apart than this is taken for the same.
        lead_ags: the municipality that may accept and reject for both sides; empty: both sides
            have to accept.
    """

    cap_m: float = 3.0
    lead_ags: str = ""


def border_settings(store: Store) -> BorderSettings:
    """The register's settings, or the product's where it has none."""
    text = store.entry(_ENTRY)
    return BorderSettings(**json.loads(text)) if text else BorderSettings()


def rule_settings(store: Store) -> Settings:
    """What the rules are to go by in this register."""
    return Settings(cap_m=border_settings(store).cap_m)


def change_border_settings(
    store: Store, cap_m: float | None = None, lead_ags: str | None = None
) -> BorderSettings:
    """Keep what is given for all later runs; `lead_ags` "none" takes the lead away.

    Raises `InputError` for a distance that makes no sense or a lead that is no member.
    """
    now = border_settings(store)
    if cap_m is not None:
        if not 0.01 <= cap_m <= 6:  # a refresh looks no farther around
            raise InputError("border.cap_out_of_range", value=cap_m)
        now = replace(now, cap_m=cap_m)
    if lead_ags:
        members = store.read("municipality", ["ags"], {"is_member": 1})["ags"]
        if lead_ags != "none" and lead_ags not in members:
            raise InputError("border.lead_no_member", ags=lead_ags, members=members)
        now = replace(now, lead_ags="" if lead_ags == "none" else lead_ags)
    store.set_entry(_ENTRY, json.dumps(asdict(now), sort_keys=True))
    return now
