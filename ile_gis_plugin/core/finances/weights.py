"""What a key takes of each municipality, with unit, source and date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ..definition import REGISTER
from ..messages import Message, catalogue, message
from ..projects.model import Weight
from ..projects.words import refused
from .numbers import decimal_of
from .rows import ProjectRows, Row

#: Keys that take a figure of the register, which a weight entered by hand replaces.
_FROM_REGISTER = ("population", "length", "asset_count", "area", "levy_base")
_OF_FIGURES = ("population", "area", "levy_base")
#: Numbers of inhabitants and of assets have none: the key's name says what is counted.
_UNITS = {"length": "m", "area": "km²", "levy_base": "€"}
_FIXED = REGISTER["participant"]["fixed_percent"].label


class Weights:
    """The weights of the participants of many projects.

    Args:
        areas: km² of territories by AGS, for keys by area where no figure tells it.
    """

    def __init__(self, rows: ProjectRows, areas: Mapping[str, Decimal]) -> None:
        self._rows, self._areas, self._words = rows, areas, catalogue()

    def of_project(self, project: Row, keys: Sequence[str]) -> list[dict[str, Weight]]:
        """By key, for each participant in the order of the rows.

        Raises `InputError` where a weight entered by hand could belong to several parts.
        """
        taken = [key for key in keys if key in _FROM_REGISTER]
        rows = self._rows.of("participant", project)
        if len(taken) > 1 and any(row["key_weight"] is not None for row in rows):
            raise refused("costs.weight_of_which_part", project["number"])
        totals = self._in_territory(project, taken)
        return [self._of_one(project, row, keys, totals) for row in rows]

    def _of_one(self, project: Row, row: Row, keys: Sequence[str],
                totals: Mapping[str, Mapping[str | None, Decimal]]
                ) -> dict[str, Weight]:  # fmt: skip
        found = {}
        for key in keys:
            if key == "equal":
                continue
            if key == "fixed_percent":
                percent = row["fixed_percent"]
                value = None if percent is None else decimal_of(percent)
                found[key] = Weight(value, "%", _FIXED)
            elif row["key_weight"] is not None:
                found[key] = Weight(decimal_of(row["key_weight"]), _UNITS.get(key, ""),
                                    self._words["costs.by_hand"])  # fmt: skip
            elif key in totals:
                found[key] = Weight(totals[key].get(row["ags"], Decimal(0)), _UNITS.get(key, ""),
                                    self._words[f"costs.from_{key}"])  # fmt: skip
            else:
                found[key] = self._figure(key, row["ags"], project["key_reference_date"])
        return found

    def _in_territory(self, project: Row, keys: Sequence[str]
                      ) -> dict[str, dict[str | None, Decimal]]:  # fmt: skip
        """Metres and numbers of the linked assets by AGS, as far as the keys ask for them."""
        return {key: in_territory(self._rows, project, count=key == "asset_count")
                for key in keys if key not in _OF_FIGURES}  # fmt: skip

    def _figure(self, key: str, ags: str, on: date | None) -> Weight:
        """The newest figure that holds on the day, or the newest; its value is None without one."""
        known = self._rows.figures.get((ags, key), [])
        fitting = [row for row in known if on is None or row["valid_on"] <= on]
        unit = _UNITS.get(key, "")
        if fitting:
            row = fitting[-1]
            return Weight(decimal_of(row["value"]), unit, row["source"] or "", row["valid_on"])
        municipality = self._rows.municipalities[ags]
        if key == "population" and municipality["population"] is not None:
            counted = municipality["population_on"]
            if on is None or (counted is not None and counted <= on):
                return Weight(Decimal(municipality["population"]), unit,
                              municipality["source"] or "", counted)  # fmt: skip
        if key == "area" and ags in self._areas:
            return Weight(self._areas[ags], unit, self._words["costs.from_territory"],
                          municipality["source_date"])  # fmt: skip
        return Weight(None, unit)


def in_territory(rows: ProjectRows, project: Row, count: bool) -> dict[str | None, Decimal]:
    """Metres of the linked assets by AGS, or their number: a line counts wherever it lies."""
    found: dict[str | None, Decimal] = {}
    for link in rows.of("project_asset", project):
        for ags, metres in rows.places.get(link["asset_uuid"], {}).items():
            add = Decimal(1) if count else metres or Decimal(0)
            found[ags] = found.get(ags, Decimal(0)) + add
    return found


def without_area(rows: ProjectRows, keys_of: Mapping[str, Sequence[str]]) -> list[str]:
    """The municipalities whose area a key asks for and no figure tells.

    Args:
        keys_of: the keys of each project by uuid.
    """
    return sorted({
        row["ags"] for project in rows.projects if "area" in keys_of[project["uuid"]]
        for row in rows.of("participant", project)
        if (row["ags"], "area") not in rows.figures
        or (project["key_reference_date"] or date.max)
        < rows.figures[row["ags"], "area"][0]["valid_on"]
    })  # fmt: skip


def remarks_on_places(rows: ProjectRows, project: Row) -> list[Message]:
    """What of the linked assets counts for nobody."""
    paying = {row["ags"] for row in rows.of("participant", project)}
    found, number = [], project["number"]
    metres = [value for ags, value in in_territory(rows, project, count=False).items()
              if ags not in paying and value]  # fmt: skip
    if metres:
        found.append(message("costs.metres_outside", number=number, metres=sum(metres)))
    links = [link["asset_uuid"] for link in rows.of("project_asset", project)]
    nowhere = sum(uuid not in rows.places for uuid in links)
    outside = sum(uuid in rows.places and not paying & rows.places[uuid].keys() for uuid in links)
    if outside:
        found.append(message("costs.assets_outside", number=number, count=outside))
    if nowhere:
        found.append(message("costs.assets_nowhere", number=number, count=nowhere))
    by_hand = any(row["key_weight"] is not None for row in rows.of("participant", project))
    if by_hand and project["share_key"] in ("equal", "fixed_percent"):
        found.append(message("costs.weight_unused", number=number))
    return found
