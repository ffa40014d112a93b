"""A strip that says in a sentence what needs a hand, with the button that helps."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.icon import draw_icon
from ui.widgets.label import Label
from ui.widgets.pens import draw_frame

StripKind = Literal["danger", "neutral"]

_TEXT_EM = 18


class Mark(QWidget):
    """A small icon that stands beside a sentence."""

    def __init__(self, icon: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._colour = colour
        size = round(current_theme().pixels("lead") * 1.15)
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = current_theme().colour(self._colour)
        draw_icon(painter, self._icon, QRectF(self.rect()), colour, mirrored=self.isRightToLeft())
        painter.end()


class Strip(QWidget):
    """A red or neutral strip: icon, sentence, and a button if there is something to do."""

    acted = Signal()

    def __init__(
        self,
        text: str,
        kind: StripKind = "neutral",
        action_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        theme = current_theme()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        edge, gap = theme.space(3), theme.space(2)
        self._row.setContentsMargins(edge, gap, edge, gap)
        self._row.setSpacing(gap)
        danger = kind == "danger"
        words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words.setSpacing(gap)
        words.addWidget(Mark("warning" if danger else "info", "danger" if danger else "primary"))
        self._label = Label(text)
        words.addWidget(self._label, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._button = TouchButton(action_text, "plain")
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        self._button.clicked.connect(self.acted)
        self._row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._button.setVisible(bool(action_text))  # not before: it would be a window of its own

    def set_text(self, text: str, action_text: str = "") -> None:
        """Another sentence; without ``action_text`` there is no button."""
        self._label.set_text(text)
        self._button.set_text(action_text)
        self._button.setVisible(bool(action_text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button beside the sentence, or below it where that would be a narrow column."""
        super().resizeEvent(event)
        room = self.width() - self._button.sizeHint().width()
        beside = self._button.isHidden() or room >= _TEXT_EM * current_theme().pixels("body")
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line = ("tint", "line")
        if self._kind == "danger":
            fill, line = "danger_ground", "danger_line"
        draw_frame(painter, QRectF(self.rect()), fill=fill, line=line, radius=20, thick=1.5)
        painter.end()
