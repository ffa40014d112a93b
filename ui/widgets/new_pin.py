"""A PIN is chosen: typed twice, the same both times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.isolates import alone
from ui.theme import current_theme
from ui.widgets.label import Label
from ui.widgets.pin_pad import PinPad

if TYPE_CHECKING:
    from ui.translate import Speaker


class NewPin(QWidget):
    """Asks ``name`` for a PIN and for the same once more; ``chosen`` tells it."""

    chosen = Signal(str)

    def __init__(
        self, speaker: Speaker, least: int, most: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._speaker, self._limits = speaker, (least, most)
        self._name, self._first = "", ""
        self._title = Label("", "lead", bold=True, centred=True)
        self._help = Label("", "body", quiet=True, centred=True)
        self._problem = Label("", "body", bold=True, colour="danger", centred=True)
        self.pad = PinPad(least, most)
        self.pad.entered.connect(self._entered)
        self.pad.changed.connect(self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(1))
        for label in (self._title, self._help, self._problem):
            column.addWidget(label)
        column.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)

    def begin(self, name: str, problem: str = "") -> None:
        """From the beginning; ``problem`` says why, if there is a reason."""
        self._name, self._first = name, ""
        self.pad.clear()
        self._problem.set_text(problem)
        self._problem.setVisible(bool(problem))
        self.say_again()
        self.pad.setFocus()

    def forget(self) -> None:
        """Nothing of any PIN remains."""
        self._name, self._first = "", ""
        self.pad.clear()

    def say_again(self) -> None:
        """The language is another."""
        say, (least, most) = self._speaker.say, self._limits
        title = (
            say("staff.pin.again")
            if self._first
            else say("staff.pin.choose", name=alone(self._name))
        )
        self._title.set_text(title)
        self._help.set_text(say("staff.pin.length", least=least, most=most))
        dress_pad(self.pad, self._speaker)

    def _typed(self, count: int) -> None:
        if count:
            self._problem.setVisible(False)

    def _entered(self) -> None:
        typed = self.pad.digits
        self.pad.clear()
        if not self._first:
            self._first = typed
            self.say_again()
        elif self._first == typed:
            self._first = ""
            self.chosen.emit(typed)
        else:
            self.begin(self._name, self._speaker.say("staff.pin.differ"))


def dress_pad(pad: PinPad, speaker: Speaker) -> None:
    """Gives a pad the words of the language for those who hear it."""
    words = speaker.words.sentences
    pad.set_words(
        typed=words["staff.pin.typed"],
        digit=words["staff.pin.digit"],
        rub_out=speaker.say("staff.pin.rub_out"),
        enter=speaker.say("staff.pin.enter_button"),
    )
