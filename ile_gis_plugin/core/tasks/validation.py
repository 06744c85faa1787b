"""All rules on a register, or on what an edit may have changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..border import links
from ..border import rules as border_rules
from ..border.matches import POINT_DOUBLE
from ..border.matching import match
from ..rules import (
    children,
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
from ..rules.strips import Strip, selected, strips
from ..stores.store import Box, Store

#: Importing a module enters its rules into the catalogue.
MODULES = (records, geometry, duplicates, network, territory, children, dates, numbers, projects,
           border_rules, links)  # fmt: skip
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
    rules = chosen_rules(codes)
    on_rows = [rule for rule in rules if not rule.of_geometry]
    step(0.0, "tasks.validating_rows")
    for rule in on_rows:
        yield from rule.find(asked)
    if not any(rule.of_geometry for rule in rules) and not set(UNUSABLE_CODES) & set(codes):
        return
    parts = strips(store, municipalities)
    if len(parts) > 1:
        yield from _kept(unusable_rows(store), codes)
    for n, strip in enumerate(parts):
        step(0.2 + 0.8 * n / len(parts), "tasks.validating_geometry")
        scope, unusable = load_scope(store, municipalities, strip.box, settings)
        if len(parts) == 1:
            yield from _kept(unusable, codes)
        every = [f for rule in rules if rule.of_geometry for f in rule.find(scope)]
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


def find_around(
    scope: Scope, box: Box, fids: dict[str, set[int]], rules: Sequence[Rule]
) -> Iterator[Found]:
    """What the rules on geometry find inside a box, and of some rows wherever it is.

    Args:
        scope: everything that meets the box, with a margin of `MARGIN_M`.
        fids: the rows that were changed, by table: rules that look at one row only count for
            these and no others.
    """
    strip = Strip(None, box)
    every = [f for rule in rules for f in rule.find(scope)]
    for found in without_consequences(scope, every):
        if CATALOGUE[found.code].local:
            kept = strip.keeps(found)
        else:
            mine = np.array(sorted(fids.get(found.table, ())), dtype=np.int64)
            kept = selected(found, np.isin(found.fid, mine))
        if kept:
            yield kept


def without_consequences(scope: Scope, every: Sequence[Found]) -> Iterator[Found]:
    """One cause, one finding: a light that two municipalities record lies in one of them, so that
    the other one's record is no fault of its own."""
    for found in every:
        if found.code != "TER001":
            yield found
            continue
        matches = scope.view(match)
        twice = (matches.kind == POINT_DOUBLE) & (
            np.array(matches.tables)[matches.table] == found.table)
        fids = np.concatenate([matches.left_fid[twice], matches.right_fid[twice]])
        if kept := selected(found, ~np.isin(found.fid, fids)):
            yield kept
