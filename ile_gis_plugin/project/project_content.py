"""What a joint project's map tells: its assets, who takes part, and whose part is how large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ..core.definition import REGISTER
from ..core.errors import InputError
from ..core.finances.rows import Places, Row, by_parent, find_projects, kept_places, rows_of
from ..core.messages import Message, message
from ..core.stores import Store
from ..core.tasks.shares import remarks_on_shares
from .map_layers import VISIBLE
from .map_order import Order

ALL = "all"
#: The profiles that a project may be shown in, by its own visibility. Councils vote on projects in
#: public as a rule: such a map names the project, and leaves out its costs.
SHOWN_TO = {
    "public": ("public", "council", "internal"),
    "council": ("public", "council", "internal"),
    "internal": ("internal",),
    "restricted": (),
}
_SHARES = ("ags", "percent", "amount")


@dataclass(frozen=True)
class Linked:
    """An asset of a project. `ags` are the municipalities in which it lies."""

    asset_class: str
    role: str
    asset_no: str
    name: str
    ags: frozenset[str]
    wkb: bytes


@dataclass(frozen=True)
class Part:
    """A municipality's part of a project; `metres` of lines, `count` of points.

    `percent` and `amount` (in euros) are of the own share, where the profile may see costs.
    """

    ags: str
    is_participant: bool
    metres: Decimal
    count: int
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class ProjectContent:
    """One joint project. `values` are fields of joint_project; `hidden` assets are not shown."""

    values: Mapping[str, Any]
    assets: tuple[Linked, ...]
    parts: tuple[Part, ...]  # participants by AGS, then others in which assets lie
    hidden: int
    split_version: int | None = None
    resolved_on: date | None = None

    @property
    def number(self) -> str:
        return self.values["number"]

    @property
    def has_costs(self) -> bool:
        return any(part.amount is not None for part in self.parts)

    @property
    def has_lines(self) -> bool:
        return any(part.metres for part in self.parts)

    @property
    def has_points(self) -> bool:
        return any(part.count for part in self.parts)

    def state(self) -> list[Any]:
        """What the map tells of it, for the fingerprint."""
        return [self.values, [replace(a, ags=frozenset(), wkb=b"") for a in self.assets],
                self.parts, self.split_version, self.resolved_on]  # fmt: skip


def read_projects(
    store: Store, order: Order, numbers: Sequence[str]
) -> tuple[list[ProjectContent], list[Message]]:
    """The projects that are asked for by number or, with `all`, all of them; and remarks.

    Raises `InputError` where a number is unknown, a project may not be shown or has nothing to
    show, or the shares of its assets are not computed. Of `all` projects those that can't be
    shown are left out, which a remark tells.
    """
    every = ALL in numbers
    projects = find_projects(store) if every else _named(store, numbers)
    links = by_parent(store, "project_asset", "project_uuid", None if every else {
        "project_uuid": [project["uuid"] for project in projects]})  # fmt: skip
    places = _places(store, links)
    assets = _assets(store, order, links)
    costs = _Costs(store, projects) if order.profile != "public" else None
    participants = by_parent(store, "participant", "project_uuid", None)
    found, remarks = [], []
    for project in projects:
        uuid = project["uuid"]
        try:
            content = _content(order, project, links.get(uuid, []), assets, places)
        except InputError as error:
            if not every:
                raise
            remarks.append(error.message)
            continue
        who = {row["ags"] for row in participants.get(uuid, [])}
        found.append(_with_parts(content, who, places, links.get(uuid, []), assets, costs))
        if content.hidden:
            remarks.append(message("maps.assets_hidden", number=content.number,
                                   count=content.hidden))  # fmt: skip
    if not found:
        raise InputError("maps.no_projects")
    return found, remarks


def _named(store: Store, numbers: Sequence[str]) -> list[Row]:
    known = sorted(store.read("joint_project", ["number"])["number"])
    for number in numbers:
        if number not in known:
            alike = get_close_matches(number, known, n=3, cutoff=0.5) or known[:3] or ["–"]
            raise InputError("maps.unknown_project", number=number, alike=alike)
    return find_projects(store, numbers)


def _places(store: Store, links: Mapping[str, Sequence[Row]]) -> Places:
    pairs = [(row["asset_class"], row["asset_uuid"]) for rows in links.values() for row in rows]
    if not pairs:
        return {}
    for remark in remarks_on_shares(store):
        raise InputError(remark.key, **remark.values)
    return kept_places(store, pairs)


def _assets(store: Store, order: Order, links: Mapping[str, Sequence[Row]]) -> dict[str, Row]:
    """The linked assets that the order lets be seen, by uuid."""
    wanted: dict[str, set[str]] = {}
    for row in (row for rows in links.values() for row in rows):
        wanted.setdefault(row["asset_class"], set()).add(row["asset_uuid"])
    found: dict[str, Row] = {}
    for table in (t for t in REGISTER.assets if t.name in wanted):
        if table.name == "utility_line" and not order.utility_lines:
            continue
        columns = ["uuid", "asset_no", "name", "visibility", "geom"]
        closed = "public_access" in table and order.profile == "public"
        columns += ["public_access"] if closed else []
        rows = store.read(table.name, columns, {"uuid": sorted(wanted[table.name])})
        found |= {
            row["uuid"]: row for row in rows_of(rows)
            if row["visibility"] in VISIBLE[order.profile] and row["geom"]
            and not (closed and row["public_access"] is False)
        }  # fmt: skip
    return found


def _content(order: Order, project: Row, links: Sequence[Row], assets: Mapping[str, Row],
             places: Places) -> ProjectContent:  # fmt: skip
    number = project["number"]
    if order.profile not in SHOWN_TO[project["visibility"]]:
        raise InputError("maps.project_not_visible", number=number,
                         visibility=REGISTER["joint_project"]["visibility"].domain.label_of(
                             project["visibility"], order.lang))  # fmt: skip
    if not links:
        raise InputError("maps.project_without_assets", number=number)
    shown = tuple(sorted((
        Linked(link["asset_class"], link["role"], row["asset_no"] or "", row["name"] or "",
               frozenset(a for a in places.get(row["uuid"], {}) if a), row["geom"])
        for link in links if (row := assets.get(link["asset_uuid"]))
    ), key=lambda asset: (asset.asset_class, asset.asset_no, asset.wkb)))  # fmt: skip
    if not shown:
        raise InputError("maps.project_shows_nothing", number=number)
    told = ("number", "title", "lead_ags", "phase", "share_key", "key_reference_date")
    return ProjectContent({name: project[name] for name in ("uuid", *told)}, shown, (),
                          len(links) - len(shown))  # fmt: skip


class _Costs:
    """What each municipality bears: as resolved or, before a resolution, as computed now."""

    def __init__(self, store: Store, projects: Sequence[Row]) -> None:
        where = {"project_uuid": [project["uuid"] for project in projects]}
        columns = ["uuid", "project_uuid", "split_version", "made_on"]
        splits = store.read("cost_split", columns, where | {"kind": "resolved"})
        # By version, so that the newest is what stays.
        newest = sorted(rows_of(splits), key=lambda row: row["split_version"])
        self._resolved = {row["project_uuid"]: row for row in newest}
        uuids = [row["uuid"] for row in self._resolved.values()]
        kept = store.read("cost_split_share", ["split_uuid", *_SHARES], {"split_uuid": uuids})
        now = store.read("cost_share", ["project_uuid", *_SHARES], where)
        self._kept, self._now = _by(kept, "split_uuid"), _by(now, "project_uuid")

    def of(self, project: str) -> tuple[dict[str, Row], Row | None]:
        """The shares of a project by AGS, and the version that they are of, if one was resolved."""
        version = self._resolved.get(project)
        return (self._kept.get(version["uuid"], {}) if version
                else self._now.get(project, {})), version  # fmt: skip


def _by(rows: Mapping[str, Sequence[Any]], key: str) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in rows_of(rows):
        found.setdefault(row[key], {})[row["ags"]] = row
    return found


def _with_parts(content: ProjectContent, participants: set[str], places: Places,
                links: Sequence[Row], assets: Mapping[str, Row], costs: _Costs | None
                ) -> ProjectContent:  # fmt: skip
    metres: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    for link in (link for link in links if link["asset_uuid"] in assets):
        for ags, length in places.get(link["asset_uuid"], {}).items():
            if length is None:
                counts[ags or ""] = counts.get(ags or "", 0) + 1
            else:
                metres[ags or ""] = metres.get(ags or "", Decimal(0)) + length
    shares, version = costs.of(content.values["uuid"]) if costs else ({}, None)
    others = (set(metres) | set(counts) | set(shares)) - participants
    parts = tuple(
        Part(ags, ags in participants, metres.get(ags, Decimal(0)), counts.get(ags, 0),
             _decimal(shares.get(ags, {}).get("percent")), shares.get(ags, {}).get("amount"))
        for ags in (*sorted(participants), *sorted(others))
    )  # fmt: skip
    return replace(content, parts=parts, split_version=version and version["split_version"],
                   resolved_on=version and version["made_on"])  # fmt: skip


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
