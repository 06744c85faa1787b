"""Deliberate faults that an import lets through: what does not fit between municipalities.

Each is built into the region before it is delivered, and remembered with the asset it concerns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geography as geo
import lines
import numpy as np
import shapely
from cutting import Crossing
from noise import Field, stream
from region import Region

QUARANTINED, FINDING = "quarantined", "imported_as_finding"


@dataclass
class Fault:
    """One known fault. `row` is the asset that it concerns; file and place follow on writing."""

    kind: str
    row: dict
    expected: str
    detail: str


def put_in(region: Region, seed: int) -> list[Fault]:
    """Spoils some of the region and tells what and where."""
    rng = stream(seed, "border faults")
    used: set[int] = set()
    faults: list[Fault] = []
    crossings = _countryside(region, rng, used)
    for make, count in ((_gap, 5), (_overshoot, 4), (_mismatch, 5), (_missing, 3)):
        for _ in range(count):
            faults.append(make(region, next(crossings), rng))
    faults += _twice_along_the_border(region, rng, 3)
    faults += _twice_lit(region, rng, used, 4)
    faults += _wrong_home(region, rng, used, 4)
    faults += _free_ends(region, rng, used)
    return faults


def _countryside(region: Region, rng, used: set[int]) -> Iterator[Crossing]:
    """Border crossings of two members in a random order, each asset once, paths twice as often."""
    every = region.crossings
    order = [every[k] for k in rng.permutation(len(every))]
    ways = [c for c in order if c.asset_class == "path"]
    mains = [c for c in order if c.asset_class == "utility_line"]
    mixed = []
    while ways or mains:
        mixed += [*ways[:2], *mains[:1]]
        ways, mains = ways[2:], mains[1:]
    for crossing in mixed:
        rows = (crossing.left, crossing.right)
        short = min(lines.lengths(r["geom"])[-1] for r in rows) < 60
        if short or any(id(r) in used for r in rows):
            continue
        used.update(id(r) for r in rows)
        yield crossing


def _change_end(crossing: Crossing, rng, amount: float) -> tuple[dict, dict]:
    """Moves one side's end along its line; that side, and the other."""
    on_left = rng.uniform() < 0.5
    row, other = (crossing.left, crossing.right)[:: 1 if on_left else -1]
    row["geom"] = lines.extended(row["geom"], on_left, amount)
    return row, other


def _partner(other: dict) -> str:
    return f"other side: {other['asset_no']} of {other['ags']}"


def _gap(region: Region, crossing: Crossing, rng) -> Fault:
    amount = round(float(rng.uniform(0.3, 2.0)), 2)
    row, other = _change_end(crossing, rng, -amount)
    return Fault("gap_at_border", row, FINDING, f"ends {amount} m short; {_partner(other)}")


def _overshoot(region: Region, crossing: Crossing, rng) -> Fault:
    amount = round(float(rng.uniform(0.4, 2.0)), 2)
    row, other = _change_end(crossing, rng, amount)
    return Fault("overshoot_at_border", row, FINDING, f"ends {amount} m late; {_partner(other)}")


def _mismatch(region: Region, crossing: Crossing, rng) -> Fault:
    row, other = crossing.left, crossing.right
    if crossing.asset_class == "path":
        field = "surface" if rng.uniform() < 0.6 else "width_m"
        value = (("gravel" if row["surface"] != "gravel" else "asphalt") if field == "surface"
                 else row["width_m"] + 1.0)  # fmt: skip
    elif row["network_type"] == "electricity":
        field, value = "voltage_v", 10000
    else:
        field, value = "dn_mm", int(row["dn_mm"] + 50)
    was, row[field] = row[field], value
    detail = f"{field} {value} against {was}; {_partner(other)}"
    return Fault("attribute_mismatch", row, FINDING, detail)


def _missing(region: Region, crossing: Crossing, rng) -> Fault:
    row, gone = crossing.left, crossing.right
    if sum(gone is c.left or gone is c.right for c in region.crossings) > 1:
        row, gone = gone, row  # so that no other border loses its continuation
    rows = region.rows[crossing.asset_class]
    rows[:] = [r for r in rows if r is not gone]
    return Fault("missing_counterpart", row, FINDING,
                 f"ends at the border; {gone['ags']} lists no continuation")  # fmt: skip


def _twice_along_the_border(region: Region, rng, count: int) -> list[Fault]:
    """A track along a border that both sides list, each a little to its own side."""
    pairs = (("Buch", "Unterroth"), ("Oberroth", "Osterberg"), ("Buch", "Illertissen"),
             ("Osterberg", "Kellmünz a.d.Iller"), ("Buch", "Roggenburg"))  # fmt: skip
    keys = {m.name: m.ags for m in geo.MEMBERS}
    faults: list[Fault] = []
    for left, right in pairs:
        rings = [shapely.boundary(region.coverage.area(keys[n])) for n in (left, right)]
        shared = shapely.line_merge(shapely.intersection(*rings))
        border = max(shapely.get_parts(shared), key=shapely.length)
        course = shapely.get_coordinates(shapely.simplify(border, 18.0))
        if lines.lengths(course)[-1] < 900 or len(faults) == count:
            continue
        course = _undisturbed(course, region, rng)
        way = np.gradient(course, axis=0)
        normal = np.column_stack((-way[:, 1], way[:, 0])) / np.hypot(*way.T)[:, None]
        base = next(r for r in region.of("path", keys[left]) if r["_kind"] == "track")
        facts = {k: v for k, v in base.items() if k not in ("geom", "asset_no", "ags")}
        rows = []
        for name, side in ((left, 0.45), (right, -0.45)):
            off = side + 0.3 * Field(rng, 160.0, 2)(course)
            rows.append({**facts, "name": "Grenzweg", "ags": keys[name],
                         "asset_no": region.number("path", keys[name]),
                         "geom": np.round(course + normal * off[:, None], 3)})  # fmt: skip
        region.rows["path"] += rows
        faults.append(Fault("double_digitised", rows[0], FINDING,
                            f"the same track, about 1 m apart; {_partner(rows[1])}"))  # fmt: skip
    return faults


