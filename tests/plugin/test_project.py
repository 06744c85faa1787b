"""The project that is built from a register: its layers, groups, child tables and defaults."""

from __future__ import annotations

import getpass
import zipfile
from pathlib import Path

import pytest

from ile_gis_plugin.core.errors import InputError, RegisterError
from ile_gis_plugin.core.stores import create_register
from ile_gis_plugin.core.tasks.task import Silent
from tests.plugin import small_register
from tests.plugin.small_register import EAST, NORTH, NORTHING, SIDE, SOUTH

ONE, STAFF = f"reg_{NORTH}.qgz", "reg.qgz"


def groups(project):
    return project.layerTreeRoot().findGroups()


def values(layer, field):
    return sorted(f[field] for f in layer.getFeatures())


def text_of(project: Path) -> str:
    with zipfile.ZipFile(project) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".qgs"))
        return archive.read(name).decode()


def run(register: Path, **others):
    from ile_gis_plugin.project.build import TASK

    return TASK.run({"register": str(register), "lang": "de", **others}, Silent())


# --- what stands in it -------------------------------------------------------------------------


def test_a_municipality_finds_its_own_group_first_among_the_assets(open_project):
    titles = [g.name() for g in groups(open_project(ONE))]
    assert titles == ["Befunde", "Gemeinschaftsprojekte", "Norddorf", "Süddorf",
                      "Alle Gemeinden", "Grenzen", "Tabellen"]  # fmt: skip


def test_the_staff_finds_the_whole_cooperation_first(open_project):
    titles = [g.name() for g in groups(open_project(STAFF))]
    assert titles == ["Findings", "Joint projects", "Whole cooperation", "Norddorf", "Süddorf",
                      "Boundaries", "Tables"]  # fmt: skip


def test_a_municipality_edits_its_own_layers_and_sees_them(open_project):
    project = open_project(ONE)
    own = project.layerTreeRoot().findGroup("Norddorf")
    assert own.isVisible() and own.isExpanded()
    assert [n.layer().readOnly() for n in own.findLayers()] == [False] * 4


@pytest.mark.parametrize("title", ["Süddorf", "Alle Gemeinden"])
def test_a_municipality_finds_the_others_read_only_off_and_folded(open_project, title):
    group = open_project(ONE).layerTreeRoot().findGroup(title)
    assert not group.itemVisibilityChecked() and not group.isExpanded()
    assert [n.layer().readOnly() for n in group.findLayers()] == [True] * 4


def test_the_staff_edits_every_asset_and_sees_each_once(open_project):
    project = open_project(STAFF)
    shown = [g.name() for g in groups(project) if g.itemVisibilityChecked()]
    assert shown == ["Findings", "Whole cooperation", "Boundaries", "Tables"]
    of_assets = [layer for key, layer in project.mapLayers().items()
                 if key.startswith(("path", "utility_line", "streetlight", "charging_point"))]
    assert len(of_assets) == 16
    looked_at = {layer.id() for layer in of_assets if layer.readOnly()}
    assert looked_at == {f"{name}_linked" for name in (
        "path", "utility_line", "streetlight", "charging_point")}  # fmt: skip


def test_points_are_drawn_above_lines(open_project):
    own = open_project(ONE).layerTreeRoot().findGroup("Norddorf")
    names = [n.layer().geometryType().name for n in own.findLayers()]
    assert names == ["Point", "Point", "Line", "Line"]


def test_a_member_sees_its_assets_and_those_that_reach_into_it(open_project):
    project = open_project(ONE)
    assert values(project.mapLayer(f"path_{SOUTH}"), "asset_no") == ["W1", "W3"]
    assert values(project.mapLayer(f"utility_line_{NORTH}"), "asset_no") == ["L1"]


def test_the_assets_of_joint_projects_have_a_layer(open_project):
    assert values(open_project(STAFF).mapLayer("path_linked"), "asset_no") == ["W1"]


def test_boundaries_and_shares_are_read_only_even_for_the_staff(open_project):
    project = open_project(STAFF)
    for name in ("municipality_register", "asset_share_register", "cost_share_register"):
        assert project.mapLayer(name).readOnly()


def test_an_english_project_has_no_german_layer_names(open_project):
    names = {layer.name() for layer in open_project(STAFF).mapLayers().values()}
    assert {"Paths (Norddorf)", "Streetlights (all)", "Paths (in projects)"} <= names
    assert not [n for n in names if n.startswith(("Wege", "Leitungen", "Straßen", "Lade"))]


# --- the file ----------------------------------------------------------------------------------


def test_the_project_works_wherever_its_folder_is_moved(open_project, tmp_path):
    project = open_project(ONE)
    layers = project.mapLayers().values()
    assert len(layers) == 38
    assert all(layer.isValid() for layer in layers)
    assert all(layer.source().startswith(str(tmp_path)) for layer in layers)


@pytest.mark.parametrize("name", [ONE, STAFF])
def test_neither_user_nor_machine_stand_in_the_project(built, name):
    text = text_of(built / name)
    for secret in (str(Path.home()), str(built), f'saveUser="{getpass.getuser()}"', "saveUserFull"):
        assert secret not in text
    assert "<author></author>" in text
    assert "./reg.gpkg|layername=path" in text


