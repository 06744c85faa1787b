"""Which assets an edit may concern, and which findings and proposals are looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..border.matches import Matches
from ..definition import REGISTER
from ..definition.types import Geometry
from ..geometry.assets import LineAssets, PointAssets
from ..rules.rule import CATALOGUE, Found, Scope
from ..rules.strips import selected
from ..stores.store import Box, Store
from .edits import boxes_of

Integers = NDArray[np.int64]

#: What comes nearer than this to the place of an edit may be concerned by it.
NEAR_M = 20.0
#: What lies this far beyond the lines concerned is loaded with them.
_MARGIN_M = 60.0
#: A line is known whole if everything this far around it is loaded.
_WHOLE_M = 12.0


def loaded_box(store: Store, place: Box) -> Box:
    """What has to be loaded: the lines near the place of an edit as a whole, and a margin.

    Whether a line is joined to anything, or runs beside another one, is a matter of the whole
    line: what is found at its far end may change, too.
    """
    boxes = [place]
    for table in (t for t in REGISTER.assets if t.geometry is Geometry.LINE):
        for chunk in store.scan(table.name, box=place):
            boxes += boxes_of(table, chunk.wkb.take(chunk.has_geometry))
    every = np.array(boxes)
    low, high = every[:, :2].min(axis=0) - _MARGIN_M, every[:, 2:].max(axis=0) + _MARGIN_M
    return (*low.tolist(), *high.tolist())


class Surroundings:
    """The assets near the place of an edit: findings and proposals about them may have changed."""

    def __init__(self, scope: Scope, place: Box, loaded: Box) -> None:
        """Take in what was loaded around a place."""
        self._near: dict[str, set[int]] = defaultdict(set)
        self._whole: dict[str, set[int]] = defaultdict(set)
        for assets in (*scope.lines, *scope.points):
            low, high = _bounds(assets)
            west, south, east, north = place
            near = ((low <= (east, north)) & (high >= (west, south))).all(axis=1)
            inside = (low >= np.array(loaded[:2]) + _WHOLE_M).all(axis=1)
            inside &= (high <= np.array(loaded[2:]) - _WHOLE_M).all(axis=1)
            self._near[assets.table] |= set(assets.fid[near].tolist())
            self._whole[assets.table] |= set(assets.fid[inside | near].tolist())

    def holds(
        self, table: str, fid: Integers, other_table: str, other: Integers
    ) -> NDArray[np.bool_]:
        """Whether a thing about two assets may have changed: the first one is near, or the second
        one is and the first one is known whole."""
        near, whole = self._keys(self._near, table), self._keys(self._whole, table)
        others = self._keys(self._near, other_table)
        return np.isin(fid, near) | (np.isin(other, others) & np.isin(fid, whole))

    @staticmethod
    def _keys(of: Mapping[str, set[int]], table: str) -> Integers:
        return np.array(sorted(of.get(table, ())), dtype=np.int64)

    def findings(
        self, every: Sequence[Found], edited: Mapping[str, set[int]]
    ) -> Iterator[Found]:  # fmt: skip
        """The findings that count: of local rules those about what is near, of rules on single
        rows those about edited ones."""
        for found in every:
            if CATALOGUE[found.code].local:
                nobody = np.full(len(found.fid), -1)
                other = nobody if found.other_fid is None else found.other_fid
                mask = self.holds(found.table, found.fid, found.other_table or found.table, other)
            else:
                mask = np.isin(found.fid, self._keys(edited, found.table))
            if kept := selected(found, mask):
                yield kept

    def matches(self, matches: Matches) -> NDArray[np.bool_]:
        """The matches that count."""
        mask = np.zeros(len(matches), dtype=bool)
        for t, table in enumerate(matches.tables):
            mine = matches.table == t
            mask[mine] = self.holds(table, matches.left_fid[mine], table, matches.right_fid[mine])
        return mask


def _bounds(assets: LineAssets | PointAssets) -> tuple[NDArray, NDArray]:
    if isinstance(assets, PointAssets):
        return assets.xy, assets.xy
    if not len(assets):
        return np.empty((0, 2)), np.empty((0, 2))
    starts = assets.offsets[:-1]
    return np.minimum.reduceat(assets.coords, starts), np.maximum.reduceat(assets.coords, starts)
