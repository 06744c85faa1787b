"""A list of the panel: what is wanted of it, its table, and how many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import Qgis, QgsMarkerSymbol, QgsProject, QgsSymbolLayerUtils
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QSize, Qt, QTimer
from qgis.PyQt.QtGui import QIcon, QKeySequence, QShortcut
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..core.messages import text
from ..core.stores import Store
from ..project.layer_ids import layer_id
from .jobs import Job
from .lists import MOST, Page, Wanted
from .rows_model import Column, RowsTable
from .workplace import Workplace

_ICON = QSize(18, 18)
#: A symbol of this size fits the icon, its outline included.
_LARGEST_MM = 3.2
#: Milliseconds without a key before a search begins.
_PAUSE = 300


def _icon(symbol: QgsMarkerSymbol) -> QIcon:
    """A symbol of the map in the size of an icon."""
    small = symbol.clone()
    small.setSize(min(small.size(), _LARGEST_MM))
    return QgsSymbolLayerUtils.symbolPreviewIcon(small, _ICON)


class ListTab(QWidget):
    """What the lists of findings and of proposals have in common.

    A list names its table of the register, its columns and states, finds its rows, and does
    something with those that are chosen.
    """

    table = ""
    states: Sequence[str] = ()

    def __init__(self, workplace: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.workplace = workplace
        self.page: Page = Page()
        self._job: Job | None = None
        self.rows = RowsTable(self.columns(), self.tip, self)
        self.state = self._combo([(self.state_label(code), code) for code in self.states])
        self.kind = self._combo([(self.word("every_kind"), "")])
        self.words = QgsFilterLineEdit(self)
        self.words.setPlaceholderText(self.word("search"))
        self.words.setShowSearchIcon(True)
        self.count = QLabel(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.load)
        self.words.textChanged.connect(lambda: self._pause.start())
        self.rows.selectionModel().selectionChanged.connect(lambda: self.chosen_changed())
        # Not `activated`: on some desktops that is a single click.
        self.rows.doubleClicked.connect(lambda index: self.show_on_map(self.rows.row_at(index)))
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.rows)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self._show_first)
        self._lay_out()

    # -- what a list says of itself

    def columns(self) -> list[Column]:
        raise NotImplementedError

    def tip(self, row: Any) -> str:
        raise NotImplementedError

    def find(self, store: Store, wanted: Wanted, watch: Callable[[], None]) -> Page:
        raise NotImplementedError

    def kind_label(self, kind: str) -> str:
        raise NotImplementedError

    def state_label(self, code: str) -> str:
        raise NotImplementedError

    def filters(self) -> list[QWidget]:
        """The fields above the table, from the left."""
        return [self.state, self.kind, self.words]

    def buttons(self) -> list[QWidget]:
        """The buttons below the table, from the left, and what is said beside them."""
        raise NotImplementedError

    def chosen_changed(self) -> None:
        """Other rows are chosen."""

    def show_on_map(self, row: Any) -> None:
        """Go where a row is."""

    # -- building blocks

    def word(self, key: str, **values: Any) -> str:
        return text(f"gui.{key}", self.workplace.lang, **values)

    def button(self, key: str, called: Callable[[], None]) -> QPushButton:
        button = QPushButton(self.word(key), self)
        button.setObjectName(key)
        button.setAutoDefault(False)
        button.setToolTip(self.word(f"{key}_tip"))
        button.clicked.connect(lambda: called())
        return button

    def _combo(self, choices: list[tuple[str, str]]) -> QComboBox:
        combo = QComboBox(self)
        for label, code in choices:
            combo.addItem(label, code)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        combo.setMinimumContentsLength(12)
        combo.currentIndexChanged.connect(lambda: self.load())
        return combo

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        for widget in self.filters():
            above.addWidget(widget, 1 if widget is self.words else 0)
        above.addWidget(self.count)
        for widget in self.buttons():
            below.addWidget(widget, 0 if isinstance(widget, QPushButton) else 1)
        below.addStretch(0)
        self.count.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.setIconSize(_ICON)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.setSpacing(4)
        whole.addLayout(above)
        whole.addWidget(self.rows, 1)
        whole.addLayout(below)

    # -- loading

    def wanted(self) -> Wanted:
        """What the fields above the table ask for."""
        return Wanted(self.workplace.ags, self.state.currentData() or "",
                      self.kind.currentData() or "", "", self.words.text())  # fmt: skip

    def load(self) -> None:
        """Find the rows anew, in the background."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if not self.workplace.location:
            self._show(Page())
            return
        wanted = self.wanted()
        self.count.setText(self.word("reading"))
        self._job = self.workplace.read(
            lambda store, job: self.find(store, wanted, job.watch), self._show
        )

    @property
    def loading(self) -> bool:
        """Whether the rows are still on their way."""
        return self._job is not None or self._pause.isActive()

    def _show(self, page: Page) -> None:
        self._job = None
        self.page = page
        self.rows.list.icons = self._icons()
        self.rows.show_rows(page.rows, lambda row: row.uuid)
        self._offer(page.kinds)
        key = "count_all" if page.count <= MOST else "count_some"
        self.count.setText(self.word(key, count=page.count, shown=len(page.rows)))
        self.chosen_changed()

    def _offer(self, kinds: dict[str, int]) -> None:
        """Let the user choose among the kinds that there are."""
        chosen = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItem(self.word("every_kind"), "")
        for kind in dict.fromkeys((*kinds, *filter(None, (chosen,)))):
            self.kind.addItem(f"{self.kind_label(kind)} ({kinds.get(kind, 0)})", kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))
        self.kind.blockSignals(False)

    def _icons(self) -> dict[str, QIcon]:
        """The symbols of the map's legend, by the keys of its rules."""
        layer = QgsProject.instance().mapLayer(layer_id(self.table))
        if layer is None or layer.type() != Qgis.LayerType.Vector:
            return {}
        return {item.ruleKey(): _icon(item.symbol())
                for item in layer.renderer().legendSymbolItems()
                if isinstance(item.symbol(), QgsMarkerSymbol)}  # fmt: skip

    def _show_first(self) -> None:
        for row in self.rows.chosen()[:1]:
            self.show_on_map(row)
