"""Runs inside QGIS: what the forms let through, and what saving them changes."""

from hands import accept, choose, editor, new_dialog, ok_button, open_tab, picture, type_into, wait
from hands import dialogs as open_forms
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QComboBox, QLabel


def form_of(iface, layer, condition):
    before = open_forms()
    iface.openFeatureForm(layer, next(layer.getFeatures(condition)), False, False)
    form = new_dialog(before)
    form.resize(820, 640)
    wait(300)
    return form


def texts(form, beginning):
    labels = [w.text() for w in form.findChildren(QLabel)]
    return [t for t in labels if t.startswith(beginning)]


def run(iface):
    seen = {}
    project = QgsProject.instance()
    paths = project.mapLayer("path_09999101")
    iface.setActiveLayer(paths)
    iface.actionToggleEditing().trigger()
    form = form_of(iface, paths, "\"asset_no\" = 'W2'")
    open_tab(form, "Fachdaten")
    seen["unknown_length"] = texts(form, "Länge")
    type_into(form, "width_m", "40")
    wait(200)
    seen["too_wide_accepted"] = ok_button(form).isEnabled()
    seen["sentences"] = [w.toolTip() for w in form.findChildren(QLabel) if "Breite" in w.toolTip()]
    picture(form, "too_wide")
    type_into(form, "width_m", "4,25")
    accept(form)
    form = form_of(iface, paths, "\"asset_no\" = 'W1'")
    seen["length"] = texts(form, "Länge")
    open_tab(form, "Allgemein")
    type_into(form, "name", "Alter Weg")
    accept(form)
    iface.actionSaveActiveLayerEdits().trigger()
    wait(300)
    iface.actionToggleEditing().trigger()

    lines = project.mapLayer("utility_line_09999101")
    lines.startEditing()
    form = form_of(iface, lines, "true")
    open_tab(form, "Fachdaten")
    sub_type = editor(form, QComboBox, "sub_type")
    seen["of_water"] = [sub_type.itemText(i) for i in range(sub_type.count())]
    seen["sub_type"] = sub_type.currentText()
    choose(form, "network_type", "Abwasser")
    wait(300)
    sub_type = editor(form, QComboBox, "sub_type")
    seen["of_sewer"] = [sub_type.itemText(i) for i in range(sub_type.count())]
    picture(form, "sewer")
    form.reject()
    lines.rollBack()

    others = project.mapLayer("path_09999102")
    seen["foreign_editable"] = others.startEditing()
    root = project.layerTreeRoot()
    seen["on"] = [g.name() for g in root.findGroups() if g.itemVisibilityChecked()]
    iface.mainWindow().resize(1500, 950)
    wait(1500)
    picture(iface.mainWindow(), "window")
    return seen
