"""Answers that are typed: one line, or a few sentences."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from kiosk.forms.session import Shown
from ui.fields.field import Field
from ui.fields.line import KeyboardKind, TextLine
from ui.theme import current_theme
from ui.translate import Speaker
from ui.typeface import first_script, script_of_language

LONGEST_TEXT = 4000  # characters
_KINDS: dict[str, KeyboardKind] = {
    "name": "name",
    "email": "email",
    "mobile": "phone",
    "pin-code": "number",
    "gstin": "code",
    "pan": "code",
    "udyam": "code",
}


def kind_of(shown: Shown) -> KeyboardKind:
    """The keyboard that a question asks for."""
    if shown.question.kind in {"integer", "decimal"}:
        return "number"
    found = (_KINDS[token] for token in shown.question.appearance if token in _KINDS)
    return next(found, "text")


class LineField(Field):
    """One line: names, numbers, addresses."""

    wants_keyboard = True

    def __init__(self, shown: Shown, speaker: Speaker, parent: QWidget | None = None) -> None:
        super().__init__(shown, speaker, parent)
        self.keyboard_kind = kind_of(shown)
        self._filling = False
        self.line = TextLine(self.keyboard_kind, tag=speaker.tag)
        self.put(self.line)
        self.setFocusProxy(self.line)
        self.say_again()
        self.line.textChanged.connect(self._on_text_changed)

    def say_again(self) -> None:
        self.line.set_tag(self.speaker.tag)
        self.line.set_names(self.shown.label, self.speaker.say("field.clear"), self.shown.hint)
        self.line.setReadOnly(self.shown.readonly)
        given = _as_text(self.shown.raw)
        if given != self.line.written():
            self._fill(given)

    def forget(self) -> None:
        super().forget()
        self._fill("")

    def focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.end(False)

    def _fill(self, text: str) -> None:
        """Sets the text without telling anybody; the history of typing goes with it."""
        self._filling = True
        self.line.setText(text)
        self._filling = False

    def _on_text_changed(self) -> None:
        if self._filling:
            return
        if self.problem_text:
            self.show_problem("")
        self.answered.emit(self.name, self.line.written())

    def _mark_wrong(self, *, wrong: bool) -> None:
        self.line.set_wrong(wrong)

    def _is_being_answered(self) -> bool:
        return self.line.hasFocus()


class TextArea(QPlainTextEdit):
    """A few sentences, in the font of what is typed."""

    def __init__(self, tag: str = "en", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tag = tag
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.document().setDefaultCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)
        self.textChanged.connect(self._on_text_changed)
        self._suit()

    def written(self) -> str:
        """What is typed, in NFC."""
        return unicodedata.normalize("NFC", self.toPlainText())

    def set_tag(self, tag: str) -> None:
        self._tag = tag
        self._suit()

    def sizeHint(self) -> QSize:
        return QSize(current_theme().space(40), round(self._line_height() * 4.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(current_theme().space(20), round(self._line_height() * 2.2))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._suit()

    def _line_height(self) -> int:
        return QFontMetrics(self.font()).height()

    def _on_text_changed(self) -> None:
        surplus = len(self.toPlainText()) - LONGEST_TEXT
        if surplus > 0:
            self._take_back(surplus)
        self._suit()

    def _take_back(self, surplus: int) -> None:
        """Removes what was typed or pasted beyond the limit: it stands before the cursor."""
        cursor = self.textCursor()
        cursor.setPosition(max(cursor.position() - surplus, 0), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def _suit(self) -> None:
        script = first_script(self.toPlainText(), script_of_language(self._tag))
        font = current_theme().script_font("body", script, self._tag)
        if font != self.font():
            self.setFont(font)
            self.updateGeometry()


class AreaField(Field):
    """A few sentences."""

    wants_keyboard = True
    keyboard_kind = "text"

    def __init__(self, shown: Shown, speaker: Speaker, parent: QWidget | None = None) -> None:
        super().__init__(shown, speaker, parent)
        self.area = TextArea(speaker.tag)
        self.put(self.area, 1)
        self.setFocusProxy(self.area)
        self.say_again()
        self.area.textChanged.connect(self._on_text_changed)

    def say_again(self) -> None:
        self.area.set_tag(self.speaker.tag)
        self.area.setAccessibleName(self.shown.label)
        self.area.setAccessibleDescription(self.shown.hint)
        self.area.setReadOnly(self.shown.readonly)
        given = _as_text(self.shown.raw)
        if given != self.area.written():
            self._fill(given)

    def forget(self) -> None:
        super().forget()
        self._fill("")

    def focus(self) -> None:
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, text: str) -> None:
        blocked = self.area.blockSignals(True)
        self.area.setPlainText(text)  # forgets what could be undone, too
        self.area.blockSignals(blocked)
        self.area.set_tag(self.speaker.tag)

    def _on_text_changed(self) -> None:
        if self.problem_text:
            self.show_problem("")
        self.answered.emit(self.name, self.area.written())

    def _mark_wrong(self, *, wrong: bool) -> None:
        self.area.setProperty("wrong", wrong)
        self.area.style().unpolish(self.area)
        self.area.style().polish(self.area)

    def _is_being_answered(self) -> bool:
        return self.area.hasFocus()


def _as_text(raw: object) -> str:
    if raw is None:
        return ""
    return unicodedata.normalize("NFC", str(raw))
