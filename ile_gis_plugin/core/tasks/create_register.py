"""The job that makes a register from a boundary file and the keys of its members."""

from __future__ import annotations

import os
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import InputError, RegisterError
from ..imports.boundaries import NEIGHBOUR_DISTANCE, Boundaries, Municipality, read_boundaries
from ..imports.coverage import CoverageFinding, check_coverage
from ..messages import message
from ..stores import create_register, is_file, name_of, open_register
from .task import Kind, Parameter, Progress, Report, Task

_FINDINGS_SHOWN = 20


@dataclass(frozen=True)
class _Source:
    """Where the boundaries come from, as it is printed below each map."""

    text: str
    date: date | None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("tasks.not_a_date", name="source_date", value=text) from None


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Read and check the boundaries, then write the register whole or not at all."""
    location = str(values["register"])
    overwrite = bool(values.get("overwrite"))
    if is_file(location) and Path(location).exists() and not overwrite:
        raise RegisterError("errors.register_exists", location=location)
    progress.report(0.0, message("imports.reading", path=Path(values["boundaries"]).name))
    boundaries = read_boundaries(
        Path(values["boundaries"]), values["members"], values.get("layer") or None,
        values.get("key_column") or None, values.get("name_column") or None,
        values.get("population_column") or None,
        NEIGHBOUR_DISTANCE if values.get("neighbour_distance") is None
        else float(values["neighbour_distance"]),
    )  # fmt: skip
    progress.report(0.5, message("imports.checking_coverage"))
    findings = check_coverage(boundaries.chosen, boundaries.others)
    progress.report(0.8, message("imports.writing_register"))
    source = _Source(
        values.get("source") or Path(values["boundaries"]).name, _day(values.get("source_date"))
    )
    title = values.get("title") or name_of(location)
    if is_file(location):
        _replace_whole(Path(location), title, boundaries, findings, source)
    else:
        create_register(location, title, overwrite,
                        lambda store: _fill(store, boundaries, findings, source)).close()
    progress.report(1.0)
    return _report(boundaries, findings)


def _replace_whole(
    path: Path, title: str, boundaries: Boundaries, findings: list[CoverageFinding],
    source: _Source,
) -> None:  # fmt: skip
    """Write beside the place and move there when whole: an older register stays till then."""
    if path.exists():
        # Whoever has it open would go on writing into the old file, and the new one would find
        # the old one's unfinished business beside it. The last to close it takes that along.
        with open_register(path) as old, old.transaction():
            pass
        if Path(f"{path}-wal").exists():
            raise RegisterError("errors.register_locked", location=str(path))
    part = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part.gpkg")
    try:
        with create_register(part, title) as store:
            _fill(store, boundaries, findings, source)
        try:
            os.replace(part, path)
        except OSError as error:
            raise RegisterError("errors.file_failed", location=str(path),
                                reason=error.strerror or str(error)) from error  # fmt: skip
    except RegisterError as error:
        # The user knows the register by its own name.
        if error.message.values.get("location") != str(part):
            raise
        raise RegisterError(error.key, **error.message.values | {"location": str(path)}) from error
    finally:
        for leftover in (part, Path(f"{part}-wal"), Path(f"{part}-shm"), Path(f"{part}-journal")):
            leftover.unlink(missing_ok=True)


def _fill(
    store, boundaries: Boundaries, findings: list[CoverageFinding], source: _Source
) -> None:
    chosen = sorted(boundaries.chosen, key=lambda m: m.ags)
    with store.transaction(batch="create_register", reason=source.text):
        store.insert("municipality", _municipality_rows(chosen, source))
        if findings:
            uuids = store.read("municipality", ["uuid", "ags"])
            by_ags = dict(zip(uuids["ags"], uuids["uuid"], strict=True))
            store.insert("finding", _finding_rows(findings, by_ags))


def _municipality_rows(chosen: list[Municipality], source: _Source) -> dict[str, list]:
    import shapely

    return {
        "ags": [m.ags for m in chosen],
        "ars": [m.ars for m in chosen],
        "name": [m.name for m in chosen],
        "kind": [m.kind for m in chosen],
        "is_member": [m.is_member for m in chosen],
        "population": [m.population for m in chosen],
        "source": [source.text] * len(chosen),
        "source_date": [source.date] * len(chosen),
        "geom": [shapely.to_wkb(_multi(m.territory), flavor="iso") for m in chosen],
    }


def _multi(territory: Any) -> Any:
    import shapely

    return shapely.MultiPolygon(list(shapely.get_parts(territory)))


def _finding_rows(findings: list[CoverageFinding], uuids: dict[str, str]) -> dict[str, list]:
    import shapely

    places = [shapely.get_coordinates(f.place)[0].round(1).tolist() for f in findings]
    return {
        "identity": [f"{f.code}|{f.ags}|{x}|{y}" for f, (x, y) in
                     zip(findings, places, strict=True)],
        "code": [f.code for f in findings],
        "severity": [f.severity for f in findings],
        "state": ["open"] * len(findings),
        "table_name": ["municipality"] * len(findings),
        "row_uuid": [uuids.get(f.ags) for f in findings],
        "field": ["geom"] * len(findings),
        "ags": [f.ags for f in findings],
        "details": [f.values for f in findings],
        "geom": [shapely.to_wkb(f.place, flavor="iso") for f in findings],
    }


def _report(boundaries: Boundaries, findings: list[CoverageFinding]) -> Report:
    chosen = boundaries.chosen
    counts = Counter(f.code for f in findings)
    members = [m for m in chosen if m.is_member]
    others = [m for m in chosen if not m.is_member]
    report = Report(
        {
            "members": [{"ags": m.ags, "name": m.name} for m in members],
            "neighbours": sum(m.kind != "unincorporated" for m in others),
            "unincorporated": sum(m.kind == "unincorporated" for m in others),
            "transformation": boundaries.transformation,
            "coverage": {"invalid": counts["GEB001"], "overlaps": counts["GEB002"],
                         "gaps": counts["GEB003"]},
            "findings": [
                {"code": f.code, "ags": f.ags, "x": round(f.place.x, 3), "y": round(f.place.y, 3),
                 **f.values}
                for f in findings
            ],
        }
    )  # fmt: skip
    counted = {key: report.values[key] for key in ("neighbours", "unincorporated")}
    report.lines = [
        message("imports.register_created", members=len(members), **counted),
        *boundaries.notes,
    ]
    if findings:
        report.lines.append(message("imports.coverage_summary", **report.values["coverage"]))
        report.lines += [f.message for f in findings[:_FINDINGS_SHOWN]]
        if len(findings) > _FINDINGS_SHOWN:
            report.lines.append(
                message("imports.coverage_more", count=len(findings) - _FINDINGS_SHOWN)
            )
    else:
        report.lines.append(message("imports.coverage_fits"))
    return report


TASK = Task(
    "create_register",
    (
        Parameter("register", Kind.NEW_REGISTER, required=True, positional=True),
        Parameter("boundaries", Kind.FILE, required=True, positional=True,
                  pattern="*.gpkg *.shp *.zip *.geojson *.json"),
        Parameter("members", Kind.LIST, required=True),
        Parameter("title", Kind.TEXT),
        Parameter("source", Kind.TEXT),
        Parameter("source_date", Kind.TEXT),
        Parameter("layer", Kind.TEXT),
        Parameter("key_column", Kind.TEXT),
        Parameter("name_column", Kind.TEXT),
        Parameter("population_column", Kind.TEXT),
        Parameter("neighbour_distance", Kind.NUMBER, default=NEIGHBOUR_DISTANCE),
        Parameter("overwrite", Kind.FLAG),
    ),
    run,
    packages=("shapely", "pyogrio"),
)  # fmt: skip
