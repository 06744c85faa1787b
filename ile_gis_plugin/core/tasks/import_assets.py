"""The job that takes assets from a delivery into the register."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..definition import REGISTER
from ..definition.types import Label
from ..errors import InputError
from ..imports.datum import Shift
from ..imports.matching import Row
from ..imports.placement import Municipalities
from ..imports.plan import Plan, delivered_rows, make_plan
from ..imports.preparation import Options, Prepared, prepare_delivery
from ..imports.quarantine import Quarantine, Rejected, rejected_rows
from ..imports.writing import read_known, write_plan
from ..messages import Message, message
from ..stores import Store, is_file, open_register
from .task import Kind, Parameter, Progress, Report, Task

_REASONS_SHOWN = 10
_OVERWRITTEN_SHOWN = 50


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Read, convert, match and write a delivery, all of it in one transaction or nothing."""
    source = Path(values["source"])
    options = Options(
        values.get("class") or "", str(values.get("mapping") or ""), values.get("layer") or "",
        str(values.get("crs") or ""), str(values.get("home") or ""), str(values.get("grid") or ""),
        values.get("accept_accuracy"), bool(values.get("area_only")),
    )  # fmt: skip
    quarantine = _checked_quarantine(values, source)
    with open_register(values["register"]) as store:
        progress.report(0.0, message("imports.reading", path=source.name))
        municipalities = Municipalities.of(
            store.read("municipality", ["ags", "name", "is_member", "geom"]), store.location
        )
        prepared = prepare_delivery(source, options, municipalities)
        progress.report(0.5, message("imports.matching"))
        rows = delivered_rows(prepared)
        target = quarantine or _beside_register(store.location, source, prepared.name)
        batch = f"import-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
        plan, rejected, target = _write(store, prepared, rows, target, batch, values, progress)
    progress.report(1.0)
    return _report(prepared, plan, rejected, target, batch)


def _write(
    store: Store, prepared: Prepared, rows: dict[int, Row], target: Path, batch: str,
    values: dict[str, Any], progress: Progress,
) -> tuple[Plan, list[Rejected], Path]:  # fmt: skip
    """Match and write under one lock: nobody changes the register between the two."""
    table_only = prepared.delivery.path.suffix.lower() in (".csv", ".txt", ".tsv", ".xlsx")
    job = {"by": values.get("by") or "", "batch": batch, "reason": prepared.delivery.path.name}
    with Quarantine(target) as quarantine, store.transaction(**job):
        known, numbers = read_known(store, prepared)
        plan = make_plan(prepared, rows, known, numbers)
        rejected = rejected_rows(prepared.delivery, prepared.reasons | plan.quarantined)
        quarantine.write(prepared.delivery, rejected, table_only)
        progress.report(0.7, message("imports.writing", count=len(plan.new) + len(plan.changed)))
        write_plan(store, prepared, plan)
    return plan, rejected, quarantine.path


def _checked_quarantine(values: dict[str, Any], source: Path) -> Path | None:
    if not values.get("quarantine"):
        return None
    path = Path(values["quarantine"])
    if path.suffix.lower() not in (".gpkg", ".csv"):
        raise InputError("imports.quarantine_kind", path=path)
    if path.resolve() in (source.resolve(), Path(str(values["register"])).resolve()):
        raise InputError("imports.quarantine_over_source", path=path)
    if not path.parent.is_dir():
        raise InputError("errors.folder_missing", folder=str(path.parent))
    return path


def _beside_register(location: str, source: Path, delivery: str) -> Path:
    """`<register>_quarantine_<delivery>.gpkg`; near the source where a server has the register."""
    words = "".join(c if c.isalnum() else "_" for c in delivery).strip("_")
    if not is_file(location):
        return source.with_name(f"quarantine_{words}.gpkg")
    register = Path(location)
    target = register.with_name(f"{register.stem}_quarantine_{words}.gpkg")
    # A mended quarantine may be delivered itself, and is not to be written over meanwhile.
    same = target.resolve() == source.resolve()
    return target.with_stem(f"{target.stem}_2") if same else target


