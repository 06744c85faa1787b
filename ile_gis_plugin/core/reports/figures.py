"""All figures of a planner's report, from what a register holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from .age import Age, age
from .assets import Assets, Floats, Integers, Places
from .assumptions import Assumptions
from .charging import Charging, charging
from .core_network import CoreNetwork, core_network
from .inspections import Overdue, overdue
from .inventory import Inventory, inventory
from .lighting import Lighting, lighting
from .path_lengths import PathLengths, path_lengths

#: Decimals of figures that are told: the last bits depend on the machine.
_PLACES = 6


@dataclass(frozen=True)
class Holdings:
    """What a register holds, as arrays.

    Attributes:
        assets: by class.
        xy: by class of points: (n, 2) metres, NaN where one has no geometry.
        core_of: (lines,) index of the path that each core line in use belongs to.
        core_coords, core_offsets: these lines; line i has coords[offsets[i]:offsets[i + 1]].
    """

    assets: Mapping[str, Assets]
    xy: Mapping[str, Floats]
    core_of: Integers
    core_coords: Floats
    core_offsets: Integers


@dataclass(frozen=True)
class Figures:
    """The figures, each with one row a place and one for all others; see their own modules."""

    places: Places
    on: date
    assumed: Assumptions
    inventories: tuple[Inventory, ...]  # by class, as the register lists them
    ages: tuple[Age, ...]
    overdue: tuple[Overdue, ...]
    lighting: Lighting
    charging: Charging
    paths: PathLengths
    core: CoreNetwork


def figures_of(holdings: Holdings, places: Places, on: date, assumed: Assumptions) -> Figures:
    """Compute everything. `on` is the day by which ages count and tests are overdue."""
    every = holdings.assets.values()
    lights, stations = holdings.assets["streetlight"], holdings.assets["charging_point"]
    return Figures(
        places, on, assumed,
        tuple(inventory(assets, places) for assets in every),
        tuple(age(assets, places, on) for assets in every),
        tuple(kind for assets in every for kind in overdue(assets, places, on)),
        lighting(lights, places, assumed),
        charging(stations, holdings.xy["charging_point"], lights, holdings.xy["streetlight"],
                 places, assumed),
        path_lengths(holdings.assets["path"], places),
        core_network(holdings.core_coords, holdings.core_offsets, assumed.joined, assumed.gap),
    )  # fmt: skip


def plain(value: Any) -> Any:
    """Figures as values of JSON: arrays as lists, what is not known as None."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and np.isfinite(value).all():
            return np.round(value, _PLACES).tolist()
        return plain(value.tolist()) if value.dtype.kind == "f" else value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, float):
        return round(value, _PLACES) if np.isfinite(value) else None
    if isinstance(value, (Places, Assumptions, CoreNetwork)):
        return {name: plain(part) for name, part in vars(value).items()}
    return value.isoformat() if isinstance(value, date) else value


def fingerprint(figures: Figures, state: Mapping[str, Any]) -> str:
    """SHA-256 of the figures and of the register's state that they belong to."""
    content = {"state": dict(state), "figures": plain(tuple(vars(figures).values()))}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
