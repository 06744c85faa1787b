"""What belongs together across the borders: proposed, never changed.

Lines of one network and different homes belong together where their ends are one point; where they
are not, ends near a border are paired, join a node of others, meet the side of a line, or miss
their counterpart. What a match says follows from what lies within 30 m and five caps of its place
(and, for stretches along each other or along a border, from the whole lines concerned): matching
the surroundings of an edit again gives what matching everything gives.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets, PointAssets
from ..rules.rule import Scope
from . import line_rows
from .along import along_borders
from .branches import branches
from .cuts import cuts_across
from .doubles import doubles
from .joining import Joints
from .leftovers import dangling, groups_of, joined
from .matches import POINT_DOUBLE, SAME_OBJECT, Changes, Matches
from .missing import missing
from .nodes import ends_near_borders, nodes_of
from .pairs import pairs
from .point_doubles import point_doubles
from .rows import joined_matches, joined_rows, matches_of, no_rows, rows
from .site import INFLUENCE_M, Site, lines_concerned
from .stretches import SAMPLE_M, Samples, lines_beside, samples_of


def match(scope: Scope, threads: int = 1) -> Matches:
    """All matches of a scope, by table, kind and assets.

    Args:
        scope: where a part of the country is looked at, it holds all assets that come within 30 m
            and five caps of it, whole.
        threads: how many are used; the outcome is the same.
    """
    jobs = [partial(_line_matches, scope, lines, threads) for lines in scope.lines]
    jobs += [partial(_point_matches, scope, points) for points in scope.points]
    if threads < 2:
        return joined_matches([job() for job in jobs])
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(job) for job in jobs]
        return joined_matches([future.result() for future in futures])


def _point_matches(scope: Scope, points: PointAssets) -> Matches:
    found = point_doubles(points, scope.settings.cap_m)
    made = rows(
        found.first, kind=POINT_DOUBLE, other=found.second, join=SAME_OBJECT,
        xy=0.5 * (points.xy[found.first] + points.xy[found.second]),
        confidence=found.confidence, distance_m=found.distance,
    )  # fmt: skip
    return matches_of(points, scope.coverage, made, Changes.none())


def _surveyed(scope: Scope, lines: LineAssets, threads: int) -> tuple[Site, Samples]:
    """The lines of one class that can take part in a match, with all that can keep them still;
    and where something may run beside them."""
    cap = scope.settings.cap_m
    concerned = lines_concerned(lines, scope.coverage, 2 * cap + INFLUENCE_M)
    site = _site(scope, lines, concerned, threads)
    samples = samples_of(site)
    # Beside a line far abroad runs one of those who are at home there: it has no samples itself.
    beside = lines_beside(lines, samples.abroad.middle, cap + SAMPLE_M / 2) & (lines.home >= 0)
    every = concerned | beside
    if not (every & ~concerned).any():
        return site, samples
    number = (np.cumsum(every) - 1)[concerned]
    samples = Samples(*(part._replace(line=number[part.line]) for part in samples))
    return _site(scope, lines, every, threads), samples


def _site(scope: Scope, lines: LineAssets, which: NDArray[np.bool_], threads: int) -> Site:
    return Site(lines.take(np.flatnonzero(which)), scope.coverage, scope.is_member,
                scope.settings.cap_m, threads)  # fmt: skip


def _line_matches(scope: Scope, lines: LineAssets, threads: int) -> Matches:
    site, samples = _surveyed(scope, lines, threads)
    twice = doubles(site, samples)
    along = along_borders(site, samples, twice)
    ends = ends_near_borders(site)
    nodes, near = nodes_of(site, ends)

    paired = pairs(site, ends, nodes, twice)
    group = groups_of(ends, nodes, paired)
    free = dangling(ends, nodes, paired)
    cuts = cuts_across(site, ends, free, twice)
    free = np.setdiff1d(free, cuts.end)
    joins = joined(site, ends, group, free, twice)
    free = np.setdiff1d(free, joins.end)
    sides = branches(site, ends, near, free, twice)
    free = np.setdiff1d(free, sides.end)
    lost = missing(site, ends, near, free, twice, along)

    joint = Joints(site, ends, nodes, near, paired, group, joins, sides, twice, cuts)
    made = [no_rows()]
    if len(paired.lead):
        made.append(line_rows.pair_rows(site, ends, paired, joint.points, joint.pair_xy))
    if len(joins.end):
        made.append(line_rows.joined_rows(site, ends, joins, joint.join_points, joint.join_xy))
    if len(sides.end):
        made.append(line_rows.branch_rows(site, ends, sides, joint.branch_xy))
    if len(twice.left):
        made.append(line_rows.double_rows(site, twice, cuts))
    changes, shift = joint.changes()
    made += [
        line_rows.mismatch_rows(site, ends, *joint.groups()),
        line_rows.along_rows(site, along),
        line_rows.missing_rows(site, ends, lost),
    ]
    every = joined_rows(made)
    every = every._replace(shift_m=np.append(shift, np.full(len(every.kind) - len(shift), np.nan)))
    return matches_of(site.lines, scope.coverage, every, changes)
