"""Check your answers: every one in words, each with a way to change it, and one button to save."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.problem import Problem
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.desk import FEEDBACK
from kiosk.services.refused import Refused
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.respond import Answers, respond, respond_anonymously
from kiosk.services.slips import register_and_queue
from ui.journey import Step
from ui.notices import notice_of
from ui.screens.screen import Notice, Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Visit
from ui.walk import Row, Walk
from ui.widgets.button import TouchButton

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob


class CheckScreen(VisitorScreen):
    """The rows of one walk. What ``save`` means is the business of the two kinds below."""

    sensitive = True

    def __init__(self, room: Room, visit: Visit, walk: Walk, title: str) -> None:
        super().__init__(room, visit)
        self.walk = walk
        walk.changing = False
        empty = self.say("check.empty")
        rows = [
            self.row(row.label, row.value, empty, self._change_button(row)) for row in walk.rows()
        ]
        column = self.column()
        column.addWidget(self.title(title))
        column.addWidget(self.card_of(rows))
        column.addStretch(1)

    def _change_button(self, row: Row) -> TouchButton:
        change = TouchButton(self.say("check.change"), "quiet", tag=self.speaker.tag)
        change.setObjectName(f"change-{row.name}")
        change.setAccessibleName(self.say("check.change_what", question=row.label))
        change.clicked.connect(lambda: self._change(row.name))
        return change

    def _change(self, name: str) -> None:
        if not self.waiting:
            self.walk.change(name)
            self.went.emit(Step.CHANGE)

    def on_back(self) -> None:
        self.walk.to_last()
        self.went.emit(Step.BACK)

    def back_text(self) -> str:
        return self.say("nav.back")

    def next_icon(self) -> str:
        return "check"

    def _on_failed(self, fault: VisitorError | EnvironmentFault) -> None:
        """Nothing was saved, nothing is lost: to the question it is about, or a notice."""
        self.set_waiting(False)
        if isinstance(fault, Refused) and self._can_change(fault.problems[0]):
            self.told.emit(Notice(fault.problems[0].message(self.speaker.words)))
            self._change(fault.problems[0].field)
        else:
            self.told.emit(notice_of(fault, self.speaker))

    def _can_change(self, problem: Problem) -> bool:
        return problem.field in {row.name for row in self.walk.rows()}


class CheckRegistration(CheckScreen):
    """Saves the registration: it is on the disk when the receipt is shown, and with it the slip
    where slips are printed here.
    """

    def __init__(self, room: Room, visit: Visit, walk: Walk) -> None:
        super().__init__(room, visit, walk, room.speaker.say("check.title"))

    def on_next(self) -> None:
        registration = Registration(
            language=self.speaker.tag,
            answers=self.walk.answers(),
            consents=dict(self.visit.consents),
            draft_id=self.visit.draft_id,
        )
        press = self.room.press
        size = press.slip_size if press.ready_for("slip") else ""
        surprised = self.room.worker.surprised.emit
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: _saved(desk, registration, size, surprised),
            self._on_saved,
            self._on_failed,
        )

    def _on_saved(self, saved: tuple[Registered, PrintJob | None]) -> None:
        registered, self.visit.slip_job = saved
        self.visit.registered = registered
        self.visit.attendee = registered.attendee
        self.visit.draft_id = None
        self.visit.certificate_due = not self.room.event.asks_check_in
        self.set_waiting(False)
        self.went.emit(Step.SAVED)

    def next_text(self) -> str:
        return self.say("check.save")

    def progress(self) -> tuple[int, int] | None:
        total = self.walk.position[1] + 2
        return total, total


class CheckFeedback(CheckScreen):
    """Saves the feedback: under the visitor's name, or as nobody's."""

    def __init__(self, room: Room, visit: Visit, walk: Walk) -> None:
        super().__init__(room, visit, walk, room.speaker.say("check.feedback"))

    def on_next(self) -> None:
        attendee = self.visit.attendee
        if attendee is None:
            return
        given = Answers(FEEDBACK, self.speaker.tag, self.walk.answers())
        self.set_waiting(True)
        ask = self.room.worker.ask
        if self.visit.anonymous:
            does, state = attendee.does, attendee.state
            ask(
                lambda desk: respond_anonymously(desk, given, does=does, state=state),
                self._on_saved,
                self._on_failed,
            )
        else:
            ask(lambda desk: respond(desk, attendee, given), self._on_saved, self._on_failed)

    def _on_saved(self, _response: object) -> None:
        self.visit.responded = True
        self.walk.forget()
        self.visit.feedback = None
        self.set_waiting(False)
        self.went.emit(Step.SAVED)

    def next_text(self) -> str:
        return self.say("check.send")

    def progress(self) -> tuple[int, int] | None:
        total = self.walk.position[1] + 1
        return total, total


def _saved(
    desk: Desk, registration: Registration, size: str, surprised: Callable[[Exception], None]
) -> tuple[Registered, PrintJob | None]:
    """``size`` of the slip; "" where the number and the code are to be copied."""
    if not size:
        return register_attendee(desk, registration), None
    return register_and_queue(desk, registration, size, surprised)
