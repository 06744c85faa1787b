"""Streetlights along the village streets, and charging points in the villages."""

from __future__ import annotations

from datetime import date, timedelta

import geography as geo
import lines
import numpy as np
import shapely
from cutting import Cutter
from network import Line
from noise import stream
from villages import Village

OPERATORS = ("Ladenetz Illertal eG", "Stromwerke Rothtal GmbH", "E-Mobil Schwaben-Mitte GmbH",
             "Grüne Säule Allgäu GmbH")  # fmt: skip
_CODE = {"09775118": "BU", "09775129": "ILL", "09775132": "KEL", "09775141": "OR",
         "09775142": "OST", "09775149": "ROG", "09775161": "UR"}  # fmt: skip
_LED_SHARE = {"09775118": 0.42, "09775129": 0.7, "09775132": 0.3, "09775141": 0.25,
              "09775142": 0.55, "09775149": 0.5, "09775161": 0.85}  # fmt: skip


def streetlights(cutter: Cutter, network: list[Line], villages: list[Village],
                 seed: int) -> list[dict]:  # fmt: skip
    """A light every 25 to 40 m beside the village streets."""
    rng = stream(seed, "streetlights")
    streets = [n for n in network if n.kind == "street"]
    places, sources = [], []
    for k, street in enumerate(streets):
        if street.rank == 2 and rng.uniform() < 0.07:
            continue
        total = lines.lengths(street.points)[-1]
        gap = float(rng.uniform(30, 37) if street.rank == 0 else rng.uniform(26, 38))
        at = np.arange(rng.uniform(8, 16), total - 5, gap)
        at = np.clip(at + rng.normal(0, 1.6, len(at)), 2, total - 2)
        spots, ahead = lines.at(street.points, at), lines.at(street.points, at + 1.0)
        way = ahead - spots
        way = way / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        side = float(rng.choice([-1, 1])) * (4.4 if street.rank == 0 else 3.4)
        normal = np.column_stack((-way[:, 1], way[:, 0]))
        places.append(spots + normal * (side + rng.normal(0, 0.25, len(at)))[:, None])
        sources += [k] * len(at)
    spots = np.round(np.vstack(places), 3)
    kept = _apart(spots, 15.0)
    spots, sources = spots[kept], np.array(sources)[kept]
    homes = cutter.home(spots)
    rows = []
    new_street: dict[int, dict] = {}
    for spot, k, home in zip(spots, sources.tolist(), homes, strict=True):
        if home not in cutter.members:
            continue
        if k not in new_street:
            new_street[k] = _street_lighting(streets[k], home, rng)
        facts = dict(new_street[k])
        if rng.uniform() < 0.05:
            facts["electrical_test_on"] = None
        place = villages[streets[k].ends[0]].name
        rows.append({**facts, "ags": home, "geom": spot, "_place": place, "_street": k})
    _number_lights(rows)
    return rows


def _street_lighting(street: Line, home: str, rng) -> dict:
    """A street is lit alike from end to end."""
    main = street.rank == 0
    led = rng.uniform() < _LED_SHARE[home]
    lamp = "led" if led else str(rng.choice(["hps", "hme", "fluorescent", "mh"],
                                            p=[0.66, 0.12, 0.16, 0.06]))  # fmt: skip
    power = {"led": (38.0, 22.0), "hps": (100.0, 70.0), "hme": (125.0, 80.0),
             "fluorescent": (72.0, 36.0), "mh": (70.0, 70.0)}[lamp][0 if main else 1]  # fmt: skip
    year = int(rng.integers(2013, 2024) if led else rng.integers(1978, 2011))
    built = date(year, 1, 1) + timedelta(days=int(rng.integers(60, 330)))
    # Still good on the day on which the sample is validated; see kept_faults.VALIDATED_ON.
    tested = date(2022, 9, 1) + timedelta(days=int(rng.integers(0, 1200)))
    return {
        "status": "functional", "owner_type": "municipality", "lamp_type": lamp,
        "pole_type": "bent_mast" if main and not led else
        str(rng.choice(["straight_mast", "bent_mast"], p=[0.85, 0.15])),
        "pole_material": "aluminium" if led else str(rng.choice(["steel", "steel", "concrete"])),
        "light_point_height_m": 8.0 if main else float(rng.choice([4.5, 5.0, 6.0])),
        "luminaire_count": 1, "power_w": power,
        "power_reduced_w": round(power * 0.5, 1) if led or lamp == "hps" else None,
        "cct_k": int(rng.choice([3000, 3000, 2700, 4000])) if led else None,
        "control": "telemanagement" if led and rng.uniform() < 0.2 else
        str(rng.choice(["ripple", "twilight", "astro"], p=[0.6, 0.25, 0.15])),
        "metered": bool(rng.uniform() < 0.8), "lighting_class": "M5" if main else
        str(rng.choice(["P4", "P5", "P6"])), "burning_hours_a": 4100 if led else 3900,
        "commissioned_on": built, "electrical_test_on": max(tested, built),
        "stability_test_on": max(tested - timedelta(days=400), built),
        "condition_class": "1" if year > 2015 else str(rng.choice(["2", "3", "3", "4"])),
        "accuracy_m": 0.3,
    }  # fmt: skip


