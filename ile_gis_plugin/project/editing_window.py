"""What `editing` asks and tells in the QGIS window."""

from __future__ import annotations

from qgis.core import Qgis, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QMessageBox

from ..core.messages import Message, text


class EditingWindow:
    """Its two methods are the `ask` and `tell` of `keep_children_with_parents`."""

    def __init__(self, iface: QgisInterface, lang: str) -> None:
        self._iface = iface
        self._lang = lang

    def ask(self, child: QgsVectorLayer) -> bool:
        """Whether the changes in a child table shall be saved or discarded."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._iface.mainWindow(),
            child.name(),
            text("project.save_children", self._lang, layer=child.name()),
            buttons.Save | buttons.Discard,
            buttons.Save,
        )
        return answer == buttons.Save

    def tell(self, what: Message) -> None:
        level = Qgis.MessageLevel.Warning
        self._iface.messageBar().pushMessage("ILE GIS", what.text(self._lang), level, 0)
