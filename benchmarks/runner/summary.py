"""From measurements to figures: medians, paired ratios, and the exponents between sizes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

from .jobs import AIMS, JOBS, KERNEL, PEAK_AIM_MB, READ, Job
from .process import Measurement
from .rounds import Results


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def job_figures(job: Job, results: Results) -> dict[str, Any]:
    """What is kept of a job's rounds."""
    taken = [m for m in results[job.name] if not m.error]
    found: dict[str, Any] = {"task": job.task, "own": job.own, "note": job.note}
    errors = [m.error for m in results[job.name] if m.error]
    if errors:
        found["error"] = errors[0]
    if not taken:
        return found
    steps = {s for m in taken for s in m.report.get("seconds", {})}
    return found | {
        "wall_s": [m.wall_s for m in taken],
        "cpu_s": [m.cpu_s for m in taken],
        "peak_mb": max(m.peak_mb for m in taken),
        "server_mb": max(m.server_mb for m in taken),
        "steps": {s: spread([m.report["seconds"].get(s, 0.0) for m in taken])
                  for s in sorted(steps)},
        "report": {k: v for k, v in taken[-1].report.items() if k != "seconds"},
    }  # fmt: skip


def ratios(results: Results) -> list[dict[str, Any]]:
    """This project's jobs over the others, each pair from the same round.

    READ counts twice: as a process like all others, and strictly, without starting Python.
    """
    found = []
    for ours in (job for job in JOBS if job.own):
        others = [(READ, AIMS.get(ours.task))]
        others += [(j.name, j.aim) for j in JOBS if j.task == ours.task and not j.own]
        for name, aim in others:
            pairs = _paired(results, ours.name, name)
            if pairs:
                found.append({"ours": ours.name, "other": name, "aim": aim, "rounds": len(pairs),
                              **spread(pairs)})  # fmt: skip
        strict = [one.wall_s / _inside(two) for one, two in _both(results, ours.name, READ)]
        if strict:
            found.append({"ours": ours.name, "other": "READ, inside", "aim": AIMS[ours.task],
                          "rounds": len(strict), **spread(strict)})  # fmt: skip
        taken = [m.peak_mb for m in results.get(ours.name, []) if not m.error]
        if taken:
            found.append({"ours": ours.name, "other": "1.5 GB", "aim": 1.0, "rounds": len(taken),
                          **spread([mb / PEAK_AIM_MB for mb in taken])})  # fmt: skip
    inside = [
        _inside(kernel, "decode", "kernel") / _inside(read)
        for kernel, read in _both(results, KERNEL, READ)
    ]
    if inside:
        found.append({"ours": "shares: our kernel, inside", "other": "READ, inside",
                      "aim": AIMS["kernel"], "rounds": len(inside), **spread(inside)})  # fmt: skip
    return found


def _paired(results: Results, ours: str, other: str) -> list[float]:
    return [one.wall_s / two.wall_s for one, two in _both(results, ours, other)]


def _both(results: Results, ours: str, other: str) -> list[tuple[Measurement, Measurement]]:
    """The two jobs, round by round, where both succeeded."""
    rounds = zip(results.get(ours, []), results.get(other, []), strict=False)
    return [(one, two) for one, two in rounds if not (one.error or two.error)]


def _inside(taken: Measurement, *steps: str) -> float:
    """Seconds of some steps inside a process, or of all."""
    seconds = taken.report["seconds"]
    return sum(seconds[step] for step in steps or seconds)


def exponents(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """How the wall clock of this project's jobs grows from one size to the next.

    `runs` are results of the same variant, by size.
    """
    found = []
    for small, large in zip(runs[:-1], runs[1:], strict=True):
        for name, figures in large["jobs"].items():
            before = small["jobs"].get(name, {})
            if (figures["own"] or name == READ) and before.get("wall_s") and figures.get("wall_s"):
                growth = min(figures["wall_s"]) / min(before["wall_s"])
                found.append({
                    "job": name, "from": small["assets"], "to": large["assets"],
                    "exponent": math.log(growth) / math.log(large["assets"] / small["assets"]),
                })  # fmt: skip
    return found
