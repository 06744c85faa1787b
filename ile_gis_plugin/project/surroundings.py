"""After each saved edit: findings, proposals and shares of what lies around it are renewed.

It happens when QGIS is through with saving, and in the main thread: no later save meets a locked
register then. What fails here costs no edit; the next time makes up for it.
"""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.errors import IleError
from ..core.messages import Message, message
from ..core.stores import Store, open_register
from ..core.tasks.edits import FINDINGS_CHANGE
from ..core.tasks.refresh import MOST_ENTRIES, is_up_to_date, refresh
from .boundaries import HeldBoundaries
from .open_project import layers_of, register_of, show_again

#: Edits of these may change what the rules find.
EDITED = tuple(t.name for t in REGISTER.of_kind(Kind.ASSET, Kind.CHILD, Kind.PROJECT))
#: What a refresh writes.
RENEWED = ("finding", "border_proposal", "asset_share")


def bring_up_to_date(store: Store, boundaries: HeldBoundaries) -> Message | None:
    """Renew what was found around all edits since the last time.

    Nothing happens in a register that was never validated, since nobody asked for findings.
    Returns what to tell the user where there were too many edits for this.
    """
    if not is_up_to_date(store):
        return None
    since = int(store.entry(FINDINGS_CHANGE))
    log = store.find("change_log", [("fid", ">", since), ("table_name", "in", list(EDITED))], [])
    if len(log["fid"]) > MOST_ENTRIES:
        return message("project.many_edits", count=len(log["fid"]))
    refresh(store, boundaries.of(store))
    return None


class Surroundings:
    """Listens to the layers of the open project."""

    def __init__(
        self, boundaries: HeldBoundaries, tell: Callable[[Message], None],
        renewed: Callable[[], None], busy: Callable[[], bool] = lambda: False,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """
        Args:
            renewed: called after each refresh.
            busy: nothing is done while it says so.
            prepare: called when somebody begins to edit; there is time to build the boundaries.
        """
        self._boundaries, self._tell, self._renewed = boundaries, tell, renewed
        self._busy, self._prepare = busy, prepare
        self._waiting = False
        self._connections: list[str] = []
        self._decided_in: list[str] = []
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.renew)

    def listen(self, project: QgsProject) -> None:
        """Listen to the layers of a project, and no longer to those of the one before."""
        self.release()
        for layer in layers_of(project, EDITED):
            layer.afterCommitChanges.connect(self._timer.start)
            layer.editingStarted.connect(self._begun)
            self._connections.append(layer.id())
        for layer in layers_of(project, RENEWED):
            layer.afterCommitChanges.connect(self._decided)
            self._decided_in.append(layer.id())

    def release(self) -> None:
        """Listen to nothing any more."""
        self._timer.stop()
        for key in self._connections:
            layer = QgsProject.instance().mapLayer(key)
            if layer is not None:
                layer.afterCommitChanges.disconnect(self._timer.start)
                layer.editingStarted.disconnect(self._begun)
        for key in self._decided_in:
            layer = QgsProject.instance().mapLayer(key)
            if layer is not None:
                layer.afterCommitChanges.disconnect(self._decided)
        self._connections, self._decided_in = [], []

    def _decided(self) -> None:
        """Somebody has decided on a finding in its form."""
        self._renewed()

    def _begun(self) -> None:
        self._prepare()

    def catch_up(self) -> None:
        """Do what was left because a job was writing."""
        if self._waiting:
            self.renew()

    def renew(self) -> None:
        """Bring the register of the open project up to date; what is in the way is told.

        While a job is writing, it is left for `catch_up`.
        """
        project = QgsProject.instance()
        location = register_of(project)
        if not location:
            return
        if self._busy():
            self._waiting = True
            return
        self._waiting = False
        try:
            with open_register(location) as store:
                told = bring_up_to_date(store, self._boundaries)
        except IleError as error:
            told = message("project.not_renewed", reason=error.message)
        if told:
            self._tell(told)
        show_again(project, RENEWED)
        self._renewed()
