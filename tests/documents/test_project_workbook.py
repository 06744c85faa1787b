"""The workbook of a project: its formulas give what the split gives, to the cent."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from ile_gis_plugin.core.documents.project_workbook import write_project_workbook
from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.projects.model import (
    CostItem,
    Funding,
    Key,
    KeyPart,
    Participant,
    ProjectFacts,
    SplitInputs,
    Weight,
)
from ile_gis_plugin.core.projects.split import split
from tests.documents.project import facts, inputs, project_values, resolved
from tests.documents.recalculation import needs_calc, recalculated, values_of, without_results

DAY = date(2026, 3, 31)


def _written(project: ProjectFacts, path, lang="de"):
    write_project_workbook(project, path, lang, DAY)
    return path


def _amounts(cells):
    """Columns percent, cost, grant and amount of the overview, by AGS."""
    sheet = cells["Übersicht"]
    rows = [cell[1:] for cell, value in sheet.items()
            if cell[0] == "B" and str(value).isdigit() and f"F{cell[1:]}" in sheet]  # fmt: skip
    return {sheet[f"B{row}"]: tuple(Decimal(str(round(sheet[f"{column}{row}"], 4)))
                                    for column in "CDEF") for row in rows}  # fmt: skip


def _expected(made):
    return {s.ags: (s.percent, s.cost, s.grant, s.amount) for s in made.shares}


def test_every_formula_has_its_result_with_it(tmp_path):
    project = facts()
    cells = values_of(_written(project, tmp_path / "a.xlsx"))
    assert _amounts(cells) == _expected(project.split)
    assert cells["Förderung"]["O6"] == float(project.split.granted)


@needs_calc
@pytest.mark.parametrize("count", [3, 12])
def test_calc_gives_every_figure_that_was_written(tmp_path, count):
    path = _written(resolved(facts(count)), tmp_path / "a.xlsx")
    (computed,) = recalculated([without_results(path, tmp_path / "bare.xlsx")], tmp_path)
    for sheet, cells in values_of(path).items():
        for cell, value in cells.items():
            if isinstance(value, (int, float)):
                assert computed[sheet][cell] == pytest.approx(value, abs=1e-6), (sheet, cell)
            elif value:
                assert computed[sheet][cell] == value, (sheet, cell)
    assert "weicht ab" not in computed["Übersicht"].values()


@needs_calc
def test_a_changed_input_changes_all_that_follows(tmp_path):
    """By hand: 617 m² more of asphalt at 31.75 € are 19,589.75 € net and 23,311.80 € gross."""
    given = inputs()
    path = _written(facts(given=given), tmp_path / "a.xlsx")
    bare = without_results(path, tmp_path / "bare.xlsx", {("Kosten", "B9"): 6240 + 617})
    (computed,) = recalculated([bare], tmp_path)
    before = split(given)
    items = list(given.items)
    items[1] = replace(items[1], quantity=Decimal(6857), amount=Decimal("217709.75"))
    after = split(replace(given, items=tuple(items)))
    assert after.total - before.total == Decimal("23311.80")
    assert _amounts(computed) == _expected(after) != _expected(before)
    assert "weicht ab" in computed["Übersicht"].values()  # the register has other amounts


@needs_calc
@pytest.mark.slow
def test_formulas_give_what_the_split_gives_for_all_kinds_of_projects(tmp_path):
    chance, projects = random.Random(20260331), []
    while len(projects) < 20:
        given = _some_project(chance)
        try:
            projects.append(facts(given=given))
        except InputError:  # contradicts itself
            continue
    paths = [_written(project, tmp_path / f"p{n}.xlsx") for n, project in enumerate(projects)]
    (bare := tmp_path / "bare").mkdir()
    computed = recalculated([without_results(p, bare / p.name) for p in paths], tmp_path)
    for project, cells in zip(projects, computed, strict=True):
        assert _amounts(cells) == _expected(project.split), project.inputs
        assert "weicht ab" not in cells["Übersicht"].values(), project.inputs
    assert any(s.is_bounded for p in projects for s in p.split.shares)
    assert any(len(p.inputs.key.parts) > 1 for p in projects)
    assert any(p.split.own_share < 0 for p in projects)


def _some_project(chance: random.Random) -> SplitInputs:
    count = chance.randint(1, 8)
    keys = chance.sample(["equal", "population", "length", "levy_base"], chance.choice([1, 1, 2]))
    percents = [Decimal(100)] if len(keys) == 1 else [Decimal("62.5"), Decimal("37.5")]
    items = tuple(
        CostItem(f"Position {n}", q := Decimal(chance.randint(1, 9999)) / 4,
                 "m", p := Decimal(chance.randint(-999 if n else 1, 9999)) / 100,
                 (q * p).quantize(Decimal("0.01"), "ROUND_HALF_UP"),
                 Decimal(chance.choice([0, 7, 19])), chance.random() < 0.8)
        for n in range(chance.randint(1, 5))
    )  # fmt: skip
    if chance.random() < 0.1:
        credit = Decimal("-900000.01")
        items = (*items, CostItem("Gutschrift", Decimal(1), "psch", credit, credit, Decimal(19)))
    weights = {"population": lambda: Decimal(chance.randint(0, 20000)),
               "length": lambda: Decimal(chance.randint(0, 999999)) / 100,
               "levy_base": lambda: Decimal(chance.randint(0, 10**9)) / 100}  # fmt: skip
    people = tuple(
        Participant(f"097751{n:02}", f"Ort {n}",
                    {key: Weight(make(), source="Register") for key, make in weights.items()},
                    Decimal(chance.randint(0, 2000)) if chance.random() < 0.15 else None,
                    Decimal(chance.randint(2000, 9000)) if chance.random() < 0.15 else None)
        for n in range(count)
    )  # fmt: skip
    funding = tuple(
        Funding(f"Programm {n}", Decimal(chance.randint(0, 4000)) / 100,
                Decimal(chance.randint(0, 9000)) if chance.random() < 0.3 else None,
                Decimal(chance.randint(0, 9000)) if chance.random() < 0.3 else None,
                eligible_percent=Decimal(chance.choice([100, 90, "33.3"])),
                vat_mode=chance.choice(["net", "gross"]), combinable=True,
                granted_amount=Decimal("123.45") if chance.random() < 0.1 else None)
        for n in range(chance.randint(0, 2))
    )  # fmt: skip
    return replace(
        inputs(), lead_ags=people[-1].ags, items=items, participants=people, funding=funding,
        vat_mode=chance.choice(["net", "gross"]),
        deductible_vat_percent=Decimal(chance.choice([0, 0, 100, "12.5"])),
        key=Key(tuple(map(KeyPart, keys, percents))),
        lead_advance_percent=Decimal(chance.choice([0, 0, 5, "12.25"])),
        instalments=((2026, Decimal("33.33")), (2027, Decimal("33.33")), (2028, Decimal("33.34"))),
    )  # fmt: skip


def test_equal_remainders_go_to_the_lowest_ags(tmp_path):
    """10.00 € among three: 3.34, 3.33, 3.33."""
    people = tuple(Participant(f"0977511{n}", f"Ort {n}") for n in (3, 1, 2))
    item = CostItem("Schild", Decimal(1), "St", Decimal(10), Decimal(10), Decimal(0))
    given = replace(inputs(), items=(item,), funding=(), participants=people, instalments=(),
                    key=Key((KeyPart("equal"),)), lead_ags="09775111")  # fmt: skip
    amounts = _amounts(values_of(_written(facts(given=given), tmp_path / "a.xlsx")))
    assert [str(amounts[f"0977511{n}"][3]) for n in (1, 2, 3)] == ["3.34", "3.33", "3.33"]


def test_the_resolved_version_is_told_and_what_changed_since(tmp_path):
    project = resolved(facts())
    cells = values_of(_written(project, tmp_path / "a.xlsx"))
    assert _amounts(cells) == _expected(project.kept[0].split)
    versions = cells["Fassungen"]
    assert versions["C12"] == float(project.kept[0].split.own_share)
    assert versions["D12"] == float(project.split.own_share)
    sums = [v for v in versions.values() if isinstance(v, float)]
    assert float(project.split.own_share - project.kept[0].split.own_share) in sums


def test_the_same_facts_give_the_same_bytes(tmp_path):
    first, second = (_written(facts(), tmp_path / f"{n}.xlsx").read_bytes() for n in (1, 2))
    assert first == second


def test_both_languages_name_their_sheets(tmp_path):
    german = openpyxl.load_workbook(_written(facts(), tmp_path / "de.xlsx"))
    english = openpyxl.load_workbook(_written(facts(), tmp_path / "en.xlsx", "en"))
    assert german.sheetnames[:3] == ["Übersicht", "Kosten", "Förderung"]
    assert english.sheetnames[:3] == ["Overview", "Costs", "Funding"]
    assert german["Kosten"]["D8"].number_format.endswith('"€"')
    assert english["Costs"]["D8"].number_format.startswith('"€"')


def test_what_is_internal_is_not_in_the_workbook(tmp_path):
    project = facts()
    values = project_values(project.inputs) | {"remarks": "streng geheim"}
    hidden = replace(project.assets[0], name="Wasserwerk",
                     fields=project.assets[0].fields | {"visibility": "restricted"})  # fmt: skip
    project = replace(project, values=values, assets=(hidden, *project.assets[1:]))
    cells = values_of(_written(project, tmp_path / "a.xlsx"))
    told = {str(value) for sheet in cells.values() for value in sheet.values()}
    assert not {"streng geheim", "Wasserwerk"} & told


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    items = (replace(inputs().items[0], title='=HYPERLINK("x")'), *inputs().items[1:])
    path = _written(facts(given=replace(inputs(), items=items)), tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(path)["Kosten"]["A8"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("x")')


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        _written(facts(), tmp_path / "nowhere" / "a.xlsx")
