"""The essentials are said: that is enough, or a little more, as the visitor wishes."""

from __future__ import annotations

from ui.journey import Step
from ui.screens.big_card import BigCard
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Visit
from ui.widgets.grid import CardGrid


class MoreScreen(VisitorScreen):
    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        enough = self._card(self.say("more.enough"), self.say("more.enough_detail"), "check")
        enough.setObjectName(Step.ENOUGH.value)
        enough.clicked.connect(lambda: self.went.emit(Step.ENOUGH))
        more = self._card(self.say("more.more"), self.say("more.more_detail"), "edit")
        more.setObjectName(Step.TELL_MORE.value)
        more.clicked.connect(self._tell_more)
        column = self.column()
        column.addWidget(self.title(self.say("more.title")))
        column.addWidget(CardGrid([enough, more], columns=(1, 2)))
        column.addStretch(1)

    def _card(self, title: str, detail: str, icon: str) -> BigCard:
        card = BigCard(title, detail, icon=icon, tag=self.speaker.tag)
        card.setMinimumHeight(self.theme.space(32))
        return card

    def _tell_more(self) -> None:
        if self.visit.registration is not None:
            self.visit.registration.lengthen()
        self.went.emit(Step.TELL_MORE)

    def back_text(self) -> str:
        return self.say("nav.back")
