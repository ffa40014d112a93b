"""A number to choose on a scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.choice_card import draw_card_frame
from ui.widgets.ink import Style, block, widest_word
from ui.widgets.touchable import Touchable


class NumberCard(Touchable):
    """A number (or a short word). Chosen is told by fill, border and the bar below the number."""

    def __init__(self, text: str, *, tag: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(text, tag, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(self.minimumSizeHint().width() + theme.space(2), theme.touch() + 16)

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        width = widest_word(self.text(), self._style()) + theme.space(2)
        return QSize(max(width, theme.touch()), theme.touch() + 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        draw_card_frame(painter, self)
        whole = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        block(self.text(), self._style()).draw_in(painter, whole, theme.colour("ink"))
        if self.isChecked():
            bar = QRectF(0, 0, whole.width() * 0.5, 5)
            bar.moveCenter(whole.center())
            bar.moveBottom(whole.bottom() - 5)
            painter.fillRect(bar, theme.colour("primary"))
        self.draw_focus(painter, 14)
        painter.end()

    def _style(self) -> Style:
        return Style(current_theme(), "lead", self._tag, bold=self.isChecked())
