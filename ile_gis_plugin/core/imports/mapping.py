"""The mapping file: which columns of a source become which fields of the register.

A mapping is TOML, meant to be written by hand; every error names the file, the key, and what may
stand there. A source that bears the register's own names needs none (`mapping_by_name`).
"""

from __future__ import annotations

import datetime
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..definition import REGISTER
from ..definition.types import Field, Table
from ..errors import InputError
from .delivery import nearest, normalised

SHIPPED = Path(__file__).parent / "mappings"
_SECTIONS = ("class", "delivery", "source", "home", "columns", "values", "constants", "connectors")
_SOURCE_KEYS = ("layer", "encoding", "delimiter", "decimal", "crs", "x", "y")
_RULE_KEYS = ("column", "columns", "separator", "factor", "optional")
#: `[[connectors]]` speaks of groups of columns, so its keys are short.
CONNECTOR_KEYS = {
    "type": "connector_type", "power": "power_kw", "evse_id": "evse_id", "format": "format",
    "power_type": "power_type",
}  # fmt: skip
#: Coordinate columns as sheets name them, with the CRS where the name says it.
X_NAMES = ("x", "e", "easting", "rechtswert", "ostwert", "east", "utm_x", "x_utm")
Y_NAMES = ("y", "n", "northing", "hochwert", "nordwert", "north", "utm_y", "y_utm")
LON_NAMES = ("lon", "long", "longitude", "längengrad", "laengengrad", "längengrad [dg]")
LAT_NAMES = ("lat", "latitude", "breitengrad", "breitengrad [dg]")


@dataclass(frozen=True)
class ColumnRule:
    """Where a field's value comes from.

    The first of `alternatives` that the source has is taken; `parts` are joined by `separator`
    instead. `optional`: a source without the column is fine.
    """

    alternatives: tuple[str, ...] = ()
    parts: tuple[ColumnRule, ...] = ()
    separator: str = " "
    factor: float | None = None
    optional: bool = False

    def names(self) -> Iterator[str]:
        yield from self.alternatives
        for part in self.parts:
            yield from part.names()


@dataclass(frozen=True)
class Home:
    """How the home municipality of a row is found; exactly one of them is set."""

    ags: str = ""
    column: ColumnRule | None = None
    position: bool = False


@dataclass(frozen=True)
class Mapping:
    """A read mapping; `path` is empty for one made from the register's own names."""

    path: str = ""
    table: str = ""
    delivery: str = ""
    source: dict[str, str] = field(default_factory=dict)
    x: ColumnRule | None = None
    y: ColumnRule | None = None
    home: Home | None = None
    columns: dict[str, ColumnRule] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    connectors: tuple[dict[str, ColumnRule], ...] = ()

    def column_names(self) -> list[str]:
        """Every column that the mapping speaks of; a table's header row is found by them."""
        rules = [*self.columns.values(), *(r for c in self.connectors for r in c.values())]
        rules += [rule for rule in (self.x, self.y) if rule]
        if self.home and self.home.column:
            rules.append(self.home.column)
        return list(dict.fromkeys(name for rule in rules for name in rule.names()))


def load_mapping(name: str | Path, table: str = "") -> Mapping:
    """Read a mapping file, or one that ships with the product by its name.

    Raises `InputError` naming the file, the key and the choices.
    """
    path = Path(name)
    if not path.exists():
        shipped = SHIPPED / f"{name}.toml"
        if path.name != str(name) or not shipped.exists():
            names = [p.stem for p in sorted(SHIPPED.glob("*.toml"))]
            raise InputError("imports.mapping_missing", path=name, shipped=names)
        path = shipped
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("imports.mapping_encoding", path=path, line=line) from None
    except tomllib.TOMLDecodeError as error:
        # The parser names the line in its sentence, except that of the end.
        named = re.search(r"\bline (\d+)", str(error))
        line = int(named[1]) if named else len(path.read_bytes().splitlines())
        raise InputError("imports.mapping_syntax", path=path, line=line,
                         reason=str(error)) from None  # fmt: skip
    except IsADirectoryError:
        raise InputError("imports.is_folder", path=path) from None
    except OSError as error:
        raise InputError("imports.file_not_readable", path=path, reason=str(error)) from None
    return parse_mapping(content, str(path), table)


