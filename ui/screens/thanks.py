"""Thanks, and only for what is on the disk."""

from __future__ import annotations

from ui.journey import Step
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen, narrow
from ui.visit import Opinion, Paper, Visit
from ui.widgets.label import Label


class ThanksScreen(VisitorScreen):
    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        column = self.column()
        column.addStretch(1)
        title = Label(self.say("thanks.title"), "display", bold=True, tag=self.speaker.tag)
        column.addWidget(title)
        self.setAccessibleName(self.say("thanks.title"))
        for sentence in self._sentences():
            column.addLayout(narrow(Label(sentence, "lead", tag=self.speaker.tag)))
        column.addStretch(2)

    def _sentences(self) -> list[str]:
        visit, said = self.visit, []
        if visit.registered is not None and not self.room.event.joined:
            said.append(self.say("thanks.registered"))
        if visit.responded and visit.opinion is Opinion.NAMED:
            said.append(self.say("thanks.feedback"))
        if visit.responded and visit.opinion is Opinion.ANONYMOUS:
            said.append(self.say("thanks.anonymous"))
        number = visit.attendee.number if visit.attendee is not None else ""
        if visit.certificate in {Paper.PRINTING, Paper.PRINTED}:
            said.append(self.say("thanks.certificate"))
        elif visit.certificate is Paper.AT_DESK:
            said.append(self.say("certificate.at_desk", number=number))
        elif visit.certificate is Paper.FAILED:
            said.append(self.say("certificate.failed", number=number))
        elif not visit.certificate_due:
            said.append(self.say("thanks.attend"))
        return said

    def on_next(self) -> None:
        self.went.emit(Step.LEAVE)

    def next_text(self) -> str:
        return self.say("thanks.finish")

    def next_icon(self) -> str:
        return "check"
