"""Cards side by side, in as many columns as their longest words allow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget

from ui.theme import current_theme


class GridLayout(QLayout):
    """Equal columns, the first of ``columns`` counts that fits; rows as high as their highest.

    Mirrored where people read from right to left.
    """

    def __init__(
        self, columns: Sequence[int], parent: QWidget | None = None, *, gap: float = 2
    ) -> None:
        super().__init__()
        self._steps = gap
        self._columns = tuple(sorted(columns, reverse=True))
        self._items: list[QLayoutItem] = []
        if parent is not None:
            parent.setLayout(self)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._row_heights(width)) + self._gap() * (self._rows(width) - 1)

    def sizeHint(self) -> QSize:
        count = min(self._columns[0], max(len(self._items), 1))
        widest = max((item.sizeHint().width() for item in self._items), default=0)
        width = widest * count + self._gap() * (count - 1)
        return QSize(width, self.heightForWidth(width) if self._items else 0)

    def minimumSize(self) -> QSize:
        fewest = self._columns[-1]
        width = self._widest_minimum() * fewest + self._gap() * (fewest - 1)
        return QSize(width, 0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        count, gap = self.columns_for(rect.width()), self._gap()
        cell = self._cell(rect.width())
        direction = self._direction()
        top = rect.top()
        for row, height in enumerate(self._row_heights(rect.width())):
            for column, item in enumerate(self._items[row * count : (row + 1) * count]):
                place = QRect(rect.left() + column * (cell + gap), top, cell, height)
                item.setGeometry(QStyle.visualRect(direction, rect, place))
            top += height + gap

    def columns_for(self, width: int) -> int:
        """How many columns stand side by side in this width."""
        gap, needed = self._gap(), self._widest_minimum()
        fitting = (n for n in self._columns if (width - gap * (n - 1)) // n >= needed)
        return next(fitting, self._columns[-1])

    def _direction(self) -> Qt.LayoutDirection:
        parent = self.parentWidget()
        return parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight

    def _gap(self) -> int:
        return current_theme().space(self._steps)

    def _cell(self, width: int) -> int:
        count = self.columns_for(width)
        return (width - self._gap() * (count - 1)) // count

    def _widest_minimum(self) -> int:
        return max((item.minimumSize().width() for item in self._items), default=0)

    def _rows(self, width: int) -> int:
        return -(-len(self._items) // self.columns_for(width))

    def _row_heights(self, width: int) -> list[int]:
        count, cell = self.columns_for(width), self._cell(width)
        heights = [_height(item, cell) for item in self._items]
        return [max(heights[at : at + count]) for at in range(0, len(heights), count)]


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return item.sizeHint().height()


class CardGrid(QWidget):
    """Cards in one to three columns by width; ``columns`` may name other counts."""

    def __init__(
        self, cards: Sequence[QWidget] = (), *, columns: Sequence[int] = (1, 2, 3),
        gap: float = 2, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.grid = GridLayout(columns, self, gap=gap)
        for card in cards:
            self.add(card)

    def add(self, card: QWidget) -> None:
        """Puts one more card at the end."""
        self.grid.addWidget(card)
        card.show()

    def clear(self) -> None:
        """Removes and deletes all cards."""
        while (item := self.grid.takeAt(0)) is not None:
            card = item.widget()
            if card is not None:
                card.setParent(None)
                card.deleteLater()
        self.updateGeometry()
