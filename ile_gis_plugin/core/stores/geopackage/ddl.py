"""The register's definition as GeoPackage SQL.

GeoPackage 1.3: QGIS 3.40 on GDAL 3.6 warns about 1.4. SQL is joined from tokens; every name in it
comes from the definition, never from outside.
"""

from __future__ import annotations

from ...definition.types import Check, Field, Geometry, Kind, Register, Table, Type
from .patterns import glob_condition
from .triggers import triggers
from .views import create_views

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300
#: By this entry a register is told from other GeoPackages.
PRODUCT = "ILE GIS"

# DECIMAL and VARCHAR are no GeoPackage types: money is REAL, rounded to the cent by a CHECK.
_TYPES = {
    Type.TEXT: "TEXT",
    Type.INTEGER: "INTEGER",
    Type.REAL: "REAL",
    Type.MONEY: "REAL",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.DATETIME: "DATETIME",
    Type.JSON: "TEXT",
    Type.BLOB: "BLOB",
}
_WKB_CODES = {
    Geometry.POINT: bytes((0, 0, 0, 1)),
    Geometry.LINE: bytes((0, 0, 0, 2)),
    Geometry.AREA: bytes((0, 0, 0, 6)),
}
#: Besides foreign keys, rows are looked up by these.
_LOOKED_UP = (
    "asset_uuid", "row_uuid", "other_uuid", "left_uuid", "right_uuid", "table_name", "evse_id",
    "light_no", "bnetza_id",
)  # fmt: skip
_NUMBERS = (Type.INTEGER, Type.REAL, Type.MONEY)

