"""The menu and toolbar entries: create, open, and the jobs of a register."""

from __future__ import annotations

from qgis import processing
from qgis.core import Qgis, QgsProject
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QAction, QIcon
from qgis.PyQt.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QToolBar

from ..core.errors import IleError
from ..core.messages import text
from ..core.resources import resource
from ..core.stores import open_register
from ..core.tasks.task import Silent
from ..language import qgis_language
from ..project.build import build, project_path
from ..project.open_project import register_of
from .findings_dock import FindingsDock
from .jobs import stop_all

#: The jobs in the menu, and whether they stand in the toolbar, too.
JOBS = {
    "import_assets": False, "compute_shares": False, "validate_register": True,
    "match_borders": True, "build_project": False, "export_maps": False,
}  # fmt: skip


class RegisterActions:
    """Adds the entries to QGIS and takes them away again."""

    def __init__(self, iface: QgisInterface, dock: FindingsDock) -> None:
        self._iface = iface
        self._dock = dock
        self._lang = qgis_language()
        self._toolbar: QToolBar | None = None
        self._actions: list[QAction] = []

    def add(self) -> None:
        self._toolbar = self._iface.addToolBar(text("gui.menu", self._lang))
        self._toolbar.setObjectName("ile_gis_toolbar")
        self._add("create_register", "tasks.create_register", self.create, True)
        self._add("open_register", "gui.open_register", self.open, True)
        self._iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)
        self._dock.hide()
        shown = self._add("findings", "gui.findings_dock", lambda: None, True)
        self._dock.setToggleVisibilityAction(shown)
        for job, on_toolbar in JOBS.items():
            self._add(job, f"tasks.{job}", lambda _=False, job=job: self.run(job), on_toolbar)

    def remove(self) -> None:
        stop_all()
        self._dock.release()
        self._iface.removeDockWidget(self._dock)
        self._dock.deleteLater()
        for action in self._actions:
            self._iface.removePluginMenu(text("gui.menu", self._lang), action)
            action.deleteLater()
        self._actions.clear()
        if self._toolbar is not None:
            self._toolbar.deleteLater()
            self._toolbar = None

    def _add(self, name: str, key: str, called, on_toolbar: bool) -> QAction:
        icon = QIcon(str(resource(f"gui/{name}.svg"))) if on_toolbar else QIcon()
        action = QAction(icon, text(key, self._lang), self._iface.mainWindow())
        action.setObjectName(f"ile_gis_{name}")
        action.triggered.connect(called)
        self._iface.addPluginToMenu(text("gui.menu", self._lang), action)
        if on_toolbar and self._toolbar is not None:
            self._toolbar.addAction(action)
        self._actions.append(action)
        return action

    def run(self, job: str, values: dict | None = None) -> dict:
        """Open a job's dialog, with the open register filled in; its outputs."""
        location = register_of(QgsProject.instance())
        given = {"REGISTER": location} if job != "create_register" else {}
        results = processing.execAlgorithmDialog(f"ile:{job}", given | (values or {})) or {}
        self._dock.workplace.show_again()
        return results

    def create(self) -> None:
        """The dialog of a new register, and the new register."""
        results = self.run("create_register")
        location = results.get("REGISTER")
        if not location:
            return
        question = QMessageBox.question(
            self._iface.mainWindow(), text("gui.menu", self._lang), text("gui.created", self._lang)
        )
        if question == QMessageBox.StandardButton.Yes:
            self.open_location(location)

    def open(self) -> None:
        location, _ = QFileDialog.getOpenFileName(
            self._iface.mainWindow(), text("gui.open_register", self._lang), "",
            text("gui.registers", self._lang),
        )  # fmt: skip
        if location:
            self.open_location(location)

    def open_location(self, location: str, ags: str | None = None) -> bool:
        """Open a register's project, built first where there is none; whether it opened.

        `ags` chooses the municipality ("" is the cooperation); the user is asked where it is None.
        """
        try:
            if ags is None:
                ags = self._ask_municipality(location)
            if ags is None:
                return False
            target = project_path(location, ags or None)
            if not target.exists():
                build(location, target, self._lang, ags or None, Silent())
        except IleError as error:
            self._iface.messageBar().pushMessage(
                text("gui.menu", self._lang), error.text(self._lang), Qgis.MessageLevel.Critical, 0
            )
            return False
        return bool(self._iface.addProject(str(target)))

    def _ask_municipality(self, location: str) -> str | None:
        with open_register(location, read_only=True) as store:
            members = store.read("municipality", ["name", "ags"], {"is_member": 1})
        by_name = dict(sorted(zip(members["name"], members["ags"], strict=True)))
        everyone = text("gui.whole_cooperation", self._lang)
        chosen, accepted = QInputDialog.getItem(
            self._iface.mainWindow(), text("gui.open_register", self._lang),
            text("gui.open_for", self._lang), [everyone, *by_name], 0, False,
        )  # fmt: skip
        if not accepted:
            return None
        return by_name.get(chosen, "")
