"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..core.resources import resource
from ..core.tasks import (
    compute_shares,
    copy_register,
    council_papers,
    create_register,
    decide_findings,
    decide_proposals,
    import_assets,
    match_borders,
    report,
    split_costs,
    validate_register,
)
from ..project import build, maps
from .algorithm import TaskAlgorithm

TASKS = (
    create_register.TASK, import_assets.TASK, compute_shares.TASK, validate_register.TASK,
    match_borders.TASK, decide_findings.TASK, decide_proposals.TASK, build.TASK, maps.TASK,
    split_costs.TASK, council_papers.TASK, report.TASK,
    copy_register.TASK,
)  # fmt: skip


class IleProvider(QgsProcessingProvider):
    """`ile:create_register` and its companions, named as the scripts."""

    def id(self) -> str:
        return "ile"

    def name(self) -> str:
        return "ILE GIS"

    def icon(self) -> QIcon:
        return QIcon(str(resource("icon.svg")))

    def loadAlgorithms(self) -> None:
        for task in TASKS:
            self.addAlgorithm(TaskAlgorithm(task))
