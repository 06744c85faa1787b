"""A task's parameters as those of Processing."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..core.messages import text
from ..core.tasks.task import Kind, Parameter


def definition_of(parameter: Parameter, label: str, lang: str) -> QgsProcessingParameterDefinition:
    name, optional = parameter.name.upper(), not parameter.required
    kind = parameter.kind
    if kind in (Kind.REGISTER, Kind.FILE):
        made = QgsProcessingParameterFile(name, label, optional=optional)
        made.setFileFilter(_filter(parameter, lang))
    elif kind in (Kind.NEW_REGISTER, Kind.NEW_FILE):
        made = QgsProcessingParameterFileDestination(
            name, label, _filter(parameter, lang), optional=optional, createByDefault=False
        )
    elif kind is Kind.FOLDER:
        made = QgsProcessingParameterFolderDestination(
            name, label, optional=optional, createByDefault=False
        )
    elif kind is Kind.FLAG:
        made = QgsProcessingParameterBoolean(name, label, bool(parameter.default), optional)
    elif kind is Kind.CHOICE:
        made = QgsProcessingParameterEnum(
            name, label, list(parameter.choices), False, parameter.default, optional, True
        )
    elif kind in (Kind.NUMBER, Kind.INTEGER):
        made = QgsProcessingParameterNumber(
            name, label,
            QgsProcessingParameterNumber.Type.Integer if kind is Kind.INTEGER
            else QgsProcessingParameterNumber.Type.Double,
            parameter.default, optional,
        )  # fmt: skip
    else:
        made = QgsProcessingParameterString(name, label, parameter.default, optional=optional)
    return made


def _filter(parameter: Parameter, lang: str) -> str:
    if parameter.kind in (Kind.REGISTER, Kind.NEW_REGISTER):
        return "GeoPackage (*.gpkg)"
    every = text("tasks.all_files", lang)
    if not parameter.pattern:
        return every
    return f"{parameter.pattern} ({parameter.pattern});;{every}"


def value_of(
    algorithm: QgsProcessingAlgorithm,
    parameter: Parameter,
    values: dict[str, Any],
    context: QgsProcessingContext,
) -> Any:
    """The value that the user gave, or None."""
    name = parameter.name.upper()
    given = values.get(name)
    if given is None or given == "":
        return None
    if parameter.kind is Kind.FLAG:
        return algorithm.parameterAsBoolean(values, name, context)
    if parameter.kind in (Kind.NEW_REGISTER, Kind.NEW_FILE):
        return algorithm.parameterAsFileOutput(values, name, context)
    if parameter.kind is Kind.CHOICE:
        return algorithm.parameterAsEnumString(values, name, context)
    if parameter.kind is Kind.LIST:
        words = given if isinstance(given, (list, tuple)) else str(given).replace(",", " ").split()
        return [str(word) for word in words]
    if parameter.kind is Kind.NUMBER:
        return algorithm.parameterAsDouble(values, name, context)
    if parameter.kind is Kind.INTEGER:
        return algorithm.parameterAsInt(values, name, context)
    return str(given)
