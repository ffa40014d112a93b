"""The certificate as it will be printed, the name to be confirmed, and where it comes out."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.certify import Prepared, prepare_certificate
from kiosk.services.correct import registration_answers
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from kiosk.services.issuing import issue_and_queue
from kiosk.services.ports import PrintJob
from kiosk.services.printing import BY_SLIP
from ui.journey import Step
from ui.notices import notice_of
from ui.screens.paper import PagePicture
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Paper, Visit, paper_of
from ui.walk import Walk
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.surface import Card

_SIDE_BY_SIDE_EM = 40
_SHARE_BELOW = 0.6  # of the height, where the page stands above its words


class CertificateScreen(VisitorScreen):
    sensitive = True

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        space = self.theme.space
        name = visit.attendee.name if visit.attendee is not None else ""
        self._page = PagePicture(self.say("certificate.preview", name=name))
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(space(5))
        self._both.addWidget(self._page, 6)
        self._both.addLayout(self._words(), 4)
        column = self.column()
        column.addLayout(self._both, 1)
        self._tell()

    def _words(self) -> QVBoxLayout:
        space, tag = self.theme.space, self.speaker.tag
        words = QVBoxLayout()
        words.setSpacing(space(2))
        self._title = self.title(self.say("certificate.title"))
        words.addWidget(self._title)
        self._told = self.text("")
        words.addWidget(self._told)
        self._print = TouchButton("", "primary", icon="printer", tag=tag)
        self._print.setObjectName("print")
        self._print.clicked.connect(self._on_print)
        self._collect = TouchButton(self.say("certificate.collect"), "plain", tag=tag)
        self._collect.setObjectName("collect")
        self._collect.clicked.connect(lambda: self._issue(prints=False))
        self._rename = TouchButton(self.say("certificate.rename"), "plain", icon="edit", tag=tag)
        self._rename.setObjectName("rename")
        self._rename.clicked.connect(self._on_rename)
        for button in (self._print, self._collect, self._rename):
            words.addWidget(button)
        if self.visit.attendee is not None:
            card = Card(fill="tint")
            card.column.setSpacing(0)
            card.column.addWidget(self.text(self.say("certificate.number")))
            card.column.addWidget(Label(self.visit.attendee.number, "lead", bold=True))
            words.addWidget(card)
        words.addStretch(1)
        return words

    def resizeEvent(self, event: QResizeEvent) -> None:
        beside = self.width() >= _SIDE_BY_SIDE_EM * self.theme.pixels("body")
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._page.setMinimumHeight(0 if beside else round(self.height() * _SHARE_BELOW))
        super().resizeEvent(event)

    def enter(self) -> None:
        self.room.press.settled.connect(self._on_settled)
        attendee, language = self.visit.attendee, self.speaker.tag
        if attendee is None:
            return
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: prepare_certificate(desk, attendee, language),
            self._on_prepared,
            self._on_failed,
        )

    def leave(self) -> None:
        self.room.press.settled.disconnect(self._on_settled)

    def _on_prepared(self, prepared: Prepared) -> None:
        self.visit.prepared = prepared
        self._page.show_page(prepared.sheet.pdf)
        self.set_waiting(False)
        self._tell()

    def _on_failed(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        self.told.emit(notice_of(fault, self.speaker))

    def _on_rename(self) -> None:
        attendee, language = self.visit.attendee, self.speaker.tag
        if attendee is None or self.waiting:
            return
        answers = registration_answers(attendee)
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: Walk(open_session(desk, REGISTRATION, language, answers), only=("name",)),
            self._on_asked,
        )

    def _on_asked(self, walk: Walk) -> None:
        self.visit.renaming = walk
        self.set_waiting(False)
        self.went.emit(Step.RENAME)

    # on paper

    def _on_print(self) -> None:
        self._issue(prints=self.room.press.ready_for("certificate"))

    def _issue(self, *, prints: bool) -> None:
        """Issued and in the queue first; then the printer may take as long as it likes."""
        prepared, press = self.visit.prepared, self.room.press
        if prepared is None or self.waiting or self.visit.certificate is not Paper.NONE:
            return

        def issue(desk: Desk) -> None:
            job = issue_and_queue(desk, prepared, "visitor")
            if prints:
                press.send(job)

        # Said before it is done: paper may come out before this screen hears that it was issued.
        self.visit.certificate = Paper.PRINTING if prints else Paper.AT_DESK
        self.set_waiting(True)
        self.room.worker.ask(issue, self._on_issued, self._on_not_issued)

    def _on_issued(self, _nothing: None) -> None:
        self.set_waiting(False)
        self._tell()

    def _on_not_issued(self, fault: VisitorError | EnvironmentFault) -> None:
        self.visit.certificate = Paper.NONE
        self._on_failed(fault)
        self._tell()

    def _on_settled(self, job: PrintJob, state: str) -> None:
        attendee = self.visit.attendee
        if job.kind != "certificate" or attendee is None or job.attendee_id != attendee.id:
            return
        self.visit.certificate = paper_of(state)
        self._tell()

    def _tell(self) -> None:
        say, state, prepared = self.speaker.say, self.visit.certificate, self.visit.prepared
        number = self.visit.attendee.number if self.visit.attendee is not None else ""
        sentences = {
            Paper.PRINTING: say("certificate.printing"),
            Paper.PRINTED: say("thanks.certificate"),
            Paper.FAILED: say("certificate.failed", number=number),
            Paper.HELD: say("printing.visitor.held", number=number),
            Paper.AT_DESK: say("certificate.at_desk", number=number),
        }
        text = say("certificate.detail")
        if prepared is not None and prepared.blank:
            text = say("certificate.blank")
        elif prepared is not None and prepared.issued is not None:
            text = say("certificate.again")
        self._told.set_text(sentences.get(state, text))
        press = self.room.press
        ready, undecided = press.ready_for("certificate"), state is Paper.NONE
        issued = prepared is not None and prepared.issued is not None
        if undecided and not issued and press.goes_to("certificate") == BY_SLIP:
            self._title.set_text(say("printing.desk.title"))
            self._told.set_text(say("printing.visitor.by_slip"))
            self._page.hide()  # it will bear another serial
            undecided = False  # a certificate that is issued here would be a second one there
        self._print.set_text(say("certificate.print") if ready else say("certificate.collect"))
        self._print.set_icon("printer" if ready else "check")
        self._print.setVisible(undecided)
        self._collect.setVisible(undecided and ready)
        self._rename.setVisible(undecided and not issued)
        self.changed.emit()

    def on_next(self) -> None:
        self.went.emit(Step.GO_ON)

    def next_text(self) -> str:
        return self.say("certificate.finish")

    def next_icon(self) -> str:
        return "check"

    def forget(self) -> None:
        self._page.forget()
