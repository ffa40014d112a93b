"""A passphrase to be typed: for something that is locked, or, shown, for something new."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.fields.type_line import TypeLine
from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class PassphraseWords:
    """What stands on it, in the language that is chosen now."""

    title: str
    help: str
    field: str
    clear: str
    show: str
    hide: str
    go: str
    cancel: str
    empty: str


class Passphrase(QWidget):
    """One line, with a button that shows what is hidden; a new one is shown, to be written down."""

    entered = Signal(str)
    cancelled = Signal()
    touched = Signal()

    def __init__(
        self,
        words: PassphraseWords,
        tag: str,
        *,
        hidden: bool,
        problem: str = "",
        icon: str = "lock",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        space = current_theme().space
        self._line = TypeLine("text", longest=_LONGEST, secret=hidden)
        self._line.set_names(words.field, words.clear)
        self._line.touched.connect(self.touched)
        self._line.returnPressed.connect(self.enter)
        self._look = TouchButton(words.show if hidden else words.hide, "tool", tag=tag)
        self._look.setCheckable(True)
        self._look.setChecked(not hidden)
        self._look.toggled.connect(self._show_or_hide)
        self._look.clicked.connect(lambda _shown: self._line.setFocus())  # go on typing
        self._problem = Label(problem, "body", bold=True, colour="danger", tag=tag)
        go = TouchButton(words.go, "primary", icon=icon, tag=tag)
        go.clicked.connect(self.enter)
        cancel = TouchButton(words.cancel, "quiet", tag=tag)
        cancel.clicked.connect(self.cancelled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1.5))
        column.addWidget(Label(words.title, "lead", bold=True, tag=tag))
        column.addWidget(Label(words.help, "body", quiet=True, tag=tag))
        line = QHBoxLayout()
        line.setSpacing(space(1.5))
        line.addWidget(self._line, 1)
        line.addWidget(self._look)
        column.addLayout(line)
        column.addWidget(self._problem)
        self._problem.setVisible(bool(problem))
        buttons = QHBoxLayout()
        buttons.addWidget(go)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    def take_focus(self) -> None:
        """The keyboard stands on the line."""
        self._line.setFocus()

    def enter(self) -> None:
        """What is typed is meant."""
        typed = self._line.written()
        if typed.strip():
            self.entered.emit(typed)
            return
        self._problem.set_text(self._words.empty)
        self._problem.show()

    def forget(self) -> None:
        """Nothing of what was typed remains."""
        self._line.forget()

    def _show_or_hide(self, shown: bool) -> None:  # noqa: FBT001 - as Qt's own toggled
        self._line.set_secret(not shown)
        self._look.set_text(self._words.hide if shown else self._words.show)
