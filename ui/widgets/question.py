"""A question in the middle of work: what will happen, and a button for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme import current_theme
from ui.widgets.button import Kind, TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.surface import Card


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: its name for the program, its words, and how it looks."""

    name: str
    text: str
    kind: Kind = "plain"


class Question(Card):
    """The question in large type, a line of help, the answers as buttons."""

    answered = Signal(str)

    def __init__(
        self,
        text: str,
        detail: str,
        answers: Sequence[Answer],
        *,
        tag: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.column.setSpacing(current_theme().space(2))
        self.column.addWidget(Label(text, "lead", bold=True, tag=tag))
        if detail:
            self.column.addWidget(Label(detail, "body", tag=tag))
        self._buttons = [TouchButton(one.text, one.kind, tag=tag) for one in answers]
        for one, button in zip(answers, self._buttons, strict=True):
            button.setObjectName(one.name)
            button.clicked.connect(lambda _on=False, name=one.name: self.answered.emit(name))
        self.column.addWidget(CardGrid(self._buttons, columns=(1, 2)))
        self.setAccessibleName(f"{text} {detail}".strip())

    def take_focus(self) -> None:
        """The keyboard stands on the last answer, which is always the harmless one."""
        self._buttons[-1].setFocus()
