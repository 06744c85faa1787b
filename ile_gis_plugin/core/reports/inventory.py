"""What there is of each class, and where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assets import Assets, Places, codes_of, tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Inventory(NamedTuple):
    """How much there is of a class, whatever its status; one row a place."""

    table: str
    kept: Integers  # (rows,) assets whose register the municipality keeps
    inside: Integers  # (rows,) assets that lie in it, wholly or in part
    metres: Floats  # (rows,) in its territory; 0 for points
    status: Integers  # (rows, codes) of the kept ones
    shared: int  # assets that lie in more than one place
    without_geometry: Integers  # (rows,) of the kept ones


def inventory(assets: Assets, places: Places) -> Inventory:
    rows = places.rows
    by_asset = np.unique(assets.share_of * rows + assets.share_place)
    lies_in = np.bincount(by_asset // rows, minlength=len(assets))
    return Inventory(
        assets.table,
        np.bincount(assets.home, minlength=rows),
        np.bincount(by_asset % rows, minlength=rows),
        np.bincount(assets.share_place, np.nan_to_num(assets.share_m), rows),
        tally((rows, len(codes_of(assets.table, "status"))),
              (assets.home, assets.values["status"])),
        int((lies_in > 1).sum()),
        np.bincount(assets.home[lies_in == 0], minlength=rows),
    )  # fmt: skip
