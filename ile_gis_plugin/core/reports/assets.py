"""What the figures are made from: municipalities and assets as arrays.

A *place* is the index of a municipality that the report tells of; what belongs to none of them has
the place behind the last. Counts by place therefore have one row more than there are places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

#: Only what stands and works is maintained, tested and paid for.
IN_USE = "functional"


@dataclass(frozen=True)
class Places:
    """The municipalities that a report tells of, and all others as one more place."""

    ags: tuple[str, ...]
    names: tuple[str, ...]
    population: Floats  # (places,) NaN where nobody entered it

    def __len__(self) -> int:
        return len(self.ags)

    @property
    def rows(self) -> int:
        return len(self.ags) + 1

    @property
    def others(self) -> int:
        return len(self.ags)

    def index(self, ags: Integers) -> Integers:
        """The places of municipalities given by their AGS as numbers."""
        numbers = np.array([int(key) for key in self.ags], dtype=np.int64)
        order = np.argsort(numbers)
        at = np.minimum(np.searchsorted(numbers[order], ags), len(numbers) - 1)
        return np.where(numbers[order][at] == ags, order[at], self.others)


@dataclass(frozen=True)
class Assets:
    """All assets of one class, n of them by ascending key, and their shares in the territories.

    Attributes:
        home: (n,) place of the municipality that keeps the asset.
        values: (n,) each, by field: a code's position in its list, or -1; a number, or NaN.
        days: (n,) each, by field; NaT where empty.
        share_of: (shares,) index of the asset, ascending.
        share_place: (shares,) in which it lies.
        share_m: (shares,) metres in it on the ellipsoid; NaN for points.
    """

    table: str
    fid: Integers
    home: Integers
    values: Mapping[str, NDArray]
    days: Mapping[str, Days]
    share_of: Integers
    share_place: Integers
    share_m: Floats

    def __len__(self) -> int:
        return len(self.fid)

    @property
    def in_use(self) -> NDArray[np.bool_]:
        """(n,)"""
        return self.values["status"] == code_of(self.table, "status", IN_USE)

    @property
    def length_m(self) -> Floats:
        """(n,) metres on the ellipsoid; 0 for points and for what has no geometry."""
        return np.bincount(self.share_of, np.nan_to_num(self.share_m), len(self))

    @property
    def lies_in(self) -> Integers:
        """(n,) for points: the place that each lies in; -1 where it has no geometry."""
        found = np.full(len(self), -1)
        found[self.share_of] = self.share_place
        return found


def codes_of(table: str, field: str) -> tuple[str, ...]:
    """The codes of a field, in the order of their positions."""
    return tuple(code.code for code in REGISTER[table][field].domain.codes)


def code_of(table: str, field: str, code: str) -> int:
    """The position of a code in its list."""
    return codes_of(table, field).index(code)


def tally(
    sizes: Sequence[int], keys: Sequence[NDArray], weights: Floats | None = None
) -> NDArray:
    """How often each combination of keys occurs, or the sum of its weights, as a table.

    Args:
        sizes: of the table; key k of a row lies in 0 … sizes[k] - 1, and -1 counts as the last.
    """
    columns = [np.where(key < 0, size - 1, key).astype(np.int64)
               for key, size in zip(keys, sizes, strict=True)]  # fmt: skip
    cell = np.ravel_multi_index(columns, sizes) if len(columns[0]) else np.empty(0, np.int64)
    return np.bincount(cell, weights, int(np.prod(sizes))).reshape(sizes)
