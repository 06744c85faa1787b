"""Which delivered row is which asset of the register, and what the delivery changes in it.

Pure functions. Rows are matched by municipality and asset number, else by geometry and attributes,
else by equal attributes a few decimetres beside. Identical rows may be real, separate devices, so
the first is paired with the first and so on.

What was delivered last is known for each asset. A field is written only where the delivery says
something new, so that own corrections in the register survive the same and the next delivery;
where both changed, the delivery wins and the report says so.
"""

from __future__ import annotations

import datetime
import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

#: Beyond this many pairs at one place, rows are paired in their order and not by likeness.
_MOST_PAIRS = 10_000

#: A geometry that moved by less may be the same one, shifted by another operation or surveyed anew.
NEAR_M = 3.0

Values = Mapping[str, Any]


class Extent(NamedTuple):
    """Where a geometry begins and ends, and how many vertices it has."""

    x0: float
    y0: float
    x1: float
    y1: float
    vertices: int

    def distance(self, other: Extent) -> float:
        """The larger distance of the two ends; infinite where the vertices differ in number."""
        if self.vertices != other.vertices:
            return math.inf
        return max(math.hypot(self.x0 - other.x0, self.y0 - other.y0),
                   math.hypot(self.x1 - other.x1, self.y1 - other.y1))  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A delivered row: its values as JSON knows them (with `ags`), and its geometry's checksum."""

    values: Values
    geometry: str
    extent: Extent | None = None

    @property
    def ags(self) -> str:
        return self.values["ags"]


@dataclass(frozen=True)
class Known:
    """An asset of the register.

    `current` are the register's values of the delivered fields, None where the asset was deleted
    by hand; `delivered` is what was delivered last, None where nothing ever was.
    """

    uuid: str
    current: Values | None
    geometry: str = ""
    delivered: Values | None = None
    delivered_geometry: str = ""
    delivery: str = ""
    extent: Extent | None = None

    @property
    def last(self) -> Values:
        """What a row has to equal to be this asset as it is known."""
        return self.delivered if self.delivered is not None else self.current or {}

    @property
    def last_geometry(self) -> str:
        return self.delivered_geometry if self.delivered is not None else self.geometry


@dataclass
class Change:
    """What a row changes in its asset."""

    fields: dict[str, Any] = field(default_factory=dict)
    geometry: bool = False
    #: fields (and "geom") that had been corrected in the register and are written over
    overwritten: list[str] = field(default_factory=list)
    #: whether what was delivered last has to be noted anew
    record: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields) or self.geometry


def plain(value: Any) -> Any:
    """A register value as JSON keeps it."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _text(values: Values) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)


def match(
    rows: Sequence[Row], known: Sequence[Known], delivery: str,
    identity: Iterable[str] = ("asset_no",),
) -> list[int]:  # fmt: skip
    """For each row the index of its asset in `known`, or -1 where it is new.

    Args:
        delivery: the name of this delivery; rows whose attributes changed are found by their
            geometry only among the assets of the same one.
        identity: fields whose value names an asset within its municipality, strongest first.
    """
    result = [-1] * len(rows)
    free = set(range(len(known)))
    identity = tuple(identity)

    def take(row: int, asset: int) -> None:
        result[row] = asset
        free.discard(asset)

    for name in identity:
        _match_by_number(rows, known, name, result, free, take)
    open_rows = [i for i, asset in enumerate(result) if asset < 0]
    same = [a for a in sorted(free) if known[a].delivery == delivery]
    others = [a for a in sorted(free) if known[a].delivery != delivery]
    for assets in (same, others):
        _match_equal(rows, known, open_rows, assets, identity, take)
        open_rows = [i for i in open_rows if result[i] < 0]
    same = [a for a in same if a in free]
    _match_by_place(rows, known, open_rows, same, identity, take)
    open_rows = [i for i in open_rows if result[i] < 0]
    _match_nearby(rows, known, open_rows, [a for a in same if a in free], identity, take)
    return result


def _match_by_number(rows, known, name, result, free, take) -> None:
    """By what was delivered as the number, then by what the register has now.

    An asset that was deleted by hand comes last: another one may bear its number by now.
    """
    wanted: dict[tuple, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if result[index] < 0 and row.values.get(name) not in (None, ""):
            wanted[row.ags, row.values[name]].append(index)
    for side, living in (("delivered", True), ("current", True), ("delivered", False)):
        for asset in sorted(free):
            values = getattr(known[asset], side)
            if (known[asset].current is not None) is not living:
                continue
            if not values or values.get(name) in (None, ""):
                continue
            found = wanted.get((values.get("ags"), values[name]), ())
            if len(found) == 1 and result[found[0]] < 0:
                take(found[0], asset)


def _may_be(row: Row, asset: Known, identity: tuple[str, ...]) -> bool:
    """A row with a number is no asset that bears another one."""
    for name in identity:
        number = row.values.get(name)
        bears = {v.get(name) for v in (asset.current, asset.delivered) if v} - {None, ""}
        if number not in (None, "") and bears and number not in bears:
            return False
    return True


def _match_equal(rows, known, open_rows, assets, identity, take) -> None:
    """The k-th row with the k-th asset of the same geometry and the same values."""
    places: dict[str, list[int]] = defaultdict(list)
    for asset in assets:
        places[known[asset].last_geometry].append(asset)
    queues: dict[tuple[str, str], list[int]] = {}
    for index in open_rows:
        row = rows[index]
        if not row.geometry or row.geometry not in places:
            continue
        key = (row.geometry, _text(row.values))
        if key not in queues:
            queues[key] = [
                a for a in places[row.geometry]
                if _text(_like(known[a], row)) == key[1] and _may_be(row, known[a], identity)
            ][::-1]  # fmt: skip
        if queues[key]:
            take(index, queues[key].pop())


def _like(asset: Known, row: Row) -> Values:
    """An asset's last values: all that were delivered, else those that the row has."""
    if asset.delivered is not None:
        return asset.delivered
    return {name: asset.last.get(name) for name in row.values}


