"""Parts of a network: what is joined to what, and the shortest way to join the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def parts_of(count: int, a: Integers, b: Integers) -> Integers:
    """(count,) the least member of the part that each one belongs to, where a[i] is joined to b[i].

    Roots are hung below lesser roots, and all ways to a root are shortened, until nothing changes.
    """
    root = np.arange(count)
    while True:
        low, high = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        apart = low != high
        if not apart.any():
            return root
        np.minimum.at(root, high[apart], low[apart])
        while (root[root] != root).any():
            root = root[root]


def shortest_joins(count: int, a: Integers, b: Integers, length: Floats) -> Integers:
    """Which of the possible joins a[i] – b[i] join as many parts as can be, with the least length
    (Borůvka: each part takes its shortest join, until none leads out of a part).

    Of joins of one length the one of the lower index is taken. Returns indices, ascending.
    """
    rank = np.empty(len(length), dtype=np.int64)
    rank[np.lexsort((np.arange(len(length)), length))] = np.arange(len(length))
    by_rank = np.argsort(rank)
    chosen = np.empty(0, dtype=np.int64)
    root = np.arange(count)
    while True:
        out = np.flatnonzero(root[a] != root[b])
        if not out.size:
            return np.sort(by_rank[chosen])
        least = np.full(count, len(length))
        for side in (a, b):
            np.minimum.at(least, root[side[out]], rank[out])
        chosen = np.union1d(chosen, least[least < len(length)])
        root = parts_of(count, a[by_rank[chosen]], b[by_rank[chosen]])
