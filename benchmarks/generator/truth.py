"""What was planted, where, and whether it has to be reported."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .layer import Layer
from .polylines import Floats, Integers

#: Kinds of border proposals, and of findings inside the municipalities.
BORDER_KINDS = ("gap", "overshoot", "mismatch", "missing", "double", "along_border", "point_double")


class Planted(NamedTuple):
    """Faults of one kind in one layer. Rows are -1 where there is no second or third asset."""

    kind: str
    variant: str
    report: bool  # False: right as it is, so that reporting it is wrong
    layer: Layer
    rows: Integers  # (n, 3)
    xy: Floats
    size_m: Floats
    field: str


class Truth(list[Planted]):
    def add(self, kind: str, variant: str, layer: Layer, rows: ArrayLike, xy: Floats, *,
            report: bool = True, size_m: ArrayLike = np.nan, field: str = "") -> None:  # fmt: skip
        """Remember faults; `rows` is (n,) or (n, 2) or (n, 3) rows of the layer."""
        if not len(xy):
            return
        rows = np.asarray(rows, dtype=np.int64).reshape(len(xy), -1)
        three = np.full((len(xy), 3), -1, dtype=np.int64)
        three[:, : rows.shape[1]] = rows
        size = np.broadcast_to(np.asarray(size_m, dtype=float), len(xy))
        self.append(Planted(kind, variant, report, layer, three, xy, size, field))
