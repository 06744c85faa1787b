"""Mouse and keyboard for the scripts that run inside QGIS."""

import os

from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QTabWidget,
    QWidget,
)

LEFT = Qt.MouseButton.LeftButton


def wait(milliseconds):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def is_a(widget, name):
    """PyQt knows widgets that QGIS made itself by their base class only."""
    return widget.metaObject().className() == name


def dialogs():
    return [w for w in QApplication.topLevelWidgets()
            if is_a(w, "QgsAttributeDialog") and w.isVisible()]  # fmt: skip


def new_dialog(before):
    for _ in range(40):
        found = [d for d in dialogs() if d not in before]
        if found:
            return found[0]
        wait(100)
    shown = [w.objectName() for w in QApplication.topLevelWidgets() if w.isVisible()]
    raise RuntimeError(f"no form opened; shown: {shown}")


def picture(widget, name):
    widget.grab().save(os.path.join(os.environ["ILE_FOLDER"], f"{name}.png"))


def editor(dialog, kind, field):
    """The widget of a field, or the one inside its widget."""
    for widget in dialog.findChildren(QWidget, field):
        inner = widget if isinstance(widget, kind) else widget.findChild(kind)
        if inner is not None:
            return inner
    raise RuntimeError(f"no {kind.__name__} for {field}")


def type_into(dialog, field, text):
    line = editor(dialog, QLineEdit, field)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, text)


def choose(dialog, field, label):
    combo = editor(dialog, QComboBox, field)
    combo.setFocus()
    combo.setCurrentIndex(combo.findText(label))
    return [combo.itemText(i) for i in range(combo.count())]


def accept(dialog):
    QTest.mouseClick(ok_button(dialog), LEFT)
    wait(300)


def open_tab(dialog, title):
    tabs = dialog.findChild(QTabWidget)
    index = [tabs.tabText(i) for i in range(tabs.count())].index(title)
    QTest.mouseClick(tabs.tabBar(), LEFT, pos=tabs.tabBar().tabRect(index).center())
    wait(300)


def ok_button(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
