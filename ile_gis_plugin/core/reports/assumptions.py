"""What a report takes for granted: each a named parameter that the report prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from ..errors import InputError


@dataclass(frozen=True)
class Assumption:
    """A number that nobody measured: its unit and what it may be, both bounds included."""

    unit: str
    minimum: float
    maximum: float


#: A leap year's hours.
_YEAR_H = 8784
KNOWN = {
    "burning_hours": Assumption("h/a", 0, _YEAR_H),
    "reduced_hours": Assumption("h/a", 0, _YEAR_H),
    "price_kwh": Assumption("€/kWh", 0, 10),
    "co2_kwh": Assumption("kg/kWh", 0, 3),
    "led_power": Assumption("%", 1, 100),
    "led_reduced_power": Assumption("%", 0, 100),
    "charging_distance": Assumption("m", 1, 100_000),
    "joined": Assumption("m", 0.01, 20),
    "gap": Assumption("m", 1, 5_000),
}


@dataclass(frozen=True)
class Assumptions:
    """See `KNOWN` for the units.

    Attributes:
        burning_hours: a full night's, of lights whose own are not recorded.
        reduced_hours: in which a light with reduced power burns with it: six hours each night.
        price_kwh: with taxes and charges.
        co2_kwh: of the German electricity mix in 2024, as the Umweltbundesamt estimates it.
        led_power: an LED's power in place of another lamp's, of that lamp's power.
        led_reduced_power: to which a new LED is dimmed in the reduced hours, of its own power.
        charging_distance: within which a charging point counts as near.
        joined: ends of core paths no farther than this from another one are joined to it.
        gap: so far from the nearest other part of the core network an end counts as a gap.
    """

    burning_hours: float = 4_100
    reduced_hours: float = 2_190
    price_kwh: float = 0.30
    co2_kwh: float = 0.363
    led_power: float = 40
    led_reduced_power: float = 50
    charging_distance: float = 1_000
    joined: float = 1
    gap: float = 500

    @classmethod
    def of(cls, values: dict[str, Any]) -> Assumptions:
        """The assumptions among a job's values; what is not given has its default.

        Raises `InputError` for one that is out of its range, and for ends that would be joined
        and a gap at once.
        """
        given = {f.name: values[f.name] for f in fields(cls) if values.get(f.name) is not None}
        for name, value in given.items():
            known = KNOWN[name]
            if not known.minimum <= value <= known.maximum:
                raise InputError("reports.out_of_range", name=name, value=value, unit=known.unit,
                                 minimum=known.minimum, maximum=known.maximum)  # fmt: skip
        made = cls(**given)
        if made.gap <= made.joined:
            raise InputError("reports.gap_below_joined", gap=made.gap, joined=made.joined)
        return made

    def items(self) -> list[tuple[str, float, str]]:
        """(name, value, unit) of each."""
        return [(name, value, KNOWN[name].unit) for name, value in asdict(self).items()]
