"""Deliberate faults in single records that an import lets through: overdue tests, no connectors."""

from __future__ import annotations

from datetime import date, timedelta

from border_faults import FINDING, Fault
from noise import stream
from region import Region

#: The day on which the sample is validated: nothing of it depends on the clock.
VALIDATED_ON = date(2026, 6, 30)
_UNTERROTH = "09775161"
#: (home, field, kind, years that a test is good for, how many): only Buch delivers both tests.
_OVERDUE = (
    ("09775129", "electrical_test_on", "electrical_test_overdue", 4, 2),
    ("09775149", "electrical_test_on", "electrical_test_overdue", 4, 2),
    ("09775118", "stability_test_on", "stability_test_overdue", 6, 3),
)


def put_in(region: Region, taken: list[Fault], seed: int) -> list[Fault]:
    """Spoils single records of the region; never one that bears another fault."""
    rng = stream(seed, "kept faults")
    used = {id(fault.row) for fault in taken}
    faults = []
    for home, field, kind, years, count in _OVERDUE:
        oldest = date(VALIDATED_ON.year - years, VALIDATED_ON.month, VALIDATED_ON.day)
        rows = [r for r in region.of("streetlight", home) if id(r) not in used and r[field]
                and r["commissioned_on"].year < oldest.year - 2]  # fmt: skip
        for k in rng.choice(len(rows), count, replace=False).tolist():
            rows[k][field] = oldest - timedelta(days=int(rng.integers(30, 500)))
            used.add(id(rows[k]))
            faults.append(Fault(kind, rows[k], FINDING, f"last tested on {rows[k][field]}"))
    faults += [
        Fault("station_without_connectors", row, FINDING, "the delivery has no connectors")
        for row in region.of("charging_point", _UNTERROTH)
    ]
    return faults

