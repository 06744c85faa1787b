"""Runs a task in a process of another interpreter, where this QGIS lacks packages.

The interpreter is, in this order: the setting `ile_gis/worker_python`; the one that `make install`
recorded; the `.venv` of a checkout. No second numpy enters this QGIS.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QProcess, QProcessEnvironment

from ..core.errors import IleError, MissingPackage
from ..core.stores import open_register
from ..core.tasks.task import Kind, Report, Task

_PLUGIN = Path(__file__).resolve().parent.parent
# They point the other interpreter at this one's modules and data.
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


class _Worded:
    """A line that the worker has put into words already."""

    def __init__(self, words: str) -> None:
        self.words = words

    def text(self, lang: str) -> str:
        return self.words


def worker_python() -> str:
    """The interpreter that has the packages; empty where none is known."""
    candidates = [QgsSettings().value("ile_gis/worker_python", "", type=str)]
    record = _PLUGIN / "worker.json"
    if record.is_file():
        candidates.append(json.loads(record.read_text(encoding="utf-8")).get("python", ""))
    candidates.append(str(_PLUGIN.parent / ".venv" / "bin" / "python"))
    return next((c for c in candidates if c and Path(c).is_file()), "")


def run_in_worker(
    task: Task, values: dict[str, Any], progress: Any, missing: MissingPackage
) -> Report:
    """Run `task` in the worker and pass its progress on.

    Raises `missing` where there is no other interpreter, and what the task raises there.
    """
    python = worker_python()
    if not python:
        raise missing
    process = _start(python, task, values)
    answer: dict[str, Any] = {}
    try:
        while process.state() != QProcess.ProcessState.NotRunning or process.canReadLine():
            if not process.canReadLine():
                process.waitForReadyRead(200)
                progress.worded(answer.get("progress", 0.0), "")  # raises where cancelled
                continue
            answer = json.loads(bytes(process.readLine()).decode("utf-8"))
            if "progress" in answer:
                progress.worded(answer["progress"], answer["message"])
    finally:
        if process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(5000)
            _roll_back(task, values)
    if "error" in answer:
        raise IleError("tasks.as_said", reason=answer["error"])
    if "report" not in answer:
        words = bytes(process.readAllStandardError()).decode("utf-8", "replace").strip()
        raise IleError("tasks.worker_failed", reason=words.rpartition("\n")[2])
    lines = [_Worded(line) for line in answer["lines"]]
    return Report(answer["report"], lines, answer["listing"])


def _roll_back(task: Task, values: dict[str, Any]) -> None:
    """Undo what the killed worker had begun: opening a GeoPackage beside its journal does it.

    Left to the next reader, a copy made meanwhile without the journal would be a broken register.
    """
    for parameter in task.parameters:
        location = str(values.get(parameter.name) or "")
        if parameter.kind is Kind.REGISTER and Path(f"{location}-journal").is_file():
            open_register(location).close()


def _start(python: str, task: Task, values: dict[str, Any]) -> QProcess:
    process = QProcess()
    environment = QProcessEnvironment.systemEnvironment()
    for name in _FOREIGN:
        environment.remove(name)
    environment.insert("PYTHONUTF8", "1")
    environment.insert("PYTHONDONTWRITEBYTECODE", "1")
    process.setProcessEnvironment(environment)
    process.setWorkingDirectory(str(_PLUGIN.parent))
    process.start(python, ["-m", "ile_gis_plugin.core.tasks.worker", task.name])
    if not process.waitForStarted(10000):
        raise IleError("tasks.worker_failed", reason=process.errorString())
    request = {"lang": values["lang"], "values": {k: v for k, v in values.items() if k != "lang"}}
    process.write(json.dumps(request).encode("utf-8"))
    process.closeWriteChannel()
    return process
