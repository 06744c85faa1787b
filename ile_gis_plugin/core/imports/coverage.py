"""Checks whether municipal territories fit together: overlaps, gaps, invalid polygons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..messages import Message, message
from .boundaries import Municipality

#: Smaller overlaps and gaps come from rounding a border that both sides share.
LEAST_AREA_M2 = 1.0
#: A slit between two municipalities up to this width is a gap; a wider one may be meant.
SLIT_M = 10.0

INVALID, OVERLAP, GAP = "GEB001", "GEB002", "GEB003"


@dataclass(frozen=True)
class CoverageFinding:
    """Something wrong with the territories: data, worded by whoever shows it."""

    code: str
    severity: str
    ags: str
    place: Any  # shapely Point
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        return message(f"rules.{self.code}", **self.values)


def check_coverage(
    chosen: Sequence[Municipality], others: Sequence[Municipality] = ()
) -> list[CoverageFinding]:
    """Every overlap, gap and invalid polygon among the chosen territories.

    `others` are the remaining municipalities of the same file: where one of them lies between the
    chosen ones there is no gap.
    """
    return [*_invalid(chosen), *_overlaps(chosen), *_gaps(chosen, others)]


def _invalid(chosen: Sequence[Municipality]) -> list[CoverageFinding]:
    return [
        CoverageFinding(INVALID, "error", m.ags, m.defect_at or m.territory.point_on_surface(),
                        {"name": m.name, "reason": m.defect})
        for m in chosen if m.defect
    ]  # fmt: skip


def _overlaps(chosen: Sequence[Municipality]) -> list[CoverageFinding]:
    import shapely

    territories = [m.territory for m in chosen]
    tree = shapely.STRtree(territories)
    left, right = tree.query(territories, predicate="intersects")
    found = []
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if a >= b:
            continue
        common = shapely.intersection(territories[a], territories[b])
        area = shapely.area(common)
        if area < LEAST_AREA_M2:
            continue
        largest = max(shapely.get_parts(common), key=shapely.area)
        found.append(CoverageFinding(
            OVERLAP, "warning", chosen[a].ags, largest.point_on_surface(),
            {"name": chosen[a].name, "other": chosen[b].name, "other_ags": chosen[b].ags,
             "area_m2": round(float(area), 1)},
        ))  # fmt: skip
    return found


def _gaps(
    chosen: Sequence[Municipality], others: Sequence[Municipality]
) -> list[CoverageFinding]:
    """Holes in the union, and slits between two municipalities that are open to the outside."""
    import shapely

    territories = [m.territory for m in chosen]
    if len(territories) < 2:
        return []
    union = shapely.union_all(territories)
    holes = [shapely.Polygon(ring) for p in shapely.get_parts(union) for ring in p.interiors]
    filled = shapely.union_all([union, *holes])
    empty = [*holes, *_slits(territories, filled)]
    if others and empty:
        rest = [m.territory for m in others]
        tree = shapely.STRtree(rest)
        empty = [shapely.difference(g, shapely.union_all([rest[i] for i in tree.query(g)]))
                 for g in empty]  # fmt: skip
    tree = shapely.STRtree(territories)
    found = []
    for gap in (p for g in empty for p in shapely.get_parts(g)):
        if shapely.get_dimensions(gap) < 2 or shapely.area(gap) < LEAST_AREA_M2:
            continue
        around = sorted(tree.query(gap, predicate="dwithin", distance=0.01).tolist())
        if not around:
            continue
        names = [chosen[i].name for i in around]
        found.append(CoverageFinding(
            GAP, "warning", chosen[around[0]].ags, gap.point_on_surface(),
            {"names": names, "keys": [chosen[i].ags for i in around],
             "area_m2": round(float(shapely.area(gap)), 1)},
        ))  # fmt: skip
    return found


def _slits(territories: list, filled: Any) -> list:
    """Narrow openings along borders whose two sides don't match.

    Closing the union by half the width fills slits, and every sharp corner of the outline with
    them; the edges that don't match tell the one from the other.
    """
    import shapely

    unmatched = shapely.coverage_invalid_edges(territories, gap_width=SLIT_M)
    unmatched = unmatched[~shapely.is_empty(unmatched)]
    if not len(unmatched):
        return []
    edges = shapely.union_all(unmatched)
    near = shapely.intersection(filled, shapely.buffer(edges, 4 * SLIT_M))
    closed = shapely.buffer(shapely.buffer(near, SLIT_M / 2), -SLIT_M / 2)
    slits = shapely.difference(closed, filled)
    return [
        part for part in shapely.get_parts(slits)
        if shapely.area(part) >= LEAST_AREA_M2
        and shapely.length(shapely.intersection(edges, shapely.buffer(part, 0.01)))
        > 0.3 * shapely.length(part)
    ]  # fmt: skip
