"""Registered: the number in large type, the secret code, and the slip, printed or to be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from kiosk.services.paper import Sheet
from kiosk.services.ports import PrintJob
from kiosk.services.register import Registered
from kiosk.services.slips import slip_sheet
from ui.journey import Step
from ui.screens.paper import PagePicture
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Paper, Visit, paper_of
from ui.widgets.label import Label
from ui.widgets.surface import Card

_SIDE_BY_SIDE_EM = 28  # of body type: the code in its card, and a slip that can be read


class ReceiptScreen(VisitorScreen):
    """Stays until the visitor says that they have it; the slip is sent to the printer once."""

    sensitive = True

    def __init__(self, room: Room, visit: Visit, registered: Registered) -> None:
        super().__init__(room, visit)
        self._registered = registered
        space = self.theme.space
        words = QVBoxLayout()
        words.setSpacing(space(1.5))
        name = registered.attendee.name
        words.addWidget(Label(name, "lead", bold=True, tag=self.speaker.tag))
        words.addWidget(self._card(self.say("receipt.number"), registered.attendee.number))
        words.addWidget(
            self._card(
                self.say("receipt.code"), registered.receipt_code, self.say("receipt.code_detail")
            )
        )
        self._told = self.text("")
        words.addWidget(self._told)
        words.addWidget(self.text(self.say("receipt.return"), quiet=True))
        words.addStretch(1)
        self._slip = PagePicture(self.say("receipt.qr"))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(space(4))
        self._row.addLayout(words, 6)
        self._row.addWidget(self._slip, 4)
        column = self.column()
        column.addWidget(self.title(self.say("receipt.title")))
        column.addLayout(self._row, 1)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where large type leaves no room beside the code, the slip comes after it."""
        beside = self.width() >= _SIDE_BY_SIDE_EM * self.theme.pixels("body")
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        super().resizeEvent(event)

    def _card(self, heading: str, value: str, detail: str = "") -> Card:
        card = Card(fill="tint")
        card.column.setSpacing(0)
        card.column.addWidget(self.text(heading, quiet=True))
        role = "title" if detail else "display"
        number = Label(value, role, bold=True, wrap=bool(detail))  # type: ignore[arg-type]
        number.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        card.column.addWidget(number)
        if detail:
            card.column.addWidget(Label(detail, "small", tag=self.speaker.tag))
        return card

    def enter(self) -> None:
        registered, press, job = self._registered, self.room.press, self.visit.slip_job
        press.settled.connect(self._on_settled)
        if job is not None and self.visit.slip is Paper.NONE:
            self.visit.slip = Paper.PRINTING
            press.send(job)
        self._tell()
        self.room.worker.ask(
            lambda desk: slip_sheet(desk, registered, press.slip_size), self._on_made
        )

    def leave(self) -> None:
        self.room.press.settled.disconnect(self._on_settled)

    def _on_made(self, sheet: Sheet) -> None:
        self._slip.show_page(sheet.pdf)

    def _on_settled(self, job: PrintJob, state: str) -> None:
        if job.kind == "slip" and job.attendee_id == self._registered.attendee.id:
            self.visit.slip = paper_of(state)
            self._tell()

    def _tell(self) -> None:
        say = self.speaker.say
        sentences = {
            Paper.PRINTING: say("receipt.printing"),
            Paper.PRINTED: say("receipt.printed"),
            Paper.FAILED: say("receipt.failed"),
            Paper.HELD: say("printing.visitor.slip_held"),
        }
        self._told.set_text(sentences.get(self.visit.slip, say("receipt.write_down")))

    def on_next(self) -> None:
        self.went.emit(Step.GO_ON)

    def next_text(self) -> str:
        joined = self.room.event.joined
        return self.say("receipt.go_on") if joined else self.say("receipt.finish")

    def next_icon(self) -> str:
        return "next" if self.room.event.joined else "check"

    def forget(self) -> None:
        self._slip.forget()
