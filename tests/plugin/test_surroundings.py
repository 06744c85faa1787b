"""After an edit is saved in QGIS, what lies around it is looked at again."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.plugin import small_register
from tests.plugin.small_register import MEETING, NORTH, SOUTH

STAFF = "reg.qgz"


@pytest.fixture(scope="session")
def validated(built, tmp_path_factory):
    """The register and projects of `built`, with gaps at its border, validated."""
    folder = tmp_path_factory.mktemp("validated") / "council"
    shutil.copytree(built, folder)
    small_register.add_border(folder / "reg.gpkg")
    return folder


class Office:
    """An open project whose edits are followed, and what was told."""

    def __init__(self, folder):
        from qgis.core import QgsProject

        from ile_gis_plugin.project.boundaries import HeldBoundaries
        from ile_gis_plugin.project.surroundings import Surroundings

        self.register = folder / "reg.gpkg"
        self.project = QgsProject.instance()
        assert self.project.read(str(folder / STAFF))
        self.told, self.renewed, self.busy = [], 0, False
        self.boundaries = HeldBoundaries()
        self.surroundings = Surroundings(self.boundaries, self.told.append, self._renewed,
                                         lambda: self.busy)  # fmt: skip
        self.surroundings.listen(self.project)

    def _renewed(self):
        self.renewed += 1

    def layer(self, name):
        return self.project.mapLayer(name)

    def identities(self, table):
        return {f["code" if table == "finding" else "kind"]
                for f in self.layer(f"{table}_register").getFeatures()}  # fmt: skip

    def change(self, layer="path_cooperation", number="G1", stop=True, **values):
        """Edit one path as a user does, and save."""
        from qgis.core import QgsApplication, QgsGeometry

        edited = self.layer(layer)
        edited.isEditable() or edited.startEditing()
        feature = next(edited.getFeatures(f"\"asset_no\" = '{number}'"))
        if "wkt" in values:
            edited.changeGeometry(feature.id(), QgsGeometry.fromWkt(values.pop("wkt")))
        for name, value in values.items():
            edited.changeAttributeValue(feature.id(), edited.fields().lookupField(name), value)
        saved = edited.commitChanges(stop)
        QgsApplication.processEvents()
        return saved


@pytest.fixture
def office(qgis_app, validated, tmp_path):
    folder = tmp_path / "council"
    shutil.copytree(validated, folder)
    made = Office(folder)
    yield made
    made.surroundings.release()
    made.project.clear()


X, Y = MEETING
JOINED = f"LINESTRING({X} {Y + 400}, {X} {Y + 60}, {X} {Y})"
LATER = f"LINESTRING({X} {Y + 400}, {X} {Y + 60}, {X} {Y + 1.5})"


def test_closing_a_gap_by_hand_closes_its_finding_and_its_proposal(office):
    assert office.identities("finding") == {"BRD001", "BRD004"}
    assert office.change(wkt=JOINED)
    assert office.identities("finding") == {"BRD004"}
    assert office.identities("border_proposal") == {"mismatch"}
    assert office.told == [] and office.renewed == 1


def test_a_gap_that_comes_back_is_open_again_while_editing_goes_on(office):
    office.change(wkt=JOINED, stop=False)
    assert office.change(wkt=LATER, stop=False)
    assert office.identities("finding") == {"BRD001", "BRD004"}
    assert office.layer("path_cooperation").isEditable() and office.renewed == 2
    office.layer("path_cooperation").rollBack()


def test_an_attribute_counts_as_well_whichever_layer_it_is_edited_in(office):
    office.change(f"path_{SOUTH}", "M2", width_m=3.0)
    assert office.identities("finding") == {"BRD001"}


def test_shares_follow_the_new_line(office):
    office.change(wkt=f"LINESTRING({X} {Y + 400}, {X} {Y - 200})")
    with open_register(office.register) as store:
        uuid = store.read("path", ["uuid"], {"asset_no": "G1"})["uuid"][0]
        shares = store.read("asset_share", ["ags", "length_m"], {"asset_uuid": uuid})
    metres = dict(zip(shares["ags"], shares["length_m"], strict=True))
    assert metres == pytest.approx({NORTH: 400, SOUTH: 200}, abs=0.5)


def test_the_boundaries_are_built_once_and_anew_when_they_change(office):
    with open_register(office.register) as store:
        first = office.boundaries.of(store)
        office.change(width_m=3.1)
        assert office.boundaries.of(store) is first
        uuid = store.read("municipality", ["uuid"])["uuid"][:1]
        store.update("municipality", {"uuid": uuid, "name": ["Neudorf"]})
        assert office.boundaries.of(store).names[0] == "Neudorf"


def test_a_register_that_nobody_validated_gets_no_findings(office):
    with open_register(office.register) as store:
        store.set_entry("findings_change", "")
    office.change(wkt=LATER)
    assert office.told == []
    with open_register(office.register) as store:
        assert store.count("finding", {"code": "BRD001", "state": "open"}) == 1
        details = store.read("finding", ["details"], {"code": "BRD001", "state": "open"})
    assert details["details"] == [{"distance": 0.8}]


def test_a_locked_register_costs_no_edit_and_the_next_save_makes_up_for_it(office, monkeypatch):
    from ile_gis_plugin.core.stores.geopackage import store as module

    monkeypatch.setattr(module, "PATIENCE", 0.05)
    office.surroundings._timer.setInterval(50)  # so that somebody else can come in between
    assert office.change(wkt=JOINED, stop=False)
    with closing(sqlite3.connect(office.register, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        office.surroundings.renew()
        other.execute("ROLLBACK")
    assert [told.key for told in office.told] == ["project.not_renewed"]
    assert "gespeichert" in office.told[0].text("de")
    office.surroundings._timer.stop()
    with open_register(office.register) as store:
        assert store.count("finding", {"code": "BRD001", "state": "open"}) == 1
    office.surroundings._timer.setInterval(0)
    assert office.change(number="M1", name="Waldweg")
    assert office.identities("finding") == {"BRD004"}


def test_after_very_many_edits_the_user_is_asked_to_validate(office, monkeypatch):
    from ile_gis_plugin.project import surroundings

    monkeypatch.setattr(surroundings, "MOST_ENTRIES", 0)
    office.change(wkt=JOINED)
    assert [told.key for told in office.told] == ["project.many_edits"]
    assert "BRD001" in office.identities("finding")


def test_while_a_job_writes_the_edit_waits_for_its_end(office):
    office.busy = True
    office.change(wkt=JOINED)
    assert office.renewed == 0
    office.busy = False
    office.surroundings.catch_up()
    assert office.renewed == 1 and office.identities("finding") == {"BRD004"}
    office.surroundings.catch_up()
    assert office.renewed == 1


def test_a_decision_in_the_form_of_a_finding_is_heard_of(office):
    layer = office.layer("finding_register")
    layer.startEditing()
    feature = next(layer.getFeatures())
    for name, value in {"state": "accepted", "reason": "so", "decided_by": "Amt"}.items():
        layer.changeAttributeValue(feature.id(), layer.fields().lookupField(name), value)
    assert layer.commitChanges(), layer.commitErrors()
    assert office.renewed == 1


def test_there_is_time_to_prepare_from_when_somebody_begins_to_edit(office):
    from ile_gis_plugin.project.surroundings import Surroundings

    begun = []
    follower = Surroundings(office.boundaries, office.told.append, lambda: None,
                            prepare=lambda: begun.append(1))  # fmt: skip
    follower.listen(office.project)
    office.layer("path_cooperation").startEditing()
    office.layer("path_cooperation").rollBack()
    follower.release()
    assert begun == [1]


def test_another_project_is_followed_no_more(office):
    office.surroundings.release()
    office.change(wkt=JOINED)
    assert office.renewed == 0
