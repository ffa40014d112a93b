"""A line to type into: large, in the font of what is typed, with a cross that empties it."""

from __future__ import annotations

import unicodedata
from typing import Literal

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ui.theme import current_theme
from ui.typeface import ARABIC, LATIN, first_script, script_of_language
from ui.widgets.button import TouchButton

KeyboardKind = Literal["text", "name", "email", "phone", "number", "code"]

LONGEST_LINE = 1000  # characters
_NASTALIQ_OVERSHOOT = 1.0  # of the size of type: what strokes need beyond the font's line box
_LARGE = 1.25
_LATIN_KINDS = frozenset({"email", "phone", "number", "code"})


class TextLine(QLineEdit):
    """One line. ``kind`` names the keyboard that it wants; ``secret`` hides what is typed.

    What is read from it by ``written()`` is in NFC.
    """

    def __init__(
        self,
        kind: KeyboardKind = "text",
        *,
        tag: str = "en",
        secret: bool = False,
        longest: int = LONGEST_LINE,
        clearable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.keyboard_kind: KeyboardKind = kind
        self._tag = tag
        self._clearable = clearable
        self._aligned = False
        self._cross = TouchButton("", "quiet", icon="close", parent=self)
        self._cross.clicked.connect(self.clear)
        self._cross.hide()
        self.setMaxLength(longest)
        self.setDragEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self.textChanged.connect(self._on_text_changed)
        self._suit()

    def written(self) -> str:
        """What is typed, in NFC."""
        return unicodedata.normalize("NFC", self.text())

    def set_tag(self, tag: str) -> None:
        """The language in which people type here."""
        self._tag = tag
        self._suit()

    def set_names(self, name: str, clear_name: str, hint: str = "") -> None:
        """What a screen reader calls the line and its cross."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        self._cross.setAccessibleName(clear_name)

    def set_wrong(self, wrong: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Draws the border of a line that has a problem."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def sizeHint(self) -> QSize:
        theme = current_theme()
        spare = theme.space(1.5)
        if self._script() == ARABIC:
            spare = max(spare, round(self.font().pixelSize() * _NASTALIQ_OVERSHOOT))
        height = max(theme.touch() + 8, QFontMetrics(self.font()).height() + spare)
        return QSize(theme.space(40), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(current_theme().space(9), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cross()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange}:
            self._suit()

    def _on_text_changed(self) -> None:
        if self.text():
            self._make_ready_for_text()
        self._cross.setVisible(self._clearable and bool(self.text()) and not self.isReadOnly())
        self._suit()

    def _make_ready_for_text(self) -> None:
        """What no empty line needs."""
        self.setCursorMoveStyle(QtCore.Qt.CursorMoveStyle.VisualMoveStyle)
        self._cross.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._cross.setCursor(QtCore.Qt.CursorShape.ArrowCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu: this is no office desk."""
        event.accept()

    def _suit(self) -> None:
        """Font by what is typed: a Kannada name on an English screen is in Kannada type."""
        script = self._script()
        theme = current_theme()
        tall = script == ARABIC and theme.scale > _LARGE  # else the line alone would fill the page
        font = theme.script_font("body" if tall else "lead", script, self._tag)
        if font != self.font():
            self.setFont(font)
        mirrored = self._is_mirrored()
        if self._aligned or mirrored or self.text():  # an empty line begins at the left by itself
            self._aligned = True
            self._begin_at(right=mirrored)
        self._place_cross()
        self.updateGeometry()

    def _begin_at(self, *, right: bool) -> None:
        sides = QtCore.Qt.AlignmentFlag
        side = sides.AlignRight if right else sides.AlignLeft
        self.setAlignment(side | sides.AlignAbsolute | sides.AlignVCenter)

    def _script(self) -> str:
        own = LATIN if self.keyboard_kind in _LATIN_KINDS else script_of_language(self._tag)
        return first_script(self.text(), own)

    def _is_mirrored(self) -> bool:
        parent = self.parentWidget()
        if script_of_language(self._tag) == ARABIC and parent is None:
            return True
        return (parent or self).isRightToLeft()

    def _place_cross(self) -> None:
        size = min(current_theme().touch(), self.height() - 8)
        mirrored = self._is_mirrored()
        left = 4 if mirrored else self.width() - size - 4
        self._cross.setGeometry(left, (self.height() - size) // 2, size, size)
        room = size + 4 if self._clearable else 0
        self.setTextMargins(room if mirrored else 0, 0, 0 if mirrored else room, 0)
