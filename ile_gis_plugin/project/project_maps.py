"""Maps of joint projects: the site plan of each, a municipality's part, an atlas of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsProjectMetadata,
    QgsRectangle,
)

from ..core.definition import REGISTER
from ..core.errors import InputError
from ..core.messages import Message
from ..core.resources import resource
from ..core.stores import Store, open_register
from ..core.tasks.task import Progress, Report, Silent
from .application import qgis_application
from .layouts import Arrangement, load_template, template_map_size
from .map_files import Form, Job, safe_name, told, write_all
from .map_order import Order
from .map_sources import state_day
from .project_content import ALL, ProjectContent, read_projects
from .project_layers import load_project_layers, read_municipalities
from .project_plan import ProjectSheet, Size, plan_all, plan_project, points_of
from .project_sheets import ProjectSheetWriter
from .tiling import Box, box_of

TEMPLATES = {"a4": "project_map_a4_portrait", "a3": "project_map_a3_landscape"}
#: The paper of the atlas, where nobody asks for another one.
ATLAS_PAPER = "a3"


class _Series:
    """What all sheets of one export have in common, read and loaded once."""

    def __init__(self, store: Store, order: Order, numbers: Sequence[str], paper: str,
                 template: str | Path | None) -> None:  # fmt: skip
        self.order, self.paper, self._location = order, paper, store.location
        self._template = Path(template) if template else None
        self.info, self._every = store.info(), ALL in numbers
        self.day = state_day(store, self.info)
        self.municipalities = read_municipalities(store)
        self.contents, self.remarks = read_projects(store, order, numbers)
        self._writers: dict[str, ProjectSheetWriter] = {}

    @cached_property
    def sizes(self) -> Mapping[str, Size]:
        """The map's size in mm on each paper that may be taken, the smallest first."""
        papers = TEMPLATES if self.paper == "auto" and not self._template else [self._largest]
        return {paper: template_map_size(self._source(paper)) for paper in papers}

    @property
    def _largest(self) -> str:
        return ATLAS_PAPER if self.paper == "auto" else self.paper

    def _source(self, paper: str) -> Path:
        return self._template or resource(f"styles/{TEMPLATES[paper]}.qpt")

    @cached_property
    def _project(self) -> QgsProject:
        project = QgsProject()
        project.setCrs(QgsCoordinateReferenceSystem.fromEpsgId(REGISTER.crs))
        # Neither the title nor the author may come from the machine's user.
        metadata = QgsProjectMetadata()
        titles = [self.order.word("projects_title"), self.info.title]
        if len(self.contents) == 1:
            titles = [self.contents[0].number, self.contents[0].values["title"]]
        metadata.setTitle(" – ".join(part for part in titles if part))
        metadata.setAuthor(self.order.creator or self.info.title)
        project.setMetadata(metadata)
        return project

    @cached_property
    def _layers(self):
        classes = {asset.asset_class for content in self.contents for asset in content.assets}
        return load_project_layers(self._project, self._location, self.order, classes,
                                   self._every)  # fmt: skip

    def writer(self, paper: str) -> ProjectSheetWriter:
        if paper not in self._writers:
            layout = load_template(self._project, self._source(paper))
            self._writers[paper] = ProjectSheetWriter(
                Arrangement(layout), self._layers, self.order, self.info, self.day, paper,
                self.municipalities, self.contents)  # fmt: skip
        return self._writers[paper]

    def plan(self, content: ProjectContent, part: str, sizes: Mapping[str, Size]
             ) -> tuple[str, list[ProjectSheet]]:  # fmt: skip
        """The paper and the sheets of a project, or of a municipality's part of it."""
        territory = self.municipalities[part].territory if part else None
        points, has_lines = points_of(content.assets, part, territory)
        if not len(points):
            raise InputError("maps.part_is_empty", number=content.number,
                             name=self.municipalities[part].name)  # fmt: skip
        return plan_project(content, points, has_lines, sizes, part)

    def _everywhere(self) -> Box:
        """The extent of all projects, with the territories of those who take part."""
        points, _ = points_of(asset for content in self.contents for asset in content.assets)
        extent = QgsRectangle(*box_of(points))
        for ags in {p.ags for c in self.contents for p in c.parts if p.is_participant}:
            extent.combineExtentWith(self.municipalities[ags].territory.boundingBox())
        return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()

    def atlas(self) -> Job:
        """All projects on one sheet, and after it the sheets of each."""
        paper = self._largest
        sizes = {paper: template_map_size(self._source(paper))}
        writer = self.writer(paper)
        sheets = [plan_all(self._everywhere(), sizes[paper])]
        for content in self.contents:
            writer.pages[content.number] = len(sheets) + 1
            sheets += self.plan(content, "", sizes)[1]
        return Job(writer, sheets, f"projects_{paper}")


def export_project_maps(
    location: str,
    folder: str | Path,
    order: Order,
    numbers: Sequence[str],
    *,
    paper: str = "auto",
    municipality: str | None = None,
    atlas: bool = True,
    template: str | Path | None = None,
    form: Form | None = None,
    progress: Progress | None = None,
) -> Report:
    """Export the site plan of each project; with `all` for a number, of all and an atlas.

    Args:
        paper: a4, a3, or auto, which takes the smaller one where it is large enough.
        municipality: the AGS of a municipality whose part of each project is shown.

    Raises `InputError` where the order contradicts itself, a project is unknown or has nothing to
    show, shares are not computed, or a file can't be written, and `RegisterError` where the disk
    is full. Then `folder` stays as it was.
    """
    progress, form = progress or Silent(), form or Form()
    order.check()
    form.check()
    folder = Path(folder)
    with qgis_application(), open_register(location, read_only=True) as store:
        series = _Series(store, order, numbers, paper, template)
        part = _part(series, municipality)
        every = ALL in numbers
        jobs, remarks = _jobs(series, part, every)
        if every and atlas and not part:
            jobs.append(series.atlas())
        files = write_all(jobs, folder, form, progress)
        values = {
            "folder": str(folder), "files": files, "register_version": series.info.change,
            "profile": order.profile, "utility_lines": order.utility_lines,
            "projects": [content.number for content in series.contents],
        }  # fmt: skip
    progress.report(1.0)
    return Report(values, [*told(folder, files), *series.remarks, *remarks])


def _part(series: _Series, municipality: str | None) -> str:
    if not municipality:
        return ""
    found = series.municipalities.get(municipality)
    if found is None:
        raise InputError("maps.unknown_municipality", ags=municipality)
    if found.territory.isEmpty():
        raise InputError("maps.boundary_missing", name=found.name)
    return municipality


def _jobs(series: _Series, part: str, every: bool) -> tuple[list[Job], list[Message]]:
    """A file for each project; of all projects those without anything in `part` are left out."""
    jobs: list[Job] = []
    remarks: list[Message] = []
    for content in series.contents:
        try:
            paper, sheets = series.plan(content, part, series.sizes)
        except InputError as error:
            if not every:
                raise
            remarks.append(error.message)
            continue
        words = [safe_name(content.number, keep="-")]
        words += [safe_name(series.municipalities[part].name), part] if part else []
        name = "_".join((*words, paper))
        taken = sum(job.name == name or job.name.startswith(f"{name}-") for job in jobs)
        jobs.append(Job(series.writer(paper), sheets, f"{name}-{taken + 1}" if taken else name))
    if not jobs:
        raise InputError(remarks[0].key, **remarks[0].values)
    return jobs, remarks
