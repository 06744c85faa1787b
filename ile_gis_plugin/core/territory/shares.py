"""Shares: in which municipalities each asset lies, and with how many metres.

The register's rules:

1. A line is cut where it crosses a border. Each interval belongs to the municipality in which its
   midpoint lies; outside all of them to none (-1, a row of its own, so that shares still sum).
2. A stretch on a common border (within 1e-6 m) or in an overlap of municipalities belongs to the
   asset's home municipality if that is one of them, else to the one with the lowest AGS. On an
   outer border it belongs to the municipality, not to the outside.
3. A point, and a line without length, belongs to one municipality, by the same rules.
4. Lengths are metres on the ellipsoid. The length of a segment is divided between its intervals,
   not measured anew for each, so the lengths of an asset sum to its length.
5. A row shorter than 1e-6 m is rounding noise at a touched border: its length goes to the longest
   row of the asset (of equal ones, to that with the lowest AGS).
6. Lengths are multiples of 2**-30 m (a nanometre), so the sum of an asset's rows is exact.
7. Shares are multiples of 2**-30, rounded by the largest remainder (of equal ones, the lowest AGS
   first; the outside last). They sum to exactly 1.0, in any order of summation.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.ellipsoid import (
    UTM32N,
    Boxes,
    TransverseMercator,
    ellipsoidal_lengths,
    line_lengths,
)
from ..geometry.ranges import expand
from .coverage import Coverage
from .crossings import Pieces, Segments, pieces_by_municipality

__all__ = ["Coverage", "Shares", "line_shares", "point_shares"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SLIVER_M = 1e-6
_UNITS = 2**30
# About 16,000 lines of 20 vertices: arrays of this size stay in the processor's cache.
_CHUNK_VERTICES = 320_000


class Shares(NamedTuple):
    """One row for each asset and municipality it lies in; by asset, then AGS, outside last."""

    asset_index: Integers
    municipality: Integers  # index in Coverage.ags; -1: outside all
    length_m: Floats  # metres on the ellipsoid, multiples of 2**-30; NaN for points
    share: Floats  # 0 … 1, multiples of 2**-30


def point_shares(coverage: Coverage, xy: ArrayLike, home: ArrayLike) -> Shares:
    """The municipality of each point asset, by the rules above.

    Args:
        xy: (n, 2) coordinates in metres, in the coverage's CRS.
        home: (n,) index in `coverage.ags` of each asset's home municipality, or -1.

    Raises:
        ValueError: a coordinate is not finite (names the index) or `home` does not fit.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    home = _home(home, len(xy))
    finite = np.isfinite(xy).all(axis=1)
    if not finite.all():
        raise ValueError(f"point {finite.argmin()}: coordinates are empty or not finite")
    municipality = np.empty(len(xy), dtype=np.int64)
    for first in range(0, len(xy), _CHUNK_VERTICES):
        chunk = slice(first, first + _CHUNK_VERTICES)
        municipality[chunk] = coverage.municipality_at(xy[chunk], home[chunk])
    n = len(xy)
    return Shares(np.arange(n), municipality, np.full(n, np.nan), np.ones(n))


