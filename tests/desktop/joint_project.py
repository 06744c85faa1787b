"""Runs inside QGIS: sums and costs of a joint project follow what is typed, before it is saved."""

import re

from hands import (
    LEFT,
    accept,
    choose,
    dialogs,
    editor,
    is_a,
    new_dialog,
    open_tab,
    picture,
    type_into,
    wait,
)
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QLineEdit, QTabWidget, QToolButton, QWidget

PAUSE = 500  # longer than the one after which sentences are worded anew


def sentences(form):
    """What the form says in words just now, without marks for HTML."""
    wait(PAUSE)
    shown = [w.text() for w in form.findChildren(QLabel) if w.isVisible()]
    return [re.sub("<[^>]+>", " ", t).strip() for t in shown if "▲" in t or "✓" in t]


def add_row(form, fill, seen):
    """Press the button that adds a row to the child table in sight, and fill in its form."""
    relation = next(w for w in form.findChildren(QWidget)
                    if is_a(w, "QgsRelationEditorWidget") and w.isVisible())  # fmt: skip
    before = dialogs()

    def go():
        try:
            row = new_dialog(before)
            fill(row)
            accept(row)
        except Exception as error:  # the form is modal: nobody else would hear of it
            seen["error"] = repr(error)
            for opened in dialogs():
                if opened not in before:
                    opened.reject()

    QTimer.singleShot(300, go)
    QTest.mouseClick(relation.findChild(QToolButton, "mAddFeatureButton"), LEFT)
    wait(500)


def tabs(form):
    found = form.findChild(QTabWidget)
    return [found.tabText(i) for i in range(found.count()) if found.isTabVisible(i)]


def run(iface):
    seen = {}
    project = QgsProject.instance()
    layer = project.mapLayer("joint_project_register")
    iface.setActiveLayer(layer)
    iface.actionToggleEditing().trigger()
    before = dialogs()
    feature = next(layer.getFeatures("\"number\" = '2026-02'"))
    iface.openFeatureForm(layer, feature, False, False)
    form = new_dialog(before)
    form.resize(1100, 760)
    choose(form, "lead_ags", "Norddorf")
    seen["lead"] = sentences(form)

    open_tab(form, "Jahresraten")

    def instalment(row):
        type_into(row, "percent", "40")
        seen["short"] = sentences(row)
        type_into(row, "percent", "50")
        seen["whole"] = sentences(row)

    add_row(form, instalment, seen)
    seen["page"] = sentences(form)[0]
    picture(form, "instalments")

    open_tab(form, "Kosten")

    def item(row):
        row.resize(820, 640)
        type_into(row, "title", "Asphaltdecke")
        type_into(row, "quantity", "33,335")
        type_into(row, "unit_price", "12,34")
        wait(PAUSE)
        seen["typed"] = editor(row, QLineEdit, "net_amount").text()
        choose(row, "measured_by", "Länge der Objekte (m)")
        choose(row, "measured_class", "Weg")
        type_into(row, "measure_factor", "2")
        wait(PAUSE)
        seen["measured"] = editor(row, QLineEdit, "net_amount").text()
        seen["asked"] = editor(row, QLineEdit, "quantity").isVisible()
        picture(row, "cost_item")

    add_row(form, item, seen)
    seen["mixed"] = tabs(form)
    open_tab(form, "Finanzen")
    choose(form, "share_key", "zu gleichen Teilen")
    wait(PAUSE)
    seen["equal"] = tabs(form)
    open_tab(form, "Allgemein")
    seen["all_right"] = sentences(form)
    picture(form, "joint_project")
    accept(form)
    iface.actionSaveActiveLayerEdits().trigger()
    wait(500)
    seen["unsaved"] = [
        name for name in ("joint_project", "instalment", "cost_item")
        if project.mapLayer(f"{name}_register").isModified()
    ]  # fmt: skip
    return seen
