"""The chapters on what there is for people: lighting, charging, and the core network."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...reports.assets import code_of
from ...reports.charging import overall
from .content import EMPTY, Chart, Column, Section, Table, shown
from .words import Wording

_KM, _TONNE = 1000.0, 1000.0
_PRICE, _CO2 = "price_kwh", "co2_kwh"


def lighting_section(words: Wording) -> Section:
    found, assumed = words.figures.lighting, words.figures.assumed
    used, saved = found.kwh, found.kwh - found.kwh_with_led
    lamps = words.codes("streetlight", "lamp_type")
    energy = [
        Column(words.say("kwh")), Column(words.say("cost"), "money", product=(0, _PRICE)),
        Column(words.say("co2"), product=(0, _CO2)),
        Column(words.say("kwh_saved")), Column(words.say("cost_saved"), "money",
                                               product=(0, _PRICE)),
        Column(words.say("co2_saved"), product=(0, _CO2)),
    ]  # fmt: skip

    def figures(kwh: Any, less: Any) -> list[Any]:
        return [value for one in (kwh, less)
                for value in (one, one * assumed.price_kwh, one * assumed.co2_kwh)]  # fmt: skip

    lights, counted, kw, kwh, less = (
        words.total(v) for v in (found.lights, found.counted, found.kw, used, saved))
    by_lamp = Table(
        words.say("by_lamp"),
        [Column(words.label("streetlight", "lamp_type"), "text"), Column(words.say("lights")),
         Column(words.say("counted")), Column(words.say("load"), "tenths"), *_at(energy, 4)],
        [[lamps[n], int(lights[n]), int(counted[n]), float(kw[n]),
          *figures(float(kwh[n]), float(less[n]))] for n in range(len(lamps)) if lights[n]],
    )  # fmt: skip
    led = found.lights[:, code_of("streetlight", "lamp_type", "led")]
    by_place = words.by_place(
        words.say("lighting_by_municipality"),
        [Column(words.say("lights")), Column(words.say("led")), *_at(energy, 3)],
        [found.lights.sum(axis=1), led, *figures(used.sum(axis=1), saved.sum(axis=1))],
    )  # fmt: skip
    without = int((lights - counted).sum())
    own, reduced = (int(words.total(v)) for v in (found.own_hours, found.reduced))
    sentences = [words.say("lighting_note"), words.say("led_note"),
                 words.say("lighting_counts", own=own, reduced=reduced)]  # fmt: skip
    if without:
        sentences.append(words.say("lights_without_power", count=without))
    remaining = Table("", [by_place.columns[0], Column(words.say("kwh_remaining")),
                           Column(words.say("kwh_saved"))],
                      [[row[0], row[3] - row[6], row[6]] for row in by_place.rows])  # fmt: skip
    return Section(words.say("lighting"), sentences, [by_lamp, by_place],
                   [Chart(words.say("lighting_chart"), remaining, (1, 2))])  # fmt: skip


def _at(columns: list[Column], first: int) -> list[Column]:
    """Products of the energy in the column before them, where the first column has this number."""
    return [
        column if column.product is None else
        Column(column.heading, column.kind, column.total,
               (first + at // 3 * 3, column.product[1]))
        for at, column in enumerate(columns)
    ]  # fmt: skip


def charging_section(words: Wording) -> Section:
    found, assumed, places = words.figures.charging, words.figures.assumed, words.figures.places
    own = slice(0, len(places))
    people = places.population
    lights = found.lights[own]
    served = ~np.isnan(people)
    per_thousand = None
    if people[served].sum():
        per_thousand = 1000 * float(found.points[own][served].sum() / people[served].sum())
    near = overall(found.near[own], lights)
    table = Table(
        words.say("charging_by_municipality"),
        [Column(words.label("participant", "ags"), "text"), Column(words.say("population")),
         Column(words.say("stations")), Column(words.say("points")),
         Column(words.say("fast_points")), Column(words.say("power_kw"), "tenths"),
         Column(words.say("per_thousand"), "number", per_thousand),
         Column(words.say("median_m"), total=EMPTY), Column(words.say("most_m"), total=EMPTY),
         Column(words.say("farthest_m"), total=_largest(found.farthest_m[own])),
         Column(words.say("near", distance=assumed.charging_distance), "percent",
                100 * near if np.isfinite(near) else None)],
        [[places.names[n], _whole(people[n]), int(found.stations[n]), int(found.points[n]),
          int(found.fast_points[n]), float(found.power_kw[n]), float(found.per_thousand[n]),
          float(found.median_m[n]), float(found.most_m[n]), float(found.farthest_m[n]),
          100 * float(found.near[n])] for n in range(len(places))], len(places) > 1,
    )  # fmt: skip
    sentences = [words.say("charging_note")]
    if not served.all():
        sentences.append(words.say("population_missing", names=[
            places.names[n] for n in np.flatnonzero(~served)[:20]]))  # fmt: skip
    if words.whole and found.stations[-1]:
        sentences.append(words.say("charging_others", count=int(found.stations[-1])))
    return Section(
        words.say("charging"), sentences, [table],
        [Chart(words.say("charging_chart"), table, (6,)),
         Chart(words.say("distance_chart"), table, (7,))],
    )  # fmt: skip


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def _largest(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else None


def core_section(words: Wording, links: Table, by_place: list[np.ndarray], picture: bytes
                 ) -> Section:  # fmt: skip
    """
    Args:
        links: the missing links that concern the report, one a row.
        by_place: number of the missing links and their metres, by the place of the dead end.
        picture: a sketch of the network, as PNG; empty where there is none.
    """
    core, paths = words.figures.core, words.figures.paths
    count, metres = by_place
    table = words.by_place(
        words.say("core_by_municipality"),
        [Column(words.say("core_km"), "number"), Column(words.say("links")),
         Column(words.say("links_m"))],
        [paths.core / _KM, count, metres],
    )  # fmt: skip
    assumed = words.figures.assumed
    sentences = [
        words.say("core_note", joined=assumed.joined, gap=assumed.gap),
        words.say("core_counts", parts=core.parts, dead=len(core.dead_ends),
                  links=len(core.missing.line),
                  metres=shown(core.missing.length_m.sum(), "whole", words.lang)),
    ]  # fmt: skip
    pictures = [(words.say("core_picture"), picture)] if picture else []
    return Section(words.say("core"), sentences, [table, links], pictures=pictures)
