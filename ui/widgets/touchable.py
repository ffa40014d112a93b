"""What everything that is touched has in common: a name, a visible focus, the Return key."""

from __future__ import annotations

import sys

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme import current_theme


class Touchable(QAbstractButton):
    """A button that paints itself. Its text is plain: no letter of it becomes a shortcut."""

    def __init__(
        self, text: str = "", tag: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._tag = tag or "en"
        self._focus_seen = False
        if sys.platform == "darwin":  # elsewhere a button takes the focus by itself
            self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.set_text(text, tag)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str, tag: str | None = None) -> None:
        """Another text, which is the accessible name as well."""
        self._text = text
        self._tag = tag or self._tag
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def draw_focus(self, painter: QPainter, radius: float) -> None:
        """The ring that shows where the keyboard is."""
        if not (self._focus_seen and self.hasFocus()):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(current_theme().colour("focus"), 3, QtCore.Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 5, -5, -5), radius, radius)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if _moved(event):
            self._focus_seen = event.reason() != QtCore.Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if _moved(event):
            self._focus_seen = False
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange}:
            self.updateGeometry()
            self.update()


def _moved(event: QFocusEvent) -> bool:
    """Whether the focus went elsewhere; else the window went and came, and nothing changed."""
    return event.reason() != QtCore.Qt.FocusReason.ActiveWindowFocusReason
