"""How large a register is, what it looks like, and how great its faults are."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

#: Assets against municipalities; between these, straight on a double logarithmic scale.
_SIZES = ((1_000, 30), (10_000, 100), (100_000, 500), (1_000_000, 2_000), (5_000_000, 10_000))
AREA_M2 = 34e6  # of a municipality, on average

Range = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """What the network looks like, and the ranges (metres) of what is planted in it."""

    lattice: str = "square"  # or honeycomb
    vertices: int = 20  # of a line
    line_m: float = 370.0
    angle: float = 0.0  # of the lattice of paths; utility lines lie 0.6 further round
    vertex_noise: bool = False  # inner vertices wander by the accuracy of their line
    accuracy_known: float = 1.0  # part of the paths and points that have one
    same_accuracy: bool = True  # on both sides of a border
    legs: float = 1.0  # part of the lines along a border that leave it at both ends
    gap: Range = (0.2, 2.5)
    overshoot: Range = (0.2, 2.5)
    lateral: Range = (0.1, 1.5)
    width: Range = (0.3, 2.0)  # a mismatch; up to 0.25 m is none
    across_length: Range = (30.0, 150.0)
    across_offset: Range = (0.2, 1.0)
    along_length: Range = (60.0, 300.0)
    along_offset: Range = (0.3, 1.0)
    along_within: Range = (0.05, 0.5)
    frontage: Range = (5.0, 8.0)
    point: Range = (0.1, 1.2)
    near_miss: Range = (0.1, 0.8)
    past: Range = (0.2, 1.5)


SHAPES = {
    "regular": Shape(),
    "rough": Shape(
        lattice="honeycomb", vertices=5, line_m=310.0, angle=0.4, vertex_noise=True,
        accuracy_known=0.8, same_accuracy=False, legs=0.5,
        gap=(0.1, 2.9), overshoot=(0.1, 2.9), lateral=(0.1, 2.0), width=(0.26, 3.0),
        across_length=(20.0, 180.0), across_offset=(0.15, 1.4),
        along_length=(50.0, 350.0), along_offset=(0.2, 1.3), along_within=(0.0, 0.9),
        frontage=(4.0, 12.0),
        point=(0.05, 1.5), near_miss=(0.05, 1.2), past=(0.1, 2.0),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """One register to be made. The same scenario gives the same register."""

    assets: int
    seed: int = 1
    variant: str = "regular"

    @property
    def shape(self) -> Shape:
        return SHAPES[self.variant]

    @property
    def municipalities(self) -> int:
        known = np.log(np.array(_SIZES, dtype=float))
        return max(12, round(np.exp(np.interp(np.log(self.assets), *known.T))))

    @property
    def lines(self) -> int:
        """Paths and utility lines together; the rest are points."""
        return self.assets * 6 // 10

    def stream(self, *name: str) -> np.random.Generator:
        """Random numbers of one purpose, so that a change in one part leaves the others alone."""
        words = (zlib.crc32(n.encode()) for n in (self.variant, *name))
        return np.random.default_rng([self.seed, *words])

    def border_count(self, crossings: int) -> int:
        """How many faults of one kind go into this many border crossings of one class."""
        return max(6, round(0.02 * crossings))

    def inner_count(self) -> int:
        """How many faults of one kind lie inside the municipalities, for one class of lines."""
        return max(3, round(0.001 * self.assets))


def uniform(rng: np.random.Generator, span: Range, n: int) -> np.ndarray:
    return rng.uniform(*span, n)
