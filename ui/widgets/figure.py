"""One number and what it counts."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.theme import current_theme
from ui.widgets.label import Label
from ui.widgets.surface import Card


class FigureCard(Card):
    """A large number over a quiet line; a number that needs a hand is in the colour of danger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._number = Label("", "title", bold=True, wrap=False)
        self._words = Label("", "small", quiet=True)
        self.column.setSpacing(0)
        space = current_theme().space
        self.column.setContentsMargins(space(3), space(1.5), space(2), space(1.5))
        self.column.addWidget(self._number)
        self.column.addWidget(self._words)
        self.column.addStretch(1)

    def show_figure(self, number: str, words: str, *, wrong: bool = False) -> None:
        """Shows the number; a screen reader hears both as one sentence."""
        self._number.set_text(number)
        self._number.set_colour("danger" if wrong else "ink")
        self._words.set_text(words)
        self.setAccessibleName(f"{number} {words}")
