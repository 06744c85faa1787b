"""Lines cut where they meet borders, and the municipality of each piece.

Coordinates are metres from the coverage's origin; municipalities are numbered by rank.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.ellipsoid import TransverseMercator, fraction_of_length
from ..geometry.ranges import batches, expand
from .coverage import Coverage
from .grid import ON_BORDER_M, BorderGrid

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Segments(NamedTuple):
    """Segments of lines, line after line, each line's from its start to its end."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    line: Integers
    length: Floats  # ellipsoidal metres

    def take(self, index: NDArray) -> Segments:
        """The segments at `index`."""
        return Segments(*(values[index] for values in self))


class Pieces(NamedTuple):
    """Stretches of lines that each lie in one municipality, in no particular order."""

    line: Integers
    municipality: Integers  # rank, or -1 outside all
    length: Floats  # ellipsoidal metres


def pieces_by_municipality(
    coverage: Coverage, segments: Segments, home: Integers, projection: TransverseMercator
) -> Pieces:
    """Divide lines by municipality; the pieces of a line sum to its length.

    Args:
        segments: all segments of some lines.
        home: rank of each line's home municipality, or -1.
        projection: the grid that the coordinates are given in.
    """
    grid = coverage.grid
    row1, column1 = grid.row_of(segments.y1), grid.column_of(segments.x1)
    row2, column2 = grid.row_of(segments.y2), grid.column_of(segments.x2)
    free = grid.is_free(
        np.minimum(column1, column2), np.maximum(column1, column2),
        np.minimum(row1, row2), np.maximum(row1, row2),
    )  # fmt: skip
    owner = np.full(len(free), -2, dtype=np.int64)
    owner[free] = grid.owner[(row1 * grid.columns + column1)[free]]
    near = np.flatnonzero(~free)
    meets, cut_segment, cut_at = cuts_at_borders(grid, segments.take(near))

    # Segments that meet no border lie where their neighbours do: one question a run is enough.
    touching = np.zeros(len(free), dtype=bool)
    touching[near[meets]] = True
    starts_run = touching.copy()
    starts_run[:1] = True
    starts_run[1:] |= touching[:-1] | (segments.line[1:] != segments.line[:-1])
    first = np.flatnonzero(starts_run)
    run_owner = np.maximum.reduceat(owner, first) if first.size else owner
    run_length = np.add.reduceat(segments.length, first) if first.size else segments.length
    whole = ~touching[first]
    first, run_owner, run_length = first[whole], run_owner[whole], run_length[whole]
    unknown = np.flatnonzero(run_owner == -2)
    middle = segments.take(first[unknown])

    divided = segments.take(near[meets])
    cut = _intervals(
        divided, np.cumsum(meets)[cut_segment] - 1, cut_at, coverage.origin, projection
    )
    asked = Segments(*(np.concatenate(pair) for pair in zip(middle, cut, strict=True)))
    answer = coverage.rank_at(
        0.5 * (asked.x1 + asked.x2), 0.5 * (asked.y1 + asked.y2), home[asked.line]
    )
    run_owner[unknown] = answer[: len(unknown)]
    return Pieces(
        np.concatenate([segments.line[first], cut.line]),
        np.concatenate([run_owner, answer[len(unknown) :]]),
        np.concatenate([run_length, cut.length]),
    )


def cuts_at_borders(
    grid: BorderGrid, segments: Segments
) -> tuple[NDArray[np.bool_], Integers, Floats]:
    """Where segments cross a border, or a border vertex lies on them.

    A cut too many does no harm, as each interval is judged by its own midpoint; so all margins
    err on that side.

    Returns:
        (segments,) whether each comes within 1e-6 m of a border, and the cuts as pairs
        (segment, position between 0 and 1).
    """
    x1, y1, x2, y2 = segments[:4]
    segment, cell = grid.cells_of_segments(x1, y1, x2, y2)
    border_cell = -2 - grid.owner[cell].astype(np.int64)
    is_border = border_cell >= 0
    segment, border_cell = segment[is_border], border_cell[is_border]
    start = grid.edge_start[border_cell]
    count = grid.edge_start[border_cell + 1] - start

    meets = np.zeros(len(x1), dtype=bool)
    cuts = [(segment[:0], x1[:0])]
    for part in batches(count):
        i, edge = expand(start[part], count[part])
        met, cut_segment, cut_at = _cuts_of_pairs(grid, segments, segment[part][i], edge)
        meets[met] = True
        cuts.append((cut_segment, cut_at))
    return meets, *(np.concatenate(values) for values in zip(*cuts, strict=True))


