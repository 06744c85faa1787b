"""Where a register on a server is: libpq's connection string, and the schema.

`postgresql://user@host/database?schema=name`, or words as in `service=ile schema=name`. Both may
hold whatever libpq knows, but no password: it would stand in process lists, projects and messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from ...errors import RegisterError

DEFAULT_SCHEMA = "ile_gis"
_SCHEMES = ("postgresql://", "postgres://")
#: Words by one of which a connection string of libpq begins.
_WORDS = re.compile(
    r"\s*(service|host|hostaddr|port|dbname|user|sslmode|passfile|schema|password)\s*="
)
_PAIR = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SECRET = ("password", "sslpassword")


@dataclass(frozen=True)
class Location:
    """A connection string for libpq, and the schema that is the register."""

    dsn: str
    schema: str

    @classmethod
    def of(cls, text: str) -> Location:
        """Raises `RegisterError` for a password and for what is no connection string."""
        words = _of_url(text) if text.startswith(_SCHEMES) else _of_words(text)
        if not _SCHEMA.fullmatch(words.schema) or words.schema.startswith("pg_"):
            raise RegisterError("postgis.schema_name", schema=words.schema)
        return words


def is_location(text: str) -> bool:
    """Whether a location names a server and not a file."""
    return text.startswith(_SCHEMES) or (
        _WORDS.match(text) is not None and not text.lower().endswith(".gpkg")
    )


def _of_url(text: str) -> Location:
    try:
        parts = urlsplit(text)
        words = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:  # its words may hold the password
        raise RegisterError("postgis.not_a_location") from None
    if parts.password or any(key in _SECRET for key, _ in words):
        raise RegisterError("postgis.password_in_location")
    others = [(key, value) for key, value in words if key != "schema"]
    # libpq reads no "+" as a blank.
    query = urlencode(others).replace("+", "%20")
    return Location(urlunsplit(parts._replace(query=query)),
                    dict(words).get("schema") or DEFAULT_SCHEMA)  # fmt: skip


def _of_words(text: str) -> Location:
    kept: list[str] = []
    schema, at = DEFAULT_SCHEMA, 0
    while text[at:].strip():
        found = _PAIR.match(text, at)
        if found is None:
            raise RegisterError("postgis.not_a_location")
        key, value = found.groups()
        if key in _SECRET:
            raise RegisterError("postgis.password_in_location")
        if key == "schema":
            schema = value.strip("'")
        else:
            kept.append("=".join((key, value)))
        at = found.end()
    return Location(" ".join(kept), schema)


def shown_name(text: str) -> str:
    """A short name for the register at a location: its database, where its schema is the usual."""
    place = Location.of(text)
    if place.schema != DEFAULT_SCHEMA:
        return place.schema
    if text.startswith(_SCHEMES):
        return unquote(urlsplit(text).path.strip("/")) or place.schema
    words = dict(pair.groups() for pair in _PAIR.finditer(text))
    return (words.get("dbname") or words.get("service") or place.schema).strip("'")
