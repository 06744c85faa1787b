"""The rows of a list as a table in the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from qgis.PyQt.QtGui import QIcon, QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QTableView, QWidget

_ROLE = Qt.ItemDataRole
#: Right and vertically centred, as the number that Qt 5 and Qt 6 both take.
_RIGHT = 0x0002 | 0x0080
_NOWHERE = QModelIndex()
_ROWS_SHOWN = 6
#: The role under which a cell gives what its column is sorted by.
SORTED = _ROLE.UserRole


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what of a row it shows.

    Attributes:
        width: in characters; all columns together grow and shrink with the table.
        shown: the words in a cell.
        sorted: what the column is sorted by; the words where there is nothing else.
        icon: the key of the cell's icon.
    """

    heading: str
    width: int
    shown: Callable[[Any], str]
    sorted: Callable[[Any], Any] | None = None
    icon: Callable[[Any], str] | None = None
    number: bool = False


class RowsModel(QAbstractTableModel):
    """Rows that are replaced as a whole."""

    def __init__(self, columns: Sequence[Column], tip: Callable[[Any], str]) -> None:
        super().__init__()
        self.columns = list(columns)
        self._headings = [column.heading for column in columns]
        self.icons: dict[str, QIcon] = {}
        self.rows: list[Any] = []
        self._tip = tip

    def show(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return self._headings[section]
        if role == _ROLE.TextAlignmentRole and self.columns[section].number:
            return _RIGHT
        return None

    def rename(self, section: int, heading: str) -> None:
        """Give a column another heading."""
        self._headings[section] = heading
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, section, section)

    def data(self, index: QModelIndex, role: int = _ROLE.DisplayRole) -> Any:
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == _ROLE.DisplayRole:
            return column.shown(row)
        if role == SORTED:
            return column.sorted(row) if column.sorted else column.shown(row).casefold()
        if role == _ROLE.DecorationRole and column.icon:
            return self.icons.get(column.icon(row))
        if role == _ROLE.TextAlignmentRole and column.number:
            return _RIGHT
        if role == _ROLE.ToolTipRole:
            return self._tip(row)
        return None


class RowsTable(QTableView):
    """A table of whole rows, several of which can be chosen with mouse or keyboard."""

    def __init__(
        self, columns: Sequence[Column], tip: Callable[[Any], str], parent: QWidget
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.list = RowsModel(columns, tip)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.list)
        self._sorted.setSortRole(SORTED)
        self.setModel(self._sorted)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._fitting = False
        self._widths_are_ours = True
        header.sectionResized.connect(self._resized)

    def sizeHint(self) -> QSize:
        """Room for a few rows: the map needs the rest."""
        return QSize(600, _ROWS_SHOWN * self.verticalHeader().defaultSectionSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._widths_are_ours:
            self._fit()

    def _fit(self) -> None:
        """Share the width of the table among the columns; a number is never cut off."""
        self._fitting = True
        em = self.fontMetrics().averageCharWidth()
        columns = self.list.columns
        numbers = sum(c.width for c in columns if c.number)
        left = self.viewport().width() - numbers * em
        for n, column in enumerate(columns[:-1]):
            share = left * column.width / (sum(c.width for c in columns) - numbers)
            self.horizontalHeader().resizeSection(n, column.width * em if column.number
                                                  else int(share))  # fmt: skip
        self._fitting = False

    def _resized(self, section: int, before: int, now: int) -> None:
        last = section == len(self.list.columns) - 1
        if not self._fitting and not last and self.underMouse():
            self._widths_are_ours = False  # somebody has dragged a border

    def show_rows(self, rows: Sequence[Any], key: Callable[[Any], Any]) -> None:
        """Replace the rows; those stay chosen whose key is still there."""
        chosen = {key(row) for row in self.chosen()}
        self.list.show(rows)
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for n, row in enumerate(rows):
            if key(row) in chosen:
                index = self._sorted.mapFromSource(self.list.index(n, 0))
                self.selectionModel().select(index, flags)

    def chosen(self) -> list[Any]:
        """The rows that are selected, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.row_at(self._sorted.index(n, 0)) for n in rows]

    def row_at(self, index: QModelIndex) -> Any:
        return self.list.rows[self._sorted.mapToSource(index).row()]

    def choose(self, uuid: str) -> bool:
        """Select one row alone, as a click does; whether it is there."""
        for n, row in enumerate(self.list.rows):
            if row.uuid == uuid:
                index = self._sorted.mapFromSource(self.list.index(n, 0))
                self.setCurrentIndex(index)
                self.selectRow(index.row())
                return True
        return False
