"""How far one has come: dots for a journey, a bar for work that takes time."""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.label import Label


class ProgressDots(QWidget):
    """``total`` short bars; the first ``n`` are thick. Mirrored with the screen."""

    def __init__(self, total: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total = total
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_at(self, n: int) -> None:
        """Fills the first ``n`` bars."""
        self._at = n
        self.update()

    def set_total(self, total: int) -> None:
        """A journey of another length."""
        self._total = total
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        long, gap, high = self._measures()
        return QSize(max(self._total * (long + gap) - gap, 0), high)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._total * 10, self._measures()[2])

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        long, gap, high = self._measures()
        if self._total and self.width() < self.sizeHint().width():
            gap = max(gap // 2, 3)
            long = max((self.width() + gap) // self._total - gap, 4)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        for index in range(self._total):
            x = index * (long + gap)
            if self.isRightToLeft():
                x = self.width() - x - long
            done = index < self._at
            painter.setBrush(theme.colour("primary" if done else "edge"))
            thick = high if done else max(high / 3, 2.0)  # told by shape, not by colour alone
            bar = QRectF(x, (self.height() - thick) / 2, long, thick)
            painter.drawRoundedRect(bar, thick / 2, thick / 2)
        painter.end()

    def _measures(self) -> tuple[int, int, int]:
        theme = current_theme()
        return theme.space(4.25), theme.space(1.25), theme.space(1)


class Busy(QWidget):
    """Work that takes time: what is being done, how far it is, and a way to stop it."""

    cancelled = Signal()

    def __init__(self, text: str, cancel_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(current_theme().space(2))
        self._label = Label(text, "lead", bold=True, centred=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(text)
        self._button = TouchButton(cancel_text, "plain")
        self._button.clicked.connect(self.cancelled)
        column.addStretch(1)
        column.addWidget(self._label)
        column.addWidget(self._bar)
        column.addWidget(self._button, 0, QtCore.Qt.AlignmentFlag.AlignHCenter)
        self._button.setVisible(bool(cancel_text))  # not before: it would be a window of its own
        column.addStretch(1)

    def set_text(self, text: str, cancel_text: str = "") -> None:
        """The same work in other words."""
        self._label.set_text(text)
        self._bar.setAccessibleName(text)
        self._button.set_text(cancel_text)
        self._button.setVisible(bool(cancel_text))

    def set_progress(self, done: int, total: int) -> None:
        """``done`` of ``total``; a ``total`` of 0 means that nobody knows."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
