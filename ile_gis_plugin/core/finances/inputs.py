"""What the cost splits of joint projects are made from, as the register tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..errors import InputError
from ..messages import Message
from ..projects.model import Key, KeyPart, Participant, SplitInputs
from ..stores.store import Store
from .areas import areas_km2
from .costs import items_of, remarks_on_costs
from .grants import funding_of, remarks_on_funding
from .numbers import decimal_of
from .rows import PlacesOf, ProjectRows, Row, find_projects, kept_places, read_rows
from .weights import Weights, remarks_on_places, without_area

BASES = ("planned", "actual")


@dataclass(frozen=True)
class Prepared:
    """One project's inputs, or why there are none; `remarks` on what counts otherwise."""

    uuid: str
    number: str
    outcome: SplitInputs | InputError
    remarks: tuple[Message, ...] = ()

    @property
    def inputs(self) -> SplitInputs:
        """Raises the `InputError` that says what to correct, where that is the outcome."""
        if isinstance(self.outcome, InputError):
            raise self.outcome
        return self.outcome


@dataclass(frozen=True)
class AllInputs:
    """Many projects' inputs, in the order of the rows' projects, and the rows they come from."""

    rows: ProjectRows
    prepared: list[Prepared]


def all_inputs(
    store: Store, numbers: Sequence[str] | None = None, basis: str = "planned",
    places_of: PlacesOf = kept_places,
) -> AllInputs:  # fmt: skip
    """The inputs of joint projects by number; each table is read once, however many they are.

    Args:
        numbers: of the projects, or their uuids; default: all.
        basis: planned or actual cost.
        places_of: tells where the linked assets lie; default: as the register keeps it.

    Raises `InputError` for a number that no project has. What is wrong with one project stands in
    its `refusal`.
    """
    projects = find_projects(store, numbers)
    rows = read_rows(store, projects, places_of, every=numbers is None)
    keys = {project["uuid"]: _key_parts(rows, project) for project in projects}
    names = {uuid: [part.share_key for part in parts] for uuid, parts in keys.items()}
    weights = Weights(rows, _areas(store, without_area(rows, names)))
    return AllInputs(rows, [
        _prepared(rows, project, keys[project["uuid"]], weights, basis) for project in projects
    ])  # fmt: skip


def _prepared(rows: ProjectRows, project: Row, parts: tuple[KeyPart, ...], weights: Weights,
              basis: str) -> Prepared:  # fmt: skip
    remarks = (*remarks_on_places(rows, project), *remarks_on_costs(rows, project, basis),
               *remarks_on_funding(rows, project))  # fmt: skip
    try:
        outcome = _inputs(rows, project, parts, weights, basis)
    except InputError as error:
        outcome = error
    return Prepared(project["uuid"], project["number"], outcome, remarks)


def _inputs(rows: ProjectRows, project: Row, parts: tuple[KeyPart, ...], weights: Weights,
            basis: str) -> SplitInputs:  # fmt: skip
    advance, refund = project["lead_advance_percent"], project["deductible_vat_percent"]
    instalments = sorted((row["budget_year"], decimal_of(row["percent"]))
                         for row in rows.of("instalment", project))  # fmt: skip
    return SplitInputs(
        project["number"], project["title"], project["lead_ags"], basis, project["vat_mode"],
        decimal_of(refund or 0),
        items_of(rows, project, basis),
        funding_of(rows, project),
        Key(parts, project["key_reference_date"], project["key_source_kind"] or "",
            project["key_source"] or ""),
        _participants(rows, project, parts, weights),
        decimal_of(advance or 0),
        project["budget_year"],
        tuple(instalments),
    )  # fmt: skip


def _participants(rows: ProjectRows, project: Row, parts: tuple[KeyPart, ...], weights: Weights
                  ) -> tuple[Participant, ...]:  # fmt: skip
    own = rows.of("participant", project)
    by_key = weights.of_project(project, [part.share_key for part in parts])
    found = [
        Participant(row["ags"], rows.municipalities[row["ags"]]["name"], taken,
                    row["minimum_amount"], row["maximum_amount"], row["budget_line"] or "")
        for row, taken in zip(own, by_key, strict=True)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda participant: participant.ags))


def _key_parts(rows: ProjectRows, project: Row) -> tuple[KeyPart, ...]:
    if project["share_key"] != "mixed":
        return (KeyPart(project["share_key"]),)
    found = rows.of("key_part", project)
    return tuple(KeyPart(row["share_key"], decimal_of(row["percent"]))
                 for row in sorted(found, key=lambda row: row["share_key"]))  # fmt: skip


def _areas(store: Store, ags: Sequence[str]) -> dict[str, Decimal]:
    if not ags:
        return {}
    found = store.read("municipality", ["ags", "geom"], {"ags": list(ags)})
    there = [(a, g) for a, g in zip(found["ags"], found["geom"], strict=True) if g is not None]
    return dict(zip([a for a, _ in there], areas_km2([g for _, g in there]), strict=True))
