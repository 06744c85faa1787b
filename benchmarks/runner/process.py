"""One job as a process of its own: its wall clock, its processor time, its greatest memory."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_WATCH_S = 0.3


@dataclass(frozen=True)
class Measurement:
    """What one process took. `server_mb` is the peak of a server that it used, else 0."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    server_mb: float = 0.0
    report: dict[str, Any] = field(default_factory=dict)
    error: str = ""


def measure(command: Sequence[str], done: Sequence[int] = (0,),
            server_mb: Callable[[], float] | None = None) -> Measurement:  # fmt: skip
    """Run a command to its end. `done` are the exit codes of success.

    The last line that it prints may be its report, as JSON.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        with _watched(server_mb) as peak:
            # wait4 tells what this process used, not what all children so far did.
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        report = _last_json(out.read().decode(errors="replace"))
        error = ""
        if process.returncode not in done:
            lines = err.read().decode(errors="replace").strip().splitlines()
            error = f"exit {process.returncode}: {lines[-1] if lines else ''}"
    return Measurement(
        wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, max(peak), report, error
    )


@contextmanager
def _watched(value: Callable[[], float] | None):
    """Look at a value now and then; yields all that was seen."""
    seen, stop = [0.0], threading.Event()

    def look() -> None:
        while not stop.wait(_WATCH_S):
            seen.append(value())

    watcher = threading.Thread(target=look, daemon=True) if value else None
    if watcher:
        watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        if watcher:
            watcher.join()


def _last_json(text: str) -> dict[str, Any]:
    lines = text.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    return json.loads(lines[-1])
