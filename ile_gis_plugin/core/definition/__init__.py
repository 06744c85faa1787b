"""THE register. Stores, forms, rules, code lists and the reference pages derive from `REGISTER`."""

from __future__ import annotations

from . import assets, finances, projects, system
from .codes import CODE_LISTS
from .types import Label, Register, Tab

#: Raise with every change of a table, and add a migration (see docs/decisions).
SCHEMA_VERSION = 1
#: ETRS89 / UTM zone 32N, the official CRS in Bavaria.
CRS = 25832

REGISTER = Register(
    SCHEMA_VERSION,
    CRS,
    (
        system.MUNICIPALITY,
        assets.PATH,
        assets.UTILITY_LINE,
        assets.STREETLIGHT,
        assets.CHARGING_POINT,
        assets.CONNECTOR,
        finances.MUNICIPALITY_FIGURE,
        finances.FUNDING_PROGRAMME,
        projects.JOINT_PROJECT,
        projects.PARTICIPANT,
        finances.COST_ITEM,
        finances.PROJECT_FUNDING,
        finances.KEY_PART,
        finances.INSTALMENT,
        projects.PROJECT_ASSET,
        projects.PROJECT_PHASE,
        projects.RESOLUTION,
        finances.COST_SPLIT,
        finances.COST_SPLIT_SHARE,
        finances.COST_SHARE,
        system.ASSET_SHARE,
        system.FINDING,
        system.BORDER_PROPOSAL,
        system.BORDER_LINK,
        system.IMPORT_RECORD,
        system.CHANGE_LOG,
        system.CHANGE_CONTEXT,
        system.CODE,
        system.REGISTER_INFO,
    ),
    CODE_LISTS,
    (
        Tab("general", Label("Allgemein", "General")),
        Tab("class", Label("Fachdaten", "Details")),
        Tab("finance", Label("Finanzen", "Finance")),
        Tab("responsibility", Label("Zuständigkeit", "Responsibility")),
        Tab("condition", Label("Zustand", "Condition")),
        Tab("origin", Label("Herkunft", "Origin")),
    ),
)

__all__ = ["CRS", "REGISTER", "SCHEMA_VERSION"]
