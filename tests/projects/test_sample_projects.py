"""The sample's three projects, each amount against a calculation by hand.

Only the metres come from the register, which other tests check. All else is written out here: whole
cents and fractions, with nothing of the product's own arithmetic.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ile_gis_plugin.core.stores import create_register
from ile_gis_plugin.core.tasks.project_facts import facts_of, projects_of
from tests.projects.building import shares
from tests.support import line, point, square

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sample_data"))

import projects as sample

BUCH, ILLERTISSEN, KELLMUENZ, OBERROTH, OSTERBERG, ROGGENBURG, UNTERROTH = MEMBERS = (
    "09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161",
)  # fmt: skip
STATIONS = ("BU-LP-0001", "901", "KM/LP/001", "OR LP 1", "LP1", "RB_LP_0001", "161-LP-001")
#: Home, number and length in grid metres; the last one goes on into Unterroth for 100 m.
PATHS = ((BUCH, "BU-W-0111", 448), (BUCH, "BU-W-0112", 2023), (UNTERROTH, "161-W-042", 1891),
         (UNTERROTH, "161-W-043", 1563), (OBERROTH, "OR W 51", 2025))  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Seven squares in a row from west to east, with what the projects choose from."""
    path = tmp_path_factory.mktemp("sample") / "register.gpkg"
    order = (*MEMBERS[:4], UNTERROTH, *MEMBERS[4:6])  # Unterroth beside Oberroth
    west = {ags: 580000 + 5000 * n for n, ags in enumerate(order)}
    with create_register(path, "Sample") as opened:
        opened.insert("municipality", {
            "ags": list(west), "name": list(west), "is_member": [True] * 7,
            "geom": [square(x, 5340000, 5000) for x in west.values()]})  # fmt: skip
        rows = [(ags, number, line((west[ags] + 100, 5341000 + 10 * n),
                                   (west[ags] + 100 + length, 5341000 + 10 * n)))
                for n, (ags, number, length) in enumerate(PATHS)]  # fmt: skip
        border = west[UNTERROTH]
        rows.append((OBERROTH, "OR W 52", line((border - 18, 5342000), (border + 100, 5342000))))
        ags, numbers, geometries = zip(*rows, strict=True)
        opened.insert("path", {"ags": ags, "asset_no": numbers, "geom": geometries})
        opened.insert("charging_point", {
            "ags": MEMBERS, "asset_no": STATIONS,
            "geom": [point(west[a] + 50, 5343000) for a in MEMBERS]})  # fmt: skip
        for home in (BUCH, KELLMUENZ, OBERROTH, OSTERBERG):
            opened.insert("streetlight", {
                "ags": [home] * 60, "asset_no": [f"{n:03}" for n in range(60)],
                "lamp_type": ["hme", "led", "hps"] * 20 if home == BUCH else ["hps"] * 60,
                "geom": [point(west[home] + 200 + n, 5344000) for n in range(60)]})  # fmt: skip
        assert sample.load_projects(opened) == 3
        shares(opened)
        yield opened


