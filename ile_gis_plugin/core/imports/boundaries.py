"""Reads municipal boundaries: members, and the neighbours that come along.

Understood are the layouts of BKG's VG250 of all years (AGS, RS, ARS, SHN; GF tells land from
water), ALKIS-like ones, and own columns named by the user.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..messages import Message, message
from .cells import number_of, text_of
from .datum import find_shift, looks_like, parse_crs
from .delivery import Delivery, find_column, nearest, refuse_without_columns
from .keys import ags_of, kind_of
from .readers import read_delivery

#: Key columns, the plainest first. Not among them: RAU_RS, RS_ALT, AGS_0, the keys of other levels.
_KEYS = ("ags", "gemeindeschluessel", "gemeindeschlüssel", "gmdschl", "gmdschluessel", "gem_schl",
         "schluesselgesamt", "schlüsselgesamt", "gemeindekennziffer", "gkz", "rs", "ars",
         "regionalschluessel", "regionalschlüssel", "shn", "shn_alt", "key")  # fmt: skip
_ARS = ("ars", "rs", "regionalschluessel", "schluesselgesamt")
_NAMES = ("gen", "name", "bezeichnung", "gemeinde", "gemeindename", "gmdname", "gem_name",
          "geografischername", "geographischername")  # fmt: skip
_KINDS = ("bez", "des", "gemeindeart", "bezart")
_POPULATION = ("ewz", "einwohner", "einwohnerzahl", "population")
#: VG250: 1 and 2 are water, 3 and 4 land.
_WATER = (1, 2)
#: VG250: 6 is the level of municipalities; it was USE before it was ADE.
_LEVELS, _MUNICIPAL = ("ade", "use"), 6
_OTHER_LEVEL = re.compile(r"verwaltungs(gemeinschaft|verband)|gemeindeverwaltungs|^amt$|"
                          r"samtgemeinde|verbandsgemeinde|kreis$|regierungsbezirk", re.I)
NEIGHBOUR_DISTANCE = 2000.0


@dataclass
class Municipality:
    """One municipality with its territory in the register's CRS."""

    ags: str
    name: str
    kind: str
    territory: Any  # shapely Polygon or MultiPolygon
    ars: str | None = None
    population: int | None = None
    is_member: bool = False
    #: why its polygon is invalid as delivered; empty where it is valid
    defect: str = ""
    defect_at: Any = None


@dataclass
class Boundaries:
    """What a boundary file holds: those that a register takes, and the rest for comparison."""

    chosen: list[Municipality]
    others: list[Municipality]
    transformation: dict[str, Any]
    notes: list[Message] = field(default_factory=list)


def read_boundaries(
    path: Path,
    members: Sequence[str],
    layer: str | None = None,
    key_column: str | None = None,
    name_column: str | None = None,
    population_column: str | None = None,
    neighbour_distance: float = NEIGHBOUR_DISTANCE,
) -> Boundaries:
    """Read the members and every municipality within `neighbour_distance` metres of one.

    Raises:
        InputError: no municipality layer, no key or name column, a member that is not in the file.
    """
    import shapely

    delivery = read_delivery(path, layer, preferred=("vg250_gem", "gemeinden", "gemeinde"))
    if delivery.geometry is None or not (shapely.get_dimensions(delivery.geometry) == 2).any():
        raise InputError("imports.boundaries_no_polygons", path=path)
    notes = list(delivery.notes)
    delivery, water = _land(delivery)
    if water:
        notes.append(message("imports.water_left_out", count=water))
    keys, key_name = _keys(delivery, path, key_column)
    _check_level(delivery, path, keys)
    transformation = _transform(delivery)
    found = _municipalities(delivery, path, keys, key_name, name_column, population_column, notes)
    wanted = _members(members, found, path)
    for ags in wanted:
        found[ags].is_member = True
    near = _near_members(list(found.values()), neighbour_distance)
    chosen = [m for m, is_near in zip(found.values(), near, strict=True) if is_near]
    others = [m for m, is_near in zip(found.values(), near, strict=True) if not is_near]
    return Boundaries(chosen, others, transformation, notes)


