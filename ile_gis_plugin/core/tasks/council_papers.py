"""The job that writes the council papers of joint projects, as DOCX and as PDF."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..documents.disclosure import VARIANTS
from ..documents.paper_fields import write_paper
from ..documents.papers import Paper, paper_of
from ..documents.pdf import to_pdf
from ..documents.state import RegisterState, register_state
from ..errors import InputError
from ..messages import message
from ..projects.model import ProjectFacts
from ..resources import resource
from ..stores import open_register
from .project_facts import all_facts
from .task import Kind, Parameter, Progress, Report, Task
from .validate_register import date_of

_WRITTEN = 0.7  # of the whole job, before the PDFs are made


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Write a paper for each project and municipality; all of them, or none."""
    lang, given = values["lang"], values["issue_date"]
    issued_on = date_of(given, "issue_date") if given else None
    template = Path(values["template"] or resource(f"styles/council_paper_{lang}.docx"))
    if not template.is_file():
        raise InputError("papers.template_missing", template=str(template))
    with open_register(values["register"], read_only=True) as store:
        state = register_state(store)
        projects = all_facts(store, values["project"] or None)
    papers = [
        paper_of(facts, ags, lang, state, variant=values["variant"], issued_on=issued_on)
        for facts, ags in chosen(projects, values["municipality"] or ())
    ]  # fmt: skip
    folder = Path(values["folder"] or Path(values["register"]).parent / "papers")
    report = write_papers(papers, template, folder, progress, with_pdf=not values["no_pdf"])
    return _told(report, papers, state, folder)


def chosen(
    projects: Sequence[ProjectFacts], wanted: Sequence[str]
) -> list[tuple[ProjectFacts, str]]:  # fmt: skip
    """Which papers to write: a project, and the AGS of a municipality that takes part in it.

    Raises `InputError` where there is no project, or a wanted municipality takes part in none.
    """
    if not projects:
        raise InputError("papers.no_project")
    found = []
    for facts in projects:
        taking_part = {p.ags for p in facts.inputs.participants}
        if facts.resolved:  # who has left since is still told what was resolved
            taking_part |= {s.ags for s in facts.resolved.split.shares} & set(wanted)
        found += [(facts, ags) for ags in sorted(taking_part) if not wanted or ags in wanted]
    missing = sorted(set(wanted) - {ags for _, ags in found})
    if missing:
        raise InputError("papers.takes_no_part", municipalities=missing,
                         numbers=[facts.inputs.number for facts in projects])  # fmt: skip
    return found


def write_papers(
    papers: Sequence[Paper], template: Path, folder: Path, progress: Progress,
    with_pdf: bool = True,
) -> Report:  # fmt: skip
    """Write `<number>_<name>_<AGS>_<variant>.docx` and `.pdf` of each paper to `folder`.

    Everything is made beside its place first, so that a failure leaves `folder` as it was. Where
    there are no PDFs the report's lines say why, and those of an earlier run are removed: they
    would contradict their documents.

    Raises `InputError` where the template can't be used or a file can't be written.
    """
    existed = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
            report = _make(papers, template, Path(scratch), progress, with_pdf)
            for paper in papers:
                for suffix in (".docx", ".pdf"):
                    _put(Path(scratch, paper.stem + suffix), folder)
        progress.report(1.0)
    except BaseException as error:
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise InputError("errors.file_failed", location=error.filename or str(folder),
                             reason=error.strerror or str(error)) from error  # fmt: skip
        raise
    return report


def _make(papers: Sequence[Paper], template: Path, scratch: Path, progress: Progress,
          with_pdf: bool) -> Report:  # fmt: skip
    documents = []
    for done, paper in enumerate(papers):
        documents.append(scratch / f"{paper.stem}.docx")
        progress.report(_WRITTEN * done / len(papers),
                        message("papers.writing", file=documents[-1].name))  # fmt: skip
        write_paper(paper, template, documents[-1])
    if not with_pdf:
        return Report({"pdf": False})
    progress.report(_WRITTEN, message("papers.converting", count=len(papers)))
    problem = to_pdf(documents, scratch, papers[0].state.day)
    return Report({"pdf": problem is None}, [problem] if problem else [])


def _put(made: Path, folder: Path) -> None:
    if made.is_file():
        made.replace(folder / made.name)
    else:
        folder.joinpath(made.name).unlink(missing_ok=True)


def _told(report: Report, papers: Sequence[Paper], state: RegisterState, folder: Path) -> Report:
    suffixes = (".docx", ".pdf") if report.values["pdf"] else (".docx",)
    files = [str(folder / (paper.stem + suffix)) for paper in papers for suffix in suffixes]
    report.values |= {
        "folder": str(folder), "files": files, "register_version": state.version,
        "data_date": state.day.isoformat(),
        "papers": [
            {"number": paper.inputs.number, "ags": paper.ags, "variant": paper.variant,
             "version": paper.version.split_version if paper.version else None,
             "amount": str(paper.own.amount), "docx": f"{paper.stem}.docx",
             "pdf": f"{paper.stem}.pdf" if report.values["pdf"] else None}
            for paper in papers
        ],
    }  # fmt: skip
    lines = [message("papers.written", folder=str(folder), count=len(papers))]
    lines += [message("papers.paper", file=paper.stem, number=paper.inputs.number,
                      municipality=paper.name(paper.ags), amount=paper.own.amount,
                      status=message("papers.public" if paper.variant == "public"
                                     else "papers.non_public"))
              for paper in papers]  # fmt: skip
    report.lines = [*lines, *report.lines]
    return report


TASK = Task(
    "council_papers",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("folder", Kind.FOLDER, positional=True),
        Parameter("project", Kind.LIST),
        Parameter("municipality", Kind.LIST),
        Parameter("variant", Kind.CHOICE, choices=VARIANTS),
        Parameter("template", Kind.FILE, pattern="*.docx"),
        Parameter("issue_date", Kind.TEXT),
        Parameter("no_pdf", Kind.FLAG),
    ),
    run,
    packages=("docxtpl", "matplotlib"),
)
