"""The cards of what waits in a merged store: what each side says, with a button for each answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.isolates import alone, joined
from ui.matter_words import Said, about, moment, reasons, sides_of, told_apart
from ui.theme import current_theme
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.domain.event import Event
    from kiosk.services.duplicates import Row, Twice
    from ui.deciding import Asked
    from ui.translate import Speaker


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the buttons on the cards ask for: a side (from 1), one person or two, a third answer."""

    take: Callable[[Asked, int], None]
    pair: Callable[[Twice, bool], None]
    third: Callable[[Asked], None]


@dataclass(frozen=True, slots=True)
class DecideCards:
    """``frame`` makes a card with a title, and words below it."""

    speaker: Speaker
    frame: Callable[[str, str], Card]
    wishes: Wishes

    def nothing(self) -> AnswerCard:
        say = self.speaker.say
        card = AnswerCard()
        card.show_answer(
            "good", say("staff.decide.none"), say("staff.decide.none_help"), self.speaker.tag
        )
        return card

    def matter(self, asked: Asked) -> Card:
        title, words = about(asked, self.speaker)
        card = self.frame(title, words)
        sides = [
            self._side(asked, at, said, title)
            for at, said in enumerate(sides_of(asked, self.speaker), start=1)
        ]
        card.column.addWidget(CardGrid(sides, columns=(1, 2)))
        clock = asked.matter.clock
        if asked.shown is not None or clock is not None:
            key = "staff.decide.other_time" if clock else "staff.decide.other"
            other = TouchButton(self.speaker.say(key), "quiet", tag=self.speaker.tag)
            other.setAccessibleName(f"{other.text()}: {title}")
            other.clicked.connect(lambda: self.wishes.third(asked))
            card.column.addWidget(other)
        return card

    def _side(self, asked: Asked, at: int, said: Said, title: str) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self._small_card(said.value, (said.meaning, said.who))
        if said.stands:
            words = Label(say("staff.decide.stands"), "small", bold=True, tag=tag)
            card.column.addWidget(words)
        card.column.addStretch(1)
        take = TouchButton(say("staff.decide.take"), "plain", icon="check", tag=tag)
        take.setAccessibleName(f"{take.text()}: {said.value}. {title}")
        take.clicked.connect(lambda: self.wishes.take(asked, at))
        card.column.addWidget(take)
        return card

    def clash(self, asked: Asked) -> Card:
        """Nothing to decide: how they are told apart."""
        title, words, lines = told_apart(asked, self.speaker)
        card = self.frame(title, words)
        for line in lines:
            card.column.addWidget(Label(line, "body", tag=self.speaker.tag))
        return card

    def twice(self, pair: Twice, event: Event) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.frame(say("staff.decide.twice"), reasons(pair, self.speaker))
        rows = [self._row(one, event) for one in (pair.one, pair.other)]
        card.column.addWidget(CardGrid(rows, columns=(1, 2)))
        names = f"{pair.one.name} ({pair.one.number}), {pair.other.name} ({pair.other.number})"
        buttons = []
        for same, key in ((True, "staff.decide.same"), (False, "staff.decide.different")):
            button = TouchButton(say(key), "plain", tag=tag)
            button.setAccessibleName(f"{button.text()}: {names}")
            button.clicked.connect(lambda _on=False, same=same: self.wishes.pair(pair, same))
            buttons.append(button)
        card.column.addWidget(CardGrid(buttons, columns=(1, 2)))
        return card

    def _row(self, row: Row, event: Event) -> Card:
        lines = (
            joined((row.number, row.code, moment(row.registered_at, event))),
            joined((row.mobile, row.email)),
            joined((row.organisation, row.district, row.pin_code)),
        )
        card = self._small_card(row.name, lines)
        card.column.addStretch(1)
        return card

    def _small_card(self, title: str, lines: tuple[str, ...]) -> Card:
        """One of the two that are compared."""
        tag, space = self.speaker.tag, current_theme().space
        card = Card(fill="ground")
        card.column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        card.column.addWidget(Label(alone(title), "lead", bold=True, tag=tag))
        for line in lines:
            if line:
                card.column.addWidget(Label(line, "small", quiet=True, tag=tag))
        return card
