"""The whole way on sample data: deliveries → register → shares → findings → cost
splits → project → maps, council papers and reports.

`.venv/bin/python sample_data/demo.py build/demo` makes everything anew in that folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

# Nothing is drawn on a screen, and there may be none.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from deliveries import DELIVERIES, LATER, Delivery  # noqa: E402
from generate import generate  # noqa: E402
from kept_faults import VALIDATED_ON  # noqa: E402
from projects import load_projects  # noqa: E402

from ile_gis_plugin.core.command_line import checked  # noqa: E402
from ile_gis_plugin.core.definition import REGISTER  # noqa: E402
from ile_gis_plugin.core.messages import Message, text, user_language  # noqa: E402
from ile_gis_plugin.core.stores import Store, open_register  # noqa: E402
from ile_gis_plugin.core.tasks import (  # noqa: E402
    compute_shares,
    council_papers,
    create_register,
    import_assets,
    match_borders,
    report,
    split_costs,
    validate_register,
)
from ile_gis_plugin.core.tasks.task import Report, Task  # noqa: E402

MEMBERS = ("09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161")
TITLE = "ILE Iller-Roth-Biber"
#: One municipality also gets a project of its own, to show what its staff see.
OWN_PROJECT = "09775149"
#: The joint project on which all its councils have voted, and when the last of them did.
RESOLVED = ("ILE-2026-01", "2026-03-10")


class _Steps:
    """Tells each step and how long it took."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._started = time.monotonic()

    def say(self, key: str, **values: object) -> None:
        seconds = time.monotonic() - self._started
        print(f"{seconds:5.1f} s  {text(key, self.lang, **values)}", flush=True)

    def report(self, fraction: float, message: Message | None = None) -> None:
        """A step's own progress is too fine for this overview."""


def _run(task: Task, steps: _Steps, **values: object) -> Report:
    return task.run(checked(task, values | {"lang": steps.lang}), steps)


def _name(delivery: Delivery) -> str:
    parts = Path(delivery.file).with_suffix("").parts
    words = dict.fromkeys((*parts, delivery.layer) if delivery.layer else parts)
    return "_".join(words).lower()


def _import_all(folder: Path, register: Path, steps: _Steps) -> dict[str, int]:
    sums = dict.fromkeys(("read", "imported", "updated", "unchanged", "quarantined"), 0)
    for delivery in (*DELIVERIES, LATER):
        name = _name(delivery)
        found = _run(
            import_assets.TASK, steps, register=str(register),
            source=str(folder / "deliveries" / delivery.file),
            mapping=str(delivery.mapping) if delivery.mapping else None,
            **{"class": delivery.asset_class}, layer=delivery.layer, by="Demo",
            area_only=not delivery.ags,  # a register of the whole region names no municipality
            quarantine=str(folder / "quarantine" / f"{name}.gpkg"),
        ).values  # fmt: skip
        for key in sums:
            sums[key] += found[key]
        steps.say("demo.imported", name=name, **{k: found[k] for k in sums})
    return sums


def _findings_table(store: Store, lang: str) -> list[str]:
    """Open findings by municipality and group of rules; those of a border count on both sides."""
    rows = store.find("finding", [("state", "=", "open")], ["code", "ags", "other_ags"])
    members = store.read("municipality", ["ags", "name"], {"is_member": 1})
    groups = sorted({code[:3] for code in rows["code"]})
    counted = Counter(
        (ags, code[:3]) for code, *sides in zip(*list(rows.values())[1:], strict=True)
        for ags in {side for side in sides if side}
    )  # fmt: skip
    heading = REGISTER["finding"].plural[lang]
    lines = [f"  {heading:<24}" + "".join(f"{group:>6}" for group in groups)]
    for ags, name in sorted(zip(members["ags"], members["name"], strict=True)):
        lines.append(f"  {name:<24}" + "".join(f"{counted[ags, g]:>6}" for g in groups))
    return lines


