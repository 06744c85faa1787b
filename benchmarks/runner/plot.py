"""Draws the wall clocks of the largest run. Runs in the peers' venv, which has matplotlib.

build/peers-venv/bin/python benchmarks/runner/plot.py benchmarks/results
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

_TASKS = ("shares", "rules", "matching")
_OWN, _OTHER = "#1b6e53", "#9aa5ab"


def draw(folder: Path) -> None:
    pyplot.rcParams["svg.hashsalt"] = "benchmarks"  # the same figures, the same file
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    run = max((r for r in runs if r["variant"] == "regular"), key=lambda r: r["assets"])
    medians = {
        name: statistics.median(job["wall_s"]) for name, job in run["jobs"].items()
        if "wall_s" in job
    }  # fmt: skip
    tasks = {t: [n for n in medians if run["jobs"][n]["task"] == t] for t in _TASKS}
    tasks = {t: names for t, names in tasks.items() if names}
    figure, axes = pyplot.subplots(
        len(tasks), squeeze=False, figsize=(8, 1.2 + 0.34 * len(medians)),
        height_ratios=[len(names) + 0.6 for names in tasks.values()],
    )  # fmt: skip
    for axis, (task, names) in zip(axes[:, 0], tasks.items(), strict=True):
        names = sorted(names, key=medians.get, reverse=True)
        bars = axis.barh(
            [n.split(": ")[1] for n in names], [medians[n] for n in names],
            color=[_OWN if run["jobs"][n]["own"] else _OTHER for n in names],
        )  # fmt: skip
        axis.bar_label(bars, fmt="%.1f s", padding=3, fontsize=8)
        axis.axvline(medians["READ"], color="black", linewidth=1, linestyle=":")
        axis.set_title(task, loc="left", fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.12)
    axes[-1, 0].set_xlabel(
        f"seconds as a whole process, median; {run['assets']:,} assets; dotted: READ"
    )
    figure.tight_layout()
    figure.savefig(folder / "plot.svg", metadata={"Date": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
