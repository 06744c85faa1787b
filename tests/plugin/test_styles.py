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


@pytest.mark.parametrize("path", sorted(resource("styles").iterdir()), ids=lambda p: p.name)
def test_styles_and_templates_carry_no_place_of_a_machine(path):
    text = path.read_text("utf-8")
    assert not re.search(r"(?i)(/home/|/usr/|/tmp/|/work/|/root/|[a-z]:\\|file://|\.svg)", text)
    assert not re.search(r'(?:datasource|source)="[^"]', text)


def test_sizes_are_millimetres_on_paper():
    for style in STYLES:
        text = resource(f"styles/{style}.qml").read_text("utf-8")
        assert not re.search(r'(?i)units?"? (?:value)?=?"?(MapUnit|RenderMetersInMapUnits)"', text)
