"""How much of what was planted is found, and how much of what is found was planted.

    python processing/match_borders.py REGISTER.gpkg --json PROPOSALS.json
    python processing/validate_register.py REGISTER.gpkg
    python benchmarks/truth.py REGISTER.gpkg REGISTER.truth.csv --proposals PROPOSALS.json

A proposal is right where its kind and its assets are those of something planted. A gap that is
proposed as an overshoot, or the other way round, counts in a column of its own. Of the findings in
the register it is told which codes name the assets of what was planted, and which name others.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PROPOSED = ("gap", "overshoot", "mismatch", "double", "point_double", "along_border")
_CONTRARY = {"gap": "overshoot", "overshoot": "gap"}
Assets = frozenset[str]


def read_truth(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_proposals(path: Path) -> list[dict[str, Any]]:
    """The list of proposals, wherever in the report it stands."""
    found = json.loads(path.read_text(encoding="utf-8"))
    while isinstance(found, dict):
        found = found.get("proposals", found.get("report", []))
    return found


def read_findings(register: Path) -> list[tuple[str, str, str | None]]:
    """Code and assets of the findings that are open."""
    connection = sqlite3.connect("".join(("file:", str(register), "?mode=ro")), uri=True)
    try:
        return connection.execute(
            "SELECT code, row_uuid, other_uuid FROM finding WHERE state = 'open'"
        ).fetchall()
    finally:
        connection.close()


def asset_sets(row: dict[str, str]) -> list[Assets]:
    """The assets that a proposal about this row may name: of three, the first and another."""
    one, *others = (row[f"uuid_{side}"] for side in "abc" if row[f"uuid_{side}"])
    return [frozenset((one, other)) for other in others] or [frozenset((one,))]


def score_proposals(truth: list[dict[str, str]], proposals: list[dict[str, Any]]) -> dict[str, Any]:
    """Recall for each kind and variant, precision for each kind, and what was wrongly proposed."""
    named: dict[str, set[Assets]] = defaultdict(set)
    for proposal in proposals:
        named[proposal["kind"]].add(frozenset(a["uuid"] for a in proposal["assets"]))
    planted: dict[str, set[Assets]] = defaultdict(set)
    about: dict[Assets, str] = {}
    recall: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for row in truth:
        sets = asset_sets(row)
        about |= dict.fromkeys(sets, _name(row))
        if row["report"] != "1" or row["kind"] not in PROPOSED:
            continue
        kind = row["kind"]
        planted[kind].update(sets)
        count = recall[kind, row["variant"]]
        count["planted"] += 1
        if any(s in named[kind] for s in sets):
            count["found"] += 1
        elif any(s in named[_CONTRARY.get(kind, "")] for s in sets):
            count["contrary"] += 1
    precision, wrong, kinds = {}, Counter(), kinds_of(truth)
    for kind, sets in named.items():
        count = Counter(proposed=len(sets))
        for assets in sets:
            if assets in planted[kind]:
                count["right"] += 1
            elif assets in planted[_CONTRARY.get(kind, "")]:
                count["contrary"] += 1
            else:
                wrong[kind, about.get(assets) or _beside(assets, kinds)] += 1
        precision[kind] = count
    return {"recall": recall, "precision": precision, "wrong": wrong}


def _beside(assets: Assets, kinds: dict[str, set[str]]) -> str:
    """What was planted at one of the assets, with others."""
    met = sorted(set().union(*(kinds.get(uuid, ()) for uuid in assets)))
    return " ".join(("beside", ", ".join(met))) if met else "nothing planted"


def kinds_of(truth: list[dict[str, str]]) -> dict[str, set[str]]:
    """What was planted at each asset."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in truth:
        for side in "abc":
            if row[f"uuid_{side}"]:
                kinds[row[f"uuid_{side}"]].add(_name(row))
    return kinds


def _name(row: dict[str, str]) -> str:
    return " ".join((row["kind"], row["variant"])).strip()


