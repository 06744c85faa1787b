"""Crossings, the last metres and the measures of lines, compared with looking at all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry import crossings, ranges, runs
from ile_gis_plugin.core.geometry.crossings import crossing_pairs
from ile_gis_plugin.core.geometry.pieces import PieceIndex
from ile_gis_plugin.core.geometry.shapes import shapes
from ile_gis_plugin.core.geometry.sorting import order_of
from ile_gis_plugin.core.geometry.tails import tails

ORIGIN = np.array([600_000.0, 5_400_000.0])
SEEDS = st.integers(0, 2**32 - 1)


def random_lines(rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines of 2 to 40 vertices; of some all vertices lie on whole metres, some are very long."""
    offsets = np.append(0, np.cumsum(rng.integers(2, rng.choice([3, 8, 41]), n)))
    line = np.repeat(np.arange(n), np.diff(offsets))
    steps = rng.normal(0, rng.choice([2.0, 10.0]), (offsets[-1], 2))
    steps[rng.random(len(steps)) < 0.05] *= 100
    coords = rng.uniform(0, 50, (n, 2))[line] + np.cumsum(steps, axis=0)
    return ORIGIN + np.where((line % 3 == 0)[:, None], np.rint(coords), coords), offsets


def crossings_of_all(coords, offsets, group) -> list[tuple[int, int]]:
    """(segment, other segment) of lines i < j of one group that cross properly."""
    first = np.setdiff1d(np.arange(offsets[-1]), offsets[1:] - 1)
    line = np.searchsorted(offsets, first, side="right") - 1
    a, b = coords[first] - ORIGIN, coords[first + 1] - ORIGIN

    def side(p, q, r):
        return np.sign((q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
                       - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0]))  # fmt: skip

    a1, b1, a2, b2 = a[:, None], b[:, None], a[None], b[None]
    cross = side(a1, b1, a2) * side(a1, b1, b2) < 0
    cross &= side(a2, b2, a1) * side(a2, b2, b1) < 0
    cross &= (line[:, None] < line) & (group[line][:, None] == group[line])
    return [(int(first[i]), int(first[j])) for i, j in zip(*np.nonzero(cross), strict=True)]


@given(SEEDS, st.integers(0, 30))
@example(0, 0)
@settings(deadline=None)
def test_crossings_of_lines_are_those_of_all_pairs_of_segments(seed, n):
    rng = np.random.default_rng(seed)
    coords, offsets = random_lines(rng, n)
    group = rng.integers(0, 2, n)
    found = crossing_pairs(PieceIndex(coords, offsets), group)
    assert list(zip(found.segment.tolist(), found.other_segment.tolist(), strict=True)) == (
        crossings_of_all(coords, offsets, group)
    )
    assert (found.line < found.other).all()
    places = []
    for segment, at in (
        (found.segment, found.position),
        (found.other_segment, found.other_position),
    ):
        places.append(coords[segment] + at[:, None] * (coords[segment + 1] - coords[segment]))
    assert places[0] == pytest.approx(places[1], abs=1e-6)


@pytest.mark.parametrize("threads", [1, 2])
def test_crossings_are_the_same_when_looked_for_in_small_parts(monkeypatch, threads):
    coords, offsets = random_lines(np.random.default_rng(3), 80)
    whole = crossing_pairs(PieceIndex(coords, offsets))
    assert len(whole.line) > 100
    monkeypatch.setattr(crossings, "_ENTRIES", 40)
    monkeypatch.setattr(ranges, "_BATCH", 30)
    monkeypatch.setattr(runs.runs_of_lines, "__defaults__", (25,))
    parts = crossing_pairs(PieceIndex(coords, offsets, threads), threads=threads)
    for a, b in zip(whole, parts, strict=True):
        assert a.tolist() == b.tolist()


def test_lines_that_share_a_vertex_or_a_stretch_do_not_cross():
    lines = ORIGIN + np.array([
        [0, 0], [10, 0], [20, 0],
        [10, 9], [10, 0], [10, -9],
        [5, 0], [15, 0],
        [20, 0], [0, 0],
    ])  # fmt: skip
    assert len(crossing_pairs(PieceIndex(lines, [0, 3, 6, 8, 10])).line) == 0


@given(SEEDS, st.floats(0.5, 60))
@settings(deadline=None)
def test_tails_are_the_segments_that_begin_within_reach_of_the_end(seed, reach):
    rng = np.random.default_rng(seed)
    coords, offsets = random_lines(rng, 12)
    line, last = rng.integers(0, 12, 9), rng.random(9) < 0.5
    found = tails(coords, offsets, line, last, reach)
    for k in range(9):
        vertices = np.arange(offsets[line[k]], offsets[line[k] + 1])[:: -1 if last[k] else 1]
        way = np.append(0, np.cumsum(np.hypot(*np.diff(coords[vertices], axis=0).T)))
        count = int((way[:-1] < reach).sum())
        mine = found.end == k
        assert found.near_vertex[mine].tolist() == vertices[:count].tolist()
        assert found.far_vertex[mine].tolist() == vertices[1 : count + 1].tolist()
        assert found.before[mine] == pytest.approx(way[:count])
        assert found.segment[mine].tolist() == [
            min(pair) for pair in zip(vertices[:count], vertices[1 : count + 1], strict=True)
        ]


@given(SEEDS, st.integers(0, 20))
@settings(deadline=None)
def test_lines_are_measured_one_by_one(seed, n):
    rng = np.random.default_rng(seed)
    coords, offsets = random_lines(rng, n)
    again = rng.random(len(coords)) < 0.2
    coords[1:][again[1:]] = coords[:-1][again[1:]]  # also from one line to the next
    found = shapes(coords, offsets, 1e-3)
    for k in range(n):
        line = coords[offsets[k] : offsets[k + 1]]
        steps = np.diff(line, axis=0)
        length = np.hypot(*steps.T)
        repeats = np.flatnonzero(length <= 1e-3) + offsets[k] + 1
        assert found.length[k] == pytest.approx(length.sum())
        assert found.repeats[k] == len(repeats)
        assert found.first_repeat[k] == (repeats[0] if len(repeats) else -1)
        assert found.goes_forward[k] == (steps @ (line[-1] - line[0]) > 0).all()


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**62 - 1)), max_size=40))
def test_the_order_of_keys_is_that_of_a_stable_sort(keys):
    keys = np.array(keys, dtype=np.int64)
    assert order_of(keys).tolist() == np.argsort(keys, kind="stable").tolist()
