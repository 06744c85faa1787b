"""The functions behind the triggers. All names in them carry their schema, and each has a search
path of its own: what a client sets changes nothing.

Who made a change is, in this order: the name that a job gave for its transaction; `changed_by`
where the same write sets it or `changed_at` (QGIS forms always send the latter); the account.
"""

from __future__ import annotations

from ...definition.types import Register, Table, Type
from ..words import FROZEN, KEEPS_UUID, NO_SUCH_ASSET
from .sql import Names, name, text

#: What a job tells the triggers, by `set_config` within its transaction.
BY, BATCH, REASON = "ile_gis.changed_by", "ile_gis.batch", "ile_gis.reason"
#: Names by which `refusals` knows what a trigger refused.
FROZEN_RULE, UUID_RULE, ASSET_RULE, TRUNCATE_RULE = "frozen", "keeps_uuid", "asset", "truncate"
_TRUNCATE = (
    "TRUNCATE umgeht das Protokoll; bitte DELETE / TRUNCATE evades the change log; use DELETE"
)
_ACCOUNT = "coalesce(nullif(current_setting('role', true), 'none'), session_user)"
#: Of the moment, not of the transaction's begin: whoever waited for a row comes later in the log.
_MOMENT = "date_trunc('milliseconds', clock_timestamp())"


def _setting(key: str) -> str:
    return "".join(("nullif(current_setting('", key, "', true), '')"))


def _function(names: Names, function: str, body: str, returns: str = "trigger",
              definer: bool = False) -> str:  # fmt: skip
    """CREATE FUNCTION; `definer` lets it write where the client may not."""
    return " ".join((
        "CREATE FUNCTION", names.of(function), "".join(("() RETURNS ", returns)),
        "LANGUAGE plpgsql", "SECURITY DEFINER" if definer else "",
        "SET search_path = pg_catalog, pg_temp AS $ile$", body, "$ile$",
    ))  # fmt: skip


def _refuse(words: str, rule: str) -> str:
    """RAISE, so that any client shows the words and this product knows the rule."""
    return " ".join((
        "RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE =", words, ", TABLE =",
        "TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, CONSTRAINT =", text(rule), ";",
    ))  # fmt: skip


def _sign(names: Names) -> str:
    """Completes a new row, counts the version of a changed one, and writes its author into it."""
    return _function(names, "sign", " ".join((
        "DECLARE job text :=", _setting(BY), "; account text :=", _ACCOUNT, "; signed boolean;",
        "BEGIN IF TG_OP = 'INSERT' THEN",
        "NEW.uuid := coalesce(NEW.uuid, gen_random_uuid()::text);",
        "NEW.created_at := coalesce(NEW.created_at,", _MOMENT, ");",
        "NEW.changed_at := coalesce(NEW.changed_at,", _MOMENT, ");",
        "NEW.created_by := coalesce(NEW.created_by, NEW.changed_by, job, account);",
        "NEW.changed_by := coalesce(job, NEW.changed_by, NEW.created_by);",
        "NEW.version := 1; ELSE",
        "IF NEW.uuid IS DISTINCT FROM OLD.uuid THEN", _refuse(text(KEEPS_UUID), UUID_RULE),
        "END IF;",
        "signed := NEW.version < 0;",
        "NEW.changed_at :=", _MOMENT, ";",
        "NEW.changed_by := coalesce(job, CASE WHEN signed THEN NEW.changed_by END, account);",
        "NEW.version := OLD.version + 1;",
        "END IF; RETURN NEW; END",
    )))  # fmt: skip


def _mark_signed(names: Names) -> str:
    """Runs where a write sets a signature, even to what it was; `sign` takes the mark away."""
    return _function(names, "mark_signed",
                     "BEGIN NEW.version := -abs(coalesce(NEW.version, 1)); RETURN NEW; END")


def _announce(names: Names) -> str:
    """Tells other sessions, by a shared lock, above which number this transaction's entries lie.

    Numbers are given when a row is written, and others may commit later ones before: see
    `change_bound`. The number is read before any entry takes one.
    """
    setting = text("_".join(("ile_gis.announced", names.schema)))
    return _function(names, "announce", " ".join((
        "DECLARE number bigint; BEGIN IF current_setting(", setting, ", true) IS DISTINCT FROM",
        "pg_current_xact_id()::text THEN",
        "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO number FROM",
        names.of("change_log_fid_seq"), ";",
        "PERFORM pg_advisory_xact_lock_shared(", _log_oid(names), "::int, number::int);",
        "PERFORM set_config(", setting, ", pg_current_xact_id()::text, true);",
        "END IF; RETURN NULL; END",
    )), definer=True)  # fmt: skip


