"""Writes the sheets of map series as PDF, GeoPDF, PNG or SVG; all files of a job or none."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from qgis.core import (
    Qgis,
    QgsAbstractLayoutIterator,
    QgsLayoutExporter,
    QgsPrintLayout,
)

from ..core.errors import InputError
from ..core.messages import Label, Message, message
from ..core.tasks.task import Progress
from .layouts import Arrangement
from .map_order import ratio
from .whole_files import file_failed, is_whole_pdf, not_written

FORMATS = ("pdf", "png", "svg")
PDF_DPI = 300
#: Fine enough for a slide: an A3 sheet has 3,307 × 2,339 pixels.
PICTURE_DPI = 200
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                          "ß": "ss"})  # fmt: skip
#: Where a PDF tells where on the ground it lies. A GDAL built without it leaves it out silently.
_MEASURE = b"/Measure"
#: With these bytes a whole file ends.
_ENDS = {"png": b"IEND\xaeB`\x82", "svg": b"</svg>"}


def safe_name(name: str, keep: str = "") -> str:
    """A name as part of a file's name: plain letters, the signs in `keep`, and underscores."""
    plain = unicodedata.normalize("NFKD", name.translate(_SPELLED))
    plain = plain.encode("ascii", "ignore").decode()
    return re.sub(rf"[^A-Za-z0-9{re.escape(keep)}]+", "_", plain).strip("_") or "map"


class Writer(Protocol):
    """Fills one layout for sheet after sheet."""

    arrangement: Arrangement
    watch: Callable[[], None]

    def arrange(self, sheet: Any, number: int, count: int) -> int:
        """Put a sheet on the layout; the denominator of its scale."""


@dataclass(frozen=True)
class Form:
    """How sheets are written: a PDF of all, or a file for each; `geo` ones can be measured in."""

    format: str = "pdf"
    geo: bool = False
    dpi: int | None = None

    @property
    def resolution(self) -> int:
        return self.dpi or (PDF_DPI if self.format == "pdf" else PICTURE_DPI)

    def check(self) -> None:
        """Raise `InputError` where the form contradicts itself."""
        if self.geo and self.format != "pdf":
            raise InputError("maps.geo_is_pdf", format=self.format.upper())


@dataclass(frozen=True)
class Job:
    """Sheets that belong together, and the name of their file, without its ending."""

    writer: Writer
    sheets: Sequence[Any]
    name: str


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


def _pdf_settings(form: Form) -> QgsLayoutExporter.PdfExportSettings:
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = form.resolution
    settings.forceVectorOutput = True
    # Text as text: the default draws outlines, which nobody can search.
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    settings.appendGeoreference = form.geo
    settings.writeGeoPdf = form.geo
    # The layers' attributes would be exported whole, whatever the profile.
    settings.includeGeoPdfFeatures = False
    settings.exportMetadata = True
    return settings


def _write_series(job: Job, path: Path, form: Form) -> list[int]:
    """All sheets as pages of one PDF; their scales."""
    scales: list[int] = []
    count = len(job.sheets)

    def arrange(at: int) -> None:
        scales.append(job.writer.arrange(job.sheets[at], at + 1, count))

    pages = _Pages(arrange, job.writer.arrangement.layout, count)
    result, reason = QgsLayoutExporter.exportToPdf(pages, str(path), _pdf_settings(form))
    if pages.error is not None:
        raise pages.error
    _check(path, result, reason or "PDF", count)
    return scales


def _write_sheet(layout: QgsPrintLayout, path: Path, form: Form) -> None:
    """The sheet that a layout holds, as a file of its own."""
    exporter = QgsLayoutExporter(layout)
    if form.format == "pdf":
        result = exporter.exportToPdf(str(path), _pdf_settings(form))
    elif form.format == "png":
        # Not exportToImage(): it writes a georeference behind, which GDAL complains of on PNG.
        picture = exporter.renderPageToImage(0, dpi=form.resolution)
        done = picture.save(str(path), "PNG")
        outcomes = QgsLayoutExporter.ExportResult
        result = outcomes.Success if done else outcomes.FileError
    else:
        settings = QgsLayoutExporter.SvgExportSettings()
        settings.dpi, settings.exportMetadata = form.resolution, False
        settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
        settings.forceVectorOutput = True
        result = exporter.exportToSvg(str(path), settings)
    _check(path, result, form.format.upper(), 1)
    if form.geo and _MEASURE not in path.read_bytes():
        raise InputError("maps.geo_pdf_unavailable")


def _check(path: Path, result: Any, reason: str, pages: int) -> None:
    """Raise what is to be told where a file is not whole."""
    ending = path.suffix[1:]
    whole = is_whole_pdf(path, pages) if ending == "pdf" else _is_whole_picture(path, _ENDS[ending])
    if result != QgsLayoutExporter.ExportResult.Success or not whole:
        target = path.parent.parent / path.name
        raise not_written(target, file_failed(target, reason))


def _is_whole_picture(path: Path, ending: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb+") as file:
        os.fsync(file.fileno())  # some file systems tell only then that they are full
        return file.read().rstrip().endswith(ending)


def _write_job(job: Job, folder: Path, form: Form) -> list[dict[str, Any]]:
    if form.format == "pdf" and not form.geo:
        name = f"{job.name}.pdf"
        scales = _write_series(job, folder / name, form)
        return [{"file": name, "pages": len(job.sheets), "scales": scales}]
    files = []
    count = len(job.sheets)
    for number, sheet in enumerate(job.sheets, 1):
        scale = job.writer.arrange(sheet, number, count)
        # A GeoPDF is of one page, as pictures are.
        name = f"{job.name}_{number}" if count > 1 else job.name
        name = f"{name}.{form.format}"
        _write_sheet(job.writer.arrangement.layout, folder / name, form)
        files.append({"file": name, "pages": 1, "scales": [scale]})
    return files


def write_all(
    jobs: Sequence[Job], folder: Path, form: Form, progress: Progress
) -> list[dict[str, Any]]:  # fmt: skip
    """Write all files beside their place first, so that a failure leaves nothing half done.

    Returns `file`, `pages` and `scales` of each file. Raises `InputError` where one can't be
    written, and `RegisterError` where the disk is full; then `folder` stays as it was.
    """
    files: list[dict[str, Any]] = []
    existed = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as made:
            for done, job in enumerate(jobs):
                progress.report(done / len(jobs), message("maps.exporting", file=job.name))
                job.writer.watch = lambda: progress.report(done / len(jobs))  # noqa: B023
                files += _write_job(job, Path(made), form)
            for entry in files:
                Path(made, entry["file"]).replace(folder / entry["file"])
    except BaseException as error:
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        place = Path(error.filename or folder)
        failed = file_failed(place, error.strerror or str(error))
        raise not_written(folder / place.name, failed, error) from error
    return files


def told(folder: Path, files: Sequence[dict[str, Any]]) -> list[Message]:
    """What was written, in sentences."""
    lines = [message("maps.written", file=f["file"], scales=_scales(f["scales"]),
                     pages=f["pages"]) for f in files]  # fmt: skip
    return [message("maps.folder", folder=str(folder)), *lines]


def _scales(scales: list[int]) -> list[Label]:
    return [Label(de=ratio(scale, "de"), en=ratio(scale, "en")) for scale in sorted(set(scales))]
