"""The lines of one asset class that matter at the borders, ready for all steps of the matching."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets
from ..geometry.pieces import PieceIndex
from ..territory.coverage import Coverage
from ..territory.nearby import lines_near_borders
from .courses import Courses

Integers = NDArray[np.int64]

#: No end moves a line farther back than this.
INFLUENCE_M = 30.0
#: Two ends that clearly continue each other may be this many times the cap apart.
STRETCHED = 5.0 / 3.0


@dataclass(frozen=True)
class Site:
    """Lines of one class with the municipalities around them.

    Attributes:
        lines: all that may take part: near a border, or outside their home municipality, or
            beside a line that is.
        coverage, is_member: the municipalities.
        cap_m: nothing farther apart than this is taken for the same.
        threads: how many the indices are built with.
    """

    lines: LineAssets
    coverage: Coverage
    is_member: NDArray[np.bool_]
    cap_m: float
    threads: int = 1

    @property
    def reach_m(self) -> float:
        """No two ends farther apart than this are matched."""
        return self.cap_m * STRETCHED

    @cached_property
    def courses(self) -> Courses:
        return Courses(self.lines.coords, self.lines.offsets)

    @cached_property
    def index(self) -> PieceIndex:
        return PieceIndex(self.lines.coords, self.lines.offsets, self.threads)

    @cached_property
    def rank(self) -> Integers:
        """(n,) the lines' home municipalities by ascending AGS."""
        return self.coverage.to_rank(self.lines.home)


def lines_concerned(lines: LineAssets, coverage: Coverage, reach_m: float) -> NDArray[np.bool_]:
    """(n,) which lines come within reach of a border or lie outside their home municipality.

    Two lines of different homes that are both none of these are at least the reach apart. Lines
    without a home are none.
    """
    concerned = lines_near_borders(coverage, lines.coords, lines.offsets, reach_m)
    # A line that no border comes near lies in one municipality: that of its first vertex.
    rest = np.flatnonzero(~concerned)
    home = lines.home[rest]
    concerned[rest] = coverage.municipality_at(lines.coords[lines.offsets[rest]], home) != home
    return concerned & (lines.home >= 0)
