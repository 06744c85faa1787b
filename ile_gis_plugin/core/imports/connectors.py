"""The connectors of charging points, from groups of columns of the station's row.

One group is one charge point (EVSE); its cells may hold several plugs ("DC Kupplung Combo, DC
CHAdeMO"), with a power for each ("50; 50") or one for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..definition import REGISTER
from ..messages import message
from .cells import Refused, text_of
from .conversion import Columns, Converter, Reasons, cells_of
from .mapping import ColumnRule

_TABLE = REGISTER["connector"]
FIELDS = ("connector_type", "format", "power_type", "power_kw", "evse_id")
#: An older register separates plugs by commas, a newer one by semicolons; never in brackets.
_PLUGS = re.compile(r"[;,](?![^()]*\))")
#: A comma before a space separates; one inside "3,7" is a decimal sign.
_POWERS = re.compile(r"\s*(?:;|,\s)\s*")
_DC_TYPES = ("IEC_62196_T2_COMBO", "CHADEMO")
_CEE_16, _CEE_32, _CEE_16_KW = "IEC_60309_2_three_16", "IEC_60309_2_three_32", 11.0
_SCHUKO_KW = 3.7
#: VDE-AR-N 4100: more than 4.6 kVA is connected with three phases.
_SINGLE_PHASE_KW = 4.6

Connector = dict[str, Any]


@dataclass
class Stations:
    """For each row its connectors and its number of charge points; and why rows can't be taken."""

    connectors: list[list[Connector]]
    points: list[int]
    reasons: Reasons = field(default_factory=dict)


class _Plugs:
    """Converts cells of connectors, each distinct text once."""

    def __init__(self, values: Mapping[str, Mapping], decimal: str) -> None:
        self.converters = {
            name: Converter(_TABLE[name], values.get(name), decimal) for name in FIELDS
        }
        self.seen: dict[tuple[str, str], Any] = {}

    def value(self, name: str, text: str | None) -> Any:
        if text is None:
            return None
        key = (name, text)
        if key not in self.seen:
            try:
                self.seen[key] = self.converters[name].cell(text)
            except Refused as verdict:
                self.seen[key] = verdict
        if isinstance(self.seen[key], Refused):
            raise self.seen[key]
        return self.seen[key]

    def split(self, text: str) -> list[str]:
        """The plugs of a cell; a cell that is mapped as a whole is one."""
        known = self.converters["connector_type"]
        if text in known.values or text.casefold() in (*known.folded, *known.words):
            return [text]
        return [part.strip() for part in _PLUGS.split(text) if part.strip()]


def read_connectors(
    blocks: Sequence[Mapping[str, ColumnRule]], columns: Columns, values: Mapping[str, Mapping],
    size: int, decimal: str = "",
) -> Stations:  # fmt: skip
    """The connectors of all rows."""
    stations = Stations([[] for _ in range(size)], [0] * size)
    plugs = _Plugs(values, decimal)
    for number, block in enumerate(blocks, 1):
        cells = {name: cells_of(rule, columns, size) for name, rule in block.items()}
        filled = np.zeros(size, dtype=bool)
        for column in cells.values():
            filled |= np.not_equal(column, None)
        for index in np.flatnonzero(filled):
            texts = {name: text_of(column[index]) for name, column in cells.items()}
            try:
                found = _charge_point(texts, plugs, number)
            except Refused as verdict:
                reason = message("imports.connector", number=number, reason=verdict.reason)
                stations.reasons.setdefault(int(index), []).append(reason)
                continue
            stations.connectors[index] += found
            stations.points[index] += bool(found)
    return stations


def _charge_point(texts: dict[str, str | None], plugs: _Plugs, number: int) -> list[Connector]:
    if texts.get("connector_type") is None:
        # A power of 0 without a plug is how some sheets fill an unused group.
        given = {t for name, t in texts.items() if t and not (name == "power_kw" and t == "0")}
        if not given:
            return []
        raise Refused(message("imports.connector_without_type", values=sorted(given)))
    kinds = plugs.split(texts["connector_type"])
    powers = _paired(texts.get("power_kw"), len(kinds), "power_kw")
    ids = _paired(texts.get("evse_id"), len(kinds), "evse_id")
    found = []
    for kind, power, evse_id in zip(kinds, powers, ids, strict=True):
        connector = {
            "connector_type": plugs.value("connector_type", kind),
            "power_kw": plugs.value("power_kw", power),
            "evse_id": plugs.value("evse_id", evse_id and re.sub(r"\s", "", evse_id).upper()),
        }
        if connector["connector_type"] is None:
            continue  # mapped to nothing
        if connector["connector_type"] == _CEE_32 and "32" not in kind:
            # "CEE 5 polig" doesn't name the current: 16 A give 11 kW.
            weak = connector["power_kw"] is not None and connector["power_kw"] <= _CEE_16_KW
            connector["connector_type"] = _CEE_16 if weak else _CEE_32
        if connector["connector_type"] == "DOMESTIC_F" and len(kinds) > 1:
            # The power stated for the charge point is that of its other plug.
            connector["power_kw"] = _at_most(connector["power_kw"], _SCHUKO_KW)
        for name, derive in (("format", _format), ("power_type", _power_type)):
            given = plugs.value(name, texts.get(name))
            connector[name] = given or derive(kind.casefold(), connector)
        found.append({name: connector[name] for name in FIELDS})
    return found


def _paired(text: str | None, plugs: int, name: str) -> list[str | None]:
    """One text for each plug."""
    parts = [part for part in _POWERS.split(text or "") if part] or [None]
    if len(parts) == plugs:
        return parts
    if len(set(parts)) == 1:
        return [parts[0]] * plugs
    raise Refused(message("imports.connector_count", field=_TABLE[name].label, values=parts,
                          plugs=plugs))  # fmt: skip


def _at_most(power: float | None, limit: float) -> float | None:
    return power if power is None or power <= limit else None


def _format(words: str, connector: Connector) -> str | None:
    if "steckdose" in words or "socket" in words or "schuko" in words:
        return "socket"
    if "kupplung" in words or "kabel" in words or "cable" in words:
        return "cable"
    return "cable" if connector["connector_type"] in _DC_TYPES else None


def _power_type(words: str, connector: Connector) -> str | None:
    kind, power = connector["connector_type"], connector["power_kw"]
    if kind in _DC_TYPES or re.match(r"dc\b", words):
        return "dc"
    if kind == "DOMESTIC_F":
        return "ac_1_phase"
    if kind.startswith("IEC_60309_2_three"):
        return "ac_3_phase"
    if power is None:
        return None
    return "ac_1_phase" if power <= _SINGLE_PHASE_KW else "ac_3_phase"