def _undisturbed(border: np.ndarray, region: Region, rng) -> np.ndarray:
    """A stretch of a border that no path crosses or comes near: the new track joins none."""
    paths = shapely.STRtree([_shape(r["geom"]) for r in region.rows["path"]])
    total = lines.lengths(border)[-1]
    for _ in range(200):
        start = float(rng.uniform(0.05, 0.75)) * total
        course = lines.piece(border, start, start + rng.uniform(150, 260))
        if not len(paths.query(shapely.linestrings(course), "dwithin", distance=12.0)):
            return lines.resample(course, 14.0)
    raise RuntimeError("no place for a track along the border")


def _twice_lit(region: Region, rng, used: set[int], count: int) -> list[Fault]:
    """Lights nearest to a border between members, which the neighbour lists too."""
    rows = region.rows["streetlight"]
    spots = shapely.points(np.array([r["geom"] for r in rows]))
    near = []
    for member in geo.MEMBERS:
        distance = shapely.distance(region.coverage.area(member.ags), spots)
        near += [(round(float(d), 3), k, member.ags) for k, d in enumerate(distance)
                 if rows[k]["ags"] != member.ags]  # fmt: skip
    faults: list[Fault] = []
    taken: list[np.ndarray] = []
    for _, k, ags in sorted(near):
        row = rows[k]
        if len(faults) == count:
            break
        if id(row) in used or any(np.hypot(*(row["geom"] - t)) < 300 for t in taken):
            continue
        used.add(id(row))
        taken.append(row["geom"])
        turn, apart = rng.uniform(0, 2 * np.pi), round(float(rng.uniform(0.3, 1.2)), 2)
        off = apart * np.array([np.cos(turn), np.sin(turn)])
        copy = {**row, "ags": ags, "asset_no": region.number("streetlight", ags), "light_no": None,
                "switching_point": None, "geom": np.round(row["geom"] + off, 3)}  # fmt: skip
        rows.append(copy)
        faults.append(Fault("light_recorded_twice", copy, FINDING,
                            f"{apart} m from the same light; {_partner(row)}"))  # fmt: skip
    return faults


def _wrong_home(region: Region, rng, used: set[int], count: int) -> list[Fault]:
    """Assets well inside one member that another member lists."""
    moves = (("streetlight", "Kellmünz a.d.Iller", "Osterberg"), ("path", "Buch", "Unterroth"),
             ("streetlight", "Unterroth", "Oberroth"), ("path", "Roggenburg", "Buch"))  # fmt: skip
    keys = {m.name: m.ags for m in geo.MEMBERS}
    faults = []
    for asset_class, at, by in moves[:count]:
        inner = shapely.buffer(region.coverage.area(keys[at]), -200.0)
        choice = [r for r in region.of(asset_class, keys[at]) if id(r) not in used
                  and r.get("_kind", "track") == "track"
                  and shapely.contains(inner, _shape(r["geom"]))]  # fmt: skip
        row = choice[int(rng.integers(len(choice)))]
        used.add(id(row))
        row["ags"], row["asset_no"] = keys[by], region.number(asset_class, keys[by])
        if "light_no" in row:  # numbers of the municipality that it lies in
            row["light_no"] = row["switching_point"] = None
        faults.append(Fault("wrong_municipality", row, FINDING,
                            f"lies in {keys[at]}, listed by {keys[by]}"))  # fmt: skip
    return faults


def _shape(geometry: np.ndarray):
    return shapely.points(geometry) if geometry.ndim == 1 else shapely.linestrings(geometry)


def _free_ends(region: Region, rng, used: set[int]) -> list[Fault]:
    """Tracks that stop just short of the road that they join, or reach past it."""
    roads = {tuple(p) for r in region.rows["path"] if r["_kind"] == "road"
             for p in r["geom"][1:-1].tolist()}  # fmt: skip
    choice = []
    for row in region.rows["path"]:
        ends = [tuple(p) in roads for p in row["geom"][[0, -1]].tolist()]
        if row["_kind"] == "track" and any(ends) and id(row) not in used:
            choice.append((row, ends[1]))
    faults = []
    order = rng.permutation(len(choice))[:9]
    for count, k in enumerate(order.tolist()):
        row, at_end = choice[k]
        used.add(id(row))
        short = count < 5
        amount = round(float(rng.uniform(0.3, 1.5)), 2)
        row["geom"] = lines.extended(row["geom"], at_end, -amount if short else amount)
        kind = "near_miss" if short else "dangling_end"
        detail = f"ends {amount} m {'before' if short else 'behind'} the road that it joins"
        faults.append(Fault(kind, row, FINDING, detail))
    return faults
