"""A task's parameters as those of Processing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
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
    QgsVariantUtils,
)

from ..core.definition import REGISTER
from ..core.messages import catalogue, text
from ..core.stores import is_file
from ..core.tasks.task import Kind, Parameter

_PLUGIN = __name__.partition(".")[0]
#: Seldom needed: the dialog folds them away.
_ADVANCED = frozenset((
    "accept_accuracy", "area_only", "by", "cap", "grid", "key_column", "layer", "lead",
    "name_column", "neighbour_distance", "on", "overwrite", "population_column", "quarantine",
    "template",
))  # fmt: skip
#: Texts that are the AGS of a member.
_MUNICIPALITIES = ("home", "lead", "municipality")
#: Choices whose codes the register labels.
_LABELLED = {"kind": REGISTER["border_proposal"]["kind"].domain}


def definition_of(parameter: Parameter, label: str, lang: str) -> QgsProcessingParameterDefinition:
    """The parameter as the dialog shows it and `qgis_process` takes it: choices are codes."""
    made = _made(parameter, label[:1].upper() + label[1:], lang)
    if parameter.name in _ADVANCED and not parameter.required:
        made.setFlags(made.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    # By name: only a QGIS with windows imports the classes.
    if parameter.kind is Kind.CHOICE:
        words = {code: choice_label(code, lang, parameter.name) for code in parameter.choices}
        widget = {"class": f"{_PLUGIN}.gui.choices.CodeChoice", "words": words,
                  "nothing": text("gui.no_choice", lang)}  # fmt: skip
        made.setMetadata({"widget_wrapper": widget})
    elif parameter.kind is Kind.TEXT and parameter.name in _MUNICIPALITIES:
        widget = {"class": f"{_PLUGIN}.gui.choices.MunicipalityChoice"}
        made.setMetadata({"widget_wrapper": widget})
    return made


def choice_label(code: str, lang: str, parameter: str = "") -> str:
    """The words for a code that a job offers: the register's own, or those of the dialogs."""
    if parameter in _LABELLED:
        return _LABELLED[parameter].label_of(code, lang)
    if any(table.name == code for table in REGISTER):
        return REGISTER[code].plural[lang]
    key = f"gui.choice_{code}"
    return text(key, lang) if key in catalogue() else code


def would_be_lost(parameter: Parameter, values: dict[str, Any]) -> bool:
    """Whether a new register would go where it vanishes when QGIS is closed."""
    given = values.get(parameter.name.upper())
    return parameter.kind is Kind.NEW_REGISTER and given == QgsProcessing.TEMPORARY_OUTPUT


def _made(parameter: Parameter, label: str, lang: str) -> QgsProcessingParameterDefinition:
    name, kind = parameter.name.upper(), parameter.kind
    # What has a default needs no "[optional]" behind its label.
    optional = not parameter.required and kind is not Kind.FLAG and parameter.default is None
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
    elif kind is Kind.NUMBER:
        made = QgsProcessingParameterNumber(
            name, label, QgsProcessingParameterNumber.Type.Double, parameter.default, optional
        )
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
    # A dialog gives NULL for an empty field, which is not None and reads "NULL" as a text.
    if QgsVariantUtils.isNull(given) or given == "":
        return None
    if parameter.kind is Kind.FLAG:
        return algorithm.parameterAsBoolean(values, name, context)
    if parameter.kind in (Kind.NEW_REGISTER, Kind.NEW_FILE):
        return _absolute(algorithm.parameterAsFileOutput(values, name, context))
    if parameter.kind in (Kind.REGISTER, Kind.FOLDER):
        return _absolute(str(given))
    if parameter.kind is Kind.FILE:
        # What is no file may be the name of a mapping that ships with the product.
        return _absolute(str(given)) if Path(str(given)).exists() else str(given)
    if parameter.kind is Kind.CHOICE:
        return algorithm.parameterAsEnumString(values, name, context)
    if parameter.kind is Kind.LIST:
        words = given if isinstance(given, (list, tuple)) else str(given).replace(",", " ").split()
        return [str(word) for word in words]
    if parameter.kind is Kind.NUMBER:
        return algorithm.parameterAsDouble(values, name, context)
    return str(given)


def _absolute(location: str) -> str:
    """A path as the user meant it: the worker stands in another folder."""
    return str(Path(location).absolute()) if is_file(location) else location
