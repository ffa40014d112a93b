"""What the visitors' screens have in common: they read and write the visit, and nothing else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.screens.screen import Room, Screen
from ui.visit import Visit
from ui.widgets.label import Label

_WIDEST_TEXT_PX = 1100


class VisitorScreen(Screen):
    """A screen of the visitor's way. It is built anew each time it is shown, from the visit."""

    stepped = Signal()  # an answer was accepted: a moment to keep a draft

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room)
        self.room = room
        self.visit = visit

    def column(self, *, edge: float = 4) -> QVBoxLayout:
        """The layout of the whole screen, with the margins that all of them have."""
        space = self.theme.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2 * edge), space(4), space(2 * edge), space(3))
        column.setSpacing(space(2))
        return column

    def title(self, text: str, *, centred: bool = False) -> Label:
        """The one thing that the screen is about, in large type."""
        tag = self.speaker.tag
        label = Label(text, "title", bold=True, tag=tag, centred=centred)
        self.setAccessibleName(text)
        return label

    def text(self, text: str, *, quiet: bool = False, centred: bool = False) -> Label:
        """A sentence of ordinary size."""
        return Label(text, "body", quiet=quiet, tag=self.speaker.tag, centred=centred)

    def say(self, key: str, **values: object) -> str:
        return self.speaker.say(key, **values)


def narrow(widget: QWidget) -> QWidget:
    """Lines of text are not longer than the eye follows."""
    widget.setMaximumWidth(_WIDEST_TEXT_PX)
    return widget
