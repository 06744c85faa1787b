"""The job that moves a whole register, with its history, into another store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..definition import REGISTER, SCHEMA_VERSION
from ..definition.types import Table
from ..errors import RegisterError
from ..messages import message
from ..stores import Store, create_register, is_file, open_register
from ..stores.checksums import Checksum
from .task import Kind, Parameter, Progress, Report, Task

#: A new register has rows in these already: those of the old one come in their place.
_MADE = {"code": "code", "register_info": "key"}
#: Has rows only while somebody writes.
_PASSING = ("change_context",)


def run(values: dict[str, Any], progress: Progress) -> Report:
    """Copy all tables as they are and compare them; what differs undoes the whole copy."""
    source, target = str(values["register"]), str(values["target"])
    sums: list[Checksum] = []
    with open_register(source, read_only=True) as old:

        def fill(new: Store) -> None:
            sums.extend(_copy(old, new, progress))

        _make(target, old.info().title, fill)
    progress.report(1.0)
    rows = sum(table.rows for table in sums)
    tables = [{"table": s.table.name, "rows": s.rows, "sha256": s.hexdigest()} for s in sums]
    changes = next(s.rows for s in sums if s.table.name == "change_log")
    lines = [message("copy.copied", rows=rows, tables=len(sums), changes=changes, target=target)]
    return Report({"rows": rows, "changes": changes, "tables": tables}, lines)


def _make(target: str, title: str, fill: Callable[[Store], None]) -> None:
    """A server undoes what has failed; a file is taken away."""
    if is_file(target) and Path(target).exists():
        raise RegisterError("errors.register_exists", location=target)
    try:
        create_register(target, title, fill=fill).close()
    except BaseException:
        if is_file(target):
            for suffix in ("", "-journal", "-wal", "-shm"):
                with suppress(OSError):
                    Path("".join((target, suffix))).unlink()
        raise


def _copy(old: Store, new: Store, progress: Progress) -> list[Checksum]:
    """All tables, and their checksums, which are the same on both sides."""
    before = old.info()
    if before.schema_version != SCHEMA_VERSION:
        raise RegisterError("copy.other_version", version=before.schema_version,
                            known=SCHEMA_VERSION)  # fmt: skip
    counts = {t.name: old.count(t.name) for t in REGISTER if t.name not in _PASSING}
    total, done = 2 * max(1, sum(counts.values())), 0
    read: dict[str, Checksum] = {}

    def told(table: Table, rows: int, what: str) -> None:
        nonlocal done
        done += rows
        progress.report(done / total, message(what, table=table.plural))

    with new.restoring():
        for name, field in _MADE.items():
            new.replace(name, {field: []})
        for name in counts:
            read[name] = Checksum(REGISTER[name])
            for page in old.pages(name):
                read[name].add(page)
                new.restore(name, page)
                told(REGISTER[name], len(page["fid"]), "copy.copying")
        if old.info() != before or {name: old.count(name) for name in counts} != counts:
            raise RegisterError("copy.source_changed")
        for name in counts:
            found = Checksum(REGISTER[name])
            for page in new.pages(name):
                found.add(page)
                told(REGISTER[name], len(page["fid"]), "copy.comparing")
            if found.rows != read[name].rows or found.hexdigest() != read[name].hexdigest():
                raise RegisterError("copy.not_equal", table=REGISTER[name].plural)
    return list(read.values())


TASK = Task(
    "copy_register",
    (
        Parameter("register", Kind.REGISTER, required=True, positional=True),
        Parameter("target", Kind.NEW_REGISTER, required=True, positional=True),
    ),
    run,
)
