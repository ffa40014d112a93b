"""A line without a question behind it: search, names, numbers, the passphrase."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.fields.line import KeyboardKind, TextLine

LONGEST_LINE = 200


class TypeLine(TextLine):
    """Says when a finger comes, so that its page may show the keyboard."""

    touched = Signal()

    def __init__(
        self,
        kind: KeyboardKind = "name",
        *,
        tag: str = "en",
        secret: bool = False,
        longest: int = LONGEST_LINE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(kind, tag=tag, secret=secret, longest=longest, parent=parent)

    def set_secret(self, secret: bool) -> None:  # noqa: FBT001 - as Qt's own setEchoMode
        """Whether what is typed is hidden; then it cannot be copied either."""
        self.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)

    def forget(self) -> None:
        """Nothing of what was typed remains, nor in what undo would bring back."""
        self.setText("")
        self.set_wrong(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.touched.emit()
