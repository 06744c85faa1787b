"""The list of findings: where they are, and which of them may stay as exceptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from qgis.PyQt.QtWidgets import QDialog, QWidget

from ..core.command_line import checked
from ..core.definition import REGISTER
from ..core.documents.wording import title
from ..core.messages import Message, message
from ..core.rules.exceptions import accept_exception, take_back_exception
from ..core.stores import Store, open_register
from ..core.tasks import validate_register
from .finding_list import SEVERITIES, FindingRow, find_findings
from .jobs import Job
from .list_tab import ListTab
from .lists import Page, Wanted
from .on_map import OnMap
from .questions import ReasonQuestion
from .rows_model import Column
from .workplace import Workplace

_FINDING = REGISTER["finding"]
#: The column of the municipalities.
_TOWNS = 4
#: How much of the surroundings the map shows, in metres.
_AROUND_M = 40.0


class FindingsTab(ListTab):
    """Findings of the register, for one municipality or for all."""

    table = "finding"
    states = ("open", "accepted", "fixed", "")

    def __init__(self, workplace: Workplace, on_map: OnMap, parent: QWidget) -> None:
        self._on_map = on_map
        self._lang = workplace.lang
        super().__init__(workplace, parent)

    # -- what the list shows

    def columns(self) -> list[Column]:
        lang = self._lang
        order = {code: n for n, code in enumerate(SEVERITIES)}
        severity, state = _FINDING["severity"], _FINDING["state"]
        return [
            Column(severity.label[lang], 14, lambda r: severity.domain.label_of(r.severity, lang),
                   lambda r: order[r.severity], lambda r: f"severity-{r.severity}"),
            Column(_FINDING["code"].label[lang], 34, lambda r: r.rule),
            Column(self.word("what_is_wrong"), 64, lambda r: r.sentence),
            Column(self.word("asset"), 26, lambda r: r.asset),
            Column(self.word("other_municipality"), 22, lambda r: r.other),
            Column(state.label[lang], 23, lambda r: state.domain.label_of(r.state, lang)),
        ]  # fmt: skip

    def tip(self, row: FindingRow) -> str:
        parts = (f"<b>{row.code} · {escape(row.rule)}</b>", escape(row.sentence),
                 escape(row.asset), escape(row.decision))  # fmt: skip
        return "<br>".join(filter(None, parts))

    def kind_label(self, kind: str) -> str:
        return f"{kind} {title(kind, self._lang)}"

    def state_label(self, code: str) -> str:
        return _FINDING["state"].domain.label_of(code, self._lang) if code else \
            self.word("every_state")  # fmt: skip

    def filters(self) -> list[QWidget]:
        labels = _FINDING["severity"].domain
        self.severity = self._combo([(self.word("every_severity"), ""), *(
            (labels.label_of(code, self._lang), code) for code in SEVERITIES)])  # fmt: skip
        return [self.state, self.severity, self.kind, self.words]

    def wanted(self) -> Wanted:
        return replace(super().wanted(), severity=self.severity.currentData() or "")

    def load(self) -> None:
        heading = "other_municipality" if self.workplace.ags else "municipalities"
        self.rows.list.rename(_TOWNS, self.word(heading))
        super().load()

    def find(self, store: Store, wanted: Wanted, watch: Callable[[], None]) -> Page:
        return find_findings(store, wanted, self._lang, watch)

    # -- what can be done

    def buttons(self) -> list[QWidget]:
        self.accept = self.button("accept_exception", self.accept_as_exception)
        self.reopen = self.button("reopen", self.open_again)
        self.check = self.button("validate", self.validate)
        return [self.accept, self.reopen, self.check]

    def chosen_changed(self) -> None:
        states = {row.state for row in self.rows.chosen()}
        free = not self.workplace.busy
        self.accept.setEnabled(free and states == {"open"})
        self.reopen.setEnabled(free and states == {"accepted"})
        self.check.setEnabled(free and bool(self.workplace.location))

    def show_on_map(self, row: FindingRow) -> None:
        ags = self.workplace.ags
        if row.place:
            self._on_map.go_to(row.place, _AROUND_M)
            self._on_map.point_out(row.table, row.row_uuids, ags)
        elif not (row.table and self._on_map.open_form(row.table, row.row_uuids, ags)):
            self.workplace.tell(message("gui.no_place"))

    def accept_as_exception(self) -> None:
        """Ask why the chosen findings may stay, and keep it."""
        chosen = [row.uuid for row in self.rows.chosen()]
        asked = self.word("why_exception", count=len(chosen))
        question = ReasonQuestion(self.word("accept_exception"), asked, self)
        if chosen and question.exec() == QDialog.DialogCode.Accepted:
            self.keep_exceptions(chosen, question.given())

    def keep_exceptions(self, uuids: Sequence[str], reason: str) -> None:
        """Keep findings as exceptions, in the name of whoever decides."""
        by = self.workplace.by

        def work(job: Job) -> Message:
            with open_register(self.workplace.location) as store:
                count = accept_exception(store, uuids, by, reason)
            return message("tasks.findings_accepted", count=count)

        self.workplace.write(self.word("accept_exception"), work, self.workplace.tell)

    def open_again(self) -> None:
        """Take the exceptions back that are chosen."""
        uuids, by = [row.uuid for row in self.rows.chosen()], self.workplace.by

        def work(job: Job) -> Message:
            with open_register(self.workplace.location) as store:
                count = take_back_exception(store, uuids, by)
            return message("tasks.findings_opened", count=count)

        self.workplace.write(self.word("reopen"), work, self.workplace.tell)

    def validate(self) -> None:
        """Validate the whole register in the background."""
        task = validate_register.TASK
        values = checked(task, {"register": self.workplace.location, "by": self.workplace.by,
                                "lang": self._lang})  # fmt: skip
        self.workplace.write(self.word("validating"), lambda job: task.run(values, job).lines[0],
                             self.workplace.tell)  # fmt: skip
