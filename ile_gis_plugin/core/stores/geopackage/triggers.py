"""Triggers that sign and log each change, whatever client makes it.

SQLite knows no user. Who made a change is, in this order: the name that a job put into
`change_context`; `changed_by` where the same write sets it; nobody. A write is signed where it
sets `changed_at` or `changed_by` (QGIS forms always send the first). A QGIS commit of geometry
and attributes is two UPDATEs, the geometry first and unsigned: the signed one that follows within
seconds gives its name to that half, too.

REPLACE deletes rows without a word to any trigger, so the log would miss them: it is refused.
"""

from __future__ import annotations

from ...definition.types import Kind, Register, Table
from ..words import FROZEN, KEEPS_UUID, NO_SUCH_ASSET
from .references import reference_triggers, trigger

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
#: Rows of `change_context`: what the running job says; who signed this write; "filling now"; the
#: inserted or updated row stands in the way of another one. All but the first belong to one
#: statement: SQLite's 'now' is the same throughout it, and a row of another moment counts nothing.
JOB, SIGNED, FILLING, INSERT_TAKES, UPDATE_TAKES = 1, 2, 3, 4, 5
UUID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + abs(random() % 4), 1) || "
    "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)
_NO_REPLACE = (
    "SELECT RAISE(ABORT, 'REPLACE umgeht das Protokoll; bitte UPDATE oder ON CONFLICT DO UPDATE / "
    "REPLACE evades the change log; use UPDATE or ON CONFLICT DO UPDATE');"
)


def _context(column: str, row: int) -> str:
    return " ".join(("(SELECT", column, "FROM change_context WHERE fid =", str(row), ")"))


def _is(row: int) -> str:
    return " ".join(("EXISTS (SELECT 1 FROM change_context WHERE fid =", str(row),
                     "AND reason =", NOW, ")"))  # fmt: skip


def _clear(row: int) -> str:
    return " ".join(("DELETE FROM change_context WHERE fid =", str(row), ";"))


def _put(row: int, *condition: str) -> str:
    """Set a row of the context. No OR REPLACE: OR IGNORE of the client's statement overrules it."""
    return " ".join((_clear(row), "INSERT INTO change_context (fid, reason) SELECT", str(row), ",",
                     NOW, *condition, ";"))  # fmt: skip


_SIGNED_BY = " ".join((
    "(SELECT changed_by FROM change_context WHERE fid =", str(SIGNED),
    "AND batch = OLD.uuid AND reason =", NOW, ")",
))  # fmt: skip


def _log(table: Table, action: str, author: str, uuid: str, state: str, geometry: str,
         changed: str) -> str:  # fmt: skip
    return " ".join((
        "INSERT INTO change_log (changed_at, changed_by, batch, reason, table_name, row_uuid,",
        "action, old_state, old_geometry, geometry_changed) VALUES (", NOW, ",", author, ",",
        _context("batch", JOB), ",", _context("reason", JOB), ", '" + table.name + "',", uuid,
        ", '" + action + "',", state, ",", geometry, ",", changed, ");",
    ))  # fmt: skip


def _old_state(table: Table) -> str:
    pairs = ", ".join(f"'{f.name}', OLD.\"{f.name}\"" for f in table.fields)
    return " ".join(("json_object(", pairs, ")"))


def _inserted(table: Table) -> list[str]:
    """Completes a new row, where anything is missing, and logs it.

    Two triggers, one of which fires: complete rows, as jobs write them, cost the log entry only.
    """
    target = "".join(('"', table.name, '"'))
    job = _context("changed_by", JOB)
    filled = {
        "uuid": " ".join(("coalesce(NEW.uuid,", UUID, ")")),
        "created_at": " ".join(("coalesce(NEW.created_at,", NOW, ")")),
        "changed_at": " ".join(("coalesce(NEW.changed_at,", NOW, ")")),
        "created_by": " ".join(("coalesce(NEW.created_by, NEW.changed_by,", job, ")")),
        "changed_by": " ".join(("coalesce(", job, ", NEW.changed_by, NEW.created_by)")),
        "version": "1",
    }
    complete = " AND ".join(
        " ".join(("NEW." + column, "IS", value))
        for column, value in filled.items() if column in ("created_by", "changed_by", "version")
    )  # fmt: skip
    missing = " ".join((
        "NEW.uuid IS NULL OR NEW.created_at IS NULL OR NEW.changed_at IS NULL OR NOT (", complete,
        ")",
    ))  # fmt: skip
    assignments = ", ".join(" = ".join(pair) for pair in filled.items())
    uuid = " ".join(("coalesce(NEW.uuid, (SELECT uuid FROM", target, "WHERE fid = NEW.fid))"))
    log = _log(table, "insert", filled["changed_by"], uuid, "NULL", "NULL", "0")
    return [
        trigger(
            table, "inserted", "AFTER INSERT", missing,
            _put(FILLING),
            " ".join(("UPDATE", target, "SET", assignments, "WHERE fid = NEW.fid;")),
            _clear(FILLING), log,
        ),
        trigger(table, "inserted_whole", "AFTER INSERT", " ".join(("NOT (", missing, ")")), log),
    ]  # fmt: skip


