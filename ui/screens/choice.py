"""With the name, or truly without: chosen before the first question."""

from __future__ import annotations

from kiosk.services.desk import FEEDBACK
from kiosk.services.forms import open_session
from ui.journey import Step
from ui.screens.big_card import BigCard
from ui.screens.screen import Room
from ui.screens.visitor import VisitorScreen, narrow
from ui.visit import ENDS_ANONYMITY, Opinion, Visit
from ui.walk import Walk
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label


class ChoiceScreen(VisitorScreen):
    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        named = self._card(self.say("choice.named"), self.say("choice.named_detail"), Opinion.NAMED)
        anonymous = self._card(
            self.say("choice.anonymous"), self.say("choice.anonymous_detail"), Opinion.ANONYMOUS
        )
        column = self.column()
        column.addWidget(self.title(self.say("choice.title")))
        column.addWidget(CardGrid([named, anonymous], columns=(1, 2)))
        column.addStretch(1)
        told = self.speaker.text(room.campaign.notice.anonymous)
        if told:
            column.addLayout(narrow(Label(told, "small", quiet=True, tag=self.speaker.tag)))

    def _card(self, title: str, detail: str, opinion: Opinion) -> BigCard:
        card = BigCard(title, detail, tag=self.speaker.tag)
        card.setObjectName(opinion.value)
        card.setMinimumHeight(self.theme.space(28))
        card.clicked.connect(lambda: self._choose(opinion))
        return card

    def _choose(self, opinion: Opinion) -> None:
        if self.waiting:
            return
        self.visit.opinion = opinion
        if self.visit.feedback is not None:
            self._begin(self.visit.feedback)
            return
        language = self.speaker.tag
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: Walk(open_session(desk, FEEDBACK, language)), self._on_opened
        )

    def _on_opened(self, walk: Walk) -> None:
        self.visit.feedback = walk
        self.set_waiting(False)
        self._begin(walk)

    def _begin(self, walk: Walk) -> None:
        walk.left_out = ENDS_ANONYMITY if self.visit.anonymous else frozenset()
        walk.restart()
        self.went.emit(Step.CHOSEN)

    def on_skip(self) -> None:
        self.visit.opinion = Opinion.NONE
        self.went.emit(Step.NO_FEEDBACK)

    def skip_text(self) -> str:
        return self.say("choice.none")

    def back_text(self) -> str:
        return self.say("nav.back")
