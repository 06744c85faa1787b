"""Runs the jobs in turns, so that a busy machine hits all of them alike."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from ..peers.postgis import Server, server
from .jobs import BUILD, Job
from .process import Measurement, measure

#: validate_register ends with 1 where errors are open.
_DONE = (0, 1)
Results = dict[str, list[Measurement]]


def outcome(job: Job, folder: Path) -> Path:
    """The file that a job writes."""
    suffix = ".json" if job.own or job.task == "matching" else ".csv"
    if "sedona" in job.script or "duckdb" in job.script:
        suffix = ".parquet"
    return folder / (job.script.removesuffix(".py") + suffix)


def changed_register(job: Job, folder: Path) -> Path:
    """The copy of the register that a job of this project worked on."""
    return folder / job.script.replace(".py", ".gpkg")


def take_turns(jobs: Iterable[Job], register: Path, folder: Path, rounds: int,
               say: Callable[[str], None]) -> Results:  # fmt: skip
    """Measure each job `rounds` times, slow ones once; a job that fails is not run again."""
    jobs = tuple(jobs)
    results: Results = {job.name: [] for job in jobs}
    with ExitStack() as stack:
        running: Server | None = None
        if any(job.server for job in jobs):
            running = stack.enter_context(server(BUILD / "bench-postgres"))
        for turn in range(rounds):
            for job in jobs:
                if (job.slow and turn) or any(m.error for m in results[job.name]):
                    continue
                taken = _measure(job, register, folder, running)
                results[job.name].append(taken)
                say(f"{turn + 1}/{rounds} {job.name:20} {taken.wall_s:8.2f} s"
                    f" {taken.cpu_s:8.2f} s cpu {taken.peak_mb:7.0f} MB {taken.error}")  # fmt: skip
    return results


def _measure(job: Job, register: Path, folder: Path, running: Server | None) -> Measurement:
    source = register
    if job.own and not job.result:
        source = changed_register(job, folder)
        shutil.copyfile(register, source)
    url = running.url if job.server and running else ""
    memory = running.memory_mb if job.server and running else None
    command = job.command(source, outcome(job, folder), url)
    return measure(command, _DONE if job.own else (0,), memory)
