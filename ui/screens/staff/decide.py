"""To decide: what laptops said differently, who may be there twice, whose clock was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.duplicates import Twice
from ui.decide_cards import DecideCards, Wishes
from ui.deciding import Asked, Waiting, decide_pair, read_waiting, settle_matter
from ui.fields.third_answer import ThirdAnswer
from ui.isolates import alone
from ui.merging import StoreAt
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
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
        if self._at is not None and not self.running and self.isVisible():
            self.enter()  # on another page somebody may have the store open

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
            elif self._found is None:
                self._show_shut(fault)
            else:
                if not isinstance(fault, Cancelled):
                    self.notify(sentence(fault, self.speaker), grave=True)
                self._show()

        words = self.speaker.say("staff.decide.reading")
        self.begin_aside(words, work, self._step, self._know, failed)

    def _step(self, name: str, done: int, total: int) -> str:
        key = "staff.store.step_twice" if name == "twice" else "staff.store.step_matters"
        return self.speaker.say(key, done=indian_grouping(done), total=indian_grouping(total))

    def _show_shut(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        """Nothing was read: why, and what can be done."""
        say, tag = self.speaker.say, self.speaker.tag
        stopped = isinstance(fault, Cancelled)
        words = say("staff.store.stopped") if stopped else sentence(fault, self.speaker)
        strip = Strip(words, "neutral" if stopped else "danger", say("staff.carry.again"))
        strip.acted.connect(self.enter)
        merge = TouchButton(say("staff.merge.title"), "quiet", icon="back", tag=tag)
        merge.clicked.connect(lambda: self.went.emit(Open("merge")))
        self._column.put(CardGrid([merge, self._to_people()], columns=(1, 2)), strip)

    def _to_people(self) -> TouchButton:
        words, tag = self.speaker.say("staff.store.find"), self.speaker.tag
        people = TouchButton(words, "plain", icon="search", tag=tag)
        people.clicked.connect(lambda: self.went.emit(Open("store", self._at)))
        return people

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
        cards = DecideCards(
            self.speaker, self.card, Wishes(self._take, self._pair, self._ask_third)
        )
        opened = [one for one in waiting.matters if one.matter.open]
        known = [one for one in waiting.matters if not one.matter.open]
        head: QWidget = Label(say("staff.decide.help"), "body", quiet=True, tag=tag)
        if not opened and not waiting.twice:
            head = cards.nothing()
        more: list[QWidget] = []
        if waiting.more:
            words = say("staff.merge.more", count=indian_grouping(waiting.more))
            more.append(Label(words, "body", quiet=True, tag=tag))
        erase = TouchButton(say("staff.purge.title"), "quiet", tag=tag)
        erase.clicked.connect(lambda: self.went.emit(Open("purge", self._at)))
        return [
            CardGrid([self._to_people()], columns=(1, 2)),
            head,
            *(cards.matter(one) for one in opened),
            *(cards.twice(pair, event) for pair, event in waiting.twice),
            *(cards.clash(one) for one in known),
            *more,
            erase,
        ]

    # deciding

    def _take(self, asked: Asked, side: int) -> None:
        at, tag = self._at, self.speaker.tag
        if at is not None:
            self._work(lambda _run: settle_matter(at, asked, self.actor, tag, take=side))

    def _pair(self, pair: Twice, same: bool) -> None:  # noqa: FBT001 - which of two was touched
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
