"""What is laid over the window: languages, sizes, help, and whether somebody is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.translate import Speaker

if TYPE_CHECKING:
    from ui.frame.overlay import IdleOverlay, Overlay


class Layers(QObject):
    """One of them at a time; the warning comes over all others."""

    language_chosen = Signal(str)
    size_chosen = Signal(float)
    stayed = Signal()
    left = Signal()
    closed = Signal()  # languages, sizes or help

    def __init__(self, window: QWidget, speaker: Speaker) -> None:
        super().__init__(window)
        self._window = window
        self._speaker = speaker
        self._overlay: Overlay | None = None
        self._idle: IdleOverlay | None = None

    def ask_language(self, languages: tuple[str, ...]) -> None:
        """Which of these languages?"""
        from ui.frame.overlay import LanguageOverlay  # noqa: PLC0415 - once it is asked for

        overlay = LanguageOverlay(self._window, self._speaker, languages)
        overlay.chose.connect(self.language_chosen)
        self._lay_over(overlay)

    def ask_size(self) -> None:
        """Which size of text?"""
        from ui.frame.overlay import SizeOverlay  # noqa: PLC0415 - once it is asked for
        from ui.theme import SCALES  # noqa: PLC0415

        overlay = SizeOverlay(self._window, self._speaker, SCALES)
        overlay.chose.connect(self.size_chosen)
        self._lay_over(overlay)

    def ask_help(self) -> None:
        """How this kiosk is used."""
        from ui.frame.overlay import HelpOverlay  # noqa: PLC0415 - once it is asked for

        self._lay_over(HelpOverlay(self._window, self._speaker))

    def _lay_over(self, overlay: Overlay) -> None:
        self.close()
        self._overlay = overlay
        overlay.closed.connect(self._on_overlay_closed)
        overlay.open()

    def _on_overlay_closed(self) -> None:
        self._overlay = None
        self.closed.emit()

    def warn(self, seconds: int) -> None:
        """Are you still there? Shown, or counted on, over whatever is shown."""
        if self._idle is None:
            from ui.frame.overlay import IdleOverlay  # noqa: PLC0415 - once somebody has gone

            self._idle = IdleOverlay(self._window, self._speaker)
            self._idle.stayed.connect(self.stayed)
            self._idle.left.connect(self.left)
            self._idle.closed.connect(self._on_idle_closed)
            self._idle.open()
        self._idle.count(seconds)

    def calm(self) -> None:
        """Somebody is there."""
        if self._idle is not None:
            self._idle.close_now()

    def _on_idle_closed(self) -> None:
        self._idle = None

    @property
    def uppermost(self) -> Overlay | None:
        """What lies over everything now."""
        return self._idle or self._overlay

    def close(self) -> None:
        """Takes away whatever is laid over."""
        for overlay in (self._idle, self._overlay):
            if overlay is not None:
                overlay.close_now()
