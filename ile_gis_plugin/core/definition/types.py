"""The words in which the register is defined: labels, code lists, fields, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class Label:
    """A text in both languages of the product."""

    de: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.de if lang == "de" else self.en


class Type(Enum):
    """What a field holds, independent of the store."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    MONEY = "money"  # Decimal to the cent
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"  # UTC, ISO 8601 with Z
    JSON = "json"
    BLOB = "blob"


class Geometry(Enum):
    """Geometry of a table, always two-dimensional, in the register's CRS."""

    POINT = "POINT"
    LINE = "LINESTRING"
    AREA = "MULTIPOLYGON"


class Profile(Enum):
    """Who may see a field in what is published; each profile includes the one before."""

    PUBLIC = "public"
    COUNCIL = "council"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Kind(Enum):
    """What a table is for."""

    ASSET = "asset"
    CHILD = "child"  # lives and dies with its parent
    REFERENCE = "reference"
    PROJECT = "project"
    DERIVED = "derived"  # computed anew at any time: no history, no version
    SYSTEM = "system"


@dataclass(frozen=True)
class Code:
    """One value of a code list. `parent` names the code of another list that it belongs to."""

    code: str
    label: Label
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """A closed list of values, with its source."""

    name: str
    label: Label
    codes: tuple[Code, ...]
    source: str = ""

    def __contains__(self, code: object) -> bool:
        return any(c.code == code for c in self.codes)

    def label_of(self, code: str, lang: str) -> str:
        """The label of a code; the code itself where the list does not hold it."""
        return next((c.label[lang] for c in self.codes if c.code == code), code)


@dataclass(frozen=True)
class Reference:
    """A foreign key. `cascade` deletes the row with the row that it points to."""

    table: str
    column: str = "uuid"
    cascade: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a table: the column in each store, the form, the rule and the manual.

    `minimum` and `maximum` are inclusive and in `unit`. `pattern` is a regular expression of
    the whole value. `default` is a plain value, never an expression: clients store those as text.
    """

    name: str
    type: Type
    label: Label
    required: bool = False
    domain: CodeList | None = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    default: str | int | float | bool | None = None
    references: Reference | None = None
    unique: bool = False
    profile: Profile = Profile.INTERNAL
    tab: str = "general"
    help: Label | None = None
    system: bool = False  # kept by the register, never typed in by a person
    multiline: bool = False


@dataclass(frozen=True)
class Derived:
    """A value that follows from others: stores offer it in a view, forms show it."""

    name: str
    type: Type
    label: Label
    domain: CodeList | None = None
    unit: str = ""
    help: Label | None = None


@dataclass(frozen=True)
class Tab:
    """A page of a form."""

    name: str
    label: Label


@dataclass(frozen=True)
class Table:
    """One table of the register."""

    name: str
    kind: Kind
    label: Label
    plural: Label
    fields: tuple[Field, ...]
    geometry: Geometry | None = None
    parent: str = ""  # the table a CHILD belongs to
    unique: tuple[tuple[str, ...], ...] = ()
    checks: tuple[Check, ...] = ()
    derived: tuple[Derived, ...] = ()
    display: str = "name"  # the field that stands for a row in lists
    help: Label | None = None
    frozen: bool = False  # rows are added, and never changed or deleted

    def __getitem__(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    def __contains__(self, name: object) -> bool:
        return any(f.name == name for f in self.fields)

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)

    def controlling(self, field: Field) -> Field | None:
        """The field whose code decides which codes of `field` are allowed, if there is one."""
        parents = {p for c in (field.domain.codes if field.domain else ()) for p in c.parents}
        return next(
            (f for f in self.fields if parents and f.domain and parents <= {
                c.code for c in f.domain.codes}),
            None,
        )

    @property
    def logged(self) -> bool:
        """Whether each change of a row is kept in the change log."""
        return self.kind not in (Kind.DERIVED, Kind.SYSTEM)


@dataclass(frozen=True)
class Check:
    """A rule between fields of one row, as a list of comparisons that must all hold.

    Each comparison is (left field, operator, right field) and holds where a side is null.
    """

    code: str
    left: str
    operator: str  # one of <=, >=, =
    right: str
    label: Label


@dataclass(frozen=True)
class Register:
    """The whole definition."""

    version: int
    crs: int  # EPSG
    tables: tuple[Table, ...]
    code_lists: tuple[CodeList, ...]
    tabs: tuple[Tab, ...]

    def __getitem__(self, name: str) -> Table:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"the register has no table {name}")

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def of_kind(self, *kinds: Kind) -> tuple[Table, ...]:
        return tuple(t for t in self.tables if t.kind in kinds)

    @property
    def assets(self) -> tuple[Table, ...]:
        return self.of_kind(Kind.ASSET)

    def children(self, table: str) -> tuple[Table, ...]:
        return tuple(t for t in self.tables if t.parent == table)

    def code_list(self, name: str) -> CodeList:
        for code_list in self.code_lists:
            if code_list.name == name:
                return code_list
        raise KeyError(f"the register has no code list {name}")

    def tab(self, name: str) -> Tab:
        return next(t for t in self.tabs if t.name == name)
