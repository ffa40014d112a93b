"""Erasing what is past its time: what would go and until when the rest is kept; then it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.purging import Outlook
from ui.erasing import Ahead, Erased, erase_here, erase_in, look_here, look_in
from ui.isolates import alone
from ui.merging import StoreAt
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.running import RunningPage
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.column import Column
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_MOST_BACKUPS = 20  # that are told by name


class PurgePage(RunningPage):
    """For coordinators: about this laptop, or about a merged store (``StoreAt``)."""

    under = "prepare"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._at: StoreAt | None = None
        self._ahead: Ahead | None = None
        self._do = TouchButton("", "danger")
        self._do.clicked.connect(self._ask)
        self._column = self.set_column(self._do)
        self.says(self._do.set_text, lambda: self.speaker.say("staff.purge.do"))
        self._do.hide()

    def title(self) -> str:
        return self.speaker.say("staff.purge.title")

    # what the frame calls

    def take(self, about: object) -> None:
        self._at = about if isinstance(about, StoreAt) else None

    def enter(self) -> None:
        if self.running:
            return
        self.show_body()
        self._ahead = None
        self._show()
        if not self.member.coordinator:
            return
        words, at = self.speaker.say("staff.purge.looking"), self._at
        if at is None:
            self.begin(words, _look_here, _no_step(words), self._know, self._cannot)
        else:
            self.begin_aside(
                words, lambda run: look_in(at, run), self._looked, self._know, self._cannot
            )

    def _looked(self, _name: str, done: int, total: int) -> str:
        done_words, of = indian_grouping(done), indian_grouping(total)
        return self.speaker.say("staff.store.step_event", done=done_words, total=of)

    def forget(self) -> None:
        super().forget()
        self._at = self._ahead = None
        self._show()

    def say_again(self) -> None:
        super().say_again()
        if not self.running:
            self._show()

    # what would go

    def _know(self, ahead: Ahead) -> None:
        self._ahead = ahead
        self._show()

    def _show(self) -> None:
        say, ahead = self.speaker.say, self._ahead
        self._do.setVisible(ahead is not None and ahead.due > 0)
        if not self.member.coordinator:
            self._column.put(Strip(say("staff.purge.only_coordinator")))
        elif ahead is None:
            self._column.clear()
        else:
            self._column.put(self._summary(ahead), *(self._event(one) for one in ahead.events))
        self.reach_last(self._do)

    def _summary(self, ahead: Ahead) -> QWidget:
        say, tag = self.speaker.say, self.speaker.tag
        card = AnswerCard()
        if ahead.due:
            title = say("staff.purge.due", count=indian_grouping(ahead.due))
            card.show_answer("again", title, say("staff.purge.due_help"), tag)
        else:
            card.show_answer("good", say("staff.purge.none"), say("staff.purge.none_help"), tag)
        return card

    def _event(self, one: Outlook) -> Card:
        say, tag, event = self.speaker.say, self.speaker.tag, one.event
        name = f"{self.speaker.text(event.name)} · {alone(written_date(event.day))}"
        card = self.card(name)
        lines = [say("staff.purge.held", count=indian_grouping(one.held))]
        if one.due:
            due, withdrawn = indian_grouping(one.due), indian_grouping(one.withdrawn)
            lines.append(say("staff.purge.event_due", count=due, withdrawn=withdrawn))
        if one.next_ms is not None and one.until_ms is not None:
            first, last = self._date(one.next_ms, one), self._date(one.until_ms, one)
            lines.append(say("staff.purge.next", date=first))
            if first != last:
                lines.append(say("staff.purge.until", date=last))
        for line in lines:
            card.column.addWidget(Label(line, "body", tag=tag))
        return card

    def _date(self, at_ms: int, one: Outlook) -> str:
        return alone(written_date(local_time(at_ms, one.event.zone).date()))

    # doing it

    def _ask(self) -> None:
        ahead = self._ahead
        if ahead is None:
            return
        say, count = self.speaker.say, indian_grouping(ahead.due)
        now = local_time(ahead.now_ms, self.room.event.zone)
        today = alone(written_date(now.date()))
        words = say("staff.purge.sure_help", date=today)
        if ahead.far:
            words = f"{say('staff.purge.far', date=today)} {words}"
        answers = [
            Answer("erase", say("staff.purge.yes", count=count), "danger"),
            Answer("", say("staff.purge.no"), "plain"),
        ]
        self.ask(say("staff.purge.sure", count=count), words, answers, self._answered)

    def _answered(self, answer: str) -> None:
        if answer != "erase":
            return
        say, actor, at = self.speaker.say, self.actor, self._at

        def step(_name: str, done: int, total: int) -> str:
            return say("staff.purge.step", done=indian_grouping(done), total=indian_grouping(total))

        words = say("staff.purge.step_begin")
        if at is None:

            def work(desk: Desk, run: Progress) -> Erased:
                return erase_here(desk, actor, run)

            self.begin(words, work, step, self._done, self._failed)
            return
        self.begin_aside(
            words, lambda run: erase_in(at, actor, run), step, self._done, self._failed
        )

    def _done(self, erased: Erased) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        self._ahead = erased.ahead
        self._show()
        card = AnswerCard()
        words = say(
            "staff.purge.done_help",
            withdrawn=indian_grouping(erased.withdrawn),
            sealed=indian_grouping(erased.sealed),
        )
        title = say("staff.purge.done", count=indian_grouping(erased.people))
        card.show_answer("good", title, words, tag)
        more: list[QWidget] = []
        if erased.cannot is not None:
            more.append(Strip(sentence(erased.cannot, self.speaker), "danger"))
        if erased.older:
            more.append(self._older(erased))
        if self._at is not None:
            more.append(Label(say("staff.purge.carry_on"), "body", tag=tag))
        back = TouchButton(say("staff.carry.finish"), "primary", icon="done", tag=tag)
        back.clicked.connect(self.show_body)
        self.show_over(self.scroller(Column(card, *more, back)))
        back.setFocus()

    def _older(self, erased: Erased) -> Card:
        """Files that lie wherever somebody put them: only a person can take them away."""
        card = self.card(self.speaker.say("staff.purge.older"))
        for one in erased.older[:_MOST_BACKUPS]:
            made = local_time(one.made_at, self.room.event.zone)
            line = f"{alone(one.path)} · {alone(written_date(made.date()))}"
            card.column.addWidget(Label(line, "small", tag=self.speaker.tag))
        left = len(erased.older) - _MOST_BACKUPS
        if left > 0:
            words = self.speaker.say("staff.merge.more", count=indian_grouping(left))
            card.column.addWidget(Label(words, "small", quiet=True, tag=self.speaker.tag))
        return card

    def _cannot(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        """The looking was stopped, or nobody's time can be told."""
        say = self.speaker.say
        stopped = isinstance(fault, Cancelled)
        words = say("staff.store.stopped") if stopped else sentence(fault, self.speaker)
        strip = Strip(words, "neutral" if stopped else "danger", say("staff.carry.again"))
        strip.acted.connect(self.enter)
        self._column.put(strip)

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        if isinstance(fault, Cancelled):
            self.notify(self.speaker.say("staff.purge.stopped"))
        else:
            self.notify(sentence(fault, self.speaker), grave=True)
        self.enter()


def _look_here(desk: Desk, _run: Progress) -> Ahead:
    return look_here(desk)


def _no_step(words: str) -> Callable[[str, int, int], str]:
    return lambda _name, _done, _of: words
