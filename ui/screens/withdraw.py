"""Withdrawing everything: one calm page that says what it means, and one that it is done."""

from __future__ import annotations

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.withdraw import Withdrawn, withdraw_visitor, withdraw_with_code
from ui.journey import Step
from ui.notices import notice_of
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen, narrow
from ui.visit import Visit
from ui.widgets.label import Label


class WithdrawScreen(VisitorScreen):
    sensitive = True

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        column = self.column()
        column.addWidget(self.title(self.say("withdraw.title")))
        said = [
            self.say("withdraw.hidden"),
            self.say("withdraw.erased"),
            self.say("withdraw.paper"),
            self.say("withdraw.anonymous"),
        ]
        if visit.own is None or not visit.own.here:
            said.append(self.say("withdraw.elsewhere"))
        for sentence in said:
            column.addLayout(narrow(self.text(sentence)))
        column.addStretch(1)

    def on_next(self) -> None:
        attendee, typed = self.visit.attendee, dict(self.visit.typed)
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: (
                withdraw_with_code(desk, typed["code"], typed["number"])
                if attendee is None
                else withdraw_visitor(desk, attendee)
            ),
            self._on_withdrawn,
            self._on_failed,
        )

    def _on_withdrawn(self, withdrawn: Withdrawn) -> None:
        """From here on not even this screen knows who it was."""
        visit = self.visit
        visit.own = visit.attendee = visit.renaming = visit.prepared = visit.issued = None
        visit.typed.clear()
        visit.withdrawn = withdrawn
        self.set_waiting(False)
        self.went.emit(Step.WITHDRAWN)

    def _on_failed(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        self.told.emit(notice_of(fault, self.speaker))

    def next_text(self) -> str:
        return self.say("withdraw.yes")

    def next_icon(self) -> str:
        return "check"

    def back_text(self) -> str:
        return self.say("withdraw.no")


class WithdrawnScreen(VisitorScreen):
    """Shown once it is on the disk."""

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        here = visit.withdrawn is not None and visit.withdrawn.here
        column = self.column()
        column.addStretch(1)
        title = Label(self.say("withdraw.done"), "display", bold=True, tag=self.speaker.tag)
        column.addWidget(title)
        self.setAccessibleName(self.say("withdraw.done"))
        done = self.say("withdraw.done_here") if here else self.say("withdraw.elsewhere")
        for sentence in (done, self.say("withdraw.again")):
            column.addLayout(narrow(Label(sentence, "lead", tag=self.speaker.tag)))
        column.addStretch(2)

    def on_next(self) -> None:
        self.went.emit(Step.LEAVE)

    def next_text(self) -> str:
        return self.say("thanks.finish")

    def next_icon(self) -> str:
        return "check"