def _cuts_of_pairs(
    grid: BorderGrid, segments: Segments, s: Integers, edge: Integers
) -> tuple[Integers, Integers, Floats]:
    """For pairs of a segment and an edge: the segments that meet theirs, and the cuts."""
    x1, y1, x2, y2 = segments[:4]
    # Keep pairs where neither lies wholly on one side of the other.
    ax, ay, bx, by = grid.edges(edge)
    ex, ey = bx - ax, by - ay
    from1 = ex * (y1[s] - ay) - ey * (x1[s] - ax)
    from2 = ex * (y2[s] - ay) - ey * (x2[s] - ax)
    margin = ON_BORDER_M * (ex + np.abs(ey))
    keep = np.flatnonzero(
        (np.minimum(from1, from2) <= margin) & (np.maximum(from1, from2) >= -margin)
    )
    s, ax, ay, ex, ey = s[keep], ax[keep], ay[keep], ex[keep], ey[keep]
    from1, from2 = from1[keep], from2[keep]

    dx, dy = (x2 - x1)[s], (y2 - y1)[s]
    ax, ay = ax - x1[s], ay - y1[s]
    from_a = dx * ay - dy * ax
    from_b = from_a + dx * ey - dy * ex
    margin = ON_BORDER_M * (np.abs(dx) + np.abs(dy))
    meets = (np.minimum(from_a, from_b) <= margin) & (np.maximum(from_a, from_b) >= -margin)
    with np.errstate(divide="ignore", invalid="ignore"):  # segments without length have no cuts
        square = dx * dx + dy * dy
        slack = ON_BORDER_M / np.sqrt(square)
        at_a = (ax * dx + ay * dy) / square
        at_b = at_a + (ex * dx + ey * dy) / square
        crossing = from1 / (from1 - from2)
    # on one straight line they may still lie apart
    meets &= ~((np.maximum(at_a, at_b) < -slack) | (np.minimum(at_a, at_b) > 1 + slack))

    at = np.concatenate([crossing, at_a, at_b])
    is_cut = np.concatenate([
        meets & ((from1 > 0) != (from2 > 0)),
        meets & (np.abs(from_a) <= margin),
        meets & (np.abs(from_b) <= margin),
    ])  # fmt: skip
    is_cut &= (at > 0) & (at < 1)
    return s[meets], np.tile(s, 3)[is_cut], at[is_cut]


def _intervals(
    segments: Segments,
    cut_segment: Integers,
    cut_at: Floats,
    origin: Floats,
    projection: TransverseMercator,
) -> Segments:
    """The segments divided at their cuts."""
    n = len(segments.line)
    segment = np.concatenate([np.arange(n), cut_segment])
    begin = np.concatenate([np.zeros(n), cut_at])
    order = np.lexsort((begin, segment))
    segment, begin = segment[order], begin[order]
    is_last = np.append(segment[1:] != segment[:-1], True)[: len(segment)]
    x1, y1, x2, y2, line, length = segments.take(segment)
    ends = (np.column_stack(end) + origin for end in ((x1, y1), (x2, y2)))
    before = fraction_of_length(*ends, begin, projection)

    def to_next(values: Floats) -> Floats:
        """The values at the intervals' ends."""
        return np.where(is_last, 1.0, np.roll(values, -1))

    end = to_next(begin)
    dx, dy = x2 - x1, y2 - y1
    return Segments(
        x1 + begin * dx, y1 + begin * dy, x1 + end * dx, y1 + end * dy, line,
        length * (to_next(before) - before),
    )  # fmt: skip
