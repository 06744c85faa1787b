"""What the panel asks before it decides."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..core.messages import text
from .proposal_list import KINDS

_BUTTONS = QDialogButtonBox.StandardButton


class ReasonQuestion(QDialog):
    """Asks for a reason; there is no OK without one."""

    def __init__(self, title: str, question: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.reason = QPlainTextEdit(self)
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumSize(380, 90)
        self.buttons = QDialogButtonBox(_BUTTONS.Ok | _BUTTONS.Cancel, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.reason.textChanged.connect(self._typed)
        asked = QLabel(question, self)
        asked.setWordWrap(True)
        layout = QVBoxLayout(self)
        for widget in (asked, self.reason, self.buttons):
            layout.addWidget(widget)
        self._typed()

    def _typed(self) -> None:
        self.buttons.button(_BUTTONS.Ok).setEnabled(bool(self.given()))

    def given(self) -> str:
        return self.reason.toPlainText().strip()


class AcceptAllQuestion(QDialog):
    """Asks which proposals shall be accepted together: a kind, and how sure they must be."""

    def __init__(
        self, kinds: list[str], kind: str, count: Callable[[str, float], int], lang: str,
        parent: QWidget,
    ) -> None:  # fmt: skip
        """`count` tells how many proposals a kind and a confidence select."""
        super().__init__(parent)
        self.setWindowTitle(text("gui.accept_all", lang))
        self._count, self._lang = count, lang
        self.kind = QComboBox(self)
        for code in kinds:
            self.kind.addItem(KINDS.label_of(code, lang), code)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self.percent = QSpinBox(self)
        self.percent.setRange(0, 100)
        self.percent.setSingleStep(5)
        self.percent.setSuffix(" %")
        self.percent.setValue(80)
        self.selected = QLabel(self)
        self.buttons = QDialogButtonBox(_BUTTONS.Ok | _BUTTONS.Cancel, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.kind.currentIndexChanged.connect(lambda: self._changed())
        self.percent.valueChanged.connect(lambda: self._changed())
        layout = QFormLayout(self)
        layout.addRow(text("gui.kind", lang), self.kind)
        layout.addRow(text("gui.at_least", lang), self.percent)
        layout.addRow(self.selected)
        layout.addRow(self.buttons)
        self.setMinimumWidth(380)
        self._changed()

    def chosen(self) -> tuple[str, float]:
        """The kind and the least confidence, 0 to 1."""
        return self.kind.currentData() or "", self.percent.value() / 100

    def _changed(self) -> None:
        count = self._count(*self.chosen())
        self.selected.setText(text("gui.selected_proposals", self._lang, count=count))
        self.buttons.button(_BUTTONS.Ok).setEnabled(count > 0)