def parse_mapping(content: dict[str, Any], path: str, table: str = "") -> Mapping:
    """A mapping from its parsed TOML. `table` is the class that the user asked for, if any."""
    known = _Checked(path)
    known.keys(content, _SECTIONS, "")
    name = known.table(content.get("class", ""), table)
    fields = _fields(name)
    source = known.section(content, "source")
    known.keys(source, _SOURCE_KEYS, "source.")
    known.signs(source)
    x, y = (known.rule(source[k], f"source.{k}") if k in source else None for k in ("x", "y"))
    if (x is None) != (y is None):
        raise InputError("imports.mapping_half_coordinates", path=path)
    columns = known.section(content, "columns")
    known.fields(columns, fields, "columns.")
    constants = known.section(content, "constants")
    known.fields(constants, fields, "constants.")
    twice = sorted(set(columns) & set(constants))
    if twice:
        raise InputError("imports.mapping_twice", path=path, fields=twice)
    connectors = known.connectors(content.get("connectors", []), name)
    values = known.values(content, name, bool(connectors))
    return Mapping(
        path, name, str(content.get("delivery", "")),
        {k: str(v) for k, v in source.items() if k not in ("x", "y")}, x, y,
        known.home(content.get("home")),
        {k: known.rule(v, f"columns.{k}") for k, v in columns.items()},
        values, constants, connectors,
    )  # fmt: skip


def _fields(table: str) -> dict[str, Field]:
    """The fields of a table that a delivery may fill."""
    reserved = {f.name for f in REGISTER[table].fields if f.system} | {"charging_point_uuid"}
    return {f.name: f for f in REGISTER[table].fields if f.name not in reserved}