def _summary(register: Path, sums: dict[str, int], made: list[tuple[str, Path]], lang: str) -> None:
    with open_register(register, read_only=True) as store:
        counts = [(t.plural[lang], store.count(t.name)) for t in REGISTER.assets]
        counts.append((REGISTER["joint_project"].plural[lang], store.count("joint_project")))
        counts.append((REGISTER["border_proposal"].plural[lang],
                       store.count("border_proposal", {"state": "open"})))  # fmt: skip
        findings = _findings_table(store, lang)
    counts.append((text("demo.quarantined", lang), sums["quarantined"]))
    width = max(len(name) for name, _ in counts + [(n, 0) for n, _ in made])
    print()
    for name, count in counts:
        print(f"  {name:<{width}}  {count:>6}")
    print()
    print("\n".join(findings))
    print()
    print(text("demo.open_next", lang))
    for name, path in made:
        print(f"  {name:<{width}}  {path}")


def run(folder: Path, lang: str) -> None:
    """Make the demo in `folder`; what an earlier run left there is replaced."""
    from ile_gis_plugin.project import build, maps

    shutil.rmtree(folder, ignore_errors=True)
    (folder / "quarantine").mkdir(parents=True)
    steps = _Steps(lang)
    register = folder / "register.gpkg"
    steps.say("demo.generating")
    generate(folder / "deliveries")
    steps.say("demo.generated")
    _run(create_register.TASK, steps, register=str(register), title=TITLE,
         boundaries=str(folder / "deliveries" / "boundaries" / "vg250_gem.gpkg"),
         members=list(MEMBERS), source=text("demo.boundary_source", lang),
         source_date="2026-01-01")  # fmt: skip
    steps.say("demo.created", count=len(MEMBERS))
    sums = _import_all(folder, register, steps)
    with open_register(register) as store:
        load_projects(store, HERE / "joint_projects.toml")
    _run(compute_shares.TASK, steps, register=str(register))
    steps.say("demo.shares")
    matched = _run(match_borders.TASK, steps, register=str(register), by="Demo")
    steps.say("demo.matched", count=matched.values["open"])
    _run(split_costs.TASK, steps, register=str(register), project=[RESOLVED[0]], resolve=True,
         on=RESOLVED[1], reason="Beschlüsse der beteiligten Gemeinden", by="Demo")  # fmt: skip
    divided = _run(split_costs.TASK, steps, register=str(register), by="Demo",
                   export=str(folder / "papers"))  # fmt: skip
    steps.say("demo.divided", count=len(divided.values["projects"]))
    validated = _run(validate_register.TASK, steps, register=str(register), by="Demo",
                     on=VALIDATED_ON.isoformat(), export=str(folder / "findings"))  # fmt: skip
    steps.say("demo.validated", count=validated.values["open"])
    project = folder / "register.qgz"
    own = folder / f"register_{OWN_PROJECT}.qgz"
    _run(build.TASK, steps, register=str(register), project=str(project))
    _run(build.TASK, steps, register=str(register), project=str(own), municipality=OWN_PROJECT)
    steps.say("demo.projects")
    _run(maps.TASK, steps, register=str(register), folder=str(folder / "maps"), paper="a3",
         stamp="draft", creator=TITLE, issue_date=date.today().isoformat())  # fmt: skip
    steps.say("demo.maps")
    day = VALIDATED_ON.isoformat()
    _run(maps.TASK, steps, register=str(register), folder=str(folder / "project_maps"),
         project=["all"], stamp="draft", creator=TITLE, issue_date=day)  # fmt: skip
    steps.say("demo.project_maps")
    papers = _run(council_papers.TASK, steps, register=str(register),
                  folder=str(folder / "papers"), issue_date=day)  # fmt: skip
    steps.say("demo.papers", count=len(papers.values["papers"]))
    _run(report.TASK, steps, register=str(register), folder=str(folder / "report"), on=day,
         issue_date=day)  # fmt: skip
    steps.say("demo.report")
    _summary(register, sums, [
        (text("demo.project", lang), project),
        (text("demo.own_project", lang), own),
        (text("demo.map_folder", lang), folder / "maps"),
        (text("demo.project_map_folder", lang), folder / "project_maps"),
        (text("demo.paper_folder", lang), folder / "papers"),
        (text("demo.report_folder", lang), folder / "report"),
        (text("demo.findings_folder", lang), folder / "findings"),
        (text("demo.quarantine_folder", lang), folder / "quarantine"),
    ], lang)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang", choices=("de", "en"), default=user_language())
    arguments = parser.parse_args()
    run(arguments.folder, arguments.lang)
    return 0


if __name__ == "__main__":
    sys.exit(main())
