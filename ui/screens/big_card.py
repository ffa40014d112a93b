"""A large card that is touched to go on: a language, a way to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme import Role, current_theme
from ui.widgets.choice_card import draw_card_frame
from ui.widgets.icon import draw_icon
from ui.widgets.ink import Block, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.touchable import Touchable

_LONGEST_WORD_EM = 8


class BigCard(Touchable):
    """Title in large type, a quiet line below, an icon above if there is one."""

    def __init__(
        self, title: str, detail: str = "", *, icon: str = "", tag: str, detail_role: Role = "body"
    ) -> None:
        self._detail = detail
        self._icon = icon
        self._detail_role: Role = detail_role
        super().__init__(title, tag)
        self.setAccessibleDescription(detail)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = round(22 * current_theme().pixels("body"))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        word = max(
            widest_word(self.text(), self._style(title=True)),
            widest_word(self._detail, self._style(title=False)),
        )
        word = min(word, _LONGEST_WORD_EM * theme.pixels("title"))
        return QSize(word + 2 * self._edge(), theme.touch())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        words = self._words_height(width - 2 * self._edge())
        return max(words + 2 * current_theme().space(1), current_theme().touch())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current_theme()
        draw_card_frame(painter, self)
        width = self.width() - 2 * self._edge()
        y = (self.height() - self._words_height(width)) / 2
        if self._icon:
            size = self._icon_size()
            right = self.layoutDirection() == self.layoutDirection().RightToLeft
            x = self.width() - self._edge() - size if right else self._edge()
            box = QRectF(x, y, size, size)
            draw_icon(
                painter, self._icon, box, theme.colour("primary"), mirrored=self.isRightToLeft()
            )
            y += size + theme.space(2)
        for laid, colour in self._blocks(width):
            box = QRectF(self._edge(), y, width, laid.height)
            laid.draw(painter, box, theme.colour(colour), start_side(self))
            y += laid.height
        self.draw_focus(painter, 16)
        painter.end()

    def _blocks(self, width: int) -> list[tuple[Block, str]]:
        blocks = [(block(self.text(), self._style(title=True), width), "ink")]
        if self._detail:
            blocks.append((block(self._detail, self._style(title=False), width), "quiet"))
        return blocks

    def _words_height(self, width: int) -> int:
        icon = self._icon_size() + current_theme().space(2) if self._icon else 0
        return icon + sum(laid.height for laid, _colour in self._blocks(width))

    def _style(self, *, title: bool) -> Style:
        role: Role = "title" if title else self._detail_role
        return Style(current_theme(), role, self._tag, bold=title)

    def _icon_size(self) -> int:
        return round(1.4 * current_theme().pixels("title")) if self._icon else 0

    def _edge(self) -> int:
        return current_theme().space(4)
