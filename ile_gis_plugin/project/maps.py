"""Maps as PDF or pictures: of municipalities, with an atlas of all, and of joint projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from qgis.core import QgsProject, QgsProjectMetadata

from ..core.errors import InputError
from ..core.resources import resource
from ..core.stores import open_register
from ..core.tasks.task import Kind, Parameter, Progress, Report, Silent, Task
from .application import qgis_application
from .layouts import Arrangement, load_template
from .map_files import FORMATS, Form, Job, safe_name, told, write_all
from .map_layers import PROFILES, VISIBLE
from .map_order import Order
from .project_maps import export_project_maps
from .sheets import SheetWriter, plan_sheets

TEMPLATES = {"a4": "council_map_a4_portrait", "a3": "council_map_a3_landscape"}
PAPERS = ("auto", *TEMPLATES)
#: The paper of a municipality's map, where nobody asks for another one.
USUAL_PAPER = "a3"
STAMPS = ("none", "draft", "non_public")


def export_maps(
    location: str,
    folder: str | Path,
    order: Order,
    *,
    paper: str = USUAL_PAPER,
    municipality: str | None = None,
    atlas: bool = True,
    template: str | Path | None = None,
    form: Form | None = None,
    progress: Progress | None = None,
) -> Report:
    """Export a map per member municipality and an atlas of all, or one municipality's map.

    Raises `InputError` where the order contradicts itself, the municipality or a boundary is
    missing, or a file can't be written, and `RegisterError` where the disk is full. Then
    `folder` stays as it was.
    """
    progress, form = progress or Silent(), form or Form()
    order.check()
    form.check()
    folder = Path(folder)
    source = Path(template) if template else resource(f"styles/{TEMPLATES[paper]}.qpt")
    with qgis_application(), open_register(location, read_only=True) as store:
        info = store.info()
        project = QgsProject()
        # Neither the title nor the author may come from the machine's user.
        project.setMetadata(_metadata(order, info.title))
        layout = load_template(project, source)
        writer = SheetWriter(project, Arrangement(layout), location, order, info, paper)
        single, index = plan_sheets(writer, municipality)
        jobs = [Job(writer, [s], f"{safe_name(s.name)}_{s.ags}_{paper}") for s in single]
        if atlas and municipality is None:
            jobs.append(Job(writer, [index, *single], f"atlas_{paper}"))
        files = write_all(jobs, folder, form, progress)
        values = {"folder": str(folder), "files": files, "register_version": info.change,
                  "profile": order.profile, "utility_lines": order.utility_lines}  # fmt: skip
        seen = {"visibility": list(VISIBLE[order.profile])}
        lines = told(folder, files)
        lines += writer.remarks(store.count("utility_line") - store.count("utility_line", seen))
    progress.report(1.0)
    return Report(values, lines)


def _metadata(order: Order, title: str) -> QgsProjectMetadata:
    metadata = QgsProjectMetadata()
    metadata.setTitle(" – ".join(part for part in (order.word("title"), title) if part))
    metadata.setAuthor(order.creator or title)
    return metadata


def _order(values: Mapping[str, Any]) -> Order:
    """What is asked for, with what follows from the rest where it is left open."""
    issued, lines = values["issue_date"], bool(values["utility_lines"])
    # A project's costs are its councils' business, a municipality's paths are everybody's.
    usual = "council" if values["project"] else "public"
    profile = values["profile"] or ("internal" if lines else usual)
    stamp = values["stamp"] or ("none" if profile == "public" else "non_public")
    try:
        issue_date = date.fromisoformat(issued) if issued else None
    except ValueError as error:
        raise InputError("maps.date_malformed", value=issued) from error
    return Order(values["lang"], profile, lines, stamp, issue_date,
                 values["creator"] or "", values["approver"] or "")  # fmt: skip


def run(values: Mapping[str, Any], progress: Progress) -> Report:
    """Export the maps that the parameters ask for."""
    order, paper = _order(values), values["paper"]
    register = values["register"]
    asked = {
        "municipality": values["municipality"], "atlas": not values["no_atlas"],
        "template": values["template"], "form": Form(values["format"], bool(values["geo_pdf"])),
        "progress": progress,
    }  # fmt: skip
    folder = values["folder"] or Path(register).parent / "maps"
    if values["project"]:
        return export_project_maps(register, folder, order, values["project"], paper=paper, **asked)
    return export_maps(register, folder, order,
                       paper=USUAL_PAPER if paper == "auto" else paper, **asked)  # fmt: skip


TASK = Task(
    "export_maps",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("folder", Kind.FOLDER, positional=True),
        Parameter("project", Kind.LIST),
        Parameter("municipality", Kind.TEXT),
        Parameter("paper", Kind.CHOICE, default="auto", choices=PAPERS),
        Parameter("format", Kind.CHOICE, default="pdf", choices=FORMATS),
        Parameter("geo_pdf", Kind.FLAG),
        Parameter("utility_lines", Kind.FLAG),
        Parameter("profile", Kind.CHOICE, choices=PROFILES),
        Parameter("stamp", Kind.CHOICE, choices=STAMPS),
        Parameter("template", Kind.FILE, pattern="*.qpt"),
        Parameter("creator", Kind.TEXT),
        Parameter("approver", Kind.TEXT),
        Parameter("issue_date", Kind.TEXT),
        Parameter("no_atlas", Kind.FLAG),
    ),
    run,
    qgis=True,
)
