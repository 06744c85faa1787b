"""The list of border proposals: what they would change, and the decision of one side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from qgis.PyQt.QtWidgets import QDialog, QLabel, QWidget

from ..core.border.decisions import Decided, accept, reject, to_decide
from ..core.command_line import checked
from ..core.definition import REGISTER
from ..core.errors import IleError
from ..core.messages import Message, message
from ..core.stores import Store, open_register
from ..core.tasks import match_borders
from ..project.surroundings import bring_up_to_date
from .jobs import Job
from .list_tab import ListTab
from .lists import Page, Wanted
from .on_map import OnMap
from .proposal_list import (
    KINDS,
    MINE,
    ProposalRow,
    find_proposals,
    shapes_of,
)
from .questions import AcceptAllQuestion, ReasonQuestion
from .rows_model import Column
from .workplace import Workplace

_PROPOSAL = REGISTER["border_proposal"]


class ProposalsTab(ListTab):
    """Border proposals of the register, for one municipality or for all."""

    table = "border_proposal"
    states = ("open", MINE, "accepted", "rejected", "void")

    def __init__(self, workplace: Workplace, on_map: OnMap, parent: QWidget) -> None:
        self._on_map = on_map
        self._lang = workplace.lang
        super().__init__(workplace, parent)

    # -- what the list shows

    def columns(self) -> list[Column]:
        lang = self._lang
        decimal = "," if lang == "de" else "."

        def metres(row: ProposalRow) -> str:
            if row.distance_m is None:
                return ""
            return f"{row.distance_m:.2f} m".replace(".", decimal)

        return [
            Column(_PROPOSAL["kind"].label[lang], 24, lambda r: r.kind_label, None,
                   lambda r: f"kind-{r.kind}"),
            Column(self.word("what_is_proposed"), 58, lambda r: r.sentence),
            Column(_PROPOSAL["left_uuid"].label[lang], 28, lambda r: r.left),
            Column(_PROPOSAL["right_uuid"].label[lang], 28, lambda r: r.right),
            Column(self.word("distance"), 10, metres,
                   lambda r: -1.0 if r.distance_m is None else r.distance_m, number=True),
            Column(_PROPOSAL["confidence"].label[lang], 12, lambda r: f"{100 * r.confidence:.0f} %",
                   lambda r: r.confidence, number=True),
            Column(_PROPOSAL["state"].label[lang], 26, lambda r: r.standing),
        ]  # fmt: skip

    def tip(self, row: ProposalRow) -> str:
        said = (row.sentence, row.effect, row.left, row.right, row.decision)
        lines = (f"<b>{escape(row.kind_label)}</b>", *map(escape, said))
        return "<br>".join(filter(None, lines))

    def kind_label(self, kind: str) -> str:
        return KINDS.label_of(kind, self._lang)

    def state_label(self, code: str) -> str:
        if code == MINE:
            return self.word("mine")
        return _PROPOSAL["state"].domain.label_of(code, self._lang)

    def find(self, store: Store, wanted: Wanted, watch: Callable[[], None]) -> Page:
        return find_proposals(store, wanted, self._lang, watch)

    # -- what can be done

    def buttons(self) -> list[QWidget]:
        self.yes = self.button("accept", self.accept_chosen)
        self.no = self.button("reject", self.reject_chosen)
        self.all = self.button("accept_all", self.accept_many)
        self.match = self.button("match", self.match_borders)
        self.effect = QLabel(self)
        self.effect.setMinimumWidth(1)  # it may be cut off, the window must not grow for it
        return [self.yes, self.no, self.all, self.match, self.effect]

    def chosen_changed(self) -> None:
        chosen = self.rows.chosen()
        free = not self.workplace.busy and bool(self.workplace.location)
        mine = bool(chosen) and all(row.may_decide for row in chosen)
        still_open = bool(chosen) and all(row.state == "open" for row in chosen)
        self.yes.setEnabled(free and mine)
        self.no.setEnabled(free and still_open and bool(self.workplace.ags))
        self.all.setEnabled(free and bool(self.workplace.ags) and bool(self.page.kinds))
        self.match.setEnabled(free)
        self.effect.setText(self._explained(chosen))
        self.effect.setToolTip(self.effect.text())
        if len(chosen) == 1 and self.isVisible():
            self._preview(chosen[0])
        else:
            self._on_map.clear()

    def _explained(self, chosen: list[ProposalRow]) -> str:
        """What accepting would do, and what is missing for it."""
        said = [chosen[0].effect] if len(chosen) == 1 else []
        if chosen and not self.workplace.ags:
            said.append(self.word("choose_town"))
        return " ".join(said)

    def _preview(self, row: ProposalRow) -> None:
        try:
            with open_register(self.workplace.location, read_only=True) as store:
                shapes = shapes_of(store, row.uuid)
        except IleError as error:
            self.workplace.complain(error.message)
            return
        self._on_map.preview(shapes)
        self.show_on_map(row)

    def show_on_map(self, row: ProposalRow) -> None:
        if row.place:
            self._on_map.go_to(row.place, row.around_m)

    def accept_chosen(self) -> None:
        """Accept the chosen proposals for the municipality that looks."""
        self.decide([row.uuid for row in self.rows.chosen()])

    def reject_chosen(self) -> None:
        """Ask why the chosen proposals are rejected, and reject them."""
        chosen = [row.uuid for row in self.rows.chosen()]
        asked = self.word("why_reject", count=len(chosen))
        question = ReasonQuestion(self.word("reject"), asked, self)
        if chosen and question.exec() == QDialog.DialogCode.Accepted:
            self.decide(chosen, question.given())

    def accept_many(self) -> None:
        """Ask for a kind and a confidence, and accept all such proposals."""
        with open_register(self.workplace.location, read_only=True) as store:

            def selected(kind: str, confidence: float) -> list[str]:
                return to_decide(store, self.workplace.ags, kind, confidence)

            chosen = self.rows.chosen()
            kind = chosen[0].kind if chosen else self.kind.currentData() or ""
            question = AcceptAllQuestion(list(self.page.kinds), kind,
                                         lambda *given: len(selected(*given)),
                                         self._lang, self)  # fmt: skip
            if question.exec() != QDialog.DialogCode.Accepted:
                return
            uuids = selected(*question.chosen())
        self.decide(uuids)

    def decide(self, uuids: Sequence[str], reason: str | None = None) -> None:
        """Accept proposals or, with a reason, reject them; then look at what lies around."""
        ags, by, location = self.workplace.ags, self.workplace.by, self.workplace.location

        def work(job: Job) -> tuple[Decided, Message | None]:
            with open_register(location) as store:
                decided = accept(store, uuids, ags, by) if reason is None else \
                    reject(store, uuids, ags, by, reason)  # fmt: skip
                told = None
                if decided.applied or decided.rejected or decided.void:
                    told = bring_up_to_date(store, self.workplace.boundaries)
            return decided, told

        self.workplace.write(self.word("deciding"), work, self._decided, changes_assets=True)

    def _decided(self, outcome: tuple[Decided, Message | None]) -> None:
        decided, told = outcome
        counts = {name: len(getattr(decided, name))
                  for name in ("applied", "waiting", "void", "rejected")}  # fmt: skip
        self.workplace.tell(message("tasks.proposals_decided", **counts))
        if told:
            self.workplace.complain(told)

    def match_borders(self) -> None:
        """Match all borders of the register in the background."""
        task = match_borders.TASK
        values = checked(task, {"register": self.workplace.location, "by": self.workplace.by,
                                "lang": self._lang})  # fmt: skip
        self.workplace.write(self.word("matching"), lambda job: task.run(values, job).lines[0],
                             self.workplace.tell)  # fmt: skip
