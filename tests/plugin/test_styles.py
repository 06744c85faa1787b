"""The QML files: complete, portable, with legends in both languages."""

from __future__ import annotations

import re

import pytest

from ile_gis_plugin.core.definition import REGISTER
from ile_gis_plugin.core.resources import resource
from ile_gis_plugin.project.styling import apply_style, legend_label
from tests.plugin.small_register import make

STYLES = sorted(path.stem for path in resource("styles").glob("*.qml"))
#: Which table a style is for, where it does not bear the table's name.
TABLE = {"project_line": "path", "project_point": "streetlight"}
CODED = [
    ("path", "legal_class"), ("utility_line", "network_type"), ("streetlight", "lamp_type"),
    ("charging_point", "device_type"), ("finding", "severity"), ("border_link", "kind"),
    ("border_proposal", "kind"),
]  # fmt: skip
MADE_UP_ON_MAPS = ("map_mask", "map_territory", "map_overview_territory")


@pytest.fixture(scope="module")
def register(tmp_path_factory, qgis_app):
    return str(make(tmp_path_factory.mktemp("styles") / "register.gpkg"))


def styled(register, style, lang="de"):
    from ile_gis_plugin.project.layers import vector_layer

    table = TABLE.get(style, "municipality" if style.startswith("map_") else style)
    layer = vector_layer(register, table)
    apply_style(layer, style, lang)
    return layer


def entries(layer):
    return [item.label() for item in layer.renderer().legendSymbolItems() if item.label()]


def test_every_table_with_a_geometry_has_a_style():
    assert {table.name for table in REGISTER if table.geometry} <= set(STYLES)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_loads_and_draws(register, style):
    layer = styled(register, style)
    assert layer.renderer().type() != "nullSymbol"
    assert layer.renderer().legendSymbolItems()


@pytest.mark.parametrize(("table", "field"), CODED)
def test_each_code_has_its_own_legend_entry(register, table, field):
    labels = {lang: entries(styled(register, table, lang)) for lang in ("de", "en")}
    for code in REGISTER[table][field].domain.codes:
        assert labels["de"].count(code.label.de) == 1, code
        assert labels["en"].count(code.label.en) == 1, code


@pytest.mark.parametrize("table", [table.name for table in REGISTER.assets])
def test_what_is_planned_or_given_up_looks_different(register, table):
    shown = entries(styled(register, table))
    for code in ("projected", "under_construction", "disused", "decommissioned"):
        assert REGISTER[table]["status"].domain.label_of(code, "de") in shown


@pytest.mark.parametrize("style", STYLES)
def test_no_legend_entry_shows_a_code(register, style):
    """A code such as `legal_class=state_road` or `no_lamp_type` is a sentence that is missing."""
    for lang in ("de", "en"):
        for label in entries(styled(register, style, lang)):
            assert "=" not in label and "_" not in label


def test_german_and_english_legends_differ(register):
    assert entries(styled(register, "path", "de")) != entries(styled(register, "path", "en"))


def test_a_users_own_label_stays_as_it_is():
    assert legend_label("path", "Unser Lieblingsweg", "de") == "Unser Lieblingsweg"


@pytest.mark.parametrize("table", ["path", "streetlight", "utility_line", "charging_point"])
def test_the_look_follows_the_scale(register, table):
    text = resource(f"styles/{table}.qml").read_text("utf-8")
    assert "@map_scale" in text
    assert re.search(r'scalemaxdenom="[1-9]', text)


@pytest.mark.parametrize("path", sorted(resource("styles").glob("*.q*")), ids=lambda p: p.name)
def test_styles_and_templates_carry_no_place_of_a_machine(path):
    text = path.read_text("utf-8")
    assert not re.search(r"(?i)(/home/|/usr/|/tmp/|/work/|/root/|[a-z]:\\|file://|\.svg)", text)
    assert not re.search(r'(?:datasource|source)="[^"]', text)


def test_sizes_are_millimetres_on_paper():
    for style in STYLES:
        text = resource(f"styles/{style}.qml").read_text("utf-8")
        assert not re.search(r'(?i)units?"? (?:value)?=?"?(MapUnit|RenderMetersInMapUnits)"', text)


def drawn_mm(register, table, scale, key):
    """The sizes or widths at which the symbols of assets in use are drawn, by legend key."""
    from qgis.core import (
        QgsExpressionContext,
        QgsExpressionContextScope,
        QgsFeature,
        QgsSymbolLayer,
    )

    layer = styled(register, table)
    feature = QgsFeature(layer.fields())
    feature["status"] = "functional"
    context = QgsExpressionContext()
    scope = QgsExpressionContextScope()
    scope.setVariable("map_scale", scale)
    scope.setFeature(feature)
    context.appendScope(scope)
    context.setFields(layer.fields())
    wanted = getattr(QgsSymbolLayer.Property, key)
    return {
        rule.ruleKey(): [
            part.dataDefinedProperties().property(wanted).valueAsDouble(context)[0]
            for part in rule.symbol().symbolLayers() if part.layerType() != "MarkerLine"
        ]
        for rule in layer.renderer().rootRule().descendants()
    }  # fmt: skip


@pytest.mark.parametrize("scale", [25_000, 50_000])
def test_a_light_leaves_the_street_under_it_to_be_seen(register, scale):
    lights = drawn_mm(register, "streetlight", scale, "Size")
    street = max(drawn_mm(register, "path", scale, "StrokeWidth")["legal_class-local_street"])
    working = [mm for key, sizes in lights.items() if key.startswith("lamp_type") for mm in sizes]
    assert working and min(working) > 0.2 and max(working) < 0.9 * street


def test_lights_keep_their_size_in_the_legend(register):
    layer = styled(register, "streetlight")
    sizes = [rule.symbol().size() for rule in layer.renderer().rootRule().descendants()]
    assert min(sizes) >= 1.1


@pytest.mark.parametrize("scale", [2_500, 25_000, 50_000])
def test_a_utility_line_is_narrower_than_any_road(register, scale):
    lines = drawn_mm(register, "utility_line", scale, "StrokeWidth")
    roads = drawn_mm(register, "path", scale, "StrokeWidth")
    widest = max(mm for key, w in lines.items() if key.startswith("network_type") for mm in w[1:])
    kinds = ("state_road", "district_road", "connecting_road", "local_street")
    assert widest < min(max(roads[f"legal_class-{kind}"]) for kind in kinds)


def test_each_network_has_its_own_mark_and_no_path_has_one(register):
    """Form and not only colour tells a line from a path, and one network from another."""

    def marks(table, key):
        layer = styled(register, table)
        return {
            rule.ruleKey(): tuple(
                mark.properties()["name"]
                for part in rule.symbol().symbolLayers() if part.layerType() == "MarkerLine"
                for mark in part.subSymbol().symbolLayers()
            )
            for rule in layer.renderer().rootRule().descendants()
            if rule.ruleKey().startswith(key)
        }  # fmt: skip

    networks = marks("utility_line", "network_type-")
    assert len(networks) == 6 and all(networks.values())
    assert len(set(networks.values())) == len(networks)
    assert not any(marks("path", "legal_class-").values())
