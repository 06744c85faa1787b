"""Writes the QGIS project of a register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContextUtils,
    QgsMapLayer,
    QgsProject,
    QgsProjectMetadata,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsSettings,
    QgsVectorLayer,
)

from ..core.definition import REGISTER
from ..core.errors import InputError
from ..core.messages import Message, message
from ..core.stores import folder_of, is_file, name_of, open_register
from ..core.stores.geopackage.views import linked_name
from ..core.tasks.compute_shares import remarks_on_shares
from ..core.tasks.task import Kind, Parameter, Progress, Report, Task
from .application import qgis_application
from .contents import Entry, Group, Member, contents
from .form_layout import apply_form
from .layer_ids import MUNICIPALITY_VARIABLE, layer_id
from .layers import MUNICIPALITY_PROPERTY, TABLE_PROPERTY, asset_list, vector_layer
from .linked import add_styles, linked_table, project_names
from .map_tips import map_tip
from .relations import add_relation, child_tables
from .styling import apply_style
from .whole_files import is_whole_archive, not_written

#: QGIS writes the names of the user and of the machine into a project unless told not to.
_ANONYMOUS = ("projects/anonymize_saved_projects", "projects/anonymize_new_projects")


def build(location: str, target: Path, lang: str, ags: str | None, progress: Progress) -> Report:
    """Write the project `target` for the municipality `ags`, or without one for the staff.

    Raises `InputError` where the register has no members or `ags` is none of them, and
    `RegisterError` where it can't be read.
    """
    location = str(Path(location).resolve()) if is_file(location) else location
    target = target.resolve()
    title, members, remarks = _members(location)
    _check(location, members, ags)
    if not target.parent.is_dir():
        raise InputError("project.no_folder", folder=str(target.parent))
    progress.report(0.0, message("project.building"))
    groups = contents(members, lang, ags or "")
    project = QgsProject()
    try:
        layers = _add_layers(project, location, groups, lang, progress)
        project.addMapLayer(asset_list(location, lang), False)
        _add_forms(project, groups, layers, lang)
        _describe(project, title, layers[layer_id("municipality")], ags or "")
        progress.report(0.9, message("project.writing", project=target.name))
        _write(project, target)
    finally:
        project.clear()
    values = {
        "project": str(target), "members": len(members), "layers": len(layers),
        "municipality": ags or "",
    }  # fmt: skip
    built = message("project.built", project=str(target), count=len(layers))
    return Report(values, [built, *remarks])


def _members(location: str) -> tuple[str, list[Member], list[Message]]:
    with open_register(location, read_only=True) as register:
        rows = register.read("municipality", ["ags", "name"], {"is_member": True})
        title, remarks = register.info().title, remarks_on_shares(register)
    members = [Member(a, n) for a, n in zip(rows["ags"], rows["name"], strict=True)]
    return title, members, remarks


def _check(location: str, members: list[Member], ags: str | None) -> None:
    if not members:
        raise InputError("project.no_members", location=location)
    if ags and ags not in {m.ags for m in members}:
        known = [f"{m.ags} {m.name}" for m in sorted(members, key=lambda m: m.name)]
        raise InputError("project.municipality_unknown", ags=ags, members=known)


# --- layers ------------------------------------------------------------------------------------


def _add_layers(
    project: QgsProject, location: str, groups: list[Group], lang: str, progress: Progress
) -> dict[str, QgsVectorLayer]:
    layers: dict[str, QgsVectorLayer] = {}
    project.setCrs(QgsCoordinateReferenceSystem.fromEpsgId(REGISTER.crs))
    for done, group in enumerate(groups):
        progress.report(0.8 * done / len(groups), message("project.group", group=group.title))
        node = project.layerTreeRoot().addGroup(group.title)
        for entry in group.entries:
            layer = _layer(location, entry, lang)
            project.addMapLayer(layer, False)
            shown = node.addLayer(layer)
            shown.setItemVisibilityChecked(entry.visible)
            shown.setExpanded(False)
            layers[entry.id] = layer
        node.setItemVisibilityChecked(group.visible)
        node.setExpanded(group.expanded)
    return layers


def _layer(location: str, entry: Entry, lang: str) -> QgsVectorLayer:
    source = linked_name(REGISTER[entry.table]) if entry.linked else entry.table
    layer = vector_layer(
        location, source, layer_id=entry.id, name=entry.name, subset=entry.subset
    )
    layer.setCustomProperty(TABLE_PROPERTY, entry.table)
    layer.setCustomProperty(MUNICIPALITY_PROPERTY, entry.ags)
    layer.setReadOnly(not entry.editable)
    if entry.private:
        layer.setFlags(layer.flags() | QgsMapLayer.LayerFlag.Private)
    if REGISTER[entry.table].geometry and not entry.linked:
        apply_style(layer, entry.table, lang)
    return layer


def _add_forms(
    project: QgsProject, groups: list[Group], layers: dict[str, QgsVectorLayer], lang: str
) -> None:
    numbers = project_names(layers[layer_id("joint_project")])
    for entry in (e for group in groups for e in group.entries):
        table = REGISTER[entry.table]
        table = linked_table(table) if entry.linked else table
        children = tuple(child_tables(table))
        for child in children:
            add_relation(project, child, layers[entry.id], lang)
        apply_form(layers[entry.id], table, lang, ags=entry.ags, children=children)
        layers[entry.id].setMapTipTemplate(map_tip(table, lang))
        if entry.linked:
            add_styles(layers[entry.id], numbers, lang)


# --- the project -------------------------------------------------------------------------------


def _describe(project: QgsProject, title: str, boundaries: QgsVectorLayer, ags: str) -> None:
    project.setTitle(title)
    if ags:
        QgsExpressionContextUtils.setProjectVariable(project, MUNICIPALITY_VARIABLE, ags)
    project.writeEntry("Measure", "/Ellipsoid", "EPSG:7019")
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    metadata = QgsProjectMetadata()
    metadata.setTitle(title)
    project.setMetadata(metadata)
    extent = _extent(boundaries, ags)
    if not extent.isEmpty():
        extent.scale(1.05)
        where = QgsReferencedRectangle(extent, project.crs())
        project.viewSettings().setDefaultViewExtent(where)


def _extent(boundaries: QgsVectorLayer, ags: str) -> QgsRectangle:
    """Where the municipality `ags` is or, without one, all members; neighbours don't count."""
    extent = QgsRectangle()
    wanted = QgsExpression.createFieldEqualityExpression("ags", ags) if ags else '"is_member"'
    for feature in boundaries.getFeatures(wanted):
        extent.combineExtentWith(feature.geometry().boundingBox())
    return extent


