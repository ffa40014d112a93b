"""What is told to whoever stands there: a calm strip under the header."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.screens.screen import Notice
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.strip import Strip

NOTICE_MS = 15_000


class Telling(QWidget):
    """One notice at a time; it goes by itself, a grave one when somebody closes it."""

    def __init__(self, speaker: Speaker, parent: QWidget) -> None:
        super().__init__(parent)
        self._speaker = speaker
        self._strip: Strip | None = None
        self._column = QVBoxLayout(self)
        self._time = QTimer(self)
        self._time.setSingleShot(True)
        self._time.timeout.connect(self.hush)
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Shows a notice in place of the one before."""
        self.hush()
        close = self._speaker.say("nav.close")
        self._strip = Strip(notice.text, "danger" if notice.grave else "neutral", close)
        self._strip.acted.connect(self.hush)
        space = current_theme().space
        self._column.setContentsMargins(space(4), space(1), space(4), space(1))
        self._column.addWidget(self._strip)
        self.show()
        if not notice.grave:
            self._time.start(NOTICE_MS)

    def hush(self) -> None:
        """Takes the notice away."""
        self._time.stop()
        strip, self._strip = self._strip, None
        if strip is not None:
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self.hide()
