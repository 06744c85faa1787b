"""Everything about joint projects that papers, maps and workbooks tell, from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..definition import REGISTER, codes
from ..errors import InputError
from ..finances.inputs import AllInputs, Prepared
from ..finances.inputs import all_inputs as all_inputs_of
from ..finances.kept import kept_splits
from ..finances.linked import linked_assets
from ..finances.rows import Places, Row, by_parent, find_projects, kept_places, rows_of
from ..projects.model import KeptSplit, LinkedAsset, ProjectFacts, SplitInputs
from ..projects.split import split
from ..stores.store import Store
from .shares import remarks_on_shares

_PHASES = [code.code for code in codes.PHASE.codes]


def projects_of(store: Store, numbers: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The fields of joint projects, by number.

    Args:
        numbers: of the projects, or their uuids; default: all.

    Raises `InputError` for a number that no project has.
    """
    return find_projects(store, numbers)


def inputs_of(store: Store, project: str, basis: str = "planned") -> SplitInputs:
    """What the split of one project, given by number or uuid, is made from.

    Raises `InputError` as `all_inputs` does, or with what is wrong with this project.
    """
    (prepared,) = all_inputs(store, [project], basis).prepared
    return prepared.inputs


def all_inputs(
    store: Store, numbers: Sequence[str] | None = None, basis: str = "planned"
) -> AllInputs:  # fmt: skip
    """The inputs of many projects, each table read once; see `finances.inputs.all_inputs`.

    Raises `InputError` for a number that no project has, and where assets are linked and the
    territory shares are missing or old.
    """
    return all_inputs_of(store, numbers, basis, _fresh_places)


def facts_of(store: Store, project: str, basis: str = "planned") -> ProjectFacts:
    """Everything about one project, given by number or uuid.

    Args:
        basis: which cost the split is of that is computed now: planned or actual.

    Raises `InputError` as `inputs_of` does, and where the split contradicts itself.
    """
    (facts,) = all_facts(store, [project], basis)
    return facts


def all_facts(
    store: Store, numbers: Sequence[str] | None = None, basis: str = "planned"
) -> list[ProjectFacts]:  # fmt: skip
    """The same of several projects, by number; each table is read once.

    Raises `InputError` with the first of the projects that can't be split.
    """
    found = all_inputs(store, numbers, basis)
    uuids = [prepared.uuid for prepared in found.prepared]
    where = None if numbers is None else {"project_uuid": uuids}
    kept = kept_splits(store, None if numbers is None else uuids)
    assets = linked_assets(store, found.rows)
    resolutions = by_parent(store, "resolution", "project_uuid", where)
    municipalities = {row["ags"]: row for row in rows_of(
        store.read("municipality", REGISTER["municipality"].field_names))}  # fmt: skip
    return [
        _facts(found, project, prepared, kept.get(prepared.uuid, ()), assets[prepared.uuid],
               _by_meeting(resolutions.get(prepared.uuid, [])), municipalities)
        for project, prepared in zip(found.rows.projects, found.prepared, strict=True)
    ]  # fmt: skip


def _facts(
    found: AllInputs, project: Row, prepared: Prepared, kept: tuple[KeptSplit, ...],
    assets: tuple[LinkedAsset, ...], resolutions: tuple[Row, ...],
    municipalities: Mapping[str, Row],
) -> ProjectFacts:  # fmt: skip
    inputs = prepared.inputs
    phases = sorted(found.rows.of("project_phase", project),
                    key=lambda row: _PHASES.index(row["phase"]))  # fmt: skip
    concerned = {project["lead_ags"], *(p.ags for p in inputs.participants),
                 *(ags for asset in assets for ags in (asset.home_ags, *asset.ags)),
                 *(row["ags"] for row in resolutions),
                 *(share.ags for version in kept for share in version.split.shares)}  # fmt: skip
    return ProjectFacts(
        prepared.uuid, project, {ags: municipalities[ags] for ags in sorted(concerned)}, inputs,
        split(inputs), kept, assets, tuple(phases), resolutions, prepared.remarks,
    )  # fmt: skip


def _by_meeting(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (str(row["meeting_on"] or ""), row["ags"])))


def _fresh_places(store: Store, links: Sequence[tuple[str, str]]) -> Places:
    for remark in remarks_on_shares(store):
        raise InputError(remark.key, **remark.values)
    return kept_places(store, links)
