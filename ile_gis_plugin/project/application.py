"""A QGIS for scripts, where none runs."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLoggingCategory

#: Keeps the application that was started here alive; without a reference PyQt deletes it.
_started: list[QgsApplication] = []


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


@contextmanager
def qgis_application() -> Iterator[QgsApplication]:
    """The running QGIS; where there is none, one without a window.

    It stays until the process ends, since QGIS can't be started twice in one process.
    """
    application = QgsApplication.instance()
    if application is None:
        if not _has_display():
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # Qt's remarks on the environment are not for the planner who reads the script's output.
        QLoggingCategory.setFilterRules("default.warning=false")
        application = QgsApplication([], False)
        application.initQgis()
        _started.append(application)
        atexit.register(application.exitQgis)
    yield application
