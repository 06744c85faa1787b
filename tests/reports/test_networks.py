"""Parts of networks, missing links, and the nearest of some points."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.reports.core_network import core_network
from ile_gis_plugin.core.reports.nearest import nearest_distance
from ile_gis_plugin.core.reports.parts import parts_of, shortest_joins

X, Y = 600000.0, 5340000.0


def _network(*lines, joined=1.0, gap=500.0):
    coords = np.concatenate([np.array(line, float) for line in lines]) + (X, Y)
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return core_network(coords, offsets, joined, gap)


def test_lines_that_meet_end_to_end_are_one_part():
    found = _network([(0, 0), (100, 0)], [(100.5, 0), (200, 0)])
    assert found.parts == 1 and len(found.missing.line) == 0
    assert found.dead_ends.tolist() == [0, 3]


def test_an_end_on_a_side_joins():
    found = _network([(0, 0), (100, 0)], [(50, 0.4), (50, 100)])
    assert found.parts == 1 and found.dead_ends.tolist() == [0, 1, 3]


def test_lines_that_cross_or_share_a_vertex_are_joined():
    assert _network([(0, 0), (100, 0)], [(50, -50), (50, 50)]).parts == 1
    assert _network([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)]).parts == 1


def test_a_gap_leads_to_the_nearest_place_of_another_part():
    found = _network([(0, 0), (100, 0)], [(160, -300), (160, 300)])
    assert found.parts == 2
    (length,) = found.missing.length_m
    assert length == pytest.approx(60 / 0.99972, abs=0.05)
    assert found.missing.xy[0].tolist() == [X + 100, Y]
    assert found.missing.other_xy[0].tolist() == [X + 160, Y]
    assert not found.missing.meets_end[0]


def test_what_is_farther_than_the_gap_is_no_missing_link():
    assert len(_network([(0, 0), (100, 0)], [(700, 0), (900, 0)]).missing.line) == 0
    assert len(_network([(0, 0), (100, 0)], [(700, 0), (900, 0)], gap=601).missing.line) == 1


def test_a_ring_has_no_dead_end_but_can_be_led_to():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    found = _network(ring, [(150, 50), (300, 50)])
    assert found.dead_ends.tolist() == [2, 3]
    assert found.missing.line.tolist() == [1] and found.missing.other.tolist() == [0]


def test_three_parts_need_the_two_shortest_links():
    found = _network([(0, 0), (100, 0)], [(130, 0), (200, 0)], [(150, 40), (150, 400)])
    assert found.parts == 3
    assert sorted(np.round(found.missing.length_m / 1.00028).tolist()) == [30, 40]


def test_a_spur_is_no_gap_to_its_own_part():
    found = _network([(0, 0), (300, 0)], [(150, 0), (150, 200)])
    assert found.parts == 1 and len(found.missing.line) == 0


def test_no_network_has_no_parts():
    found = core_network(np.empty((0, 2)), np.zeros(1, int), 1.0, 500.0)
    assert found.parts == 0 and len(found.missing.line) == 0


def _slow_parts(count, pairs):
    part = list(range(count))
    for a, b in pairs:
        old, new = max(part[a], part[b]), min(part[a], part[b])
        part = [new if p == old else p for p in part]
    return part


def test_parts_and_joins_are_those_of_the_plain_method():
    chance = np.random.default_rng(7)
    for _ in range(200):
        count = int(chance.integers(1, 15))
        a, b = chance.integers(0, count, (2, int(chance.integers(0, 20))))
        assert parts_of(count, a, b).tolist() == _slow_parts(count, zip(a, b, strict=True))
        length = chance.integers(0, 5, len(a)).astype(float)
        chosen = shortest_joins(count, a, b, length)
        assert parts_of(count, a[chosen], b[chosen]).tolist() == parts_of(count, a, b).tolist()
        kept, least = [], 0.0
        for n in np.lexsort((np.arange(len(a)), length)):  # Kruskal
            pairs = [(a[k], b[k]) for k in kept]
            before = _slow_parts(count, pairs)
            if before[a[n]] != before[b[n]]:
                kept.append(n)
                least += length[n]
        assert chosen.tolist() == sorted(kept) and length[chosen].sum() == least


@pytest.mark.parametrize("spread", [1.0, 1e3, 1e6])
def test_the_nearest_is_the_nearest_of_all(spread):
    chance = np.random.default_rng(3)
    targets = chance.normal(0, 100, (50, 2))
    targets[25:] += (spread, spread / 3)  # two towns, far from each other or not
    xy = chance.uniform(-spread, 2 * spread, (400, 2))
    slow = np.hypot(*(xy[:, None] - targets).transpose(2, 0, 1)).min(axis=1)
    assert nearest_distance(xy, targets) == pytest.approx(slow, rel=1e-12)


def test_without_targets_everything_is_infinitely_far():
    assert np.isinf(nearest_distance([(0, 0)], np.empty((0, 2)))).all()
    assert nearest_distance(np.empty((0, 2)), [(0, 0)]).tolist() == []
    assert nearest_distance([(3, 4), (0, 0)], [(0, 0), (0, 0)]).tolist() == [5, 0]
