"""The answer to a scan: seen from two metres, told by sign and words as well as by ground."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.icon import draw_icon
from ui.widgets.label import Label
from ui.widgets.pens import draw_frame

Mood = Literal["neutral", "good", "again", "danger", "replaced", "revoked", "unknown"]
_LOOKS = {  # ground, line, sign, its colour
    "neutral": ("card", "line", "scan", "quiet"),
    "good": ("tint", "primary", "check", "primary"),
    "again": ("warm", "gold", "clock", "ink"),
    "danger": ("danger_ground", "danger_line", "warning", "danger"),
    "replaced": ("warm", "gold", "next", "ink"),
    "revoked": ("danger_ground", "danger_line", "close", "danger"),
    "unknown": ("card", "line", "help", "quiet"),
}


class _Sign(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mood: Mood = "neutral"
        size = current_theme().space(8)
        self.setFixedSize(size, size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _, _, sign, colour = _LOOKS[self.mood]
        draw_icon(painter, sign, QRectF(self.rect()), current_theme().colour(colour))
        painter.end()


class AnswerCard(QWidget):
    """A sign, a name in large type, a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = current_theme().space
        self._mood: Mood = "neutral"
        self._sign = _Sign()
        self._title = Label("", "title", bold=True)
        self._words = Label("", "lead")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._title)
        texts.addWidget(self._words)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(2), space(3), space(2))
        row.setSpacing(space(3))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts, 1)
        self.setMinimumHeight(space(16))

    @property
    def mood(self) -> Mood:
        """How the last scan was answered."""
        return self._mood

    def show_answer(self, mood: Mood, title: str, words: str, tag: str) -> None:
        """Shows an answer, and says it to a screen reader."""
        self._mood = self._sign.mood = mood
        self._title.set_text(title, tag)
        self._words.set_text(words, tag)
        self.setAccessibleName(f"{title}. {words}")
        self._sign.update()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, _, _ = _LOOKS[self._mood]
        draw_frame(painter, QRectF(self.rect()), fill=fill, line=line, radius=20, thick=2)
        painter.end()
