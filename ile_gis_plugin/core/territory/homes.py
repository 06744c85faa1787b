"""Home municipalities of many assets at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .coverage import Coverage

Integers = NDArray[np.int64]


class Homes:
    """The municipalities of a coverage, found by their AGS as numbers."""

    def __init__(self, coverage: Coverage) -> None:
        numbers = np.array([int(ags) for ags in coverage.ags], dtype=np.int64)
        self._order = np.argsort(numbers)
        self._numbers = numbers[self._order]

    def index(self, ags: Integers) -> Integers:
        """The place of each in `Coverage.ags`; -1 for one that it does not have."""
        place = np.minimum(np.searchsorted(self._numbers, ags), len(self._numbers) - 1)
        return np.where(self._numbers[place] == ags, self._order[place], -1)
