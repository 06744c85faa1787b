"""What PostgreSQL says, as errors that name the thing and the next step.

Its messages are in the server's language and may quote data: only codes and names are read, but
for the words of this register's own triggers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...definition import REGISTER
from ...definition.types import Table
from ...errors import ConstraintError, RegisterError
from .connection import driver
from .ddl import key_name
from .functions import FROZEN_RULE

#: Source: PostgreSQL 15, appendix A. Two writers met: one of them tries again.
_LOCKED = ("55P03", "40001", "40P01")
_CHECK, _NOT_NULL, _UNIQUE, _FOREIGN = "23514", "23502", "23505", "23503"
_READ_ONLY, _NO_RIGHT, _NO_SCHEMA, _NO_TABLE = "25006", "42501", "3F000", "42P01"
#: PostGIS: a geometry of another type; text that is no geometry at all.
_GEOMETRY = ("22023", "XX000")


def _constraint(error: Any, writing: Table | None) -> ConstraintError:
    told = error.diag
    table = _table(told.table_name) or writing
    rule = "_".join(filter(None, (told.table_name, told.constraint_name)))
    if table is None:
        return ConstraintError("errors.row_refused", reason=told.message_primary or "")
    if error.pgcode == _NOT_NULL:
        field = told.column_name
        label = table[field].label if field in table else field
        return ConstraintError("errors.value_missing", table.name,
                               ".".join((table.name, field)), label=table.label, field=label)
    if error.pgcode == _UNIQUE:
        return _taken(table, told.constraint_name, rule)
    if error.pgcode == _FOREIGN:
        # The table that refers is named: is it the one that was to be written?
        if writing is None or writing.name == table.name:
            return ConstraintError("errors.reference_missing", table.name, rule)
        return ConstraintError("errors.row_used", writing.name, rule, label=writing.label)
    if error.pgcode == _CHECK:
        return _checked(table, told.constraint_name, rule, told.message_primary)
    if error.pgcode in _GEOMETRY and writing is not None and writing.geometry:
        return ConstraintError("errors.geometry_refused", writing.name,
                               "_".join((writing.name, "geom_geometry")),
                               label=writing.label, kind=writing.geometry.value)  # fmt: skip
    return ConstraintError("errors.row_refused", table.name, reason=told.message_primary or "")


def _table(name: str | None) -> Table | None:
    return REGISTER[name] if name and any(t.name == name for t in REGISTER) else None


def _taken(table: Table, constraint: str, rule: str) -> ConstraintError:
    keys = [(f.name,) for f in table.fields if f.unique] + list(table.unique)
    for key in keys:
        if key_name(table, *key, "key") == constraint:
            return ConstraintError("errors.value_taken", table.name, rule, label=table.label,
                                   field=table[key[-1]].label)  # fmt: skip
    return ConstraintError("errors.value_taken", table.name, rule, label=table.label, field="fid")


def _checked(table: Table, constraint: str, rule: str, words: str) -> ConstraintError:
    if constraint == FROZEN_RULE:
        return ConstraintError("errors.row_frozen", table.name, rule, label=table.label)
    for check in table.checks:
        if check.code == constraint:
            return ConstraintError("errors.row_check", table.name, rule, label=table.label,
                                   sentence=check.label)  # fmt: skip
    field = next((f for f in table.fields if constraint.rpartition("_")[0] == f.name), None)
    if field:
        return ConstraintError("errors.value_refused", table.name, rule, label=table.label,
                               field=field.label)  # fmt: skip
    return ConstraintError("errors.row_refused", table.name, rule, reason=words)


def _register_error(error: Any, location: str) -> RegisterError:
    reason = error.diag.message_primary or " ".join(str(error).split())
    if error.pgcode in _LOCKED:
        return RegisterError("errors.register_locked", location=location)
    if error.pgcode == _READ_ONLY:
        return RegisterError("errors.register_read_only", location=location)
    if error.pgcode == _NO_RIGHT:
        return RegisterError("postgis.not_allowed", location=location, reason=reason)
    if error.pgcode in (_NO_SCHEMA, _NO_TABLE):
        return RegisterError("errors.register_damaged", location=location)
    if (error.pgcode or "").startswith("53"):  # insufficient resources: a full disk, memory
        return RegisterError("postgis.no_room", location=location, reason=reason)
    if error.pgcode is None or error.pgcode.startswith(("08", "57")):
        return RegisterError("postgis.connection_lost", location=location, reason=reason)
    return RegisterError("postgis.failed", location=location, reason=reason)


@contextmanager
def explained(location: str, writing: Table | None = None) -> Iterator[None]:
    """Turn the driver's errors into the register's.

    Args:
        writing: the table that is being written; what else goes wrong is a row's fault then.
    """
    psycopg2 = driver()
    try:
        yield
    except psycopg2.Error as error:
        code = error.pgcode or ""
        if code.startswith(("22", "23")) or (writing is not None and code in _GEOMETRY):
            raise _constraint(error, writing) from error
        raise _register_error(error, location) from error
