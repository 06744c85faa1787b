"""What a job is: one definition from which its script and its Processing algorithm derive.

The words are in `i18n/messages/tasks.toml`: `<task>` is the title, `<task>_help` the help text,
`<task>_<parameter>` the label of a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import Any, Protocol

from ..messages import Message


class Kind(Enum):
    """What a parameter takes."""

    REGISTER = "register"  # the location of an existing register
    NEW_REGISTER = "new_register"
    FILE = "file"
    NEW_FILE = "new_file"
    FOLDER = "folder"
    TEXT = "text"
    LIST = "list"  # several texts
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True)
class Parameter:
    """One input of a task. `positional` ones stand without a name on the command line.

    `packages` are those that the task imports only where the parameter is given.
    """

    name: str
    kind: Kind
    required: bool = False
    positional: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    pattern: str = ""  # of files, for the file dialogs: "*.gpkg *.shp"
    packages: tuple[str, ...] = ()


class Progress(Protocol):
    """Where a job tells how far it is."""

    def report(self, fraction: float, message: Message | None = None) -> None:
        """`fraction` of the whole job that is done, 0 to 1, and what comes now.

        Raises `Cancelled` where the user asked the job to stop.
        """


class Silent:
    """A progress that nobody watches."""

    def report(self, fraction: float, message: Message | None = None) -> None:
        """Nothing to tell."""


@dataclass
class Report:
    """What a job did: `values` for machines (JSON), `lines` for people.

    Attributes:
        listing: where the job's result is a list, its name in `values`: `--json` writes it alone.
        in_order: whether what the job looked at is in order; else its script ends with 1.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: list[Message] = field(default_factory=list)
    listing: str = ""
    in_order: bool = True


@dataclass(frozen=True)
class Task:
    """A job. `run(values, progress)` does it whole or leaves everything as it was.

    `packages` are the Python packages that it imports and that a plain QGIS may lack;
    `qgis` tells that it needs PyQGIS.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[[dict[str, Any], Progress], Report]
    packages: tuple[str, ...] = ()
    qgis: bool = False

    def packages_for(self, values: Mapping[str, Any]) -> list[str]:
        """The packages that it imports when it runs with these values."""
        given = (p.packages for p in self.parameters if values.get(p.name))
        return list(dict.fromkeys((*self.packages, *chain.from_iterable(given))))
