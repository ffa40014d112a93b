"""The bottom of every screen: back at the start side, progress in the middle, next at the end."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ui.screens.screen import Screen
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.progress import ProgressDots
from ui.widgets.surface import Surface

_MOST_DOTS = 16


class Footer(Surface):
    """Asks the screen what its buttons say."""

    went_back = Signal()
    skipped = Signal()
    went_on = Signal()

    def __init__(self, speaker: Speaker) -> None:
        super().__init__("card", line="top")
        self._speaker = speaker
        self.back = TouchButton("", "plain", icon="back")
        self.skip = TouchButton("", "quiet")
        self.next = TouchButton("", "primary", icon="next", icon_last=True)
        for button in (self.back, self.skip, self.next):
            policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            button.setSizePolicy(policy)
        self._progress: tuple[int, int] | None = None
        self._dots = ProgressDots(0)
        self._of = Label("", "small", quiet=True, wrap=False)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.back)
        self._row.addStretch(1)
        self._row.addWidget(self._dots)
        self._row.addWidget(self._of)
        self._row.addStretch(1)
        self._row.addWidget(self.skip)
        self._row.addWidget(self.next)
        self.back.clicked.connect(self.went_back)
        self.skip.clicked.connect(self.skipped)
        self.next.clicked.connect(self.went_on)

    def show_for(self, screen: Screen) -> None:
        """The words, and the progress, of this screen."""
        theme, tag = current_theme(), self._speaker.tag
        edge = theme.space(4)
        self._row.setContentsMargins(edge, theme.space(1.5) + 1, edge, theme.space(1.5))
        self._row.setSpacing(theme.space(2))
        for button, text in (
            (self.back, screen.back_text()),
            (self.skip, screen.skip_text()),
            (self.next, screen.next_text()),
        ):
            button.set_text(text, tag)
            button.setVisible(bool(text))
        waiting = screen.waiting
        if waiting and screen.next_text():
            self.next.set_text(self._speaker.say("nav.wait"), tag)
        self.next.set_icon("" if waiting else screen.next_icon())
        self._progress = screen.progress()
        self._show_progress(self._progress)

    def _show_progress(self, progress: tuple[int, int] | None) -> None:
        at, total = progress or (0, 0)
        self._dots.set_total(total)
        self._dots.set_at(at)
        text = self._speaker.say("nav.progress", at=at, total=total) if progress else ""
        self._of.set_text(text, self._speaker.tag)
        room = self.width() - self._taken()  # beside the sentence, which goes last
        dots = self._dots.sizeHint().width()
        self._dots.setVisible(0 < total <= _MOST_DOTS and room >= dots)
        self._of.setVisible(bool(text) and room >= 0)

    def _taken(self) -> int:
        """The width that buttons, gaps and the sentence of the progress need."""
        shown = [one for one in (self.back, self.skip, self.next, self._of) if one.text()]
        gaps = (len(shown) + 1) * self._row.spacing() + 2 * current_theme().space(4)
        return sum(one.sizeHint().width() for one in shown) + gaps

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._progress is not None:
            self._show_progress(self._progress)
