"""Mapping files: what they say, and complaints that name the file, the key and the choices."""

from __future__ import annotations

import pytest

from ile_gis_plugin.core.errors import InputError
from ile_gis_plugin.core.imports.mapping import SHIPPED, ColumnRule, load_mapping


@pytest.fixture
def mapping(tmp_path):
    def load(text, table=""):
        path = tmp_path / "Zuordnung.toml"
        path.write_text(text, "utf-8")
        return load_mapping(path, table)

    return load


@pytest.fixture
def complaint(mapping):
    def load(text, table=""):
        with pytest.raises(InputError) as error:
            mapping(text, table)
        assert "Zuordnung.toml" in error.value.text("de")
        return error.value

    return load


def test_a_column_may_be_one_name_several_or_a_rule(mapping):
    found = mapping("""
class = "path"
[columns]
name = "Bez"
width_m = { column = "Breite_cm", factor = 0.01 }
remarks = { columns = ["A", "B"], separator = " / " }
source = ["Quelle", "Herkunft"]
""").columns
    assert found["name"] == ColumnRule(("Bez",))
    assert found["width_m"].factor == 0.01
    assert [p.alternatives for p in found["remarks"].parts] == [("A",), ("B",)]
    assert found["source"].alternatives == ("Quelle", "Herkunft")


def test_an_unknown_field_is_named_with_the_nearest(complaint):
    error = complaint('class = "path"\n[columns]\nwitdh_m = "Breite"\n')
    assert error.key == "imports.mapping_field"
    assert "columns.witdh_m" in error.text("de") and "width_m" in error.text("de")


def test_fields_that_the_register_keeps_itself_cannot_be_filled(complaint):
    assert complaint('class = "path"\n[columns]\nuuid = "ID"\n').key == "imports.mapping_field"


def test_the_home_has_its_own_section(complaint):
    error = complaint('class = "path"\n[columns]\nags = "Gemeinde"\n')
    assert error.key == "imports.mapping_home_field"
    two = 'class = "path"\n[home]\nags = "09775118"\nposition = true\n'
    assert complaint(two).key == "imports.mapping_home"


def test_an_unknown_section_or_key(complaint):
    assert "columns" in complaint('class = "path"\n[colums]\n').text("en")
    error = complaint('class = "path"\n[source]\nencodng = "utf-8"\n')
    assert "source.encodng" in error.text("en") and "encoding" in error.text("en")


def test_a_code_that_does_not_exist(complaint):
    error = complaint('class = "streetlight"\n[values.lamp_type]\n"NAV" = "sodium"\n')
    assert error.key == "imports.mapping_code" and "hps" in error.text("de")


def test_an_unknown_class(complaint):
    assert "streetlight" in complaint('class = "lamp"\n').text("de")
    assert complaint('class = "path"\n', "streetlight").key == "imports.class_differs"
    assert complaint("[columns]\n").key == "imports.class_unknown"


def test_broken_toml(complaint):
    assert complaint('class = "path\n').key == "imports.mapping_syntax"


def test_a_field_stands_in_one_place_only(complaint):
    text = 'class = "path"\n[columns]\nname = "A"\n[constants]\nname = "B"\n'
    assert complaint(text).key == "imports.mapping_twice"


def test_connectors_belong_to_charging_points(complaint):
    text = 'class = "path"\n[[connectors]]\ntype = "Stecker"\n'
    assert complaint(text).key == "imports.mapping_connectors"
    text = 'class = "charging_point"\n[[connectors]]\npower = "kW"\n'
    assert complaint(text).key == "imports.mapping_connector_type"


def test_x_without_y(complaint):
    text = 'class = "path"\n[source]\nx = "RW"\n'
    assert complaint(text).key == "imports.mapping_half_coordinates"


def test_a_mapping_that_is_not_there_names_those_that_ship():
    with pytest.raises(InputError) as error:
        load_mapping("bundesnetzagentr")
    assert error.value.key == "imports.mapping_missing"
    assert "bundesnetzagentur" in error.value.text("de")


@pytest.mark.parametrize("name", [p.stem for p in sorted(SHIPPED.glob("*.toml"))])
def test_every_shipped_mapping_is_valid(name):
    assert load_mapping(name).columns


@pytest.mark.parametrize("line", ['delimiter = ";;"', "delimiter = 5", 'delimiter = "\\n"',
                                  'decimal = "x"'])  # fmt: skip
def test_a_delimiter_and_a_decimal_sign_are_one_character(complaint, line):
    error = complaint(f'class = "path"\n[source]\n{line}\n')
    assert error.key == "imports.mapping_sign" and line.split()[0] in error.text("de")


@pytest.mark.parametrize("factor", ["0", "nan", "inf", "true", '"2"'])
def test_a_factor_that_would_make_nonsense_of_a_column(complaint, factor):
    text = f'class = "path"\n[columns]\nwidth_m = {{ column = "B", factor = {factor} }}\n'
    assert complaint(text).key == "imports.mapping_factor"


def test_a_folder_is_no_mapping(tmp_path):
    with pytest.raises(InputError) as error:
        load_mapping(tmp_path)
    assert error.value.key == "imports.is_folder"
