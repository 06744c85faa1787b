"""What is proposed where ends are to meet: one point on the border, and little else moves."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.border.matches import GAP, OVERSHOOT
from ile_gis_plugin.core.border.matching import match
from tests.border.scene import EAST, ORIGIN, WEST, Line, changed, length, scope_of

STRAIGHT_WEST = [(-100, 0), (-60, 0), (-20, 0)]
STRAIGHT_EAST = [(0, 0), (20, 0), (60, 0), (100, 0)]


def west(*end, **options):
    return Line(WEST, [*STRAIGHT_WEST, end], **options)


def proposed(*lines, **options):
    return changed(match(scope_of(*lines, **options)))


def test_the_end_that_lies_on_the_border_stays():
    assert set(proposed(west(-1.5, 0.8), Line(EAST, STRAIGHT_EAST))) == {1}
    assert proposed(west(-1.5, 0.8), Line(EAST, STRAIGHT_EAST))[1][-1].tolist() == [0, 0]


def test_where_neither_end_lies_on_the_border_both_meet_there():
    lines = proposed(west(-1.0, 0.0), Line(EAST, [(1.0, 1.0), *STRAIGHT_EAST[1:]]))
    assert lines[1][-1].tolist() == lines[2][0].tolist()
    assert lines[1][-1][0] == 0
    assert 0 < lines[1][-1][1] < 1


def test_the_more_exact_side_moves_less():
    exact = west(-1.0, 0.0, tolerance=0.1)
    lines = proposed(exact, Line(EAST, [(1.0, 1.0), (40, 1.0)], tolerance=1.0))
    assert abs(lines[1][-1][1]) < 0.02


def test_an_end_is_carried_on_straight_to_the_border():
    slanted = Line(WEST, [(-40, -40), (-0.7, -0.7)])
    lines = proposed(slanted, Line(EAST, [(0.7, 0.7), (40, 40)]))
    assert lines[1][-1] == pytest.approx([0, 0], abs=1e-6)
    # where that is far off, the shortest way
    flat = Line(WEST, [(-40, -9), (-0.5, 0)])
    lines = proposed(flat, Line(EAST, [(0.5, 0), (40, -9)]))
    assert lines[1][-1][0] == 0


def test_what_reaches_over_the_border_is_cut_off():
    bent = Line(WEST, [(-60, 0), (-0.5, 0), (1.0, 0.2), (1.8, 0.0)])
    lines = proposed(bent, Line(EAST, STRAIGHT_EAST))
    assert lines[1][-1].tolist() == [0, 0]
    assert (lines[1][:, 0] <= 0).all()
    assert not any((v == [1.0, 0.2]).all() for v in lines[1])


def test_the_shift_fades_along_the_line():
    line = Line(WEST, [(x, 0.0) for x in range(-100, 0, 2)] + [(-1.0, 0.0)])
    new = proposed(line, Line(EAST, [(0, 1.0), (60, 1.0)]))[1]
    moved = np.abs(new[:, 1])
    way = new[:, 0].max() - new[:, 0]
    reach = 5 * np.hypot(1.0, 1.0)
    assert moved == pytest.approx(np.clip(1 - way / (reach + 1), 0, 1), abs=0.03)
    assert np.isclose(new[:, 0], -1 - reach, atol=2e-3).any()  # a vertex where it ends
    assert new[0].tolist() == [-100, 0]


def test_the_shift_ends_at_a_vertex_that_another_line_shares():
    side = Line(WEST, [(-4, 0), (-4, 30)])
    main = Line(WEST, [(-60, 0), (-4, 0), (-2, 0), (-1, 0)])
    lines = proposed(main, Line(EAST, [(0, 1), (60, 1)]), side)
    assert set(lines) == {1}
    assert [-4, 0] in lines[1].tolist()
    assert lines[1][2, 1] > 0


def test_lines_that_share_the_end_come_along():
    lines = proposed(west(-1.5, 0), Line(EAST, STRAIGHT_EAST), Line(WEST, [(-50, 40), (-1.5, 0)]))
    assert set(lines) == {1, 3}
    assert lines[1][-1].tolist() == lines[3][-1].tolist() == [0, 0]


def test_a_line_whose_side_the_end_lies_on_comes_along():
    through = Line(WEST, [(-1.5, -40), (-1.5, 40)])
    lines = proposed(west(-1.5, 0), Line(EAST, STRAIGHT_EAST), through)
    assert set(lines) == {1, 3}
    assert [0, 0] in lines[3].tolist()
    assert lines[3][[0, -1]].tolist() == [[-1.5, -40], [-1.5, 40]]
    assert lines[3][:, 1].tolist() == sorted(lines[3][:, 1].tolist())


def test_a_line_too_short_to_take_up_the_shift_is_drawn_anew():
    main = Line(WEST, [(-60, 0), (0.4, 0), (0.7, 0.1), (1.2, 0)])
    side = Line(WEST, [(0.4, 0), (0.4, -30)])
    lines = proposed(main, Line(EAST, STRAIGHT_EAST), side)
    assert set(lines) == {1}
    assert lines[1].tolist() == [[-60, 0], [0.4, 0], [0, 0]]


def test_no_network_but_that_of_the_line_holds_it():
    pipe = Line(WEST, [(-2, 0), (-2, 30)], table="utility_line")
    lines = proposed(west(-1.5, 0), Line(EAST, STRAIGHT_EAST), pipe)
    assert set(lines) == {1}


coordinate = st.floats(-3, 3).map(lambda v: round(v, 3))
course = st.lists(st.tuples(st.floats(0.05, 9), st.floats(-0.5, 0.5)), max_size=5)


def drawn(end, steps, sign) -> list:
    """A line outward from its end at the border; turns in radians."""
    xy, heading = [np.array(end)], 0.0
    for step, turn in [*steps, (30.0, 0.0)]:
        heading += turn
        xy.append(xy[-1] + sign * step * np.array([np.cos(heading), np.sin(heading)]))
    return np.round(xy, 3).tolist()


@given(coordinate, coordinate, course, course, st.sampled_from([0.1, 0.3, 1.0, 3.0]))
@settings(max_examples=300, deadline=None)
def test_ends_meet_on_the_border_and_lengths_change_by_no_more_than_the_shift(
    x, y, left, right, tolerance
):
    lines = [Line(WEST, drawn((x, y), left, -1), tolerance=tolerance),
             Line(EAST, drawn((0.0, 0.0), right, 1))]  # fmt: skip
    matches = match(scope_of(*lines))
    for n in np.flatnonzero(np.isin(matches.kind, (GAP, OVERSHOOT))):
        new = changed(matches, n)
        assert new or np.isnan(matches.values["shift_m"][n])
        after = {fid: new.get(fid, np.array(lines[fid - 1].xy)) for fid in (1, 2)}
        for fid, xy in new.items():
            old = np.array(lines[fid - 1].xy)
            assert (np.hypot(*np.diff(xy, axis=0).T) > 0).all()
            assert xy == pytest.approx(np.round(xy, 3), abs=1e-6)
            shift = np.hypot(*(xy[0] - old[0]))
            assert abs(length(xy) - length(old)) <= shift + 0.003
            assert xy[-1].tolist() == old[-1].tolist()
        if new and matches.join[n] == 1:
            assert after[1][0].tolist() == after[2][0].tolist()
            assert after[1][0][0] == pytest.approx(0, abs=6e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_what_was_joined_stays_joined(seed):
    """Nodes of a network near the border: after any proposal, the same ends meet as before."""
    rng = np.random.default_rng(seed)
    nodes = np.round(np.column_stack([-rng.uniform(0.2, 25, 7), rng.uniform(-12, 12, 7)]), 3)
    links = {tuple(sorted(rng.choice(7, 2, replace=False).tolist())) for _ in range(8)}
    lines = [Line(WEST, [nodes[a].tolist(), nodes[b].tolist()]) for a, b in sorted(links)]
    lines += [Line(EAST, [(0, y), (40, y)]) for y in np.round(rng.uniform(-12, 12, 3), 3)]
    matches = match(scope_of(*lines))
    before = [np.array(line.xy, dtype=float) for line in lines]
    for n in range(len(matches)):
        after = list(before)
        for fid, xy in changed(matches, n).items():
            after[fid - 1] = xy
        for i in range(len(lines)):
            for j in range(i):
                for p in (0, -1):
                    for q in (0, -1):
                        if np.array_equal(before[i][p], before[j][q]):
                            assert after[i][p] == pytest.approx(after[j][q], abs=1e-3)


def test_new_lines_are_valid_and_simple():
    rng = np.random.default_rng(5)
    for _ in range(40):
        left = drawn(rng.uniform(-2, 2, 2), rng.uniform([3, -0.4], [20, 0.4], (5, 2)), -1)
        right = drawn((0, 0), rng.uniform([3, -0.4], [20, 0.4], (5, 2)), 1)
        for xy in proposed(Line(WEST, left), Line(EAST, right)).values():
            assert shapely.LineString(xy + ORIGIN).is_simple
