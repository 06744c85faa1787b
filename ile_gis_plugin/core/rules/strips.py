"""A large register is looked at strip by strip, so that memory stays bounded."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..definition import REGISTER
from ..definition.types import Geometry
from ..stores.store import Box, Store
from .loading import Municipalities
from .rule import Found

#: More lines than this are looked at strip by strip.
_LINES_AT_ONCE = 700_000
#: What lies this far beyond a strip may still decide what is found inside: whether a line is joined
#: to anything is a matter of both its ends.
MARGIN_M = 2_000.0


@dataclass(frozen=True)
class Strip:
    """A part of the country: what is loaded, and where findings count."""

    box: Box | None
    core: Box | None

    def keeps(self, found: Found) -> Found | None:
        """The findings whose place lies in the core (west edge included, east edge not)."""
        if self.core is None:
            return found
        return selected(found, self.holds(found.xy))

    def holds(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of (n, 2) places lie in the core."""
        if self.core is None:
            return np.ones(len(xy), dtype=bool)
        x, y = xy.T
        west, south, east, north = self.core
        return (x >= west) & (x < east) & (y >= south) & (y < north)


EVERYWHERE = Strip(None, None)


def selected(found: Found, mask: np.ndarray) -> Found | None:
    """The findings that the mask keeps; None where it keeps none."""
    if mask.all():
        return found if len(found.fid) else None
    if not mask.any():
        return None
    return replace(
        found, fid=found.fid[mask], xy=found.xy[mask],
        other_fid=None if found.other_fid is None else found.other_fid[mask],
        part=None if found.part is None else found.part[mask],
        values={name: column[mask] for name, column in found.values.items()},
    )  # fmt: skip


def strips(store: Store, municipalities: Municipalities) -> list[Strip]:
    """The whole register at once, or from west to east where it is large."""
    lines = sum(store.count(t.name) for t in REGISTER.assets if t.geometry is Geometry.LINE)
    count = int(np.ceil(lines / _LINES_AT_ONCE))
    if count <= 1:
        return [EVERYWHERE]
    coverage = municipalities.coverage
    west = coverage.origin[0] + coverage.grid.x0
    cuts = np.linspace(west, west + coverage.grid.columns * coverage.grid.cell_m, count + 1)
    cuts[0], cuts[-1] = -np.inf, np.inf
    everywhere = (-np.inf, np.inf)
    return [
        Strip((a - MARGIN_M, everywhere[0], b + MARGIN_M, everywhere[1]),
              (a, everywhere[0], b, everywhere[1]))
        for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    ]  # fmt: skip
