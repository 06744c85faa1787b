"""The forms of joint projects: their pages, sums and sentences, and what they compute."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.plugin import small_register
from tests.plugin.small_register import MIXED, NORTH, SOUTH

OURS = f"\"number\" = '{MIXED}'"


@pytest.fixture(scope="module")
def folder(qgis_app, tmp_path_factory):
    """A register with a project that has rows in every child table; projects de.qgz and en.qgz."""
    from ile_gis_plugin.core.tasks.task import Silent
    from ile_gis_plugin.project.build import TASK

    folder = tmp_path_factory.mktemp("joint")
    register = small_register.make(folder / "reg.gpkg")
    small_register.add_project(register)
    for lang, ags in (("de", ""), ("en", NORTH)):
        values = {"register": str(register), "lang": lang, "municipality": ags,
                  "project": str(folder / f"{lang}.qgz")}  # fmt: skip
        TASK.run(values, Silent())
    return folder


@pytest.fixture(scope="module")
def opened(folder):
    """Opens a project, unless it is open already; what a test edits it rolls back."""
    from qgis.core import QgsProject

    def read(lang="de"):
        project, file = QgsProject.instance(), str(folder / f"{lang}.qgz")
        assert project.fileName() == file or project.read(file)
        return project

    yield read
    QgsProject.instance().clear()


def context_of(layer, feature):
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return context


def evaluated(layer, feature, expression):
    from qgis.core import QgsExpression

    parsed = QgsExpression(expression)
    result = parsed.evaluate(context_of(layer, feature))
    assert not parsed.hasParserError() and not parsed.hasEvalError(), parsed.evalErrorString()
    return result


def names(layer, condition="true"):
    expression = layer.displayExpression()
    return sorted(evaluated(layer, f, expression) for f in layer.getFeatures(condition))


def said(layer, feature, tab):
    """The sentences on a tab of a feature's form, without their marks for HTML."""
    from qgis.core import Qgis, QgsAttributeEditorTextElement, QgsExpression
    from qgis.PyQt import sip

    (page,) = [t for t in layer.editFormConfig().tabs() if t.name() == tab]
    texts = [sip.cast(e, QgsAttributeEditorTextElement).text() for e in page.children()
             if e.type() == Qgis.AttributeEditorType.TextElement]  # fmt: skip
    context = context_of(layer, feature)
    worded = [QgsExpression.replaceExpressionText(text, context) for text in texts if "[%" in text]
    return [re.sub("<[^>]+>", " ", text).strip() for text in worded]


def only(layer, condition="true"):
    (found,) = layer.getFeatures(condition)
    return found


def refused(layer, feature, field, value):
    """Why the form refuses a value; empty where it takes it."""
    from qgis.core import QgsFeature, QgsVectorLayerUtils

    index = layer.fields().lookupField(field)
    tried = QgsFeature(feature)
    tried.setAttribute(index, value)
    holds, _ = QgsVectorLayerUtils.validateAttribute(layer, tried, index)
    return "" if holds else layer.constraintDescription(index)


def created(layer, **values):
    from qgis.core import QgsFeature, QgsGeometry
    from qgis.core import QgsVectorLayerUtils as Utils

    fields = layer.fields()
    given = {fields.lookupField(name): value for name, value in values.items()}
    return Utils.createFeature(layer, QgsGeometry(), given, context_of(layer, QgsFeature()))


# --- pages -------------------------------------------------------------------------------------


def test_the_child_tables_are_pages_in_the_order_of_the_work(opened):
    layer = opened("en").mapLayer("joint_project_register")
    assert [tab.name() for tab in layer.editFormConfig().tabs()] == [
        "General", "Finance", "Participants", "Costs", "Funding", "Parts of the key",
        "Instalments", "Assets", "Phases", "Resolutions", "As computed", "Versions", "Origin",
    ]  # fmt: skip


def test_parts_of_the_key_are_a_page_of_a_mix_only(opened):
    layer = opened().mapLayer("joint_project_register")
    (page,) = [t for t in layer.editFormConfig().tabs() if t.name() == "Teilschlüssel"]
    shown = page.visibilityExpression().data().expression()
    assert evaluated(layer, only(layer, OURS), shown) == 1
    assert evaluated(layer, only(layer, f"NOT {OURS}"), shown) == 0


