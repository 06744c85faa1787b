"""Tables on a sheet, as large as their boxes allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsLayoutItemManualTable,
    QgsLayoutSize,
    QgsLayoutUtils,
    QgsPrintLayout,
    QgsTableCell,
    QgsTextFormat,
    QgsTextRenderer,
)
from qgis.PyQt.QtCore import QSizeF, Qt
from qgis.PyQt.QtGui import QColor

from .legends import SHRINK

#: Width of a column that only shows a tint, in mm.
TINT_MM = 4.0
#: The exporter sets letters a little wider than they are measured.
SPARE = 1.03
#: Between two columns of numbers, in mm.
GAP_MM = 1.5
_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


@dataclass(frozen=True)
class Column:
    """A column whose words stand on one side; those on the left may be broken into lines."""

    heading: str
    side: str = "left"


@dataclass(frozen=True)
class Line:
    """A line of a table; `tint` colours its first cell."""

    cells: tuple[str, ...]
    tint: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Content:
    """What a table shows."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


class Table:
    """One table that is filled anew for each sheet; it remembers how the template looked."""

    def __init__(self, table: QgsLayoutItemManualTable) -> None:
        self._table = table
        self._box = _box_of(table)
        table.frame(0).attemptResize(QgsLayoutSize(self._box.width(), self._box.height()))
        self._size = table.contentTextFormat().size()
        self._margin = table.cellMargin()
        self._shown: Content | None = None

    def fill(self, content: Content) -> None:
        """Show lines in letters as large as the box allows, with no empty rows."""
        if content == self._shown:
            return
        table, self._shown = self._table, content
        # The headings are a line like the others: QGIS's own all stand on the left.
        headings = Line(tuple(column.heading for column in content.columns), bold=True)
        lines = (headings, *content.lines)
        table.setIncludeTableHeader(False)
        for factor in SHRINK:
            whole_words = self._set(content.columns, lines, factor)
            # It is as high as its box as long as all lines fit, else higher.
            if whole_words and table.totalSize().height() <= 1.001 * self._box.height():
                break
        table.refresh()

    def _set(self, columns: Sequence[Column], lines: Sequence[Line], factor: float) -> bool:
        """Set the lines in letters of a size; whether no word is cut."""
        table = self._table
        table.setCellMargin(self._margin * factor)
        body, bold = table.contentTextFormat(), table.headerTextFormat()
        body.setSize(self._size * factor)
        bold.setSize(self._size * factor)
        widths, whole_words = self._widths(columns, lines, bold)
        table.setContentTextFormat(body)
        table.setHeaderTextFormat(bold)
        table.setColumnWidths(widths)
        table.setTableContents([
            [_cell(text, column, line, bold if line.bold else body, first=n == 0)
             for n, (text, column) in enumerate(zip(line.cells, columns, strict=True))]
            for line in lines
        ])  # fmt: skip
        table.recalculateTableSize()
        return whole_words

    def _widths(self, columns: Sequence[Column], lines: Sequence[Line], words: QgsTextFormat
                ) -> tuple[list[float], bool]:  # fmt: skip
        """Widths in mm: numbers get what they need, names share the rest."""
        context = QgsLayoutUtils.createRenderContextForLayout(self._table.layout(), None)

        def widest(texts: Iterable[str]) -> float:
            widths = [QgsTextRenderer.textWidth(context, words, [text]) for text in texts]
            return SPARE * max(widths, default=0.0) / context.scaleFactor()

        cells = [[line.cells[n] for line in lines] for n in range(len(columns))]
        needed = [widest(column) + GAP_MM if any(column) else TINT_MM for column in cells]
        least = [
            widest(word for text in texts for word in text.split()) + GAP_MM
            if column.side == "left" and any(texts) else width
            for column, texts, width in zip(columns, cells, needed, strict=True)
        ]  # fmt: skip
        room = self._box.width() - _margins(self._table, columns) - sum(least)
        missing = sum(needed) - sum(least)
        # By what each would take beyond its longest word; where nothing would be broken, by width.
        wish = [high - low if missing else high * (column.side == "left" and any(texts))
                for low, high, column, texts in zip(least, needed, columns, cells, strict=True)]
        whole = sum(wish) or 1.0
        widths = [low + room * part / whole for low, part in zip(least, wish, strict=True)]
        return widths, room >= 0


def _margins(table: QgsLayoutItemManualTable, columns: Sequence[Column]) -> float:
    """What margins and grid take of a table's width, in mm."""
    return len(columns) * (2 * table.cellMargin() + table.gridStrokeWidth())


def _box_of(table: QgsLayoutItemManualTable) -> QSizeF:
    """The room for a table: QGIS makes its own frame as wide as its columns.

    It reaches as far into the item `<id>_frame` on the right and below as it does on the left;
    without one the table keeps to the size that it has in the template.
    """
    frame = table.frame(0)
    place = frame.sceneBoundingRect()
    around = table.layout().itemById(f"{frame.id()}_frame")
    if around is None:
        return place.size()
    outer = around.sceneBoundingRect()
    inset = place.left() - outer.left()
    return QSizeF(outer.right() - inset - place.left(), outer.bottom() - inset - place.top())


def _cell(text: str, column: Column, line: Line, words: QgsTextFormat, *,
          first: bool) -> QgsTableCell:  # fmt: skip
    cell = QgsTableCell(text)
    cell.setTextFormat(words)
    cell.setHorizontalAlignment(_SIDES[column.side])
    cell.setVerticalAlignment(Qt.AlignmentFlag.AlignVCenter)
    if first and line.tint:
        cell.setBackgroundColor(QColor(line.tint))
    return cell


def tables_of(layout: QgsPrintLayout) -> dict[str, Table]:
    """The tables of a template by the ids of their frames."""
    found = (t for t in layout.multiFrames() if isinstance(t, QgsLayoutItemManualTable))
    return {table.frame(0).id(): Table(table) for table in found if table.frameCount()}
