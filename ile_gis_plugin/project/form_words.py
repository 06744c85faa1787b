"""Keeps the sentences of open forms up to date while people type.

QGIS words them once, when a form is opened: a sum would go on missing what was just added.
"""

from __future__ import annotations

from functools import partial

from qgis.gui import QgsAttributeForm, QgsTextWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QApplication, QWidget

#: Milliseconds without a keystroke after which the sentences are worded anew.
_PAUSE = 150
#: Marks a form whose values are listened to.
_KNOWN = "ile_gis_words"


class FormWords(QObject):
    """Words the sentences anew when a value changes, or the cursor goes to another place."""

    def __init__(self) -> None:
        super().__init__()
        self._forms: list[QWidget] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._renew)

    def listen(self) -> None:
        """There is no signal of a form that opens; but whoever types in it puts the cursor in."""
        QApplication.instance().focusChanged.connect(self._moved)

    def release(self) -> None:
        QApplication.instance().focusChanged.disconnect(self._moved)
        self._pause.stop()
        self._forms = []

    def _moved(self, left: QWidget | None, entered: QWidget | None) -> None:
        for widget in (left, entered):
            form = outermost_form(widget)
            if form is not None:
                self._plan(form)

    def _plan(self, form: QWidget, *_: object) -> None:
        if form not in self._forms:
            self._forms.append(form)
        self._pause.start()

    def _renew(self) -> None:
        forms, self._forms = self._forms, []
        for form in forms:
            if not sip.isdeleted(form):
                self._follow(form)
                renew(form)

    def _follow(self, outermost: QWidget) -> None:
        for form in (outermost, *_inside(outermost, "QgsAttributeForm")):
            if not form.property(_KNOWN):
                form.setProperty(_KNOWN, True)
                changed = sip.cast(form, QgsAttributeForm).widgetValueChanged
                changed.connect(partial(self._plan, outermost))


def _is_a(thing: QObject, name: str) -> bool:
    """PyQt knows widgets that QGIS made itself by their base class only."""
    return thing.metaObject().className() == name


def _inside(form: QWidget, name: str) -> list[QObject]:
    return [thing for thing in form.findChildren(QObject) if _is_a(thing, name)]


def outermost_form(widget: QWidget | None) -> QWidget | None:
    """The form that a widget belongs to; of a child's form inside another one, that other one."""
    found = None
    while widget is not None:
        if _is_a(widget, "QgsAttributeForm"):
            found = widget
        widget = widget.parentWidget()
    return found


def renew(form: QWidget) -> None:
    """Word the sentences of a form anew, with those of the child tables inside it."""
    for wrapper in _inside(form, "QgsTextWidgetWrapper"):
        own = sip.cast(wrapper.parent(), QgsAttributeForm)
        sip.cast(wrapper, QgsTextWidgetWrapper).setFeature(own.currentFormFeature())
