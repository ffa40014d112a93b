"""The notice before the first field, with its separate choices; and the whole of it to read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from kiosk.domain.event import Purpose
from kiosk.services.desk import REGISTRATION
from kiosk.services.forms import open_session
from ui.journey import Step
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen, narrow
from ui.visit import Visit
from ui.walk import Walk
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.label import Label

_SIDE_BY_SIDE_EM = 44  # narrower than this, the choices stand below the notice


class NoticeScreen(VisitorScreen):
    """What is asked and why at the start side, the choices at the end side, all unticked."""

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        body = self.theme.pixels("body")
        wide = room.theme.pixels("body") * _SIDE_BY_SIDE_EM
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(2 * body)
        self._both.addLayout(self._told(), 5)
        self._both.addLayout(self._choices(), 6)
        self._wide = wide
        column = self.column()
        column.addLayout(self._both)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        beside = self.width() >= self._wide
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        super().resizeEvent(event)

    def _told(self) -> QVBoxLayout:
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self.title(self.say("notice.title")))
        for heading, sentence in self.room.campaign.notice.parts:
            text = self.speaker.text
            told.addWidget(Label(text(heading), "body", bold=True, tag=self.speaker.tag))
            told.addWidget(self.text(text(sentence)))
            told.addSpacing(self.theme.space(1))
        told.addStretch(1)
        return told

    def _choices(self) -> QVBoxLayout:
        choices = QVBoxLayout()
        choices.setSpacing(self.theme.space(1.5))
        for purpose in self.room.campaign.notice.purposes:
            choices.addWidget(self._choice(purpose))
        read = TouchButton(
            self.say("notice.read_all"), "quiet", icon="next", icon_last=True, tag=self.speaker.tag
        )
        read.setObjectName("read-all")
        read.clicked.connect(lambda: self.went.emit(Step.READ_ALL))
        choices.addWidget(read, 0, Qt.AlignmentFlag.AlignLeading)
        choices.addStretch(1)
        return choices

    def _choice(self, purpose: Purpose) -> ChoiceCard:
        text = self.speaker.text
        required, optional = self.say("notice.required"), self.say("notice.optional")
        weight = required if purpose.required else optional
        detail = f"{weight} · {text(purpose.detail)}"
        card = ChoiceCard(text(purpose.label), detail, many=True, tag=self.speaker.tag)
        card.setObjectName(f"purpose-{purpose.code}")
        card.setChecked(self.visit.consents.get(purpose.code, False))
        card.toggled.connect(lambda on: self.visit.consents.update({purpose.code: on}))
        return card

    def enter(self) -> None:
        if self.visit.registration is None:
            language = self.speaker.tag
            self.room.worker.ask(
                lambda desk: Walk(open_session(desk, REGISTRATION, language)), self._on_opened
            )

    def _on_opened(self, walk: Walk) -> None:
        walk.short = True
        walk.restart()
        self.visit.registration = walk
        self.set_waiting(False)
        self.changed.emit()

    def on_next(self) -> None:
        purposes = self.room.campaign.notice.purposes
        consents = self.visit.consents
        if self.visit.registration is None:
            return
        for purpose in purposes:
            consents.setdefault(purpose.code, False)
        agreed = all(consents[purpose.code] for purpose in purposes if purpose.required)
        if agreed:
            self.visit.registration.restart()
        self.went.emit(Step.AGREED if agreed else Step.REFUSED)

    def next_text(self) -> str:
        return self.say("nav.next")

    def back_text(self) -> str:
        return self.say("nav.back")

    def progress(self) -> tuple[int, int] | None:
        walk = self.visit.registration
        return (1, walk.position[1] + 2) if walk is not None else None


class FullNoticeScreen(VisitorScreen):
    """Every word of the notice, to be read in peace."""

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        notice = room.campaign.notice
        column = self.column()
        column.addWidget(self.title(self.say("notice.full")))
        column.addLayout(narrow(self.text(self.speaker.text(notice.full))))
        version = self.say("notice.version", version=notice.version)
        column.addWidget(Label(version, "small", quiet=True, tag=self.speaker.tag))
        column.addStretch(1)

    def back_text(self) -> str:
        return self.say("nav.back")


class CannotScreen(VisitorScreen):
    """Why it cannot go on without consent, and that nothing was saved."""

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        column = self.column()
        column.addWidget(self.title(self.say("cannot.title")))
        column.addLayout(narrow(self.text(self.say("cannot.body"))))
        column.addLayout(narrow(self.text(self.say("cannot.welcome"))))
        column.addStretch(1)

    def back_text(self) -> str:
        return self.say("nav.back")

    def next_text(self) -> str:
        return self.say("cannot.leave")

    def next_icon(self) -> str:
        return "leave"

    def on_next(self) -> None:
        self.went.emit(Step.LEAVE)