def half_up(value: Fraction) -> int:
    """To whole cents; halves go up."""
    return int((2 * value + 1) // 2)


def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def by_largest_remainder(cents: int, weights: dict[str, Fraction]) -> dict[str, int]:
    """The cents that are left over go to those who lost most by cutting, the lowest key first."""
    whole = sum(weights.values())
    exact = {key: Fraction(cents) * weight / whole for key, weight in weights.items()}
    found = {key: int(value) for key, value in exact.items()}
    order = sorted(found, key=lambda key: (found[key] - exact[key], key))
    for key in order[: cents - sum(found.values())]:
        found[key] += 1
    return found


def amounts(facts) -> dict[str, Decimal]:
    return {share.ags: share.amount for share in facts.split.shares}


def check(facts, total, eligible, granted, shares_by_hand):
    split = facts.split
    assert (split.total, split.eligible, split.granted) == tuple(
        euros(cents) for cents in (total, eligible, granted))  # fmt: skip
    assert split.own_share == euros(total - granted)
    assert amounts(facts) == {ags: euros(cents) for ags, cents in shares_by_hand.items()}
    assert sum(amounts(facts).values()) == split.own_share


def test_all_three_have_funding_dates_and_resolutions(store):
    assert [p["number"] for p in projects_of(store)] == [
        "ILE-2026-01", "ILE-2026-02", "ILE-2026-03"]  # fmt: skip
    for number in ("ILE-2026-01", "ILE-2026-02", "ILE-2026-03"):
        facts = facts_of(store, number)
        assert facts.inputs.funding and facts.inputs.key.source
        assert facts.phases and facts.resolutions
        assert all(p.budget_line for p in facts.inputs.participants)
        assert facts.remarks == () and facts.split.remarks == ()


def test_the_core_path_is_paid_by_metres_with_75_percent(store):
    facts = facts_of(store, "ILE-2026-01")
    pieces = [(ags, Fraction(metres)) for asset in facts.assets
              for ags, metres in asset.metres.items()]  # fmt: skip
    assert len(pieces) == 7  # one of six paths crosses a border
    by_hand = {ags: sum(m for a, m in pieces if a == ags) for ags in (BUCH, OBERROTH, UNTERROTH)}
    # 448 + 2,023, 2,025 + 18 and 1,891 + 1,563 + 100 grid metres
    assert [round(m) for m in by_hand.values()] == [2472, 2044, 3555]
    length = sum(by_hand.values())
    base, top = (Fraction(half_up(length * width * 10), 100) for width in (45, 35))  # 4.5, 3.5 m
    net = [half_up(base * 2460), half_up(top * 3175), half_up(length * 1833), 14850000]
    vat = [half_up(Fraction(n * 19, 100)) for n in net]
    eligible = sum(net) + sum(vat)
    total = eligible + 1850 * 750  # the land: 1,850 m² at 7.50 €, without VAT and not eligible
    granted = half_up(Fraction(eligible * 75, 100))
    assert granted < 200000000  # below the cap
    check(facts, total, eligible, granted, by_largest_remainder(total - granted, by_hand))
    first, second = (sum(s.instalments[n][1] for s in facts.split.shares) for n in (0, 1))
    assert first + second == facts.split.own_share
    assert abs(first - facts.split.own_share * 70 / 100) < Decimal("0.02")
    assert sum(s.commitment for s in facts.split.shares) == second  # falls into 2028


def test_the_lights_are_paid_by_their_number_with_25_percent(store):
    facts = facts_of(store, "ILE-2026-02")
    # In Buch every third of 60 lights is LED already: 40 of the 45 that are wanted are left.
    lights = {BUCH: 40, KELLMUENZ: 38, OBERROTH: 24, OSTERBERG: 21}
    count = 123
    net = [count * 48620, count * 4185]  # 486.20 € and 41.85 € each
    assert net == [5980260, 514755]
    # 19 % VAT: 11,362.494 and 978.0345 €
    eligible = 5980260 + 514755 + 1136249 + 97803
    total = eligible + 890000 + 169100  # the plan is not eligible
    assert (eligible, total) == (7729067, 8788167)
    granted = 1932267  # 25 % of 77,290.67 € is 19,322.6675 €
    # 68,559.00 € / 123 = 557.390243… € each
    by_hand = {BUCH: 2229561, KELLMUENZ: 2118083, OBERROTH: 1337737, OSTERBERG: 1170519}
    assert by_hand == by_largest_remainder(6855900, {a: Fraction(n) for a, n in lights.items()})
    check(facts, total, eligible, granted, by_hand)


def test_the_charging_points_are_paid_by_a_fixed_key_up_to_the_cap(store):
    facts = facts_of(store, "ILE-2026-03")
    eligible = 7 * 159535 + 14 * 21290
    assert eligible == 1414805  # net: 80 % would be 11,318.44 €
    total = eligible + 125000
    assert total == 1539805 <= 2000000  # within what the programme funds
    # 5,398.05 € × percent; three cents go to .82450, .7660 and .6880
    by_hand = {BUCH: 86369, ILLERTISSEN: 215922, KELLMUENZ: 48583, OBERROTH: 40485,
               OSTERBERG: 40485, ROGGENBURG: 64777, UNTERROTH: 43184}  # fmt: skip
    assert sum(by_hand.values()) == 539805
    check(facts, total, eligible, 1000000, by_hand)
    assert facts.split.grants[0].is_capped
