"""Points near points and near lines, compared with looking at all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.geometry import neighbours, ranges, runs
from ile_gis_plugin.core.geometry.neighbours import near_pairs, points_near_lines
from ile_gis_plugin.core.geometry.pieces import PieceIndex

ORIGIN = np.array([600_000.0, 5_400_000.0])
SEEDS = st.integers(0, 2**32 - 1)


def random_points(rng, n: int) -> np.ndarray:
    """Points of which some coincide or stand in a row, in a square with a few far off."""
    points = rng.uniform(0, rng.choice([1.0, 30.0, 1000.0]), (n, 2))
    points = np.where(rng.random((n, 1)) < 0.3, np.rint(points), points)
    points[rng.random(n) < 0.05] *= 50
    return ORIGIN + points


def random_lines(rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines of 2 to 40 vertices, some with vertices that repeat, some with very long segments."""
    offsets = np.append(0, np.cumsum(rng.integers(2, rng.choice([3, 8, 41]), n)))
    line = np.repeat(np.arange(n), np.diff(offsets))
    steps = rng.normal(0, rng.choice([1.0, 10.0]), (offsets[-1], 2))
    steps[rng.random(len(steps)) < 0.1] = 0
    steps[rng.random(len(steps)) < 0.03] *= 100
    return ORIGIN + rng.uniform(0, 50, (n, 2))[line] + np.cumsum(steps, axis=0), offsets


def distances_to_segments(points, coords, offsets):
    """(points, segments) distances, the segments' first vertices, and their lines."""
    first = np.setdiff1d(np.arange(offsets[-1]), offsets[1:] - 1)
    a, b = coords[first], coords[first + 1]
    square = np.maximum(((b - a) ** 2).sum(axis=1), 1e-300)
    to = points[:, None] - a
    t = np.clip((to * (b - a)).sum(axis=2) / square, 0, 1)
    distance = np.linalg.norm(to - t[..., None] * (b - a), axis=2)
    return distance, first, np.searchsorted(offsets, first, side="right") - 1


@given(SEEDS, st.integers(0, 80), st.sampled_from([1e-3, 0.5, 3.0, 40.0]))
@settings(deadline=None)
def test_near_pairs_are_all_pairs_within_reach(seed, n, reach):
    rng = np.random.default_rng(seed)
    xy, group = random_points(rng, n), rng.integers(0, 3, n)
    distance = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    for same, found in (
        (np.ones((n, n), dtype=bool), near_pairs(xy, reach)),
        (group[:, None] == group, near_pairs(xy, reach, group)),
    ):
        i, j = np.nonzero(np.triu(same & (distance <= reach), 1))
        order = np.lexsort((found.j, found.i))
        assert (found.i[order].tolist(), found.j[order].tolist()) == (i.tolist(), j.tolist())
        assert found.distance[order] == pytest.approx(distance[i, j])


@given(SEEDS, st.integers(0, 60), st.integers(0, 30), st.sampled_from([1e-2, 3.0, 25.0]))
@example(0, 0, 5, 3.0)
@example(0, 5, 0, 3.0)
@settings(deadline=None)
def test_all_segments_within_reach_of_a_point_are_found(seed, n_points, n_lines, reach):
    rng = np.random.default_rng(seed)
    coords, offsets = random_lines(rng, n_lines)
    points = random_points(rng, n_points)
    if n_lines and n_points:
        points[::3] = coords[rng.integers(0, len(coords), len(points[::3]))]
    own = rng.integers(-1, max(n_lines, 1), n_points)
    group = rng.integers(0, 2, n_points), rng.integers(0, 2, n_lines)
    distance, first, line = distances_to_segments(points, coords, offsets)
    asked = (own[:, None] != line) & (group[0][:, None] == group[1][line])

    near = points_near_lines(points, PieceIndex(coords, offsets), reach, own, group)

    point, k = np.nonzero((distance <= reach) & asked)
    order = np.lexsort((near.segment, near.point))
    near = near.take(order)
    assert near.point.tolist() == point.tolist()
    assert near.segment.tolist() == first[k].tolist()
    assert near.line.tolist() == line[k].tolist()
    assert near.distance == pytest.approx(distance[point, k], abs=1e-9)
    a, b = coords[near.segment], coords[near.segment + 1]
    foot = a + near.position[:, None] * (b - a)
    assert np.hypot(*(points[near.point] - foot).T) == pytest.approx(near.distance, abs=1e-9)


def test_the_nearest_line_of_each_point_comes_first():
    lines = ORIGIN + np.array([[0, 0], [50, 0], [0, 4], [20, 4], [50, 4.0]])
    near = points_near_lines(ORIGIN + [[10, 1], [20, 3]], PieceIndex(lines, [0, 2, 5]), 5.0)
    near = near.nearest_first()
    nearest = near.first_of_each(near.point)
    assert (nearest.line.tolist(), nearest.distance.tolist()) == ([0, 1], [1, 1])
    each = near.first_of_each(near.point, near.line)
    assert list(zip(each.point.tolist(), each.line.tolist(), strict=True)) == [
        (0, 0), (0, 1), (1, 1), (1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
def test_work_in_small_parts_finds_the_same(monkeypatch, threads):
    rng = np.random.default_rng(5)
    coords, offsets = random_lines(rng, 60)
    points = coords[::2] + np.array([1, 0])
    whole = points_near_lines(points, PieceIndex(coords, offsets), 3.0)
    pairs = near_pairs(points, 3.0)
    assert len(whole.point) > 100 and len(pairs.i) > 20
    monkeypatch.setattr(neighbours, "_POINTS", 7)
    monkeypatch.setattr(ranges, "_BATCH", 11)
    monkeypatch.setattr(runs.runs_of_lines, "__defaults__", (25,))
    parts = points_near_lines(points, PieceIndex(coords, offsets, threads), 3.0, threads=threads)
    for a, b in zip((*whole, *pairs), (*parts, *near_pairs(points, 3.0)), strict=True):
        assert a.tolist() == b.tolist()


def test_one_point_far_away_hides_no_pair():
    points = np.array([[0.0, 0], [0.5, 0], [1e9, -1e9]])
    assert near_pairs(points, 1.0).i.tolist() == [0]
