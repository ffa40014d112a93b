"""What a key does to the field that has the focus: input-method events, as any keyboard sends."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.keyboard.syllable import length_to_delete

_QUERIES = (
    Qt.InputMethodQuery.ImSurroundingText
    | Qt.InputMethodQuery.ImCursorPosition
    | Qt.InputMethodQuery.ImAnchorPosition
)


def typing_target() -> QWidget | None:
    """The widget with the focus, if one can type into it."""
    widget = QApplication.focusWidget()
    if widget is None or not widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
        return None
    return widget


def is_secret(target: QWidget) -> bool:
    """Whether what is typed there must not be shown, not even on a key."""
    return bool(target.inputMethodHints() & Qt.InputMethodHint.ImhHiddenText)


def text_before(target: QWidget) -> str:
    """The text of the paragraph up to the cursor."""
    query = _ask(target)
    text = query.value(Qt.InputMethodQuery.ImSurroundingText) or ""
    units = query.value(Qt.InputMethodQuery.ImCursorPosition) or 0
    raw = str(text).encode("utf-16-le", "surrogatepass")[: 2 * int(units)]
    return raw.decode("utf-16-le", "surrogatepass")


def commit(target: QWidget, text: str, *, instead_of: str = "") -> None:
    """Types ``text``, in the place of ``instead_of``, which stands right before the cursor."""
    units = _units(instead_of)
    event = QInputMethodEvent()
    event.setCommitString(text, -units, units)
    QCoreApplication.sendEvent(target, event)


def delete_before(target: QWidget) -> None:
    """Takes away the selection, or the last piece of what stands before the cursor."""
    query = _ask(target)
    before = text_before(target)
    selected = query.value(Qt.InputMethodQuery.ImAnchorPosition) != query.value(
        Qt.InputMethodQuery.ImCursorPosition
    )
    if selected or not before:
        press(target, Qt.Key.Key_Backspace)
        return
    commit(target, "", instead_of=before[-length_to_delete(before) :])


def press(target: QWidget, key: Qt.Key) -> None:
    """Presses and releases a key that is no text, such as an arrow."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.sendEvent(target, event)


def _ask(target: QWidget) -> QInputMethodQueryEvent:
    query = QInputMethodQueryEvent(_QUERIES)
    QCoreApplication.sendEvent(target, query)
    return query


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
