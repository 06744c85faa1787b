"""The results page: everything that was measured so far, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .summary import exponents, spread


def read_runs(folder: Path) -> list[dict[str, Any]]:
    """The kept runs, by variant and size."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    return sorted(runs, key=lambda run: (run["variant"], run["assets"]))


def write(folder: Path) -> Path:
    """Write `README.md` in the folder of the results."""
    runs = read_runs(folder)
    lines = ["# Results", "", "Written by `benchmarks/run.py`; not edited by hand.", ""]
    if (folder / "plot.svg").exists():
        lines += ["![Wall clock of the jobs](plot.svg)", ""]
    for run in runs:
        lines += _run(run)
    for variant in sorted({run["variant"] for run in runs}):
        lines += _growth([run for run in runs if run["variant"] == variant])
    target = folder / "README.md"
    target.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return target


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    head = list(head)
    rule = ["---" if n == 0 else "--:" for n in range(len(head))]
    lines = [head, rule, *([str(cell) for cell in row] for row in rows)]
    return ["".join(("| ", " | ".join(line), " |")) for line in lines] + [""]


def _run(run: dict[str, Any]) -> list[str]:
    counts = ", ".join(f"{n:,} {table}" for table, n in run["counts"].items())
    return [
        f"## {run['assets']:,} assets, {run['variant']}", "",
        (f"{run['date']}, seed {run['seed']}, {run['rounds']} rounds, commit"
         f" {run['machine']['commit']}: {counts}; {run['register_mb']:.0f} MB."), "",
        *_machine(run["machine"]),
        *_jobs(run["jobs"]),
        *_ratios(run["ratios"]),
        *_agreement(run.get("agreement", {})),
        *_truth(run.get("truth", {})),
        *_findings(run.get("findings", {})),
    ]  # fmt: skip


def _machine(machine: dict[str, Any]) -> list[str]:
    def versions(found: dict[str, str]) -> str:
        return ", ".join(" ".join(pair) for pair in found.items() if pair[1])

    return [
        (f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB;"
         f" {machine['system']}. This project: {versions(machine['ours'])};"
         f" QGIS {machine['QGIS']}. Peers: {versions(machine['peers'])};"
         f" {machine['PostGIS']}."), "",
    ]  # fmt: skip


def _jobs(jobs: dict[str, Any]) -> list[str]:
    rows = []
    for name, job in jobs.items():
        if "wall_s" not in job:
            rows.append(
                (f"{name} ({job['note']})", f"not measured: {job['error']}", "", "", "", "")
            )
            continue
        wall, steps = spread(job["wall_s"]), job["steps"].items()
        rows.append((
            f"{name} ({job['note']})", f"{wall['min']:.2f}", f"{wall['median']:.2f}",
            f"{min(job['cpu_s']):.2f}" if not job["server_mb"] else "–",
            f"{job['peak_mb']:.0f}"
            + (f" + {job['server_mb']:.0f} server" if job["server_mb"] else ""),
            ", ".join(f"{step} {s['median']:.2f}" for step, s in steps),
        ))  # fmt: skip
    return _table(("job, as a whole process", "wall s, min", "median", "cpu s", "peak MB",
                   "steps inside, s"), rows)  # fmt: skip


def _ratios(ratios: list[dict[str, Any]]) -> list[str]:
    rows = (
        (f"{r['ours']} / {r['other']}", f"{r['min']:.3f}", f"**{r['median']:.3f}**",
         f"{r['max']:.3f}", r["rounds"], _aim(r))
        for r in ratios
    )  # fmt: skip
    return _table(("ratio, round by round", "min", "median", "max", "rounds", "aim"), rows)


def _aim(ratio: dict[str, Any]) -> str:
    if ratio["aim"] is None:
        return ""
    return f"≤ {ratio['aim']} {'✓' if ratio['median'] <= ratio['aim'] else '✗'}"


def _agreement(agreement: dict[str, Any]) -> list[str]:
    if not agreement:
        return []
    rows = (
        (name, f"{a['metres']:,.6f}", a["rows"], f"{a['greatest_difference_m']:.1e}")
        for name, a in agreement.items()
    )  # fmt: skip
    return [
        ("The same metres? The difference is the greatest of one line in one municipality:"
         " planar against the first row, ellipsoidal against our kernel."), "",
        *_table(("shares", "metres", "rows", "difference, m"), rows),
    ]  # fmt: skip


def _truth(truth: dict[str, Any]) -> list[str]:
    lines = []
    for name, kinds in truth.items():
        rows = (
            (kind, k["planted"], k["found"], f"{k['recall']:.4f}", k["contrary"], k["proposed"],
             k["right"], f"{k['precision']:.4f}")
            for kind, k in kinds.items()
        )  # fmt: skip
        lines += [f"What was planted and what {name} proposed:", "",
                  *_table(("kind", "planted", "found", "recall", "as the contrary", "proposed",
                           "right", "precision"), rows)]  # fmt: skip
    return lines


def _findings(findings: dict[str, Any]) -> list[str]:
    if not findings:
        return []
    rows = (
        (kind, c["planted"], c["named"],
         ", ".join(f"{code} {n}" for code, n in c.items() if code not in ("planted", "named")))
        for kind, c in sorted(findings["covered"].items())
    )  # fmt: skip
    codes = findings["codes"].items()
    nothing = {code: c["nothing planted"] for code, c in codes if "nothing planted" in c}
    return [
        "What was planted, and whether a finding names an asset of it:", "",
        *_table(("kind", "planted", "named", "by"), rows),
        (f"Findings: {sum(c['all'] for _, c in codes)}; at assets where nothing was planted:"
        f" {', '.join(f'{code} {n}' for code, n in nothing.items()) or 'none'}."), "",
    ]  # fmt: skip


def _growth(runs: list[dict[str, Any]]) -> list[str]:
    found = exponents(runs)
    if not found:
        return []
    rows = ((g["job"], f"{g['from']:,}", f"{g['to']:,}", f"{g['exponent']:.2f}") for g in found)
    return [f"## Growth with size, {runs[0]['variant']}", "",
            *_table(("job", "from", "to", "exponent"), rows)]  # fmt: skip
