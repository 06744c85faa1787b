"""All rules on a register, or on what an edit may have changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..border import rules as border_rules
from ..definition import REGISTER
from ..definition.types import Geometry
from ..stores.store import Box, Store
from . import (
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
from .loading import Municipalities, load_scope, unusable_rows
from .rule import CATALOGUE, Asked, Found, Rule, Scope, Settings

#: Importing a module enters its rules into the catalogue.
MODULES = (records, geometry, duplicates, network, territory, children, dates, numbers, projects,
           border_rules)  # fmt: skip
#: More lines than this are looked at strip by strip, so that memory stays bounded.
_LINES_AT_ONCE = 1_000_000
#: What lies this far beyond a strip or an edit may still decide what is found inside.
MARGIN_M = 60.0

Step = Callable[[float, str], None]


@dataclass(frozen=True)
class Strip:
    """A part of the country: what is loaded, and where findings count."""

    box: Box | None
    core: Box | None

    def keeps(self, found: Found) -> Found | None:
        """The findings whose place lies in the core (west edge included, east edge not)."""
        if self.core is None:
            return found
        x, y = found.xy.T
        west, south, east, north = self.core
        return selected(found, (x >= west) & (x < east) & (y >= south) & (y < north))


def selected(found: Found, mask: np.ndarray) -> Found | None:
    """The findings that the mask keeps; None where it keeps none."""
    if mask.all():
        return found if len(found.fid) else None
    if not mask.any():
        return None
    return replace(
        found, fid=found.fid[mask], xy=found.xy[mask],
        other_fid=None if found.other_fid is None else found.other_fid[mask],
        part=None if found.part is None else found.part[mask],
        values={name: column[mask] for name, column in found.values.items()},
    )  # fmt: skip


def strips(store: Store, municipalities: Municipalities) -> list[Strip]:
    """The whole register at once, or from west to east where it is large."""
    lines = sum(store.count(t.name) for t in REGISTER.assets if t.geometry is Geometry.LINE)
    count = int(np.ceil(lines / _LINES_AT_ONCE))
    if count <= 1:
        return [Strip(None, None)]
    coverage = municipalities.coverage
    west = coverage.origin[0] + coverage.grid.x0
    cuts = np.linspace(west, west + coverage.grid.columns * coverage.grid.cell_m, count + 1)
    cuts[0], cuts[-1] = -np.inf, np.inf
    everywhere = (-np.inf, np.inf)
    return [
        Strip((a - MARGIN_M, everywhere[0], b + MARGIN_M, everywhere[1]),
              (a, everywhere[0], b, everywhere[1]))
        for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    ]  # fmt: skip


def find_everything(
    store: Store, municipalities: Municipalities, asked: Asked, settings: Settings,
    codes: Sequence[str] = (), step: Step = lambda fraction, what: None,
) -> Iterator[Found]:  # fmt: skip
    """What the rules find in the whole register.

    Args:
        codes: only these rules, or groups of them such as "NET"; default: all.
        step: called with the part of the work that is done and the code of the rule that comes.
    """
    rules = chosen_rules(codes)
    on_rows = [rule for rule in rules if not rule.of_geometry]
    for n, rule in enumerate(on_rows):
        step(0.3 * n / len(on_rows), rule.code)
        yield from rule.find(asked)
    parts = strips(store, municipalities)
    wanted = {rule.code for rule in rules} | set(codes)
    if len(parts) > 1:
        yield from _kept(unusable_rows(store), wanted, codes)
    for n, strip in enumerate(parts):
        step(0.3 + 0.7 * n / len(parts), "")
        scope, unusable = load_scope(store, municipalities, strip.box, settings)
        if len(parts) == 1:
            yield from _kept(unusable, wanted, codes)
        for rule in (rule for rule in rules if rule.of_geometry):
            for found in rule.find(scope):
                if kept := strip.keeps(found):
                    yield kept


def _kept(unusable, wanted: set[str], codes: Sequence[str]) -> Iterator[Found]:
    for table in unusable:
        for found in table.found():
            if not codes or found.code in wanted or found.code[:3] in wanted:
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
    for rule in rules:
        for found in rule.find(scope):
            if rule.local:
                kept = strip.keeps(found)
            else:
                mine = np.array(sorted(fids.get(found.table, ())), dtype=np.int64)
                kept = selected(found, np.isin(found.fid, mine))
            if kept:
                yield kept
