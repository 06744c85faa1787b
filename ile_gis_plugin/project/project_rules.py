"""What joint projects demand beyond the register's own constraints, as QGIS expressions.

A cost split would refuse it later; the form says it while people type.
"""

from __future__ import annotations

from .costs import eligible_cost, project_key
from .expressions import row_of

_PROGRAMME = row_of("funding_programme", "uuid", '"programme_uuid"')
_LINES = "('path', 'utility_line')"


def _up_to(column: str, limit: str) -> str:
    return f'"{column}" IS NULL OR coalesce("{column}" <= {limit}, true)'


def _up_to_programme(column: str, *of_programme: str) -> str:
    limits = ", ".join(f"coalesce(attribute({_PROGRAMME}, '{name}'), 0)" for name in of_programme)
    limit = limits if len(of_programme) == 1 else f"max({limits})"
    return _up_to(column, f"nullif({limit}, 0)")


_ELIGIBLE = (
    f"CASE WHEN attribute({_PROGRAMME}, 'vat_mode') = 'net' THEN {eligible_cost('net')} "
    f"ELSE {eligible_cost('gross')} END"
)
#: By table and field: the sentences and what must hold.
RULES: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("project_funding", "rate"): (
        ("rate_over_programme", _up_to_programme("rate", "rate", "rate_weak")),
    ),
    ("project_funding", "cap"): (("cap_over_programme", _up_to_programme("cap", "cap")),),
    ("project_funding", "granted_amount"): (
        ("grant_over_eligible", _up_to("granted_amount", f"nullif({_ELIGIBLE}, 0)")),
    ),
    ("funding_programme", "maximum_cost"): (
        ("minimum_over_maximum", 'coalesce("minimum_cost" <= "maximum_cost", true)'),
    ),
    ("cost_item", "measured_class"): (
        ("points_have_no_length",
         f"coalesce(\"measured_by\" <> 'length' OR \"measured_class\" IN {_LINES}, true)"),
    ),
    ("key_part", "share_key"): (
        ("no_mix_of_mixes", "coalesce(\"share_key\" <> 'mixed', true)"),
    ),
    ("participant", "fixed_percent"): (
        ("percent_missing",
         f"coalesce({project_key()} <> 'fixed_percent', true) OR \"fixed_percent\" IS NOT NULL"),
    ),
}  # fmt: skip
