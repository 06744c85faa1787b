"""Findings and border proposals as layers of the project: what they show and what may be typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ile_gis_plugin.core.stores import open_register
from tests.plugin.small_register import EAST, NORTH, NORTHING, OUTSIDE, SIDE, SOUTH, point
from tests.plugin.test_project import ONE, STAFF, shown

OPEN_ONE = "\"code\" = 'BRD001'"


@pytest.fixture
def many(built, tmp_path):
    """A copy of the projects whose register has findings and proposals of all sides and states."""
    register = built / "reg.gpkg"
    before = register.read_bytes()
    place = [point(EAST + 900, NORTHING + SIDE)]
    with open_register(register) as store:
        for n, (state, ags, other) in enumerate([
            ("open", SOUTH, None), ("open", SOUTH, NORTH), ("accepted", NORTH, OUTSIDE),
            ("fixed", NORTH, None),
        ]):  # fmt: skip
            store.insert("finding", {
                "identity": [f"x{n}"], "code": ["BRD003"], "severity": ["error"], "state": [state],
                "ags": [ags], "other_ags": [other], "geom": place,
            })  # fmt: skip
        uuid = store.read("path", ["uuid"])["uuid"][0]
        for n, (state, right) in enumerate([("open", OUTSIDE), ("rejected", NORTH)]):
            store.insert("border_proposal", {
                "identity": [f"x{n}"], "asset_class": ["path"], "kind": ["double"],
                "state": [state], "confidence": [0.5], "left_uuid": [uuid], "left_ags": [SOUTH],
                "right_ags": [right], "geom": place,
            })  # fmt: skip
    yield
    register.write_bytes(before)


def identities(project, table):
    layer = project.mapLayer(f"{table}_register")
    return sorted(feature["identity"] for feature in layer.getFeatures())


def test_a_municipality_sees_what_concerns_it_on_either_side_and_is_not_settled(many, open_project):
    project = open_project(ONE)
    assert identities(project, "finding") == ["BRD001|1", "x1", "x2"]
    assert identities(project, "border_proposal") == ["BRD001|1"]


def test_the_staff_sees_everything_that_is_not_settled(many, open_project):
    project = open_project(STAFF)
    assert identities(project, "finding") == ["BRD001|1", "x0", "x1", "x2"]
    assert identities(project, "border_proposal") == ["BRD001|1", "x0"]


@pytest.mark.parametrize(("name", "titles"), [
    (ONE, ["Befunde", "Grenzvorschläge", "Grenzverknüpfungen"]),
    (STAFF, ["Findings", "Border proposals", "Border links"]),
])  # fmt: skip
def test_findings_proposals_and_links_stand_together_above_the_assets(open_project, name, titles):
    group = open_project(name).layerTreeRoot().findGroups()[0]
    assert [node.layer().name() for node in group.findLayers()] == titles
    assert [node.itemVisibilityChecked() for node in group.findLayers()] == [True, True, False]


def test_a_proposal_is_decided_on_and_never_edited_by_hand(open_project):
    for name in (ONE, STAFF):
        assert open_project(name).mapLayer("border_proposal_register").readOnly()


def test_the_project_knows_whose_it_is(open_project):
    for name, ags in ((ONE, NORTH), (STAFF, None)):
        assert open_project(name).customVariables().get("ile_municipality") == ags


def test_a_finding_is_shown_by_its_sentence(open_project):
    for name, words in (
        (ONE, "Die beiden Enden liegen 0,84 m auseinander."),
        (STAFF, "The two ends lie 0.84 m apart."),
    ):
        layer = open_project(name).mapLayer("finding_register")
        assert shown(layer, "true", layer.displayExpression()) == words


def test_the_tip_of_a_finding_says_what_is_wrong_with_which_asset(open_project):
    layer = open_project(ONE).mapLayer("finding_register")
    tip = shown(layer, OPEN_ONE, layer.mapTipTemplate())
    assert tip.startswith("<b>Lücke an der Grenze</b><br>Die beiden Enden liegen 0,84 m ausein")
    assert "<td>Weg W1 Mühlweg</td>" in tip
    assert "Schwere:&nbsp;</td><td>Warnung</td>" in tip and "andere Gemeinde" not in tip


def test_the_tip_of_a_proposal_names_both_assets_its_measures_and_who_accepted(open_project):
    layer = open_project(ONE).mapLayer("border_proposal_register")
    tip = shown(layer, "true", layer.mapTipTemplate())
    assert tip.startswith("<b>Lücke</b><br>Die beiden Enden liegen 0,84 m auseinander.")
    for words in ("Weg W1 Mühlweg", "Weg W3 Talweg", "0,84 m", "93 %", "Süddorf",
                  "Bauamt Norddorf"):  # fmt: skip
        assert f"<td>{words}</td>" in tip
    assert "anerkannt von (B)" not in tip


def test_a_proposal_draws_the_new_geometry_of_all_its_lines(open_project):
    from qgis.core import QgsRenderContext

    layer = open_project(ONE).mapLayer("border_proposal_register")
    (expression,) = {
        part.geometryExpression()
        for symbol in layer.renderer().symbols(QgsRenderContext())
        for part in symbol.symbolLayers() if part.layerType() == "GeometryGenerator"
    }  # fmt: skip
    geometry = shown(layer, "true", expression)
    assert len(list(geometry.constParts())) == 2
    middle = NORTHING + SIDE
    assert geometry.boundingBox().contains(EAST + 550, middle)


# --- the form ----------------------------------------------------------------------------------


def test_of_a_finding_people_fill_in_the_decision_only(open_project):
    layer = open_project(ONE).mapLayer("finding_register")
    config = layer.editFormConfig()
    editable = [f.name() for n, f in enumerate(layer.fields()) if not config.readOnly(n)]
    assert set(editable) - {"fid"} == {"state", "reason", "decided_by"}


def test_only_the_rules_say_that_a_finding_is_fixed(open_project):
    layer = open_project(ONE).mapLayer("finding_register")
    setup = layer.editorWidgetSetup(layer.fields().lookupField("state"))
    codes = [next(iter(choice.values())) for choice in setup.config()["map"]]
    assert codes == ["open", "accepted"]


@pytest.mark.parametrize(("name", "reason", "who"), [
    (ONE, "Eine Ausnahme braucht eine Begründung.", "Wer entscheidet?"),
    (STAFF, "An exception needs a reason.", "Who decides?"),
])  # fmt: skip
def test_an_exception_without_reason_and_name_is_refused(open_project, name, reason, who):
    from qgis.core import QgsVectorLayerUtils

    layer = open_project(name).mapLayer("finding_register")
    layer.startEditing()
    feature = next(layer.getFeatures())
    at = {field: layer.fields().lookupField(field) for field in ("reason", "decided_by")}

    def verdicts():
        return [QgsVectorLayerUtils.validateAttribute(layer, feature, n)[0] for n in at.values()]

    assert verdicts() == [True, True]
    feature["state"] = "accepted"
    feature["reason"] = "  "
    assert verdicts() == [False, False]
    said = [layer.fields().at(n).constraints().constraintDescription() for n in at.values()]
    assert said[0].startswith(reason) and said[1].startswith(who)
    feature["reason"], feature["decided_by"] = "Privatweg", "Bauamt"
    assert verdicts() == [True, True]


def test_the_moment_of_the_decision_is_kept_by_itself(open_project):
    layer = open_project(ONE).mapLayer("finding_register")
    layer.startEditing()
    feature = next(layer.getFeatures())
    values = {"state": "accepted", "reason": "Privatweg", "decided_by": "Bauamt"}
    for field, value in values.items():
        layer.changeAttributeValue(feature.id(), layer.fields().lookupField(field), value)
    assert layer.commitChanges(), layer.commitErrors()
    path = layer.source().split("|")[0]
    with closing(sqlite3.connect(path)) as file:
        (moment,) = file.execute("SELECT decided_at FROM finding").fetchone()
    assert moment[:2] == "20"


def test_the_form_says_in_words_what_was_found(open_project):
    from qgis.core import Qgis

    for table in ("finding", "border_proposal"):
        layer = open_project(ONE).mapLayer(f"{table}_register")
        first = layer.editFormConfig().tabs()[0].children()[0]
        assert first.type() == Qgis.AttributeEditorType.TextElement
