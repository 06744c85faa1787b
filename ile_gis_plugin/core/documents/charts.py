"""Charts for papers and reports: the same figures give the same bytes, and grey paper will do.

Texts come worded from the caller. What a bar stands for is written beside it; tones differ in
lightness and hatch, never in hue alone. Sizes are millimetres as printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .drawing import QUIET, SERIES_TONES, TONES, Drawing, Rows, draw_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM = 160.0  # between the margins of an A4 sheet


@dataclass(frozen=True)
class Bar:
    """One bar: from `start` as long as `value`; `shown` is the value in words."""

    label: str
    value: float
    shown: str
    tone: str = "plain"
    start: float = 0.0

    @property
    def is_strong(self) -> bool:
        return self.tone == "strong"


@dataclass(frozen=True)
class Series:
    """One value for each of the labels of a chart."""

    label: str
    values: Sequence[float]


def bar_chart(
    bars: Sequence[Bar], *, width_mm: float = WIDTH_MM, picture: str = "png", dpi: int = 300
) -> bytes:
    """Bars one below the other, the label at the left and the value at the end of each.

    A bar of the tone "strong" is written in bold. `picture` is "png" or "svg".
    """
    rows = Rows.of([bar.label for bar in bars])
    with Drawing(width_mm, rows.height) as drawing:
        axes = drawing.axes_for(rows)
        for middle, bar in zip(rows.middles, bars, strict=True):
            draw_bar(axes, middle, bar.start, bar.value, bar.tone)
        lowest = min([0.0, *(bar.start + min(bar.value, 0) for bar in bars)])
        ends = [bar.start + max(bar.value, 0) for bar in bars]
        drawing.write_rows(axes, rows, [bar.shown for bar in bars], ends,
                           [bar.is_strong for bar in bars], lowest)  # fmt: skip
        return drawing.picture(picture, dpi)


def stacked_bars(
    labels: Sequence[str],
    series: Sequence[Series],
    shown: Callable[[float], str],
    *,
    width_mm: float = WIDTH_MM,
    picture: str = "png",
    dpi: int = 300,
) -> bytes:
    """A bar for each label, made of the series' values, which are no less than 0.

    `shown` words a value: it stands in its part where there is room, and the sum at the end.
    Raises `ValueError` for more than six series: they could not be told apart.
    """
    rows = Rows.of(labels)
    with Drawing(width_mm, rows.height, legend=[s.label for s in series]) as drawing:
        axes = drawing.axes_for(rows)
        sums = [0.0] * len(labels)
        parts = []
        for tone, one in zip(SERIES_TONES[: len(series)], series, strict=True):
            for at, value in enumerate(one.values):
                draw_bar(axes, rows.middles[at], sums[at], value, tone)
                parts.append((sums[at], value, rows.middles[at], tone))
                sums[at] += value
        drawing.write_rows(axes, rows, [shown(s) for s in sums], sums, [False] * len(sums), 0.0)
        for start, value, middle, tone in parts:
            if value > 0:
                drawing.write_inside(axes, start, value, middle, shown(value), tone)
        return drawing.picture(picture, dpi)


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    *,
    x_label: str,
    y_label: str,
    x_shown: Callable[[float], str],
    y_shown: Callable[[float], str],
    width_mm: float = WIDTH_MM,
    height_mm: float = 60.0,
    picture: str = "png",
    dpi: int = 300,
) -> bytes:
    """Columns between `edges` (one more than `counts`, rising), each with its count above it."""
    with Drawing(width_mm, height_mm) as drawing:
        axes = drawing.figure.add_axes((0, 0, 1, 1))
        _plain(axes)
        widths = [b - a for a, b in pairwise(edges)]
        fill, hatch, _ = TONES["plain"]
        axes.bar(edges[:-1], counts, widths, align="edge", color=fill, hatch=hatch,
                 edgecolor=QUIET, linewidth=0.6)  # fmt: skip
        for left, wide, count in zip(edges[:-1], widths, counts, strict=True):
            if count:
                axes.annotate(y_shown(count), (left + wide / 2, count), (0, 2),
                              textcoords="offset points", ha="center", va="bottom")  # fmt: skip
        axes.set_xlim(edges[0], edges[-1])
        axes.set_ylim(0, 1.12 * (max(counts, default=0) or 1))
        axes.set_xticks(list(edges), [x_shown(edge) for edge in edges])
        axes.set_yticks([])
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        drawing.fit(axes)
        return drawing.picture(picture, dpi)


def _plain(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(length=2, color=QUIET)
