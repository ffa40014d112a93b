"""Grounds: a filled rectangle that other things lie on, plain or as a rounded card."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.pens import draw_frame, fill_rect


class Surface(QWidget):
    """A ground in one of the palette's roles, with a line at its top or bottom if asked."""

    def __init__(self, fill: str, *, line: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self._line = line  # "", "top" or "bottom"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_rect(painter, self.rect(), self._fill)
        if self._line:
            y = 0 if self._line == "top" else self.height() - 1
            fill_rect(painter, QRect(0, y, self.width(), 1), "line")
        painter.end()


class Card(QWidget):
    """A rounded frame with a column of things in it; ``column`` is its layout."""

    def __init__(
        self, *, fill: str = "card", line: str = "line", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fill = fill
        self._line = line
        self.column = QVBoxLayout(self)
        edge = current_theme().space(3)
        self.column.setContentsMargins(edge, edge, edge, edge)
        self.column.setSpacing(current_theme().space(1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = QRectF(self.rect())
        draw_frame(painter, whole, fill=self._fill, line=self._line, radius=20, thick=1)
        painter.end()
