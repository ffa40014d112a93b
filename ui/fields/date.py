"""A date as India writes it: day, month, year."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk.forms.answers import latin_digits
from kiosk.forms.session import Shown
from ui.fields.field import Field
from ui.fields.line import TextLine
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.label import Label

_PARTS = ("field.day", "field.month", "field.year")
_LENGTHS = (2, 2, 4)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_INDIAN = re.compile(r"(\d{0,2})-(\d{0,2})-(\d{0,4})")


class DateField(Field):
    """Three short lines; the next one takes over when one is full. Gives dd-mm-yyyy as typed."""

    wants_keyboard = True
    keyboard_kind = "number"

    def __init__(self, shown: Shown, speaker: Speaker, parent: QWidget | None = None) -> None:
        super().__init__(shown, speaker, parent)
        self._filling = False
        self.lines = [TextLine("number", longest=length, clearable=False) for length in _LENGTHS]
        self._labels = [Label("", "small", quiet=True) for _ in _PARTS]
        self.put(self._row())
        self.setFocusProxy(self.lines[0])
        for index, line in enumerate(self.lines):
            line.textChanged.connect(lambda _, index=index: self._on_text_changed(index))
        self.say_again()

    def _row(self) -> QWidget:
        """Day, month, year stand from left to right in every language, as on every form."""
        row = QWidget()
        row.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(current_theme().space(2))
        for column, (label, line) in enumerate(zip(self._labels, self.lines, strict=True)):
            line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, 0, column)
            grid.addWidget(line, 1, column)
            grid.setColumnStretch(column, _LENGTHS[column])
        row.setMaximumWidth(current_theme().space(64))
        return row

    def say_again(self) -> None:
        for key, label, line in zip(_PARTS, self._labels, self.lines, strict=True):
            part = self.speaker.say(key)
            label.set_text(part, self.speaker.tag)
            line.set_names(f"{self.shown.label}: {part}", self.speaker.say("field.clear"))
            line.setReadOnly(self.shown.readonly)
        given = str(self.shown.raw or "")
        if given != self._given():
            self._fill(_parts(given))

    def forget(self) -> None:
        super().forget()
        self._fill(("", "", ""))

    def focus(self) -> None:
        self.lines[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, parts: tuple[str, str, str]) -> None:
        self._filling = True
        for line, part in zip(self.lines, parts, strict=True):
            line.setText(part)
        self._filling = False

    def _given(self) -> str:
        parts = [latin_digits(line.written().strip()) for line in self.lines]
        return "-".join(parts) if any(parts) else ""

    def _on_text_changed(self, index: int) -> None:
        if self._filling:
            return
        self.show_problem("")
        full = len(self.lines[index].text()) == _LENGTHS[index]
        if full and self.lines[index].hasFocus() and index + 1 < len(self.lines):
            self.lines[index + 1].setFocus(Qt.FocusReason.OtherFocusReason)
        self.answered.emit(self.name, self._given())

    def _mark_wrong(self, *, wrong: bool) -> None:
        for line in self.lines:
            line.set_wrong(wrong)

    def _is_being_answered(self) -> bool:
        return any(line.hasFocus() for line in self.lines)


def _parts(given: str) -> tuple[str, str, str]:
    """Day, month, year of an answer as it was given or stored."""
    if iso := _ISO.fullmatch(given):
        year, month, day = iso.groups()
        return day, month, year
    if indian := _INDIAN.fullmatch(given):
        day, month, year = indian.groups()
        return day, month, year
    return "", "", ""
