"""Runs inside QGIS: findings and border proposals are decided on in their panel."""

from hands import LEFT, picture, wait
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsProject
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QAction
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit
from qgis.utils import plugins

from ile_gis_plugin.gui.questions import AcceptAllQuestion


class Panel:
    """The panel as a user sees it."""

    def __init__(self, iface):
        self.iface = iface
        self.dock = plugins["ile_gis_plugin"]._dock

    def settle(self):
        """Until the panel has nothing to do any more."""
        for _ in range(200):
            wait(50)
            tabs = (self.dock.findings, self.dock.proposals)
            if not self.dock.workplace.busy and not any(tab.loading for tab in tabs):
                wait(100)
                return
        raise RuntimeError("the panel is still busy")

    def said(self):
        item = self.iface.messageBar().currentItem()
        words = item.text() if item else ""
        self.iface.messageBar().clearWidgets()
        return words

    def listed(self, tab, *columns):
        model = tab.rows.model()
        return [" | ".join(str(model.index(n, c).data()) for c in columns)
                for n in range(model.rowCount())]  # fmt: skip

    def open_tab(self, n):
        bar = self.dock.tabs.tabBar()
        QTest.mouseClick(bar, LEFT, pos=bar.tabRect(n).center())
        self.settle()

    def click(self, tab, words):
        """Click on the row that holds some words."""
        model = tab.rows.model()
        row = next(n for n in range(model.rowCount()) if words in " ".join(
            str(model.index(n, c).data()) for c in range(model.columnCount())))  # fmt: skip
        where = tab.rows.visualRect(model.index(row, 1)).center()
        QTest.mouseClick(tab.rows.viewport(), LEFT, pos=where)
        wait(300)
        return where

    def bands(self):
        items = self.iface.mapCanvas().scene().items()
        return sum(isinstance(i, QgsRubberBand) and i.size() > 0 and i.isVisible() for i in items)

    def answer(self, reason):
        """Type into the question that comes next, and press OK."""

        def later():
            question = next(w for w in QApplication.topLevelWidgets()
                            if isinstance(w, QDialog) and w.isVisible()
                            and w.findChild(QPlainTextEdit))  # fmt: skip
            ok = question.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
            self.without_reason = ok.isEnabled()
            QTest.keyClicks(question.findChild(QPlainTextEdit), reason)
            picture(question, "question")
            QTest.mouseClick(ok, LEFT)

        QTimer.singleShot(400, later)


def findings(project):
    layer = project.mapLayer("finding_register")
    return sorted(f"{f['code']} {f['state']}" for f in layer.getFeatures())


def end_of(project, number):
    layer = project.mapLayer("path_cooperation")
    feature = next(layer.getFeatures(f"\"asset_no\" = '{number}'"))
    point = feature.geometry().vertexAt(feature.geometry().constGet().nCoordinates() - 1)
    return [point.x(), point.y()]


def decide(panel, seen, project):
    dock = panel.dock
    QTest.keyClick(dock.by, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dock.by, Qt.Key.Key_Delete)
    panel.open_tab(1)
    seen["whole"] = panel.listed(dock.proposals, 0, 2, 3, 6)
    panel.click(dock.proposals, "G1")
    seen["without_side"] = dock.proposals.yes.isEnabled()
    seen["bands"] = panel.bands()
    centre = panel.iface.mapCanvas().center()
    seen["centre"] = [centre.x(), centre.y()]
    picture(panel.iface.mainWindow(), "preview")

    dock.town.setCurrentIndex(dock.town.findText("Norddorf"))
    panel.settle()
    panel.click(dock.proposals, "G1")
    QTest.mouseClick(dock.proposals.yes, LEFT)
    panel.settle()
    seen["nobody"] = panel.said()
    QTest.keyClicks(dock.by, "Bauamt")
    panel.click(dock.proposals, "G1")
    QTest.mouseClick(dock.proposals.yes, LEFT)
    panel.settle()
    seen["one_side"] = panel.said(), panel.listed(dock.proposals, 6)
    seen["still"] = end_of(project, "G1")

    dock.town.setCurrentIndex(dock.town.findText("Süddorf"))
    panel.settle()
    seen["other_side"] = panel.listed(dock.proposals, 6)
    panel.click(dock.proposals, "G1")
    dock.proposals.yes.setFocus()
    QTest.keyClick(dock.proposals.yes, Qt.Key.Key_Space)
    panel.settle()
    seen["both_sides"] = panel.said(), panel.listed(dock.proposals, 0)
    seen["joined"] = end_of(project, "G1")
    seen["after_accept"] = findings(project)