@contextmanager
def _anonymous() -> Iterator[None]:
    settings, section = QgsSettings(), QgsSettings.Section.Core
    before = {key: settings.value(key, None, section=section) for key in _ANONYMOUS}
    for key in _ANONYMOUS:
        settings.setValue(key, True, section)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                settings.remove(key, section)
            else:
                settings.setValue(key, value, section)


def _write(project: QgsProject, target: Path) -> None:
    """Write the project beside its place; only a whole one replaces what is there."""
    # In the same folder, not below it: the paths to the register are relative. What is inside
    # is named after what comes before the first dot.
    beside = target.with_name(f"{target.stem}.{uuid4().hex}{target.suffix}")
    failed = InputError("project.not_written", project=str(target), reason="ZIP")
    try:
        with _anonymous():
            done = project.write(str(beside))
        if not done:
            failed = InputError("project.not_written", project=str(target), reason=project.error())
        if not done or not is_whole_archive(beside):
            raise not_written(target, failed)
        beside.replace(target)
    except OSError as error:
        raise not_written(target, failed, error) from error
    finally:
        beside.unlink(missing_ok=True)


def project_path(location: str, ags: str | None = None) -> Path:
    """Where the project of a register stands: beside it; in this folder where a server has it."""
    stem = name_of(location)
    return folder_of(location) / (f"{stem}_{ags}.qgz" if ags else f"{stem}.qgz")


def _run(values: dict[str, Any], progress: Progress) -> Report:
    location, ags = values["register"], values.get("municipality") or None
    target = Path(values["project"]) if values.get("project") else project_path(location, ags)
    with qgis_application():
        return build(location, target, values.get("lang") or "en", ags, progress)


TASK = Task(
    "build_project",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("project", Kind.NEW_FILE, pattern="*.qgz"),
        Parameter("municipality", Kind.TEXT),
    ),
    _run,
    qgis=True,
)
