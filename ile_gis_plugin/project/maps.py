"""Council maps as PDF: one per municipality, and an atlas of all."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsAbstractLayoutIterator,
    QgsLayoutExporter,
    QgsProject,
    QgsProjectMetadata,
)

from ..core.errors import InputError
from ..core.messages import Label, message
from ..core.resources import resource
from ..core.stores import open_register
from ..core.tasks.task import Kind, Parameter, Progress, Report, Silent, Task
from .application import qgis_application
from .layouts import Arrangement, load_template
from .map_layers import PROFILES, VISIBLE
from .sheets import Order, Sheet, SheetWriter, plan_sheets, ratio
from .whole_files import file_failed, is_whole_pdf, not_written

PAPERS = {"a4": "council_map_a4_portrait", "a3": "council_map_a3_landscape"}
STAMPS = ("none", "draft", "non_public")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                          "ß": "ss"})  # fmt: skip


def safe_name(name: str) -> str:
    """A municipality's name as part of a file's name: plain letters and underscores."""
    plain = unicodedata.normalize("NFKD", name.translate(_SPELLED))
    plain = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_") or "map"


class _Pages(QgsAbstractLayoutIterator):
    """Lets the exporter ask for one sheet after the other.

    An exception can't pass through the exporter: it is kept in `error`, and the export ends.
    """

    def __init__(self, arrange: Callable[[int], None], layout: Any, count: int) -> None:
        super().__init__()
        self._arrange, self._layout, self._count = arrange, layout, count
        self._at = -1
        self.error: BaseException | None = None

    def layout(self) -> Any:
        return self._layout

    def beginRender(self) -> bool:
        self._at = -1
        return True

    def endRender(self) -> bool:
        return True

    def count(self) -> int:
        return self._count

    def filePath(self, base: str, extension: str) -> str:
        return f"{base}.{extension}"

    def next(self) -> bool:
        self._at += 1
        if self._at >= self._count:
            return False
        try:
            self._arrange(self._at)
        except BaseException as error:
            self.error = error
            return False
        return True


def _settings(dpi: int) -> QgsLayoutExporter.PdfExportSettings:
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.forceVectorOutput = True
    # Text as text: the default draws outlines, which nobody can search.
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    settings.appendGeoreference = False
    settings.exportMetadata = True
    return settings


def _write(writer: SheetWriter, sheets: list[Sheet], path: Path, dpi: int) -> list[int]:
    """Write sheets to one PDF beside its place; the scales of its pages."""
    scales: list[int] = []

    def arrange(at: int) -> None:
        scales.append(writer.arrange(sheets[at], at + 1, len(sheets)))

    pages = _Pages(arrange, writer.arrangement.layout, len(sheets))
    result, reason = QgsLayoutExporter.exportToPdf(pages, str(path), _settings(dpi))
    if pages.error is not None:
        raise pages.error
    success = result == QgsLayoutExporter.ExportResult.Success
    if not success or not is_whole_pdf(path, len(sheets)):
        target = path.parent.parent / path.name
        raise not_written(target, file_failed(target, reason or "PDF"))
    return scales


def export_maps(
    location: str,
    folder: str | Path,
    order: Order,
    *,
    paper: str = "a3",
    municipality: str | None = None,
    atlas: bool = True,
    template: str | Path | None = None,
    dpi: int = 300,
    progress: Progress | None = None,
) -> Report:
    """Export a map per member municipality and an atlas of all, or one municipality's map.

    Raises `InputError` where the order contradicts itself, the municipality or a boundary is
    missing, or a file can't be written, and `RegisterError` where the disk is full. Then
    `folder` stays as it was.
    """
    progress = progress or Silent()
    order.check()
    folder = Path(folder)
    source = Path(template) if template else resource(f"styles/{PAPERS[paper]}.qpt")
    with qgis_application(), open_register(location, read_only=True) as store:
        info = store.info()
        project = QgsProject()
        # Neither the title nor the author may come from the machine's user.
        project.setMetadata(_metadata(order, info.title))
        layout = load_template(project, source)
        writer = SheetWriter(project, Arrangement(layout), location, order, info, paper)
        single, index = plan_sheets(writer, municipality)
        jobs = [([sheet], f"{safe_name(sheet.name)}_{sheet.ags}_{paper}.pdf") for sheet in single]
        if atlas and municipality is None:
            jobs.append(([index, *single], f"atlas_{paper}.pdf"))
        existed = folder.is_dir()
        try:
            files = _write_all(writer, jobs, folder, dpi, progress)
        except BaseException:
            if not existed:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        lines = [message("maps.written", file=f["file"], scales=_scales(f["scales"]),
                         pages=f["pages"]) for f in files]  # fmt: skip
        values = {"folder": str(folder), "files": files, "register_version": info.change,
                  "profile": order.profile, "utility_lines": order.utility_lines}  # fmt: skip
        seen = {"visibility": list(VISIBLE[order.profile])}
        lines += writer.remarks(store.count("utility_line") - store.count("utility_line", seen))
    progress.report(1.0)
    return Report(values, [message("maps.folder", folder=str(folder)), *lines])


def _scales(scales: list[int]) -> list[Label]:
    return [Label(de=ratio(scale, "de"), en=ratio(scale, "en")) for scale in sorted(set(scales))]


def _write_all(
    writer: SheetWriter,
    jobs: list[tuple[list[Sheet], str]],
    folder: Path,
    dpi: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Write all files beside their place first, so that a failure leaves nothing half done."""
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as made:
            for done, (sheets, name) in enumerate(jobs):
                progress.report(done / len(jobs), message("maps.exporting", file=name))
                writer.watch = lambda: progress.report(done / len(jobs))  # noqa: B023
                scales = _write(writer, sheets, Path(made, name), dpi)
                files.append({"file": name, "pages": len(sheets), "scales": scales})
            for entry in files:
                Path(made, entry["file"]).replace(folder / entry["file"])
    except OSError as error:
        place = Path(error.filename or folder)
        failed = file_failed(place, error.strerror or str(error))
        raise not_written(folder / place.name, failed, error) from error
    return files


def _metadata(order: Order, title: str) -> QgsProjectMetadata:
    metadata = QgsProjectMetadata()
    metadata.setTitle(" – ".join(part for part in (order.word("title"), title) if part))
    metadata.setAuthor(order.creator or title)
    return metadata


def run(values: Mapping[str, Any], progress: Progress) -> Report:
    """Export the maps that the parameters ask for."""
    issued = values["issue_date"] or date.today().isoformat()
    lines = bool(values["utility_lines"])
    profile = values["profile"] or ("internal" if lines else "public")
    stamp = values["stamp"] or ("none" if profile == "public" else "non_public")
    try:
        issue_date = date.fromisoformat(issued)
    except ValueError as error:
        raise InputError("maps.date_malformed", value=issued) from error
    order = Order(values["lang"], profile, lines, stamp, issue_date,
                  values["creator"] or "", values["approver"] or "")  # fmt: skip
    register = values["register"]
    folder = values["folder"] or Path(register).parent / "maps"
    return export_maps(
        register, folder, order,
        paper=values["paper"], municipality=values["municipality"],
        atlas=not values["no_atlas"], template=values["template"], progress=progress,
    )  # fmt: skip


TASK = Task(
    "export_maps",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("folder", Kind.FOLDER, positional=True),
        Parameter("municipality", Kind.TEXT),
        Parameter("paper", Kind.CHOICE, default="a3", choices=tuple(PAPERS)),
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