def test_saving_without_names_leaves_the_users_settings_alone(built, qgis_app):
    from qgis.core import QgsSettings

    section = QgsSettings.Section.Core
    key = "projects/anonymize_saved_projects"
    assert QgsSettings().value(key, None, section=section) is None


def test_the_map_of_a_municipality_opens_on_it(open_project):
    where = open_project(ONE).viewSettings().defaultViewExtent()
    middle = where.center()
    assert (middle.x(), middle.y()) == pytest.approx((EAST + SIDE / 2, NORTHING + 1.5 * SIDE))
    assert SIDE <= where.width() < 1.5 * SIDE


def test_the_map_of_the_staff_opens_on_all_members(open_project):
    project = open_project(STAFF)
    where = project.viewSettings().defaultViewExtent()
    middle = where.center()
    assert (middle.x(), middle.y()) == pytest.approx((EAST + SIDE / 2, NORTHING + SIDE))
    assert SIDE <= where.width() < 1.5 * SIDE
    assert project.crs().authid() == "EPSG:25832"
    assert project.ellipsoid() == "EPSG:7019"
    assert project.title() == "ILE Nord-Süd"


def test_building_again_gives_the_same_layers_groups_and_child_tables(built, qgis_app, tmp_path):
    from qgis.core import QgsProject

    def described(file):
        project = QgsProject()
        assert project.read(str(file))
        tree = [(g.name(), g.itemVisibilityChecked(), [n.layerId() for n in g.findLayers()])
                for g in groups(project)]  # fmt: skip
        subsets = {k: layer.subsetString() for k, layer in project.mapLayers().items()}
        relations = sorted(project.relationManager().relations())
        project.clear()
        return tree, subsets, relations

    register = small_register.make(tmp_path / "reg.gpkg")
    run(register, municipality=NORTH)
    assert described(tmp_path / ONE) == described(built / ONE)


def test_the_open_project_of_the_user_stays_as_it_is(qgis_app, tmp_path):
    from qgis.core import QgsProject, QgsVectorLayer

    register = small_register.make(tmp_path / "reg.gpkg")
    mine = QgsVectorLayer("Point", "mine", "memory")
    QgsProject.instance().addMapLayer(mine)
    run(register)
    assert list(QgsProject.instance().mapLayers().values()) == [mine]
    QgsProject.instance().clear()


def test_the_register_is_not_touched_by_building(built, qgis_app, tmp_path):
    register = small_register.make(tmp_path / "reg.gpkg")
    before = register.read_bytes()
    run(register)
    assert register.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reg.gpkg", "reg.qgz"]


def test_an_unknown_municipality_is_refused_and_the_members_are_named(built):
    with pytest.raises(InputError) as refused:
        run(built / "reg.gpkg", municipality="09999999")
    assert f"{NORTH} Norddorf, {SOUTH} Süddorf" in refused.value.text("de")


def test_a_register_without_members_is_refused(qgis_app, tmp_path):
    create_register(tmp_path / "empty.gpkg").close()
    with pytest.raises(InputError) as refused:
        run(tmp_path / "empty.gpkg")
    assert refused.value.key == "project.no_members"
    assert not (tmp_path / "empty.qgz").exists()


@pytest.mark.parametrize("kept", [0, 5000])
def test_a_full_disk_is_told_and_leaves_the_project_that_was_there(
    built, qgis_app, tmp_path, monkeypatch, kept
):
    from ile_gis_plugin.project import build, whole_files

    class Project(build.QgsProject):
        def write(self, path):
            super().write(path)
            with open(path, "rb+") as file:
                file.truncate(kept)
            return True

    usage = whole_files.shutil.disk_usage("/")
    monkeypatch.setattr(build, "QgsProject", Project)
    monkeypatch.setattr(whole_files.shutil, "disk_usage", lambda _: usage._replace(free=0))
    target = tmp_path / "p.qgz"
    target.write_bytes(b"last year's project")
    with pytest.raises(RegisterError) as refused:
        run(built / "reg.gpkg", project=str(target))
    assert refused.value.key == "errors.disk_full" and "p.qgz" in refused.value.text("de")
    assert [path.name for path in tmp_path.iterdir()] == ["p.qgz"]
    assert target.read_bytes() == b"last year's project"


def test_what_is_packed_bears_the_name_of_the_project(built):
    with zipfile.ZipFile(built / STAFF) as archive:
        assert "reg.qgs" in archive.namelist()


def test_a_project_in_a_missing_folder_is_refused(built, tmp_path):
    with pytest.raises(InputError) as refused:
        run(built / "reg.gpkg", project=str(tmp_path / "none" / "p.qgz"))
    assert refused.value.key == "project.no_folder"


@pytest.mark.parametrize("ags", ["0999910", "09999101' OR '1'='1", "09999101\n"])
def test_only_an_ags_becomes_part_of_a_condition(qgis_app, ags):
    from ile_gis_plugin.project.layers import municipality_subset

    with pytest.raises(InputError):
        municipality_subset("path", ags)


