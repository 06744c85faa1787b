"""Who belongs to whom, where several could."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# With more candidates than this about each other, the best go first.
_MOST = 12
# Even the dearest pair is worth more than none.
_LEAST = 1e-3


def assigned(n: int, a: Integers, b: Integers, cost: Floats, worth: float) -> Integers:
    """Of ranked pairs (a, b) of n items those that together are worth most, each item in one.

    A pair is worth `worth` less its cost, but never nothing. What is chosen depends on the pairs
    that compete for its items, directly or through others, and on nothing else.

    Returns:
        Numbers of the chosen pairs, ascending.
    """
    group = components(n, a, b)[a]
    size = np.bincount(group, minlength=1)[group]
    chosen = [np.flatnonzero(size == 1)]
    many = np.flatnonzero(size > _MOST)
    chosen.append(many[mutual_best(n, a[many], b[many])])
    few = np.flatnonzero((size > 1) & (size <= _MOST))
    few = few[np.argsort(group[few], kind="stable")]
    for pairs in np.split(few, np.flatnonzero(np.diff(group[few])) + 1):
        listed = [(k, int(a[k]), int(b[k]), max(worth - float(cost[k]), _LEAST / (1 + cost[k])))
                  for k in pairs.tolist()]  # fmt: skip
        chosen.append(np.array(_best(listed)[1], dtype=np.int64))
    return np.sort(np.concatenate(chosen))


def _best(pairs: list[tuple[int, int, int, float]]) -> tuple[float, list[int]]:
    """Greatest worth, and the numbers, of pairs (number, item, item, worth) without a common
    item."""
    if not pairs:
        return 0.0, []
    (number, a, b, worth), rest = pairs[0], pairs[1:]
    total, taken = _best([p for p in rest if not {a, b} & {p[1], p[2]}])
    total += worth
    if len(taken) == len(rest):
        return total, [number, *taken]
    other_total, others = _best(rest)
    return (other_total, others) if other_total > total else (total, [number, *taken])


def mutual_best(n: int, a: Integers, b: Integers) -> Integers:
    """Of ranked pairs (a, b) of n items: those that are the best of both, again and again among
    what is left; their numbers, ascending."""
    chosen = [np.empty(0, dtype=np.int64)]
    left = np.arange(len(a))
    free = np.ones(n, dtype=bool)
    while len(left):
        best = np.full(n, len(a))
        np.minimum.at(best, a[left], left)
        np.minimum.at(best, b[left], left)
        won = left[(best[a[left]] == left) & (best[b[left]] == left)]
        chosen.append(won)
        free[a[won]] = free[b[won]] = False
        left = left[free[a[left]] & free[b[left]]]
    return np.sort(np.concatenate(chosen))


def components(n: int, i: Integers, j: Integers) -> Integers:
    """(n,) number of each item's component in the graph of the pairs, by its lowest item."""
    label = np.arange(n)
    while True:
        low = np.minimum(label[i], label[j])
        before = label.copy()
        np.minimum.at(label, label[i], low)
        np.minimum.at(label, label[j], low)
        label = label[label]
        if np.array_equal(label, before):
            return np.unique(label, return_inverse=True)[1]


def first_of_equal(values: Integers) -> NDArray[np.bool_]:
    """Of values in which equal ones stand together: which are the first of theirs."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]
