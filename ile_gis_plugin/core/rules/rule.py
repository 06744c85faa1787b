"""What a rule is, and what it finds.

A rule's sentences stand in `i18n/messages/rules.toml`: `<code>` is the sentence with the values of
a finding, `<code>_title` the rule in general. A code is never used again for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..finances.rows import PlacesOf, kept_places
from ..geometry.assets import LineAssets, PointAssets
from ..stores.store import Condition, Store, Violations
from ..territory.coverage import Coverage

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

T = TypeVar("T")

ERROR, WARNING, INFO = "error", "warning", "info"
#: Ends nearer than this are the same point: above rounding to millimetres, below any measurement.
SAME_POINT_M = 0.01


@dataclass(frozen=True)
class Settings:
    """What a cooperation may set. All distances in metres."""

    #: Nothing farther apart than this is taken for the same: the tolerance of topographic data.
    cap_m: float = 3.0
    shortest_line_m: float = 0.5
    isolated_m: float = 10.0


@dataclass(frozen=True)
class Found:
    """Findings of one rule on one table, as arrays of one length n.

    Attributes:
        code: the rule's.
        table: of the assets; `fid` (n,) their keys.
        xy: (n, 2) place in metres; NaN where there is none.
        other_fid: (n,) key of the second asset, or -1; it is in `other_table` (default: `table`).
        part: (n,) tells several findings of one pair apart and stays the same from run to run:
            0 and 1 for a line's start and end, a vertex's number, a counter; else 0.
        values: (n,) each, for the rule's sentence.
        field: the field concerned, where it is one.
    """

    code: str
    table: str
    fid: Integers
    xy: Floats
    other_fid: Integers | None = None
    part: Integers | None = None
    values: dict[str, NDArray] = field(default_factory=dict)
    other_table: str = ""
    field: str = ""


def without_place(
    code: str, table: str, fid: Sequence[int], field_name: str = "", **values: Sequence[Any]
) -> list[Found]:
    """Findings that are about a row and no place of their own: the row's place is theirs."""
    if not len(fid):
        return []
    keys = np.asarray(fid, dtype=np.int64)
    made = {name: np.asarray(column, dtype=object) for name, column in values.items()}
    return [Found(code, table, keys, np.full((len(keys), 2), np.nan), values=made,
                  field=field_name)]  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What the kernels look at together: all assets of a part of the country, whole geometries."""

    lines: tuple[LineAssets, ...]
    points: tuple[PointAssets, ...]
    coverage: Coverage
    is_member: NDArray[np.bool_]  # (municipalities,) in the order of coverage.ags
    settings: Settings = field(default_factory=Settings)
    _views: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def view(self, make: Callable[[Scope], T]) -> T:
        """What `make` computes from this scope, computed once however many rules ask for it."""
        if make not in self._views:
            self._views[make] = make(self)
        return self._views[make]


@dataclass
class Asked:
    """What the rules on attributes look at: the register itself, or some rows of it."""

    store: Store
    on: date  # the day that is "today" for the rules on dates
    only: Mapping[str, Sequence[str]] | None = None  # table -> uuids; default: all rows
    #: Where the assets of projects lie now; default: by the shares that the register keeps.
    places_of: PlacesOf = kept_places
    _violations: dict[str, list[Violations]] = field(default_factory=dict)
    _views: dict[Any, Any] = field(default_factory=dict)

    def view(self, make: Callable[[Asked], T]) -> T:
        """What `make` reads from these rows, read once however many rules ask for it."""
        if make not in self._views:
            self._views[make] = make(self)
        return self._views[make]

    def uuids(self, table: str) -> Sequence[str] | None:
        """The rows of a table that are asked about: None for all, else perhaps none."""
        return None if self.only is None else self.only.get(table, ())

    def find(self, table: str, *conditions: Condition, columns: Sequence[str] = ()
             ) -> dict[str, list[Any]]:
        """`Store.find` among the rows that are asked about."""  # fmt: skip
        uuids = self.uuids(table)
        asked = () if uuids is None else (("uuid", "in", uuids),)
        return self.store.find(table, (*conditions, *asked), columns)

    def violations(self, table: str) -> list[Violations]:
        """`Store.violations` of these rows; seven rules share one pass over the table."""
        uuids = self.uuids(table)
        if uuids is not None and not uuids:
            return []
        if table not in self._violations:
            self._violations[table] = self.store.violations(table, uuids)
        return self._violations[table]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        find: takes a `Scope` if `of_geometry`, else an `Asked`; returns what it found.
        local: its findings depend on what lies around their place, not on one row only.
    """

    code: str
    severity: str
    find: Callable[[Any], list[Found]]
    local: bool = False
    of_geometry: bool = True


CATALOGUE: dict[str, Rule] = {}


def rule(
    code: str, severity: str, *, local: bool = False, of_geometry: bool = True
) -> Callable[[Any], Any]:
    """Enter a function into the catalogue under a code that no other rule has."""

    def enter(find: Callable[..., list[Found]]) -> Callable[..., list[Found]]:
        if code in CATALOGUE:
            raise ValueError(f"two rules have the code {code}")
        CATALOGUE[code] = Rule(code, severity, find, local, of_geometry)
        return find

    return enter
