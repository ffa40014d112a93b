"""A page that asks about one visitor before it does something: what, why, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.screens.screen import Room
from ui.screens.staff.about import AboutPage
from ui.widgets.question import Question

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kiosk.services.ports import StaffMember


class AskingPage(AboutPage):
    """One question after the other; nothing is done before the last is answered."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._column = self.set_column()
        self._asked = False

    def clear(self) -> None:
        self._column.clear()
        self._asked = False

    def put_question(self, question: Question) -> None:
        self._column.put(question)
        self._asked = True
        question.take_focus()

    def put_outcome(self, outcome: QWidget) -> None:
        """What came of it stays until somebody has read it."""
        self._column.put(outcome)
        self._asked = False

    def say_again(self) -> None:
        """In another language it is asked from the first question on."""
        super().say_again()
        if self._asked:
            self.enter()

    def on_failed(self, fault: object) -> None:
        super().on_failed(fault)
        self.on_back()
