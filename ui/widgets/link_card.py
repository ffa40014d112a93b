"""A card that opens something: a name in bold, what is known of it below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.choice_card import draw_card_frame
from ui.widgets.icon import draw_icon
from ui.widgets.ink import Block, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.touchable import Touchable

_RADIUS = 16
_LONGEST_WORD_EM = 10


class LinkCard(Touchable):
    """The whole card is the target; an arrow at its end says that it leads on.

    ``tag`` is the language of the name, ``detail_tag`` that of the rest.
    """

    def __init__(
        self, title: str, detail: str = "", *, tag: str | None = None,
        detail_tag: str | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._detail, self._detail_tag = detail, detail_tag or tag or "en"
        super().__init__(title, tag, parent)
        self.setAccessibleDescription(detail)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = self._beside() + 18 * current_theme().pixels("body")
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        word = widest_word(self.text(), Style(theme, "body", self._tag, bold=True))
        word = min(word, _LONGEST_WORD_EM * theme.pixels("body"))
        return QSize(word + self._beside(), theme.touch())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        title, detail = self._blocks(width)
        words = title.height + (detail.height if self._detail else 0)
        return max(words + 2 * theme.space(1), theme.touch())

    def _blocks(self, width: int) -> tuple[Block, Block]:
        theme, room = current_theme(), max(width - self._beside(), 1)
        title = block(self.text(), Style(theme, "body", self._tag, bold=True), room)
        return title, block(self._detail, Style(theme, "small", self._detail_tag), room)

    def _beside(self) -> int:
        theme = current_theme()
        return 2 * theme.space(2.5) + self._arrow() + theme.space(1)

    def _arrow(self) -> int:
        return current_theme().pixels("body")

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        draw_card_frame(painter, self)
        title, detail = self._blocks(self.width())
        words = title.height + (detail.height if self._detail else 0)
        edge, room = theme.space(2.5), self.width() - self._beside()
        box = self._mirrored(QRectF(edge, (self.height() - words) / 2, room, title.height))
        title.draw(painter, box, theme.colour("ink"), start_side(self))
        if self._detail:
            below = box.translated(0, title.height)
            detail.draw(painter, below, theme.colour("quiet"), start_side(self))
        size = self._arrow()
        arrow = QRectF(self.width() - edge - size, (self.height() - size) / 2, size, size)
        colour = theme.colour("primary")
        draw_icon(painter, "next", self._mirrored(arrow), colour, mirrored=self.isRightToLeft())
        self.draw_focus(painter, _RADIUS)
        painter.end()

    def _mirrored(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())
