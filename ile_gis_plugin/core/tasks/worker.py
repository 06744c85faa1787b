"""Runs one task in a process of its own, for a QGIS that lacks the packages that it needs.

`python -m ile_gis_plugin.core.tasks.worker <task>` reads `{"values": …, "lang": …}` as JSON from
standard input and writes one JSON object a line: `progress` with `message`, and at the end
`report` with `lines`, or `error`. The process may be ended at any time: the store's transaction
is then rolled back by the next one who opens the register.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from ..command_line import check_packages, checked, file_error, one_line
from ..errors import IleError
from ..messages import Message


def _say(**content: Any) -> None:
    # ASCII: the encoding of a pipe is the system's, and on Windows no UTF-8.
    sys.stdout.write(json.dumps(content, default=str) + "\n")
    sys.stdout.flush()


class _LineProgress:
    def __init__(self, lang: str) -> None:
        self._lang = lang

    def report(self, fraction: float, message: Message | None = None) -> None:
        _say(progress=fraction, message=message.text(self._lang) if message else "")


def main() -> int:
    request = json.loads(sys.stdin.buffer.read())
    lang = request["lang"]
    task = import_module(f"ile_gis_plugin.core.tasks.{sys.argv[1]}").TASK
    try:
        check_packages(task, request["values"])
        values = checked(task, request["values"] | {"lang": lang})
        report = task.run(values, _LineProgress(lang))
    except IleError as error:
        _say(error=one_line(error.text(lang)))
        return 2
    except OSError as error:
        _say(error=one_line(file_error(error).text(lang)))
        return 2
    _say(report=report.values, lines=[line.text(lang) for line in report.lines],
         listing=report.listing)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