def _number_lights(rows: list[dict]) -> None:
    """Switching points by village; light numbers run along each village's streets."""
    rows.sort(key=lambda r: (r["ags"], r["_place"], r["_street"]))
    points: dict[tuple[str, str], int] = {}
    count: dict[str, int] = {}
    for row in rows:
        key = (row["ags"], row["_place"])
        if key not in points:
            points[key] = sum(a == row["ags"] for a, _ in points) + 1
        code = _CODE[row["ags"]]
        at = f"{code}{points[key]:02d}"
        count[at] = count.get(at, 0) + 1
        row["switching_point"] = f"{at}-{1 + count[at] // 90}"
        row["light_no"] = f"{points[key]:02d}/{count[at]:03d}"


def _apart(spots: np.ndarray, least: float) -> np.ndarray:
    """The positions of spots none of which is nearer than `least` to an earlier one."""
    points = shapely.points(spots)
    left, right = shapely.STRtree(points).query(points, "dwithin", distance=least)
    gone = np.zeros(len(spots), bool)
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if a < b and not gone[a]:
            gone[b] = True
    return np.flatnonzero(~gone)


def charging_points(cutter: Cutter, network: list[Line], villages: list[Village],
                    paths: list[dict], seed: int) -> list[dict]:  # fmt: skip
    """Three to eight stations a member, beside village streets; with connectors."""
    rng = stream(seed, "charging points")
    streets = {p["_place"]: [] for p in paths if p["_kind"] == "street"}
    for path in paths:
        if path["_kind"] == "street":
            streets[path["_place"]].append(path)
    wanted = {m.ags: int(np.clip(2 + m.population / 1500, 3, 8)) for m in geo.MEMBERS}
    rows = []
    for member in geo.MEMBERS:
        mine = [v for v in villages if v.ags == member.ags]
        taken: set[str] = set()
        for k in range(wanted[member.ags]):
            village = mine[0] if k < 2 or len(mine) == 1 else mine[int(rng.integers(len(mine)))]
            choice = [s for s in streets[village.name] if s["ags"] == member.ags
                      and s["name"] + village.name not in taken]  # fmt: skip
            street = choice[int(rng.integers(len(choice)))]
            taken.add(street["name"] + village.name)
            middle = lines.at(street["geom"], lines.lengths(street["geom"])[-1] * 0.45)
            spot = np.round(middle + rng.choice([-1, 1], 2) * rng.uniform(7, 11, 2), 3)
            rows.append(station(rng, member.ags, spot, street["name"], village.name))
    return rows


def station(rng, ags: str, spot, street: str, place: str) -> dict:
    """One charging station with its connectors, on a street of a village."""
    fast = rng.uniform() < 0.28
    built = date(2016, 4, 1) + timedelta(days=int(rng.integers(0, 2900)))
    if fast:
        power = float(rng.choice([50, 75, 150]))
        plugs = [("IEC_62196_T2_COMBO", power), ("IEC_62196_T2", 22.0)]
        if rng.uniform() < 0.4:
            plugs.insert(1, ("CHADEMO", 50.0))
    else:
        power = float(rng.choice([22, 11, 22, 44]))
        plugs = [("IEC_62196_T2", 22.0 if power > 11 else 11.0)] * (1 if power == 11 else 2)
        if rng.uniform() < 0.2:
            plugs.append(("DOMESTIC_F", 3.0))
    operator = str(rng.choice(OPERATORS))
    code = ("ILT", "SWR", "EMS", "GSA")[OPERATORS.index(operator)]
    serial = int(rng.integers(100000, 999999))
    return {
        "ags": ags, "geom": spot, "status": "functional", "owner_type": "utility",
        "operator": operator, "device_type": "fast" if fast else "normal",
        "power_kw": max(power, 22.0) if len(plugs) > 1 else power, "point_count": len(plugs),
        "public_access": True, "payment": "RFID-Karte; Onlinezahlungsverfahren",
        "opening_hours": "247" if rng.uniform() < 0.8 else "Mo-Sa 06:00-22:00",
        "address": f"{street} {int(rng.integers(1, 48))}", "commissioned_on": built,
        "notified_on": built + timedelta(days=int(rng.integers(2, 14))), "accuracy_m": 1.0,
        "name": f"{place}, {street}", "_place": place,
        "_connectors": [(kind, power, f"DE*{code}*E{serial}*{n + 1}")
                        for n, (kind, power) in enumerate(plugs)],
    }  # fmt: skip
