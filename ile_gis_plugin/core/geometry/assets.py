"""Assets of one class as arrays: what the kernels of rules and border look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class LineAssets:
    """Lines of one table, in the register's CRS; asset i has coords[offsets[i]:offsets[i + 1]].

    Attributes:
        table: name of the asset class.
        fid: (n,) ascending keys of the rows.
        coords: (N, 2) metres; finite, at least two vertices a line.
        offsets: (n + 1,).
        home: (n,) index in `Coverage.ags` of the municipality that keeps the asset, or -1.
        network: (n,) only lines of the same number can join: all paths have one, utility lines one
            for each network type and sub-type.
        tolerance_m: (n,) by how much the asset's position may be off (see `rules.tolerance`).
        values: (n,) each; attributes that are compared across a border: numbers with NaN for
            empty, codes as integers with -1 for empty.
    """

    table: str
    fid: Integers
    coords: Floats
    offsets: Integers
    home: Integers
    network: Integers
    tolerance_m: Floats
    values: dict[str, NDArray]

    def __len__(self) -> int:
        return len(self.fid)

    def take(self, index: NDArray) -> LineAssets:
        """The assets at `index` (ascending), with their own coordinates."""
        count = np.diff(self.offsets)[index]
        offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        vertex = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][index] - offsets[:-1], count)
        return LineAssets(
            self.table, self.fid[index], self.coords[vertex], offsets, self.home[index],
            self.network[index], self.tolerance_m[index],
            {name: column[index] for name, column in self.values.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class PointAssets:
    """Points of one table, in the register's CRS; attributes as in `LineAssets`."""

    table: str
    fid: Integers
    xy: Floats  # (n, 2), finite
    home: Integers
    tolerance_m: Floats
    values: dict[str, NDArray]

    def __len__(self) -> int:
        return len(self.fid)
