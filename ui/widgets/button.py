"""Buttons that a finger finds: at least 64 px high, as high as their words need."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Role, current_theme
from ui.widgets.icon import draw_icon
from ui.widgets.ink import Block, Side, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.pens import begin_with, draw_frame, pen_for
from ui.widgets.touchable import Touchable

Kind = Literal["primary", "plain", "quiet", "danger", "tool"]

_WIDEST_EM = 20
_RADIUS = 16


TOUCH_LEAST = 48  # px, whatever the page


class TouchButton(Touchable):
    """A button. ``icon`` names a file of ``resources/icons``; ``icon_last`` puts it at the end.

    Kinds: primary (the one thing to do), plain (outlined), quiet (words only), danger, tool
    (small type, for header and keyboard).
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "plain",
        *,
        icon: str = "",
        icon_last: bool = False,
        tag: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._kind: Kind = kind
        self._icon = icon
        self._icon_last = icon_last
        super().__init__(text, tag, parent)
        begin_with(self, self._ink())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(TOUCH_LEAST)  # an overfull page scrolls or overlaps; fingers stay

    def set_kind(self, kind: Kind) -> None:
        """Another look for the same button."""
        self._kind = kind
        begin_with(self, self._ink())
        self.updateGeometry()
        self.update()

    def set_icon(self, icon: str) -> None:
        """Another icon, or none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        widest = _WIDEST_EM * theme.pixels("body")
        words = min(self._block(None).width, widest)
        width = max(words + self._beside_words(), theme.touch())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        word = widest_word(self.text(), self._style())
        width = max(word + self._beside_words(), current_theme().touch())
        return QSize(width, current_theme().touch())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        words = self._block(max(width - self._beside_words(), 1)).height if self.text() else 0
        return max(theme.touch(), words + theme.space(2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, thick = self._frame()
        if fill:
            whole = QRectF(self.rect())
            draw_frame(painter, whole, fill=fill, line=line, radius=_RADIUS, thick=thick)
        self._draw_inside(painter, current_theme().colour(self._ink()))
        self.draw_focus(painter, _RADIUS - 4)
        painter.end()

    def _draw_inside(self, painter: QPainter, colour: QColor) -> None:
        laid = self._block(max(self.width() - self._beside_words(), 1))
        pen = pen_for(self, self._ink())
        icon, gap = self._icon_size(), self._gap()
        begin = (self.width() - laid.width - icon - gap) / 2
        words_at = begin + (0 if self._icon_last else icon + gap)
        words = QRectF(words_at, (self.height() - laid.height) / 2, laid.width, laid.height)
        laid.draw(painter, self._mirrored(words), pen, self._side(len(laid)))
        if self._icon:
            icon_at = begin + laid.width + gap if self._icon_last else begin
            box = QRectF(icon_at, (self.height() - icon) / 2, icon, icon)
            draw_icon(
                painter, self._icon, self._mirrored(box), colour, mirrored=self.isRightToLeft()
            )

    def _side(self, lines: int) -> Side:
        return "middle" if lines > 1 else start_side(self)

    def _mirrored(self, rect: QRectF) -> QRectF:
        if not self.isRightToLeft():
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())

    def _frame(self) -> tuple[str, str, float]:
        """Fill, line and thickness; no fill at all for a quiet button at rest."""
        down = self.isDown()
        if self._kind in {"primary", "danger"} and not self.isEnabled():
            return "warm", "line", 1
        look: dict[str, tuple[str, str, float]] = {
            "primary": ("pressed", "pressed", 1) if down else ("primary", "primary", 1),
            "danger": ("ink", "ink", 1) if down else ("danger", "danger", 1),
            "plain": ("tint" if down else "card", "primary" if self.isEnabled() else "line", 2),
            "tool": ("tint" if down else "card", "primary" if down else "edge", 1.5),
            "quiet": ("tint" if down else "", "tint", 1),
        }
        return look[self._kind]

    def _ink(self) -> str:
        if not self.isEnabled():
            return "quiet"
        inks = {"primary": "on_primary", "danger": "on_danger", "tool": "ink"}
        if self.isDown() and self._kind == "danger":
            return "card"
        return inks.get(self._kind, "primary")

    def _style(self) -> Style:
        role: Role = "small" if self._kind == "tool" else "body"
        return Style(current_theme(), role, self._tag, bold=self._kind != "tool")

    def _block(self, width: int | None) -> Block:
        return block(self.text(), self._style(), width)

    def _icon_size(self) -> int:
        return round(current_theme().pixels("body") * 1.2) if self._icon else 0

    def _gap(self) -> int:
        return current_theme().space(1) if self._icon and self.text() else 0

    def _beside_words(self) -> int:
        """Everything in the width that is not words: margins, icon, gap."""
        steps = {"tool": 2.0, "quiet": 1.5}.get(self._kind, 4.0)
        if not self.text():
            steps = 1.5
        return 2 * current_theme().space(steps) + self._icon_size() + self._gap()