def test_what_is_measured_is_asked_for_only_where_the_register_measures(opened):
    layer = opened().mapLayer("cost_item_register")
    page = layer.editFormConfig().tabs()[0]
    (box,) = [e for e in page.children() if e.name() == "Messung"]
    assert [e.name() for e in box.children()] == [
        "measured_class", "measured_role", "measure_factor"]  # fmt: skip
    shown = box.visibilityExpression().data().expression()
    values = {f["title"]: evaluated(layer, f, shown) for f in layer.getFeatures()}
    assert values == {"Wegebau": 0, "Tragschicht": 1, "Nachlass": 0}


def test_a_fixed_percentage_is_asked_for_only_where_the_key_has_one(opened):
    layer = opened().mapLayer("participant_register")
    page = layer.editFormConfig().tabs()[0]
    (row,) = [e for e in page.children() if e.name() == "fixed_percent"]
    shown = row.visibilityExpression().data().expression()
    assert {evaluated(layer, f, shown) for f in layer.getFeatures('"fixed_percent" > 0')} == {1}
    assert {evaluated(layer, f, shown) for f in layer.getFeatures('"fixed_percent" IS NULL')} == {0}


@pytest.mark.parametrize("table", ["cost_split", "cost_split_share", "cost_share"])
def test_fixed_and_computed_tables_can_only_be_read(opened, table):
    for lang in ("de", "en"):
        assert opened(lang).mapLayer(f"{table}_register").readOnly()


@pytest.mark.parametrize("table", ["funding_programme", "municipality_figure"])
def test_programmes_and_figures_are_kept_by_the_staff(opened, table):
    assert not opened("de").mapLayer(f"{table}_register").readOnly()
    assert opened("en").mapLayer(f"{table}_register").readOnly()


def test_no_form_shows_json(opened):
    project = opened()
    for table in ("cost_share", "cost_split"):
        layer = project.mapLayer(f"{table}_register")
        shown = {e.name() for tab in layer.editFormConfig().tabs() for e in tab.children()}
        assert not shown & {"inputs", "steps", "explanation"}


# --- names of rows -----------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "german"), [
    ("participant", ["Norddorf", "Norddorf – 60 %", "Süddorf", "Süddorf – 38 %"]),
    ("cost_item", ["Nachlass – -82,50 €", "Tragschicht – 37.582,50 €", "Wegebau – 100.000,00 €"]),
    ("project_funding", ["Kernwege – bewilligt 1.234,50 €"]),
    ("key_part", ["Einwohner – 60 %", "fester Prozentsatz – 38 %"]),
    ("instalment", ["2026 – 50 %"]),
    ("project_asset", ["Leitung L1 (Unterhalt)", "Weg W1 Mühlweg (Ausbau)",
                       "Weg W1 Mühlweg (Neubau)"]),
    ("project_phase", ["Idee – erreicht am 01.03.2025", "im Bau – geplant für 01.09.2026"]),
    ("resolution", ["Norddorf – Gemeinderat, 24.02.2026 – angenommen"]),
    ("cost_share", ["Norddorf – 26.034,30 €", "Süddorf – 17.356,20 €"]),
    ("cost_split", ["Fassung 1 – beschlossen – 24.02.2026"]),
    ("municipality_figure", ["Norddorf – Einwohner: 1.200 – 31.12.2025"]),
    ("joint_project", ["2026-01 Ausbau Mühlweg", "2026-02 Kernweg Süd"]),
])  # fmt: skip
def test_a_row_is_named_by_what_tells_it_apart(opened, table, german):
    assert names(opened().mapLayer(f"{table}_register")) == german


def test_english_names_write_amounts_and_dates_the_english_way(opened):
    project = opened("en")
    assert "Nachlass – -€82.50" in names(project.mapLayer("cost_item_register"))
    assert names(project.mapLayer("cost_split_register")) == ["Version 1 – resolved – 2026-02-24"]


def test_phases_are_listed_in_the_order_of_their_course(opened):
    layer = opened().mapLayer("project_phase_register")
    order = layer.attributeTableConfig().sortExpression()
    ranks = {f["phase"]: evaluated(layer, f, order) for f in layer.getFeatures()}
    assert ranks["idea"] < ranks["construction"]


