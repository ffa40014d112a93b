"""What is laid over a screen for a moment: one card on a dimmed ground, one thing to decide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.language import Tag
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn
from ui.widgets.surface import Card

_DIM = 150  # of 255
_WIDEST_PX = 960


class Overlay(QWidget):
    """Covers its parent until ``closed``. The keyboard's focus stays inside; Escape closes it."""

    closed = Signal()

    def __init__(self, over: QWidget, speaker: Speaker) -> None:
        super().__init__(over)
        self.speaker = speaker
        self._before: QWidget | None = over.window().focusWidget()
        self._closing = False
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        space = current_theme().space
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(space(2))
        card = Card()
        card.setMaximumWidth(max(_WIDEST_PX, round(over.width() * 0.72)))
        edge = space(4)
        card.column.setContentsMargins(edge, edge, edge, edge)
        card.column.addWidget(ScrollColumn(self.body))
        middle = QVBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(edge, space(2), edge, space(2))
        row.addStretch(1)
        row.addLayout(middle, 100)
        row.addStretch(1)
        over.installEventFilter(self)

    def open(self) -> None:
        """Shows it over the whole of its parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.take_focus()

    def take_focus(self) -> None:
        first = self.findChild(QAbstractButton)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_now(self) -> None:
        """Takes itself away, and gives the focus back to where it was."""
        before, self._before = self._before, None
        self._closing = True
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def add_close(self, text: str) -> TouchButton:
        """A button at the bottom that closes it."""
        button = TouchButton(text, "plain", icon="close", tag=self.speaker.tag)
        button.clicked.connect(self.close_now)
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self.setGeometry(watched.rect())
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's own
        buttons = [one for one in self.findChildren(QAbstractButton) if one.isVisible()]
        if self._closing or not buttons:
            return super().focusNextPrevChild(forward)
        focused = self.window().focusWidget()
        at = buttons.index(focused) if focused in buttons else -1
        step = 1 if forward else -1
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()

    def mousePressEvent(self, event: QEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        dim = QColor(current_theme().colour("ink"))
        if dim.lightness() > 128:
            dim = QColor("black")
        dim.setAlpha(_DIM)
        painter.fillRect(self.rect(), dim)
        painter.end()


class LanguageOverlay(Overlay):
    """Every language by its native name; the one of the moment is the chosen one."""

    chose = Signal(str)

    def __init__(self, over: QWidget, speaker: Speaker, tags: Sequence[str]) -> None:
        super().__init__(over, speaker)
        title = Label(speaker.say("choose_language.title"), "title", bold=True, tag=speaker.tag)
        self.column.addWidget(title)
        cards = [self._card(tag) for tag in tags]
        self.column.addWidget(CardGrid(cards, columns=(1, 2)))
        self.add_close(speaker.say("nav.close"))

    def _card(self, tag: str) -> ChoiceCard:
        language = self.speaker.languages[Tag(tag)]
        card = ChoiceCard(language.native, language.choose, tag=tag)
        card.setChecked(tag == self.speaker.tag)
        card.clicked.connect(lambda: self._on_clicked(tag))
        return card

    def _on_clicked(self, tag: str) -> None:
        self.close_now()
        self.chose.emit(tag)


class SizeOverlay(Overlay):
    """The sizes of text, by percent."""

    chose = Signal(float)

    def __init__(self, over: QWidget, speaker: Speaker, scales: tuple[float, ...]) -> None:
        super().__init__(over, speaker)
        title = Label(speaker.say("text_size.title"), "title", bold=True, tag=speaker.tag)
        self.column.addWidget(title)
        cards = [self._card(scale) for scale in scales]
        self.column.addWidget(CardGrid(cards, columns=(1, 2)))
        self.add_close(speaker.say("nav.close"))

    def _card(self, scale: float) -> ChoiceCard:
        percent = self.speaker.say("text_size.percent", percent=round(scale * 100))
        card = ChoiceCard(f"{self.speaker.language.sample_letter}  {percent}")
        card.setChecked(scale == current_theme().scale)
        card.clicked.connect(lambda: self._on_clicked(scale))
        return card

    def _on_clicked(self, scale: float) -> None:
        self.close_now()
        self.chose.emit(scale)


class HelpOverlay(Overlay):
    """How to call the staff, in words."""

    def __init__(self, over: QWidget, speaker: Speaker) -> None:
        super().__init__(over, speaker)
        say, tag = speaker.say, speaker.tag
        self.column.addWidget(Label(say("help.title"), "title", bold=True, tag=tag))
        for sentence in (say("help.body"), say("help.reading"), say("help.privacy")):
            self.column.addWidget(Label(sentence, "body", tag=tag))
        self.add_close(say("nav.close"))


class IdleOverlay(Overlay):
    """Are you still there? A countdown, a big button to stay, a small one to leave at once."""

    stayed = Signal()
    left = Signal()

    def __init__(self, over: QWidget, speaker: Speaker) -> None:
        super().__init__(over, speaker)
        say, tag = speaker.say, speaker.tag
        self.column.addWidget(Label(say("idle.title"), "title", bold=True, tag=tag, centred=True))
        self.column.addWidget(Label(say("idle.body"), "body", tag=tag, centred=True))
        self._seconds = Label("", "title", bold=True, colour="primary", tag=tag, centred=True)
        self.column.addWidget(self._seconds)
        self._stay = TouchButton(say("idle.stay"), "primary", tag=tag)
        self._stay.setMinimumHeight(round(1.5 * current_theme().touch()))
        self._stay.clicked.connect(self._on_stayed)
        self.column.addWidget(self._stay)
        leave = TouchButton(say("idle.leave"), "quiet", tag=tag)
        leave.clicked.connect(self._on_left)
        self.column.addWidget(leave)

    def count(self, seconds: int) -> None:
        """So many seconds are left."""
        self._seconds.set_text(self.speaker.say("idle.seconds", seconds=seconds))

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        """Any key means that somebody is there."""
        self._on_stayed()

    def _on_stayed(self) -> None:
        self.close_now()
        self.stayed.emit()

    def _on_left(self) -> None:
        self.close_now()
        self.left.emit()
