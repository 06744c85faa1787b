"""Ranges of indices, many at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_BATCH = 1_000_000


def expand(start: Integers, count: Integers) -> tuple[Integers, Integers]:
    """Concatenate the ranges start[i] … start[i] + count[i] - 1; returns (i of each, values)."""
    i = np.repeat(np.arange(len(count)), count)
    shift = start - (np.cumsum(count) - count)
    return i, np.arange(len(i)) + shift[i]


def batches(sizes: Integers) -> list[slice]:
    """Divide items into runs of about a million by size (or single ones): memory stays bounded."""
    sums = np.cumsum(sizes)
    if not len(sums):
        return []
    bounds = np.searchsorted(sums, np.arange(0, max(sums[-1], 1), _BATCH), side="right")
    bounds[0] = 0
    return [slice(a, b) for a, b in pairwise([*np.unique(bounds).tolist(), len(sums)]) if a < b]
