"""To decide: what laptops said differently, who may be there twice, whose clock was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.duplicates import Row, Twice
from ui.deciding import Asked, Waiting, decide_pair, read_waiting, settle_matter
from ui.fields.third_answer import ThirdAnswer
from ui.isolates import alone, joined
from ui.matter_words import Said, about, moment, reasons, sides_of, told_apart
from ui.merging import StoreAt
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.domain.event import Event
    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember


class DecidePage(RunningPage):
    """About a merged store (``StoreAt``); without one it leads to merging."""

    under = "carry"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._at: StoreAt | None = None
        self._found: Waiting | None = None
        self._third: ThirdAnswer | None = None
        self._typing = False
        self._column = self.set_column()

    def title(self) -> str:
        return self.speaker.say("staff.decide.title")

    # what the frame calls

    def take(self, about: object) -> None:
        if isinstance(about, StoreAt):
            self._at, self._found = about, None

    def enter(self) -> None:
        if self.running:
            return
        self.ended()
        if self._at is None or not self.member.coordinator:
            self._show()
            return
        at, tag = self._at, self.speaker.tag
        self._work(lambda run: read_waiting(at, tag, run))

    def forget(self) -> None:
        super().forget()
        self._drop_third()
        self._at = self._found = None
        self._show()

    def leave(self) -> None:
        if not self.running:
            self.ended()

    def say_again(self) -> None:
        super().say_again()
        if self._at is not None and not self.running:
            self.enter()

    def keyboard(self) -> tuple[Tag, str] | None:
        kind = self._third.keyboard_kind if self._third is not None and self._typing else ""
        return (self.speaker.tag, kind) if kind else None

    def on_next(self) -> None:
        if self._third is not None:
            self._third.save()

    # what is asked of the store

    def _work(
        self,
        work: Callable[[Progress], Waiting],
        cannot: Callable[[VisitorError], None] | None = None,
    ) -> None:
        """The store may be large and is opened each time: the screen says that it is read, and
        the record can be used meanwhile.
        """

        def failed(fault: VisitorError | EnvironmentFault | Cancelled) -> None:
            if isinstance(fault, VisitorError) and cannot is not None:
                cannot(fault)
                return
            if not isinstance(fault, Cancelled):
                self.notify(sentence(fault, self.speaker), grave=True)
            self._show()

        words = self.speaker.say("staff.decide.reading")
        self.begin_aside(words, work, lambda _step, _done, _of: words, self._know, failed)

    def _know(self, waiting: Waiting) -> None:
        self._found = waiting
        self._show()
        issued = waiting.issued
        if issued is not None:
            serial, paper = alone(issued.serial), alone(issued.paper)
            path = alone(issued.path)
            words = self.speaker.say("staff.decide.issued", serial=serial, paper=paper, path=path)
            self.notify(words, grave=True)  # it waits for a printer

    def ended(self) -> None:
        super().ended()
        self._drop_third()

    def _drop_third(self) -> None:
        if self._third is not None:
            self._third.forget()
            self._third = None
        self._set_typing(typing=False)

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    # the cards

    def _show(self) -> None:
        say, waiting = self.speaker.say, self._found
        if not self.member.coordinator:
            self._column.put(Strip(say("staff.merge.only_coordinator")))
        elif waiting is None:
            strip = Strip(say("staff.decide.no_store"), action_text=say("staff.merge.title"))
            strip.acted.connect(lambda: self.went.emit(Open("merge")))
            self._column.put(strip)
        else:
            self._column.put(*self._cards(waiting))

    def _cards(self, waiting: Waiting) -> list[QWidget]:
        say, tag = self.speaker.say, self.speaker.tag
        opened = [one for one in waiting.matters if one.matter.open]
        known = [one for one in waiting.matters if not one.matter.open]
        head: QWidget = Label(say("staff.decide.help"), "body", quiet=True, tag=tag)
        if not opened and not waiting.twice:
            head = self._nothing()
        more: list[QWidget] = []
        if waiting.more:
            words = say("staff.merge.more", count=indian_grouping(waiting.more))
            more.append(Label(words, "body", quiet=True, tag=tag))
        erase = TouchButton(say("staff.purge.title"), "quiet", tag=tag)
        erase.clicked.connect(lambda: self.went.emit(Open("purge", self._at)))
        return [
            head,
            *(self._matter(one) for one in opened),
            *(self._twice(pair, event) for pair, event in waiting.twice),
            *(self._clash(one) for one in known),
            *more,
            erase,
        ]

    def _nothing(self) -> AnswerCard:
        say = self.speaker.say
        card = AnswerCard()
        card.show_answer(
            "good", say("staff.decide.none"), say("staff.decide.none_help"), self.speaker.tag
        )
        return card

    def _matter(self, asked: Asked) -> Card:
        title, words = about(asked, self.speaker)
        card = self.card(title, words)
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
            other.clicked.connect(lambda: self._ask_third(asked))
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
        take.clicked.connect(lambda: self._take(asked, at))
        card.column.addWidget(take)
        return card

    def _clash(self, asked: Asked) -> Card:
        """Nothing to decide: how they are told apart."""
        title, words, lines = told_apart(asked, self.speaker)
        card = self.card(title, words)
        for line in lines:
            card.column.addWidget(Label(line, "body", tag=self.speaker.tag))
        return card

    def _twice(self, pair: Twice, event: Event) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("staff.decide.twice"), reasons(pair, self.speaker))
        rows = [self._row(one, event) for one in (pair.one, pair.other)]
        card.column.addWidget(CardGrid(rows, columns=(1, 2)))
        names = f"{pair.one.name} ({pair.one.number}), {pair.other.name} ({pair.other.number})"
        buttons = []
        for same, key in ((True, "staff.decide.same"), (False, "staff.decide.different")):
            button = TouchButton(say(key), "plain", tag=tag)
            button.setAccessibleName(f"{button.text()}: {names}")
            button.clicked.connect(lambda _on=False, same=same: self._pair(pair, same=same))
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
        tag, space = self.speaker.tag, self.theme.space
        card = Card(fill="ground")
        card.column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        card.column.addWidget(Label(alone(title), "lead", bold=True, tag=tag))
        for line in lines:
            if line:
                card.column.addWidget(Label(line, "small", quiet=True, tag=tag))
        return card

    # deciding

    def _take(self, asked: Asked, side: int) -> None:
        at, tag = self._at, self.speaker.tag
        if at is not None:
            self._work(lambda _run: settle_matter(at, asked, self.actor, tag, take=side))

    def _pair(self, pair: Twice, *, same: bool) -> None:
        at, tag = self._at, self.speaker.tag
        if at is not None:
            self._work(lambda _run: decide_pair(at, pair, self.actor, tag, same=same))

    def _ask_third(self, asked: Asked, problem: str = "", value: object = "") -> None:
        """Neither of them: what is right is given as the form asks it."""
        self.ended()
        time = self.speaker.say("staff.decide.first_at")
        label = asked.label if asked.shown is not None else time
        third = ThirdAnswer(self.speaker, asked.matter.name, label, asked.shown, value)
        third.saved.connect(lambda said: self._save(asked, said, third.value))
        third.cancelled.connect(self.ended)
        third.touched.connect(lambda: self._set_typing(typing=True))
        if problem:
            third.show_problem(problem)
        self._third = third
        self.show_over(self.scroller(third))
        third.take_focus()

    def _save(self, asked: Asked, said: str, typed: object) -> None:
        at, tag = self._at, self.speaker.tag
        if at is None:
            return
        value = said
        if asked.matter.clock is not None:
            time = said.replace(".", ":").zfill(len("09:30"))  # the pad of digits has no colon
            value = f"{asked.event.day.isoformat()}T{time}"
        self._drop_third()
        self._work(
            lambda _run: settle_matter(at, asked, self.actor, tag, value=value),
            lambda fault: self._ask_third(asked, sentence(fault, self.speaker), typed),
        )
