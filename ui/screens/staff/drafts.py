"""Those who had consented and then walked away: continue with them, or let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.services.drafts import drafts, drop_draft
from ui.isolates import alone
from ui.screens.screen import Resumed, Room
from ui.screens.staff.frame import Page
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.row_card import RowCard
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import Draft, StaffMember

_LONGEST_NAME = 80


class DraftsPage(Page):
    """One card a draft; only staff ever sees them."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._drafts: list[Draft] = []
        self._help = Label("", "body", quiet=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(self.theme.space(1.5))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(2))
        column.addWidget(self._help)
        column.addLayout(self._list)
        column.addStretch(1)
        self.set_body(self.scroller(content))
        self.says(self._help.set_text, lambda: self.speaker.say("staff.drafts.help"))

    def title(self) -> str:
        return self.speaker.say("staff.drafts.title")

    def enter(self) -> None:
        self.porch.worker.ask(drafts, self._show)

    def leave(self) -> None:
        self.show_body()

    def forget(self) -> None:
        self.show_body()
        self._show([])

    def say_again(self) -> None:
        super().say_again()
        self._show(self._drafts)

    def _show(self, found: list[Draft]) -> None:
        self._drafts = found
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not found:
            self._list.addWidget(Strip(self.speaker.say("staff.drafts.empty")))
        for draft in found:
            self._list.addWidget(self._card(draft))

    def _card(self, draft: Draft) -> RowCard:
        say = self.speaker.say
        name = str(draft.answers.get("name", ""))[:_LONGEST_NAME].strip()
        language = self.room.languages.get(draft.language)
        detail = say(
            "staff.drafts.detail",
            language=alone(language.native if language is not None else draft.language),
            time=self.clock_time(draft.saved_at),
            count=len([value for value in draft.answers.values() if value]),
        )
        card = RowCard(name or say("staff.drafts.no_name"), detail, tag=self.speaker.tag)
        go_on = card.add_button(TouchButton(say("staff.drafts.continue"), "plain"))
        go_on.clicked.connect(lambda: self.went.emit(Resumed(draft)))
        discard = card.add_button(TouchButton(say("staff.drafts.discard"), "quiet"))
        discard.clicked.connect(lambda: self._ask(draft))
        return card

    def _ask(self, draft: Draft) -> None:
        say = self.speaker.say
        answers = [
            Answer("discard", say("staff.drafts.sure_yes"), "danger"),
            Answer("", say("staff.drafts.keep"), "plain"),
        ]
        self.ask(
            say("staff.drafts.sure"), "", answers, lambda name: self._drop(draft) if name else None
        )

    def _drop(self, draft: Draft) -> None:
        def work(desk: Desk) -> list[Draft]:
            drop_draft(desk, draft.id)
            return drafts(desk)

        self.porch.worker.ask(work, self._show)
