"""Smooth random fields: what makes lines wind, villages irregular and borders natural."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one purpose: another purpose never shifts them."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


class Field:
    """A smooth random field over the plane, about −1 … 1, made of plane waves.

    `longest` is its longest wave in metres; each octave has half the wave and `rough` times the
    height of the one before.
    """

    def __init__(
        self, rng: np.random.Generator, longest: float, octaves: int = 3, rough: float = 0.5
    ) -> None:
        waves, heights = [], []
        for octave in range(octaves):
            length = longest / 2**octave
            angle = rng.uniform(0, 2 * np.pi, 7)
            size = 2 * np.pi / (length * rng.uniform(0.75, 1.3, 7))
            waves.append(np.column_stack((size * np.cos(angle), size * np.sin(angle))))
            heights.append(np.full(7, rough**octave))
        self._waves = np.vstack(waves)
        self._heights = np.concatenate(heights)
        self._heights /= np.sqrt((self._heights**2).sum()) * 1.2
        self._phases = rng.uniform(0, 2 * np.pi, len(self._waves))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """The field at points given as (…, 2)."""
        total = np.zeros(points.shape[:-1])
        for wave, height, phase in zip(self._waves, self._heights, self._phases, strict=True):
            total += height * np.sin(points[..., 0] * wave[0] + points[..., 1] * wave[1] + phase)
        return total


class Warp:
    """Shifts points of the plane smoothly by about `amount` metres."""

    def __init__(
        self, rng: np.random.Generator, longest: float, amount: float, octaves: int = 3,
        rough: float = 0.5,
    ) -> None:  # fmt: skip
        self._x = Field(rng, longest, octaves, rough)
        self._y = Field(rng, longest, octaves, rough)
        self._amount = amount

    def __call__(self, points: np.ndarray) -> np.ndarray:
        shift = np.stack((self._x(points), self._y(points)), -1)
        return points + self._amount * shift
