"""Charts: the same figures, the same picture; nothing cut; grey paper is enough."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ile_gis_plugin.core.documents.charts import Bar, Series, bar_chart, histogram, stacked_bars
from ile_gis_plugin.core.documents.drawing import TONES
from tests.documents.project import NAMES

BARS = [Bar(name, 10.0 * place, f"{place}.234,56 € (1,23 %)", "strong" if place == 7 else "plain")
        for place, name in enumerate(NAMES)]  # fmt: skip
CHARTS = {
    "bars": lambda picture: bar_chart(BARS, picture=picture),
    "stacked": lambda picture: stacked_bars(
        NAMES, [Series(f"Klasse {i}", [i + 1.0] * 12) for i in range(6)], str, picture=picture),
    "histogram": lambda picture: histogram(
        [0, 10, 20, 30], [5, 0, 12], x_label="Alter in Jahren", y_label="Leuchten",
        x_shown=str, y_shown=str, picture=picture),
}  # fmt: skip


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("L"))


@pytest.mark.parametrize("picture", ["png", "svg"])
@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_figures_give_the_same_bytes(chart, picture):
    assert CHARTS[chart](picture) == CHARTS[chart](picture)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_picture_tells_neither_time_nor_program(chart):
    assert Image.open(BytesIO(CHARTS[chart]("png"))).info.keys() <= {"dpi"}
    svg = CHARTS[chart]("svg").decode()
    assert "dc:date" not in svg and "Matplotlib" not in svg


@pytest.mark.parametrize("chart", ["bars", "stacked"])
def test_nothing_reaches_the_edge_at_which_it_would_be_cut(chart):
    found = pixels(CHARTS[chart]("png"))
    assert (found[:, -6:] == 255).all()
    assert found.min() < 100


def test_long_names_are_written_whole():
    svg = bar_chart(BARS, picture="svg").decode()
    for word in " ".join(NAMES).split():
        assert word in svg


def test_the_tones_that_stand_side_by_side_differ_in_grey():
    fills = [Image.new("RGB", (1, 1), fill).convert("L").getpixel((0, 0))
             for fill, hatch, _ in TONES.values() if not hatch]  # fmt: skip
    assert min(abs(a - b) for i, a in enumerate(fills) for b in fills[i + 1:]) > 40


def test_a_correction_below_zero_is_drawn():
    chart = bar_chart([Bar("Buch", 10.0, "10 €"), Bar("Korrektur", -4.0, "-4 €", "strong")])
    plain = bar_chart([Bar("Buch", 10.0, "10 €"), Bar("Korrektur", 0.0, "-4 €", "strong")])
    assert chart != plain
    assert (pixels(chart)[:, -6:] == 255).all()


def test_more_series_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError):
        stacked_bars(["a"], [Series(str(i), [1.0]) for i in range(7)], str)


def test_the_settings_of_the_user_change_nothing():
    import matplotlib

    before = CHARTS["bars"]("png")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert CHARTS["bars"]("png") == before
        assert matplotlib.rcParams["font.size"] == 30
