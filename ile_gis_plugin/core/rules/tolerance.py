"""By how much an asset's recorded position may be off."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: (accuracy up to, tolerance) in metres: surveyed, cadastre, orthophoto, topographic data.
CLASSES = ((0.10, 0.10), (0.30, 0.30), (1.0, 1.0), (np.inf, 3.0))
#: Where no accuracy is recorded, the way of capturing tells one (metres).
BY_CAPTURE = {
    "gnss": 0.10, "tachymetry": 0.10, "open_trench": 0.10, "located": 0.30, "digitised": 1.0,
    "plan": 3.0, "unknown": 3.0,
}  # fmt: skip


def tolerance_m(accuracy_m: ArrayLike, by_capture_m: ArrayLike = 3.0) -> NDArray[np.float64]:
    """The tolerance of each asset in metres.

    Args:
        accuracy_m: (n,) recorded positional accuracy in metres, NaN where there is none.
        by_capture_m: (n,) accuracy by the way of capturing, taken where the first is NaN.
    """
    accuracy = np.asarray(accuracy_m, dtype=np.float64)
    accuracy = np.where(np.isnan(accuracy), by_capture_m, accuracy)
    limits = np.array([limit for limit, _ in CLASSES])
    return np.array([value for _, value in CLASSES])[np.searchsorted(limits, accuracy)]
