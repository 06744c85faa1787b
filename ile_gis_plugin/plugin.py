"""Wires the plugin's parts into QGIS and decides nothing."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgisInterface

from .algorithms.provider import IleProvider
from .language import qgis_language
from .project.boundaries import HeldBoundaries
from .project.editing import keep_children_with_parents
from .project.refusals import Refusals
from .project.surroundings import Surroundings


class IlePlugin:
    """The plugin. In `qgis_process` there is no window and only `initProcessing` is called."""

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._provider: IleProvider | None = None
        self._actions = None

    def initProcessing(self) -> None:
        self._provider = IleProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:
        from .gui.actions import RegisterActions  # widgets only where there is a window
        from .gui.findings_dock import FindingsDock
        from .project.editing_window import EditingWindow
        from .project.form_words import FormWords

        self.initProcessing()
        lang, boundaries = qgis_language(), HeldBoundaries()
        self._window = EditingWindow(self._iface, lang)
        self._refusals = Refusals(self._window.tell)
        self._words = FormWords()
        self._words.listen()
        self._dock = FindingsDock(self._iface, lang, boundaries)
        workplace = self._dock.workplace
        self._surroundings = Surroundings(boundaries, workplace.complain, self._dock.load,
                                          lambda: workplace.busy, workplace.prepare)  # fmt: skip
        workplace.renewed.connect(self._surroundings.catch_up)
        self._actions = RegisterActions(self._iface, self._dock)
        self._actions.add()
        # Not readProject: that comes before the relations, when no child table is known yet.
        QgsProject.instance().relationManager().relationsLoaded.connect(self._project_read)
        QgsProject.instance().cleared.connect(self._project_read)
        self._project_read()

    def unload(self) -> None:
        if self._actions is not None:
            relations = QgsProject.instance().relationManager()
            relations.relationsLoaded.disconnect(self._project_read)
            QgsProject.instance().cleared.disconnect(self._project_read)
            self._refusals.release()
            self._words.release()
            self._surroundings.release()
            self._actions.remove()
            self._actions = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None

    def _project_read(self, *_: object) -> None:
        project = QgsProject.instance()
        keep_children_with_parents(project, self._window.ask, self._window.tell)
        self._refusals.listen(project)
        self._surroundings.listen(project)
        self._dock.show_project(project)
