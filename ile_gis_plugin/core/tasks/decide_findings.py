"""The job by which findings are accepted as exceptions, or opened again."""

from __future__ import annotations

from typing import Any

from ..messages import message
from ..rules.exceptions import accept_exception, take_back_exception
from ..stores import open_register
from .task import Kind, Parameter, Progress, Report, Task


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Keep the decision with reason, name and time."""
    with open_register(values["register"]) as store:
        if values["decision"] == "accept":
            count = accept_exception(store, values["findings"], values["by"],
                                     values.get("reason") or "")  # fmt: skip
        else:
            count = take_back_exception(store, values["findings"], values["by"])
    progress.report(1.0)
    key = "tasks.findings_accepted" if values["decision"] == "accept" else "tasks.findings_opened"
    return Report({"decided": count}, [message(key, count=count)])


TASK = Task(
    "decide_findings",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("decision", Kind.CHOICE, required=True, choices=("accept", "reopen")),
        Parameter("findings", Kind.LIST, required=True),
        Parameter("by", Kind.TEXT, required=True),
        Parameter("reason", Kind.TEXT),
    ),
    run,
)
