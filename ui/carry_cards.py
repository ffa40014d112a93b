"""How the carrying stands, as cards: what is only here, where copies are, what has arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import indian_grouping
from ui.isolates import alone
from ui.theme import current_theme
from ui.widgets.answer_card import AnswerCard
from ui.widgets.label import Label
from ui.widgets.strip import Mark
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.domain.event import Event
    from kiosk.services.carried import Arrived, Carried, Copied
    from kiosk.services.carrying import Extent
    from ui.translate import Speaker

_MOST_PLACES = 12


@dataclass(frozen=True, slots=True)
class CarryCards:
    """``frame`` makes a card with a title; times are read in the event's zone."""

    speaker: Speaker
    event: Event
    frame: Callable[[str], Card]

    def here(self, stands: Carried) -> AnswerCard:
        say, here = self.speaker.say, stands.only_here
        card = AnswerCard()
        if here.entries:
            title = say("staff.carry.only_here", what=self._much(here))
            words = say("staff.carry.only_here_help", time=self._moment(here.since))
            card.show_answer("again", title, words, self.speaker.tag)
        elif stands.all.entries:
            words = say("staff.carry.left_help")
            card.show_answer("good", say("staff.carry.left"), words, self.speaker.tag)
        else:
            words = say("staff.carry.nothing")
            card.show_answer("good", say("staff.carry.left"), words, self.speaker.tag)
        return card

    def _much(self, extent: Extent) -> str:
        """Visitors where there are some; else entries, as of a correction."""
        say = self.speaker.say
        if extent.visitors == 1:
            return say("staff.carry.visitor")
        if extent.visitors:
            return say("staff.carry.visitors", count=indian_grouping(extent.visitors))
        if extent.entries == 1:
            return say("staff.carry.entry")
        return say("staff.carry.entries", count=indian_grouping(extent.entries))

    def _moment(self, at_ms: int | None) -> str:
        """HH:MM, with the date where it is another day than the event's."""
        if at_ms is None:
            return ""
        at = local_time(at_ms, self.event.zone)
        time = f"{at:%H:%M}"
        same = at.date() == self.event.day
        return alone(time if same else f"{written_date(at.date())} {time}")

    def copied(self, copied: tuple[Copied, ...]) -> Card:
        say = self.speaker.say
        card = self.frame(say("staff.carry.copied"))
        if not copied:
            card.column.addWidget(
                Label(say("staff.carry.copied_none"), "body", quiet=True, tag=self.speaker.tag)
            )
        for one in copied[:_MOST_PLACES]:
            name = say("staff.carry.place", name=alone(_name(one.target)), folder=alone(one.target))
            words = say("staff.carry.copied_all", time=self._moment(one.at))
            if one.lacking.entries:
                words = say(
                    "staff.carry.copied_lacks",
                    time=self._moment(one.at),
                    what=self._much(one.lacking),
                    since=self._moment(one.lacking.since),
                )
            self._line(card, name, words, whole=not one.lacking.entries)
        return card

    def arrived(self, arrived: tuple[Arrived, ...]) -> Card:
        say = self.speaker.say
        card = self.frame(say("staff.carry.arrived"))
        if not arrived:
            card.column.addWidget(
                Label(say("staff.carry.arrived_none"), "body", quiet=True, tag=self.speaker.tag)
            )
        for one in arrived[:_MOST_PLACES]:
            name = say("staff.carry.store", code=alone(one.code))
            words = say("staff.carry.arrived_all", time=self._moment(one.at))
            if one.lacking.entries:
                words = say(
                    "staff.carry.arrived_lacks",
                    time=self._moment(one.at),
                    what=self._much(one.lacking),
                    since=self._moment(one.lacking.since),
                )
            self._line(card, name, words, whole=not one.lacking.entries)
        return card

    def _line(self, card: Card, name: str, words: str, *, whole: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(current_theme().space(2))
        row.addWidget(Mark("check" if whole else "clock", "primary" if whole else "ink"))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Label(name, "body", bold=True, tag=self.speaker.tag))
        texts.addWidget(Label(words, "small", quiet=True, tag=self.speaker.tag))
        row.addLayout(texts, 1)
        card.column.addLayout(row)


def _name(target: str) -> str:
    """What people call a place: its last part."""
    return Path(target).name or target
