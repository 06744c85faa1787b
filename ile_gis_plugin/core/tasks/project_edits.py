"""Which joint projects an edit concerns, beside those that were edited themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..definition import REGISTER
from ..stores.store import Store

#: Tables that projects depend on, and that nobody looks at after an edit for their own sake.
CONSULTED = ("municipality", "municipality_figure", "funding_programme")


def projects_concerned(
    store: Store, uuids: Mapping[str, Collection[str]], municipalities: Collection[str]
) -> set[str]:
    """The projects with these assets, whose participants have these figures, or of a programme.

    Args:
        uuids: edited rows by table.
        municipalities: AGS of figures that are there no longer, or were another municipality's.
    """
    ags = set(municipalities)
    for table in ("municipality", "municipality_figure"):
        ags |= set(_column(store, table, "ags", "uuid", uuids.get(table, ())))
    assets = [uuid for table in REGISTER.assets for uuid in uuids.get(table.name, ())]
    programmes = uuids.get("funding_programme", ())
    return {
        *_column(store, "project_asset", "project_uuid", "asset_uuid", assets),
        *_column(store, "participant", "project_uuid", "ags", ags),
        *_column(store, "project_funding", "project_uuid", "programme_uuid", programmes),
    }


def _column(store: Store, table: str, wanted: str, field: str, values: Collection[str]) -> list:
    return store.read(table, [wanted], {field: sorted(values)})[wanted] if values else []
