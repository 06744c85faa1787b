"""Wires the plugin's parts into QGIS and decides nothing."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgisInterface

from .algorithms.provider import IleProvider
from .language import qgis_language
from .project.editing import keep_children_with_parents
from .project.refusals import Refusals


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
        from .project.editing_window import EditingWindow

        self.initProcessing()
        self._window = EditingWindow(self._iface, qgis_language())
        self._refusals = Refusals(self._window.tell)
        self._actions = RegisterActions(self._iface)
        self._actions.add()
        # Not readProject: that comes before the relations, when no child table is known yet.
        QgsProject.instance().relationManager().relationsLoaded.connect(self._project_read)
        self._project_read()

    def unload(self) -> None:
        if self._actions is not None:
            relations = QgsProject.instance().relationManager()
            relations.relationsLoaded.disconnect(self._project_read)
            self._refusals.release()
            self._actions.remove()
            self._actions = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None

    def _project_read(self, *_: object) -> None:
        keep_children_with_parents(QgsProject.instance(), self._window.ask, self._window.tell)
        self._refusals.listen(QgsProject.instance())
