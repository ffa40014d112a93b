"""Hands that touch the real screens: fingers on widgets, keys of the panel, a scanner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from ui.keyboard.layout import SHIFT
from ui.keyboard.pages import TO_LATIN, TO_LETTERS, TO_MORE, TO_OWN
from ui.keyboard.panel import Panel
from ui.widgets.scroll import ScrollColumn
from ui.window import Window

PATIENCE_MS = 60_000
_LOOK_MS = 5
_ROUNDS = 6
_TURNS = (TO_LETTERS, TO_OWN, TO_MORE, TO_LETTERS, TO_LATIN, TO_MORE, TO_LETTERS, TO_OWN)


class TourError(Exception):
    """The tour cannot go on: something that ought to be there is not."""


def plain(text: str) -> str:
    """Without the signs that keep a name in its own direction within a sentence."""
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069")))


def settle() -> None:
    """Until what was changed is laid out."""
    for _ in range(_ROUNDS):
        QTest.qWait(0)


class Hands:
    """Touches, types, scans, and waits for what must come."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._device = QTest.createTouchDevice()

    def wait(self, for_what: str, come: Callable[[], bool]) -> None:
        """Until it has come; TourError when it does not."""
        until = QDeadlineTimer(PATIENCE_MS)
        while not come():
            if until.hasExpired():
                raise TourError(f"waited in vain for {for_what}")
            QTest.qWait(_LOOK_MS)

    def touch(self, widget: QWidget) -> None:
        """One finger, down and up, in the middle of the widget."""
        settle()
        self._bring_into_view(widget)
        if not widget.isVisible() or not widget.isEnabled():
            raise TourError(f"cannot be touched: {widget.accessibleName() or widget!r}")
        middle = widget.rect().center()
        at = widget.mapTo(self._window, middle)
        if not self._window.rect().contains(at):
            raise TourError(f"outside of the window: {widget.accessibleName() or widget!r}")
        self._tap(at)

    def tap_now(self, widget: QWidget) -> None:
        """One finger, without waiting for anything before: for measuring how long it takes."""
        self._tap(widget.mapTo(self._window, widget.rect().center()))

    def touch_named(self, name: str) -> None:
        """The widget with that object name."""
        found = next((w for w in self._window.findChildren(QWidget, name) if w.isVisible()), None)
        if found is None:
            raise TourError(f"nothing here is called {name}")
        self.touch(found)

    def touch_button(self, text: str) -> None:
        """The button that says, or is read out as, that; once it is there."""
        self.wait_for_button(text)
        button = self._button(text)
        if button is not None:
            self.touch(button)

    def wait_for_button(self, text: str) -> None:
        """Until a button says that: the page has been read then."""
        self.wait(f"a button that says {text!r}", lambda: self._button(text) is not None)

    def _button(self, text: str) -> QAbstractButton | None:
        return next(
            (
                button
                for button in self._window.findChildren(QAbstractButton)
                if button.isVisible()
                and text in map(plain, (button.text(), button.accessibleName()))
            ),
            None,
        )

    def type(self, text: str) -> None:
        """On the keyboard of the screen, key by key, page by page."""
        panel = self._window.panel
        rest = text
        while rest:
            token = self._find_key(panel, rest)
            if rest[0].isupper() and panel.key(token).face == token.lower():
                self.touch(panel.key(SHIFT))
            self.touch(panel.key(token))
            rest = rest[len(token) :]

    def written(self) -> str:
        """What stands in the field with the focus."""
        focused = self._window.focusWidget()
        if isinstance(focused, QLineEdit):
            return focused.text()
        return focused.toPlainText() if isinstance(focused, QPlainTextEdit) else ""

    def scan(self, text: str) -> None:
        """A scanner that types its text and Return."""
        target = self._window.focusWidget() or self._window
        QTest.keyClicks(target, text)
        QTest.keyClick(self._window.focusWidget() or self._window, Qt.Key.Key_Return)

    def _tap(self, at: QPoint) -> None:
        QTest.touchEvent(self._window, self._device).press(0, at, self._window).commit()
        QTest.touchEvent(self._window, self._device).release(0, at, self._window).commit()

    def _bring_into_view(self, widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, ScrollColumn):
                parent.show_widget(widget)
                settle()
            parent = parent.parentWidget()

    @staticmethod
    def _longest_key(panel: Panel, rest: str) -> str | None:
        shown = panel.keys()
        tokens = (key.token for key in shown if not key.token.startswith("{"))
        fitting = [
            token
            for token in tokens
            if rest.startswith(token) or rest.lower().startswith(token.lower())
        ]
        return max(fitting, key=len, default=None)

    def _find_key(self, panel: Panel, rest: str) -> str:
        """The key for what comes next, on this page or, turning pages, on another."""
        for turn in ("", *_TURNS):
            here = [key for key in panel.keys() if key.token == turn]  # noqa: SIM118 - a method of ours
            for key in here:
                self.touch(key)
            token = self._longest_key(panel, rest)
            if token is not None:
                return token
        raise TourError(f"the keyboard cannot write {rest[0]!r}")
