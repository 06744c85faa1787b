"""The job that writes the planner's report on the whole register."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..definition.types import Table
from ..errors import RegisterError
from ..memory import keep_freed_memory
from ..messages import Message, message, text
from ..reports.assets import Places
from ..reports.assumptions import Assumptions
from ..reports.figures import Figures, Holdings, figures_of, fingerprint, plain
from ..stores import Store, open_register
from ..territory.coverage import Coverage
from .coverage import coverage_of
from .report_data import load, places_of
from .report_lists import lists_of
from .task import Kind, Parameter, Progress, Report, Task
from .validate_register import date_of

_TRIES = 3
_FOLDER = "reports"


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Write the report as XLSX, and as PDF, or as DOCX where LibreOffice is missing."""
    from ..documents.reports.report import Issue, content_of
    from ..documents.state import register_state

    keep_freed_memory()
    assumed = Assumptions.of(values)
    lang, municipality = values["lang"], values["municipality"] or ""
    with open_register(values["register"], read_only=True) as store:
        state = register_state(store)
        on = date_of(values["on"], "on") if values["on"] else state.day
        issued = date_of(values["issue_date"], "issue_date") if values["issue_date"] else state.day
        coverage = coverage_of(store)
        places = places_of(store, municipality, on)
        figures, holdings = _steady(store, coverage, places, on, assumed, progress)
        lists = lists_of(store, figures, holdings, coverage)
    mark = fingerprint(figures, vars(state) | {"day": state.day.isoformat()})
    issue = Issue(state.title, state.version, state.day, issued, mark,
                  places.names[0] if municipality else "")  # fmt: skip
    progress.report(0.75, message("reports.writing"))
    content = content_of(figures, lists, (holdings.core_coords, holdings.core_offsets), issue,
                         lang)  # fmt: skip
    stem = "_".join(part for part in (text("reports.file_name", lang), municipality) if part)
    folder = Path(values["folder"] or Path(values["register"]).parent / _FOLDER)
    names, remark = _write(content, folder, stem)
    progress.report(1.0)
    lines = [*(message("tasks.as_said", reason=sentence) for sentence in content.key_figures),
             message("reports.written", files=[str(folder / name) for name in names])]
    told = {"files": names, "register_version": state.version, "fingerprint": mark,
            "data_date": state.day.isoformat(), "figures": _told(figures)}  # fmt: skip
    return Report(told, [*lines, *([remark] if remark else [])])


def _steady(
    store: Store, coverage: Coverage, places: Places, on: date, assumed: Assumptions,
    progress: Progress,
) -> tuple[Figures, Holdings]:  # fmt: skip
    """Figures that belong to one state of the register; computed again where it was changed."""
    total = max(1, sum(store.count(name) for name in (
        "path", "utility_line", "streetlight", "charging_point")))  # fmt: skip

    def tell(table: Table, done: int) -> None:
        progress.report(0.4 * done / total, message("reports.reading", table=table.plural))

    for _ in range(_TRIES):
        before = store.info().change
        holdings = load(store, coverage, places, tell)
        progress.report(0.5, message("reports.computing"))
        figures = figures_of(holdings, places, on, assumed)
        if store.info().change == before:
            return figures, holdings
    raise RegisterError("reports.changing", location=store.location)


def _write(content: Any, folder: Path, stem: str) -> tuple[list[str], Message | None]:
    """All files or none of them; their names, and why there is no PDF."""
    from ..documents.pdf import to_pdf
    from ..documents.reports.book import write_workbook
    from ..documents.reports.print import write_document

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as made:
        book, document = Path(made, f"{stem}.xlsx"), Path(made, f"{stem}.docx")
        write_workbook(content, book)
        write_document(content, document)
        remark = to_pdf([document], Path(made), content.day)
        printed = document if remark else document.with_suffix(".pdf")
        for path in (book, printed):
            os.replace(path, folder / path.name)
    return [book.name, printed.name], remark


def _told(figures: Figures) -> Mapping[str, Any]:
    """The figures for machines, without the lists of single assets."""
    overdue = tuple(
        {name: plain(value) for name, value in one._asdict().items()
         if name not in ("fid", "home", "days")}
        for one in figures.overdue
    )  # fmt: skip
    core = figures.core
    found = {name: plain(value) for name, value in vars(figures).items()
             if name not in ("overdue", "core")}  # fmt: skip
    return found | {"overdue": list(overdue), "core": {
        "parts": core.parts, "dead_ends": len(core.dead_ends), "missing": plain(core.missing)}}


TASK = Task(
    "report",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("folder", Kind.FOLDER, positional=True),
        Parameter("municipality", Kind.TEXT),
        Parameter("on", Kind.TEXT),
        Parameter("issue_date", Kind.TEXT),
        *(Parameter(name, Kind.NUMBER, default=value) for name, value, _ in Assumptions().items()),
    ),
    run,
    packages=("docx", "matplotlib", "xlsxwriter"),
)

