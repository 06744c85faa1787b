"""The common style of all charts: fonts, tones, sizes, and rows of bars with their labels."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INCH_MM = 25.4
_POINTS = 8.5
_LINE_MM = 4.0  # of text
_BAR_MM = 4.4
_LETTER_MM = 1.8
_LABEL_LETTERS = 34
INK, QUIET = "#1a1a1a", "#5b6b7b"

#: (fill, hatch, text on it) by tone; neighbours differ in grey, too.
TONES = {
    "strong": ("#1f4e79", "", "white"),
    "plain": ("#c9d6e4", "", INK),
    "hatched": ("#ffffff", "/////", INK),
    "middle": ("#7f9dba", "", INK),
    "dotted": ("#eef2f6", "....", INK),
    "crossed": ("#ffffff", "xxxx", INK),
}
SERIES_TONES = tuple(TONES)


@dataclass(frozen=True)
class Rows:
    """Labels broken into lines, and where their rows lie: millimetres from the top."""

    labels: list[str]
    middles: list[float]
    height: float

    @classmethod
    def of(cls, labels: Sequence[str]) -> Rows:
        broken = ["\n".join(textwrap.wrap(label, _LABEL_LETTERS)) or label for label in labels]
        heights = [2.6 + _LINE_MM * (label.count("\n") + 1) for label in broken]
        below = accumulate(heights)
        middles = [end - tall / 2 for end, tall in zip(below, heights, strict=True)]
        return cls(broken, middles, sum(heights))


def draw_bar(axes: Axes, middle: float, start: float, value: float, tone: str) -> None:
    fill, hatch, _ = TONES[tone]
    axes.barh(middle, value, _BAR_MM, left=start, color=fill, hatch=hatch, edgecolor=QUIET,
              linewidth=0.6, clip_on=False)  # fmt: skip


@cache
def _fonts() -> tuple[str, ...]:
    """Open Sans where the machine has it, then the one that matplotlib brings along."""
    from matplotlib import font_manager

    known = font_manager.fontManager
    if "Open Sans" not in known.get_font_names():
        # matplotlib's list of fonts may be older than the font.
        for path in font_manager.findSystemFonts():
            if "OpenSans-" in path:
                known.addfont(path)
    found = "Open Sans" in known.get_font_names()
    return ("Open Sans", "DejaVu Sans") if found else ("DejaVu Sans",)


class Drawing:
    """A figure in the common style; matplotlib's own settings and the user's stay as they were."""

    def __init__(self, width_mm: float, height_mm: float, legend: Sequence[str] = ()) -> None:
        self.width, self.legend = width_mm, legend
        entry = 13 + _LETTER_MM * max((len(label) for label in legend), default=0)
        self.columns = max(1, min(len(legend), int(width_mm / entry)))
        self.top = 2.5 + 4.5 * -(-len(legend) // self.columns) if legend else 0.0
        self.height = height_mm + self.top
        self.figure: Figure

    def __enter__(self) -> Drawing:
        with warnings.catch_warnings():
            # An older matplotlib of the system beside ours; nothing here is drawn in 3D.
            warnings.filterwarnings("ignore", "Unable to import Axes3D")
            import matplotlib
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure

        self._settings = matplotlib.rc_context()
        self._settings.__enter__()
        matplotlib.rcdefaults()  # not the user's matplotlibrc
        matplotlib.rcParams.update({
            "font.family": list(_fonts()), "font.size": _POINTS, "text.color": INK,
            "axes.labelcolor": INK, "xtick.color": INK, "hatch.linewidth": 0.5,
            "hatch.color": QUIET, "svg.hashsalt": "ile", "svg.fonttype": "none",
        })  # fmt: skip
        self.figure = Figure((self.width / _INCH_MM, self.height / _INCH_MM))
        self._canvas = FigureCanvasAgg(self.figure)
        return self

    def __exit__(self, *failure: Any) -> None:
        self._settings.__exit__(*failure)

    def axes_for(self, rows: Rows) -> Axes:
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_ylim(rows.height, 0)
        axes.set_axis_off()
        return axes

    def write_rows(
        self, axes: Axes, rows: Rows, shown: Sequence[str], ends: Sequence[float],
        strong: Sequence[bool], lowest: float,
    ) -> None:  # fmt: skip
        """Write what stands left and right of each row, and give the bars the room between."""
        weights = ["bold" if one else "normal" for one in strong]
        left, right = [], []
        for middle, label, value, weight in zip(rows.middles, rows.labels, shown, weights,
                                                strict=True):  # fmt: skip
            y = 1 - (self.top + middle) / self.height
            left.append(self.figure.text(0, y, label, va="center", weight=weight))
            right.append(axes.text(0, middle, value, va="center", weight=weight))
        x = self._widest(left) + 3
        room = self.width - x - self._widest(right) - 3
        axes.set_position((x / self.width, 0, room / self.width, 1 - self.top / self.height))
        highest = max([*ends, lowest + 1e-9])
        axes.set_xlim(lowest, highest)
        gap = 1.5 / room * (highest - lowest)
        for value, end in zip(right, ends, strict=True):
            value.set_x(max(end, 0) + gap)
        axes.axvline(0, color=QUIET, linewidth=0.8)
        if self.legend:
            self._write_legend()

    def _write_legend(self) -> None:
        from matplotlib.patches import Patch

        handles = [Patch(facecolor=TONES[tone][0], hatch=TONES[tone][1], edgecolor=QUIET,
                         linewidth=0.6, label=label)
                   for tone, label in zip(SERIES_TONES, self.legend, strict=False)]  # fmt: skip
        self.figure.legend(handles=handles, loc="upper left", ncols=self.columns, frameon=False,
                           borderaxespad=0, borderpad=0.1, handlelength=1.6,
                           columnspacing=1.5)  # fmt: skip

    def write_inside(
        self, axes: Axes, start: float, value: float, middle: float, text: str, tone: str
    ) -> None:
        """Write a part's value into it; nothing where it has no room."""
        low, high = axes.get_xlim()
        room = value / (high - low) * axes.get_position().width * self.width
        under = {"facecolor": TONES[tone][0], "edgecolor": "none", "pad": 0.8}
        words = axes.text(start + value / 2, middle, text, ha="center", va="center",
                          color=TONES[tone][2], bbox=under)  # fmt: skip
        if self._widest([words]) + 2 > room:
            words.remove()

    def _widest(self, texts: Sequence[Any]) -> float:
        renderer = self._canvas.get_renderer()
        widths = [text.get_window_extent(renderer).width for text in texts]
        return max(widths, default=0.0) / self.figure.dpi * _INCH_MM

    def fit(self, axes: Axes) -> None:
        """Give the axes all the room that their texts leave."""
        box = axes.get_tightbbox(self._canvas.get_renderer())
        wide, tall = self.figure.bbox.width, self.figure.bbox.height
        left, below = max(0.0, -box.x0) / wide, max(0.0, -box.y0) / tall
        right, above = max(0.0, box.x1 - wide) / wide, max(0.0, box.y1 - tall) / tall
        axes.set_position((left, below, 1 - left - right, 1 - below - above))

    def picture(self, kind: str, dpi: int) -> bytes:
        out = BytesIO()
        # Neither the version nor the time of drawing.
        blank = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}[kind]
        self.figure.savefig(out, format=kind, dpi=dpi, metadata=blank)
        return out.getvalue()
