"""Runs of lines: what is worked on at once, so that memory stays bounded and caches are used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Part = TypeVar("Part")
Result = TypeVar("Result")

#: About 5,000 lines of 20 vertices: arrays of this size stay in the processor's cache.
VERTICES = 100_000


def runs_of_lines(offsets: NDArray[np.int64], vertices: int = VERTICES) -> list[slice]:
    """Divide lines into runs of about so many vertices (or single lines).

    Args:
        offsets: (n + 1,) line i has the vertices offsets[i] … offsets[i + 1] - 1.
    """
    bounds = np.searchsorted(offsets, np.arange(0, offsets[-1], vertices))
    bounds = [*np.unique(bounds).tolist(), len(offsets) - 1]
    return [slice(a, b) for a, b in pairwise(bounds) if a < b]


def each(work: Callable[[Part], Result], parts: Sequence[Part], threads: int) -> list[Result]:
    """The results of some work on each part, several at once."""
    if threads < 2 or len(parts) < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, parts))


def each_of_size(
    work: Callable[[Part], Result], parts: Sequence[Part], sizes: Sequence[int], threads: int
) -> list[Result]:
    """As `each`, but one after the other where there is little to do: starting threads takes longer
    than a few vertices do."""
    return each(work, parts, threads if sum(sizes) > VERTICES else 1)
