"""A Processing algorithm made from a task."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
)

from ..core.command_line import check_packages, checked, report_as_json
from ..core.errors import Cancelled, IleError, InputError, MissingPackage
from ..core.messages import Message, text
from ..core.tasks.task import Progress, Report, Task
from ..language import qgis_language
from .parameters import definition_of, value_of, would_be_lost
from .worker import run_in_worker


class _FeedbackProgress:
    def __init__(self, feedback: QgsProcessingFeedback, lang: str) -> None:
        self._feedback, self._lang = feedback, lang

    def report(self, fraction: float, message: Message | None = None) -> None:
        self.worded(fraction, message.text(self._lang) if message else "")

    def worded(self, fraction: float, words: str) -> None:
        if self._feedback.isCanceled():
            raise Cancelled
        self._feedback.setProgress(100 * fraction)
        if words:
            self._feedback.pushInfo(words)


class TaskAlgorithm(QgsProcessingAlgorithm):
    """Reads its parameters, runs the task, returns its report as JSON in `REPORT`."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task

    def createInstance(self) -> TaskAlgorithm:
        return TaskAlgorithm(self.task)

    def name(self) -> str:
        return self.task.name

    def displayName(self) -> str:
        return text(f"tasks.{self.task.name}", qgis_language())

    def shortHelpString(self) -> str:
        return text(f"tasks.{self.task.name}_help", qgis_language())

    def flags(self) -> Qgis.ProcessingAlgorithmFlag:
        flags = super().flags()
        # Layouts and layer trees belong to the main thread.
        return flags | Qgis.ProcessingAlgorithmFlag.NoThreading if self.task.qgis else flags

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        lang = qgis_language()
        for parameter in self.task.parameters:
            label = text(f"tasks.{self.task.name}_{parameter.name}", lang)
            self.addParameter(definition_of(parameter, label, lang))
        self.addOutput(QgsProcessingOutputString("REPORT", text("tasks.report_as_json", lang)))

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        if any(would_be_lost(p, parameters) for p in self.task.parameters):
            return False, text("gui.choose_a_place", qgis_language())
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        lang = qgis_language()
        try:
            self._refuse_unknown(parameters)
            values = checked(self.task, {
                p.name: value_of(self, p, parameters, context) for p in self.task.parameters
            } | {"lang": lang})  # fmt: skip
            report = self._run(values, _FeedbackProgress(feedback, lang))
        except IleError as error:
            raise QgsProcessingException(error.text(lang)) from error
        for line in report.lines:
            feedback.pushInfo(line.text(lang))
        outputs = {p.name.upper(): values[p.name] for p in self.task.parameters}
        return outputs | {"REPORT": report_as_json(self.task, report, lang)}

    def _refuse_unknown(self, parameters: dict[str, Any]) -> None:
        # qgis_process passes a misspelt name on without a word.
        known = [p.name.upper() for p in self.task.parameters]
        unknown = sorted(set(parameters) - set(known))
        if unknown:
            raise InputError("tasks.unknown_parameter", name=unknown, known=known)

    def _run(self, values: dict[str, Any], progress: Progress) -> Report:
        try:
            check_packages(self.task, values)
        except MissingPackage as missing:
            return run_in_worker(self.task, values, progress, missing)
        return self.task.run(values, progress)