# --- forms, child tables, defaults -------------------------------------------------------------


def test_every_station_layer_has_its_connectors(open_project):
    relations = open_project(STAFF).relationManager().relations()
    assert all(r.isValid() for r in relations.values())
    parents = {r.referencedLayerId() for r in relations.values()
               if r.referencingLayerId() == "connector_register"}  # fmt: skip
    assert parents == {"charging_point_cooperation", "charging_point_linked",
                       f"charging_point_{NORTH}", f"charging_point_{SOUTH}"}  # fmt: skip


def test_a_station_has_its_connectors_and_shares_on_tabs(open_project):
    layer = open_project(ONE).mapLayer(f"charging_point_{NORTH}")
    tabs = [tab.name() for tab in layer.editFormConfig().tabs()]
    assert tabs == ["Allgemein", "Fachdaten", "Zuständigkeit", "Zustand", "Herkunft",
                    "Anschlüsse", "Gebietsanteile"]  # fmt: skip


def created(layer, wkt):
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsGeometry, QgsProject
    from qgis.core import QgsVectorLayerUtils as Utils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    assert isinstance(layer.project(), QgsProject)
    return Utils.createFeature(layer, QgsGeometry.fromWkt(wkt), {}, context)


def test_a_new_asset_has_its_uuid_home_and_author(open_project):
    layer = open_project(ONE).mapLayer(f"streetlight_{NORTH}")
    layer.startEditing()
    one, two = (created(layer, f"POINT({EAST + 10} {NORTHING + 10})") for _ in "12")
    assert len(one["uuid"]) == 36 and one["uuid"] != two["uuid"]
    assert one["ags"] == NORTH
    assert one["created_by"] and one["changed_by"]
    assert one["status"] == "functional"


def test_in_the_whole_cooperation_a_new_asset_belongs_where_it_lies(open_project):
    layer = open_project(STAFF).mapLayer("streetlight_cooperation")
    layer.startEditing()
    assert created(layer, f"POINT({EAST + 10} {NORTHING + 10})")["ags"] == SOUTH
    assert created(layer, f"POINT({EAST + 10} {NORTHING + SIDE + 10})")["ags"] == NORTH


def test_the_parts_of_a_split_path_are_objects_of_their_own(open_project):
    from qgis.core import QgsLineString, QgsPoint

    layer = open_project(ONE).mapLayer(f"path_{NORTH}")
    layer.startEditing()
    x, y = EAST + 1700, NORTHING + SIDE
    cut = QgsLineString([QgsPoint(x, y), QgsPoint(x, y + 4000)])
    layer.splitFeatures(cut, False, False)
    assert layer.commitChanges(), layer.commitErrors()
    parts = list(layer.getFeatures("\"name\" = 'Bergweg'"))
    assert len(parts) == 2
    assert len({p["uuid"] for p in parts}) == 2
    assert sorted(str(p["asset_no"]) for p in parts) == ["NULL", "W2"]


def shown(layer, condition, expression):
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures(condition)))
    if expression.startswith("<"):
        return QgsExpression.replaceExpressionText(expression, context)
    return QgsExpression(expression).evaluate(context)


def test_a_linked_asset_is_shown_by_its_number_and_name(open_project):
    linked = open_project(ONE).mapLayer("project_asset_register")
    assert shown(linked, "true", linked.displayExpression()) == "Weg W1 Mühlweg (Ausbau)"


def test_the_tip_on_the_map_names_the_object_and_leaves_out_what_is_empty(open_project):
    paths = open_project(ONE).mapLayer(f"path_{NORTH}")
    tip = shown(paths, "\"asset_no\" = 'W1'", paths.mapTipTemplate())
    assert tip.startswith("<b>Weg Mühlweg</b>")
    assert "Befestigung:&nbsp;</td><td>Asphalt</td>" in tip
    assert "Gemeinde:&nbsp;</td><td>Norddorf</td>" in tip
    assert "Widmung" not in tip


def test_a_number_that_the_municipality_has_given_already_is_refused_in_the_form(open_project):
    from qgis.core import QgsFeature, QgsVectorLayerUtils

    layer = open_project(ONE).mapLayer(f"streetlight_{NORTH}")
    layer.startEditing()
    light = created(layer, f"POINT({EAST + 10} {NORTHING + SIDE + 10})")
    index = layer.fields().lookupField("asset_no")
    verdict = {}
    for number in ("1", "99"):
        tried = QgsFeature(light)
        tried.setAttribute(index, number)
        verdict[number] = QgsVectorLayerUtils.validateAttribute(layer, tried, index)[0]
    assert verdict == {"1": False, "99": True}
    stored = next(layer.getFeatures("\"asset_no\" = '1'"))
    assert QgsVectorLayerUtils.validateAttribute(layer, stored, index)[0]


def test_the_attribute_table_hides_the_keys(open_project):
    config = open_project(ONE).mapLayer(f"path_{NORTH}").attributeTableConfig()
    hidden = {c.name for c in config.columns() if c.hidden}
    assert hidden >= {"fid", "uuid", "version", "created_at"}
    assert "asset_no" not in hidden and "changed_by" not in hidden
