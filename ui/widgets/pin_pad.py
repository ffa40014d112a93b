"""Ten digits for a PIN. What was typed is shown as dots, and said as a count."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.button import TouchButton

_WIDE = 340
_DOT = 18


class Dots(QWidget):
    """As many filled dots as digits were typed, and empty ones up to the fewest that are needed."""

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._typed = least, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_count(self, typed: int, spoken: str) -> None:
        self._typed = typed
        self.setAccessibleName(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(12 * _DOT, 2 * _DOT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        count = max(self._least, self._typed)
        step = min(_DOT * 1.9, self.width() / count)
        start = (self.width() - step * (count - 1)) / 2
        painter.setPen(QPen(theme.colour("primary"), 2))
        for at in range(count):
            painter.setBrush(theme.colour("primary" if at < self._typed else "card"))
            painter.drawEllipse(QPointF(start + at * step, self.height() / 2), _DOT / 2, _DOT / 2)
        painter.end()


class PinPad(QWidget):
    """The digits in the order of a telephone, in every language from left to right."""

    changed = Signal(int)  # how many digits stand there
    entered = Signal()

    def __init__(self, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most, self._digits = least, most, ""
        self._usable = True
        self._spoken = "{count}"
        self.setFixedWidth(round(_WIDE * (1 + current_theme().scale) / 2))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.dots = Dots(least)
        self._keys = {digit: TouchButton(digit, "plain") for digit in "1234567890"}
        self._rub_out = TouchButton("", "quiet", icon="delete")
        self.enter_button = TouchButton("", "primary", icon="enter")
        self._lay_out()
        for digit, key in self._keys.items():
            key.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a touch, Return still means enter
            key.clicked.connect(lambda _on=False, digit=digit: self.type_digit(digit))
        self._rub_out.clicked.connect(self.rub_out)
        self.enter_button.clicked.connect(self.enter)
        self._tell()

    def _lay_out(self) -> None:
        keys = QWidget()
        keys.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid = QGridLayout(keys)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(current_theme().space(1))
        for at, digit in enumerate("123456789"):
            grid.addWidget(self._keys[digit], at // 3, at % 3)
        grid.addWidget(self._rub_out, 3, 0)
        grid.addWidget(self._keys["0"], 3, 1)
        grid.addWidget(self.enter_button, 3, 2)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(current_theme().space(1.5))
        rows.addWidget(self.dots)
        rows.addWidget(keys)

    def set_words(self, *, typed: str, digit: str, rub_out: str, enter: str) -> None:
        """The sentences for a screen reader; ``typed`` has {count}, ``digit`` has {digit}."""
        self._spoken = typed
        for name, key in self._keys.items():
            key.setAccessibleName(digit.format(digit=name))
        self._rub_out.setAccessibleName(rub_out)
        self.enter_button.setAccessibleName(enter)
        self._tell()

    @property
    def digits(self) -> str:
        """What was typed, in Latin digits."""
        return self._digits

    def type_digit(self, digit: str) -> None:
        """One more digit; those beyond the longest PIN are not taken."""
        if self._usable and len(self._digits) < self._most:
            self._digits += digit
            self._tell()

    def rub_out(self) -> None:
        """Takes the last digit away."""
        self._digits = self._digits[:-1]
        self._tell()

    def enter(self) -> None:
        """Says that the PIN is complete, if it may be."""
        if self._usable and len(self._digits) >= self._least:
            self.entered.emit()

    def clear(self) -> None:
        """Nothing of what was typed remains."""
        self._digits = ""
        self._tell()

    def set_usable(self, usable: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """While a wait runs, no digit is taken; the focus stays where it is."""
        self._usable = usable
        for key in (*self._keys.values(), self._rub_out):
            key.setEnabled(usable)
        self._tell()

    def _tell(self) -> None:
        count = len(self._digits)
        self.dots.show_count(count, self._spoken.format(count=count))
        self.setAccessibleName(self.dots.accessibleName())
        self.enter_button.setEnabled(self._usable and count >= self._least)
        self.changed.emit(count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = unicodedata.digit(event.text(), -1) if len(event.text()) == 1 else -1
        if digit >= 0:
            self.type_digit(str(digit))
        elif event.key() == Qt.Key.Key_Backspace:
            self.rub_out()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.enter()
        else:
            super().keyPressEvent(event)
