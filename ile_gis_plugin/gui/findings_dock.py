"""The panel of findings and border proposals."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgisInterface, QgsDockWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from ..core.messages import text
from ..project.boundaries import HeldBoundaries
from .findings_tab import FindingsTab
from .on_map import OnMap
from .proposals_tab import ProposalsTab
from .workplace import Workplace


class FindingsDock(QgsDockWidget):
    """Two lists, above them whose they are and who decides."""

    def __init__(self, iface: QgisInterface, lang: str, boundaries: HeldBoundaries) -> None:
        super().__init__(text("gui.findings_dock", lang), iface.mainWindow())
        self.setObjectName("ile_gis_findings_dock")
        self._lang = lang
        self.workplace = Workplace(iface, lang, boundaries)
        self._on_map = OnMap(iface)
        self.findings = FindingsTab(self.workplace, self._on_map, self)
        self.proposals = ProposalsTab(self.workplace, self._on_map, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.findings, text("gui.findings_tab", lang))
        self.tabs.addTab(self.proposals, text("gui.proposals_tab", lang))
        self.town, self.by = self._town(), self._by()
        self.tabs.setCornerWidget(self._header())
        nothing = QLabel(text("gui.no_register", lang), self)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setWordWrap(True)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(self.tabs)
        self.setWidget(self._pages)
        self.workplace.changed.connect(self._show_workplace)
        self.workplace.renewed.connect(self.load)
        self.workplace.busy_changed.connect(self._busy)
        self.tabs.currentChanged.connect(self._turned)
        self.visibilityChanged.connect(self._shown)

    def _town(self) -> QComboBox:
        combo = QComboBox(self)
        combo.setToolTip(text("gui.town_tip", self._lang))
        combo.setMinimumContentsLength(14)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.currentIndexChanged.connect(lambda: self._look())
        return combo

    def _by(self) -> QLineEdit:
        line = QLineEdit(self.workplace.by or QgsApplication.userFullName(), self)
        line.setPlaceholderText(text("gui.name_or_office", self._lang))
        line.setToolTip(text("gui.by_tip", self._lang))
        line.setMinimumWidth(130)
        line.textChanged.connect(self.workplace.decide_as)
        self.workplace.decide_as(line.text())
        return line

    def _header(self) -> QWidget:
        header = QWidget(self)
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 4, 2)
        for key, widget in (("town", self.town), ("by", self.by)):
            label = QLabel(text(f"gui.{key}", self._lang), header)
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget)
        return header

    # -- what it shows

    def show_project(self, project: QgsProject) -> None:
        """Show the register of a project."""
        self.workplace.show_project(project)

    def load(self) -> None:
        """Read both lists anew; what nobody sees is read when it is shown."""
        if self.isUserVisible():
            self.findings.load()
            self.proposals.load()

    def _show_workplace(self) -> None:
        self._pages.setCurrentIndex(1 if self.workplace.location else 0)
        self.town.blockSignals(True)
        self.town.clear()
        if not self.workplace.fixed:
            self.town.addItem(text("gui.whole_cooperation", self._lang), "")
        for ags, name in self.workplace.members.items():
            if not self.workplace.fixed or ags == self.workplace.ags:
                self.town.addItem(name, ags)
        self.town.setCurrentIndex(max(0, self.town.findData(self.workplace.ags)))
        self.town.setEnabled(not self.workplace.fixed)
        self.town.blockSignals(False)
        self._on_map.clear()
        self.load()

    def _look(self) -> None:
        self.workplace.look_as(self.town.currentData() or "")

    def _busy(self, busy: bool) -> None:
        self.findings.chosen_changed()
        self.proposals.chosen_changed()

    def _turned(self, index: int) -> None:
        self.findings.chosen_changed()
        self.proposals.chosen_changed()

    def _shown(self, visible: bool) -> None:
        if visible:
            self.load()
        else:
            self._on_map.clear()

    def release(self) -> None:
        """Leave nothing on the map."""
        self._on_map.clear()
