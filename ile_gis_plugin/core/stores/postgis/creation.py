"""Makes an empty register: the schema with its tables, triggers and views, and the code lists."""

from __future__ import annotations

from typing import Any

from ...definition import CRS, REGISTER, SCHEMA_VERSION
from ...errors import RegisterError
from ..clock import now
from ..geopackage.ddl import PRODUCT
from .ddl import comments, create_indexes, create_table
from .functions import functions
from .sql import Names, name
from .triggers import all_triggers
from .views import create_views

#: Views with the reader's own rights came with version 15.
OLDEST_SERVER = 150000


def create_schema(
    cursor: Any, location: str, schema: str, title: str, overwrite: bool
) -> Names:  # fmt: skip
    """Inside the caller's transaction.

    Raises `RegisterError` where the schema is in use and is not to be overwritten, or holds
    anything else than a register, and where the server is too old or has no PostGIS.
    """
    if cursor.connection.server_version < OLDEST_SERVER:
        raise RegisterError("postgis.server_too_old", location=location,
                            version=cursor.connection.server_version // 10000)  # fmt: skip
    _make_room(cursor, location, schema, overwrite)
    names = Names(schema, gis_schema(cursor, location))
    cursor.execute(";\n".join(_statements(names)))
    _fill(cursor, names, title)
    return names


def _make_room(cursor: Any, location: str, schema: str, overwrite: bool) -> None:
    if is_register(cursor, schema):
        if not overwrite:
            raise RegisterError("errors.register_exists", location=location)
        cursor.execute(" ".join(("DROP SCHEMA", name(schema), "CASCADE")))
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = n.oid) OR "
        "EXISTS (SELECT 1 FROM pg_proc WHERE pronamespace = n.oid) "
        "FROM pg_namespace AS n WHERE nspname = %s", (schema,)
    )  # fmt: skip
    there = cursor.fetchone()
    if there is None:
        cursor.execute(" ".join(("CREATE SCHEMA", name(schema))))
    elif there[0]:
        raise RegisterError("postgis.schema_taken", location=location, schema=schema)


def is_register(cursor: Any, schema: str) -> bool:
    """Whether the schema is a register of this product."""
    table = Names(schema, "").of("register_info")
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(" ".join(("SELECT value FROM", table, "WHERE key = 'product'")))
    return cursor.fetchone() == (PRODUCT,)


def gis_schema(cursor: Any, location: str) -> str:
    """The schema that PostGIS is in. An administrator may put it where he likes."""
    cursor.execute(
        "SELECT nspname FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace "
        "WHERE extname = 'postgis'"
    )
    found = cursor.fetchone()
    if found is None:
        raise RegisterError("postgis.no_postgis", location=location)
    return found[0]


def _statements(names: Names) -> list[str]:
    """Everything that makes an empty register, in order."""
    found = []
    for table in REGISTER:
        found += [create_table(table, names), *create_indexes(table, names)]
        found += comments(table, names)
    found += functions(REGISTER, names)
    # Nobody gets a right by being there.
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        found.append(" ".join(("REVOKE ALL ON ALL", kind, "IN SCHEMA", name(names.schema),
                               "FROM PUBLIC")))  # fmt: skip
    found.append(" ".join(("REVOKE ALL ON SCHEMA", name(names.schema), "FROM PUBLIC")))
    return [*found, *create_views(REGISTER, names), *all_triggers(REGISTER, names)]


def _fill(cursor: Any, names: Names, title: str) -> None:
    cursor.executemany(
        " ".join(("INSERT INTO", names.of("register_info"), "(key, value) VALUES (%s, %s)")),
        (
            ("product", PRODUCT),
            ("schema_version", str(SCHEMA_VERSION)),
            ("title", title),
            ("crs", str(CRS)),
            ("created_at", now()),
        ),
    )
    cursor.executemany(
        " ".join(("INSERT INTO", names.of("code"), "(list, code, label_de, label_en, parents,",
                  "position) VALUES (%s, %s, %s, %s, %s, %s)")),
        [
            (code_list.name, c.code, c.label.de, c.label.en, " ".join(c.parents) or None, n)
            for code_list in REGISTER.code_lists
            for n, c in enumerate(code_list.codes, 1)
        ],
    )  # fmt: skip
