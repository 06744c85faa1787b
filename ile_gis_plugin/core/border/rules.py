"""The border's part of the catalogue: what does not fit between two municipalities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..definition import REGISTER
from ..rules.rule import ERROR, WARNING, Found, Scope, rule
from .matches import (
    ALONG_BORDER,
    DOUBLE,
    GAP,
    MISMATCH,
    MISSING,
    OVERSHOOT,
    POINT_DOUBLE,
    Matches,
)
from .matching import match

#: The finding that stands for each kind of match.
CODES = {GAP: "BRD001", OVERSHOOT: "BRD002", MISSING: "BRD003", MISMATCH: "BRD004",
         DOUBLE: "BRD005", POINT_DOUBLE: "BRD006", ALONG_BORDER: "BRD007"}  # fmt: skip
_LENGTH = (DOUBLE, ALONG_BORDER)


#: For fewer lines a second thread costs more than it spares.
_LINES_FOR_THREADS = 10_000


def matched(scope: Scope) -> Matches:
    """All matches of a scope, on two threads where it is large; `Scope.view` keeps them."""
    large = sum(map(len, scope.lines)) > _LINES_FOR_THREADS
    return match(scope, threads=2 if large else 1)


def identity_part(matches: Matches, n: np.ndarray) -> np.ndarray:
    """Which ends of the two assets a match is about, as one number."""
    return matches.left_part[n] * 2 + matches.right_part[n]


def findings_of(matches: Matches, kind: int) -> Iterator[Found]:
    """The matches of one kind as findings of the left asset; the right one is the other."""
    for t, table in enumerate(matches.tables):
        of_table = np.flatnonzero((matches.kind == kind) & (matches.table == t))
        for name in np.unique(matches.field[of_table]).tolist():
            n = of_table[matches.field[of_table] == name]
            yield Found(
                CODES[kind], table, matches.left_fid[n], matches.xy[n], matches.right_fid[n],
                identity_part(matches, n), _values(matches, kind, n, table, name), field=name,
            )  # fmt: skip


def _values(
    matches: Matches, kind: int, n: np.ndarray, table: str, field: str
) -> dict[str, np.ndarray]:
    made: dict[str, np.ndarray] = {"distance": matches.values["distance_m"][n]}
    if kind in _LENGTH:
        made = {"length": matches.values["overlap_m"][n]}
    if kind in (MISSING, ALONG_BORDER):
        made["where"] = matches.right_ags[n]
    if kind == MISMATCH:
        label = REGISTER[table][field].label
        made = {
            "label": _objects([{"de": label.de, "en": label.en}] * len(n)),
            "left": _objects([attribute(table, field, v)
                              for v in matches.values["left_value"][n].tolist()]),
            "right": _objects([attribute(table, field, v)
                               for v in matches.values["right_value"][n].tolist()]),
        }  # fmt: skip
    return made


def _objects(values: list) -> np.ndarray:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def attribute(table: str, field: str, value: float) -> dict[str, str] | float:
    """A compared value as people read it: a code's labels, or the number."""
    domain = REGISTER[table][field].domain
    if domain is None:
        return round(value, 3)
    label = domain.codes[int(value)].label
    return {"de": label.de, "en": label.en}


def stored_value(table: str, field: str, value: float) -> str | float | int:
    """A compared value as the register keeps it."""
    domain = REGISTER[table][field].domain
    if domain is not None:
        return domain.codes[int(value)].code
    return int(value) if REGISTER[table][field].type.value == "integer" else value


def _rule(kind: int, severity: str, title: str) -> None:
    def find(scope: Scope) -> list[Found]:
        return list(findings_of(scope.view(matched), kind))

    find.__doc__ = title
    rule(CODES[kind], severity, local=True)(find)


_rule(GAP, ERROR, "Two ends at the border that belong together do not meet.")
_rule(OVERSHOOT, ERROR, "A line reaches over the border past its counterpart.")
_rule(MISSING, WARNING, "A line ends at the border and nothing continues it.")
_rule(MISMATCH, WARNING, "What belongs together across the border has different attributes.")
_rule(DOUBLE, ERROR, "Both municipalities record the same stretch.")
_rule(POINT_DOUBLE, ERROR, "Both municipalities record the same light or charging point.")
_rule(ALONG_BORDER, WARNING, "A line runs along the border: whose is it?")
