"""Connectors of charging points, from the cells of the federal register."""

from __future__ import annotations

import numpy as np
import pytest

from ile_gis_plugin.core.imports.connectors import read_connectors
from ile_gis_plugin.core.imports.mapping import load_mapping

MAPPING = load_mapping("bundesnetzagentur")


@pytest.fixture
def station():
    """The connectors of one station; a cell of its groups each: plugs, power, EVSE id."""

    def read(*groups):
        columns = {}
        for number, group in enumerate(groups, 1):
            names = (f"Steckertypen{number}", f"P{number} [kW]", f"EVSE-ID{number}")
            for name, cell in zip(names, (*group, None, None), strict=False):
                columns[name] = np.array([cell], dtype=object)
        return read_connectors(MAPPING.connectors, columns, MAPPING.values, 1, ",")

    return read


def summary(stations):
    return [(c["connector_type"], c["format"], c["power_type"], c["power_kw"])
            for c in stations.connectors[0]]  # fmt: skip


def test_one_plug_for_each_charge_point(station):
    found = station(("AC Steckdose Typ 2", 22), ("AC Kupplung Typ 2", "3,7"))
    assert summary(found) == [("IEC_62196_T2", "socket", "ac_3_phase", 22.0),
                              ("IEC_62196_T2", "cable", "ac_1_phase", 3.7)]  # fmt: skip
    assert found.points == [2]


def test_several_plugs_with_a_power_each(station):
    cell = "DC Fahrzeugkupplung Typ Combo 2 (CCS); DC CHAdeMO"
    assert summary(station((cell, "62,5; 50"))) == [
        ("IEC_62196_T2_COMBO", "cable", "dc", 62.5), ("CHADEMO", "cable", "dc", 50.0)]  # fmt: skip


def test_several_plugs_with_one_power_for_all(station):
    found = station(("DC Kupplung Combo, DC CHAdeMO", 50))
    assert [c["power_kw"] for c in found.connectors[0]] == [50.0, 50.0] and found.points == [1]


def test_a_schuko_beside_a_stronger_plug_has_not_its_power(station):
    assert summary(station(("AC Steckdose Typ 2, AC Schuko", 22)))[1] == (
        "DOMESTIC_F", "socket", "ac_1_phase", None)  # fmt: skip


def test_the_current_of_a_cee_socket_follows_from_its_power(station):
    kinds = [c["connector_type"] for c in
             station(("AC CEE 5 polig", 11), ("AC CEE 5 polig", 22)).connectors[0]]  # fmt: skip
    assert kinds == ["IEC_60309_2_three_16", "IEC_60309_2_three_32"]


def test_evse_ids_are_brought_into_one_form(station):
    (found,) = station(("AC Typ 2 Steckdose", "22", "de*abc* e001")).connectors[0]
    assert found["evse_id"] == "DE*ABC*E001"


@pytest.mark.parametrize(("group", "words"), [
    (("Wunderstecker", 50), "Wunderstecker"),
    (("DC CHAdeMO; DC Kupplung Combo", "50; 43; 22"), "43"),
    ((None, 22), "fehlt"), (("DC CHAdeMO", "viel"), "viel"),
    (("DC CHAdeMO", 50, "DE CSA 24D 006"), "DECSA24D006"),
])  # fmt: skip
def test_what_cannot_be_understood_names_the_charge_point(station, group, words):
    (reason,) = station(("AC Schuko", 3.7), group).reasons[0]
    assert reason.text("de").startswith("Ladepunkt 2:") and words in reason.text("de")


def test_an_unused_group_with_a_zero_is_none(station):
    assert station(("AC Schuko", 3.7), (None, 0)).points == [1]
