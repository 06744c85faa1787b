"""Child tables enter and leave editing together with their parents.

A connector can be added to a station that is not saved yet only while the connectors' layer is
being edited, and it can be saved only after its station.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qgis.core import (
    QgsExpression,
    QgsFeatureRequest,
    QgsProject,
    QgsRelation,
    QgsVectorLayer,
)

from ..core.definition import REGISTER
from ..core.definition.types import Kind
from ..core.messages import Message, message
from .layers import TABLE_PROPERTY
from .refusals import refusal

_CHILDREN = tuple(table.name for table in REGISTER.of_kind(Kind.CHILD))
#: Answers whether a child's changes shall be saved; None leaves them as they are, unsaved.
Ask = Callable[[QgsVectorLayer], bool | None]
#: Tells the user something.
Tell = Callable[[Message], None]

#: The families of the open project; without a reference they would no longer hear anything.
_kept: list[Family] = []


def keep_children_with_parents(
    project: QgsProject, ask: Ask | None = None, tell: Tell | None = None
) -> list[Family]:
    """Let the child tables of a project follow their parents, in one project at a time.

    `ask` is called where somebody stops editing a parent that has no changes of its own while a
    child table has some.
    """
    for family in _kept:
        family.release()
    relations: dict[str, list[QgsRelation]] = {}
    for relation in project.relationManager().relations().values():
        child = relation.referencingLayer()
        if child and relation.isValid() and child.customProperty(TABLE_PROPERTY) in _CHILDREN:
            relations.setdefault(child.id(), []).append(relation)
    _kept[:] = [
        Family(
            project.mapLayer(child),
            [r.referencedLayer() for r in found],
            found[0].fieldPairs(),
            ask or _leave_open,
            tell or _say_nothing,
        )
        for child, found in relations.items()
    ]
    return list(_kept)


def _leave_open(child: QgsVectorLayer) -> bool | None:
    return None


def _say_nothing(text: Message) -> None:
    """Nobody listens."""


class Family:
    """A child table and the layers whose rows it belongs to."""

    def __init__(
        self,
        child: QgsVectorLayer,
        parents: list[QgsVectorLayer],
        keys: dict[str, str],
        ask: Ask,
        tell: Tell,
    ) -> None:
        self._child = child
        self._parents = {parent.id(): parent for parent in parents}
        self._key, self._parent_key = next(iter(keys.items()))
        self._ask = ask
        self._tell = tell
        #: parents that are just being rolled back, and whether they had changes
        self._rolled_back: dict[str, bool] = {}
        self._connections: list[tuple] = []
        for key, parent in self._parents.items():
            self._follow(parent.editingStarted, self._begin)
            self._follow(parent.afterCommitChanges, partial(self._save, key))
            self._follow(parent.beforeRollBack, partial(self._note, key))
            self._follow(parent.editingStopped, partial(self._end, key))
            parent.willBeDeleted.connect(self.release)
        child.willBeDeleted.connect(self.release)

    def _follow(self, signal, slot) -> None:
        signal.connect(slot)
        self._connections.append((signal, slot))

    def release(self) -> None:
        """Let the child table go its own way."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = []

    def _others(self, key: str) -> list[QgsVectorLayer]:
        return [p for k, p in self._parents.items() if k != key and p.isEditable()]

    def _begin(self) -> None:
        if not self._child.readOnly() and not self._child.isEditable():
            self._child.startEditing()

    def _save(self, key: str) -> None:
        """A parent was saved: now its children can be."""
        if not self._child.isModified():
            return
        self._drop_orphans()
        # The child's changes are saved as a whole, so no row of it may wait for its parent.
        for other in self._others(key):
            if other.editBuffer().addedFeatures() and not other.commitChanges(False):
                self._refused(other)
                return
        if self._child.isModified() and not self._child.commitChanges(False):
            self._refused(self._child)

    def _refused(self, layer: QgsVectorLayer) -> None:
        self._tell(refusal(layer))

    def _note(self, key: str) -> None:
        self._rolled_back[key] = self._parents[key].isModified()

    def _end(self, key: str) -> None:
        """A parent is no longer edited."""
        discarded = self._rolled_back.pop(key, None)
        if not self._child.isEditable():
            return
        if self._others(key):
            if discarded:
                self._drop_orphans()
        elif discarded or not self._child.isModified():
            self._child.rollBack()
        elif discarded is False:
            self._decide()

    def _decide(self) -> None:
        """The parent had nothing to save, so QGIS asked nothing; its children have something."""
        save = self._ask(self._child)
        if save is None:
            self._tell(message("project.children_unsaved", layer=self._child.name()))
        elif not save:
            self._child.rollBack()
        elif not self._child.commitChanges():
            self._refused(self._child)

    def _drop_orphans(self) -> None:
        """Take away new rows whose parent is gone, for nothing could save them."""
        added = self._child.editBuffer().addedFeatures()
        orphans = [f for f, row in added.items() if not self._has_parent(row[self._key])]
        self._child.deleteFeatures(orphans)

    def _has_parent(self, value: str) -> bool:
        """Whether a stored or a pending row of the parents has this key."""
        wanted = QgsExpression.createFieldEqualityExpression(self._parent_key, value)
        request = QgsFeatureRequest().setFilterExpression(wanted).setLimit(1)
        return any(list(parent.getFeatures(request)) for parent in self._parents.values())
