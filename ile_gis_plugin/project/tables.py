"""Tables on a sheet, as large as their boxes allow."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsLayoutItemManualTable,
    QgsLayoutTableColumn,
    QgsPrintLayout,
    QgsTableCell,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .legends import SHRINK

_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


@dataclass(frozen=True)
class Column:
    """`width` is a part of the table's; `side` is where its words stand."""

    heading: str
    width: float
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
        self._frame = table.frame(0)
        self._box = self._frame.rect().size()
        self._size = table.contentTextFormat().size()
        self._margin = table.cellMargin()

    def fill(self, content: Content) -> None:
        """Show lines in letters as large as the box allows, with no empty rows."""
        table, columns = self._table, content.columns
        gaps = 2 * self._margin * len(columns)
        whole = sum(column.width for column in columns)
        headings = []
        for column in columns:
            made = QgsLayoutTableColumn(column.heading)
            made.setHAlignment(_SIDES[column.side])
            made.setWidth((self._box.width() - gaps) * column.width / whole)
            headings.append(made)
        table.setHeaders(headings)
        table.setColumnWidths([made.width() for made in headings])
        for factor in SHRINK:
            self._set(content, factor)
            if table.totalSize().height() <= self._box.height():
                break
        table.refresh()

    def _set(self, content: Content, factor: float) -> None:
        table = self._table
        table.setCellMargin(self._margin * factor)
        body, heading = table.contentTextFormat(), table.headerTextFormat()
        body.setSize(self._size * factor)
        heading.setSize(self._size * factor)
        table.setContentTextFormat(body)
        table.setHeaderTextFormat(heading)
        table.setTableContents([
            [_cell(text, column, line, heading if line.bold else body, first=n == 0)
             for n, (text, column) in enumerate(zip(line.cells, content.columns, strict=True))]
            for line in content.lines
        ])  # fmt: skip
        table.recalculateTableSize()


def _cell(text: str, column: Column, line: Line, words, *, first: bool) -> QgsTableCell:
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