def _is_factor(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value != 0


class _Checked:
    """Reads parts of a mapping; each complaint names the file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def keys(self, section: dict, allowed: Iterable[str], prefix: str) -> None:
        allowed = list(allowed)
        for key in section:
            if key not in allowed:
                raise InputError(
                    "imports.mapping_key", path=self.path, entry=f"{prefix}{key}",
                    choices=nearest(key, allowed) or allowed,
                )  # fmt: skip

    def section(self, content: dict, name: str) -> dict:
        section = content.get(name, {})
        if not isinstance(section, dict):
            raise InputError("imports.mapping_no_section", path=self.path, entry=name)
        return section

    def signs(self, source: dict) -> None:
        delimiter, decimal = source.get("delimiter", ";"), source.get("decimal", ",")
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
            raise InputError("imports.mapping_sign", path=self.path, entry="source.delimiter",
                             choices='";", ",", "\\t", "|"')  # fmt: skip
        if decimal not in (",", "."):
            raise InputError("imports.mapping_sign", path=self.path, entry="source.decimal",
                             choices='",", "."')  # fmt: skip

    def table(self, named: str, wanted: str) -> str:
        choices = [t.name for t in REGISTER.assets]
        if named and named not in choices:
            raise InputError("imports.mapping_class", path=self.path, name=named, choices=choices)
        if not named and not wanted:
            raise InputError("imports.class_unknown", path=self.path, choices=choices)
        if named and wanted and named != wanted:
            raise InputError(
                "imports.class_differs", path=self.path, named=named, wanted=wanted
            )  # fmt: skip
        return named or wanted

    def fields(self, section: dict, fields: dict[str, Field], prefix: str) -> None:
        for key in section:
            if key not in fields or key == "ags":
                raise InputError(
                    "imports.mapping_home_field" if key == "ags" else "imports.mapping_field",
                    path=self.path, entry=f"{prefix}{key}",
                    choices=nearest(key, fields) or sorted(fields),
                )  # fmt: skip

    def rule(self, value: Any, key: str) -> ColumnRule:
        """A column rule from "name", ["first that exists", …] or a table."""
        if isinstance(value, str) and value:
            return ColumnRule((value,))
        if isinstance(value, list) and value and all(isinstance(v, str) and v for v in value):
            return ColumnRule(tuple(value))
        if not isinstance(value, dict) or ("column" in value) == ("columns" in value):
            raise InputError("imports.mapping_rule", path=self.path, entry=key)
        self.keys(value, _RULE_KEYS, f"{key}.")
        factor, optional = value.get("factor"), bool(value.get("optional", False))
        if factor is not None and not _is_factor(factor):
            raise InputError("imports.mapping_factor", path=self.path, entry=key)
        if "column" in value:
            plain = self.rule(value["column"], f"{key}.column")
            return ColumnRule(plain.alternatives, factor=factor, optional=optional)
        if not isinstance(value["columns"], list) or not value["columns"] or factor is not None:
            raise InputError("imports.mapping_rule", path=self.path, entry=key)
        parts = tuple(self.rule(v, f"{key}.columns") for v in value["columns"])
        return ColumnRule((), parts, str(value.get("separator", " ")), None, optional)

    def home(self, section: Any) -> Home | None:
        if section is None:
            return None
        ways = ("ags", "column", "position")
        if not isinstance(section, dict) or len(section) != 1 or not set(section) <= set(ways):
            raise InputError("imports.mapping_home", path=self.path)
        if "ags" in section:
            return Home(ags=str(section["ags"]))
        if "column" in section:
            return Home(column=self.rule(section["column"], "home.column"))
        if section["position"] is not True:
            raise InputError("imports.mapping_home", path=self.path)
        return Home(position=True)

    def connectors(self, blocks: Any, table: str) -> tuple[dict[str, ColumnRule], ...]:
        if blocks and table != "charging_point":
            raise InputError("imports.mapping_connectors", path=self.path)
        found = []
        for number, block in enumerate(blocks, 1):
            prefix = f"connectors[{number}]."
            self.keys(block, CONNECTOR_KEYS, prefix)
            if "type" not in block:
                raise InputError("imports.mapping_connector_type", path=self.path, number=number)
            found.append(
                {CONNECTOR_KEYS[k]: self.rule(v, f"{prefix}{k}") for k, v in block.items()}
            )
        return tuple(found)

    def values(self, content: dict, table: str, with_connectors: bool) -> dict[str, dict]:
        """The value maps; what they point to is checked where the field's values are."""
        fields = _fields(table)
        if with_connectors:
            fields = {**_fields("connector"), **fields}
        section = self.section(content, "values")
        self.fields(section, fields, "values.")
        found = {}
        for name, pairs in section.items():
            if not isinstance(pairs, dict):
                raise InputError(
                    "imports.mapping_no_section", path=self.path, entry=f"values.{name}"
                )
            domain = fields[name].domain
            for source, target in pairs.items():
                if domain and target != "" and target not in domain:
                    raise InputError(
                        "imports.mapping_code", path=self.path, entry=f"values.{name}",
                        source=source, value=target, choices=[c.code for c in domain.codes],
                    )  # fmt: skip
            found[name] = {
                str(k).strip(): v.isoformat() if isinstance(v, datetime.date) else v
                for k, v in pairs.items()
            }
        return found


def register_names(table: Table) -> dict[str, str]:
    """The field for each name or label that a source may give to it."""
    found = {normalised("Gemeinde"): "ags"}
    for name, fld in _fields(table.name).items():
        for known in (fld.label.de, fld.label.en, name):
            found[normalised(known)] = name
    return found


def table_names(table: Table) -> list[str]:
    """The names by which the header row of a sheet without a mapping is found."""
    return [*register_names(table), *X_NAMES, *Y_NAMES, *LON_NAMES, *LAT_NAMES]


def mapping_by_name(table: Table, columns: Iterable[str], path: str) -> Mapping:
    """The mapping of a source that bears the register's names or labels.

    Raises `InputError` where no column does.
    """
    columns = list(columns)
    known = register_names(table)
    found: dict[str, str] = {}
    for column in columns:
        name = known.get(normalised(column))
        # The name itself comes before a label that happens to be another column's.
        if name and (name not in found or normalised(column) == name):
            found[name] = column
    home = Home(column=ColumnRule((found.pop("ags"),))) if "ags" in found else None
    if not found and not home:
        raise InputError(
            "imports.no_register_names", path=path, columns=columns[:20],
            fields=list(_fields(table.name)),
        )  # fmt: skip
    x, y, crs = _coordinates(columns)
    return Mapping(
        "", table.name, "", {"crs": crs} if crs else {}, x, y, home,
        {name: ColumnRule((column,)) for name, column in found.items()},
    )  # fmt: skip


def _coordinates(columns: list[str]) -> tuple[ColumnRule | None, ColumnRule | None, str]:
    by_name = {normalised(column): column for column in columns}
    for xs, ys, crs in ((X_NAMES, Y_NAMES, ""), (LON_NAMES, LAT_NAMES, "EPSG:4326")):
        x = next((by_name[n] for n in xs if n in by_name), None)
        y = next((by_name[n] for n in ys if n in by_name), None)
        if x and y:
            return ColumnRule((x,)), ColumnRule((y,)), crs
    return None, None, ""
