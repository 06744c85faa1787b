"""How sure a match is: a number between 0 and 1.

    nearness = 1 / (1 + distance / (4 × (tolerance of the left + tolerance of the right)))
    shape    = (3 + cosine of the turn from one line to the other) / 4
    lead     = 0.6 + 0.4 × by how much the next best candidate costs more (0 … 1)
    confidence = nearness × shape × lead

A distance as great as both tolerances together gives 0.8, ten times as great 0.29: it is proposed,
but to be looked at. Where both assets have attributes that are compared, three tenths of the
confidence come from the share of them that agrees. `double` and `along_border` know no lead; their
length stands for it: length / (length + 10 m).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_FROM_ATTRIBUTES = 0.3
_HALF_SURE_M = 10.0


def nearness(distance_m: Floats, tolerance_m: Floats) -> Floats:
    """1 where nothing lies between the two, 0.8 at the sum of their tolerances."""
    return 1.0 / (1.0 + distance_m / (4.0 * tolerance_m))


def shape(straight: ArrayLike) -> Floats:
    """1 where one line goes straight on as the other, 0.75 at a right angle."""
    return (3.0 + np.asarray(straight, dtype=np.float64)) / 4.0


def led_by(lead: ArrayLike) -> Floats:
    """1 without competitors, 0.6 where one fits as well."""
    return 0.6 + 0.4 * np.asarray(lead, dtype=np.float64)


def length(length_m: Floats) -> Floats:
    """0.5 at 10 m, towards 1 for long stretches."""
    return length_m / (length_m + _HALF_SURE_M)


def with_agreement(confidence: Floats, share: Floats) -> Floats:
    """The confidence after a look at the attributes; `share` is NaN where none can be compared."""
    mixed = (1 - _FROM_ATTRIBUTES) * confidence + _FROM_ATTRIBUTES * share
    return np.clip(np.where(np.isnan(share), confidence, mixed), 0.0, 1.0)
