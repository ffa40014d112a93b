"""A new slip for somebody who lost theirs: a new secret code, and the reason in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.attendee import Attendee
from kiosk.services.register import Registered
from kiosk.services.slips import renew_and_queue
from ui.screens.staff.asking import AskingPage
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.question import Answer, Question
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.services.ports import PrintJob


class SlipPage(AskingPage):
    """Says first what a new slip means; the old code ends only when a reason was chosen."""

    def say_about(self, _attendee: Attendee) -> None:
        say = self.speaker.say
        answers = [
            Answer("lost", say("staff.reason.lost")),
            Answer("printer", say("staff.reason.printer")),
            Answer("other", say("staff.reason.other")),
            Answer("", say("staff.cancel"), "quiet"),
        ]
        question = Question(
            say("staff.visitor.reason"), say("staff.visitor.new_slip_warn"), answers,
            tag=self.speaker.tag,
        )  # fmt: skip
        question.answered.connect(self._answered)
        self.put_question(question)

    def _answered(self, reason: str) -> None:
        attendee = self._attendee
        if not reason or attendee is None:
            self.on_back()
            return
        self.set_waiting(True)
        size = self.room.press.slip_size
        self.porch.worker.ask(
            lambda desk: renew_and_queue(desk, attendee, self.actor, reason, size),
            self._done,
            self.on_failed,
        )

    def _done(self, made: tuple[Registered, PrintJob]) -> None:
        self.set_waiting(False)
        registered, job = made
        if self.room.press.ready_for("slip"):
            self.room.press.send(job)
            self.notify(self.speaker.say("staff.quick.slip_prints"))
            self.on_back()
            return
        say, tag = self.speaker.say, self.speaker.tag
        card = Card()
        card.column.addWidget(Label(say("staff.quick.no_printer"), "body", bold=True, tag=tag))
        card.column.addWidget(Label(registered.attendee.number, "title", bold=True))
        card.column.addWidget(Label(say("staff.quick.code"), "body", quiet=True, tag=tag))
        card.column.addWidget(Label(registered.receipt_code, "lead", bold=True))
        back = TouchButton(say("staff.back"), "primary", icon="back", tag=tag)
        back.clicked.connect(self.on_back)
        card.column.addWidget(back)
        self.put_outcome(card)
        back.setFocus()
