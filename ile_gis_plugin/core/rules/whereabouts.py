"""In which municipalities the assets of one table lie, as far as the rules on territory ask.

Most assets are settled by their places: a point's own, a line's two ends and the vertex in the
middle. Only lines of which none lies in the home municipality are cut at the borders.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.assets import LineAssets, PointAssets
from ..geometry.ranges import expand
from ..geometry.runs import each
from ..territory.coverage import Coverage
from ..territory.faults import in_gaps, other_municipality
from ..territory.reach import come_near
from ..territory.shares import line_shares
from .area import is_outside
from .rule import SAME_POINT_M, Scope

Integers = NDArray[np.int64]

THREADS = 2
_CHUNK = 100_000


class Whereabouts:
    """See the module's docstring. Municipalities are indices in `coverage.ags`; -1: outside all.

    Attributes:
        places: (n, 1) numbers of vertices for points, (n, 3) for lines: start, end, middle.
    """

    def __init__(self, assets: LineAssets | PointAssets, coverage: Coverage, cap_m: float) -> None:
        self.assets, self._coverage, self._cap_m = assets, coverage, cap_m
        if isinstance(assets, LineAssets):
            self.coords, self._offsets = assets.coords, assets.offsets
            start, end = assets.offsets[:-1], assets.offsets[1:] - 1
            self.places = np.column_stack([start, end, (start + end) // 2])
        else:
            self.coords, self._offsets = assets.xy, np.arange(len(assets) + 1)
            self.places = np.arange(len(assets))[:, None]

    @cached_property
    def at(self) -> Integers:
        """(n, places) the municipality of each place: the home one, if it is one of several."""
        vertex = self.places.ravel()
        home, xy = np.repeat(self.assets.home, self.places.shape[1]), self.coords

        def work(part: slice) -> Integers:
            return self._coverage.municipality_at(xy.take(vertex[part], axis=0), home[part])

        parts = [slice(a, a + _CHUNK) for a in range(0, len(vertex), _CHUNK)]
        found = np.concatenate([np.empty(0, np.int64), *each(work, parts, THREADS)])
        return found.reshape(self.places.shape)

    @cached_property
    def away(self) -> tuple[Integers, Integers]:
        """(assets, municipality): those of which no part lies at home nor within their tolerance
        of it, and where most of them lies. Assets without a home count if they lie outside all;
        what begins outside the coordinate system's area is told by a rule of its own."""
        home = self.assets.home
        settled = (home >= 0) & (self.at == home[:, None]).any(axis=1)
        settled |= (home < 0) & (self.at >= 0).any(axis=1)
        settled |= is_outside(self.coords.take(self.places[:, 0], axis=0))
        asked, where = self._without_part_at_home(np.flatnonzero(~settled))
        count = np.diff(self._offsets)[asked]
        vertex = expand(self._offsets[:-1][asked], count)[1]
        near = come_near(
            self._coverage, self.coords.take(vertex, axis=0), np.append(0, np.cumsum(count)),
            home[asked], np.maximum(self.assets.tolerance_m[asked], self._cap_m),
        )  # fmt: skip
        return asked[~near], where[~near]

    def _without_part_at_home(self, asked: Integers) -> tuple[Integers, Integers]:
        """Those of some assets that have no part at home, and where most of each lies."""
        if not isinstance(self.assets, LineAssets):
            return asked, self.at[asked, 0]
        lines = self.assets.take(asked)
        shares = line_shares(self._coverage, lines.coords, lines.offsets, lines.home,
                             threads=THREADS)  # fmt: skip
        by_length = np.argsort(shares.length_m, kind="stable")
        line, municipality = shares.asset_index[by_length], shares.municipality[by_length]
        where, is_away = np.full(len(lines), -1), np.ones(len(lines), dtype=bool)
        inside = municipality >= 0
        where[line[inside]] = municipality[inside]  # of each line the longest comes last
        is_away[line[inside & (municipality == lines.home[line])]] = False
        return asked[is_away], where[is_away]

    @cached_property
    def in_gap(self) -> NDArray[np.bool_]:
        """(n, places) which points and ends of lines lie in gaps between the territories."""
        found = self.at < 0
        found[:, 2:] = False
        xy = self.coords[self.places[found]]
        found[found] = in_gaps(self._coverage, xy, SAME_POINT_M)
        return found

    @cached_property
    def overlapping(self) -> Integers:
        """(n, places) a second municipality that each place lies in, or -1."""
        vertex, at = self.places.ravel(), self.at.ravel()

        def work(part: slice) -> Integers:
            xy = self.coords.take(vertex[part], axis=0)
            return other_municipality(self._coverage, xy, at[part], SAME_POINT_M)

        parts = [slice(a, a + _CHUNK) for a in range(0, len(vertex), _CHUNK)]
        found = np.concatenate([np.empty(0, np.int64), *each(work, parts, THREADS)])
        return found.reshape(self.places.shape)


def whereabouts(scope: Scope) -> list[Whereabouts]:
    """Those of all assets: ask for them by `scope.view(whereabouts)`."""
    return [Whereabouts(assets, scope.coverage, scope.settings.cap_m)
            for assets in (*scope.points, *scope.lines)]  # fmt: skip
