"""Triggers that sign and log each change, whatever client makes it.

SQLite knows no user. Who made a change is, in this order: the name that a job put into
`change_context`; `changed_by` where the same write sets it; nobody. A write is signed where it
sets `changed_at` or `changed_by` (QGIS forms always send the first). A QGIS commit of geometry
and attributes is two UPDATEs, the geometry first and unsigned: the signed one that follows within
seconds gives its name to that half, too.
"""

from __future__ import annotations

from ...definition.types import Kind, Register, Table

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
#: Rows of `change_context`: what the running job says; who signed this write; "filling now".
JOB, SIGNED, FILLING = 1, 2, 3
UUID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + abs(random() % 4), 1) || "
    "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)


def _context(column: str, row: int) -> str:
    return " ".join(("(SELECT", column, "FROM change_context WHERE fid =", str(row), ")"))


def _is(row: int) -> str:
    return " ".join(("EXISTS (SELECT 1 FROM change_context WHERE fid =", str(row), ")"))


def _clear(row: int) -> str:
    return " ".join(("DELETE FROM change_context WHERE fid =", str(row), ";"))


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


def _trigger(table: Table, suffix: str, event: str, when: str, *body: str) -> str:
    quoted = "".join(('"', table.name, '"'))
    return " ".join(("CREATE TRIGGER", "_".join((table.name, suffix)), event, "ON", quoted,
                     "FOR EACH ROW", "WHEN " + when if when else "", "BEGIN", *body,
                     "END"))  # fmt: skip


def _signing(table: Table) -> list[str]:
    target = "".join(('"', table.name, '"'))
    has_geometry = table.geometry is not None
    who = " ".join(("coalesce(", _context("changed_by", JOB), ",",
                    _context("changed_by", SIGNED), ")"))  # fmt: skip
    changed = "NEW.geom IS NOT OLD.geom" if has_geometry else "0"
    geometry = "CASE WHEN NEW.geom IS NOT OLD.geom THEN OLD.geom END" if has_geometry else "NULL"
    first_half = " ".join((
        "UPDATE change_log SET changed_by =", _context("changed_by", SIGNED),
        "WHERE row_uuid = OLD.uuid AND table_name = '" + table.name + "'",
        "AND changed_by IS NULL AND action = 'update' AND geometry_changed",
        "AND changed_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-5 seconds')",
        "AND", _is(SIGNED), ";",
    )) if has_geometry else ""  # fmt: skip
    not_filling = "NOT " + _is(FILLING)
    inserted_by = " ".join(
        ("coalesce(", _context("changed_by", JOB), ", NEW.changed_by, NEW.created_by)")
    )
    incomplete = (
        "NEW.uuid IS NULL OR NEW.created_at IS NULL OR NEW.changed_at IS NULL "
        "OR NEW.version IS NOT 1 OR NEW.changed_by IS NULL"
    )
    return [
        _trigger(
            table, "inserted", "AFTER INSERT", "",
            " ".join(("INSERT INTO change_context (fid) SELECT", str(FILLING), "WHERE",
                      incomplete, ";")),
            " ".join((
                "UPDATE", target, "SET uuid = coalesce(NEW.uuid,", UUID, "),",
                "created_at = coalesce(NEW.created_at,", NOW, "),",
                "changed_at = coalesce(NEW.changed_at,", NOW, "),",
                "created_by = coalesce(NEW.created_by, NEW.changed_by,",
                _context("changed_by", JOB), "),",
                "changed_by =", inserted_by, ", version = 1",
                "WHERE fid = NEW.fid AND", _is(FILLING), ";",
            )),
            _clear(SIGNED), _clear(FILLING),
            _log(table, "insert", inserted_by,
                 " ".join(("coalesce(NEW.uuid, (SELECT uuid FROM", target,
                           "WHERE fid = NEW.fid))")), "NULL", "NULL", "0"),
        ),
        _trigger(
            table, "keeps_uuid", "BEFORE UPDATE OF uuid",
            "OLD.uuid IS NOT NULL AND NEW.uuid IS NOT OLD.uuid",
            "SELECT RAISE(ABORT, 'uuid: unveränderlich / never changes');",
        ),
        _trigger(
            table, "signed", "BEFORE UPDATE OF changed_at, changed_by",
            " ".join((not_filling, "AND NOT", _is(JOB))),
            " ".join(("INSERT OR REPLACE INTO change_context (fid, changed_by) VALUES (",
                      str(SIGNED), ", NEW.changed_by);")),
        ),
        # The sequence matters: log while the signature is known, then sign the row itself.
        _trigger(
            table, "updated", "AFTER UPDATE", not_filling,
            _log(table, "update", who, "OLD.uuid", _old_state(table), geometry, changed),
            first_half,
            " ".join(("INSERT INTO change_context (fid) VALUES (", str(FILLING), ");")),
            " ".join(("UPDATE", target, "SET changed_at =", NOW, ", changed_by =", who,
                      ", version = coalesce(OLD.version, 0) + 1 WHERE fid = NEW.fid;")),
            _clear(SIGNED), _clear(FILLING),
        ),
        _trigger(
            table, "deleted", "AFTER DELETE", "",
            _log(table, "delete", _context("changed_by", JOB), "OLD.uuid", _old_state(table),
                 "OLD.geom" if has_geometry else "NULL", "1" if has_geometry else "0"),
        ),
    ]  # fmt: skip


def _shares_go_with_the_asset(table: Table) -> list[str]:
    """Its `import_record` stays: what was deleted by hand must not come back with a delivery."""
    drop = "DELETE FROM asset_share WHERE asset_uuid = OLD.uuid;"
    return [_trigger(table, "shares", "AFTER DELETE", "", drop)]


def _linked_assets_exist(table: Table, register: Register) -> list[str]:
    """A foreign key can't point to four tables, so a trigger looks into them."""
    known = " UNION ALL ".join(
        " ".join(("SELECT 1 FROM", t.name, "WHERE NEW.asset_class = '" + t.name + "'",
                  "AND uuid = NEW.asset_uuid"))
        for t in register.assets
    )  # fmt: skip
    missing = " ".join(("NOT EXISTS (", known, ")"))
    refusal = "SELECT RAISE(ABORT, 'asset_uuid: kein solches Objekt / no such asset');"
    return [
        _trigger(table, "asset_exists_insert", "BEFORE INSERT", missing, refusal),
        _trigger(table, "asset_exists_update", "BEFORE UPDATE OF asset_class, asset_uuid",
                 missing, refusal),
    ]  # fmt: skip


def triggers(table: Table, register: Register) -> list[str]:
    """All triggers of a table besides those of its R-tree."""
    found = _signing(table) if table.logged else []
    if table.kind is Kind.ASSET:
        found += _shares_go_with_the_asset(table)
    if table.name == "project_asset":
        found += _linked_assets_exist(table, register)
    return found
