"""What stands in the project: its groups and layers, as a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.definition import REGISTER
from ..core.definition.types import Kind, Table
from ..core.messages import text
from .layer_ids import LINKED, WHOLE, layer_id
from .layers import current_subset, municipality_subset

#: Assets as they are drawn, from the top: points, lines.
_DRAWN = ("charging_point", "streetlight", "utility_line", "path")
#: What the forms need, in the order of the pages of a joint project.
_TABLES = (
    "participant", "cost_item", "project_funding", "key_part", "instalment", "project_asset",
    "project_phase", "resolution", "cost_share", "cost_split", "cost_split_share", "connector",
    "asset_share",
)  # fmt: skip
#: What all projects are reckoned with: the staff keeps it.
_BASES = ("funding_programme", "municipality_figure")


@dataclass(frozen=True)
class Member:
    """A municipality of the cooperation."""

    ags: str
    name: str


@dataclass(frozen=True)
class Entry:
    """A layer: part of a table. `ags` is the municipality that new rows belong to.

    With `linked` it shows the view of the table's assets with their joint projects.
    """

    id: str
    table: str
    name: str
    subset: str = ""
    ags: str = ""
    editable: bool = False
    visible: bool = True
    private: bool = False
    linked: bool = False


@dataclass(frozen=True)
class Group:
    """A group of layers; `visible` switches all of them."""

    title: str
    entries: tuple[Entry, ...]
    visible: bool = False
    expanded: bool = False


def contents(members: Sequence[Member], lang: str, ags: str = "") -> list[Group]:
    """The groups from the top, for the municipality `ags` or, without one, for the staff."""
    ordered = sorted(members, key=lambda m: m.name)
    own = [_of_member(m, lang, own=True, staff=False) for m in ordered if m.ags == ags]
    others = [_of_member(m, lang, own=False, staff=not ags) for m in ordered if m.ags != ags]
    whole = _whole(lang, staff=not ags)
    first = own if ags else [whole]
    last = [whole] if ags else []
    return [
        _findings(lang, ags),
        # Above the assets that they mark, for who turns them on; off at first.
        _joint_projects(lang, ags),
        *first,
        *others,
        *last,
        _boundaries(lang),
        _tables(lang, staff=not ags),
    ]


def _layer_name(table: Table, part: str, lang: str) -> str:
    return f"{table.plural[lang]} ({part})"


def _of_member(member: Member, lang: str, *, own: bool, staff: bool) -> Group:
    """A member's own assets and those that reach into it."""
    entries = tuple(
        Entry(
            layer_id(table, member.ags),
            table,
            _layer_name(REGISTER[table], member.name, lang),
            municipality_subset(table, member.ags),
            member.ags,
            editable=own or staff,
        )
        for table in _DRAWN
    )
    return Group(member.name, entries, visible=own, expanded=own)


def _whole(lang: str, *, staff: bool) -> Group:
    part = text("project.all", lang)
    entries = tuple(
        Entry(
            layer_id(table, WHOLE), table, _layer_name(REGISTER[table], part, lang), editable=staff
        )
        for table in _DRAWN
    )
    return Group(text("project.whole_cooperation", lang), entries, visible=staff, expanded=staff)


def _joint_projects(lang: str, ags: str) -> Group:
    """The projects, and the assets that they concern: to look at, by phase or by project."""
    part = text("project.linked", lang)
    projects = REGISTER["joint_project"]
    entries = (
        Entry(
            layer_id("joint_project"),
            "joint_project",
            projects.plural[lang],
            ags=ags,
            editable=True,
        ),
        *(
            Entry(
                layer_id(table, LINKED),
                table,
                _layer_name(REGISTER[table], part, lang),
                linked=True,
            )
            for table in _DRAWN
        ),
    )
    return Group(projects.plural[lang], entries, visible=False, expanded=not ags)


def _findings(lang: str, ags: str) -> Group:
    """What is not in order, what is proposed to mend it at the borders, and what was agreed.

    Proposals are decided on in the panel, which applies them; nobody edits them by hand.
    """
    entries = (
        Entry(layer_id("finding"), "finding", REGISTER["finding"].plural[lang],
              current_subset("finding", ags), editable=True),
        Entry(layer_id("border_proposal"), "border_proposal",
              REGISTER["border_proposal"].plural[lang], current_subset("border_proposal", ags)),
        Entry(layer_id("border_link"), "border_link", REGISTER["border_link"].plural[lang],
              editable=not ags, visible=False),
    )  # fmt: skip
    return Group(REGISTER["finding"].plural[lang], entries, visible=True)


def _boundaries(lang: str) -> Group:
    municipalities = REGISTER["municipality"]
    entry = Entry(layer_id("municipality"), "municipality", municipalities.plural[lang])
    return Group(text("project.boundaries", lang), (entry,), visible=True)


def _tables(lang: str, *, staff: bool) -> Group:
    """What the forms need and no map shows."""
    entries = [_table(name, lang, editable=staff) for name in _BASES]
    entries += [_table(name, lang, editable=_is_edited(REGISTER[name])) for name in _TABLES]
    entries.append(Entry(layer_id("code"), "code", REGISTER["code"].plural[lang], private=True))
    return Group(text("project.tables", lang), tuple(entries), visible=True)


def _table(name: str, lang: str, *, editable: bool) -> Entry:
    return Entry(layer_id(name), name, REGISTER[name].plural[lang], editable=editable)


def _is_edited(table: Table) -> bool:
    return table.kind is not Kind.DERIVED and not table.frozen
