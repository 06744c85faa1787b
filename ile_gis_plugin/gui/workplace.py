"""What the panel works on: the register of the open project, for whom, and its jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsProject, QgsSettings
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.errors import IleError
from ..core.messages import Message, message
from ..core.stores import Store, open_register
from ..core.tasks.refresh import is_up_to_date
from ..project.boundaries import HeldBoundaries
from ..project.open_project import municipality_of, register_of, show_again, unsaved_layer
from ..project.surroundings import EDITED, RENEWED
from .jobs import Job
from .lists import members_of

_BY, _AGS = "ile_gis/decided_by", "ile_gis/municipality"
#: Whatever a decision or a job may have written.
_SHOWN = (*(t.name for t in REGISTER.of_kind(Kind.ASSET)), *RENEWED, "border_link")


class Workplace(QObject):
    """The register that is open, the municipality that looks, and the jobs that write."""

    #: Another register or another municipality.
    changed = pyqtSignal()
    #: The register may hold something else now.
    renewed = pyqtSignal()
    #: Whether a job is writing.
    busy_changed = pyqtSignal(bool)

    def __init__(self, iface: QgisInterface, lang: str, boundaries: HeldBoundaries) -> None:
        super().__init__()
        self.iface, self.lang, self.boundaries = iface, lang, boundaries
        self.location = ""
        self.members: dict[str, str] = {}
        self.fixed = False  # the project is that of one municipality
        self.ags = ""
        self._writing = 0

    # -- what is open

    def show_project(self, project: QgsProject) -> None:
        """Work with the register that a project shows, if it shows one."""
        self.location, self.members, self.fixed, self.ags = register_of(project), {}, False, ""
        if self.location:
            try:
                with open_register(self.location, read_only=True) as store:
                    self.members = members_of(store)
            except IleError as error:
                self.location = ""
                self.complain(error.message)
        if self.location:
            own = municipality_of(project)
            self.fixed = own in self.members
            last = QgsSettings().value(_AGS, "", type=str)
            self.ags = own if self.fixed else last if last in self.members else ""
        self.changed.emit()

    def look_as(self, ags: str) -> None:
        """Look with the eyes of a municipality; "" is the whole cooperation."""
        self.ags = ags
        QgsSettings().setValue(_AGS, ags)
        self.changed.emit()

    @property
    def by(self) -> str:
        """Who decides: the name that the register keeps."""
        return QgsSettings().value(_BY, "", type=str)

    def decide_as(self, name: str) -> None:
        QgsSettings().setValue(_BY, name.strip())

    # -- telling

    def tell(self, what: Message) -> None:
        self._push(what, Qgis.MessageLevel.Success, 8)

    def complain(self, what: Message) -> None:
        self._push(what, Qgis.MessageLevel.Warning, 0)

    def _push(self, what: Message, level: Qgis.MessageLevel, seconds: int) -> None:
        self.iface.messageBar().pushMessage("ILE GIS", what.text(self.lang), level, seconds)

    # -- jobs

    @property
    def busy(self) -> bool:
        """Whether a job is writing."""
        return self._writing > 0

    def read(self, work: Callable[[Store, Job], Any], done: Callable[[Any], None]) -> Job:
        """Read in the background; `work` gets the open register."""
        location = self.location

        def run(job: Job) -> Any:
            with open_register(location, read_only=True) as store:
                return work(store, job)

        return Job("ILE GIS", run, done, self.complain, hidden=True).start()

    def prepare(self) -> None:
        """Build the boundaries in the background, before the first edit is saved."""
        if self.location:
            self.read(lambda store, job: is_up_to_date(store) and self.boundaries.of(store),
                      lambda built: None)  # fmt: skip

    def write(
        self, title: str, work: Callable[[Job], Any], done: Callable[[Any], None],
        changes_assets: bool = False,
    ) -> Job | None:  # fmt: skip
        """Let a job write in the background.

        Returns None where it would change assets and there are unsaved edits, whose saving would
        undo that.
        """
        unsaved = unsaved_layer(QgsProject.instance(), EDITED) if changes_assets else None
        if unsaved is not None:
            self.complain(message("project.unsaved", layer=unsaved.name()))
            return None
        self._writing += 1
        self.busy_changed.emit(True)
        return Job(title, work, done, self.complain, self._written).start()

    def show_again(self) -> None:
        """Let the map and the lists show what a job may have written."""
        show_again(QgsProject.instance(), _SHOWN)
        self.renewed.emit()

    def _written(self) -> None:
        self._writing -= 1
        self.busy_changed.emit(self.busy)
        self.show_again()
