"""A line to type into on the staff's side: search, names, numbers, the passphrase."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import current_theme
from ui.typeface import script_of_language
from ui.widgets.ink import Style, block

_INK_SAMPLE = {"Arab": "نستعلیق گیے", "Latn": "Ág"}  # tall and deep strokes of the script


class TypeLine(QLineEdit):
    """As high as a finger and the script's ink need; says when the keyboard should come."""

    touched = Signal()

    def __init__(
        self, tag: str = "en", *, most: int = 200, secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._tag = tag
        self.setMaxLength(most)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.set_secret(secret)
        self.set_language(tag)

    def set_language(self, tag: str) -> None:
        """Whose letters are typed here most likely."""
        self._tag = tag
        theme = current_theme()
        self.setFont(theme.font("body", tag))
        script = script_of_language(tag)
        ink = block(_INK_SAMPLE.get(script, "Ág"), Style(theme, "body", tag)).height
        self.setFixedHeight(max(theme.touch(), ink + theme.space(1)))

    def set_secret(self, secret: bool) -> None:  # noqa: FBT001 - as Qt's own setEchoMode
        """Whether what is typed is hidden; then it cannot be copied either."""
        self.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)

    def set_wrong(self, wrong: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """A red frame; the reason stands below, in words."""
        self.setProperty("wrong", wrong)
        self.style().unpolish(self)
        self.style().polish(self)

    def forget(self) -> None:
        """Nothing of what was typed remains, nor in what undo would bring back."""
        self.setText("")
        self.set_wrong(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.touched.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.touched.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_tag"):
            self.set_language(self._tag)
