"""Which unmatched nodes on the two sides of a border belong together.

Costs and ties depend on the two nodes alone and mutual best pairs are taken first, so a pair never
depends on anything beyond the nodes that compete for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry.neighbours import near_pairs
from .assignment import assigned, mutual_best
from .courses import METRE
from .doubles import Doubles
from .nodes import Ends, Nodes
from .site import Site

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Lines that turn by less continue each other.
COS_CONTINUES = float(np.cos(np.radians(30.0)))
# A pair is worth so many caps, less its cost: so two pairs of ends that are a little off win over
# one that comes close by chance and leaves two others alone.
_WORTH = 1.5
#: A line that turns by more at the border goes back the way it came.
COS_TURNS_BACK = float(np.cos(np.radians(120.0)))


class Relation(NamedTuple):
    """How two ends lie to each other."""

    distance: Floats  # metres
    lateral: Floats  # metres sideways to the direction that the two lines share
    advance: Floats  # metres that they would have to grow to meet; negative: they pass each other
    straight: Floats  # cosine of the turn from one line to the other: 1 goes straight on

    def take(self, index: NDArray) -> Relation:
        return Relation(*(values[index] for values in self))


class Candidates(NamedTuple):
    """Pairs of nodes that may belong together, the best first."""

    first: Integers  # the end of the one node ...
    second: Integers  # ... and of the other by which they fit best
    cost: Floats
    relation: Relation

    def take(self, index: NDArray) -> Candidates:
        return Candidates(self.first[index], self.second[index], self.cost[index],
                          self.relation.take(index))  # fmt: skip


class Pairs(NamedTuple):
    """Pairs of nodes that belong together."""

    chosen: Candidates
    #: (k,) by how much the next best candidate for one of the two nodes costs more: 0 as much,
    #: 1 very much more or none
    lead: Floats


def relation(ends: Ends, i: Integers, j: Integers) -> Relation:
    """How ends `i` lie to ends `j`."""
    to = ends.xy[j] - ends.xy[i]
    square = (to * to).sum(axis=1)
    towards = ends.heading[i] - ends.heading[j]
    size = np.sqrt((towards * towards).sum(axis=1))
    along = (to * towards).sum(axis=1) / np.maximum(size, 1e-9)
    # lines side by side share no direction across the border
    along = np.where(size > 1e-3, along, 0.0)
    return Relation(
        np.sqrt(square), np.sqrt(np.maximum(square - along * along, 0.0)), 0.5 * size * along,
        -(ends.heading[i] * ends.heading[j]).sum(axis=1),
    )  # fmt: skip


def pairs(site: Site, ends: Ends, nodes: Nodes, found: Doubles) -> Pairs:
    """The pairs of unmatched nodes of different homes."""
    ranked = candidates(site, ends, nodes, found)
    a, b, n = ends.node[ranked.first], ends.node[ranked.second], len(nodes.first)
    # Free ends need a partner; a junction gets what they leave.
    free = np.flatnonzero(~nodes.is_connected[a] & ~nodes.is_connected[b])
    chosen = free[assigned(n, a[free], b[free], ranked.cost[free], _WORTH * site.cap_m)]
    left = np.ones(n, dtype=bool)
    left[a[chosen]] = left[b[chosen]] = False
    rest = np.flatnonzero(left[a] & left[b])
    chosen = np.sort(np.append(chosen, rest[mutual_best(n, a[rest], b[rest])]))
    rival = np.full(n, np.inf)
    others = np.ones(len(a), dtype=bool)
    others[chosen] = False
    for node in (a, b):
        np.minimum.at(rival, node[others], ranked.cost[others])
    won = ranked.take(chosen)
    rival = np.minimum(rival[a[chosen]], rival[b[chosen]])
    return Pairs(won, np.clip(1.0 - won.cost / np.maximum(rival, 1e-9), 0.0, 1.0))


def candidates(site: Site, ends: Ends, nodes: Nodes, found: Doubles) -> Candidates:
    """All pairs of nodes that may belong together, ranked; each once, by its best two ends."""
    home, network = site.lines.home[ends.line], site.lines.network[ends.line]
    open_ = np.flatnonzero(~nodes.is_shared[ends.node])
    near = near_pairs(ends.xy[open_], site.reach_m, group=network[open_])
    i, j = open_[near.i], open_[near.j]
    across = (home[i] != home[j]) & ~are_double(found, len(site.lines), ends.line[i], ends.line[j])
    i, j = i[across], j[across]
    how = relation(ends, i, j)
    fits = _may_join(site, ends, nodes, i, j, how)
    i, j, how = i[fits], j[fits], how.take(fits)

    # Sideways counts double: lines side by side each have their own continuation. They are to
    # meet on the border, so an end at it comes before a junction behind. Rounded, so that nothing
    # but a real difference decides.
    cost = np.sqrt(how.distance**2 + 3.0 * how.lateral**2)
    cost = (cost + 0.5 * (ends.distance[i] + ends.distance[j])) * (2.0 - how.straight)
    ranked = Candidates(i, j, np.round(cost, 6), how)
    ranked = ranked.take(np.lexsort((j, i, np.round(how.distance, 6), ranked.cost)))
    low = np.minimum(ends.node[ranked.first], ends.node[ranked.second])
    high = np.maximum(ends.node[ranked.first], ends.node[ranked.second])
    _, once = np.unique(low * len(nodes.first) + high, return_index=True)
    return ranked.take(np.sort(once))


def _may_join(site: Site, ends: Ends, nodes: Nodes, i, j, how: Relation) -> NDArray[np.bool_]:
    tolerance = site.lines.tolerance_m
    exact = np.minimum(tolerance[ends.line[i]], tolerance[ends.line[j]])
    continues = how.straight >= COS_CONTINUES
    fits = (how.distance <= site.cap_m) & (
        (how.straight >= COS_TURNS_BACK) | (how.distance <= exact)
    )
    fits |= continues & (how.lateral <= 0.5 * site.cap_m)
    # Ends that look away from each other do not pass each other.
    length = site.courses.length / METRE
    fits &= -how.advance < np.minimum(length[ends.line[i]], length[ends.line[j]])
    # Two crossroads beside each other are not one.
    fits &= continues | ~(nodes.is_connected[ends.node[i]] & nodes.is_connected[ends.node[j]])
    # An end on a line of the neighbour is matched, unless that line itself reaches past it.
    for one, other in ((i, j), (j, i)):
        touched = nodes.touches[ends.node[one]]
        fits &= (touched < 0) | (continues & (touched == ends.line[other]))
    return fits


def are_double(found: Doubles, n: int, line: Integers, other: Integers) -> NDArray[np.bool_]:
    """Whether two lines record the same."""
    known = np.concatenate([found.left * n + found.right, found.right * n + found.left])
    return np.isin(line * n + other, known)
