"""How a joint project is put on paper: one sheet, or an index and sheets of its details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from qgis.core import QgsGeometry

from ..core.geometry.wkb import decode_lines, decode_points
from .layouts import usual_scale
from .project_content import Linked, ProjectContent
from .tiling import Box, Points, box_of, cover, thickened

#: A project that fits one sheet at this scale or a larger one needs no details.
LEGIBLE = 5_000
#: Sheets of details are drawn at the first of these scales at which there are not too many.
DETAIL_SCALES = (2_500, 5_000, 10_000, 25_000)
#: A line is looked at as a course; 1:2,500 would cut it into many sheets and show no more.
LINE_SCALES = DETAIL_SCALES[1:]
MOST_SHEETS = 9
#: Up to this scale the smaller paper will do.
ENOUGH = 2_500
#: Ground around the assets, so that a single light has its street around it, in metres.
AROUND_M = 60.0
#: Paper around the assets of a sheet: details overlap by twice as much, in mm.
AROUND_MM = 12.0

Size = tuple[float, float]  # mm


@dataclass(frozen=True)
class ProjectSheet:
    """One page. `part` is the municipality whose part it shows, or empty.

    `frames` are the extents of the details, in metres, of which this is the one at `detail`
    (none: None). A sheet without `content` shows all projects.
    """

    content: ProjectContent | None
    kind: str  # whole | index | detail | all
    centre: tuple[float, float]
    scale: int
    part: str = ""
    frames: tuple[Box, ...] = ()
    detail: int | None = None


def points_of(assets: Iterable[Linked], part: str = "", territory: QgsGeometry | None = None,
              spacing: float = 20.0) -> tuple[Points, bool]:  # fmt: skip
    """Where assets lie, or what of them lies in a territory: points, and whether lines are there.

    Points on lines are at most `spacing` metres apart.
    """
    assets = [asset for asset in assets if not part or part in asset.ags]
    lines = [a.wkb for a in assets if a.asset_class in ("path", "utility_line")]
    dots = [a.wkb for a in assets if a.asset_class not in ("path", "utility_line")]
    if lines and territory is not None:
        lines = _clipped(lines, territory)
    found = [decode_points(dots)] if dots else []
    if lines:
        decoded = decode_lines(lines)
        found.append(thickened(decoded.coords, decoded.offsets, spacing))
    return (np.concatenate(found) if found else np.empty((0, 2))), bool(lines)


def _clipped(lines: list[bytes], territory: QgsGeometry) -> list[bytes]:
    found = []
    for wkb in lines:
        geometry = QgsGeometry()
        geometry.fromWkb(wkb)
        inside = geometry.intersection(territory)
        found += [bytes(part.asWkb()) for part in inside.asGeometryCollection()
                  if part.length() > 0]  # fmt: skip
    return found


def plan_project(content: ProjectContent, points: Points, has_lines: bool,
                 sizes: Mapping[str, Size], part: str = "") -> tuple[str, list[ProjectSheet]]:
    """The paper and the sheets of a project.

    Args:
        points: where its assets lie, at least one.
        sizes: the map's width and height in mm on each paper that may be taken, smallest first.
        part: the AGS of the municipality whose part is shown, or empty.
    """  # fmt: skip
    box = _widened(box_of(points), AROUND_M)
    fits = {paper: _scale(box, size) for paper, size in sizes.items()}
    largest = list(sizes)[-1]
    for paper, scale in fits.items():
        # The smaller paper where it is large enough, or the larger one would show no more.
        if scale <= ENOUGH or (scale <= LEGIBLE and scale == fits[largest]):
            return paper, [ProjectSheet(content, "whole", _centre(box), scale, part)]
    scale, frames = _details(points, has_lines, sizes[largest])
    around = _widened(box_of(np.array(frames).reshape(-1, 2)), 0.0)
    index = ProjectSheet(content, "index", _centre(around), _scale(around, sizes[largest]), part,
                         frames)  # fmt: skip
    if len(frames) == 1:
        return largest, [ProjectSheet(content, "whole", _centre(frames[0]), scale, part)]
    details = [ProjectSheet(content, "detail", _centre(frame), scale, part, frames, n)
               for n, frame in enumerate(frames)]  # fmt: skip
    return largest, [index, *details]


def plan_all(box: Box, size: Size) -> ProjectSheet:
    """The sheet of all projects, which lie in a box."""
    return ProjectSheet(None, "all", _centre(box), _scale(box, size))


def _details(points: Points, has_lines: bool, size: Size) -> tuple[int, tuple[Box, ...]]:
    scales = LINE_SCALES if has_lines else DETAIL_SCALES
    for scale in scales:
        metres = scale / 1000
        free = [(side - 2 * AROUND_MM) * metres for side in size]
        boxes = cover(points, *free)
        if len(boxes) <= MOST_SHEETS:
            break
    width, height = size[0] * metres, size[1] * metres
    return scale, tuple(_around(_centre(box), width, height) for box in boxes)


def _scale(box: Box, size: Size) -> int:
    width, height = (side - 2 * AROUND_MM for side in size)
    return usual_scale(box[2] - box[0], box[3] - box[1], width, height)


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _around(centre: tuple[float, float], width: float, height: float) -> Box:
    x, y = centre
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _widened(box: Box, metres: float) -> Box:
    return box[0] - metres, box[1] - metres, box[2] + metres, box[3] + metres
