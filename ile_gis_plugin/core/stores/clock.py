"""The one clock of the register."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment in UTC, as the register writes it: ISO 8601 with milliseconds and Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
