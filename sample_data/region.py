"""The whole sample region before anybody delivers it: every asset with its number and home."""

from __future__ import annotations

from dataclasses import dataclass, field

import boundaries
import geography as geo
import network
import paths
import points
import utilities
import villages
from cutting import Crossing, Cutter

#: asset class → the letter that municipalities put into its numbers
LETTERS = {"path": "W", "utility_line": "L", "streetlight": "SL", "charging_point": "LP"}
_PATH_ORDER = ("road", "street", "cycle", "track", "forest")


@dataclass
class Region:
    """`rows` holds the assets by class; keys that start with "_" never leave the generator."""

    coverage: boundaries.Coverage
    cutter: Cutter
    villages: list[villages.Village]
    rows: dict[str, list[dict]]
    crossings: list[Crossing]
    _next: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, asset_class: str, ags: str) -> str:
        """The next free asset number, in the style of the municipality."""
        n = self._next[asset_class, ags] = self._next.get((asset_class, ags), 0) + 1
        return _number(asset_class, ags, n)

    def of(self, asset_class: str, ags: str) -> list[dict]:
        return [r for r in self.rows[asset_class] if r["ags"] == ags]


def make(seed: int, scale: float = 1.0) -> Region:
    """The region: a function of seed and scale alone."""
    coverage = boundaries.make(seed)
    cutter = Cutter(coverage)
    places = villages.make(coverage, seed, scale)
    every = network.make(coverage, places, seed, scale)
    ways, crossings = paths.make(cutter, every, places, seed)
    mains, more = utilities.make(cutter, every, places, seed)
    ways.sort(key=lambda r: (_PATH_ORDER.index(r["_kind"]), r.get("_place", "")))
    mains.sort(key=lambda r: r["_kind"])
    rows = {
        "path": ways, "utility_line": mains,
        "streetlight": points.streetlights(cutter, every, places, seed),
        "charging_point": points.charging_points(cutter, every, places, ways, seed),
    }  # fmt: skip
    region = Region(coverage, cutter, places, rows, crossings + more)
    for asset_class, members in rows.items():
        for row in members:
            row["asset_no"] = region.number(asset_class, row["ags"])
    return region


def _number(asset_class: str, ags: str, n: int) -> str:
    letter = LETTERS[asset_class]
    name = next(m.name for m in geo.MEMBERS if m.ags == ags)
    if name == "Buch":
        return f"BU-{letter}-{n:04d}"
    if name == "Illertissen":
        first = {"path": 1000, "utility_line": 7000, "streetlight": 4000, "charging_point": 900}
        return str(first[asset_class] + n)
    if name.startswith("Kellmünz"):
        return f"KM/{letter}/{n:03d}"
    if name == "Oberroth":
        return f"OR {letter} {n}"
    if name == "Osterberg":
        return f"{letter}{n}"
    if name == "Roggenburg":
        return f"RB_{letter}_{n:04d}"
    return f"{ags[5:]}-{letter}-{n:03d}"
