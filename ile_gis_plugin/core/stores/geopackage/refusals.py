"""What SQLite says, as errors that name the thing and the next step."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ...definition import REGISTER
from ...definition.types import Label
from ...errors import ConstraintError, RegisterError
from ..words import FROZEN, NOTHING_THERE, STILL_USED

_OPERATIONAL = (
    ("locked", "errors.register_locked"),
    ("busy", "errors.register_locked"),
    ("readonly", "errors.register_read_only"),
    ("unable to open", "errors.register_read_only"),
    ("full", "errors.disk_full"),
    ("disk I/O", "errors.disk_full"),
    ("malformed", "errors.register_damaged"),
    ("not a database", "errors.not_a_geopackage"),
)


def _named(table: str, field: str) -> tuple[Label | str, Label | str]:
    try:
        definition = REGISTER[table]
        return definition.label, definition[field].label
    except KeyError:
        return table, field


def _constraint(text: str) -> ConstraintError:
    kind, _, rule = text.partition(" constraint failed: ")
    if kind == "CHECK":
        table = next(
            (t for t in sorted(REGISTER, key=lambda t: -len(t.name))
             if rule.startswith(t.name + "_")), None,
        )  # fmt: skip
        if table:
            rest = rule.removeprefix(table.name + "_")
            for check in table.checks:
                if check.code == rest:
                    return ConstraintError("errors.row_check", table.name, rule,
                                           label=table.label, sentence=check.label)  # fmt: skip
            if rest == "geom_geometry":
                return ConstraintError("errors.geometry_refused", table.name, rule,
                                       label=table.label, kind=table.geometry.value)  # fmt: skip
            field = next((f for f in table.fields if rest.rpartition("_")[0] == f.name), None)
            if field:
                return ConstraintError("errors.value_refused", table.name, rule,
                                       label=table.label, field=field.label)  # fmt: skip
    if kind in ("UNIQUE", "NOT NULL"):
        table_name, _, field_name = rule.split(",")[0].strip().partition(".")
        if "," in rule:
            field_name = rule.split(",")[-1].strip().partition(".")[2]
        label, field_label = _named(table_name, field_name)
        key = "errors.value_taken" if kind == "UNIQUE" else "errors.value_missing"
        return ConstraintError(key, table_name, rule, label=label, field=field_label)
    if text.startswith("FOREIGN KEY") or text.endswith(NOTHING_THERE):
        return ConstraintError("errors.reference_missing")
    for words, key in ((STILL_USED, "errors.row_used"), (FROZEN, "errors.row_frozen")):
        if text.endswith(words):
            table_name = text.partition(":")[0]
            return ConstraintError(key, table_name, label=REGISTER[table_name].label)
    return ConstraintError("errors.row_refused", reason=re.sub(r"\s+", " ", text))


@contextmanager
def explained(location: str) -> Iterator[None]:
    """Turn SQLite's errors into the register's."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise _constraint(str(error)) from error
    except sqlite3.DatabaseError as error:
        text = str(error)
        for words, key in _OPERATIONAL:
            if words in text:
                raise RegisterError(key, location=location) from error
        raise RegisterError("errors.register_failed", location=location, reason=text) from error
    except UnicodeDecodeError as error:
        raise RegisterError("errors.register_damaged", location=location) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise RegisterError("errors.disk_full", location=location) from error
        raise RegisterError(
            "errors.file_failed", location=location, reason=error.strerror or str(error)
        ) from error