def _updated(table: Table) -> list[str]:
    target = "".join(('"', table.name, '"'))
    has_geometry = table.geometry is not None
    who = " ".join(("coalesce(", _context("changed_by", JOB), ",", _SIGNED_BY, ")"))
    changed = "NEW.geom IS NOT OLD.geom" if has_geometry else "0"
    geometry = "CASE WHEN NEW.geom IS NOT OLD.geom THEN OLD.geom END" if has_geometry else "NULL"
    first_half = " ".join((
        "UPDATE change_log SET changed_by =", _SIGNED_BY,
        "WHERE row_uuid = OLD.uuid AND table_name = '" + table.name + "'",
        "AND changed_by IS NULL AND action = 'update' AND geometry_changed",
        "AND changed_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-5 seconds')",
        "AND", _SIGNED_BY, "IS NOT NULL ;",
    )) if has_geometry else ""  # fmt: skip
    not_filling = "NOT " + _is(FILLING)
    return [
        trigger(
            table, "signed", "BEFORE UPDATE OF changed_at, changed_by", not_filling,
            _clear(SIGNED),
            " ".join(("INSERT INTO change_context (fid, changed_by, batch, reason) VALUES (",
                      str(SIGNED), ", NEW.changed_by, OLD.uuid,", NOW, ");")),
        ),
        # The sequence matters: log while the signature is known, then sign the row itself.
        trigger(
            table, "updated", "AFTER UPDATE", not_filling,
            _log(table, "update", who, "OLD.uuid", _old_state(table), geometry, changed),
            first_half,
            _put(FILLING),
            " ".join(("UPDATE", target, "SET changed_at =", NOW, ", changed_by =", who,
                      ", version = coalesce(OLD.version, 0) + 1 WHERE fid = NEW.fid;")),
            _clear(SIGNED), _clear(FILLING),
        ),
    ]  # fmt: skip


def _signing(table: Table) -> list[str]:
    has_geometry = table.geometry is not None
    return [
        *_inserted(table),
        trigger(
            table, "keeps_uuid", "BEFORE UPDATE OF uuid",
            "OLD.uuid IS NOT NULL AND NEW.uuid IS NOT OLD.uuid",
            "".join(("SELECT RAISE(ABORT, '", KEEPS_UUID, "');")),
        ),
        *_updated(table),
        trigger(
            table, "deleted", "AFTER DELETE", "",
            _log(table, "delete", _context("changed_by", JOB), "OLD.uuid", _old_state(table),
                 "OLD.geom" if has_geometry else "NULL", "1" if has_geometry else "0"),
        ),
    ]  # fmt: skip


def _no_replacing(table: Table) -> list[str]:
    """A row that gets in although another stood in its way has replaced that one."""
    keys = [("fid",), *((f.name,) for f in table.fields if f.unique), *table.unique]

    def taken(wanted: list[tuple[str, ...]], *but: str) -> str:
        return " OR ".join(
            " ".join(("EXISTS (SELECT 1 FROM", "".join(('"', table.name, '"')), "WHERE",
                      " AND ".join(f'"{c}" = NEW."{c}"' for c in key), *but, ")"))
            for key in wanted
        )  # fmt: skip

    # The uuid of a row never changes.
    changing = [key for key in keys if key != ("uuid",)]
    columns = ", ".join(dict.fromkeys(f'"{c}"' for key in changing for c in key))
    found = []
    for event, row, condition in (
        ("INSERT", INSERT_TAKES, taken(keys)),
        ("UPDATE", UPDATE_TAKES, taken(changing, "AND fid IS NOT OLD.fid")),
    ):
        # The same columns before and after: else a statement that was ignored within the same
        # millisecond would have the next one refused, which asks for other columns.
        what = event if event == "INSERT" else " ".join(("UPDATE OF", columns))
        found += [
            trigger(table, "_".join(("sees_conflict", event.lower())), " ".join(("BEFORE", what)),
                    " OR ".join((condition, _is(row))), _put(row, "WHERE", condition)),
            trigger(table, "_".join(("keeps_rows", event.lower())), " ".join(("AFTER", what)),
                    _is(row), _NO_REPLACE),
        ]  # fmt: skip
    return found


def _shares_go_with_the_asset(table: Table) -> list[str]:
    """Its `import_record` stays: what was deleted by hand must not come back with a delivery."""
    drop = "DELETE FROM asset_share WHERE asset_uuid = OLD.uuid;"
    return [trigger(table, "shares", "AFTER DELETE", "", drop)]


def _linked_assets_exist(table: Table, register: Register) -> list[str]:
    """A foreign key can't point to four tables, so a trigger looks into them."""
    known = " UNION ALL ".join(
        " ".join(("SELECT 1 FROM", t.name, "WHERE NEW.asset_class = '" + t.name + "'",
                  "AND uuid = NEW.asset_uuid"))
        for t in register.assets
    )  # fmt: skip
    missing = " ".join(("NOT EXISTS (", known, ")"))
    refusal = "".join(("SELECT RAISE(ABORT, '", NO_SUCH_ASSET, "');"))
    return [
        trigger(table, "asset_exists_insert", "BEFORE INSERT", missing, refusal),
        trigger(table, "asset_exists_update", "BEFORE UPDATE OF asset_class, asset_uuid",
                missing, refusal),
    ]  # fmt: skip


def _keeps_all(table: Table) -> list[str]:
    refusal = " ".join(("SELECT RAISE(ABORT, '" + table.name + ":", FROZEN + "');"))
    return [
        trigger(table, "frozen_update", "BEFORE UPDATE", "NOT " + _is(FILLING), refusal),
        trigger(table, "frozen_delete", "BEFORE DELETE", "", refusal),
    ]


def triggers(table: Table, register: Register) -> list[str]:
    """All triggers of a table besides those of its R-tree."""
    found = [*_signing(table), *_no_replacing(table)] if table.logged else []
    found += reference_triggers(table, register)
    if table.frozen:
        found += _keeps_all(table)
    if table.kind is Kind.ASSET:
        found += _shares_go_with_the_asset(table)
    if table.name == "project_asset":
        found += _linked_assets_exist(table, register)
    return found
