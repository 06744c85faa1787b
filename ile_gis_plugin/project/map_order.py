"""What is asked of a map series, and how its sheets word it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ..core.errors import InputError
from ..core.messages import text

#: Letters of the fingerprint that a sheet prints.
FINGERPRINT = 12


def ratio(scale: int, lang: str) -> str:
    """A scale as it is written: 1:25.000 or 1:25,000."""
    return text("maps.ratio", lang, scale=scale)


@dataclass(frozen=True)
class Order:
    """What is asked of a map series. Without an issue date it is that of the data."""

    lang: str
    profile: str = "public"
    utility_lines: bool = False
    stamp: str = "none"  # none | draft | non_public
    issue_date: date | None = None
    creator: str = ""
    approver: str = ""

    def check(self) -> None:
        """Raise `InputError` where the order contradicts itself."""
        if self.utility_lines and self.profile == "public":
            raise InputError("maps.lines_are_not_public")

    def word(self, key: str, /, **values: Any) -> str:
        return text(f"maps.{key}", self.lang, **values)

    def day(self, day: date | None) -> str:
        return self.word("day", day=day) if day else "–"

    @property
    def status(self) -> str:
        """For whom the sheets are, or what the stamp says."""
        whose = f"none_{self.profile}" if self.stamp == "none" else self.stamp
        return self.word(f"status_{whose}")

    @property
    def stamped(self) -> str:
        return "" if self.stamp == "none" else self.word(f"stamp_{self.stamp}")

    @property
    def note(self) -> str:
        return self.word("no_utility_information") if self.utility_lines else ""

    def fingerprint(self, *content: Any) -> str:
        """A short hash of what went in: the same order of the same state has the same."""
        plain = json.dumps([asdict(self), *content], default=str, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:FINGERPRINT]