def _report(
    prepared: Prepared, plan: Plan, rejected: list[Rejected], target: Path, batch: str
) -> Report:
    overwritten = [
        {"uuid": plan.uuids[i], "row": int(prepared.delivery.rows[i]), "fields": c.overwritten}
        for i, c in plan.changed.items() if c.overwritten
    ]  # fmt: skip
    counts = {
        "read": len(prepared.delivery) + len(prepared.delivery.unreadable),
        "imported": len(plan.new),
        "updated": len(plan.changed),
        "unchanged": len(plan.unchanged),
        "quarantined": len(rejected),
    }
    reasons = Counter(reason for row in rejected for reason in _distinct(row.reasons))
    report = Report({
        **counts,
        "class": prepared.table.name,
        "delivery": prepared.name,
        "batch": batch,
        "overwritten": len(overwritten),
        "overwritten_rows": overwritten[:_OVERWRITTEN_SHOWN],
        "outside_area": prepared.outside_area,
        "deleted_by_hand": plan.deleted_by_hand,
        "not_delivered": plan.not_delivered,
        "not_delivered_quarantined": plan.not_delivered_quarantined,
        "transformation": prepared.shift.values() if prepared.shift else None,
        "quarantine_file": str(target) if rejected else None,
        "reasons": [{"de": de, "en": en, "rows": n} for (de, en), n in reasons.most_common()],
        "ignored_columns": prepared.ignored_columns,
        "notes": [{"de": n.text("de"), "en": n.text("en")} for n in prepared.notes],
    })  # fmt: skip
    report.lines = [message("imports.summary", name=prepared.table.plural, **counts)]
    report.lines += shift_lines(prepared.shift)
    report.lines += [
        message(f"imports.{key}", count=report.values[key])
        for key in ("outside_area", "overwritten", "deleted_by_hand", "not_delivered",
                    "not_delivered_quarantined")
        if report.values[key]
    ]
    if rejected:
        report.lines.append(message("imports.quarantine_written", path=target))
        report.lines += [
            message("imports.reason_count", count=n, reason=Label(de, en))
            for (de, en), n in reasons.most_common(_REASONS_SHOWN)
        ]
    if prepared.ignored_columns:
        report.lines.append(
            message("imports.columns_ignored", columns=prepared.ignored_columns[:30])
        )
    report.lines += prepared.notes
    return report


def _distinct(reasons: list[Message]) -> set[tuple[str, str]]:
    return {(reason.text("de"), reason.text("en")) for reason in reasons}


def shift_lines(shift: Shift | None) -> list[Message]:
    """By which operation the delivery came into the register's CRS, and how exactly."""
    if shift is None:
        return []
    if not shift.operation:
        return [message("imports.no_shift", crs=shift.source)]
    accuracy = "?" if shift.accuracy_m is None else shift.accuracy_m
    lines = [message("imports.shift", crs=shift.source, operation=shift.operation,
                     grid=shift.grid or "–", accuracy=accuracy)]  # fmt: skip
    if shift.better:
        lines.append(
            message("imports.better_grid", grid=shift.better, accuracy=shift.better_m)
        )
    return lines


TASK = Task(
    "import_assets",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("source", Kind.FILE, required=True, positional=True,
                  pattern="*.gpkg *.shp *.zip *.geojson *.json *.csv *.xlsx"),
        Parameter("mapping", Kind.FILE, pattern="*.toml"),
        Parameter("class", Kind.CHOICE, choices=tuple(t.name for t in REGISTER.assets)),
        Parameter("layer", Kind.TEXT),
        Parameter("crs", Kind.TEXT),
        Parameter("home", Kind.TEXT),
        Parameter("accept_accuracy", Kind.NUMBER),
        Parameter("grid", Kind.FILE, pattern="*.gsb *.tif"),
        Parameter("quarantine", Kind.NEW_FILE, pattern="*.gpkg *.csv"),
        Parameter("by", Kind.TEXT),
        Parameter("area_only", Kind.FLAG),
    ),
    run,
    packages=("shapely", "pyogrio", "fiona", "openpyxl"),
)  # fmt: skip
