"""Rules on where an asset lies: in its home municipality, outside all, in gaps and overlaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .rule import ERROR, WARNING, Found, Scope, rule
from .whereabouts import Whereabouts, whereabouts

Integers = NDArray[np.int64]


@rule("TER001", ERROR, local=True)
def away_from_home(scope: Scope) -> list[Found]:
    """No part of an asset lies in its home municipality, nor within its tolerance of it."""
    found = []
    for places in scope.view(whereabouts):
        asset, where = places.away
        elsewhere = where >= 0
        found.append(_found("TER001", places, asset[elsewhere], where[elsewhere]))
    return found


@rule("TER002", ERROR)
def outside_all(scope: Scope) -> list[Found]:
    """No part of an asset lies in any municipality of the register, nor within its tolerance of
    its home. What lies in a gap between municipalities is no fault of the asset: TER004."""
    found = []
    for places in scope.view(whereabouts):
        asset, where = places.away
        outside = asset[(where < 0) & ~places.in_gap[asset].any(axis=1)]
        found.append(_found("TER002", places, outside))
    return found


@rule("TER004", WARNING)
def in_gap(scope: Scope) -> list[Found]:
    """A point, or an end of a line, lies where the territories leave a gap between them."""
    found = []
    for places in scope.view(whereabouts):
        asset = np.flatnonzero(places.in_gap.any(axis=1))
        found.append(_found("TER004", places, asset, part=places.in_gap[asset].argmax(axis=1)))
    return found


@rule("TER005", WARNING)
def in_overlap(scope: Scope) -> list[Found]:
    """A point, or an end or the middle of a line, lies in two territories at once."""
    found = []
    for places in scope.view(whereabouts):
        asset = np.flatnonzero((places.overlapping >= 0).any(axis=1))
        part = (places.overlapping[asset] >= 0).argmax(axis=1)
        found.append(_found("TER005", places, asset, places.overlapping[asset, part], part))
    return found


def _found(
    code: str,
    places: Whereabouts,
    asset: Integers,
    where: Integers | None = None,
    part: Integers | None = None,
) -> Found:
    """Findings at one place of each asset: `part` tells which, by default its first one."""
    vertex = places.places[asset, 0 if part is None else part]
    return Found(code, places.assets.table, places.assets.fid[asset], places.coords[vertex],
                 part=part, values={} if where is None else {"where": where})  # fmt: skip
