"""What is recorded of a visitor, for their own eyes: to be changed, taken back, withdrawn."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.attendee import Consent
from kiosk.domain.event import Purpose
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.withdraw import withdraw_consent
from ui.journey import Step
from ui.notices import notice_of
from ui.recognise import Own, open_answer, own_details
from ui.screens.screen import Notice, Room
from ui.screens.visitor import VisitorScreen, narrow
from ui.visit import Visit
from ui.walk import Row, Walk
from ui.widgets.button import TouchButton
from ui.widgets.label import Label


class DetailsScreen(VisitorScreen):
    """Reads what stands on the disk whenever it is shown; what is done here is done at once."""

    sensitive = True

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        number = visit.attendee.number if visit.attendee else visit.typed.get("number", "")
        column = self.column()
        column.addWidget(self.title(self.say("details.title")))
        column.addWidget(Label(number, "lead", quiet=True))
        self._holder = QVBoxLayout()
        column.addLayout(self._holder)
        column.addStretch(1)

    def enter(self) -> None:
        attendee, language = self.visit.attendee, self.speaker.tag
        self.visit.own = None
        if attendee is None:
            self._anew().addLayout(narrow(self.text(self.say("details.by_code"))))
            return
        self.room.worker.ask(
            lambda desk: own_details(desk, attendee, language), self._show, self._on_failed
        )

    # what is shown

    def _show(self, own: Own) -> None:
        self.set_waiting(False)
        self.visit.own, self.visit.attendee = own, own.attendee
        place = self._anew()
        if not own.here:
            place.addLayout(narrow(self.text(self.say("details.by_slip"))))
        empty = self.say("check.empty")
        rows = [self.row(row.label, row.value, empty, self._change_button(row)) for row in own.rows]
        place.addWidget(self.card_of(rows))
        consents = [
            self._consent_row(purpose, one)
            for purpose in self.room.campaign.notice.purposes
            for one in own.consents
            if one.purpose == purpose.code and not purpose.required
        ]
        if consents:
            heading = self.say("details.consents")
            place.addWidget(Label(heading, "lead", bold=True, tag=self.speaker.tag))
            place.addWidget(self.card_of(consents))
        self.changed.emit()

    def _anew(self) -> QVBoxLayout:
        """An empty place for what is shown now."""
        self._clear()
        content = QWidget()
        place = QVBoxLayout(content)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(self.theme.space(2))
        self._holder.addWidget(content)
        return place

    def _change_button(self, row: Row) -> TouchButton:
        change = TouchButton(self.say("check.change"), "quiet", tag=self.speaker.tag)
        change.setObjectName(f"change-{row.name}")
        change.setAccessibleName(self.say("check.change_what", question=row.label))
        change.clicked.connect(lambda: self._change(row.name))
        return change

    def _consent_row(self, purpose: Purpose, consent: Consent) -> QWidget:
        label = self.speaker.text(purpose.label)
        if not consent.given:
            return self.row(label, "", self.say("details.refused"), None)
        if consent.withdrawn_at is not None:
            return self.row(label, "", self.say("details.gone"), None)
        back = TouchButton(self.say("details.take_back"), "quiet", tag=self.speaker.tag)
        back.setObjectName(f"take-back-{purpose.code}")
        back.setAccessibleName(self.say("details.take_back_what", purpose=label))
        back.clicked.connect(lambda: self._take_back(purpose.code, label))
        return self.row(label, self.say("details.given"), "", back)

    def _clear(self) -> None:
        while (item := self._holder.takeAt(0)) is not None:
            content = item.widget()
            if content is not None:
                content.hide()
                content.setParent(None)
                content.deleteLater()

    # what is done

    def _change(self, name: str) -> None:
        attendee, language = self.visit.attendee, self.speaker.tag
        if self.waiting or attendee is None:
            return
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: open_answer(desk, attendee, name, language),
            self._on_opened,
            self._on_failed,
        )

    def _on_opened(self, walk: Walk) -> None:
        self.visit.renaming = walk
        self.set_waiting(False)
        self.went.emit(Step.CHANGE)

    def _take_back(self, purpose: str, label: str) -> None:
        attendee, language = self.visit.attendee, self.speaker.tag
        if self.waiting or attendee is None:
            return

        def taken_back(own: Own) -> None:
            self._show(own)
            self.told.emit(Notice(self.say("details.taken_back", purpose=label)))

        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: (
                withdraw_consent(desk, attendee, purpose),
                own_details(desk, attendee, language),
            )[1],
            taken_back,
            self._on_failed,
        )

    def _on_failed(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        self.told.emit(notice_of(fault, self.speaker))

    def on_back(self) -> None:
        self.visit.own = self.visit.attendee = None
        self.visit.typed.clear()
        self.went.emit(Step.BACK)

    def on_next(self) -> None:
        self.went.emit(Step.LEAVE)

    def on_skip(self) -> None:
        self.went.emit(Step.WITHDRAW)

    def forget(self) -> None:
        self._clear()

    # what the window asks

    def next_text(self) -> str:
        shown = self.visit.own is not None
        return self.say("details.finish") if shown else self.say("thanks.finish")

    def skip_text(self) -> str:
        """Always in sight, however long the page is: withdrawing is as easy as giving."""
        read = self.visit.own is not None or self.visit.attendee is None
        return self.say("details.all") if read else ""

    def next_icon(self) -> str:
        return "check"

    def back_text(self) -> str:
        return self.say("nav.back")
