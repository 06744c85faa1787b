"""How long the cost splits of many joint projects take, and how long the telling of their steps.

    python benchmarks/splits.py [--projects 10000] [--rounds 3]

The projects are made up from a seed: 7 participants and 5 cost items each, in turn with all keys;
every second has a programme with a cap, every fifth an advance share of the lead, every fourth
instalments over three years, every tenth a minimum. Making them up is not timed; a split is dropped
before the next is made. Prints seconds of each round, by the wall and by the processor: splits make
their steps when somebody looks at them, so first without them, then with them.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ile_gis_plugin.core.projects.keys import KEYS
from ile_gis_plugin.core.projects.model import (
    CostItem,
    Funding,
    Key,
    KeyPart,
    Participant,
    SplitInputs,
    Weight,
)
from ile_gis_plugin.core.projects.split import split

_AGS = ("09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161")
_DAY = date(2026, 1, 1)
_PERCENTS = ("16", "40", "9", "7.5", "7.5", "12", "8")
_MIXED = (KeyPart("population", Decimal(50)), KeyPart("length", Decimal("30")),
          KeyPart("equal", Decimal(20)))  # fmt: skip
_YEARS = ((2026, Decimal(30)), (2027, Decimal(50)), (2028, Decimal(20)))


def project(number: int, rng: random.Random) -> SplitInputs:
    """A made-up project; the number decides about its key and what else it has."""
    keys = (*sorted(KEYS), "mixed")
    key = keys[number % len(keys)]
    items = tuple(_item(f"Position {n}", rng) for n in range(5))
    grant = Funding("Programm", Decimal("75.0"), Decimal("150000.00"), legal_source="Richtlinie")
    return SplitInputs(
        f"P-{number}", "Projekt", _AGS[0], "planned", rng.choice(("net", "gross")), Decimal("0.0"),
        items, (grant,) if number % 2 else (),
        Key(_MIXED if key == "mixed" else (KeyPart(key),), _DAY, "agreement", "§ 5"),
        tuple(_participant(place, number, key, rng) for place in range(len(_AGS))),
        lead_advance_percent=Decimal("10.0" if number % 5 == 0 else "0.0"), budget_year=2026,
        instalments=_YEARS if number % 4 == 0 else (),
    )  # fmt: skip


def _item(title: str, rng: random.Random) -> CostItem:
    quantity, price = rng.randint(1, 5000), Decimal(rng.randint(100, 20000)).scaleb(-2)
    return CostItem(title, Decimal(f"{quantity}.0"), "m", price, quantity * price,
                    Decimal("19.0"), rng.random() < 0.8)  # fmt: skip


def _participant(place: int, number: int, key: str, rng: random.Random) -> Participant:
    weights = {name: Weight(Decimal(rng.randint(1, 10**6)).scaleb(-1), "m", "Register", _DAY)
               for name in (("population", "length") if key == "mixed" else (key,))}  # fmt: skip
    if key == "fixed_percent":
        weights = {key: Weight(Decimal(_PERCENTS[place]), "%", "Vereinbarung", _DAY)}
    least = Decimal("500.00") if number % 10 == 0 and place == 1 else None
    return Participant(_AGS[place], f"Gemeinde {place}", weights, minimum_amount=least,
                       budget_line="6300.9500")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rng = random.Random(1)
    projects = [project(number, rng) for number in range(options.projects)]
    for _ in range(options.rounds):
        for words, look in (("", lambda _: None), (", steps told", lambda made: len(made.steps))):
            wall, busy = time.perf_counter(), time.process_time()
            for inputs in projects:
                look(split(inputs))
            wall, busy = time.perf_counter() - wall, time.process_time() - busy
            print(f"{len(projects)} projects{words}: {wall:.2f} s (processor {busy:.2f} s)")


if __name__ == "__main__":
    main()
