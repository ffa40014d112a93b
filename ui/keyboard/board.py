"""Rows of keys that fill their room: how high, how wide, and from which side."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from ui.keyboard.key import Key
from ui.keyboard.pages import LEFT, RIGHT
from ui.theme import current_theme

_KEY_HEIGHT, _LEAST_KEY_HEIGHT, _GAP = 60, 44, 8
_PAD_WIDTH = 720
_MOST_OF_WINDOW = 0.57
_WIDE_SCREEN = 1200


@dataclass(frozen=True, slots=True)
class Shape:
    """``least_rows`` keeps the height from page to page: a floor that moves makes people mistype.
    ``narrow`` is for number pads; the last row holds the tools.
    """

    least_rows: int = 1
    narrow: bool = False
    letters_mirrored: bool = False
    tools_mirrored: bool = False


class Board(QWidget):
    """Keys in rows. Never more than a good half of the window: the field stays above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[list[Key]] = []
        self._shape_now = Shape()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keys(self) -> list[Key]:
        """All keys of the page that is shown."""
        return [key for row in self.rows for key in row]

    def lay(self, rows: list[list[Key]], shape: Shape) -> None:
        """Shows these keys in the place of those that were there."""
        self.rows = rows
        self._shape_now = shape
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        rows = max(len(self.rows), self._shape_now.least_rows)
        return QSize(700, round(rows * (self._key_height(rows) + _GAP) + 3 * _GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(700, self.sizeHint().height())

    def _key_height(self, rows: int) -> float:
        wanted = _KEY_HEIGHT * (1 + current_theme().scale) / 2
        possible = (self.window().height() * _MOST_OF_WINDOW - 3 * _GAP) / rows - _GAP
        return wanted if self.isWindow() else max(min(wanted, possible), _LEAST_KEY_HEIGHT)

    def _place(self) -> None:
        if not self.rows:
            return
        whole = self._room()
        height = (whole.height() + _GAP) / len(self.rows)
        shape = self._shape_now
        for index, row in enumerate(self.rows):
            top = round(whole.top() + index * height)
            bottom = round(whole.top() + (index + 1) * height) - _GAP
            tools = index == len(self.rows) - 1
            mirrored = shape.tools_mirrored if tools else shape.letters_mirrored
            spread(row, QRect(whole.left(), top, whole.width(), bottom - top), mirrored=mirrored)

    def _room(self) -> QRect:
        side = 20 if self.width() >= _WIDE_SCREEN else 12
        width = self.width() - 2 * side
        if self._shape_now.narrow:
            width = min(width, round(_PAD_WIDTH * (1 + current_theme().scale) / 2))
        return QRect((self.width() - width) // 2, 2 * _GAP, width, self.height() - 3 * _GAP)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.updateGeometry()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_theme().colour("key_ground"))
        painter.end()


def spread(row: list[Key], place: QRect, *, mirrored: bool) -> None:
    """Fills the row's whole width with its keys by weight; arrows stay where they point."""
    unit = (place.width() - _GAP * (len(row) - 1)) / sum(key.weight for key in row)
    direction = Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight
    x = float(place.left())
    for key in _arrows_as_they_point(row) if mirrored else row:
        width = key.weight * unit
        rect = QRect(round(x), place.top(), round(x + width) - round(x), place.height())
        key.setGeometry(QStyle.visualRect(direction, place, rect))
        x += width + _GAP


def _arrows_as_they_point(row: list[Key]) -> list[Key]:
    swap = {LEFT: RIGHT, RIGHT: LEFT}
    by_token = {key.token: key for key in row}
    return [by_token.get(swap.get(key.token, ""), key) for key in row]