# --- sentences ---------------------------------------------------------------------------------


def test_a_sum_says_how_much_is_missing(opened):
    layer = opened().mapLayer("joint_project_register")
    short = "▲ Summe der Prozentsätze: 98 % – es fehlen 2 %."
    assert said(layer, only(layer, OURS), "Teilschlüssel") == [short]
    assert short in said(layer, only(layer, OURS), "Beteiligte")[0]


@pytest.mark.parametrize(("percent", "german"), [
    (50.0, "✓ Summe der Prozentsätze: 100 %."), (49.996, "✓ Summe der Prozentsätze: 99,996 %."),
    (60.5, "▲ Summe der Prozentsätze: 110,5 % – 10,5 % zu viel."),
])  # fmt: skip
def test_the_form_of_a_part_sums_with_what_is_typed_in_it(opened, percent, german):
    project = opened()
    layer, owner = project.mapLayer("instalment_register"), project.mapLayer(
        "joint_project_register")  # fmt: skip
    layer.startEditing()
    added = created(layer, project_uuid=only(owner, OURS)["uuid"], percent=percent)
    assert said(layer, added, "Allgemein") == [german]
    layer.rollBack()


def test_the_first_page_lists_what_keeps_the_cost_from_being_split(opened):
    layer = opened("en").mapLayer("joint_project_register")
    (text,) = said(layer, only(layer, OURS), "General")
    assert "The lead (Ostheim) is none of the participants." in text
    assert "The parts of the key sum to 98 %, not 100 %." in text
    assert "The instalments sum to 50 %, not 100 %." in text


def test_a_project_in_which_all_fits_says_so(opened):
    layer = opened().mapLayer("joint_project_register")
    (text,) = said(layer, only(layer, f"NOT {OURS}"), "Allgemein")
    assert text == "✓ Beteiligte, Schlüssel und Jahresraten passen zusammen."


def test_a_missing_figure_is_told_with_the_municipality(opened):
    layer = opened().mapLayer("joint_project_register")
    project = only(layer, OURS)
    project["share_key"] = "population"
    (text,) = said(layer, project, "Allgemein")
    assert "Für Süddorf fehlt der Wert des Kostenschlüssels „Einwohner“" in text
    project["key_reference_date"] = "2025-12-30"
    assert "Für Norddorf, Süddorf fehlt" in said(layer, project, "Allgemein")[0]


def test_several_programmes_that_may_not_be_combined_are_told(opened):
    project = opened()
    programmes, funding = (project.mapLayer(f"{t}_register")
                           for t in ("funding_programme", "project_funding"))  # fmt: skip
    layer = project.mapLayer("joint_project_register")
    ours = only(layer, OURS)
    assert "kombinierbar" not in said(layer, ours, "Allgemein")[0]
    programmes.startEditing()
    other = created(programmes, name="LEADER", valid_from="2026-01-01", combinable=True)
    programmes.addFeature(other)
    funding.startEditing()
    funding.addFeature(created(funding, project_uuid=ours["uuid"], programme_uuid=other["uuid"]))
    assert "Nicht mit anderen Programmen kombinierbar: Kernwege." in said(
        layer, ours, "Allgemein")[0]  # fmt: skip
    for edited in (funding, programmes):
        edited.rollBack()


def test_the_programmes_terms_stand_in_the_form_of_the_funding(opened):
    layer = opened().mapLayer("project_funding_register")
    (text,) = said(layer, only(layer), "Allgemein")
    assert text == ("Das Programm: 80 % · höchstens 50.000,00 € · gilt 01.01.2026 bis 31.12.2027 · "
                    "nicht kombinierbar")  # fmt: skip


def test_costs_and_shares_are_summed_on_their_pages(opened):
    layer = opened().mapLayer("joint_project_register")
    ours = only(layer, OURS)
    assert said(layer, ours, "Kosten") == [
        "Summe: 37.500,00 € netto, 44.625,00 € brutto; davon förderfähig 44.625,00 € brutto."]
    assert "zusammen 43.390,50 €" in said(layer, ours, "Rechenstand")[0]
    fresh = only(layer, f"NOT {OURS}")
    assert said(layer, fresh, "Rechenstand")[0].startswith("Noch nicht berechnet: „Kosten teilen“")