def except_one(panel, seen, project):
    dock = panel.dock
    panel.open_tab(0)
    seen["left"] = panel.listed(dock.findings, 0, 1, 2, 3, 4)
    where = panel.click(dock.findings, "Waldweg")
    QTest.mouseDClick(dock.findings.rows.viewport(), LEFT, pos=where)
    wait(300)
    seen["selected"] = project.mapLayer("path_09999102").selectedFeatureCount()
    panel.answer("Breite gemessen")
    QTest.mouseClick(dock.findings.accept, LEFT)
    panel.settle()
    seen["ok_without_reason"] = panel.without_reason
    seen["exception"] = panel.said(), findings(project)
    dock.findings.state.setCurrentIndex(dock.findings.state.findData("accepted"))
    panel.settle()
    panel.click(dock.findings, "Waldweg")
    QTest.mouseClick(dock.findings.reopen, LEFT)
    panel.settle()
    seen["reopened"] = panel.said(), findings(project)
    dock.findings.state.setCurrentIndex(0)
    panel.settle()


def edit(panel, seen, project):
    """Move the end that was joined away again, as somebody with the vertex tool does."""
    paths = project.mapLayer("path_cooperation")
    paths.startEditing()
    feature = next(paths.getFeatures(QgsFeatureRequest().setFilterExpression(
        "\"asset_no\" = 'G1'")))  # fmt: skip
    line = feature.geometry()
    x, y = end_of(project, "G1")
    line.moveVertex(x, y + 1.2, line.constGet().nCoordinates() - 1)
    paths.changeGeometry(feature.id(), QgsGeometry(line))
    panel.open_tab(1)
    panel.click(panel.dock.proposals, "Waldweg")
    QTest.mouseClick(panel.dock.proposals.yes, LEFT)
    panel.settle()
    seen["unsaved"] = panel.said()
    paths.commitChanges()
    panel.settle()
    seen["after_edit"] = findings(project), panel.listed(panel.dock.proposals, 0, 4)


def accept_all(panel, seen):
    dock = panel.dock
    dock.town.setCurrentIndex(dock.town.findText("Norddorf"))
    panel.settle()

    def later():
        question = next(w for w in QApplication.topLevelWidgets()
                        if isinstance(w, AcceptAllQuestion) and w.isVisible())  # fmt: skip
        question.kind.setCurrentIndex(question.kind.findText("abweichende Angabe"))
        seen["selected_proposals"] = question.selected.text()
        question.accept()

    QTimer.singleShot(400, later)
    QTest.mouseClick(dock.proposals.all, LEFT)
    panel.settle()
    seen["all_of_a_kind"] = panel.listed(dock.proposals, 0, 6)


def run(iface):
    seen = {}
    project = QgsProject.instance()
    panel = Panel(iface)
    seen["hidden_at_first"] = not panel.dock.isVisible()
    iface.mainWindow().findChild(QAction, "ile_gis_findings").trigger()
    panel.settle()
    seen["all"] = panel.listed(panel.dock.findings, 1, 4)
    picture(iface.mainWindow(), "panel")
    decide(panel, seen, project)
    except_one(panel, seen, project)
    edit(panel, seen, project)
    panel.open_tab(0)
    QTest.mouseClick(panel.dock.findings.check, LEFT)
    panel.settle()
    seen["validated"] = panel.said()
    QTest.mouseClick(panel.dock.proposals.match, LEFT)
    panel.open_tab(1)
    QTest.mouseClick(panel.dock.proposals.match, LEFT)
    panel.settle()
    seen["matched"] = panel.said()
    accept_all(panel, seen)
    panel.dock.hide()
    seen["bands_after"] = panel.bands()
    project.clear()
    wait(300)
    seen["without_register"] = panel.dock.workplace.location
    return seen
