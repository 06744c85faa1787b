"""The register's change number, although several transactions write at a time.

An entry of the change log gets its number when a row is written, and is seen when its transaction
ends: a higher one may be seen before a lower one. So the register's change is the newest entry up
to which nothing can come in any more; see `functions.announce`. Whoever has looked at the register
"up to" that number misses nothing: what came later than it is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .sql import Names


def settled(cursor: Any, names: Names) -> int:
    """The number of the newest entry up to which nothing is missing."""
    return _newest(cursor, names, bound(cursor, names))


def bound(cursor: Any, names: Names) -> int:
    """No open transaction can add an entry up to here. Ask before a snapshot is taken."""
    cursor.execute(" ".join(("SELECT", "".join((names.of("change_bound"), "()")))))
    return cursor.fetchone()[0]


def _newest(cursor: Any, names: Names, limit: int) -> int:
    cursor.execute(" ".join(("SELECT coalesce(max(fid), 0) FROM", names.of("change_log"),
                             "WHERE fid <= %s")), (limit,))  # fmt: skip
    return cursor.fetchone()[0]


@dataclass(frozen=True)
class Begun:
    """What was settled when a transaction with a snapshot of its own began."""

    change: int
    bound: int
    is_whole: bool  # nobody else was writing

    @classmethod
    def now(cls, cursor: Any, names: Names, bound: int) -> Begun:
        """By the first statement of the transaction; `bound` was asked for before it."""
        change = _newest(cursor, names, bound)
        cursor.execute(" ".join(("SELECT max(fid) FROM", names.of("change_log"))))
        return cls(change, bound, (cursor.fetchone()[0] or 0) <= bound)

    def settled(self, cursor: Any, names: Names) -> int:
        """The same inside: with this transaction's own entries, up to the first of another's."""
        if not self.is_whole:
            return self.change
        cursor.execute(
            " ".join(("SELECT max(fid) FROM (SELECT fid, %s + row_number() OVER (ORDER BY fid)",
                      "AS due FROM", names.of("change_log"), "WHERE fid > %s) AS own",
                      "WHERE fid = due")), (self.bound, self.bound))  # fmt: skip
        return cursor.fetchone()[0] or self.change


