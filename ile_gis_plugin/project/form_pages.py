"""The pages of a form, derived from the definition: which fields, in which parts, seen when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ..core.definition import REGISTER
from ..core.definition.derived import afir_case
from ..core.definition.types import Derived, Field, Kind, Table, Type
from ..core.messages import catalogue, text
from .costs import project_key

#: What the line at the head of the form says in words.
_WORDED = {
    "finding": ("identity", "table_name", "row_uuid", "other_uuid", "field", "details"),
    "border_proposal": ("identity", "asset_class", "left_uuid", "right_uuid", "details", "changes"),
}  # fmt: skip
#: What only the computation reads; papers word it.
NOT_SHOWN = {"cost_share": ("explanation",), "cost_split": ("inputs", "steps")}
_MEASURED = '"measured_by" IS NOT NULL'
#: Fields that matter only under a condition.
_WHERE = {
    ("cost_item", "quantity"): '"measured_by" IS NULL',
    ("cost_item", "measured_class"): _MEASURED,
    ("cost_item", "measured_role"): _MEASURED,
    ("cost_item", "measure_factor"): _MEASURED,
    ("participant", "fixed_percent"):
        f"coalesce({project_key()} IN ('fixed_percent', 'mixed'), true)",
}  # fmt: skip
#: Child tables that a parent's form shows only under a condition.
_CHILD_WHERE = {"key_part": "\"share_key\" = 'mixed'"}
#: Child tables of joint projects, in the order in which an office comes to them.
_ORDER = (
    "participant", "cost_item", "project_funding", "key_part", "instalment", "project_asset",
    "project_phase", "resolution", "cost_share", "cost_split",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Fields that are seen together: always, or where `where` holds; several have a title."""

    fields: tuple[Field, ...]
    where: str = ""
    title: str = ""


@dataclass(frozen=True)
class Page:
    """A tab of a form: its title, its parts, and the hints below them."""

    title: str
    parts: tuple[Part, ...]
    hints: tuple[str, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for part in self.parts for field in part.fields)


def pages(table: Table, lang: str) -> list[Page]:
    """The tabs of a table's form, in the register's order, without empty ones."""
    hidden = (*_WORDED.get(table.name, ()), *NOT_SHOWN.get(table.name, ()))
    shown = [f for f in table.fields if f.type is not Type.BLOB and f.name not in hidden
             and not _is_key_of_parent(table, f)]  # fmt: skip
    found = []
    for tab in REGISTER.tabs:
        fields = [f for f in shown if f.tab == tab.name]
        if fields:
            hints = tuple(f"{f.label[lang]}: {f.help[lang]}" for f in fields if f.help)
            found.append(Page(tab.label[lang], _parts(table, fields, lang), hints))
    return found


def _parts(table: Table, fields: list[Field], lang: str) -> tuple[Part, ...]:
    found = groupby(fields, lambda f: _WHERE.get((table.name, f.name), ""))
    title = text("forms.measurement", lang)
    return tuple(Part(tuple(together), where, title if where == _MEASURED else "")
                 for where, together in found)  # fmt: skip


def _is_key_of_parent(table: Table, field: Field) -> bool:
    """The parent's form fills it; there is nothing to show."""
    parent = "joint_project" if table.kind is Kind.DERIVED else table.parent
    return bool(parent and field.references and field.references.table == parent)


def child_order(child: str) -> int:
    """The place of a child table among the pages of its parent's form."""
    return _ORDER.index(child) if child in _ORDER else len(_ORDER)


def child_where(child: str) -> str:
    """The condition under which the parent's form shows a child table; empty for always."""
    return _CHILD_WHERE.get(child, "")


def child_title(child: str, lang: str) -> str:
    """A short title where there is one, since joint projects have many pages."""
    short = catalogue().get(f"forms.page_{child}")
    return short[lang] if short else REGISTER[child].plural[lang]


def derived_line(derived: Derived, lang: str, shares: str) -> str:
    """A line of the form that shows a derived value; `shares` is the relation to the shares."""
    if derived.domain:
        labels = ", ".join(f"'{c.code}', '{c.label[lang]}'" for c in derived.domain.codes)
        value = f"map_get(map({labels}), {afir_case()})"
    else:
        # Without shares the sum is 0, which is no length.
        total = f"nullif(relation_aggregate('{shares}', 'sum', \"length_m\"), 0)"
        value = f"format_number({total}, 1, '{lang}')"
    unit = f" {derived.unit}" if derived.unit else ""
    return f"{derived.label[lang]}: [% coalesce({value} || '{unit}', '–') %]"
