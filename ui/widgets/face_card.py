"""Five faces, from bad to good: a rating that needs no reading."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.choice_card import draw_card_frame
from ui.widgets.ink import Block, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.touchable import Touchable

_RADIUS = 20


class FaceCard(Touchable):
    """One of five faces, 1 (bad) to 5 (good), with its words below, or beside where it is wide."""

    def __init__(
        self, level: int, text: str, *, tag: str | None = None, parent: QWidget | None = None
    ) -> None:
        self._level = level
        super().__init__(text, tag, parent)
        self.setCheckable(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = round(200 * (1 + current_theme().scale) / 2)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        word = widest_word(self.text(), self._style())
        return QSize(max(word, self._face_size()) + 2 * theme.space(1.5), theme.touch())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        if self._wide(width):
            words = self._block(self._words_room(width)).height
            return max(self._face_size(), words) + 2 * theme.space(1)
        words = self._block(self._words_room(width)).height
        return self._face_size() + words + theme.space(2) + 2 * theme.space(3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        draw_card_frame(painter, self)
        size, laid = self._face_size(), self._block(self._words_room(self.width()))
        if self._wide(self.width()):
            face = QRectF(theme.space(3), (self.height() - size) / 2, size, size)
            room = QRectF(face.right() + theme.space(2), 0, self._words_room(self.width()), 0)
            room.moveTop((self.height() - laid.height) / 2)
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                face.moveRight(self.width() - face.left())
                room.moveRight(face.left() - theme.space(2))
            laid.draw(painter, room, theme.colour("ink"), start_side(self))
        else:
            face = QRectF((self.width() - size) / 2, theme.space(3), size, size)
            room = QRectF(theme.space(1.5), face.bottom() + theme.space(2), 0, 0)
            room.setWidth(self._words_room(self.width()))
            laid.draw(painter, room, theme.colour("ink"), "middle")
        draw_face(painter, face, self._level, chosen=self.isChecked())
        self.draw_focus(painter, _RADIUS - 4)
        painter.end()

    def _wide(self, width: int) -> bool:
        return width > 2.4 * self._face_size() + 6 * current_theme().pixels("body")

    def _words_room(self, width: int) -> int:
        theme = current_theme()
        if self._wide(width):
            return width - self._face_size() - 2 * theme.space(3) - theme.space(2)
        return width - 2 * theme.space(1.5)

    def _face_size(self) -> int:
        return round(96 * (3 + current_theme().scale) / 4)  # words need the room more

    def _style(self) -> Style:
        return Style(current_theme(), "body", self._tag, bold=True)

    def _block(self, width: int) -> Block:
        return block(self.text(), self._style(), width)


_MOUTHS = {1: -0.20, 2: -0.10, 3: 0.0, 4: 0.12, 5: 0.24}  # how deep the curve is, in diameters


def draw_face(painter: QPainter, box: QRectF, level: int, *, chosen: bool) -> None:
    """A face of one of five moods; filled with the primary colour when chosen."""
    theme = current_theme()
    size = box.width()
    lines = theme.colour("on_primary" if chosen else "ink")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("primary"), 3))
    painter.setBrush(theme.colour("primary" if chosen else "warm"))
    painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(lines)
    for x in (0.34, 0.66):
        eye = QPointF(box.left() + size * x, box.top() + size * 0.38)
        painter.drawEllipse(eye, size * 0.055, size * 0.055)
    painter.strokePath(_mouth(box, level), _mouth_pen(lines, size))


def _mouth(box: QRectF, level: int) -> QPainterPath:
    size, depth = box.width(), _MOUTHS[level]
    half = 0.16 if level == 3 else 0.20
    y = box.top() + size * (0.66 - depth / 2)
    path = QPainterPath(QPointF(box.left() + size * (0.5 - half), y))
    path.quadTo(
        QPointF(box.left() + size / 2, y + size * depth * 1.6),
        QPointF(box.left() + size * (0.5 + half), y),
    )
    return path


def _mouth_pen(colour: QColor, size: float) -> QPen:
    pen = QPen(colour, size * 0.055)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen
