"""Views of the derived values, so that any client finds them beside their table.

The standard wants a type for each column, and SQLite gives one only to columns that it takes from a
table: so the values are looked up in tables and not computed in the SELECT list.
"""

from __future__ import annotations

from ...definition.derived import afir_case
from ...definition.types import Table

#: Of each derived value: the column, and the join that brings it.
_KNOWN = {
    "length_m": (
        "s.asset_length_m",
        " ".join(("LEFT JOIN asset_share s ON s.fid =",
                  "(SELECT min(fid) FROM asset_share WHERE asset_uuid = t.uuid)")),
    ),
    "afir_category": (
        "c.code",
        " ".join(("LEFT JOIN code c ON c.list = 'afir_category' AND c.code =", afir_case())),
    ),
}


def view_name(table: Table) -> str:
    return "_".join((table.name, "derived"))


def create_view(table: Table) -> str:
    """CREATE VIEW with the row's key, its uuid and each derived value."""
    known = [(*_KNOWN[d.name], d.name) for d in table.derived]
    columns = [" ".join((column, "AS", name)) for column, _, name in known]
    return " ".join(("CREATE VIEW", view_name(table), "AS SELECT",
                     ", ".join(("t.fid AS fid", "t.uuid AS uuid", *columns)),
                     "FROM", table.name, "t", *(join for _, join, _ in known)))  # fmt: skip
