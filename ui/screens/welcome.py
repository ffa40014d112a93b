"""Two ways to begin: new here, or with a slip. And a quiet one, to change or withdraw."""

from __future__ import annotations

from ui.journey import Step
from ui.screens.big_card import BigCard
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Visit
from ui.widgets.grid import CardGrid


class WelcomeScreen(VisitorScreen):
    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        joined = room.event.joined
        detail = self.say("welcome.new_joined") if joined else self.say("welcome.new_detail")
        new = self._card(self.say("welcome.new"), detail, "edit", Step.NEW_HERE)
        slip = self._card(
            self.say("welcome.slip"), self.say("welcome.slip_detail"), "scan", Step.HAS_SLIP
        )
        column = self.column()
        column.addWidget(self.title(self.say("welcome.title")))
        column.addWidget(CardGrid([new, slip], columns=(1, 2)))
        column.addStretch(1)
        column.addWidget(self.text(self.say("attract.slip"), quiet=True))

    def _card(self, title: str, detail: str, icon: str, step: Step) -> BigCard:
        card = BigCard(title, detail, icon=icon, tag=self.speaker.tag)
        card.setObjectName(step.value)
        card.setMinimumHeight(self.theme.space(36))
        card.clicked.connect(lambda: self._go(step))
        return card

    def _go(self, step: Step) -> None:
        self.visit.own_details = step is Step.OWN_DETAILS
        self.went.emit(step)

    def on_skip(self) -> None:
        self._go(Step.OWN_DETAILS)

    def skip_text(self) -> str:
        return self.say("details.open")

    def back_text(self) -> str:
        return self.say("nav.back")
