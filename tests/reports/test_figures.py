"""The figures of the report, computed by hand for a small register."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ile_gis_plugin.core.reports.age import overall_mean
from ile_gis_plugin.core.reports.figures import fingerprint
from ile_gis_plugin.core.rules import dates
from ile_gis_plugin.core.rules.rule import Asked
from ile_gis_plugin.core.stores import open_register
from ile_gis_plugin.core.tasks import compute_shares
from ile_gis_plugin.core.tasks.task import Silent
from tests.reports.conftest import IN_WEST, ON, OST, OTHERS, holdings_and_figures
from tests.support import EAST, WEST, line, point

#: Metres on the ellipsoid of a grid metre here, 105 km from the meridian: 1 / 0.999735.
STRETCH = 1.000265


def _of(parts, table):
    return next(one for one in parts if one.table == table)


def test_each_asset_is_kept_by_one_and_lies_in_all_that_it_touches(figures):
    paths = _of(figures.inventories, "path")
    assert paths.kept.tolist() == [2, 2, 0]
    assert paths.inside.tolist() == [3, 2, 0]  # W1 in both
    assert paths.shared == 1
    kilometre = 1000 * STRETCH
    assert paths.metres[IN_WEST] == pytest.approx(2 * kilometre, abs=0.05)
    assert paths.metres[OST] == pytest.approx(2.9 * kilometre, abs=0.05)


def test_metres_are_those_of_the_registers_own_shares(figures, register):
    compute_shares.TASK.run({"register": str(register)}, Silent())
    with open_register(register) as store:
        shares = store.read("asset_share", ["ags", "length_m"], {"asset_class": "path"})
    by_ags = {ags: sum(m for a, m in zip(*shares.values(), strict=True) if a == ags)
              for ags in (EAST, WEST)}  # fmt: skip
    paths = _of(figures.inventories, "path")
    assert paths.metres[:2].tolist() == pytest.approx([by_ags[EAST], by_ags[WEST]], abs=1e-6)


def test_status_is_counted_with_who_keeps_the_asset(figures):
    lights = _of(figures.inventories, "streetlight")
    assert lights.status.sum() == 6
    assert lights.status[IN_WEST].tolist() == [0, 0, 2, 0, 1]  # the fifth: decommissioned
    assert lights.kept.tolist() == [3, 3, 0]


def test_an_asset_without_geometry_is_kept_and_lies_nowhere(register):
    with open_register(register) as store:
        store.insert("path", {"ags": [WEST], "geom": [None]})
    _, figures = holdings_and_figures(register)
    paths = _of(figures.inventories, "path")
    assert paths.without_geometry.tolist() == [0, 1, 0]
    assert paths.kept[IN_WEST] == 3 and paths.inside[IN_WEST] == 2


def test_what_lies_outside_the_members_stands_in_a_row_of_its_own(register):
    with open_register(register) as store:
        store.insert("path", {"ags": [EAST], "geom": [line((609000, 5342000), (612000, 5342000))]})
    _, figures = holdings_and_figures(register)
    metres = _of(figures.inventories, "path").metres
    assert metres[OTHERS] == pytest.approx(2000 * 1.0003, abs=0.5)


def test_a_municipality_alone_has_its_part_of_the_whole(register, figures):
    _, alone = holdings_and_figures(register, WEST)
    assert alone.places.names == ("West",)
    for one, whole in zip(alone.inventories, figures.inventories, strict=True):
        assert one.metres[0] == whole.metres[IN_WEST]
        assert one.kept[0] == whole.kept[IN_WEST]
        assert one.metres.sum() == pytest.approx(whole.metres.sum())


def test_ten_years_to_the_day_are_ten(figures):
    paths = _of(figures.ages, "path")
    assert paths.by_age[IN_WEST].tolist() == [0, 1, 0, 0, 0, 0]  # since 2016-06-30
    assert paths.by_age[OST].tolist() == [1, 0, 0, 0, 0, 1]  # since 2016-07-01, and not recorded
    assert paths.mean_years[IN_WEST] == pytest.approx(10.0, abs=0.01)
    assert overall_mean(paths) == pytest.approx(10.0, abs=0.01)


def test_condition_is_of_what_is_in_use(figures):
    paths = _of(figures.ages, "path")
    assert paths.by_condition[IN_WEST].tolist() == [0, 0, 0, 1, 0, 0]
    assert paths.by_condition[OST].tolist() == [1, 0, 0, 0, 0, 1]
    assert paths.condition_metres[IN_WEST, 3] == pytest.approx(2000 * STRETCH, abs=0.05)
    assert np.isnan(_of(figures.ages, "utility_line").mean_years).all()


def test_overdue_is_what_the_rules_on_dates_find(figures, register):
    found = {(one.table, one.field): one for one in figures.overdue}
    with open_register(register) as store:
        asked = Asked(store, ON)
        for rule in (dates.inspection_is_overdue, dates.electrical_test_is_overdue,
                     dates.stability_test_is_overdue):  # fmt: skip
            for finding in rule(asked):
                one = found[finding.table, finding.field]
                assert sorted(one.fid.tolist()) == finding.fid.tolist()
                assert sorted(one.days.tolist()) == sorted(finding.values["days"].tolist())
    electrical = found["streetlight", "electrical_test_on"]
    assert electrical.overdue.tolist() == [0, 1, 0]  # the day after four years, not the day itself
    assert electrical.days.tolist() == [1]
    assert electrical.undated.tolist() == [3, 0, 0]
    assert electrical.in_use.tolist() == [3, 2, 0]
    assert found["path", "next_inspection_on"].overdue.sum() == 1


def test_energy_is_power_by_hours_with_the_reduced_ones(register):
    """By hand, in kWh, with 2,000 reduced hours and 4,100 hours where none are recorded:
    L0: 100 W × 2,000 h + 50 W × 2,000 h = 300; LED of 40 W, dimmed to 20 W: 80 + 40 = 120.
    L1: 80 W × 4,100 h = 328; LED of 32 W: 32 × 2,100 + 16 × 2,000 = 99.2.
    L2: an LED of 30 W: 123, which stays. L4 of unknown type: 50 W × 4,100 h = 205, which stays.
    L3 has no power, L5 is not in use."""
    _, figures = holdings_and_figures(register, reduced_hours=2000)
    found = figures.lighting
    assert found.kwh[IN_WEST].sum() == pytest.approx(300 + 328)
    assert found.kwh_with_led[IN_WEST].sum() == pytest.approx(120 + 99.2)
    assert found.kwh[OST].sum() == pytest.approx(123 + 205)
    assert found.kwh_with_led[OST].sum() == pytest.approx(123 + 205)
    assert found.lights.sum() == 5 and found.counted.sum() == 4
    assert found.kw.sum() == pytest.approx(0.26)
    assert found.own_hours.tolist() == [1, 1, 0] and found.reduced.tolist() == [0, 1, 0]


def test_an_led_never_uses_more_than_what_it_replaces(register):
    _, figures = holdings_and_figures(register, led_power=100, led_reduced_power=100)
    found = figures.lighting
    assert (found.kwh_with_led <= found.kwh).all()


def test_gas_lamps_use_no_electricity(register):
    with open_register(register) as store:
        store.insert("streetlight", {"ags": [WEST], "geom": [point(601000, 5341500)],
                                     "lamp_type": ["gas"], "power_w": [300.0]})  # fmt: skip
    _, figures = holdings_and_figures(register)
    assert figures.lighting.lights.sum() == 6 and figures.lighting.counted.sum() == 4


def test_charging_is_by_territory_and_public_only(figures):
    found = figures.charging
    assert found.stations.tolist() == [2, 0, 0]
    assert found.points.tolist() == [5, 0, 0]  # four, and one where the number is not recorded
    assert found.fast_points.tolist() == [4, 0, 0]
    assert found.power_kw.tolist() == [172.0, 0.0, 0.0]
    assert found.per_thousand[OST] == 1.25  # 5 for 4,000
    assert np.isnan(found.per_thousand[IN_WEST])


def test_distance_is_the_straight_line_from_each_light(figures):
    """East: from 606000 300 m to C1; from 607000 500 m and from 608000 1,500 m to C2.
    West: from 601000 and 601300 to C1, 300 m off the line."""
    found = figures.charging
    assert found.lights.tolist() == [3, 2, 0]
    assert found.median_m[OST] == pytest.approx(500)
    assert found.most_m[OST] == pytest.approx(1500)
    assert found.near[OST] == pytest.approx(2 / 3)
    assert found.median_m[IN_WEST] == pytest.approx(np.hypot(4700, 300))
    assert found.farthest_m[IN_WEST] == pytest.approx(np.hypot(5000, 300))
    assert found.near[IN_WEST] == 0


def test_path_lengths_are_of_paths_in_use_by_class_and_surface(figures):
    metres = figures.paths.metres
    classes, surfaces = ("local_street", "asphalt"), (-1, "gravel")
    from ile_gis_plugin.core.reports.assets import code_of

    street = code_of("path", "legal_class", classes[0])
    asphalt, gravel = (code_of("path", "surface", s) for s in (classes[1], surfaces[1]))
    assert metres[IN_WEST, street, asphalt] == pytest.approx(1000 * STRETCH, abs=0.05)
    assert metres[OST, street, asphalt] == pytest.approx(1900 * STRETCH, abs=0.05)
    assert metres[OST, -1, gravel] == pytest.approx(1000 * STRETCH, abs=0.05)
    assert metres.sum() == pytest.approx(3900 * STRETCH, abs=0.2)
    assert figures.paths.core.sum() == pytest.approx(metres.sum())


def test_the_gap_of_the_core_network_is_found(figures):
    core = figures.core
    assert core.parts == 2
    assert len(core.dead_ends) == 4
    assert core.missing.length_m.tolist() == pytest.approx([100 * STRETCH], abs=0.01)
    assert core.missing.meets_end.tolist() == [True]


def test_population_is_the_newest_figure_up_to_the_day(register):
    with open_register(register) as store:
        store.insert("municipality_figure", {
            "ags": [EAST, EAST, EAST], "kind": ["population"] * 3, "value": [5000.0, 2000.0, 1.0],
            "valid_on": [date(2024, 12, 31), date(2025, 12, 31), date(2026, 12, 31)],
        })  # fmt: skip
    _, figures = holdings_and_figures(register)
    assert figures.charging.per_thousand[OST] == 2.5


def test_the_fingerprint_follows_figures_and_state(register, figures):
    _, again = holdings_and_figures(register)
    _, dearer = holdings_and_figures(register, price_kwh=0.31)
    state = {"version": 1}
    assert fingerprint(figures, state) == fingerprint(again, state)
    assert fingerprint(figures, state) != fingerprint(dearer, state)
    assert fingerprint(figures, state) != fingerprint(figures, {"version": 2})


def test_a_register_without_any_asset_has_figures_too(tmp_path):
    from tests.support import small_register

    _, figures = holdings_and_figures(small_register(tmp_path / "empty.gpkg"))
    assert figures.core.parts == 0 and figures.lighting.lights.sum() == 0
    assert np.isnan(figures.charging.median_m).all()
