"""The findings of a register as rows of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.documents.wording import sentence, title
from ..core.stores import GEOMETRY, Store
from ..core.stores.store import Condition
from .lists import (
    Page,
    Wanted,
    as_rows,
    in_batches,
    named,
    names_of,
    on_either_side,
    search,
)

SEVERITIES = ("error", "warning", "info")
_COLUMNS = (
    "uuid", "code", "severity", "state", "table_name", "row_uuid", "other_uuid", "ags",
    "other_ags", "details", "reason", "decided_by", GEOMETRY,
)  # fmt: skip


@dataclass(frozen=True)
class FindingRow:
    """A finding as the list shows it; `asset` is the one on the side of whoever looks."""

    uuid: str
    code: str
    severity: str
    state: str
    rule: str
    sentence: str
    asset: str
    other: str  # the municipality across the border, or without a side all that are concerned
    decision: str  # the reason of an exception and who gave it
    table: str | None
    row_uuids: tuple[str, ...]
    place: tuple[float, float] | None

    @property
    def searched(self) -> str:
        """What a search looks at."""
        return " ".join((self.code, self.rule, self.sentence, self.asset, self.other)).casefold()


def find_findings(
    store: Store, wanted: Wanted, lang: str, watch: Callable[[], None] = lambda: None
) -> Page[FindingRow]:
    """The findings that are wanted: errors first, then by rule."""
    conditions: list[Condition] = on_either_side(wanted.ags, ("ags", "other_ags"))
    for name in ("state", "severity"):
        if value := getattr(wanted, name):
            conditions.append((name, "=", value))
    found = store.find("finding", conditions, ["severity", "code"])
    keys = sorted(zip(map(SEVERITIES.index, found["severity"]), found["code"], found["fid"],
                      strict=True))  # fmt: skip
    page: Page[FindingRow] = Page(kinds=dict(sorted(Counter(found["code"]).items())),
                                  names=names_of(store))  # fmt: skip
    holds = search(wanted.words)
    page.rows, page.count = in_batches(
        [fid for _, code, fid in keys if wanted.kind in ("", code)],
        lambda fids: _rows(store, fids, wanted.ags, page.names, lang),
        (lambda row: holds(row.searched)) if holds else None, watch,
    )  # fmt: skip
    return page


def _rows(
    store: Store, fids: Sequence[int], ags: str, names: dict[str, str], lang: str
) -> list[FindingRow]:
    columns = store.find("finding", [("fid", "in", list(fids))], _COLUMNS)
    rows = {row["fid"]: row for row in as_rows(columns)}
    labels = named(store, ((row["table_name"], row[uuid]) for row in rows.values()
                           for uuid in ("row_uuid", "other_uuid")), lang)  # fmt: skip
    return [_row(rows[fid], ags, labels, names, lang) for fid in fids if fid in rows]


def _row(
    row: dict[str, Any], ags: str, labels: dict[str, str], names: dict[str, str], lang: str
) -> FindingRow:
    mine, other = (row["row_uuid"], row["ags"]), (row["other_uuid"], row["other_ags"])
    if ags and ags != row["ags"]:  # seen from across the border
        mine, other = other, mine
    towns = (town for _, town in (mine, other) if town != ags)
    uuids = (mine[0] or other[0], other[0])
    return FindingRow(
        row["uuid"], row["code"], row["severity"], row["state"], title(row["code"], lang),
        sentence(row["code"], row["details"], lang), labels.get(uuids[0], ""),
        " / ".join(dict.fromkeys(names[town] for town in towns if town in names)),
        ": ".join(filter(None, (row["decided_by"], row["reason"]))), row["table_name"],
        tuple(dict.fromkeys(filter(None, uuids))), row["place"],
    )  # fmt: skip
