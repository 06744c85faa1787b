"""The rows that joint projects are made of, each table read once however many projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..definition import REGISTER
from ..errors import InputError
from ..stores.store import Store
from .numbers import to_cent

Row = dict[str, Any]
#: Of each asset the municipalities that it lies in (None: outside all), with its metres there to
#: the centimetre; None for points. Each piece is rounded, so that all sums of them agree.
Places = dict[str, dict[str | None, Decimal | None]]
#: Tells the places of assets, given as (class, uuid).
PlacesOf = Callable[[Store, Sequence[tuple[str, str]]], Places]

_CHILDREN = ("participant", "cost_item", "project_funding", "key_part", "instalment",
             "project_asset", "project_phase")  # fmt: skip
_SIGNATURE = ("created_at", "created_by", "changed_at", "changed_by", "version")
_MUNICIPALITY = ("ags", "name", "population", "population_on", "source", "source_date")


@dataclass(frozen=True)
class ProjectRows:
    """Some joint projects, and what of the register they depend on."""

    projects: list[Row]
    children: Mapping[str, Mapping[str, list[Row]]]  # by table and project
    programmes: Mapping[str, Row]
    municipalities: Mapping[str, Row]  # by AGS
    figures: Mapping[tuple[str, str], list[Row]]  # by AGS and kind, oldest first
    places: Places

    def of(self, table: str, project: Row) -> list[Row]:
        return self.children[table].get(project["uuid"], [])


def rows_of(columns: Mapping[str, Sequence[Any]]) -> Iterator[Row]:
    """Columns as one dictionary for each row."""
    names = tuple(columns)
    return (dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True))


def find_projects(store: Store, numbers: Sequence[str] | None = None) -> list[Row]:
    """Joint projects with all their fields, by number.

    Args:
        numbers: their numbers or uuids; default: all projects.

    Raises `InputError` for a number that no project has.
    """
    fields = REGISTER["joint_project"].field_names
    if numbers is None:
        found = list(rows_of(store.read("joint_project", fields)))
    else:
        wanted = sorted(set(numbers))
        either = [("number", "in", wanted), ("uuid", "in", wanted)]
        found = list(rows_of(store.find("joint_project", [("", "or", either)], fields)))
        known = {row["number"] for row in found} | {row["uuid"] for row in found}
        if missing := [number for number in wanted if number not in known]:
            every = sorted(store.read("joint_project", ["number"])["number"])
            raise InputError("costs.unknown_project", numbers=missing, known=every or ["–"])
    return sorted(found, key=lambda row: row["number"])


def read_rows(store: Store, projects: Sequence[Row], places_of: PlacesOf,
              every: bool = False) -> ProjectRows:  # fmt: skip
    """All that these projects depend on.

    Args:
        places_of: tells where the linked assets lie.
        every: these are all projects of the register: their tables are read whole.
    """
    uuids = [project["uuid"] for project in projects]
    where = None if every else {"project_uuid": uuids}
    children = {table: by_parent(store, table, "project_uuid", where) for table in _CHILDREN}
    links = [(link["asset_class"], link["asset_uuid"])
             for rows in children["project_asset"].values() for link in rows]  # fmt: skip
    programmes = store.read("funding_programme", _fields("funding_programme"))
    municipalities = rows_of(store.read("municipality", _MUNICIPALITY))
    return ProjectRows(
        list(projects), children, {row["uuid"]: row for row in rows_of(programmes)},
        {row["ags"]: row for row in municipalities}, _figures(store),
        places_of(store, links) if links else {},
    )  # fmt: skip


def by_parent(
    store: Store, table: str, parent: str, where: Mapping[str, Any] | None
) -> dict[str, list[Row]]:
    """The rows of a child table by their parents' uuids, in the order of their keys."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(store.read(table, _fields(table), where)):
        found[row[parent]].append(row)
    return dict(found)


def kept_places(store: Store, links: Sequence[tuple[str, str]]) -> Places:
    """Where assets lie, by the territory shares that the register keeps of them."""
    uuids = sorted({uuid for _, uuid in links})
    return places(store.read("asset_share", ["asset_uuid", "ags", "length_m"],
                             {"asset_uuid": uuids}))  # fmt: skip


def places(shares: Mapping[str, Sequence[Any]]) -> Places:
    """The same from rows of `asset_share`; less than half a centimetre is nothing."""
    found: Places = defaultdict(dict)
    columns = (shares[name] for name in ("asset_uuid", "ags", "length_m"))
    for uuid, ags, metres in zip(*columns, strict=True):
        length = None if metres is None else to_cent(Decimal(metres))
        if length is None or length:
            found[uuid][ags] = length
    return dict(found)


def _fields(table: str) -> list[str]:
    return [name for name in REGISTER[table].field_names if name not in _SIGNATURE]


def _figures(store: Store) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    rows = rows_of(store.read("municipality_figure", _fields("municipality_figure")))
    for row in sorted(rows, key=lambda row: row["valid_on"]):
        found[row["ags"], row["kind"]].append(row)
    return dict(found)
