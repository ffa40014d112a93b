"""Who wants another PIN shows that they know the one of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.label import Label
from ui.widgets.new_pin import dress_pad
from ui.widgets.pin_pad import PinPad

if TYPE_CHECKING:
    from ui.translate import Speaker


class PresentPin(QWidget):
    """Asks for one PIN; ``entered`` tells it."""

    entered = Signal(str)

    def __init__(
        self,
        speaker: Speaker,
        limits: tuple[int, int],
        *,
        problem: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        tag = speaker.tag
        title = speaker.say("staff.people.present_pin")
        self.pad = PinPad(*limits)
        self.pad.entered.connect(self._entered)
        dress_pad(self.pad, speaker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(1))
        column.addWidget(Label(title, "lead", bold=True, centred=True, tag=tag))
        if problem:
            told = Label(problem, "body", bold=True, colour="danger", centred=True, tag=tag)
            column.addWidget(told)
        column.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)

    def _entered(self) -> None:
        typed = self.pad.digits
        self.pad.clear()
        self.entered.emit(typed)
