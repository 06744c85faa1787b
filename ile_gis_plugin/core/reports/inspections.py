"""Which inspections and tests are overdue, by the intervals of the rules on dates."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.dates import ELECTRICAL_TEST_YEARS, STABILITY_TEST_YEARS, years_before
from .assets import Assets, Places

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Years after which the test of a field has to be done again, by field.
INTERVALS = {"electrical_test_on": ELECTRICAL_TEST_YEARS, "stability_test_on": STABILITY_TEST_YEARS}
NEXT = "next_inspection_on"


class Overdue(NamedTuple):
    """One kind of inspection of the assets in use; one row a place, by who keeps them."""

    table: str
    field: str
    in_use: Integers  # (rows,)
    overdue: Integers  # (rows,)
    undated: Integers  # (rows,) no date is recorded: neither due nor known to be done
    fid: Integers  # (overdue,) the assets, the longest overdue first
    home: Integers
    days: Integers  # by which the test is overdue; at least 1


def overdue(assets: Assets, places: Places, on: date) -> list[Overdue]:
    """Each kind of inspection that the class has."""
    fields = [field for field in (NEXT, *INTERVALS) if field in assets.days]
    return [_overdue(assets, places, on, field) for field in fields]


def _overdue(assets: Assets, places: Places, on: date, field: str) -> Overdue:
    before = np.datetime64(years_before(on, INTERVALS[field]) if field in INTERVALS else on)
    used = np.flatnonzero(assets.in_use)
    day, home = assets.days[field][used], assets.home[used]
    late = np.flatnonzero(day < before)  # never of NaT
    days = (before - day[late]).astype(np.int64)
    order = np.lexsort((late, -days))
    late = late[order]
    return Overdue(
        assets.table, field,
        np.bincount(home, minlength=places.rows),
        np.bincount(home[late], minlength=places.rows),
        np.bincount(home[np.isnat(day)], minlength=places.rows),
        assets.fid[used[late]], home[late], days[order],
    )  # fmt: skip
