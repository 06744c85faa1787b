"""The municipalities' territories, and which of them a point lies in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry.ranges import batches, expand
from ..geometry.wkb import Rings, WkbColumn, decode_polygons
from .building import Boundaries, border_grid
from .grid import ON_BORDER_M, BorderGrid, side

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Decoded at once: bounds the memory of the steps in between.
_TERRITORIES = 1_000


class Coverage:
    """Municipal territories, prepared for fast lookups.

    Overlaps and gaps between the territories are allowed; inside one territory the even-odd rule
    tells the inside. Building takes about a second for a million boundary vertices; see `cache`.

    Attributes:
        ags: the municipalities' keys, in the order given: municipality i has ags[i].
    """

    def __init__(self, ags: Sequence[str], wkb: Sequence[bytes] | WkbColumn) -> None:
        """Prepare a coverage.

        Args:
            ags: one key a municipality (Amtlicher Gemeindeschlüssel), each once.
            wkb: its territory as a Polygon or MultiPolygon in the register's CRS, in metres.

        Raises:
            ValueError: names the municipality whose key or territory can't be used.
        """
        self.ags = tuple(ags)
        self._check_keys(len(wkb.start) if isinstance(wkb, WkbColumn) else len(wkb))
        self._number()
        coords, offsets, rank = self._rings(wkb)
        # Whole metres: subtracting them from coordinates loses nothing.
        self.origin = np.floor(coords.min(axis=0))
        x, y = coords[:, 0] - self.origin[0], coords[:, 1] - self.origin[1]
        del coords
        begins = np.ones(len(x), dtype=bool)
        begins[offsets[1:] - 1] = False
        begins[:-1] &= (x[:-1] != x[1:]) | (y[:-1] != y[1:])
        municipality = np.repeat(rank, np.diff(offsets)).astype(np.int32)[begins]
        boundaries = Boundaries(x, y, np.flatnonzero(begins).astype(np.int32), municipality)
        self.grid = border_grid(boundaries, len(self.ags))

    @classmethod
    def of_grid(cls, ags: Sequence[str], origin: Floats, grid: BorderGrid) -> Coverage:
        """A coverage whose grid was built before."""
        coverage = cls.__new__(cls)
        coverage.ags, coverage.origin, coverage.grid = tuple(ags), origin, grid
        coverage._number()
        return coverage

    def _number(self) -> None:
        # Inside, municipalities are numbered by AGS, so that the lowest AGS is the lowest number.
        self._by_rank = np.array(sorted(range(len(self.ags)), key=self.ags.__getitem__))
        self._rank = np.empty(len(self.ags), dtype=np.int64)
        self._rank[self._by_rank] = np.arange(len(self.ags))

    def _check_keys(self, n_territories: int) -> None:
        if len(self.ags) != n_territories:
            raise ValueError(f"{len(self.ags)} AGS for {n_territories} territories")
        if not self.ags:
            raise ValueError("a coverage needs at least one municipality")
        if len(set(self.ags)) < len(self.ags):
            twice = next(a for i, a in enumerate(self.ags) if a in self.ags[:i])
            raise ValueError(f"AGS {twice} stands twice: merge its territory to one MultiPolygon")

    def _rings(self, wkb: Sequence[bytes] | WkbColumn) -> tuple[Floats, Integers, Integers]:
        """All rings by ascending rank: coordinates, offsets, and the rank of each."""
        decoded = []
        for first in range(0, len(self.ags), _TERRITORIES):
            rank = self._by_rank[first : first + _TERRITORIES]
            if isinstance(wkb, WkbColumn):
                some = [wkb.data[wkb.start[i] : wkb.end[i]].tobytes() for i in rank.tolist()]
            else:
                some = [wkb[i] for i in rank.tolist()]
            decoded.append(self._decoded(some, rank))
        coords = np.concatenate([rings.coords for rings in decoded])
        count = np.concatenate([np.diff(rings.offsets) for rings in decoded])
        rank = [rings.polygon + n * _TERRITORIES for n, rings in enumerate(decoded)]
        return coords, np.append(0, np.cumsum(count)), np.concatenate(rank)

    def _decoded(self, wkb: Sequence[bytes], municipality: Integers) -> Rings:
        try:
            rings = decode_polygons(wkb)
        except ValueError as error:
            if len(wkb) == 1:
                raise ValueError(f"the territory of AGS {self.ags[municipality[0]]}: {error}"
                                 ) from None  # fmt: skip
            for i in range(len(wkb)):
                self._decoded(wkb[i : i + 1], municipality[i : i + 1])
            raise
        absent = np.setdiff1d(np.arange(len(wkb)), rings.polygon)
        if absent.size:
            name = self.ags[municipality[absent[0]]]
            raise ValueError(f"the territory of AGS {name} is empty")
        finite = np.isfinite(rings.coords).all(axis=1)
        if not finite.all():
            ring = np.searchsorted(rings.offsets, finite.argmin(), side="right") - 1
            name = self.ags[municipality[rings.polygon[ring]]]
            raise ValueError(f"the territory of AGS {name} has coordinates that are not finite")
        return rings

    def municipality_at(self, xy: ArrayLike, home: ArrayLike | None = None) -> Integers:
        """The municipality of each point: its index in `ags`, or -1 outside all.

        A point on a border (within 1e-6 m) or in an overlap belongs to its home municipality if
        that is one of those it touches, else to the one with the lowest AGS.

        Args:
            xy: (n, 2) finite coordinates in metres, in the coverage's CRS.
            home: (n,) index of each point's home municipality, or -1; default: none.
        """
        x, y = (np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self.origin).T
        home = np.full(len(x), -1) if home is None else np.asarray(home)
        return self.from_rank(self.rank_at(x, y, self.to_rank(home)))

    def to_rank(self, municipality: Integers) -> Integers:
        """Positions in ascending AGS, of indices in `ags`; -1 stays -1."""
        if municipality.size and not -1 <= municipality.min() <= municipality.max() < len(self.ags):
            raise ValueError(f"home municipalities must be -1 … {len(self.ags) - 1}")
        return np.append(self._rank, -1)[municipality]

    def from_rank(self, rank: Integers) -> Integers:
        """Indices in `ags`, of positions in ascending AGS; -1 stays -1."""
        return np.append(self._by_rank, -1)[rank]

    def rank_at(self, x: Floats, y: Floats, home: Integers) -> Integers:
        """`municipality_at` for coordinates from `origin`; municipalities by their rank."""
        owner = self.grid.owner[self.grid.cell_of(x, y)].astype(np.int64)
        near = np.flatnonzero(owner <= -2)
        cell = -2 - owner[near]
        for part in batches(self.grid.edge_start[cell + 1] - self.grid.edge_start[cell]):
            i = near[part]
            owner[i] = self._rank_near_border(cell[part], x[i], y[i], home[i])
        return owner

    def _rank_near_border(self, cell: Integers, x: Floats, y: Floats, home: Integers) -> Integers:
        """`rank_at` for points in border cells."""
        grid = self.grid
        start = grid.candidate_start[cell]
        n_candidates = grid.candidate_start[cell + 1] - start
        point, candidate = expand(start, n_candidates)
        is_crossed, is_near = self._edges_passed(cell, x, y, n_candidates)
        inside = (grid.centre_inside[candidate] ^ is_crossed) | is_near
        point, municipality = point[inside], grid.candidates[candidate[inside]]

        owner = np.full(len(cell), -1, dtype=np.int64)
        is_first = np.append(True, point[1:] != point[:-1])[: len(point)]
        owner[point[is_first]] = municipality[is_first]  # candidates ascend: the lowest AGS
        at_home = municipality == home[point]
        owner[point[at_home]] = municipality[at_home]
        return owner

    def _edges_passed(self, cell, x, y, n_candidates) -> tuple[NDArray, NDArray]:
        """For each candidate of each point: are an odd number of its edges passed on the way from
        the cell's centre to the point, and does the point lie on one of them?

        The way goes up or down to the point's height, then sideways. Which side of an edge its
        corner lies on is computed once for both legs, so no rounding lets an edge slip through.
        """
        grid = self.grid
        start = grid.edge_start[cell]
        point, k = expand(start, grid.edge_start[cell + 1] - start)
        edges = grid.edges(k)
        px, py = x[point], y[point]
        corner = side(edges, grid.centre_x[cell][point], py) >= 0
        area = side(edges, px, py)
        passed = grid.spans_centre[k] & (grid.centre_side[k] != corner)
        passed ^= ((edges.ay > py) != (edges.by > py)) & (corner != (area >= 0))

        dx, dy = edges.bx - edges.ax, edges.by - edges.ay
        length = np.hypot(dx, dy)
        along = (px - edges.ax) * dx + (py - edges.ay) * dy
        margin = ON_BORDER_M * length
        near = np.abs(area) <= margin
        near &= (along >= -margin) & (along <= length * length + margin)

        first_slot = np.cumsum(n_candidates) - n_candidates - grid.candidate_start[cell]
        slot = first_slot[point] + grid.candidate_of_edge[k]
        size = int(n_candidates.sum())
        is_crossed = (np.bincount(slot[passed], minlength=size) & 1).astype(bool)
        is_near = np.zeros(size, dtype=bool)
        is_near[slot[near]] = True
        return is_crossed, is_near
