"""What is matched at a place follows from what lies around it, however much else there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ile_gis_plugin.core.border.matching import match
from ile_gis_plugin.core.rules.rule import Scope
from tests.border.scene import EAST, ORIGIN, WEST, Light, Line, scope_of

AROUND_M = 60.0
#: A border with bends, and a third municipality in the north.
BEND = [(0, -300), (6, -120), (-9, -40), (4, 0), (-3, 60), (12, 150), (0, 220)]
AREAS = (
    shapely.Polygon([(-600, -300), *BEND, (-600, 220)]),
    shapely.Polygon([(600, -300), *BEND, (600, 220)]),
    shapely.Polygon([(-600, 220), (0, 220), (600, 220), (600, 500), (-600, 500)]),
)


def crowd(rng, count: int) -> list:
    """Lines that end before, on and behind the border, run along it or beside each other."""
    border = shapely.LineString(BEND)
    assets: list = []
    for _ in range(count):
        at = rng.uniform(0, border.length)
        xy = np.array(border.interpolate(at).coords[0])
        kind, home = rng.integers(6), int(rng.integers(2))
        away = np.array([-1.0 if home == WEST else 1.0, rng.normal(0, 0.3)])
        if kind < 3:  # an end near the border, often with one of the other side near it
            for side, sign in ((home, 1), (1 - home, -1))[: rng.integers(1, 3)]:
                end = xy + rng.normal(0, rng.choice([0.0, 0.7, 1.5]), 2)
                way = np.cumsum(rng.uniform(3, 40, 4))[:, None] * sign * away
                course = np.vstack([end, end + way + rng.normal(0, 1, (4, 2))])
                assets.append(_line(rng, side, course[:: rng.choice([1, -1])]))
        elif kind == 3:  # along the border, sometimes by both
            some = np.linspace(at, min(at + rng.uniform(15, 90), border.length), 9)
            course = np.array([border.interpolate(s).coords[0] for s in some])
            for side in (WEST, EAST)[: rng.integers(1, 3)]:
                assets.append(_line(rng, side, course + rng.normal(0, 1.0, 2)))
        elif kind == 4:  # on into the neighbour, beside a line of theirs
            way = np.array([-60, -20, 0, 25, 70])[:, None] * np.array([1.0, 0.1])
            assets.append(_line(rng, WEST, xy + way))
            assets.append(_line(rng, EAST, xy + way[2:] + rng.normal(0, 0.8, 2)))
        else:
            for side in (WEST, EAST):
                assets.append(Light(side, tuple(np.round(xy + rng.normal(0, 1.5, 2), 3))))
    return assets


def _line(rng, home: int, xy) -> Line:
    return Line(home, np.round(xy, 3).tolist(), tolerance=float(rng.choice([0.1, 0.3, 1.0, 3.0])),
                values={"surface": int(rng.integers(-1, 3)),
                        "width_m": float(rng.choice([3, 3.2, 4]))})  # fmt: skip


def around(scope: Scope, low, high) -> Scope:
    """The assets whose bounds come within the margin of a box."""
    low, high = np.asarray(low) - AROUND_M, np.asarray(high) + AROUND_M

    def near(lines):
        start = lines.offsets[:-1]
        if not len(start):
            return lines
        inside = (np.minimum.reduceat(lines.coords, start) <= high).all(axis=1)
        inside &= (np.maximum.reduceat(lines.coords, start) >= low).all(axis=1)
        return lines.take(np.flatnonzero(inside))

    def near_points(points):
        at = np.flatnonzero(((points.xy <= high) & (points.xy >= low)).all(axis=1))
        return replace(points, fid=points.fid[at], xy=points.xy[at], home=points.home[at],
                       tolerance_m=points.tolerance_m[at],
                       values={name: v[at] for name, v in points.values.items()})  # fmt: skip

    return Scope(tuple(map(near, scope.lines)), tuple(map(near_points, scope.points)),
                 scope.coverage, scope.is_member, scope.settings)  # fmt: skip


def rows(matches, low=(-np.inf, -np.inf), high=(np.inf, np.inf), local_only: bool = False) -> set:
    """All that is said of the matches whose place lies in a box."""
    inside = ((matches.xy >= low) & (matches.xy < high)).all(axis=1)
    made = set()
    for n in np.flatnonzero(inside).tolist():
        values = tuple(repr(column[n]) for column in matches.values.values())
        lines = tuple((fid, xy.tobytes()) for _, fid, xy in matches.changed_lines(n))
        made.add((
            matches.tables[matches.table[n]],
            *(int(getattr(matches, name)[n]) for name in (
                "kind", "left_fid", "right_fid", "left_part", "right_part", "left_ags",
                "right_ags", "join")),
            str(matches.field[n]), repr(matches.confidence[n]), matches.xy[n].tobytes(), values,
            lines,
        ))  # fmt: skip
    return made


@given(st.integers(0, 2**32 - 1), st.floats(-320, 200), st.floats(1, 120))
@settings(max_examples=150, deadline=None)
def test_matching_the_surroundings_gives_what_matching_everything_gives(seed, y, height):
    scope = scope_of(*crowd(np.random.default_rng(seed), 40), areas=AREAS)
    low, high = ORIGIN + [-700, y], ORIGIN + [700, y + height]
    whole = rows(match(scope), low, high)
    part = rows(match(around(scope, low, high)), low, high)
    assert whole == part


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_threads_and_what_lies_elsewhere_decide_nothing(seed):
    rng = np.random.default_rng(seed)
    assets = crowd(rng, 25)
    far = [Line(WEST, np.round(rng.uniform(-580, -300, (3, 2)), 3).tolist()) for _ in range(5)]
    alone = match(scope_of(*assets, areas=AREAS))
    assert rows(alone) == rows(match(scope_of(*assets, *far, areas=AREAS)))
    assert rows(alone) == rows(match(scope_of(*assets, areas=AREAS), threads=2))


def test_the_crowd_has_matches_of_every_kind():
    seen = set()
    for seed in range(20):
        seen |= set(match(scope_of(*crowd(np.random.default_rng(seed), 40),
                                   areas=AREAS)).kind.tolist())  # fmt: skip
    assert seen == set(range(7))


@pytest.mark.parametrize("seed", range(5))
def test_matches_come_in_the_order_of_their_assets(seed):
    matches = match(scope_of(*crowd(np.random.default_rng(seed), 30), areas=AREAS))
    keys = np.column_stack([matches.table, matches.kind, matches.left_fid])
    assert np.array_equal(keys, keys[np.lexsort(keys.T[::-1])])
    assert (np.diff(matches.changes.match) >= 0).all()
    assert ((matches.confidence >= 0) & (matches.confidence <= 1)).all()
    both = matches.right_fid >= 0
    assert (matches.left_ags[both] < matches.right_ags[both]).all()
