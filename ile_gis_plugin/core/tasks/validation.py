"""All rules on a register, or on what an edit may have changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ..border import links
from ..border import rules as border_rules
from ..border.matches import DOUBLE, POINT_DOUBLE
from ..border.rules import matched
from ..rules import (
    children,
    cost_splits,
    dates,
    duplicates,
    geometry,
    network,
    numbers,
    projects,
    records,
    territory,
)
from ..rules.loading import Municipalities, Unusable, load_scope, unusable_rows
from ..rules.rule import CATALOGUE, Asked, Found, Rule, Scope, Settings
from ..rules.strips import selected, strips
from ..stores.store import Store
from .shares import places_now

#: Importing a module enters its rules into the catalogue.
MODULES = (records, geometry, duplicates, network, territory, children, dates, numbers, projects,
           cost_splits, border_rules, links)  # fmt: skip
Integers = NDArray[np.int64]

_LOOSE_ENDS = ("NET001", "NET002", "NET003")
#: What `load_scope` finds on the way.
UNUSABLE_CODES = ("GEO001", "GEO002", "GEO007")
Step = Callable[[float, str], None]


def find_everything(
    store: Store, municipalities: Municipalities, asked: Asked, settings: Settings,
    codes: Sequence[str] = (), step: Step = lambda fraction, what: None,
) -> Iterator[Found]:  # fmt: skip
    """What the rules find in the whole register.

    Args:
        codes: only these rules, or groups of them such as "NET"; default: all.
        step: called with the part of the work that is done and the key of what comes.
    """
    asked = Asked(store, asked.on, asked.only, places_now(municipalities.coverage))
    rules = chosen_rules(codes)
    of_geometry = [rule for rule in rules if rule.of_geometry]
    with ThreadPoolExecutor(1) as thread:
        # The rules on attributes are SQLite's work mostly, the others numpy's.
        on_rows = [rule for rule in rules if not rule.of_geometry]
        if store.writing:
            yield from (found for rule in on_rows for found in rule.find(asked))
            attributes = None
        else:
            attributes = thread.submit(_on_rows, store, asked, on_rows)
        if of_geometry or not codes or set(UNUSABLE_CODES) & set(codes):
            yield from _of_geometry(store, municipalities, settings, of_geometry, codes, step)
        step(0.9, "tasks.validating_rows")
        if attributes:
            yield from attributes.result()


def _on_rows(store: Store, asked: Asked, rules: Sequence[Rule]) -> list[Found]:
    with store.another_reader() as reader:
        here = Asked(reader, asked.on, asked.only, asked.places_of)
        return [found for rule in rules for found in rule.find(here)]


def _of_geometry(
    store: Store, municipalities: Municipalities, settings: Settings, rules: Sequence[Rule],
    codes: Sequence[str], step: Step,
) -> Iterator[Found]:  # fmt: skip
    parts = strips(store, municipalities)
    if len(parts) > 1:
        yield from _kept(unusable_rows(store, municipalities.coverage), codes)
    for n, strip in enumerate(parts):
        step(0.9 * n / len(parts), "tasks.validating_geometry")
        scope, unusable = load_scope(store, municipalities, strip.box, settings)
        if len(parts) == 1:
            yield from _kept(unusable, codes)
        every = [f for rule in rules for f in rule.find(scope)]
        for found in without_consequences(scope, every):
            if kept := strip.keeps(found):
                yield kept


def _kept(unusable: Sequence[Unusable], codes: Sequence[str]) -> Iterator[Found]:
    for table in unusable:
        for found in table.found():
            if not codes or found.code in codes or found.code[:3] in codes:
                yield found


def chosen_rules(codes: Sequence[str]) -> list[Rule]:
    """The rules of the given codes or groups, in the order of their codes; all without any."""
    return [rule for code, rule in sorted(CATALOGUE.items())
            if not codes or code in codes or code[:3] in codes]  # fmt: skip


def without_consequences(scope: Scope, every: Sequence[Found]) -> Iterator[Found]:
    """One cause, one finding.

    A light that two municipalities record lies in one of them, so the other one's record has no
    wrong home as well. A stretch that two municipalities record ends beside itself: those ends
    are no loose ones.
    """
    for found in every:
        if found.code == "TER001":
            twice = _recorded_twice(scope, POINT_DOUBLE, found.table)
            mask = ~np.isin(found.fid, twice)
        elif found.code in _LOOSE_ENDS and found.other_fid is not None:
            left, right = _recorded_twice(scope, DOUBLE, found.table).reshape(2, -1)
            mask = ~_among(found.fid, found.other_fid, left, right)
        else:
            mask = np.ones(len(found.fid), dtype=bool)
        if kept := selected(found, mask):
            yield kept


def _recorded_twice(scope: Scope, kind: int, table: str) -> Integers:
    """The assets of a table that belong to matches of a kind: the left ones, then the right."""
    matches = scope.view(matched)
    mine = (matches.kind == kind) & (np.array(matches.tables)[matches.table] == table)
    return np.concatenate([matches.left_fid[mine], matches.right_fid[mine]])


def _among(a: Integers, b: Integers, left: Integers, right: Integers) -> NDArray[np.bool_]:
    """Which of the pairs (a, b) are among the pairs (left, right), in either order."""
    base = int(max((v.max(initial=0) for v in (a, b, left, right)), default=0)) + 1
    keys = np.minimum(left, right) * base + np.maximum(left, right)
    return np.isin(np.minimum(a, b) * base + np.maximum(a, b), keys)
