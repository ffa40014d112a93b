"""What a merge brought, as cards: all at a glance, then what is missing, then what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.language import indian_grouping
from ui.merged_words import told
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.column import Column
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from ui.merging import Merged
    from ui.translate import Speaker

_MOST_LINES = 30


class Outcome(QWidget):
    """``zone`` is that of the times; ``frame`` makes a card with a title."""

    decided = Signal()  # somebody wants to see what waits
    looked = Signal()  # somebody wants to see who is in the store
    finished = Signal()

    def __init__(
        self, speaker: Speaker, merged: Merged, zone: str, frame: Callable[[str], Card]
    ) -> None:
        super().__init__()
        self._speaker = speaker
        said = told(merged, speaker, zone)
        card = AnswerCard()
        card.show_answer("good" if said.whole else "again", said.title, said.words, speaker.tag)
        parts = [self._part(frame(title), lines) for title, lines in said.parts]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        safe = Label(speaker.say("staff.store.safe"), "body", tag=speaker.tag)
        column.addWidget(Column(card, *parts, safe, self._buttons(merged.open)))

    def _part(self, part: Card, lines: Sequence[str]) -> Card:
        say, tag = self._speaker.say, self._speaker.tag
        for line in lines[:_MOST_LINES]:
            part.column.addWidget(Label(line, "body", tag=tag))
        if len(lines) > _MOST_LINES:
            more = say("staff.merge.more", count=len(lines) - _MOST_LINES)
            part.column.addWidget(Label(more, "body", quiet=True, tag=tag))
        return part

    def _buttons(self, count: int) -> CardGrid:
        say, tag = self._speaker.say, self._speaker.tag
        done = TouchButton(say("staff.carry.finish"), "plain", icon="done", tag=tag)
        done.clicked.connect(self.finished)
        words = say("staff.merge.decide", count=indian_grouping(count))
        decide = TouchButton(words, "primary" if count else "plain", icon="next", tag=tag)
        decide.clicked.connect(self.decided)
        people = TouchButton(say("staff.store.find"), "plain", icon="search", tag=tag)
        people.clicked.connect(self.looked)
        return CardGrid([decide, people, done], columns=(1, 3))
