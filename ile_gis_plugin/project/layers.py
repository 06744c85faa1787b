"""The register's tables as QGIS layers."""

from __future__ import annotations

import re

from qgis.core import QgsMapLayer, QgsVectorLayer

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.errors import InputError, RegisterError
from ..core.messages import text
from .layer_ids import ASSET_LIST
from .layer_ids import layer_id as id_of
from .sources import source_of

#: Under these names a layer tells which table, and whose part of it, it shows.
TABLE_PROPERTY = "ile_gis/table"
MUNICIPALITY_PROPERTY = "ile_gis/ags"

_AGS = re.compile(r"[0-9]{8}")


def vector_layer(
    location: str, table: str, *, layer_id: str = "", name: str = "", subset: str = ""
) -> QgsVectorLayer:
    """A table of the register at `location`; `subset` is a condition in SQL.

    Raises `RegisterError` where the register has no such table or QGIS refuses the subset.
    """
    options = QgsVectorLayer.LayerOptions()
    # A register may carry styles of its own for other clients; ours are applied afterwards.
    options.loadDefaultStyle = False
    source, provider, told = source_of(location, table, subset)
    layer = QgsVectorLayer(source, name or table, provider, options)
    if not layer.isValid():
        raise RegisterError("project.layer_unreadable", location=location, table=table)
    if layer.subsetString() != told:
        raise RegisterError("project.subset_refused", table=table, subset=subset)
    if layer_id:
        layer.setId(layer_id)
    layer.setCustomProperty(TABLE_PROPERTY, table)
    return layer


def _check_ags(ags: str) -> None:
    if not _AGS.fullmatch(ags):
        raise InputError("project.ags_malformed", ags=ags)


def municipality_subset(table: str, ags: str) -> str:
    """The condition that leaves of a table what concerns one municipality.

    For assets: those that it keeps, and those of others that reach into it.
    Raises `InputError` where `ags` is no AGS, since it becomes part of the condition.
    """
    _check_ags(ags)
    own = f"\"ags\"='{ags}'"
    if REGISTER[table].kind is not Kind.ASSET:
        return own
    shares = ["SELECT", "asset_uuid", "FROM", "asset_share", "WHERE", f"ags='{ags}'"]
    return " ".join([own, "OR", '"uuid"', "IN", "(" + " ".join(shares) + ")"])


#: The municipalities that a finding or a proposal concerns, and what is still of interest.
_SIDES = {"finding": ("ags", "other_ags"), "border_proposal": ("left_ags", "right_ags")}
_CURRENT = {"finding": "\"state\" <> 'fixed'", "border_proposal": "\"state\" = 'open'"}


def current_subset(table: str, ags: str = "") -> str:
    """The condition that leaves of the findings or the proposals what is not yet settled.

    With `ags`: what concerns that municipality, on either side of its border.
    Raises `InputError` where `ags` is no AGS.
    """
    if not ags:
        return _CURRENT[table]
    _check_ags(ags)
    sides = " OR ".join(f"\"{side}\"='{ags}'" for side in _SIDES[table])
    return f"{_CURRENT[table]} AND ({sides})"


def asset_list(location: str, lang: str) -> QgsVectorLayer:
    """The assets of all classes with the words that name each, for forms to choose from."""
    words = "trim(coalesce(asset_no, '') || ' ' || coalesce(name, ''))"
    label = " ".join(("coalesce(nullif(", words, ", ''), uuid)"))
    each = (
        " ".join((
            "SELECT", f"fid * {len(REGISTER.assets)} + {number}", "AS fid,", f"'{table.name}'",
            "AS asset_class, uuid AS asset_uuid,", label, "AS label", "FROM", table.name,
        ))
        for number, table in enumerate(REGISTER.assets)
    )  # fmt: skip
    layer = vector_layer(
        location, REGISTER.assets[0].name, layer_id=id_of(ASSET_LIST),
        name=text("project.asset_list", lang), subset=" UNION ALL ".join(each),
    )  # fmt: skip
    layer.removeCustomProperty(TABLE_PROPERTY)
    layer.setReadOnly(True)
    layer.setFlags(layer.flags() | QgsMapLayer.LayerFlag.Private)
    return layer
