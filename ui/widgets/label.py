"""Text to read: wraps, grows, is never cut off, and each script comes in its own font."""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import Role, current_theme
from ui.widgets.ink import Block, Side, Style, block, widest_word
from ui.widgets.pens import begin_with, pen_for

_LONGEST_WORD_EM = 9  # longer ones may be broken where space is short


class Label(QLabel):
    """One text in one role. ``tag`` is its language, where the script alone does not say it.

    ``colour`` is a role of the palette; without it ink, or quiet ink.
    """

    def __init__(  # noqa: PLR0913 - the six ways in which texts differ
        self,
        text: str = "",
        role: Role = "body",
        *,
        bold: bool = False,
        quiet: bool = False,
        tag: str | None = None,
        wrap: bool = True,
        colour: str = "",
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role: Role = role
        self._bold = bold
        self._tag = tag or "en"
        self._wrap = wrap
        self._colour = colour or ("quiet" if quiet else "ink")
        self._centred = centred
        begin_with(self, self._colour)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    def set_text(self, text: str, tag: str | None = None) -> None:
        """Shows another text, which a screen reader reads as it stands."""
        self._tag = tag or self._tag
        if "<" in text:  # else it is plain for Qt as well
            self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_colour(self, colour: str) -> None:
        """Another role of the palette for the same text."""
        self._colour = colour
        begin_with(self, colour)
        self.update()

    def sizeHint(self) -> QSize:
        whole = self._block(None)
        return QSize(whole.width, whole.height if self.text() else 0)

    def minimumSizeHint(self) -> QSize:
        if not self._wrap:
            return self.sizeHint()
        style = self._style()
        longest = _LONGEST_WORD_EM * style.theme.pixels(self._role)
        return QSize(min(widest_word(self.text(), style), longest), 0)

    def hasHeightForWidth(self) -> bool:
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        return self._block(width).height if self.text() else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        laid = self._block(self.width())
        top = max((self.height() - laid.height) / 2, 0.0) if not self._wrap else 0.0
        box = QRectF(0, top, self.width(), laid.height)
        laid.draw(painter, box, pen_for(self, self._colour), self._side())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange}:
            self.updateGeometry()
            self.update()

    def _style(self) -> Style:
        return Style(current_theme(), self._role, self._tag, self._bold)

    def _block(self, width: int | None) -> Block:
        return block(self.text(), self._style(), width if width and self._wrap else None)

    def _side(self) -> Side:
        return "middle" if self._centred else start_side(self)


def start_side(widget: QWidget) -> Side:
    """The side where reading begins on the screen that holds the widget."""
    return "right" if widget.isRightToLeft() else "left"
