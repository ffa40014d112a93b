"""What is seen while the record is being opened."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from ui.screens.screen import Porch, Screen
from ui.widgets.progress import Busy


class OpeningScreen(Screen):
    shows_header = False
    shows_footer = False

    def __init__(self, porch: Porch) -> None:
        super().__init__(porch)
        column = QVBoxLayout(self)
        self._busy = Busy(self.speaker.say("nav.wait"))
        column.addWidget(self._busy)

    def say_again(self) -> None:
        self._busy.set_text(self.speaker.say("nav.wait"))
