"""Values that follow from others: shown everywhere, stored nowhere, changed by nobody."""

from __future__ import annotations

from . import codes
from .types import Derived, Label, Type

LENGTH = Derived(
    "length_m", Type.REAL, Label("Länge", "Length"), unit="m",
    help=Label("Ellipsoidische Länge (GRS80): Summe der Gebietsanteile.",
               "Ellipsoidal length (GRS80): the sum of the territory shares."),
)  # fmt: skip
AFIR_CATEGORY = Derived(
    "afir_category", Type.TEXT, Label("AFIR-Kategorie", "AFIR category"),
    domain=codes.AFIR_CATEGORY,
    help=Label("Aus Stromart und Leistung.", "From power type and power."),
)  # fmt: skip

#: (direct current, limit in kW, whether the limit itself belongs to it, category): the first that
#: fits. Source: regulation (EU) 2023/1804 (AFIR), annex III, number 1.
AFIR_STEPS = (
    (False, 7.4, False, "slow_ac"),
    (False, 22.0, True, "medium_ac"),
    (False, None, True, "fast_ac"),
    (True, 50.0, False, "slow_dc"),
    (True, 150.0, False, "fast_dc"),
    (True, 350.0, False, "hpc1"),
    (True, None, True, "hpc2"),
)


def afir_category(power_type: str | None, power_kw: float | None) -> str | None:
    """The AFIR category of a connector; None where its power or kind of current is unknown."""
    if power_type is None or power_kw is None:
        return None
    for direct, limit, included, category in AFIR_STEPS:
        if direct == (power_type == "dc") and (
            limit is None or power_kw < limit or (included and power_kw == limit)
        ):
            return category
    return None


def afir_case() -> str:
    """The same as a CASE expression, which SQL and QGIS both read."""
    parts = ["CASE WHEN power_type IS NULL OR power_kw IS NULL THEN NULL"]
    for direct, limit, included, category in AFIR_STEPS:
        parts += ["WHEN power_type", "=" if direct else "<>", "'dc'"]
        if limit is not None:
            parts += ["AND power_kw", "<=" if included else "<", str(limit)]
        parts += ["THEN", f"'{category}'"]
    return " ".join((*parts, "END"))
