"""A planner's script from a task: arguments, language, progress, JSON report, exit code."""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn, TextIO

from .errors import Cancelled, IleError, InputError, MissingPackage
from .messages import LANGUAGES, Message, text, user_language
from .tasks.task import Kind, Parameter, Report, Task

DONE, NOT_IN_ORDER, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError("tasks.bad_arguments", reason=message)


def _formatter(lang: str) -> Callable[..., argparse.HelpFormatter]:
    class Formatter(argparse.HelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
            super().add_usage(usage, actions, groups, text("tasks.usage", lang))

    return lambda prog: Formatter(prog, max_help_position=32, width=100)


def _option(parameter: Parameter, lang: str) -> tuple[str, dict[str, Any]]:
    name = parameter.name if parameter.positional else "--" + parameter.name.replace("_", "-")
    # argparse's own complaints are English only: what is missing or wrong is checked below.
    options: dict[str, Any] = {"default": None}
    if parameter.kind is Kind.FLAG:
        options = {"action": "store_true"}
    elif parameter.kind is Kind.LIST:
        options["nargs"] = "*"
    elif parameter.positional:
        options["nargs"] = "?"
    if parameter.kind is Kind.CHOICE:
        options["metavar"] = "|".join(parameter.choices)
    elif parameter.kind is not Kind.FLAG:
        options["metavar"] = parameter.name.upper()
    return name, options


def _usage(task: Task, lang: str, program: str) -> str:
    words = [program]
    for parameter in task.parameters:
        if parameter.required:
            name, options = _option(parameter, lang)
            value = options.get("metavar", "")
            words += [value] if parameter.positional else [name, value]
    return " ".join((*words, f"[{text('tasks.options', lang)}]"))


def parser(task: Task, lang: str, program: str) -> argparse.ArgumentParser:
    made = _Parser(
        prog=program,
        usage=_usage(task, lang, program),
        description=text(f"tasks.{task.name}_help", lang),
        formatter_class=_formatter(lang),
        add_help=False,
        allow_abbrev=False,
    )
    inputs = made.add_argument_group(text("tasks.inputs", lang))
    options = made.add_argument_group(text("tasks.options", lang))
    for parameter in task.parameters:
        name, keywords = _option(parameter, lang)
        words = text(f"tasks.{task.name}_{parameter.name}", lang)
        if parameter.default not in (None, False, ""):
            words = text("tasks.with_default", lang, label=words, default=parameter.default)
        # argparse takes a per cent sign for the beginning of a placeholder.
        words = words.replace("%", "%%")
        (inputs if parameter.required else options).add_argument(name, help=words, **keywords)
    options.add_argument("--lang", metavar="|".join(LANGUAGES), help=text("tasks.lang", lang))
    options.add_argument("--json", metavar="FILE", help=text("tasks.json", lang))
    options.add_argument("-h", "--help", action="help", help=text("tasks.help", lang))
    return made


def _number(parameter: Parameter, value: Any) -> float:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError("tasks.not_a_number", name=parameter.name, value=value)
    return number


def checked(task: Task, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a task's parameters, defaults filled in.

    Raises `InputError` for what is missing, unknown or of the wrong kind.
    """
    unknown = set(values) - {p.name for p in task.parameters} - {"lang"}
    if unknown:
        raise InputError("tasks.unknown_parameter", name=sorted(unknown),
                         known=[p.name for p in task.parameters])  # fmt: skip
    found: dict[str, Any] = {"lang": values.get("lang") or "en"}
    for parameter in task.parameters:
        value = values.get(parameter.name)
        if value is None or value == "" or value == []:
            if parameter.required:
                name, _ = _option(parameter, "en")
                name = name.upper() if parameter.positional else name
                raise InputError("tasks.missing_parameter", name=name)
            value = False if parameter.kind is Kind.FLAG else parameter.default
        elif parameter.kind is Kind.NUMBER:
            value = _number(parameter, value)
        elif parameter.kind is Kind.CHOICE and value not in parameter.choices:
            raise InputError("tasks.unknown_choice", name=parameter.name, value=value,
                             choices=list(parameter.choices))  # fmt: skip
        found[parameter.name] = value
    return found


class _TerminalProgress:
    def __init__(self, lang: str, stream: TextIO) -> None:
        self._lang, self._stream = lang, stream
        self._last = ""

    def report(self, fraction: float, message: Message | None = None) -> None:
        words = message.text(self._lang) if message else ""
        if self._stream.isatty():
            self._stream.write(f"\r\033[K{fraction:4.0%} {words}" if words else "")
            if fraction >= 1:
                self._stream.write("\r\033[K")
        elif words and words != self._last:
            self._stream.write(f"{fraction:4.0%} {words}\n")
        self._last = words or self._last
        self._stream.flush()


def one_line(words: str) -> str:
    """Names of files and the reasons that libraries give may hold line feeds."""
    return " ".join(line.strip() for line in words.splitlines() if line.strip())


def _complain(lang: str, error: IleError) -> None:
    print(one_line(text("tasks.error", lang, reason=error.message)), file=sys.stderr)


def check_packages(task: Task, values: Mapping[str, Any]) -> None:
    """Raise `MissingPackage` where this interpreter lacks what the task imports for `values`."""
    missing = [p for p in task.packages_for(values) if find_spec(p) is None]
    if missing:
        raise MissingPackage("tasks.missing_packages", packages=missing)
    if task.qgis and find_spec("qgis") is None:
        raise MissingPackage("tasks.missing_qgis")


def _language(arguments: Sequence[str]) -> str:
    for at, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in LANGUAGES:
            return value
    return user_language()


def run_script(module: str, arguments: Sequence[str] | None = None) -> int:
    """Run the task that a module of this package keeps in `TASK`; the exit code.

    0: done. 1: done, and what was looked at is not in order. 2: bad input, said in one line.
    130: interrupted. Other errors are bugs and raise.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    lang = _language(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A Windows pipe knows no "→", and a Linux file name may be no text at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        task = import_module(module, __package__.rpartition(".")[0]).TASK
        return run_task(task, arguments, lang)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == __package__.partition(".")[0]:
            raise  # a bug of ours
        missing = (MissingPackage("tasks.missing_qgis") if package == "qgis"
                   else MissingPackage("tasks.missing_packages", packages=[package]))  # fmt: skip
        _complain(lang, missing)
        return BAD_INPUT


def run_task(task: Task, arguments: Sequence[str], lang: str) -> int:
    """Run a task with command-line arguments; the exit code of `run_script`."""
    out, err = sys.stdout, sys.stderr
    try:
        given = vars(parser(task, lang, f"{task.name}.py").parse_args(arguments))
        json_file = given.pop("json")
        if given["lang"] not in (None, *LANGUAGES):
            raise InputError("tasks.unknown_choice", name="lang", value=given["lang"],
                             choices=list(LANGUAGES))  # fmt: skip
        check_packages(task, given)
        values = checked(task, given | {"lang": lang})
        if json_file:
            _check_json_file(Path(json_file), task, values)
        report = task.run(values, _TerminalProgress(lang, err))
    except KeyboardInterrupt:
        print(Cancelled().text(lang), file=err)
        return INTERRUPTED
    except IleError as error:
        _complain(lang, error)
        return BAD_INPUT
    except OSError as error:
        _complain(lang, file_error(error))
        return BAD_INPUT
    for line in report.lines:
        print(line.text(lang), file=out)
    if json_file:
        try:
            Path(json_file).write_text(report_as_json(task, report, lang), encoding="utf-8",
                                       errors="backslashreplace")  # fmt: skip
        except OSError as error:
            _complain(lang, file_error(error))
            return BAD_INPUT
    return DONE if report.in_order else NOT_IN_ORDER


def file_error(error: OSError) -> InputError:
    """A file that the job could not use, whichever it was."""
    return InputError("errors.file_failed", location=error.filename or "–",
                      reason=error.strerror or str(error))  # fmt: skip


def report_as_json(task: Task, report: Report, lang: str) -> str:
    content = report.values[report.listing] if report.listing else {
        "task": task.name,
        "report": report.values,
        "messages": [line.text(lang) for line in report.lines],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def _check_json_file(path: Path, task: Task, values: dict[str, Any]) -> None:
    """Before the job runs: the report has a place, and it is none of the job's own files."""
    if not path.parent.is_dir():
        raise InputError("errors.folder_missing", folder=str(path.parent))
    files = (Kind.REGISTER, Kind.NEW_REGISTER, Kind.FILE, Kind.NEW_FILE)
    used = [values[p.name] for p in task.parameters if p.kind in files and values[p.name]]
    if path.is_dir() or path.resolve() in [Path(str(file)).resolve() for file in used]:
        raise InputError("tasks.json_over_file", path=path)
