"""How well people can charge: points for each thousand of them, and how far the nearest one is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assets import Assets, Places, code_of
from .assumptions import Assumptions
from .nearest import nearest_distance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Of the distances in each place: half are less than the median, nine in ten less than the other.
_QUANTILES = (0.5, 0.9)


class Charging(NamedTuple):
    """Public charging in use, one row a place: by the territory that it lies in."""

    stations: Integers
    points: Integers  # a station whose points are not recorded counts as one
    fast_points: Integers
    power_kw: Floats  # of the stations whose power is recorded
    per_thousand: Floats  # points for each 1,000 inhabitants; NaN where these are not recorded
    lights: Integers  # streetlights in use, from which is measured
    median_m: Floats  # NaN without lights, inf without any charging point
    most_m: Floats  # nine in ten lights are nearer
    farthest_m: Floats
    near: Floats  # part of the lights within the assumed distance, 0 … 1; NaN without lights


def charging(
    stations: Assets, station_xy: Floats, lights: Assets, light_xy: Floats, places: Places,
    assumed: Assumptions,
) -> Charging:  # fmt: skip
    """Straight lines from each streetlight to the nearest public charging point of the register.

    Streetlights stand where people live, so they stand for the settled area; planar metres.

    Args:
        station_xy, light_xy: (n, 2) for all assets, NaN where one has no geometry.
    """
    rows = places.rows
    public = stations.in_use & (stations.values["public_access"] != 0) & (stations.lies_in >= 0)
    at = stations.lies_in[public]
    points = np.nan_to_num(stations.values["point_count"][public], nan=1.0)
    is_fast = stations.values["device_type"][public] == code_of("charging_point", "device_type",
                                                                "fast")  # fmt: skip
    power = np.nan_to_num(stations.values["power_kw"][public])

    lit = lights.in_use & (lights.lies_in >= 0)
    where = lights.lies_in[lit]
    distance = nearest_distance(light_xy[lit], station_xy[public])
    order = np.lexsort((distance, where))
    count = np.bincount(where, minlength=rows)
    median, most, farthest = (
        _quantile(distance[order], count, part) for part in (*_QUANTILES, 1.0))
    near = np.bincount(where, distance <= assumed.charging_distance, rows)
    total = np.bincount(at, points, rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_thousand = total / np.append(places.population, np.nan) * 1000
        near = near / count
    per_thousand[~np.isfinite(per_thousand)] = np.nan
    return Charging(
        np.bincount(at, minlength=rows), total.astype(np.int64),
        np.bincount(at, points * is_fast, rows).astype(np.int64), np.bincount(at, power, rows),
        per_thousand, count, median, most, farthest, near,
    )  # fmt: skip


def _quantile(values: Floats, count: Integers, part: float) -> Floats:
    """The least value in each group that at least this part of the group does not exceed.

    Args:
        values: of all groups one after the other, ascending within each.
    """
    first = np.cumsum(count) - count
    found = np.full(len(count), np.nan)
    some = np.flatnonzero(count)
    place = np.ceil(part * count[some]).astype(np.int64) - 1
    found[some] = values[first[some] + place]
    return found


def overall(values: Floats, count: Integers) -> float:
    """The mean of values that hold for so many lights each; NaN without lights."""
    known = count > 0
    return float(np.average(values[known], weights=count[known])) if known.any() else np.nan