def test_how_a_share_was_computed_is_told_in_the_users_language(opened):
    layer = opened().mapLayer("cost_share_register")
    share = only(layer, f"\"ags\" = '{NORTH}'")
    assert said(layer, share, "Allgemein") == ["Norddorf: 60 % von 43.390,50 €."]


def test_a_fixed_split_shows_its_shares(opened):
    layer = opened().mapLayer("cost_split_register")
    (text,) = said(layer, only(layer), "Allgemein")
    words = re.split(r"(?:&nbsp;|\s)+", text)
    assert words[:4] == ["Norddorf", "60", "%", "26.034,30"] and "17.356,20" in words


# --- what forms compute ------------------------------------------------------------------------


@pytest.mark.parametrize(("quantity", "price"), [
    (1.005, 1.0), (1.0, -0.5), (0.5, 0.01), (0.5, -0.01), (2.675, 1.0), (33.335, 12.34),
    (3.333, 10.05), (1043.125, 38.44), (7.0, 1345.35), (0.001, 0.01), (125000.5, 640.01),
])  # fmt: skip
def test_a_net_amount_is_rounded_half_up_as_the_register_does(opened, quantity, price):
    layer = opened().mapLayer("cost_item_register")
    item = created(layer, quantity=quantity, unit_price=price)
    exact = Decimal(str(quantity)) * Decimal(str(price))
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(repr(item["net_amount"])) == rounded


def test_what_the_register_measures_costs_by_class_role_and_factor(opened):
    layer = opened().mapLayer("cost_item_register")
    index = layer.fields().lookupField("net_amount")

    def net(**values):
        item = only(layer, "\"title\" = 'Tragschicht'")
        for name, value in values.items():
            item[name] = value
        return layer.defaultValue(index, item, context_of(layer, item))

    assert net(quantity=1) == 37582.5  # 1,503.3 m × 2.5 × €10.00
    assert net(measured_by="count", measure_factor=None) == 10
    assert net(measured_by="count", measured_class=None, measure_factor=None) == 20
    # 300.004 m and 900.004 m: each part counts to the centimetre, as in the split.
    assert net(measured_class="utility_line", measure_factor=1) == 12000
    assert net(measured_role="maintenance", quantity=7) == 70  # nothing there to be measured
    assert net(measured_by=None, quantity=7) == 70


def test_the_form_of_a_measured_item_says_what_was_measured_and_asks_for_no_quantity(opened):
    layer = opened().mapLayer("cost_item_register")
    item = only(layer, "\"title\" = 'Tragschicht'")
    (told, *_) = said(layer, item, "Allgemein")
    assert told.startswith("Das Register misst 1.503,3 m, mal Faktor 2,5 = 3.758,25.")
    (row,) = [e for e in layer.editFormConfig().tabs()[0].children() if e.name() == "quantity"]
    assert evaluated(layer, item, row.visibilityExpression().data().expression()) == 0


def test_a_new_instalment_is_what_is_left_in_the_next_year(opened):
    project = opened()
    layer, owner = project.mapLayer("instalment_register"), project.mapLayer(
        "joint_project_register")  # fmt: skip
    added = created(layer, project_uuid=only(owner, OURS)["uuid"])
    assert (added["budget_year"], added["percent"]) == (2027, 50)
    first = created(layer, project_uuid=only(owner, f"NOT {OURS}")["uuid"])
    assert first["percent"] == 100


# --- what forms refuse -------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "good", "bad", "sentence"), [
    ("rate", 80, 80.5, "Der Fördersatz ist höher als der des Programms."),
    ("cap", 50000, 50000.01, "Der Höchstbetrag ist größer als der des Programms."),
    ("granted_amount", 44625, 44625.01, "höher als die förderfähigen Kosten des Projekts"),
])  # fmt: skip
def test_funding_beyond_the_programme_or_the_cost_is_refused(opened, field, good, bad, sentence):
    layer = opened().mapLayer("project_funding_register")
    assert refused(layer, only(layer), field, good) == ""
    assert sentence in refused(layer, only(layer), field, bad)


