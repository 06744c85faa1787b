"""What the register refuses when edits are saved, in words that a clerk understands."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from functools import partial

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.errors import IleError
from ..core.messages import Message, message
from ..core.stores.geopackage.refusals import explained
from ..core.stores.words import FROZEN, NOTHING_THERE, STILL_USED
from .layers import TABLE_PROPERTY

_CONSTRAINT = re.compile(
    r"(?:UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed[^\n]*|\w+: "
     "(?:" + "|".join(map(re.escape, (NOTHING_THERE, STILL_USED, FROZEN))) + ")"
)  # fmt: skip
_FILE = re.compile(r"database is locked|attempt to write a readonly database|disk is full")
#: Their family tells, which saves them together with their parents.
_CHILDREN = tuple(table.name for table in REGISTER.of_kind(Kind.CHILD))

Tell = Callable[[Message], None]


def refusal(layer: QgsVectorLayer) -> Message:
    """Why the layer's edits could not be saved, and that they are still there."""
    said = "\n".join(layer.commitErrors())
    reason = _in_words(said, layer) or "; ".join(said.splitlines())
    return message("project.not_saved", layer=layer.name(), reason=reason)


def _in_words(said: str, layer: QgsVectorLayer) -> Message | None:
    location = layer.source().partition("|")[0]
    for pattern, kind in (
        (_CONSTRAINT, sqlite3.IntegrityError), (_FILE, sqlite3.OperationalError),
    ):  # fmt: skip
        found = pattern.search(said)
        if found:
            try:
                with explained(location):
                    # The provider passes on what SQLite said: the store knows the words for it.
                    raise kind(found.group().rstrip(" .)"))
            except IleError as error:
                return error.message
    return None


class Refusals:
    """Tells in words what QGIS shows as the database's own message."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._connections: list[tuple] = []

    def listen(self, project: QgsProject) -> None:
        """Listen to the layers of a project, and no longer to those of the one before."""
        self._connections = []
        for layer in _edited_tables(project.mapLayers().values()):
            slot = partial(self._saving, layer.id())
            layer.beforeCommitChanges.connect(slot)
            self._connections.append((layer.id(), slot))

    def release(self) -> None:
        for key, slot in self._connections:
            layer = QgsProject.instance().mapLayer(key)
            if layer is not None:
                layer.beforeCommitChanges.disconnect(slot)
        self._connections = []

    def _saving(self, key: str, *_: object) -> None:
        # There is no signal of a commit that failed: look when it is over.
        QTimer.singleShot(0, partial(self._saved, key))

    def _saved(self, key: str) -> None:
        layer = QgsProject.instance().mapLayer(key)
        if layer is not None and layer.isModified() and layer.commitErrors():
            self._tell(refusal(layer))


def _edited_tables(layers: Iterable) -> list[QgsVectorLayer]:
    return [
        layer for layer in layers
        if isinstance(layer, QgsVectorLayer) and layer.customProperty(TABLE_PROPERTY)
        and not layer.readOnly() and layer.customProperty(TABLE_PROPERTY) not in _CHILDREN
    ]  # fmt: skip
