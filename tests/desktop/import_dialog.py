"""Runs inside QGIS: an import from its dialog, and one that is cancelled while it writes."""

import os
from pathlib import Path

from hands import LEFT, is_a, picture, wait
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QProgressBar, QPushButton, QTextEdit
from qgis.utils import plugins

FOLDER = Path(os.environ["ILE_FOLDER"])


def button(dialog, *words):
    found = (b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") in words)
    return next(found)


def until(true, seconds=60):
    for _ in range(seconds * 20):
        if true():
            return
        wait(50)
    raise RuntimeError("waited in vain")


def in_dialog(seen, name, use):
    """Open the import with a file filled in, start it and let `use` look at it."""
    def later():
        dialog = next(w for w in QApplication.topLevelWidgets()
                      if is_a(w, "AlgorithmDialog") and w.isVisible())  # fmt: skip
        try:
            dialog.resize(1000, 760)
            seen.setdefault("choices", [[box.itemText(i) for i in range(box.count())]
                                        for box in dialog.findChildren(QComboBox)
                                        if box.isVisible()])  # fmt: skip
            picture(dialog, f"{name}_dialog")
            QTest.mouseClick(button(dialog, "Starte"), LEFT)
            use(dialog)
            text = [log.toPlainText() for log in dialog.findChildren(QTextEdit)]
            seen[name] = "\n".join(text)
            picture(dialog, f"{name}_log")
        except Exception as error:  # the dialog is modal: nobody else would hear of it
            seen[name] = repr(error)
        dialog.close()

    QTimer.singleShot(1000, later)
    plugins["ile_gis_plugin"]._actions.run("import_assets", {
        "SOURCE": str(FOLDER / f"{name}.csv"), "CLASS": "streetlight", "HOME": "09999101",
        "CRS": "EPSG:25832",
    })  # fmt: skip
    wait(300)


def run(iface):
    seen = {}

    def to_the_end(dialog):
        until(lambda: button(dialog, "Parameter ändern", "Parameter ändern…").isVisible())

    def cancelled(dialog):
        until(lambda: dialog.findChild(QProgressBar).value() >= 70)
        QTest.mouseClick(button(dialog, "Abbruch", "Abbrechen"), LEFT)
        to_the_end(dialog)

    in_dialog(seen, "few", to_the_end)
    register = FOLDER / "reg.gpkg"
    before = register.read_bytes()
    in_dialog(seen, "many", cancelled)
    seen["unchanged"] = register.read_bytes() == before
    return seen
