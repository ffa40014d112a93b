"""Looks at whatever is touched, typed and scanned in the window, whatever has the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.frame.scanner import Wedge

_TOUCHES = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})  # of a scanner's burst
_SHIFTS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock})
_BY_KEYS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.OtherFocusReason,
    }
)


class Watch(QObject):
    """Holds back keys that may begin a slip, and says when somebody was there."""

    touched = Signal()
    scanned = Signal(str)  # a whole slip

    def __init__(self, window: QWidget, now_ms: Callable[[], int]) -> None:
        super().__init__(window)
        self._window = window
        self._by_keys = False  # the last thing that happened was a key, not a finger
        self._wedge: Wedge[QKeyEvent] = Wedge(now_ms)
        self._letting_go = False  # keys that were held back are on their way to the field
        self._burst_over = QTimer(self)
        self._burst_over.setSingleShot(True)
        self._burst_over.timeout.connect(self._end_burst)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def forget(self) -> None:
        """Nothing remains of what was being scanned."""
        self._wedge.forget()
        self._burst_over.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget) or watched.window() is not self._window:
            return False
        if isinstance(event, QFocusEvent):
            return self._on_focus(watched, event)
        if event.type() not in _TOUCHES:
            return False
        self._by_keys = event.type() == QEvent.Type.KeyPress
        self.touched.emit()
        if isinstance(event, QKeyEvent) and watched is (self._window.focusWidget() or self._window):
            return self._on_key(event)
        return False

    # the scanner

    def _on_key(self, event: QKeyEvent) -> bool:
        """Whether the key is kept from whatever has the focus: a slip is no text for a field."""
        if self._letting_go or event.key() in _SHIFTS:
            return False
        if event.key() in _ENDS:
            return self._end_burst()
        if not (event.text() and event.text().isprintable()):
            self._let_go(self._wedge.give_up())
            return False
        key = event.clone()
        freed = self._wedge.typed(event.text(), key)
        passes = bool(freed) and freed[-1] is key
        self._let_go(freed[:-1] if passes else freed)
        if self._wedge.holds:
            self._burst_over.start(self._wedge.patience_ms)
        return not passes

    def _end_burst(self) -> bool:
        """No more keys come: they were a slip, or they go where they were meant to go."""
        self._burst_over.stop()
        slip = self._wedge.ended()
        if slip is None:
            self._let_go(self._wedge.give_up())
            return False
        self.scanned.emit(slip)
        return True

    def _let_go(self, keys: list[QKeyEvent]) -> None:
        self._letting_go = True
        for key in keys:
            QApplication.sendEvent(self._window.focusWidget() or self._window, key)
        self._letting_go = False

    def _on_focus(self, watched: QWidget, event: QFocusEvent) -> bool:
        """Shows where the focus is to people with a keyboard only.

        Qt moves the focus by itself when a button goes away, and says that Tab was pressed.
        """
        seen = event.reason() in _BY_KEYS
        if event.type() != QEvent.Type.FocusIn or not seen or self._by_keys:
            return False
        unseen = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason)
        QApplication.sendEvent(watched, unseen)
        return True
