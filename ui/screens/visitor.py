"""What the visitors' screens have in common: they read and write the visit, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.isolates import alone
from ui.screens.screen import Room, Screen
from ui.visit import Visit
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn
from ui.widgets.surface import Card, Surface

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

    def row(self, label: str, value: str, empty: str, button: QWidget | None) -> QWidget:
        """One thing that is recorded, in words, and what can be done about it."""
        space, tag = self.theme.space, self.speaker.tag
        widget = QWidget()
        widget.setMinimumHeight(space(7))
        line = QHBoxLayout(widget)
        line.setContentsMargins(space(3), space(0.5), space(1.5), space(0.5))
        line.setSpacing(space(2))
        middle = Qt.AlignmentFlag.AlignVCenter
        line.addWidget(Label(label, "small", quiet=True, tag=tag), 4, middle)
        words = alone(value) if value else empty  # else +91… ends with its plus in Urdu lines
        said = Label(words, "body", bold=bool(value), quiet=not value, tag=tag)
        line.addWidget(said, 6, middle)
        if button is not None:
            line.addWidget(button, 0, middle)
        return widget

    def card_of(self, rows: Sequence[QWidget]) -> Card:
        """The rows one below the other, with thin lines between them."""
        card = Card()
        edge = self.theme.space(0.5)
        card.column.setContentsMargins(0, edge, 0, edge)
        card.column.setSpacing(0)
        for at, row in enumerate(rows):
            if at:
                line = Surface("line")
                line.setFixedHeight(1)
                card.column.addWidget(line)
            card.column.addWidget(row)
        return card

    def say(self, key: str, **values: object) -> str:
        return self.speaker.say(key, **values)


def at_start(widget: QWidget) -> QHBoxLayout:
    """At the side where lines begin, as wide as it likes to be and as high as that needs."""
    row = QHBoxLayout()
    row.addWidget(widget)
    row.addStretch(1)
    return row


def narrow(widget: QWidget) -> QHBoxLayout:
    """Lines of text are not longer than the eye follows.

    In a row of its own: a column asks how high the text is at its own full width.
    """
    widget.setMaximumWidth(_WIDEST_TEXT_PX)
    row = QHBoxLayout()
    row.addWidget(widget, 100)
    row.addStretch(1)
    return row
