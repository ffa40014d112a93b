"""Neither of two: what is right is typed, as the form asks it, or as a time of day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.fields.kinds import field_for
from ui.fields.type_line import TypeLine
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

if TYPE_CHECKING:
    from kiosk.forms.session import Shown
    from ui.fields.field import Field
    from ui.translate import Speaker

_LONGEST = 40  # of a time


class ThirdAnswer(QWidget):
    """``shown`` is the question; None asks for a time of day, under the name ``label``."""

    saved = Signal(str)
    cancelled = Signal()
    touched = Signal()  # somebody wants to type

    def __init__(
        self, speaker: Speaker, whom: str, label: str, shown: Shown | None, value: object = ""
    ) -> None:
        super().__init__()
        self._speaker, self._value = speaker, value
        self._field: Field | None = None
        self._line: TypeLine | None = None
        say, tag = speaker.say, speaker.tag
        go = TouchButton(say("staff.save"), "primary", icon="save", tag=tag)
        go.clicked.connect(self.save)
        cancel = TouchButton(say("staff.cancel"), "quiet", tag=tag)
        cancel.clicked.connect(self.cancelled)
        self._problem = Label("", "body", bold=True, colour="danger", tag=tag)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Label(whom, "small", quiet=True, tag=tag))
        column.addWidget(Label(label, "lead", bold=True, tag=tag))
        column.addWidget(self._place(shown, label))
        column.addWidget(self._problem)
        buttons = QHBoxLayout()
        for button in (go, cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    @property
    def keyboard_kind(self) -> str:
        """The kind of keyboard that is needed; "" for none."""
        if self._field is None:
            return "number"
        return self._field.keyboard_kind if self._field.wants_keyboard else ""

    @property
    def value(self) -> object:
        """What is typed or chosen now."""
        return self._value

    def show_problem(self, text: str) -> None:
        """Why what was typed could not be taken."""
        if self._field is not None:
            self._field.show_problem(text)
        elif text:
            self._problem.set_text(text, self._speaker.tag)
            self._problem.show()

    def take_focus(self) -> None:
        """Ready for being typed into."""
        if self._field is not None:
            self._field.focus()
            self.touched.emit()
        elif self._line is not None:
            self._line.setFocus()

    def save(self) -> None:
        """Gives what was typed, if anything was."""
        value = " ".join(self._value) if isinstance(self._value, list) else str(self._value)
        if value.strip():
            self.saved.emit(value.strip())

    def forget(self) -> None:
        """Nothing of what was typed remains."""
        self._value = ""
        for one in (self._field, self._line):
            if one is not None:
                one.forget()

    def _place(self, shown: Shown | None, label: str) -> QWidget:
        if shown is not None:
            self._field = field_for(replace(shown, raw=self._value), self._speaker)
            self._field.answered.connect(self._answered)
            return self._field
        self._line = TypeLine("number", tag=self._speaker.tag, longest=_LONGEST)
        self._line.setText(str(self._value))
        self._line.set_names(label, self._speaker.say("staff.find.clear"))
        self._line.touched.connect(self.touched)
        self._line.returnPressed.connect(self.save)
        self._line.textChanged.connect(lambda text: self._answered("", text))
        return self._line

    def _answered(self, _name: str, raw: object) -> None:
        self._value = raw
