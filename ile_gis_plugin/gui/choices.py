"""Fields of the jobs' dialogs that show words and give codes."""

from __future__ import annotations

from processing.gui.wrappers import DIALOG_MODELER, WidgetWrapper
from qgis.core import QgsProcessingParameterDefinition, QgsProject
from qgis.PyQt.QtWidgets import QComboBox

from ..project.layer_ids import layer_id

_OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional


class CodeChoice(WidgetWrapper):
    """A list of words, each of which stands for a code; `nothing` is the word for none of them."""

    def createWidget(self, words: dict[str, str], nothing: str) -> QComboBox:
        box = QComboBox()
        if self.parameterDefinition().flags() & _OPTIONAL:
            box.addItem(nothing, None)
        for code, word in words.items():
            box.addItem(word, code)
        box.currentIndexChanged.connect(self._changed)
        return box

    def _changed(self, *_: object) -> None:
        self.widgetValueHasChanged.emit(self)

    def setValue(self, value: object) -> None:
        self.widget.setCurrentIndex(max(0, self.widget.findData(value)))

    def value(self) -> str | None:
        return self.widget.currentData()


class MunicipalityChoice(WidgetWrapper):
    """The members by name where their project is open; any AGS can be typed in."""

    def createWidget(self) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.addItem("", None)
        if self.dialogType != DIALOG_MODELER:
            for name, ags in _members():
                box.addItem(f"{name} ({ags})", ags)
        box.currentTextChanged.connect(self._changed)
        return box

    def _changed(self, *_: object) -> None:
        self.widgetValueHasChanged.emit(self)

    def setValue(self, value: object) -> None:
        self.setComboValue(value or None)

    def value(self) -> str | None:
        return self.comboValue() or None


def _members() -> list[tuple[str, str]]:
    layer = QgsProject.instance().mapLayer(layer_id("municipality"))
    if layer is None or not layer.isValid():
        return []
    return sorted((f["name"], f["ags"]) for f in layer.getFeatures('"is_member"'))
