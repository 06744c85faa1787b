"""Lines as well-known text: what people, QGIS expressions and JSON can read."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LINE = re.compile(r"LINESTRING ?\(([-0-9.e, ]+)\)")


def line_to_wkt(coords: ArrayLike) -> str:
    """`LINESTRING (…)` of (n, 2) coordinates, to the millimetre."""
    xy = np.asarray(coords, dtype=np.float64).reshape(-1, 2).tolist()
    return "".join(("LINESTRING (", ", ".join(f"{x:.3f} {y:.3f}" for x, y in xy), ")"))


def line_from_wkt(text: str) -> NDArray[np.float64]:
    """(n, 2) coordinates of a two-dimensional `LINESTRING`.

    Raises `ValueError` for anything else.
    """
    found = _LINE.fullmatch(text)
    if not found:
        raise ValueError("no LINESTRING")
    return np.array([pair.split() for pair in found.group(1).split(",")], dtype=np.float64)
