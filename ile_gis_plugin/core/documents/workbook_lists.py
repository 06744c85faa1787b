"""The sheets that tell rather than compute: how it came about, versions, assets, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..definition import REGISTER, codes
from .workbook import Formula

if TYPE_CHECKING:
    from .project_workbook import ProjectBook


def step_sheet(made: ProjectBook) -> None:
    """Each line of the computation as a sentence, and what the split remarks."""
    sheet = made.sheet("steps", [110, 18, 26])
    names = {share.ags: share.name for share in made.split.shares}
    sheet.head([made.label("cost_split", "steps"), made.say("amount"),
                made.label("participant", "ags")], right={1})  # fmt: skip
    for step in made.split.steps:
        sheet.values([step.text.text(made.lang), step.amount, names.get(step.ags)],
                     ["text", "money", "line"])  # fmt: skip
    remarks = [*made.split.remarks, *made.facts.remarks]
    if remarks:
        sheet.row += 1
        sheet.say(made.say("remarks"), "section")
        for remark in remarks:
            sheet.values([remark.text(made.lang)], ["text"])


def version_sheet(made: ProjectBook) -> None:
    """The fixed versions side by side, the split as computed now, and what has changed."""
    columns = [(made.say("version_no", version=kept.split_version), kept.split,
                (kept.split_version, made.code(codes.SPLIT_KIND, kept.kind), kept.made_on,
                 kept.reason)) for kept in made.facts.kept]  # fmt: skip
    columns.append((made.say("computed_now"), made.facts.split, (None,) * 4))
    sheet = made.sheet("versions", [34, 12, *[18] * (2 * len(columns))])
    sheet.head(["", "", *(words for words, _, _ in columns)], right=range(2, 2 + len(columns)))
    for at, name in enumerate(("split_version", "kind", "made_on", "reason")):
        style = {"split_version": "whole", "made_on": "day"}.get(name, "right text")
        sheet.values([made.label("cost_split", name), None, *(told[at] for *_, told in columns)],
                     ["line", "line", *[style] * len(columns)])  # fmt: skip
    for name in ("total", "eligible", "granted", "own_share"):
        sheet.values([made.label("cost_split", name), None,
                      *(getattr(split, name) for _, split, _ in columns)],
                     ["line", "line", *["money"] * len(columns)])  # fmt: skip
    sheet.values([made.label("cost_split", "fingerprint"), None,
                  *(split.fingerprint[:12] for _, split, _ in columns)],
                 ["line", "line", *["right line"] * len(columns)])  # fmt: skip
    sheet.row += 1
    _amounts_by_version(made, sheet, [(words, split) for words, split, _ in columns])


def _amounts_by_version(made: ProjectBook, sheet: Any, columns: list[tuple[str, Any]]) -> None:
    names = {share.ags: share.name for _, split in columns for share in split.shares}
    later = [words for words, _ in columns[1:]]
    sheet.head([made.label("participant", "ags"), made.label("municipality", "ags"),
                *(words for words, _ in columns),
                *(made.say("difference_of", version=words) for words in later)],
               right=range(2, 2 + len(columns) + len(later)))  # fmt: skip
    first = sheet.row
    for ags in sorted(names):
        amounts = [{s.ags: s.amount for s in split.shares}.get(ags, 0) for _, split in columns]
        at = [sheet.cell(sheet.row, 2 + n) for n in range(len(amounts))]
        changes = [Formula(f"ROUND({at[n]}-{at[n - 1]},2)", amounts[n] - amounts[n - 1])
                   for n in range(1, len(amounts))]  # fmt: skip
        sheet.values([names[ags], ags, *amounts, *changes],
                     ["line", "line", *["money"] * (len(amounts) + len(changes))])  # fmt: skip
    sums = [split.own_share for _, split in columns]
    sums += [sums[n] - sums[n - 1] for n in range(1, len(sums))]
    sheet.values([made.say("sum"), None,
                  *(Formula(f"ROUND(SUM({sheet.cells(first, sheet.row - 1, 2 + n)}),2)", result)
                    for n, result in enumerate(sums))],
                 ["total line", "total line", *["total money"] * len(sums)])  # fmt: skip


def asset_sheet(made: ProjectBook) -> None:
    """The linked assets, with metres in each territory; 1 marks where a point lies."""
    assets = made.facts.assets
    if not assets:
        return
    places = sorted({ags for asset in assets for ags in asset.ags})
    names = [made.facts.municipalities.get(ags, {}).get("name") or ags for ags in places]
    sheet = made.sheet("assets", [18, 18, 30, 12, 16, 22, *[16] * len(places), 16])
    asset = REGISTER["path"]
    sheet.head([
        *(made.label("project_asset", name) for name in ("asset_class", "role")),
        *(asset[name].label[made.lang] for name in ("name", "asset_no", "status",
                                                    "condition_class")),
        *names, made.say("sum"),
    ], right=range(6, 7 + len(places)))  # fmt: skip
    sheet.inner.freeze_panes(sheet.row, 0)
    first = sheet.row
    for one in assets:
        where = [one.metres.get(ags) if one.metres else (1 if ags in one.ags else None)
                 for ags in places]  # fmt: skip
        own = sheet.across(sheet.row, 6, 5 + len(places))
        total = Formula(f"SUM({own})", sum(value for value in where if value is not None))
        sheet.values(
            [REGISTER[one.asset_class].label[made.lang],
             made.code(codes.ASSET_ROLE, one.role), one.name, one.asset_no,
             made.code(codes.STATUS, one.fields.get("status")),
             made.code(codes.CONDITION_CLASS, one.fields.get("condition_class")),
             *where, total if places else None],
            ["line", "line", "text", "line", "line", "line",
             *["number" if one.metres else "whole"] * (len(places) + 1)],
        )  # fmt: skip
    for kind in dict.fromkeys(asset.asset_class for asset in assets):
        _sum_of_class(made, sheet, kind, places, (first, first + len(assets) - 1))


def _sum_of_class(made: ProjectBook, sheet: Any, kind: str, places: list[str],
                  rows: tuple[int, int]) -> None:  # fmt: skip
    """The sum of one class: metres and pieces are not added to each other."""
    label = REGISTER[kind].label[made.lang]
    found = [asset for asset in made.facts.assets if asset.asset_class == kind]
    is_line = any(asset.metres for asset in found)
    classes = sheet.cells(*rows, 0)
    sums = [sum(asset.metres.get(ags, 0) if is_line else ags in asset.ags for asset in found)
            for ags in places]  # fmt: skip
    sheet.values(
        [made.say("sum_of", name=REGISTER[kind].plural[made.lang]), *[None] * 5,
         *(Formula(f'SUMIF({classes},"{label}",{sheet.cells(*rows, 6 + n)})', result)
           for n, result in enumerate([*sums, sum(sums)]))],
        [*["total line"] * 6, *["total number" if is_line else "total whole"]
         * (len(places) + 1)],
    )  # fmt: skip


def resolution_sheet(made: ProjectBook) -> None:
    """Phases with their dates, and what each council has resolved."""
    sheet = made.sheet("resolutions", [26, 26, 16, 18, 18, 16, 18])
    names = ("phase", "planned_on", "reached_on")
    sheet.head([made.label("project_phase", name) for name in names])
    for row in made.facts.phases:
        sheet.values([made.code(codes.PHASE, row.get("phase")), *(row.get(n) for n in names[1:])],
                     ["line", "day", "day"])  # fmt: skip
    sheet.row += 1
    fields = ("committee", "meeting_on", "paper_no", "resolution_no", "split_version", "result")
    sheet.head([made.label("resolution", "ags"),
                *(made.label("resolution", name) for name in fields)])  # fmt: skip
    for row in made.facts.resolutions:
        town = made.facts.municipalities.get(row["ags"], {}).get("name") or row["ags"]
        sheet.values(
            [town, *(row.get(name) for name in fields[:-1]),
             made.code(codes.RESOLUTION_RESULT, row.get("result"))],
            ["line", "text", "day", "line", "line", "whole", "line"],
        )  # fmt: skip