def _column(delivery: Delivery, named: str | None, known: Sequence[str], path: Path) -> str | None:
    refuse_without_columns(delivery)
    if named:
        found = find_column(named, delivery.columns)
        if not found:
            raise InputError(
                "imports.columns_missing", path=path, missing=[named],
                found=nearest(named, delivery.columns) or list(delivery.columns),
            )  # fmt: skip
        return found
    return next((c for n in known if (c := find_column(n, delivery.columns))), None)


def _land(delivery: Delivery) -> tuple[Delivery, int]:
    """Without the water parts of coastal and lakeside municipalities."""
    column = find_column("gf", delivery.columns)
    if not column:
        return delivery, 0
    water = np.array([text_of(c) in map(str, _WATER) for c in delivery.columns[column]])
    return delivery.select(~water), int(water.sum())


def _keys(delivery: Delivery, path: Path, key_column: str | None) -> tuple[list, str]:
    """The AGS of each row, from the first key column that has municipalities' keys."""
    if key_column:
        candidates = [_column(delivery, key_column, (), path)]
    else:
        candidates = [c for n in _KEYS if (c := find_column(n, delivery.columns))]
    if not candidates:
        refuse_without_columns(delivery)
        raise InputError("imports.boundaries_no_key", path=path, columns=list(delivery.columns))
    for column in candidates:
        keys = [ags_of(cell) for cell in delivery.columns[column]]
        if any(keys):
            return keys, column
    _no_municipalities(delivery, path, candidates[0])
    return [], ""


def _no_municipalities(delivery: Delivery, path: Path, column: str) -> None:
    sample = next((t for c in delivery.columns[column] if (t := text_of(c))), "–")
    raise InputError("imports.boundaries_level", path=path, sample=f"{column} = {sample}")


def _check_level(delivery: Delivery, path: Path, keys: list) -> None:
    """Raises `InputError` for districts, joint administrations and the like."""
    for level in _LEVELS:
        column = find_column(level, delivery.columns)
        if column:
            levels = Counter(text_of(c) for c in delivery.columns[column])
            sample = levels.most_common(1)[0][0] if levels else None
            if sample and sample.isdigit() and sample != str(_MUNICIPAL):
                raise InputError(
                    "imports.boundaries_level", path=path, sample=f"{column} = {sample}"
                )
    kind = _column(delivery, None, _KINDS, path)
    if kind:
        texts = [t for c in delivery.columns[kind] if (t := text_of(c))]
        other = [t for t in texts if _OTHER_LEVEL.search(t) and "stadt" not in t.casefold()]
        if len(other) > len(texts) / 2:
            raise InputError("imports.boundaries_level", path=path, sample=f"{kind} = {other[0]}")
    # The key of a district or a city without one ends in 000: few of many municipalities do.
    known = [k for k in keys if k]
    if len(known) > len(set(known)) and sum(k.endswith("000") for k in known) > len(known) / 2:
        raise InputError("imports.boundaries_level", path=path, sample=known[0])


def _transform(delivery: Delivery) -> dict[str, Any]:
    """The polygons in the register's CRS."""
    import shapely

    coordinates = shapely.get_coordinates(delivery.geometry)
    if not delivery.crs:
        raise InputError("imports.crs_missing", path=delivery.path, hint=looks_like(coordinates))
    # Territory shares need no better than a metre; the report says which shift it was.
    shift = find_shift(parse_crs(delivery.crs), coordinates)
    delivery.geometry = shapely.transform(shapely.force_2d(delivery.geometry), shift.transform)
    return shift.values()


