"""Views that any client reads: derived values beside their table, and assets with their projects.

They show to each role what it may see of the tables: a plain view would show what its owner may.
"""

from __future__ import annotations

from ...definition.derived import afir_case
from ...definition.types import Kind, Register, Table
from ..geopackage.views import LINK_COLUMNS, linked_name, view_name
from .sql import Names, name

_VIEW = "WITH (security_invoker = true) AS SELECT"


def _derived(value: str, names: Names) -> str:
    """Of each derived value: the expression that tells it of the row `t`."""
    return {
        "length_m": " ".join(("(SELECT max(s.asset_length_m) FROM", names.of("asset_share"),
                              "s WHERE s.asset_uuid = t.uuid)")),
        "afir_category": afir_case(),
    }[value]  # fmt: skip


def create_view(table: Table, names: Names) -> str:
    """CREATE VIEW with the row's key, its uuid and each derived value."""
    columns = [" ".join((_derived(d.name, names), "AS", d.name)) for d in table.derived]
    return " ".join(("CREATE VIEW", names.of(view_name(table)), _VIEW,
                     ", ".join(("t.fid", "t.uuid", *columns)), "FROM", names.of(table.name),
                     "t"))  # fmt: skip


def create_linked_view(table: Table, names: Names) -> str:
    """CREATE VIEW with each asset of a joint project, once for each project that links it."""
    own = [".".join(("t", name(n))) for n in ("geom", *table.field_names)]
    told = [" ".join((source, "AS", column)) for column, source in LINK_COLUMNS.items()]
    return " ".join((
        "CREATE VIEW", names.of(linked_name(table)), _VIEW, ", ".join(("l.fid", *own, *told)),
        "FROM", names.of("project_asset"), "l JOIN", names.of("joint_project"),
        "p ON p.uuid = l.project_uuid JOIN", names.of(table.name), "t ON t.uuid = l.asset_uuid",
        "AND l.asset_class =", "".join(("'", table.name, "'")),
    ))  # fmt: skip


def create_views(register: Register, names: Names) -> list[str]:
    found = [create_view(table, names) for table in register if table.derived]
    return found + [create_linked_view(table, names) for table in register.of_kind(Kind.ASSET)]
