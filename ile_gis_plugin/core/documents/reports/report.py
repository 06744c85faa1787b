"""A report put together: its state, key figures, chapters and assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ...messages import catalogue
from ...reports.figures import Figures
from ..formats import day
from .content import EMPTY, Column, Content, Section, Table, shown
from .services import charging_section, core_section, lighting_section
from .sketch import network_sketch
from .stock import age_section, inspection_section, inventory_section, path_section
from .words import Wording

_FINGERPRINT_LETTERS = 12
_FORMULAS = ("price_kwh", "co2_kwh")
#: Words that the files fill in themselves.
_OWN_WORDS = ("sum", "contents_summary", "further_rows", "in_workbook_only", "rounding_note",
              "page", "rest", "overview")  # fmt: skip


@dataclass(frozen=True)
class Issue:
    """What a report says of itself.

    Attributes:
        title, version, day: of the register, its newest change, and the day of that change.
        municipality: its name, where the report is about one alone.
    """

    title: str
    version: int
    day: date
    issued_on: date
    fingerprint: str
    municipality: str = ""


@dataclass(frozen=True)
class NamedAsset:
    """An asset as a list names it."""

    number: str
    name: str
    place: int


@dataclass(frozen=True)
class Lists:
    """What of the figures is told asset by asset.

    Attributes:
        links: missing links that concern the report, by their place in the figures.
        link_ends: for each its path, and the one that it leads to.
        link_place: (all links,) place of each dead end.
        overdue: (kind's place in the figures, asset, days), the longest overdue first.
        left_out: how many overdue tests are not listed.
    """

    links: Sequence[int]
    link_ends: Sequence[tuple[NamedAsset, NamedAsset]]
    link_place: np.ndarray
    overdue: Sequence[tuple[int, NamedAsset, int]]
    left_out: int


def content_of(
    figures: Figures, lists: Lists, lines: tuple[np.ndarray, np.ndarray], issue: Issue, lang: str
) -> Content:  # fmt: skip
    """The whole report in words.

    Args:
        lines: coordinates and offsets of the core network, for its sketch.
    """
    words = Wording(figures, lang, whole=not issue.municipality)
    count = np.bincount(lists.link_place, minlength=figures.places.rows)
    metres = np.bincount(lists.link_place, figures.core.missing.length_m, figures.places.rows)
    picture = network_sketch(*lines, figures.core, lists.links)
    sections = [
        inventory_section(words), age_section(words), _with_list(words, lists),
        lighting_section(words), charging_section(words), path_section(words),
        core_section(words, _links(words, lists), [count, metres], picture),
    ]  # fmt: skip
    facts = [
        (words.say("scope"), issue.municipality or words.say("all_members")),
        (words.say("data_date"), day(issue.day, lang)),
        (words.say("evaluated_on"), day(figures.on, lang)),
        (words.say("register_version"), str(issue.version)),
        (words.say("fingerprint"), issue.fingerprint[:_FINGERPRINT_LETTERS]),
        (words.say("issued_on"), day(issue.issued_on, lang)),
    ]  # fmt: skip
    return Content(
        lang, words.say("title"), issue.title, words.say("internal"), issue.day, facts,
        _key_figures(words), sections, _assumptions(words),
        [words.say(name) for name in ("register_version", "data_date", "fingerprint")],
        {name: catalogue()[f"reports.{name}"][lang] for name in _OWN_WORDS},
        {name: value for name, value, _ in figures.assumed.items() if name in _FORMULAS},
    )  # fmt: skip


def _key_figures(words: Wording) -> list[str]:
    figures = words.figures

    def say(value: float, kind: str = "whole") -> str:
        return shown(value, kind, words.lang)

    by_class = {one.table: one for one in figures.inventories}
    light, charging = figures.lighting, figures.charging
    own = slice(0, len(figures.places))
    kwh, less = (float(words.total(v).sum()) for v in (light.kwh, light.kwh_with_led))
    late = sum(int(words.total(one.overdue)) for one in figures.overdue)
    metres = {name: float(words.total(by_class[name].metres)) for name in ("path", "utility_line")}
    return [
        words.say("key_inventory", paths=say(metres["path"] / 1000, "tenths"),
                  lines=say(metres["utility_line"] / 1000, "tenths"),
                  lights=say(words.total(by_class["streetlight"].kept)),
                  stations=say(words.total(by_class["charging_point"].kept))),
        words.say("key_inspections", count=say(late)),
        words.say("key_lighting", kwh=say(kwh),
                  cost=say(kwh * figures.assumed.price_kwh, "money"), saved=say(kwh - less),
                  part=say(100 * (kwh - less) / kwh if kwh else 0.0)),
        words.say("key_charging", points=say(charging.points[own].sum())),
        words.say("key_core", kilometres=say(words.total(figures.paths.core) / 1000, "tenths"),
                  parts=say(figures.core.parts), links=say(len(figures.core.missing.line))),
    ]  # fmt: skip


def _assumptions(words: Wording) -> Table:
    return Table(
        words.say("contents_assumptions"),
        [Column(words.say("assumption"), "text"), Column(words.say("value"), "plain"),
         Column(words.say("unit"), "text"), Column(words.say("parameter"), "text")],
        [[words.say(f"assumed_{name}"), value, unit, "--" + name.replace("_", "-")]
         for name, value, unit in words.figures.assumed.items()],
        has_total=False,
    )  # fmt: skip


def _links(words: Wording, lists: Lists) -> Table:
    missing = words.figures.core.missing
    rows = []
    for number, (link, (one, other)) in enumerate(
        zip(lists.links, lists.link_ends, strict=True), 1
    ):
        x, y = missing.xy[link].tolist()
        kind = words.say("end_to_end" if missing.meets_end[link] else "end_to_side")
        rows.append([str(number), _called(words, one), _called(words, other), kind,
                     float(missing.length_m[link]), x, y])  # fmt: skip
    return Table(
        words.say("links_table"),
        [Column(words.say("no"), "text"),
         *(Column(words.say(name), "text", EMPTY)
           for name in ("dead_end_of", "leads_to", "link_kind")),
         Column(words.say("length_m"), "tenths"), Column(words.say("easting"), total=EMPTY),
         Column(words.say("northing"), total=EMPTY)],
        rows, len(rows) > 1,
    )  # fmt: skip


def _called(words: Wording, asset: NamedAsset) -> str:
    named = " ".join(part for part in (asset.number, asset.name) if part) or "–"
    return f"{named} ({words.name(asset.place)})"


def _with_list(words: Wording, lists: Lists) -> Section:
    """The chapter on inspections, with a list of assets for the workbook."""
    section = inspection_section(words)
    kinds = words.figures.overdue
    table = Table(
        words.say("overdue_list"),
        [Column(words.say("inspection"), "text"), Column(words.say("overdue_days")),
         Column(words.label("participant", "ags"), "text"),
         Column(words.label("path", "asset_no"), "text"),
         Column(words.label("path", "name"), "text")],
        [[words.say(f"kind_{kinds[kind].field}", name=words.plural(kinds[kind].table)), days,
          words.name(asset.place), asset.number, asset.name]
         for kind, asset, days in lists.overdue],
        has_total=False, in_print=False,
        note=words.say("overdue_left_out", count=lists.left_out) if lists.left_out else "",
    )  # fmt: skip
    return Section(section.title, section.sentences, [*section.tables, table], section.charts)