def score_findings(truth: list[dict[str, str]], findings: Iterable[tuple]) -> dict[str, Any]:
    """Which codes name the assets of what was planted, and how many findings name none of them."""
    kinds = kinds_of(truth)
    codes: dict[str, Counter] = defaultdict(Counter)
    at: dict[str, set[str]] = defaultdict(set)
    for code, row_uuid, other_uuid in findings:
        met = set().union(*(kinds.get(u, ()) for u in (row_uuid, other_uuid) if u))
        codes[code].update(met or {"nothing planted"})
        codes[code]["all"] += 1
        for uuid in filter(None, (row_uuid, other_uuid)):
            at[uuid].add(code)
    covered: dict[str, Counter] = defaultdict(Counter)
    for row in truth:
        met = set().union(*(at[row[f"uuid_{side}"]] for side in "abc" if row[f"uuid_{side}"]))
        covered[_name(row)].update({"planted": 1, "named": int(bool(met)), **dict.fromkeys(met, 1)})
    return {"codes": codes, "covered": covered}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("register", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--proposals", type=Path, help="what match_borders.py wrote with --json")
    parser.add_argument("--json", type=Path, help="write the counts to this file")
    options = parser.parse_args()
    truth = read_truth(options.truth)
    report: dict[str, Any] = {}
    if options.proposals:
        found = score_proposals(truth, read_proposals(options.proposals))
        report |= _print_proposals(found)
    findings = read_findings(options.register)
    if findings:
        report |= _print_findings(score_findings(truth, findings))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


def figures(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Counts, recall and precision of each kind."""
    kinds: dict[str, dict[str, Any]] = {}
    for kind in PROPOSED:
        parts = {v: c for (k, v), c in found["recall"].items() if k == kind}
        total = sum(parts.values(), Counter())
        told = found["precision"].get(kind, Counter())
        kinds[kind] = {
            "planted": total["planted"], "found": total["found"], "contrary": total["contrary"],
            "proposed": told["proposed"], "right": told["right"],
            "recall": _ratio(total["found"], total["planted"]),
            "precision": _ratio(told["right"], told["proposed"]),
            "recall_with_contrary": _ratio(total["found"] + total["contrary"], total["planted"]),
            "precision_with_contrary": _ratio(told["right"] + told["contrary"], told["proposed"]),
            "variants": {v: dict(c) for v, c in parts.items()},
        }  # fmt: skip
    return kinds


def _print_proposals(found: dict[str, Any]) -> dict[str, Any]:
    kinds = figures(found)
    print(f"{'kind':14} {'planted':>8} {'found':>7} {'recall':>8} {'contrary':>9}"
          f" {'proposed':>9} {'right':>7} {'precision':>10}")  # fmt: skip
    for kind, row in kinds.items():
        print(f"{kind:14} {row['planted']:8} {row['found']:7} {row['recall']:8.4f}"
              f" {row['contrary']:9} {row['proposed']:9} {row['right']:7}"
              f" {row['precision']:10.4f}")  # fmt: skip
        for variant, count in row["variants"].items() if len(row["variants"]) > 1 else ():
            hit, of = count.get("found", 0), count["planted"]
            print(f"  {variant:12} {of:8} {hit:7} {_ratio(hit, of):8.4f}"
                  f" {count.get('contrary', 0):9}")  # fmt: skip
    for (kind, about), count in found["wrong"].most_common(25):
        print(f"wrong: {count} {kind} ({about})")
    wrong = {" / ".join(key): n for key, n in found["wrong"].items()}
    return {"proposals": kinds, "wrong": wrong}


def _print_findings(found: dict[str, Any]) -> dict[str, Any]:
    print("\nfindings by what was planted")
    for kind, count in sorted(found["covered"].items()):
        codes = ", ".join(f"{c} {n}" for c, n in count.most_common()
                          if c not in ("planted", "named"))  # fmt: skip
        print(f"{kind:26} {count['planted']:7} planted, {count['named']:7} named: {codes}")
    print("\nfindings by code")
    for code, count in sorted(found["codes"].items()):
        about = ", ".join(f"{k} {n}" for k, n in count.most_common() if k != "all")
        print(f"{code:8} {count['all']:7}: {about}")
    return plain(found)


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """The counts of `score_findings` as JSON can hold them."""
    return {key: {k: dict(c) for k, c in found[key].items()} for key in ("codes", "covered")}


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


if __name__ == "__main__":
    main()
