"""How old the assets in use are, and in which condition."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.dates import years_before
from .assets import Assets, Places, codes_of, tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Years that divide the age classes: under ten, ten to under twenty, ...
AGE_LIMITS = (10, 20, 30, 40)
_DAYS_A_YEAR = 365.2425


class Age(NamedTuple):
    """How old the assets of a class are that are in use, and how well; by who keeps them."""

    table: str
    by_age: Integers  # (rows, age classes + 1) the last column: not known
    by_condition: Integers  # (rows, classes + 1)
    age_metres: Floats  # as by_age; 0 for points
    condition_metres: Floats
    mean_years: Floats  # (rows,) of those whose age is known; NaN without one
    oldest: Floats  # (rows,) years


def age(assets: Assets, places: Places, on: date) -> Age:
    """Age on a day, by full years; what is in use and has no date counts as not known."""
    used = np.flatnonzero(assets.in_use)
    home, metres = assets.home[used], assets.length_m[used]
    begun = assets.days["commissioned_on"][used]
    unknown = np.isnat(begun)
    limits = np.array([years_before(on, years) for years in AGE_LIMITS], "datetime64[D]")
    which = (begun[:, None] <= limits).sum(axis=1)
    which[unknown] = len(AGE_LIMITS) + 1
    condition = assets.values["condition_class"][used]
    by_age = (places.rows, len(AGE_LIMITS) + 2), (home, which)
    by_condition = ((places.rows, len(codes_of(assets.table, "condition_class")) + 1),
                    (home, condition))  # fmt: skip

    known = np.flatnonzero(~unknown)
    years = (np.datetime64(on) - begun[known]).astype(np.int64) / _DAYS_A_YEAR
    count = np.bincount(home[known], minlength=places.rows)
    oldest = np.full(places.rows, -np.inf)
    np.maximum.at(oldest, home[known], years)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(home[known], years, places.rows) / count
    return Age(
        assets.table, tally(*by_age), tally(*by_condition), tally(*by_age, metres),
        tally(*by_condition, metres), mean, np.where(count > 0, oldest, np.nan),
    )  # fmt: skip


def overall_mean(found: Age) -> float:
    """The mean age of all assets of a class; NaN where none is known."""
    known = found.by_age[:, :-1].sum(axis=1)
    return float(np.nansum(found.mean_years * known) / known.sum()) if known.any() else np.nan
