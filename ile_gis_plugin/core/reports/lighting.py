"""What street lighting uses in a year, and what LEDs in place of other lamps would save."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assets import Assets, Places, code_of, codes_of, tally
from .assumptions import Assumptions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Lighting(NamedTuple):
    """Streetlights in use by place (who keeps them) and lamp type; the last type: not recorded."""

    lights: Integers  # (rows, types + 1)
    counted: Integers  # of these, those whose energy is known
    kw: Floats  # connected load of these
    kwh: Floats  # a year
    kwh_with_led: Floats  # a year, with LEDs in place of all other known lamps
    own_hours: Integers  # (rows,) lights that burn by hours of their own, not by the assumed ones
    reduced: Integers  # (rows,) lights with a reduced power


def lighting(lights: Assets, places: Places, assumed: Assumptions) -> Lighting:
    """Energy is power × hours; in the reduced hours it is the reduced power, where there is one.

    Left out are lights whose power is not recorded, and gas lamps, which use no electricity. A lamp
    whose type is not recorded stays what it is.
    """
    used = np.flatnonzero(lights.in_use)
    home, lamp = lights.home[used], lights.values["lamp_type"][used].astype(np.int64)
    full, dimmed = (lights.values[name][used] for name in ("power_w", "power_reduced_w"))
    hours = lights.values["burning_hours_a"][used]
    own_hours = np.bincount(home[~np.isnan(hours)], minlength=places.rows)
    hours = np.where(np.isnan(hours), assumed.burning_hours, hours)
    has_reduced = ~np.isnan(dimmed)
    low_hours = np.minimum(assumed.reduced_hours, hours)
    low_power = np.where(has_reduced, dimmed, full)
    watt_hours = full * (hours - low_hours) + low_power * low_hours

    led_low = assumed.led_reduced_power / 100
    led_hours = hours - low_hours + led_low * low_hours
    with_led = full * assumed.led_power / 100 * led_hours
    stays = (lamp < 0) | (lamp == code_of("streetlight", "lamp_type", "led"))
    # An old light that burns half dark already is not replaced by one that uses more.
    with_led = np.where(stays, watt_hours, np.minimum(with_led, watt_hours))

    counts = ~np.isnan(full) & (lamp != code_of("streetlight", "lamp_type", "gas"))
    sizes = (places.rows, len(codes_of("streetlight", "lamp_type")) + 1)
    keys = (home[counts], lamp[counts])

    def thousands(values: Floats) -> Floats:
        return tally(sizes, keys, values[counts] / 1000)

    return Lighting(
        tally(sizes, (home, lamp)), tally(sizes, keys), thousands(full), thousands(watt_hours),
        thousands(with_led), own_hours, np.bincount(home[has_reduced], minlength=places.rows),
    )  # fmt: skip
