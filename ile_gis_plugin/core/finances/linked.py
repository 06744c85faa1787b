"""The assets of joint projects, with what of them may be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ..definition import REGISTER
from ..definition.types import Profile, Table
from ..projects.model import LinkedAsset
from ..stores.store import Store
from .rows import Places, ProjectRows, Row, rows_of

_SHOWN = (Profile.PUBLIC, Profile.COUNCIL)


def shown_fields(table: Table) -> list[str]:
    """A whitelist: the fields that a council may see, and `visibility`, which says who else."""
    return [f.name for f in table.fields if f.profile in _SHOWN or f.name == "visibility"]


def linked_assets(store: Store, rows: ProjectRows) -> dict[str, tuple[LinkedAsset, ...]]:
    """The assets of each project, by its uuid, in the order of classes, municipalities, numbers.

    What is no longer in the register is left out.
    """
    assets = _assets(store, rows)
    return {
        project["uuid"]: tuple(sorted(
            (_linked(link, assets[link["asset_uuid"]], rows.places)
             for link in rows.of("project_asset", project) if link["asset_uuid"] in assets),
            key=lambda asset: (asset.asset_class, asset.home_ags, asset.asset_no, asset.uuid)))
        for project in rows.projects
    }  # fmt: skip


def _assets(store: Store, rows: ProjectRows) -> dict[str, Row]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for links in rows.children["project_asset"].values():
        for link in links:
            wanted[link["asset_class"]].add(link["asset_uuid"])
    found: dict[str, Row] = {}
    for table in (t for t in REGISTER.assets if t.name in wanted):
        columns = ["uuid", *shown_fields(table)]
        read = store.read(table.name, columns, {"uuid": sorted(wanted[table.name])})
        found |= {row.pop("uuid"): row for row in rows_of(read)}
    return found


def _linked(link: Row, fields: Row, places: Places) -> LinkedAsset:
    uuid = link["asset_uuid"]
    where: Mapping = {a: m for a, m in places.get(uuid, {}).items() if a is not None}
    return LinkedAsset(
        uuid, link["asset_class"], link["role"], fields["asset_no"] or "", fields["name"] or "",
        fields["ags"], {a: m for a, m in sorted(where.items()) if m is not None},
        tuple(sorted(where)), fields,
    )  # fmt: skip
