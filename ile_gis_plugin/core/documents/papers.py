"""A council paper: one joint project, told for one municipality in one variant and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ..definition import codes
from ..errors import InputError
from ..finances.kept import UPDATE, figures_differ
from ..messages import text
from ..projects.model import KeptSplit, ProjectFacts, ShareOfOne, Split, SplitInputs
from .disclosure import COUNCIL, PUBLIC, disclosed
from .formats import NOTHING, day, file_name, money
from .state import RegisterState

#: A project so marked has no public paper, whatever its resolutions say.
_NEVER_PUBLIC = ("internal", "restricted")


@dataclass(frozen=True)
class Paper:
    """What a paper is made from: the facts that its variant may tell, and no others."""

    facts: ProjectFacts
    ags: str
    variant: str
    lang: str
    state: RegisterState
    issued_on: date
    hides_assets: bool = False

    def say(self, key: str, /, **values: Any) -> str:
        return text(f"papers.{key}", self.lang, **values)

    def money(self, amount: Any) -> str:
        return money(amount, self.lang)

    def day(self, value: date | None) -> str:
        return day(value, self.lang)

    def code(self, code_list: codes.CodeList, code: str | None) -> str:
        return code_list.label_of(code, self.lang) if code else NOTHING

    def name(self, ags: str) -> str:
        return self.facts.municipalities.get(ags, {}).get("name") or ags

    def owner(self, ags: str) -> str:
        """A municipality with its kind: Markt Buch."""
        kind = self.facts.municipalities.get(ags, {}).get("kind") or "municipality"
        return text(f"maps.owner_{kind}", self.lang, name=self.name(ags))

    @cached_property
    def resolution(self) -> Mapping[str, Any]:
        return resolution_of(self.facts, self.ags) or {}

    @cached_property
    def version(self) -> KeptSplit | None:
        """The fixed version whose figures the paper tells; None: as computed now."""
        wanted = self.resolution.get("split_version")
        named = next((k for k in self.facts.kept if k.split_version == wanted), None)
        version = named or self.facts.resolved
        return version if version and _share_of(version.split, self.ags) else None

    @property
    def split(self) -> Split:
        return self.version.split if self.version else self.facts.split

    @property
    def inputs(self) -> SplitInputs:
        return self.version.inputs if self.version else self.facts.inputs

    @property
    def own(self) -> ShareOfOne:
        return next(share for share in self.split.shares if share.ags == self.ags)

    @property
    def replaces(self) -> bool:
        """Whether the paper asks to put a later version in the place of the resolved one."""
        resolved = self.facts.resolved
        return bool(self.version and resolved and self.version.kind == UPDATE
                    and self.version.split_version > resolved.split_version)  # fmt: skip

    @cached_property
    def compared(self) -> tuple[Split, Split] | None:
        """The resolved version and what differs from it: the paper's own or the present figures."""
        resolved = self.facts.resolved
        if resolved is None:
            return None
        other = self.split if self.replaces else self.facts.split
        return (resolved.split, other) if figures_differ(resolved.split, other) else None

    @property
    def stem(self) -> str:
        """The paper's file name without its ending."""
        return "_".join((file_name(self.inputs.number), file_name(self.name(self.ags)), self.ags,
                         self.variant))  # fmt: skip


def paper_of(
    facts: ProjectFacts, ags: str, lang: str, state: RegisterState, *,
    variant: str | None = None, issued_on: date | None = None,
) -> Paper:  # fmt: skip
    """The paper of a project for one municipality.

    Args:
        variant: public or council; default: public where the municipality's resolution is public
            and the project is not marked internal or restricted, else council.
        issued_on: the printed date of issue; default: the data date.

    Raises `InputError` where the municipality does not take part, or a public paper is asked of a
    project that is marked internal or restricted.
    """
    variant = variant or default_variant(facts, ags)
    hidden = facts.values.get("visibility") in _NEVER_PUBLIC
    if variant == PUBLIC and hidden:
        visibility = codes.VISIBILITY.label_of(facts.values["visibility"], lang)
        raise InputError("papers.project_not_public", number=facts.inputs.number,
                         visibility=visibility)  # fmt: skip
    told = disclosed(facts, variant)
    paper = Paper(told, ags, variant, lang, state, issued_on or state.day,
                  len(told.assets) < len(facts.assets))  # fmt: skip
    if _share_of(paper.split, ags) is None:
        raise InputError("papers.no_participant", number=facts.inputs.number,
                         municipality=paper.name(ags))  # fmt: skip
    return paper


def default_variant(facts: ProjectFacts, ags: str) -> str:
    resolution = resolution_of(facts, ags)
    hidden = facts.values.get("visibility") in _NEVER_PUBLIC
    return PUBLIC if resolution and resolution.get("is_public") and not hidden else COUNCIL


def resolution_of(facts: ProjectFacts, ags: str) -> Mapping[str, Any] | None:
    """The vote that a paper is for: the latest that is still to come, else the latest."""
    own = [row for row in facts.resolutions if row["ags"] == ags]
    pending = [row for row in own if not row.get("result")]
    return next(reversed(pending or own), None)


def _share_of(split: Split, ags: str) -> ShareOfOne | None:
    return next((share for share in split.shares if share.ags == ags), None)
