"""One line of a list: what it is, what is to be known of it, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.surface import Card

_TEXT_EM = 12  # texts narrower than this get the whole width, and the buttons go below


class RowCard(Card):
    """Texts at the start side, buttons at the end side; below each other where it is narrow."""

    def __init__(
        self,
        title: str,
        detail: str = "",
        *,
        danger: str = "",
        tag: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        space = current_theme().space
        self.column.setContentsMargins(space(2), space(1), space(2), space(1))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(space(1.5))
        self.texts = QVBoxLayout()
        self.texts.setSpacing(0)
        self.texts.addStretch(1)
        self.texts.addWidget(Label(title, "body", bold=True, tag=tag))
        if detail:
            self.texts.addWidget(Label(detail, "small", quiet=True, tag=tag))
        if danger:
            self.texts.addWidget(Label(danger, "small", bold=True, colour="danger", tag=tag))
        self.texts.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(space(1.5))
        self._row.addLayout(self.texts, 1)
        self._row.addLayout(self._buttons)
        self.column.addLayout(self._row)
        self.setAccessibleName(". ".join(text for text in (title, detail, danger) if text))

    def add_button(self, button: TouchButton) -> TouchButton:
        """Puts one more button at the end."""
        self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._buttons.sizeHint().width()
        beside = room >= _TEXT_EM * current_theme().pixels("body")
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
