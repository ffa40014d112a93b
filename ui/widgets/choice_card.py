"""Cards to choose from, instead of small circles: the whole card is the target."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.icon import draw_icon
from ui.widgets.ink import Block, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.pens import draw_frame
from ui.widgets.touchable import Touchable

_RADIUS = 20
_LONGEST_WORD_EM = 10


class ChoiceCard(Touchable):
    """One choice. Chosen is told by border, fill and the mark; ``many`` has a square mark."""

    def __init__(
        self,
        title: str,
        detail: str = "",
        *,
        many: bool = False,
        tag: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._detail = detail
        self._many = many
        super().__init__(title, tag, parent)
        self.setCheckable(True)
        self.setAccessibleDescription(detail)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_texts(self, title: str, detail: str = "", tag: str | None = None) -> None:
        """The same choice in other words."""
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.set_text(title, tag)

    def sizeHint(self) -> QSize:
        natural = max(self._title(None).width, self._details(None).width) + self._beside_words()
        width = min(natural, self._beside_words() + 24 * current_theme().pixels("body"))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        word = max(
            widest_word(self.text(), self._style(title=True)),
            widest_word(self._detail, self._style(title=False)),
        )
        word = min(word, _LONGEST_WORD_EM * theme.pixels("body"))
        return QSize(word + self._beside_words(), theme.touch())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        words = self._words_height(width - self._beside_words())
        return max(words + 2 * theme.space(1.5), self._mark_size() + 2 * theme.space(2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_card_frame(painter, self)
        edge, mark = current_theme().space(3), self._mark_size()
        self._draw_mark(
            painter, self._mirrored(QRectF(edge, (self.height() - mark) / 2, mark, mark))
        )
        room = self.width() - self._beside_words()
        self._draw_words(painter, QRectF(edge + mark + current_theme().space(2), 0, room, 0))
        self.draw_focus(painter, _RADIUS - 4)
        painter.end()

    def _draw_words(self, painter: QPainter, room: QRectF) -> None:
        theme = current_theme()
        width = int(room.width())
        title, detail = self._title(width), self._details(width)
        top = (self.height() - self._words_height(width)) / 2
        box = self._mirrored(QRectF(room.left(), top, room.width(), title.height))
        title.draw(painter, box, theme.colour("ink"), start_side(self))
        if self._detail:
            detail.draw(
                painter, box.translated(0, title.height), theme.colour("quiet"), start_side(self)
            )

    def _draw_mark(self, painter: QPainter, box: QRectF) -> None:
        """A circle for one of several, a square for any of several; a tick in it when chosen."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("primary"), 3))
        painter.setBrush(theme.colour("primary" if self.isChecked() else "card"))
        radius = 10.0 if self._many else box.width() / 2
        painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)
        if self.isChecked():
            inset = box.width() * 0.18
            tick = box.adjusted(inset, inset, -inset, -inset)
            draw_icon(painter, "check", tick, theme.colour("on_primary"))

    def _mirrored(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())

    def _words_height(self, width: int) -> int:
        details = self._details(width).height if self._detail else 0
        return self._title(width).height + details

    def _style(self, *, title: bool) -> Style:
        return Style(current_theme(), "body" if title else "small", self._tag, bold=title)

    def _title(self, width: int | None) -> Block:
        return block(self.text(), self._style(title=True), width)

    def _details(self, width: int | None) -> Block:
        return block(self._detail, self._style(title=False), width)

    def _mark_size(self) -> int:
        return round(40 * (1 + current_theme().scale) / 2)

    def _beside_words(self) -> int:
        theme = current_theme()
        return 2 * theme.space(3) + self._mark_size() + theme.space(2)


def draw_card_frame(painter: QPainter, card: Touchable) -> None:
    """The frame of a card that can be chosen."""
    chosen, down = card.isChecked(), card.isDown()
    fill = "tint" if chosen or down else "card"
    line = "primary" if chosen or down else "line"
    thick = 4 if chosen else 2 if down else 1
    whole = QRectF(card.rect())
    draw_frame(painter, whole, fill=fill, line=line, radius=_RADIUS, thick=thick)
