"""Counts as bars: columns for the hours, rows for groups. Each says itself to a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme, current_theme
from ui.widgets.ink import Block, Style, block
from ui.widgets.label import start_side

_CORNER = 6.0
_LABEL_SHARE = 0.46  # of a row's width, at most


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands beside it, how long it is, and how it is said aloud."""

    label: str
    count: int
    spoken: str


class _Bars(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._tag = "en"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_bars(self, bars: Sequence[Bar], title: str, tag: str) -> None:
        """Shows these bars, and says them to whoever cannot see them."""
        self._bars, self._tag = tuple(bars), tag
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(bar.spoken for bar in bars))
        self.updateGeometry()
        self.update()

    @property
    def _most(self) -> int:
        return max((bar.count for bar in self._bars), default=0) or 1

    def _style(self, *, bold: bool = False) -> Style:
        return Style(current_theme(), "small", self._tag, bold)

    def _block(self, text: str, width: float | None = None) -> Block:
        return block(text, self._style(), width)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            self.update()

    def _mirrored(self, rect: QRectF) -> QRectF:
        """The rectangle as seen in a mirror where the language runs from right to left."""
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            rect.moveLeft(self.width() - rect.right())
        return rect

    def _fill(self, painter: QPainter, theme: Theme, rect: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("primary"))
        painter.drawRoundedRect(rect, _CORNER, _CORNER)


class ColumnBars(_Bars):
    """Columns side by side, the count above each and the label below."""

    def sizeHint(self) -> QSize:
        line = self._block("0").height
        return QSize(
            max(len(self._bars), 6) * current_theme().space(5), line * 2 + current_theme().space(12)
        )

    def minimumSizeHint(self) -> QSize:
        line = self._block("0").height
        return QSize(160, line * 2 + 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        line = self._block("0").height
        step = self.width() / len(self._bars)
        room = self.height() - 2 * line
        for at, bar in enumerate(self._bars):
            tall = room * bar.count / self._most
            column = QRectF(at * step + step * 0.14, line + room - tall, step * 0.72, tall)
            if bar.count:
                self._fill(painter, theme, self._mirrored(QRectF(column)))
            self._write(painter, str(bar.count), at * step, step, column.top() - line, "ink")
            self._write(painter, bar.label, at * step, step, self.height() - line, "quiet")

    def _write(
        self, painter: QPainter, text: str, left: float, width: float, top: float, role: str
    ) -> None:
        words = self._block(text)
        rect = self._mirrored(QRectF(left, top, width, words.height))
        words.draw(painter, rect, current_theme().colour(role), "middle")


class RowBars(_Bars):
    """Rows below each other: the label at the start side, the bar, the count behind it."""

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > self.minimumWidth() else 420
        return QSize(420, sum(self._heights(width)))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def resizeEvent(self, _event: object) -> None:
        self.updateGeometry()

    def _label_width(self, width: int) -> float:
        widest = max((self._block(bar.label).width for bar in self._bars), default=0)
        return min(widest, width * _LABEL_SHARE)

    def _heights(self, width: int) -> list[int]:
        room = self._label_width(width)
        gap = current_theme().space(1)
        return [self._block(bar.label, room).height + gap for bar in self._bars]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        gap = theme.space(1)
        room = self._label_width(self.width())
        start = room + 2 * gap
        counts = max((self._block(str(bar.count)).width for bar in self._bars), default=0)
        longest = max(self.width() - start - counts - 2 * gap, 1)
        top = 0.0
        for bar, height in zip(self._bars, self._heights(self.width()), strict=True):
            long = longest * bar.count / self._most
            thick = min(height - gap, theme.space(2.75))
            middle = top + (height - thick) / 2
            self._write(painter, bar.label, room, QRectF(0, top, room, height), "ink")
            if bar.count:
                self._fill(painter, theme, self._mirrored(QRectF(start, middle, long, thick)))
            self._write(
                painter,
                str(bar.count),
                None,
                QRectF(start + long + gap, top, counts, height),
                "ink",
            )
            top += height

    def _write(
        self, painter: QPainter, text: str, width: float | None, rect: QRectF, role: str
    ) -> None:
        words = self._block(text, width)
        place = QRectF(
            rect.left(), rect.center().y() - words.height / 2, rect.width(), rect.height()
        )
        colour = current_theme().colour(role)
        words.draw(painter, self._mirrored(place), colour, start_side(self))
