"""Views that any client reads: derived values beside their table, and assets with their projects.

The standard wants a type for each column, and SQLite gives one only to columns that it takes from a
table: so the values are looked up in tables and not computed in the SELECT list.
"""

from __future__ import annotations

from ...definition.derived import afir_case
from ...definition.types import Kind, Register, Table

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


#: What a view of linked assets tells of the project, and where from.
LINK_COLUMNS = {
    "project_uuid": "p.uuid", "project_number": "p.number", "project_title": "p.title",
    "phase": "p.phase", "role": "l.role",
}  # fmt: skip


def linked_name(table: Table) -> str:
    return "_".join(("linked", table.name))


def create_linked_view(table: Table) -> str:
    """CREATE VIEW with each asset of a joint project, once for each project that links it."""
    own = [" ".join(("".join(('t."', n, '"')), "AS", n)) for n in ("geom", *table.field_names)]
    told = [" ".join((source, "AS", name)) for name, source in LINK_COLUMNS.items()]
    return " ".join(("CREATE VIEW", linked_name(table), "AS SELECT",
                     ", ".join(("l.fid AS fid", *own, *told)),
                     "FROM project_asset l JOIN joint_project p ON p.uuid = l.project_uuid JOIN",
                     table.name, "t ON t.uuid = l.asset_uuid AND",
                     "".join(("l.asset_class = '", table.name, "'"))))  # fmt: skip


def create_views(register: Register) -> list[str]:
    found = [create_view(table) for table in register if table.derived]
    return found + [create_linked_view(table) for table in register.of_kind(Kind.ASSET)]
