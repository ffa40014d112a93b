"""Welcome back: by name, with a way to say that it is somebody else's."""

from __future__ import annotations

from ui.journey import Step
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen, at_start
from ui.visit import Visit
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.surface import Card


class GreetingScreen(VisitorScreen):
    sensitive = True

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        column = self.column()
        column.addWidget(self.title(self.say("greeting.title")))
        attendee = visit.attendee
        if attendee is not None:
            card = Card()
            card.column.addWidget(Label(attendee.name, "title", bold=True, tag=self.speaker.tag))
            card.column.addWidget(Label(attendee.number, "lead", quiet=True))
            column.addWidget(card)
        column.addWidget(self.text(self.say("greeting.question")))
        own = TouchButton(self.say("details.open"), "quiet", icon="edit", tag=self.speaker.tag)
        own.setObjectName(Step.OWN_DETAILS.value)
        own.clicked.connect(lambda: self.went.emit(Step.OWN_DETAILS))
        column.addStretch(1)
        column.addLayout(at_start(own))

    def on_next(self) -> None:
        self.went.emit(Step.GO_ON)

    def on_skip(self) -> None:
        self.went.emit(Step.NOT_ME)

    def next_text(self) -> str:
        return self.say("greeting.yes")

    def skip_text(self) -> str:
        return self.say("greeting.no")

    def back_text(self) -> str:
        return self.say("nav.back")
