"""Water mains and sewers in the streets; gas, power, fibre and transport mains between villages."""

from __future__ import annotations

from datetime import date, timedelta

import lines
import numpy as np
from cutting import Crossing, Cutter, cut
from network import Line
from noise import stream
from villages import Village

_OPERATORS = {
    "water": ("Wasserzweckverband Rothtal", "association"),
    "sewer": ("Abwasserverband Mittleres Illertal", "association"),
    "gas": ("Gasnetz Illertal GmbH", "utility"),
    "electricity": ("Überlandnetz Schwaben-Mitte AG", "utility"),
    "telecommunications": ("Breitband Iller-Roth GmbH", "utility"),
}
#: How many of the roads between villages have a line of each network beside them.
_BETWEEN_VILLAGES = {"water": 0.6, "sewer": 0.35, "gas": 0.42, "telecommunications": 0.6,
                     "electricity": 0.5}  # fmt: skip


def make(cutter: Cutter, network: list[Line], villages: list[Village],
         seed: int) -> tuple[list[dict], list[Crossing]]:  # fmt: skip
    """The lines that members list.

    A whole network is shifted by one vector a village, so that its mains still meet exactly.
    """
    rng = stream(seed, "utility lines")
    rows: list[dict] = []
    crossings: list[Crossing] = []
    shifts = [{"water": _beside(v.axis, 0.9), "sewer": _beside(v.axis, -0.7)} for v in villages]
    for line in network:
        if line.kind == "street":
            k = line.ends[0]
            for network_type in ("water", "sewer"):
                if network_type == "sewer" and rng.uniform() < 0.06:
                    continue  # drained by itself
                points = np.round(line.points + shifts[k][network_type], 3)
                facts = _facts(network_type, line.rank, False, rng)
                made, met = cut(cutter, "utility_line", points, facts)
                rows += made
                crossings += met
        elif line.kind == "road":
            for network_type, share in _BETWEEN_VILLAGES.items():
                if rng.uniform() > share:
                    continue
                points = _along(line, network_type, shifts, rng)
                facts = _facts(network_type, line.rank, True, rng)
                whole = network_type in ("water", "gas") and rng.uniform() < 0.12
                beyond = 250.0 if rng.uniform() < 0.2 else 0.0
                made, met = cut(cutter, "utility_line", points, facts, beyond, whole)
                rows += made
                crossings += met
    return rows, crossings


def _beside(axis: float, amount: float) -> np.ndarray:
    """A shift that is sideways both to the streets along the axis and to those across it."""
    turn = axis + np.pi / 4
    return np.round(1.9 * amount * np.array([np.cos(turn), np.sin(turn)]), 3)


def _along(line: Line, network_type: str, shifts: list[dict], rng) -> np.ndarray:
    if network_type == "electricity":  # a 20 kV line goes straight from mast to mast
        base = lines.resample(line.points, 620.0)
        inner = base[1:-1] + rng.normal(0, 55, base[1:-1].shape)
        return np.round(np.vstack((base[:1] + 14.0, inner, base[-1:] + 14.0)), 3)
    amount = {"gas": (4.2, 3.1), "telecommunications": (-3.4, 2.6)}
    a, b = line.ends
    start = shifts[a].get(network_type, np.array(amount.get(network_type, (0, 0))))
    end = shifts[b].get(network_type, np.array(amount.get(network_type, (0, 0))))
    t = (lines.lengths(line.points) / lines.lengths(line.points)[-1])[:, None]
    middle = np.array({"water": (3.6, -2.4), "sewer": (-2.8, -3.4)}.get(network_type, (0.0, 0.0)))
    bulge = np.sin(np.pi * t) ** 0.5 * middle
    return np.round(line.points + start * (1 - t) + end * t + bulge, 3)


def _facts(network_type: str, rank: int, transport: bool, rng) -> dict:
    age = int(rng.integers(2, 22) if network_type == "telecommunications" else rng.integers(4, 60))
    built = date(2024 - age, 1, 1) + timedelta(days=int(rng.integers(60, 330)))
    operator, owner_type = _OPERATORS[network_type]
    exact = age < 24
    accuracy = float(rng.choice([0.05, 0.1, 0.2] if exact else [0.3, 0.5, 1.0]))
    facts = {
        "network_type": network_type, "status": "functional", "operator": operator,
        "owner_type": owner_type, "commissioned_on": built, "accuracy_m": accuracy,
        "capture_method": str(rng.choice(["gnss", "open_trench", "tachymetry"] if exact
                                         else ["plan", "digitised", "located"])),
        "vertical_position": "underground", "cover_m": round(float(rng.uniform(0.8, 1.6)), 2),
        "accuracy_class": "up_to_10cm" if accuracy <= 0.1 else "up_to_30cm" if accuracy <= 0.3
        else "up_to_50cm" if accuracy <= 0.5 else "up_to_100cm",
        "function": "transport" if transport else "distribution", "_kind": network_type,
    }  # fmt: skip
    special = {"water": _water, "sewer": _sewer, "gas": _gas, "electricity": _power,
               "telecommunications": _fibre}[network_type]  # fmt: skip
    return facts | special(age, rank, transport, rng)


def _water(age, rank, transport, rng) -> dict:
    material = "grey_iron" if age > 50 else "ductile_iron" if age > 34 else \
        str(rng.choice(["pvc", "pe", "ductile_iron"]))  # fmt: skip
    return {"sub_type": "potable", "material": material, "pressure_bar": 6.0 if transport else 4.5,
            "dn_mm": int(rng.choice([200, 250] if transport else [100, 150] if rank < 2
                                    else [80, 100]))}  # fmt: skip


def _sewer(age, rank, transport, rng) -> dict:
    material = "concrete" if age > 45 else "stoneware" if age > 28 else \
        str(rng.choice(["pp", "stoneware", "reinforced_concrete"]))  # fmt: skip
    return {"sub_type": "sanitary" if transport else str(rng.choice(["combined", "sanitary"])),
            "material": material, "function": "transport" if transport else "collection",
            "dn_mm": int(rng.choice([200, 250] if transport else [400, 500] if rank == 0
                                    else [250, 300])),
            "cover_m": round(float(rng.uniform(1.6, 3.4)), 2)}  # fmt: skip


def _gas(age, rank, transport, rng) -> dict:
    return {"material": "steel" if age > 30 else "pe", "dn_mm": int(rng.choice([150, 200])),
            "pressure_bar": float(rng.choice([4.0, 16.0])), "protection_strip_m": 4.0}  # fmt: skip


def _power(age, rank, transport, rng) -> dict:
    return {"voltage_v": 20000, "vertical_position": "suspended", "cover_m": None,
            "function": "distribution", "protection_strip_m": 15.0}  # fmt: skip


def _fibre(age, rank, transport, rng) -> dict:
    return {"sub_type": "optical_fiber", "dn_mm": 50, "material": "pe",
            "cover_m": round(float(rng.uniform(0.5, 0.8)), 2)}  # fmt: skip