def test_a_programme_whose_maximum_is_below_its_minimum_is_refused(opened):
    layer = opened().mapLayer("funding_programme_register")
    programme = only(layer)
    programme["minimum_cost"] = 20000
    said_so = refused(layer, programme, "maximum_cost", 19999)
    assert "Die Höchstausgaben liegen unter den Mindestausgaben." in said_so
    assert refused(layer, programme, "maximum_cost", 20000) == ""


def test_a_mix_is_no_part_of_a_mix(opened):
    layer = opened().mapLayer("key_part_register")
    part = only(layer, "\"share_key\" = 'population'")
    assert "Eine Mischung besteht aus anderen Schlüsseln." in refused(
        layer, part, "share_key", "mixed")  # fmt: skip
    assert refused(layer, part, "share_key", "area") == ""


def test_points_have_no_length_to_be_measured(opened):
    layer = opened().mapLayer("cost_item_register")
    item = only(layer, "\"title\" = 'Tragschicht'")
    assert "Eine Länge haben nur Wege und Leitungen." in refused(
        layer, item, "measured_class", "streetlight")  # fmt: skip
    assert refused(layer, item, "measured_class", "utility_line") == ""


def test_a_fixed_key_needs_a_percentage_of_each_participant(opened):
    project = opened()
    layer, owner = (project.mapLayer(f"{t}_register") for t in ("participant", "joint_project"))
    ours = only(owner, OURS)
    one = only(layer, f"\"ags\" = '{SOUTH}' AND \"fixed_percent\" = 38")
    assert refused(layer, one, "fixed_percent", None) == ""
    owner.startEditing()
    owner.changeAttributeValue(ours.id(), owner.fields().lookupField("share_key"), "fixed_percent")
    assert "braucht jede Beteiligte einen Anteil" in refused(layer, one, "fixed_percent", None)
    owner.rollBack()


def test_a_project_whose_split_was_resolved_stays_and_the_user_is_told_why(opened):
    from ile_gis_plugin.project.refusals import refusal

    layer = opened().mapLayer("joint_project_register")
    layer.startEditing()
    assert layer.deleteFeature(only(layer, OURS).id())
    assert not layer.commitChanges()
    told = refusal(layer).text("de")
    layer.rollBack()
    assert "Kostenaufteilung" in told and "stays as it is" not in told


# --- the map -----------------------------------------------------------------------------------


def test_linked_assets_are_drawn_by_phase_or_by_project_as_the_user_likes(opened):
    layer = opened().mapLayer("path_linked")
    manager = layer.styleManager()
    assert manager.styles() == ["nach Phase", "nach Projekt"]
    assert manager.currentStyle() == "nach Phase" and not layer.labelsEnabled()
    legend = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert legend[0] == "Idee" and "im Bau" in legend
    assert legend[-3:] == ["Rand: Neubau", "Rand: Ausbau", "Rand: Unterhalt"]
    manager.setCurrentStyle("nach Projekt")
    legend = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert legend[:3] == ["2026-01 Ausbau Mühlweg", "2026-02 Kernweg Süd", "weitere Projekte"]
    assert layer.labelsEnabled() and layer.readOnly()
    assert layer.editFormConfig().tabs()[0].name() == "Allgemein"
    manager.setCurrentStyle("nach Phase")


def test_an_asset_of_two_projects_is_drawn_for_each_with_phase_and_role(opened):
    from qgis.core import QgsRenderContext

    layer = opened().mapLayer("path_linked")
    drawn = {}
    for feature in layer.getFeatures():
        context = QgsRenderContext()
        context.setExpressionContext(context_of(layer, feature))
        renderer = layer.renderer().clone()
        renderer.startRender(context, layer.fields())
        keys = renderer.legendKeysForFeature(feature, context)
        renderer.stopRender(context)
        labels = {i.ruleKey(): i.label() for i in renderer.legendSymbolItems()}
        drawn[feature["project_number"]] = {labels[key] for key in keys if key in labels}
    assert drawn == {"2026-01": {"Idee", "Rand: Ausbau"}, MIXED: {"im Bau", "Rand: Neubau"}}


def test_the_form_of_a_linked_asset_begins_with_its_project(opened):
    layer = opened().mapLayer("path_linked")
    first = layer.editFormConfig().tabs()[0]
    assert [e.name() for e in first.children()][:4] == [
        "project_number", "project_title", "phase", "role"]  # fmt: skip