def line_shares(
    coverage: Coverage,
    coords: ArrayLike,
    offsets: ArrayLike,
    home: ArrayLike,
    *,
    asset: ArrayLike | None = None,
    projection: TransverseMercator = UTM32N,
    threads: int = 1,
) -> Shares:
    """The municipalities of each line asset and its metres in each, by the rules above.

    Args:
        coords: (N, 2) coordinates in metres, in the coverage's CRS, which is `projection`.
        offsets: (n + 1,); line i has coords[offsets[i]:offsets[i + 1]].
        home: index in `coverage.ags` of each asset's home municipality, or -1.
        asset: (n,) ascending index of the asset each line is a part of, where an asset may have
            several (see `geometry.wkb.Lines.asset`); default: each line is an asset.
        threads: how many chunks of lines are worked on at once. The result is the same.

    Raises:
        ValueError: a line is empty or not finite (names its index), or array sizes don't fit.
    """
    coords = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    offsets = np.asarray(offsets, dtype=np.int64)
    n = len(offsets) - 1
    if n < 0 or offsets[0] != 0 or offsets[-1] != len(coords):
        raise ValueError("offsets must begin with 0 and end with the number of coordinates")
    if (np.diff(offsets) < 1).any():
        raise ValueError(f"line {np.diff(offsets).argmin()} has no vertices")
    asset = np.arange(n) if asset is None else np.asarray(asset, dtype=np.int64)
    if len(asset) != n or (asset[1:] < asset[:-1]).any():
        raise ValueError("asset must give an ascending index for each line")
    home = coverage.to_rank(_home(home, int(asset[-1]) + 1 if n else 0))

    def work(bounds: tuple[int, int]) -> Shares:
        first, last = bounds
        part = slice(offsets[first], offsets[last])
        return _chunk_shares(
            coverage, coords[part], offsets[first : last + 1], first, asset[first:last], home,
            projection,
        )  # fmt: skip

    chunks = _chunks(offsets, asset)
    if threads > 1 and len(chunks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(work, chunks))
    else:
        parts = [work(bounds) for bounds in chunks]
    if not parts:
        return Shares(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    return Shares(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _home(home: ArrayLike, n: int) -> Integers:
    home = np.asarray(home, dtype=np.int64)
    if len(home) < n:
        raise ValueError(f"{len(home)} home municipalities for {n} assets")
    return home


def _chunks(offsets: Integers, asset: Integers) -> list[tuple[int, int]]:
    """Ranges of lines with some 320,000 vertices each; the lines of an asset stay together."""
    if len(offsets) < 2:
        return []
    targets = np.arange(0, offsets[-1], _CHUNK_VERTICES)
    first = np.searchsorted(offsets[:-1], targets)
    first = np.searchsorted(asset, asset[np.minimum(first, len(asset) - 1)])
    bounds = [*np.unique(first).tolist(), len(asset)]
    return list(pairwise(bounds))


def _chunk_shares(
    coverage: Coverage,
    coords: Floats,
    offsets: Integers,
    first_line: int,
    asset: Integers,
    home: Integers,
    projection: TransverseMercator,
) -> Shares:
    grid = coverage.grid
    offsets = offsets - offsets[0]
    start = offsets[:-1]
    x, y = coords[:, 0] - coverage.origin[0], coords[:, 1] - coverage.origin[1]
    boxes = Boxes.of_lines(x, y, offsets)
    line_length = line_lengths(x, y, offsets, coverage.origin, projection, boxes)
    if not np.isfinite(line_length).all():
        bad = first_line + int(np.isfinite(line_length).argmin())
        raise ValueError(f"line {bad}: coordinates are not finite")

    # A line whose box holds no border cell has one owner.
    column, row = grid.column_of(boxes.west), grid.row_of(boxes.south)
    free = grid.is_free(column, grid.column_of(boxes.east), row, grid.row_of(boxes.north))
    whole = np.flatnonzero(free)
    cell = row[whole] * grid.columns + column[whole]
    pieces = [Pieces(whole, grid.owner[cell].astype(np.int64), line_length[whole])]

    point = np.flatnonzero(~free & (line_length == 0))
    at = start[point]
    pieces.append(
        Pieces(point, coverage.rank_at(x[at], y[at], home[asset[point]]), np.zeros(len(point)))
    )
    busy = np.flatnonzero(~free & (line_length > 0))
    i, v = expand(start[busy], offsets[busy + 1] - 1 - start[busy])
    ends = np.column_stack([x[v], y[v]]), np.column_stack([x[v + 1], y[v + 1]])
    length = ellipsoidal_lengths(ends[0] + coverage.origin, ends[1] + coverage.origin, projection)
    segments = Segments(x[v], y[v], x[v + 1], y[v + 1], busy[i], length)
    pieces.append(pieces_by_municipality(coverage, segments, home[asset], projection))
    line, municipality, metres = (np.concatenate(c) for c in zip(*pieces, strict=True))
    return _rows(coverage, asset[line], municipality, metres)


def _rows(coverage: Coverage, asset: Integers, rank: Integers, length: Floats) -> Shares:
    """Merge pieces to one row for each asset and municipality, and find the shares."""
    outside = len(coverage.ags)  # sorts after all municipalities
    key = asset * (outside + 1) + np.where(rank < 0, outside, rank)
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    key, length = key[first], np.add.reduceat(length[order], first)
    asset, rank = np.divmod(key, outside + 1)

    keep, length = _fold_slivers(asset, length)
    asset, rank, length = asset[keep], rank[keep], np.rint(length[keep] * _UNITS) / _UNITS
    municipality = coverage.from_rank(np.where(rank == outside, -1, rank))
    return Shares(asset, municipality, length, _exact_shares(asset, length))


def _groups(asset: Integers) -> tuple[Integers, Integers]:
    """(first row of each asset, number of its rows), of ascending rows."""
    first = np.flatnonzero(np.append(True, asset[1:] != asset[:-1]))
    return first, np.diff(np.append(first, len(asset)))


def _fold_slivers(asset: Integers, length: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Rows to keep, and lengths with those of slivers added to the asset's longest row (rule 5)."""
    keep = np.ones(len(asset), dtype=bool)
    first, count = _groups(asset)
    group = np.repeat(np.arange(len(first)), count)
    is_sliver = (length < SLIVER_M) & (count[group] > 1)
    if not is_sliver.any():
        return keep, length
    order = np.lexsort((-length, group))  # stable: of equal lengths the lowest AGS first
    longest = order[first]
    is_sliver[longest] = False
    length = length.copy()
    np.add.at(length, longest[group[is_sliver]], length[is_sliver])
    return ~is_sliver, length


def _exact_shares(asset: Integers, length: Floats) -> Floats:
    """Shares by length that sum to exactly 1 (rule 7); 1 for the only row of an asset."""
    share = np.ones(len(asset))
    first, count = _groups(asset)
    rows = np.flatnonzero(np.repeat(count > 1, count))
    if not rows.size:
        return share
    first, count = _groups(asset[rows])
    group = np.repeat(np.arange(len(first)), count)
    units = length[rows] / np.add.reduceat(length[rows], first)[group] * _UNITS
    whole = np.floor(units).astype(np.int64)
    missing = _UNITS - np.add.reduceat(whole, first)
    order = np.lexsort((whole - units, group))
    place = np.arange(len(rows)) - first[group]
    whole[order] += place < missing[group]
    share[rows] = whole / _UNITS
    return share
