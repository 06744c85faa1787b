"""The register's own fields and labels, as the generator needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent))

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.definition.types import Type


def fields(asset_class: str) -> list[str]:
    """The fields of a class that a delivery may fill."""
    return [f.name for f in REGISTER[asset_class].fields if not f.system]


def label(asset_class: str, name: str, value: Any) -> str | None:
    """The German label of a code; None where the field has no code list or the value is none."""
    domain = REGISTER[asset_class][name].domain
    return domain.label_of(value, "de") if domain and value in domain else None


def is_money(table: str, name: str) -> bool:
    """Whether a field holds an amount of money."""
    return REGISTER[table][name].type is Type.MONEY
