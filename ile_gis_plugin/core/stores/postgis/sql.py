"""Words of SQL for PostgreSQL. Names come from the definition and from a checked schema name."""

from __future__ import annotations

from dataclasses import dataclass

from ...definition import CRS


def name(identifier: str) -> str:
    """A quoted SQL name."""
    return "".join(('"', identifier.replace('"', '""'), '"'))


def text(value: str) -> str:
    """A quoted SQL text; the connection has `standard_conforming_strings` on."""
    return "".join(("'", value.replace("'", "''"), "'"))


def literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return text(value) if isinstance(value, str) else repr(value)


@dataclass(frozen=True)
class Names:
    """Names with their schema: nothing of the register is ever found through a search path."""

    schema: str
    gis: str  # the schema that PostGIS is in

    def of(self, identifier: str) -> str:
        """A table, view, index or function of the register."""
        return ".".join((name(self.schema), name(identifier)))

    def st(self, function: str) -> str:
        """A function or type of PostGIS."""
        return ".".join((name(self.gis), function))

    def wkb(self, geometry: str) -> str:
        """A geometry as little-endian WKB."""
        return "".join((self.st("ST_AsBinary"), "(", geometry, ", 'NDR')"))

    def in_box(self) -> str:
        """The condition that bounds meet a box; parameters: min x, min y, max x, max y."""
        return " ".join((
            "geom", "".join(("OPERATOR(", name(self.gis), ".&&)")),
            "".join((self.st("ST_MakeEnvelope"), "(%s, %s, %s, %s,")), str(CRS), ")",
        ))  # fmt: skip
