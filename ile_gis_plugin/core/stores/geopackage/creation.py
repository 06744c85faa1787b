"""Makes an empty register file: the DDL, the standard's own entries, and the code lists."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pyproj

from ...definition import CRS, REGISTER, SCHEMA_VERSION
from ...definition.types import Field, Kind, Table
from ..clock import now
from .ddl import APPLICATION_ID, PRODUCT, USER_VERSION, create_statements
from .views import linked_name, view_name

_UNDEFINED = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
)
# The standard's field descriptions are of one language; German is that of the offices.
_LANG = "de"
_RTREE = "http://www.geopackage.org/spec120/#extension_rtree"
_SCHEMA = "http://www.geopackage.org/spec120/#extension_schema"


def create_file(path: Path, title: str) -> None:
    """Write the register beside its place and move it there when it is whole."""
    part = path.with_name("".join((".", path.name, ".part")))
    part.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(part, isolation_level=None)
        try:
            _fill(connection, title)
        finally:
            connection.close()
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, title: str) -> None:
    connection.execute(" ".join(("PRAGMA application_id =", str(APPLICATION_ID))))
    connection.execute(" ".join(("PRAGMA user_version =", str(USER_VERSION))))
    connection.execute("BEGIN")
    for statement in create_statements(REGISTER):
        connection.execute(statement)
    _fill_metadata(connection)
    _fill_codes(connection)
    connection.executemany(
        "INSERT INTO register_info (key, value) VALUES (?, ?)",
        (
            ("product", PRODUCT),
            ("schema_version", str(SCHEMA_VERSION)),
            ("title", title),
            ("crs", str(CRS)),
            ("created_at", now()),
        ),
    )
    connection.execute("COMMIT")


def _fill_metadata(connection: sqlite3.Connection) -> None:
    geodetic, crs = pyproj.CRS.from_epsg(4326), pyproj.CRS.from_epsg(CRS)
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        (
            *_UNDEFINED,
            ("WGS 84 geodetic", 4326, "EPSG", 4326, geodetic.to_wkt("WKT1_GDAL"), None),
            (crs.name, CRS, "EPSG", CRS, crs.to_wkt("WKT1_GDAL"), None),
        ),
    )
    for table in REGISTER:
        spatial = table.geometry is not None
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "VALUES (?, ?, ?, ?, ?)",
            (table.name, "features" if spatial else "attributes", table.name,
             table.plural[_LANG], CRS if spatial else None),
        )  # fmt: skip
        if spatial:
            connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
                (table.name, table.geometry.value, CRS),
            )
            connection.execute(
                "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, "
                "'write-only')",
                (table.name, _RTREE),
            )
        for field in table.fields:
            _describe(connection, table, field)
        if table.derived:
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
                "VALUES (?, 'attributes', ?, ?)",
                (view_name(table), view_name(table),
                 ", ".join(d.label[_LANG] for d in table.derived)),
            )  # fmt: skip
        if table.kind is Kind.ASSET:
            _enter_linked_view(connection, table)
    connection.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        (("gpkg_data_columns", _SCHEMA), ("gpkg_data_column_constraints", _SCHEMA)),
    )
    for code_list in REGISTER.code_lists:
        connection.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES (?, 'enum', ?, NULL, NULL, NULL, "
            "NULL, ?)",
            [(code_list.name, c.code, c.label[_LANG]) for c in code_list.codes],
        )


def _enter_linked_view(connection: sqlite3.Connection, table: Table) -> None:
    view, described = linked_name(table), REGISTER["project_asset"].plural[_LANG]
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, 'features', ?, ?, ?)",
        (view, view, ": ".join((described, table.plural[_LANG])), CRS),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (view, table.geometry.value, CRS),
    )


def _describe(connection: sqlite3.Connection, table: Table, field: Field) -> None:
    """The schema extension: any client shows the field's label, its help and its codes."""
    label = field.label[_LANG]
    title = " ".join((label, "".join(("[", field.unit, "]")))) if field.unit else label
    connection.execute(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
        (table.name, field.name, label, title, field.help[_LANG] if field.help else None,
         field.domain.name if field.domain else None),
    )  # fmt: skip


def _fill_codes(connection: sqlite3.Connection) -> None:
    connection.executemany(
        "INSERT INTO code (list, code, label_de, label_en, parents, position) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (code_list.name, c.code, c.label.de, c.label.en, " ".join(c.parents) or None, n)
            for code_list in REGISTER.code_lists
            for n, c in enumerate(code_list.codes, 1)
        ],
    )