def _municipalities(delivery, path, keys, key_column, name_column, population_column, notes
                    ) -> dict[str, Municipality]:  # fmt: skip
    """One municipality for each key; the parts of one are merged."""
    names = _column(delivery, name_column, _NAMES, path)
    if not names:
        raise InputError("imports.boundaries_no_name", path=path, columns=list(delivery.columns))
    kinds = _column(delivery, None, _KINDS, path)
    population = _column(delivery, population_column, _POPULATION, path)
    ars = _column(delivery, None, _ARS, path)
    rows: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        if key:
            rows.setdefault(key, []).append(index)
    without = sum(key is None for key in keys)
    if without:
        notes.append(message("imports.boundaries_without_key", count=without, column=key_column))
    found = {}
    for ags, indices in rows.items():
        territory, defect, at = _territory([delivery.geometry[i] for i in indices])
        if territory is None:
            notes.append(message("imports.boundaries_no_territory", ags=ags))
            continue
        first = indices[0]
        word = text_of(delivery.columns[kinds][first]) if kinds else None
        regional = re.sub(r"\s", "", text_of(delivery.columns[ars][first]) or "") if ars else ""
        people = _most(delivery.columns[population], indices) if population else None
        found[ags] = Municipality(
            ags, text_of(delivery.columns[names][first]) or ags, kind_of(ags, word), territory,
            regional if re.fullmatch(r"\d{12}", regional) else None, people,
            defect=defect, defect_at=at,
        )  # fmt: skip
    return found


def _most(cells: np.ndarray, indices: list[int]) -> int | None:
    """The population: with parts it stands at each of them, or at the largest only."""
    found = []
    for index in indices:
        text = text_of(cells[index])
        try:
            if text and (number := number_of(text, "," if "." in text else "")) >= 0:
                found.append(int(number))
        except ValueError:
            continue
    return max(found, default=None)


def _territory(parts: list) -> tuple[Any, str, Any]:
    """One valid territory from the parts, and what was wrong with them."""
    import shapely

    defect, at, usable = "", None, []
    for part in parts:
        if part is None or shapely.is_empty(part):
            continue
        if not shapely.is_valid(part):
            defect = shapely.is_valid_reason(part)
            place = re.search(r"\[(\S+) (\S+)\]", defect)
            at = shapely.Point(float(place[1]), float(place[2])) if place else None
            defect = defect.partition("[")[0]
            part = shapely.make_valid(part)
        usable += [p for p in shapely.get_parts(part) if shapely.get_dimensions(p) == 2]
    if not usable:
        return None, defect, at
    return shapely.union_all(usable) if len(parts) > 1 else _multi(usable), defect, at


def _multi(polygons: list) -> Any:
    import shapely

    flat = [p for g in polygons for p in shapely.get_parts(g)]
    return shapely.MultiPolygon(flat) if len(flat) > 1 else flat[0]


def _members(members: Sequence[str], found: dict[str, Municipality], path: Path) -> list[str]:
    """The members' AGS. Raises `InputError` naming those that the file lacks, with close ones."""
    members = [members] if isinstance(members, str) else members
    wanted = [part for m in members for part in re.split(r"[\s,;]+", str(m)) if part]
    if not wanted:
        raise InputError("imports.members_missing")
    labels = {f"{m.ags} {m.name}": m.ags for m in found.values()}
    missing, close, result = [], [], []
    for member in wanted:
        ags = ags_of(member)
        if ags in found:
            result.append(ags)
            continue
        missing.append(member)
        folded = member.casefold()
        close += [label for label in labels if folded in label.casefold()][:3] if ags is None else [
            label for label in labels if label[:8] in nearest(ags, labels.values())
        ]  # fmt: skip
    if missing:
        close = list(dict.fromkeys(close))
        hint = message("imports.members_similar", close=close) if close else ""
        raise InputError("imports.members_unknown", path=path, missing=missing, hint=hint)
    return list(dict.fromkeys(result))


def _near_members(found: list[Municipality], distance: float) -> np.ndarray:
    import shapely

    territories = np.array([m.territory for m in found], dtype=object)
    members = np.array([m.is_member for m in found])
    tree = shapely.STRtree(territories)
    _, hits = tree.query(territories[members], predicate="dwithin", distance=distance)
    near = members.copy()
    near[hits] = True
    return near
