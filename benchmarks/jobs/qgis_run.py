"""QGIS without a window, and its Processing algorithms."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from job import timed
from qgis.core import QgsApplication, QgsVectorLayer

with timed("start"):
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing
    from qgis import processing

    Processing.initialize()


def layer(register: Path, name: str) -> QgsVectorLayer:
    found = QgsVectorLayer(f"{register}|layername={name}", name, "ogr")
    if not found.isValid():
        raise RuntimeError(f"QGIS can't read {name}")
    return found


def run(algorithm: str, **parameters: object) -> dict:
    with timed(algorithm):
        return processing.run(algorithm, parameters)
