"""How long the paths in use are, by legal class and surface."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .assets import Assets, Places, codes_of, tally

Floats = NDArray[np.float64]


class PathLengths(NamedTuple):
    """Metres on the ellipsoid in each territory; last class and surface: not recorded."""

    metres: Floats  # (rows, legal classes + 1, surfaces + 1)
    core: Floats  # (rows,) of core paths


def path_lengths(paths: Assets, places: Places) -> PathLengths:
    used = paths.in_use[paths.share_of]
    of, place, metres = (v[used] for v in (paths.share_of, paths.share_place, paths.share_m))
    sizes = (places.rows, *(len(codes_of("path", f)) + 1 for f in ("legal_class", "surface")))
    keys = (place, paths.values["legal_class"][of], paths.values["surface"][of])
    is_core = paths.values["is_core"][of] == 1
    return PathLengths(
        tally(sizes, keys, metres), np.bincount(place[is_core], metres[is_core], places.rows)
    )
