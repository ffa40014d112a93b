"""What the visitors' screens have in common: they read and write the visit, and nothing else."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.screens.screen import Room, Screen
from ui.visit import Visit
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn

_WIDEST_TEXT_PX = 1100
LARGE = 1.25  # from here on type needs the room that margins had


class VisitorScreen(Screen):
    """A screen of the visitor's way. It is built anew each time it is shown, from the visit."""

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room)
        self.room = room
        self.visit = visit

    def column(self) -> QVBoxLayout:
        """The layout of the whole screen, which scrolls where large type needs more room."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        space, side = self.theme.space, self.edge()
        column.setContentsMargins(side - side // 3, space(4), side - side // 3, space(3))
        column.setSpacing(space(2))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(side // 3, 0, side // 3, 0)
        up, down = self.say("field.up"), self.say("field.down")
        whole.addWidget(ScrollColumn(inside, up_name=up, down_name=down))
        return column

    def edge(self) -> int:
        """The margin at both sides, in px: less where large type needs the room."""
        return self.theme.space(8 if self.theme.scale <= LARGE else 4)

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


def narrow(widget: QWidget) -> QHBoxLayout:
    """Lines of text are not longer than the eye follows.

    In a row of its own: a column asks how high the text is at its own full width.
    """
    widget.setMaximumWidth(_WIDEST_TEXT_PX)
    row = QHBoxLayout()
    row.addWidget(widget, 100)
    row.addStretch(1)
    return row
