"""The window: header, one screen at a time, footer, keyboard; and what is laid over them.

It knows nothing of visitors. It says what was touched, and the host decides.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QStackedWidget, QVBoxLayout

from ui.frame.layers import Layers
from ui.screens.screen import Notice, Screen
from ui.translate import Speaker
from ui.widgets.ink import forget_blocks
from ui.widgets.surface import Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.frame.footer import Footer
    from ui.frame.header import Header
    from ui.frame.overlay import Overlay
    from ui.frame.telling import Telling
    from ui.frame.watch import Watch
    from ui.keyboard.panel import Panel


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Window(Surface):
    """Full-screen. A visitor cannot close it."""

    touched = Signal()
    language_chosen = Signal(str)
    size_chosen = Signal(float)
    staff_asked = Signal()
    scanned = Signal(str)
    stayed = Signal()
    left = Signal()

    def __init__(self, speaker: Speaker, now_ms: Callable[[], int] = monotonic_ms) -> None:
        super().__init__("ground")
        self._speaker = speaker
        self._now_ms = now_ms
        self.may_close = False
        self.scans = False  # whether a slip may be scanned here and now
        self.languages: tuple[str, ...] = tuple(speaker.languages)  # those on offer
        self._laid: tuple[str, str] | None = None
        self._header: Header | None = None
        self._footer: Footer | None = None
        self._stack = QStackedWidget()
        self._telling: Telling | None = None
        self._panel: Panel | None = None
        self._watch: Watch | None = None
        self._screen: Screen | None = None
        self.layers = Layers(self, speaker)
        self._turn()
        self._lay_out()
        self._connect()

    def settle(self) -> None:
        """From now on it looks at what is touched, typed and scanned, whatever has the focus.

        Call it once, after the first picture: of every object that Qt made for itself and that
        has an event, PySide must then find the kind, and reads all classes of Qt for that.
        """
        from ui.frame.watch import Watch  # noqa: PLC0415 - nobody touches it before it is seen

        self._watch = Watch(self, self._now_ms)
        self._watch.touched.connect(self.touched)
        self._watch.scanned.connect(self._on_slip)
        QTimer.singleShot(0, self, self.make_panel)

    def _turn(self) -> None:
        """Lays everything out from the side where the language begins."""
        if self._speaker.right_to_left != self.isRightToLeft():
            self.setLayoutDirection(self._speaker.direction)

    def _lay_out(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen has its size
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.layers.language_chosen.connect(self.language_chosen)
        self.layers.size_chosen.connect(self.size_chosen)
        for over in (self.layers.closed, self.layers.language_chosen, self.layers.size_chosen):
            over.connect(self.come_back)
        self.layers.stayed.connect(self.stayed)
        self.layers.left.connect(self.left)

    # what is made when it is first needed: the first screen has nothing around it

    @property
    def header(self) -> Header:
        """Whose event it is, and the tools that are the same on every screen."""
        return self._header or self._make_header()

    def _make_header(self) -> Header:
        from ui.frame.header import Header  # noqa: PLC0415

        header = self._header = Header(self._speaker)
        header.hide()
        header.language_asked.connect(self.ask_language)
        header.size_asked.connect(self.ask_size)
        header.help_asked.connect(self.ask_help)
        header.staff_asked.connect(self.staff_asked)
        self._column.insertWidget(0, header)
        return header

    @property
    def footer(self) -> Footer:
        """The buttons that lead on and back."""
        return self._footer or self._make_footer()

    def _make_footer(self) -> Footer:
        from ui.frame.footer import Footer  # noqa: PLC0415

        footer = self._footer = Footer(self._speaker)
        footer.hide()
        footer.went_back.connect(self._on_back)
        footer.went_on.connect(self._on_next)
        footer.skipped.connect(self._on_skip)
        self._column.insertWidget(self._column.indexOf(self._stack) + 1, footer)
        return footer

    @property
    def panel(self) -> Panel:
        """The keyboard."""
        return self._panel or self.make_panel()

    def make_panel(self) -> Panel:
        """Makes the keyboard ready, if it is not."""
        from ui.keyboard.panel import Panel  # noqa: PLC0415 - no first screen needs it

        if self._panel is None:
            self._panel = Panel(self._speaker, parent=self)
            self._panel.hide()
            self._panel.next_pressed.connect(self._on_next)
            self._column.addWidget(self._panel)
        return self._panel

    # screens

    @property
    def screen_shown(self) -> Screen | None:
        return self._screen

    def show_screen(self, screen: Screen) -> None:
        """Shows this screen and drops the one before, with everything that stood in it."""
        before = self._screen
        self._screen = screen
        screen.changed.connect(self._refresh)
        screen.told.connect(self.tell)
        self._stack.addWidget(screen)
        self._stack.setCurrentWidget(screen)
        if before is not None:
            self._drop(before)
        self._clear_keys()
        screen.enter()
        self._refresh()

    def _drop(self, screen: Screen) -> None:
        screen.changed.disconnect(self._refresh)
        screen.leave()
        screen.forget()
        self._stack.removeWidget(screen)
        screen.hide()
        screen.setParent(None)
        screen.deleteLater()

    def say_again(self) -> None:
        """The language or the size of text is another."""
        self._turn()
        if self._header is not None:
            self._header.say_again()
        if self._screen is not None:
            self._screen.say_again()
        self._refresh()

    def forget(self) -> None:
        """Nothing of a visitor remains in the window, the keyboard or the clipboard."""
        self.close_overlays()
        self.hush()
        self._clear_keys()
        if self._watch is not None:
            self._watch.forget()
        forget_blocks()
        QApplication.clipboard().clear()

    def _clear_keys(self) -> None:
        if self._panel is not None:
            self._panel.forget()

    def _refresh(self) -> None:
        screen = self._screen
        if screen is None:
            return
        wanted = screen.keyboard()
        if wanted is not None and wanted != self._laid:
            self.panel.set_layout(*wanted)
            self._laid = wanted
        if self._panel is not None:
            self._panel.setVisible(wanted is not None)
        if screen.shows_header or self._header is not None:
            self.header.setVisible(screen.shows_header)
        if screen.shows_footer or self._footer is not None:
            self.footer.setVisible(screen.shows_footer and wanted is None)
            self.footer.show_for(screen)
        self._make_room()
        QTimer.singleShot(0, self, self._make_room)  # once more, when all has been laid out

    def _make_room(self) -> None:
        """Large type on a low screen: question and keyboard come first."""
        if self._screen is None or not self._screen.shows_header:
            return
        typing = self._screen.keyboard() is not None
        self.header.show()
        self.header.set_close(False)
        if self.overflow() > 0:
            self.header.set_close(True)
        if typing and self.overflow() > 0:
            self.header.hide()

    def _on_back(self) -> None:
        if self._screen is not None and not self._screen.waiting:
            self._screen.on_back()

    def _on_next(self) -> None:
        if self._screen is not None and not self._screen.waiting:
            self._screen.on_next()

    def _on_skip(self) -> None:
        if self._screen is not None and not self._screen.waiting:
            self._screen.on_skip()

    def overflow(self) -> int:
        """By how many px the screen is higher than the room between header and keyboard."""
        whole = self.layout()
        inner = self._screen.layout() if self._screen is not None else None
        if whole is None or inner is None:
            return 0
        for part in (self.header.layout(), self.footer.layout(), whole):
            if part is not None:
                part.activate()
        least = inner.totalMinimumHeightForWidth(self.width())
        return max(0, least - self._stack.height())

    def _on_slip(self, slip: str) -> None:
        """Whoever is on the screen keeps what they typed, unless a slip is wanted there."""
        screen = self._screen
        if screen is not None and not screen.waiting and screen.on_slip(slip):
            return
        if self.scans:
            self.scanned.emit(slip)
        else:
            self.tell(Notice(self._speaker.say("scan.finish_first")))

    # notices

    def tell(self, notice: Notice) -> None:
        """A calm strip under the header; a grave one stays until somebody closes it."""
        if self._telling is None:
            from ui.frame.telling import Telling  # noqa: PLC0415 - once there is something to tell

            self._telling = Telling(self._speaker, self)
            self._column.insertWidget(self._column.indexOf(self._stack), self._telling)
        self._telling.tell(notice)

    def hush(self) -> None:
        """Takes the strip away."""
        if self._telling is not None:
            self._telling.hush()

    # what is laid over

    def ask_language(self) -> None:
        self.layers.ask_language(self.languages)

    def ask_size(self) -> None:
        self.layers.ask_size()

    def ask_help(self) -> None:
        self.layers.ask_help()

    def warn(self, seconds: int) -> None:
        """Are you still there? Shown, or counted on, over whatever is shown."""
        self.layers.warn(seconds)

    def calm(self) -> None:
        """Somebody is there."""
        self.layers.calm()

    @property
    def overlaid(self) -> Overlay | None:
        return self.layers.uppermost

    def close_overlays(self) -> None:
        self.layers.close()

    def come_back(self) -> None:
        """Whoever types goes on where they were: the header's tools do not keep the focus."""
        screen, focused = self._screen, self.focusWidget()
        if screen is not None and not (focused is not None and screen.isAncestorOf(focused)):
            screen.take_focus()

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close:
            event.accept()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()
