"""Child tables in the form of their parent: connectors, participants, cost items, shares."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import Qgis, QgsProject, QgsRelation, QgsVectorLayer

from ..core.definition import REGISTER
from ..core.definition.types import Kind, Table
from .form_pages import child_order
from .layer_ids import layer_id


@dataclass(frozen=True)
class ChildTable:
    """A child table in a parent's form: `column` holds the parent's uuid."""

    table: str
    column: str
    editable: bool


def child_tables(table: Table) -> list[ChildTable]:
    """The child tables that the form of a table shows, in the order of its pages."""
    found = []
    for child in REGISTER.children(table.name):
        column = next(
            f.name for f in child.fields if f.references and f.references.table == table.name
        )
        found.append(ChildTable(child.name, column, editable=not child.frozen))
    if table.kind is Kind.ASSET:
        found.append(ChildTable("asset_share", "asset_uuid", editable=False))
    if table.kind is Kind.PROJECT:
        found.append(ChildTable("cost_share", "project_uuid", editable=False))
    return sorted(found, key=lambda child: child_order(child.table))


def relation_id(child: ChildTable, parent: QgsVectorLayer) -> str:
    return f"{child.table}_of_{parent.id()}"


def add_relation(
    project: QgsProject, child: ChildTable, parent: QgsVectorLayer, lang: str
) -> QgsRelation:
    """Join the child's layer to a parent's layer. Both must be in the project."""
    relation = QgsRelation(project.relationManager().context())
    relation.setId(relation_id(child, parent))
    relation.setName(f"{REGISTER[child.table].plural[lang]} – {parent.name()}")
    relation.setReferencingLayer(layer_id(child.table))
    relation.setReferencedLayer(parent.id())
    relation.addFieldPair(child.column, "uuid")
    # Not a composition: the register itself deletes the children of a deleted row, and QGIS would
    # then fail to delete them once more.
    relation.setStrength(Qgis.RelationshipStrength.Association)
    project.relationManager().addRelation(relation)
    return relation
