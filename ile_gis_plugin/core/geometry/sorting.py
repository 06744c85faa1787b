"""Sorting by whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def order_of(keys: Integers) -> Integers:
    """What `np.argsort(keys, kind="stable")` gives, for keys of 0 and above, several times faster.

    Key and index share one number, because numpy sorts numbers with the processor's vector
    instructions, and an index by them without.
    """
    bits = max(len(keys) - 1, 1).bit_length()
    if int(keys.max(initial=0)) >> (62 - bits):
        return np.argsort(keys, kind="stable")
    packed = (keys << bits) | np.arange(len(keys))
    packed.sort()
    return packed & ((1 << bits) - 1)


def is_first(*keys: NDArray) -> NDArray[np.bool_]:
    """Of sorted rows, given by columns, those that differ from the one before."""
    first = np.zeros(len(keys[0]), dtype=bool)
    first[:1] = True
    for key in keys:
        first[1:] |= key[1:] != key[:-1]
    return first
