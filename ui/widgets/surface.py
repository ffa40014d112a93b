"""Grounds: a filled rectangle that other things lie on, plain or as a rounded card."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import current_theme


class Surface(QWidget):
    """A ground in one of the palette's roles, with a line at its top or bottom if asked."""

    def __init__(self, fill: str, *, line: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self._line = line  # "", "top" or "bottom"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current_theme()
        painter.fillRect(self.rect(), theme.colour(self._fill))
        if self._line:
            y = 0 if self._line == "top" else self.height() - 1
            painter.fillRect(0, y, self.width(), 1, theme.colour("line"))
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


def draw_frame(
    painter: QPainter, rect: QRectF, *, fill: str, line: str, radius: float, thick: float
) -> None:
    """A rounded rectangle, its line inside its bounds."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour(fill))
    painter.setPen(QPen(theme.colour(line), thick))
    inset = thick / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