METADATA = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
       organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
       definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
       identifier TEXT UNIQUE, description TEXT DEFAULT '',
       last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
       min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
       CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
       geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
       m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
       CONSTRAINT uk_gc_table_name UNIQUE (table_name),
       CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
       CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT,
       extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
       CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
    """CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
       name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
       CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
       CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
       constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
       max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
       CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
)


def name(identifier: str) -> str:
    """A quoted SQL name."""
    return "".join(('"', identifier.replace('"', '""'), '"'))


def text(value: str) -> str:
    """A quoted SQL text."""
    return "".join(("'", value.replace("'", "''"), "'"))


def literal(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return text(value) if isinstance(value, str) else repr(value)


def conditions(table: Table, field: Field) -> list[tuple[str, str]]:
    """What the register demands of a field, as (kind, SQL condition); NULL where it is empty.

    A CHECK lets NULL pass. Comparisons, where a function such as typeof() would do: each is
    computed for every row that is written or validated. SQLite sorts numbers before texts and
    texts before BLOBs, whatever they are, and a column's affinity turns numbers into texts.
    """
    column = name(field.name)
    found: list[tuple[str, str]] = []
    if field.domain:
        codes = ", ".join(text(c.code) for c in field.domain.codes)
        found.append(("domain", " ".join((column, "IN (", codes, ")"))))
        controlling = table.controlling(field)
        if controlling:
            allowed = (
                " ".join((
                    "(", name(controlling.name), "=", text(p.code), "AND", column, "IN (",
                    ", ".join(text(c.code) for c in field.domain.codes if p.code in c.parents),
                    "))",
                ))
                for p in controlling.domain.codes
                if any(p.code in c.parents for c in field.domain.codes)
            )  # fmt: skip
            found.append(("dependence", " ".join((column, "IS NULL OR", " OR ".join(allowed)))))
    if field.type is Type.BOOLEAN:
        found.append(("boolean", " ".join((column, "IN (0, 1)"))))
    if field.type is Type.TEXT and not field.domain:
        # A BLOB among them can't be logged, so its row could never be changed again.
        found.append(("text", " ".join((column, "< X''"))))
    if field.type is Type.DATETIME:
        found.append(("text", " ".join((column, ">= '' AND", column, "< X''"))))
    if field.type in _NUMBERS:
        limits = [column, ">=", literal(field.minimum) if field.minimum is not None else "-9e999",
                  "AND", column, "<=",
                  literal(field.maximum) if field.maximum is not None else "9e999"]  # fmt: skip
        if field.type is Type.INTEGER:
            limits += ["AND", column, "= CAST(", column, "AS INTEGER)"]
        found.append(("range", " ".join(limits)))
    if field.type is Type.MONEY:
        found.append(("cent", " ".join((column, "= round(", column, ", 2)", "AND abs(", column,
                                        ") < 1e13"))))  # fmt: skip
    if field.type is Type.DATE:
        # Python knows no year 0.
        found.append(("date", " ".join((column, "IS NULL OR (", column, "IS date(", column,
                                        ") AND", column, "> '0001-')"))))  # fmt: skip
    if field.type is Type.JSON:
        # Of NULL, older versions say that it is not valid.
        found.append(("json", " ".join((column, "IS NULL OR json_valid(", column, ")"))))
    if field.pattern:
        found.append(("pattern", glob_condition(column, field.pattern)))
    if field.name == "uuid":
        found.append(("shape", "uuid GLOB '????????-????-????-????-????????????'"))
    return found


def check_condition(rule: Check) -> str:
    """What a rule between two fields of a row demands."""
    return " ".join((name(rule.left), rule.operator, name(rule.right)))


def _column(table: Table, field: Field) -> str:
    parts = [name(field.name), _TYPES[field.type]]
    if field.required:
        parts.append("NOT NULL")
    if field.unique:
        parts.append("UNIQUE")
    if field.default is not None:
        parts += ["DEFAULT", literal(field.default)]
    if field.references:
        parts += ["REFERENCES", name(field.references.table), "(",
                  name(field.references.column), ")"]  # fmt: skip
        if field.references.cascade:
            parts.append("ON DELETE CASCADE")
    for kind, condition in conditions(table, field):
        rule = "_".join((table.name, field.name, kind))
        parts += ["CONSTRAINT", name(rule), "CHECK (", condition, ")"]
    return " ".join(parts)


def _geometry_check(table: Table) -> str:
    """A GeoPackage geometry of the table's own type, without heights.

    GDAL writes any other with a mere warning, and every job would fail on it later. The header
    tells by its flags where the WKB begins: behind 8 bytes, or behind an envelope of 32 more.
    Source: OGC 12-128r18, clause 2.1.3.
    """
    code = _WKB_CODES[table.geometry]
    little, big = code[::-1].hex(), code.hex()
    heads = "".join(("X'01", little, "', X'00", big, "'"))
    cases = " OR ".join(
        " ".join(("(substr(geom, 4, 1) IN (", flags, ") AND substr(geom,", str(first),
                  ", 5) IN (", heads, "))"))
        for flags, first in (("X'00', X'01', X'10', X'11'", 9), ("X'02', X'03', X'12', X'13'", 41))
    )  # fmt: skip
    rule = "_".join((table.name, "geom_geometry"))
    return " ".join(("CONSTRAINT", name(rule), "CHECK (geom IS NULL OR (typeof(geom) = 'blob' AND",
                     "substr(geom, 1, 2) = X'4750' AND (", cases, ")))"))  # fmt: skip


def create_table(table: Table) -> str:
    """CREATE TABLE with every constraint that any client has to keep.

    `uuid` may be null for the moment of an insert: a trigger fills it for clients that send none.
    """
    # AUTOINCREMENT: a key that was used is never used again.
    columns = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    if table.geometry:
        columns.append(" ".join(("geom", table.geometry.value, _geometry_check(table))))
    columns += [_column(table, f) for f in table.fields]
    # A derived table is written whole: its indexes are made anew then, which those inside the
    # table can't be.
    for unique in () if table.kind is Kind.DERIVED else table.unique:
        columns.append(" ".join(("UNIQUE (", ", ".join(name(c) for c in unique), ")")))
    for rule in table.checks:
        columns.append(
            " ".join(("CONSTRAINT", name("_".join((table.name, rule.code))), "CHECK (",
                      check_condition(rule), ")"))
        )  # fmt: skip
    return " ".join(("CREATE TABLE", name(table.name), "(", ", ".join(columns), ")"))


def create_indexes(table: Table) -> list[str]:
    """An index for each foreign key and each column that subsets and look-ups select by."""
    wanted = [f.name for f in table.fields if f.references and not f.unique]
    wanted += [c for c in _LOOKED_UP if c in table and not table[c].unique]
    firsts = {u[0] for u in table.unique}
    unique = table.unique if table.kind is Kind.DERIVED else ()
    return [
        " ".join(("CREATE UNIQUE INDEX", name("_".join(("idx", table.name, *u))), "ON",
                  name(table.name), "(", ", ".join(name(c) for c in u), ")"))
        for u in unique
    ] + [
        " ".join(("CREATE INDEX", name("_".join(("idx", table.name, c))), "ON", name(table.name),
                  "(", name(c), ")"))
        for c in dict.fromkeys(wanted) if c not in firsts
    ]  # fmt: skip


def _rtree(table: Table) -> list[str]:
    """The R-tree index and its triggers. Source: OGC 12-128r17 (1.3), annex F.3."""
    index = "_".join(("rtree", table.name, "geom"))
    full = "NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)"
    none = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
    box = "NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
    put = " ".join(("INSERT OR REPLACE INTO", name(index), "VALUES (", box, ");"))

    def drop(*which: str) -> str:
        return " ".join(("DELETE FROM", name(index), "WHERE id", *which, ";"))

    def trigger(suffix: str, event: str, when: str, *body: str) -> str:
        return " ".join(("CREATE TRIGGER", name("_".join((index, suffix))), "AFTER", event, "ON",
                         name(table.name), "WHEN" if when else "", when, "BEGIN", *body,
                         "END"))  # fmt: skip

    return [
        " ".join(("CREATE VIRTUAL TABLE", name(index), "USING rtree(id, minx, maxx, miny, maxy)")),
        trigger("insert", "INSERT", full, put),
        trigger("update1", "UPDATE OF geom", "OLD.fid = NEW.fid AND " + full, put),
        trigger("update2", "UPDATE OF geom", "OLD.fid = NEW.fid AND " + none, drop("= OLD.fid")),
        trigger("update3", "UPDATE", "OLD.fid != NEW.fid AND " + full, drop("= OLD.fid"), put),
        trigger("update4", "UPDATE", "OLD.fid != NEW.fid AND " + none,
                drop("IN (OLD.fid, NEW.fid)")),
        trigger("delete", "DELETE", "OLD.geom NOT NULL", drop("= OLD.fid")),
    ]  # fmt: skip


def create_statements(register: Register) -> list[str]:
    """Everything that makes an empty register, in order."""
    found = list(METADATA)
    for table in register:
        found.append(create_table(table))
        found += create_indexes(table)
        if table.geometry:
            found += _rtree(table)
    found += create_views(register)
    for table in register:
        found += triggers(table, register)
    return found


