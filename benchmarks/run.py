"""Time this project and its peers in turns, each job as a process of its own.

    python benchmarks/run.py --assets 100000 --rounds 3
    python benchmarks/run.py --assets 1000000 --slow
    python benchmarks/run.py --assets 100000 --only READ "shares*"

Makes the register first where it is not there yet (in build/bench). Writes the figures to
benchmarks/results/, as JSON, as a page with all runs so far, and as a plot.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import truth
from benchmarks.generator.scenario import SHAPES
from benchmarks.runner import agreement, machine, page, summary
from benchmarks.runner.jobs import BUILD, JOBS, OWN_PYTHON, PEERS_PYTHON, READ, ROOT, Job
from benchmarks.runner.process import Measurement
from benchmarks.runner.rounds import Results, changed_register, outcome, take_turns

_SLOW_FROM = 300_000  # assets, from which slow jobs are only run when asked for
_TABLES = ("municipality", "path", "utility_line", "streetlight", "charging_point")


def main() -> None:
    options = _arguments()
    register = options.register or _register(options)
    if options.register:
        options.assets = sum(n for table, n in _counts(register).items() if table != "municipality")
    folder = BUILD / "bench" / register.stem
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [job for job in JOBS if any(fnmatch(job.name, only) for only in options.only)]
    if options.assets >= _SLOW_FROM and not options.slow:
        jobs = [job for job in jobs if not job.slow]
    reasons = {job.name: job.lacks() for job in jobs}
    ready = [job for job in jobs if not reasons[job.name]]
    results = take_turns(ready, register, folder, options.rounds, _say)
    results |= {
        name: [Measurement(0, 0, 0, error=reason)] for name, reason in reasons.items() if reason
    }
    run = _figures(options, register, folder, jobs, results)
    options.results.mkdir(parents=True, exist_ok=True)
    name = "".join((str(options.assets), "" if options.variant == "regular" else "-rough"))
    target = options.results / f"{name}.json"
    target.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if PEERS_PYTHON.exists() and READ in run["jobs"]:
        plot = ROOT / "benchmarks" / "runner" / "plot.py"
        subprocess.run([str(PEERS_PYTHON), str(plot), str(options.results)], check=True)
    for ratio in run["ratios"]:
        _say(f"{ratio['ours']:26} / {ratio['other']:20} {ratio['min']:7.3f} {ratio['median']:7.3f}"
             f" {ratio['max']:7.3f}")  # fmt: skip
    _say(f"Written: {page.write(options.results)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=sorted(SHAPES), default="regular")
    parser.add_argument("--register", type=Path, help="time this one instead")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=["*"], help="names of jobs, with * and ?")
    parser.add_argument("--slow", action="store_true",
                        help=f"run slow peers with {_SLOW_FROM} assets or more, too")  # fmt: skip
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


def _register(options: argparse.Namespace) -> Path:
    name = f"{options.assets}-{options.variant}-{options.seed}.gpkg"
    path = BUILD / "bench" / name
    if not path.with_suffix(".truth.csv").exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        script = ROOT / "benchmarks" / "make_register.py"
        subprocess.run(
            [str(OWN_PYTHON), str(script), str(path), "--assets", str(options.assets),
             "--seed", str(options.seed), "--variant", options.variant], check=True,
        )  # fmt: skip
    return path


def _figures(options: argparse.Namespace, register: Path, folder: Path, jobs: list[Job],
             results: Results) -> dict[str, Any]:  # fmt: skip
    by_name = {job.name: job for job in JOBS}
    done = [job for job in jobs if results[job.name] and not results[job.name][-1].error]
    shares = {job.name: outcome(job, folder) for job in done
              if job.task == "shares" and not job.own}  # fmt: skip
    ours = changed_register(by_name["shares: ours"], folder)
    planted = register.with_suffix(".truth.csv")
    return {
        "assets": options.assets, "variant": options.variant, "seed": options.seed,
        "rounds": options.rounds, "date": date.today().isoformat(),
        "register_mb": register.stat().st_size / 2**20, "counts": _counts(register),
        "machine": machine.describe(),
        "jobs": {job.name: summary.job_figures(job, results) for job in jobs},
        "ratios": summary.ratios(results),
        "agreement": agreement.shares(shares, ours, register) if shares else {},
        "truth": {job.name: _proposals(planted, outcome(job, folder)) for job in done
                  if job.task == "matching" and planted.exists()},
        "findings": _findings(planted, [job for job in done if job.name == "rules: ours"], folder),
    }  # fmt: skip


def _counts(register: Path) -> dict[str, int]:
    connection = sqlite3.connect(register)
    try:
        return {
            table: connection.execute(" ".join(("SELECT count(*) FROM", table))).fetchone()[0]
            for table in _TABLES
        }
    finally:
        connection.close()


def _proposals(planted: Path, proposals: Path) -> dict[str, Any]:
    found = truth.score_proposals(truth.read_truth(planted), truth.read_proposals(proposals))
    return truth.figures(found)


def _findings(planted: Path, jobs: list[Job], folder: Path) -> dict[str, Any]:
    if not jobs or not planted.exists():
        return {}
    findings = truth.read_findings(changed_register(jobs[0], folder))
    return truth.plain(truth.score_findings(truth.read_truth(planted), findings))


if __name__ == "__main__":
    main()
