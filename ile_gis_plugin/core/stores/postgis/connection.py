"""Connections to the server, and what they take values for.

psycopg2, because every QGIS ships it; imported when a register on a server is opened, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import MissingPackage, RegisterError
from .location import Location

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

#: Seconds to wait for another writer before giving up.
PATIENCE = 5.0
_TIMEOUT_S = 10
_TIMESTAMPTZ, _BYTEA = 1184, 17
# pg_catalog alone: what a client's account has in its own search path changes nothing.
_SESSION = " ; ".join((
    "SET search_path = pg_catalog, pg_temp", "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'",
    "SET standard_conforming_strings = on", "SET extra_float_digits = 1",
    "SET client_encoding = 'UTF8'",
))  # fmt: skip


def driver() -> Any:
    """The module psycopg2.

    Raises `MissingPackage` where this interpreter has none.
    """
    try:
        import psycopg2
        import psycopg2.extensions
    except ImportError as error:
        raise MissingPackage("tasks.missing_packages", packages=["psycopg2"]) from error
    return psycopg2


def connect(location: str, read_only: bool = False) -> Connection:
    """A connection in which each statement is a transaction unless one is begun.

    Raises `RegisterError` where the server can't be reached or lets nobody in.
    """
    psycopg2 = driver()
    place = Location.of(location)
    try:
        connection = psycopg2.connect(place.dsn, connect_timeout=_TIMEOUT_S,
                                      fallback_application_name="ILE GIS")  # fmt: skip
    except psycopg2.ProgrammingError:
        # What libpq can't read it repeats, and a mistyped password may be part of it.
        raise RegisterError("postgis.not_a_location") from None
    except psycopg2.OperationalError as error:
        reason = " ".join(str(error).split())
        raise RegisterError("postgis.no_connection", location=location, reason=reason) from None
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(_SESSION)
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{PATIENCE:.3f}s",))
        if read_only:
            cursor.execute("SET default_transaction_read_only = on")
    _register_types(psycopg2, connection)
    return connection


def words_of(location: str) -> dict[str, str]:
    """The words of a location's connection string, as libpq reads them: host, dbname, user …

    Raises `RegisterError` for what is no location.
    """
    psycopg2 = driver()
    try:
        return psycopg2.extensions.parse_dsn(Location.of(location).dsn)
    except psycopg2.ProgrammingError:
        raise RegisterError("postgis.not_a_location") from None


def _register_types(psycopg2: Any, connection: Connection) -> None:
    extensions, binary = psycopg2.extensions, psycopg2.BINARY
    for oid, title, convert in (
        (_TIMESTAMPTZ, "UTC", lambda value, _: None if value is None else utc_text(value)),
        (_BYTEA, "BYTES", lambda value, cur: None if value is None else bytes(binary(value, cur))),
    ):
        extensions.register_type(extensions.new_type((oid,), title, convert), connection)


def utc_text(value: str) -> str:
    """PostgreSQL's `2026-01-31 10:00:00.5+00` as `2026-01-31T10:00:00.500Z`."""
    fraction = value[20:].partition("+")[0] if value[19:20] == "." else ""
    return "".join((value[:10], "T", value[11:19], ".", fraction.ljust(3, "0"), "Z"))
