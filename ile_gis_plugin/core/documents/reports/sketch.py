"""A sketch of the core network: its parts, and where links are missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...reports.core_network import CoreNetwork
from ..charts import WIDTH_MM
from ..drawing import INK, QUIET, Drawing

_TALLEST_MM = 150.0
# More numbers than these would cover the network.
_NUMBERS = 40
_MARGIN = 0.04


def network_sketch(
    coords: np.ndarray, offsets: np.ndarray, core: CoreNetwork, links: Sequence[int]
) -> bytes:  # fmt: skip
    """A PNG, north at the top; empty bytes where there is no network.

    The longest part is drawn bold, the others thin; missing links are numbered as in their table.
    """
    if len(offsets) < 2:
        return b""
    low, high = coords.min(axis=0), coords.max(axis=0)
    wide, tall = np.maximum(high - low, 1.0)
    width = min(WIDTH_MM, _TALLEST_MM * wide / tall)
    with Drawing(WIDTH_MM, max(30.0, width * tall / wide)) as drawing:
        from matplotlib.collections import LineCollection

        axes = drawing.figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_aspect("equal")
        lines = np.split(coords, offsets[1:-1])
        step = np.hypot(*np.diff(coords, axis=0).T)
        step[offsets[1:-1] - 1] = 0.0  # from one line to the next
        of = np.repeat(core.part, np.diff(offsets))[:-1]
        longest = int(np.bincount(of, step, core.parts).argmax())
        for is_bold in (False, True):
            chosen = [line for line, part in zip(lines, core.part, strict=True)
                      if (part == longest) == is_bold]  # fmt: skip
            axes.add_collection(LineCollection(
                chosen, colors=INK if is_bold else QUIET, linewidths=1.8 if is_bold else 0.9,
                capstyle="round"))  # fmt: skip
        missing = core.missing
        for number, link in enumerate(links, 1):
            a, b = missing.xy[link], missing.other_xy[link]
            axes.plot([a[0], b[0]], [a[1], b[1]], color=INK, linewidth=1.2, linestyle=":")
            middle = (a + b) / 2
            axes.plot(*middle, marker="o", markersize=9, markerfacecolor="white",
                      markeredgecolor=INK, markeredgewidth=0.8)  # fmt: skip
            if number <= _NUMBERS:
                axes.annotate(str(number), middle, ha="center", va="center", fontsize=6)
        pad = _MARGIN * max(wide, tall)
        axes.set_xlim(low[0] - pad, high[0] + pad)
        axes.set_ylim(low[1] - pad, high[1] + pad)
        return drawing.picture("png", 200)
