"""Work of the core in the background, so that the window stays alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsTask

from ..core.command_line import file_error
from ..core.errors import Cancelled, IleError
from ..core.messages import Message

#: The jobs under way; QGIS keeps no Python object alive.
_running: set[Job] = set()


class Job(QgsTask):
    """Runs `work(progress)` in a thread; then, in the main thread, one of three is called.

    Args:
        done: takes what `work` returned.
        failed: takes what the user can mend; nothing is told of a job that was cancelled.
        over: is called in any case, last.
        hidden: keeps it out of QGIS's list of tasks.
    """

    def __init__(
        self, title: str, work: Callable[[Job], Any], done: Callable[[Any], None],
        failed: Callable[[Message], None], over: Callable[[], None] = lambda: None,
        hidden: bool = False,
    ) -> None:  # fmt: skip
        # Silent: the panel tells itself what came of it.
        shown = QgsTask.Flag.CanCancel | QgsTask.Flag.Silent
        super().__init__(title, shown | QgsTask.Flag.Hidden if hidden else shown)
        self._work, self._done, self._failed, self._over = work, done, failed, over
        self._result: Any = None
        self._error: Exception | None = None

    def start(self) -> Job:
        _running.add(self)
        QgsApplication.taskManager().addTask(self)
        return self

    def report(self, fraction: float, message: Message | None = None) -> None:
        """The progress of the core's tasks; raises `Cancelled` where the user stopped the job."""
        self.watch()
        self.setProgress(100 * fraction)

    def watch(self) -> None:
        """Raise `Cancelled` where nobody waits for the result any more."""
        if self.isCanceled():
            raise Cancelled

    def run(self) -> bool:
        try:
            self._result = self._work(self)
        except OSError as error:
            self._error = file_error(error)
        except Exception as error:  # a bug is raised again where Python can show it
            self._error = error
        return self._error is None

    def finished(self, well: bool) -> None:
        _running.discard(self)
        try:
            if self._error is None:
                if not self.isCanceled():
                    self._done(self._result)
            elif not isinstance(self._error, Cancelled):
                if not isinstance(self._error, IleError):
                    raise self._error
                self._failed(self._error.message)
        finally:
            self._over()


def stop_all() -> None:
    """Cancel all jobs and wait until they have ended."""
    for job in list(_running):
        job.cancel()
    for job in list(_running):
        job.waitForFinished(5_000)