def _change_bound(names: Names) -> str:
    """The number up to which no transaction that is still open can add an entry.

    First the number, then the locks: who takes a lock later starts above that number.
    """
    return _function(names, "change_bound", " ".join((
        "DECLARE given bigint; open bigint; BEGIN",
        "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO given FROM",
        names.of("change_log_fid_seq"), ";",
        "SELECT min(objid::bigint) INTO open FROM pg_locks WHERE locktype = 'advisory'",
        "AND classid =", _log_oid(names), "AND objsubid = 2 AND mode = 'ShareLock'",
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        "AND pid IS DISTINCT FROM pg_backend_pid();",
        "RETURN least(given, open); END",
    )), returns="bigint", definer=True)  # fmt: skip


def _log_oid(names: Names) -> str:
    return "".join((text(names.of("change_log")), "::regclass::oid"))


def state_of(table: Table, row: str) -> str:
    """All fields of a row as JSON, as a GeoPackage's change log has them: one history reads both.

    No json_object: it takes a hundred arguments at most.
    """
    pairs = (" ".join((_as_json("".join((row, ".", name(f.name))), f.type), "AS", name(f.name)))
             for f in table.fields)  # fmt: skip
    return " ".join(("(SELECT to_json(state) FROM (SELECT", ", ".join(pairs), ") AS state)"))


def _as_json(column: str, kind: Type) -> str:
    if kind is Type.BOOLEAN:
        return "".join((column, "::int"))
    if kind is Type.DATETIME:
        return utc_text(column)
    return "".join((column, "::text")) if kind is Type.JSON else column


def utc_text(column: str) -> str:
    """A moment as the register writes it: ISO 8601 in UTC with milliseconds and Z."""
    shape = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'"
    return "".join(("to_char(", column, " AT TIME ZONE 'UTC', ", shape, ")"))


def _log(table: Table, names: Names) -> str:
    """Writes the log entry of a change, with the old state of the row."""
    who = " ".join(("CASE WHEN TG_OP = 'DELETE' THEN coalesce(", _setting(BY), ",", _ACCOUNT,
                    ") ELSE NEW.changed_by END"))  # fmt: skip
    place = ()
    if table.geometry:
        place = (
            "IF TG_OP = 'DELETE' THEN place :=", names.wkb("OLD.geom"), "; moved := true;",
            "ELSE place :=", names.wkb("OLD.geom"), ";",
            "moved := place IS DISTINCT FROM", names.wkb("NEW.geom"), ";",
            "IF NOT moved THEN place := NULL; END IF; END IF;",
        )  # fmt: skip
    return _function(names, log_function(table), " ".join((
        "DECLARE before json; place bytea; moved boolean := false; BEGIN",
        "IF TG_OP <> 'INSERT' THEN before :=", state_of(table, "OLD"), ";", *place, "END IF;",
        "INSERT INTO", names.of("change_log"), "(changed_at, changed_by, batch, reason,",
        "table_name, row_uuid, action, old_state, old_geometry, geometry_changed) VALUES (",
        _MOMENT, ",", who, ",", _setting(BATCH), ",", _setting(REASON), ", TG_TABLE_NAME,",
        "CASE WHEN TG_OP = 'INSERT' THEN NEW.uuid ELSE OLD.uuid END, lower(TG_OP), before,",
        "place, moved); RETURN NULL; END",
    )), definer=True)  # fmt: skip


def log_function(table: Table) -> str:
    return "_".join(("log", table.name))


def _linked_asset_exists(register: Register, names: Names) -> str:
    """A foreign key can't point to four tables, so a trigger looks into them."""
    known = " UNION ALL ".join(
        " ".join(("SELECT 1 FROM", names.of(t.name), "WHERE NEW.asset_class =", text(t.name),
                  "AND uuid = NEW.asset_uuid"))
        for t in register.assets
    )  # fmt: skip
    return _function(names, "linked_asset_exists", " ".join((
        "BEGIN IF NOT EXISTS (", known, ") THEN", _refuse(text(NO_SUCH_ASSET), ASSET_RULE),
        "END IF; RETURN NEW; END",
    )), definer=True)  # fmt: skip


def functions(register: Register, names: Names) -> list[str]:
    """CREATE FUNCTION for all that the register's triggers call."""
    frozen = " ".join(("TG_TABLE_NAME ||", text(": " + FROZEN)))
    found = [
        _sign(names), _mark_signed(names), _announce(names), _change_bound(names),
        _linked_asset_exists(register, names),
        _function(names, "keep_all", " ".join(("BEGIN", _refuse(frozen, FROZEN_RULE), "END"))),
        _function(names, "keep_log", " ".join(
            ("BEGIN", _refuse(text(_TRUNCATE), TRUNCATE_RULE), "END"))),
        # Its import_record stays: what was deleted by hand must not come back with a delivery.
        _function(names, "drop_shares", " ".join(
            ("BEGIN DELETE FROM", names.of("asset_share"), "WHERE asset_uuid = OLD.uuid;",
             "RETURN NULL; END")), definer=True),
    ]  # fmt: skip
    return found + [_log(table, names) for table in register if table.logged]
