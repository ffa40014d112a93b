"""What all fields share: an answer goes out, a problem stands next to it in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.forms.session import Shown
from ui.fields.line import KeyboardKind
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.label import Label
from ui.widgets.strip import Mark


class Field(QWidget):
    """The answer to one question, and its problem. The question itself is the screen's to show.

    ``answered`` carries the question's name and the answer as it was given: a text, a choice's
    value, or a list of values.
    """

    answered = Signal(str, object)

    wants_keyboard = False
    keyboard_kind: KeyboardKind = "text"

    def __init__(self, shown: Shown, speaker: Speaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = shown.name
        self.speaker = speaker
        self.shown = shown
        theme = current_theme()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.space(1))
        self._problem = _ProblemLine()
        self.column.addWidget(self._problem)

    def set_shown(self, shown: Shown) -> None:
        """The same question with another language, other choices, another answer or problem."""
        self.shown = shown
        self.say_again()
        if shown.problem is None:
            self.show_problem("")
        elif self._problem.text or not self._is_being_answered():
            self.show_problem(shown.problem.message(self.speaker.words))

    def say_again(self) -> None:
        """Takes words and answer from ``shown``."""

    def show_problem(self, text: str) -> None:
        """Shows the sentence next to the answer and has it read out; "" takes it away."""
        if text and text != self._problem.text:
            announce(self, self.speaker.say("field.problem", problem=text))
        self._problem.set_text(text)
        self._mark_wrong(wrong=bool(text))

    @property
    def problem_text(self) -> str:
        """What stands next to the answer now; "" if nothing."""
        return self._problem.text

    def forget(self) -> None:
        """Leaves nothing of an answer behind, and tells nobody."""
        self.show_problem("")

    def focus(self) -> None:
        """Puts the focus where the answer begins."""
        self.setFocus()

    def put(self, answer: QWidget, stretch: int = 0) -> None:
        """Places the widget that is answered with above the problem."""
        self.column.insertWidget(self.column.count() - 1, answer, stretch)

    def _mark_wrong(self, *, wrong: bool) -> None:
        """Marks the answer itself, where there is something to mark."""

    def _is_being_answered(self) -> bool:
        """Whether a problem should wait until somebody has finished typing."""
        return False


class _ProblemLine(QWidget):
    """Icon and sentence; not there at all while all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        theme = current_theme()
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, theme.space(0.5), 0, theme.space(0.5))
        row.setSpacing(theme.space(1))
        self._label = Label("", "small", bold=True, colour="danger")
        row.addWidget(Mark("warning", "danger"))
        row.addWidget(self._label, 1)
        self.hide()

    def set_text(self, text: str) -> None:
        self.text = text
        self._label.set_text(text)
        self.setVisible(bool(text))


def announce(widget: QWidget, text: str) -> None:
    """Has a screen reader say the text now."""
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