def _match_by_place(rows, known, open_rows, assets, identity, take) -> None:
    """Rows and assets left at one place, those that agree in most values first."""
    places: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for asset in assets:
        places[known[asset].last_geometry][1].append(asset)
    for index in open_rows:
        if rows[index].geometry in places:
            places[rows[index].geometry][0].append(index)
    for here, there in places.values():
        if len(here) * len(there) > _MOST_PAIRS:
            pairs = list(zip(here, there, strict=False))
        else:
            pairs = sorted(
                ((i, a) for i in here for a in there if _may_be(rows[i], known[a], identity)),
                key=lambda pair: (-_agreement(rows[pair[0]], known[pair[1]]), pair),
            )
        done_rows, done_assets = set(), set()
        for index, asset in pairs:
            if index in done_rows or asset in done_assets:
                continue
            done_rows.add(index)
            done_assets.add(asset)
            take(index, asset)


def _match_nearby(rows, known, open_rows, assets, identity, take) -> None:
    """Rows of the same values that lie a little beside their asset, the nearest first.

    A delivery that is shifted through a grid after it was first shifted without one is the same
    delivery, some decimetres off.
    """
    cells: dict[tuple, list[int]] = defaultdict(list)
    for asset in assets:
        extent = known[asset].extent
        if extent and known[asset].delivered is not None:
            text = _text(known[asset].delivered)
            cells[text, int(extent.x0 // NEAR_M), int(extent.y0 // NEAR_M)].append(asset)
    pairs = []
    for index in open_rows if cells else ():
        here = rows[index].extent
        if here is None:
            continue
        text, x, y = _text(rows[index].values), int(here.x0 // NEAR_M), int(here.y0 // NEAR_M)
        for dx, dy in itertools.product((-1, 0, 1), repeat=2):
            for asset in cells.get((text, x + dx, y + dy), ()):
                distance = here.distance(known[asset].extent)
                if distance <= NEAR_M and _may_be(rows[index], known[asset], identity):
                    pairs.append((distance, index, asset))
    done_rows, done_assets = set(), set()
    for _, index, asset in sorted(pairs):
        if index not in done_rows and asset not in done_assets:
            done_rows.add(index)
            done_assets.add(asset)
            take(index, asset)


def _agreement(row: Row, asset: Known) -> int:
    return sum(asset.last.get(name) == value for name, value in row.values.items())


def compare(row: Row, asset: Known, delivery: str) -> Change:
    """What the delivery says anew of an asset that exists."""
    change = Change()
    last = asset.delivered
    current = asset.current or {}
    for name, value in row.values.items():
        known_before = last is not None and name in last
        if known_before and last[name] == value:
            continue
        if current.get(name) == value:
            continue
        if not known_before and value in (None, []):
            continue  # an empty cell takes nothing away that it never brought
        change.fields[name] = value
        if known_before and current.get(name) != last[name]:
            change.overwritten.append(name)
    same_place = last is not None and row.geometry == asset.delivered_geometry
    if not same_place and row.geometry != asset.geometry:
        change.geometry = True
        if last is not None and asset.geometry != asset.delivered_geometry:
            change.overwritten.append("geom")
    change.record = (
        last is None or dict(last) != dict(row.values) or not same_place
        or asset.delivery != delivery
    )  # fmt: skip
    return change
