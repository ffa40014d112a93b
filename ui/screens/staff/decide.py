"""To decide: what laptops said differently, who may be there twice, whose clock was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.deciding import CLOCK, CORRECTION, WRONG_CLOCK, Side
from kiosk.services.duplicates import Row, Twice
from ui.deciding import Asked, Waiting, decide_pair, read_waiting, settle_matter
from ui.fields.field import Field
from ui.fields.kinds import field_for
from ui.fields.type_line import TypeLine
from ui.isolates import alone, joined
from ui.merging import StoreAt
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.progress import Busy
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.domain.event import Event
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_LONGEST = 40  # of a time
_STAFF = "staff:"


class DecidePage(Page):
    """About a merged store (``StoreAt``); without one it leads to merging."""

    under = "carry"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._at: StoreAt | None = None
        self._found: Waiting | None = None
        self._line: TypeLine | None = None
        self._field: Field | None = None
        self._typing = False
        self._asked: Asked | None = None
        self._value: object = ""
        self._run: Progress | None = None
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self.theme.space(1.5))
        self.set_body(self.scroller(content))

    def title(self) -> str:
        return self.speaker.say("staff.decide.title")

    # what the frame calls

    def take(self, about: object) -> None:
        if isinstance(about, StoreAt):
            self._at, self._found = about, None

    def enter(self) -> None:
        self._end()
        if self._at is None or not self.member.coordinator:
            self._show()
            return
        at, tag = self._at, self.speaker.tag
        self._work(lambda: read_waiting(at, tag))

    def forget(self) -> None:
        self._run = None
        self._end()
        self._at = self._found = None
        self._show()

    def leave(self) -> None:
        self._end()

    def say_again(self) -> None:
        super().say_again()
        if self._at is not None and self._run is None:
            self.enter()

    def keyboard(self) -> tuple[Tag, str] | None:
        if not self._typing:
            return None
        if self._field is None:
            return self.speaker.tag, "number"
        wanted = self._field.wants_keyboard
        return (self.speaker.tag, self._field.keyboard_kind) if wanted else None

    def on_next(self) -> None:
        self._typed()

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """After trouble that nobody foresaw, the page is there again."""
        super().set_waiting(waiting)
        if not waiting and self._run is not None:
            self._end()

    # what is asked of the store

    def _work(self, work: Callable[[], Waiting]) -> None:
        """The store may be large and is opened each time: the screen says that it is read."""
        self._drop_line()
        self.show_over(Busy(self.speaker.say("staff.decide.reading")))

        def run(_desk: Desk, _progress: Progress) -> Waiting:
            return work()

        self._run = self.porch.worker.run_long(
            run, lambda _step, _done, _of: None, self._know, self._failed
        )

    def _know(self, waiting: Waiting) -> None:
        self._end()
        self._found = waiting
        self._show()

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        asked, value = self._asked, self._value
        self._end()
        if isinstance(fault, VisitorError) and asked is not None:
            self._ask_other(asked, sentence(fault, self.speaker), value)
            return
        if not isinstance(fault, Cancelled):
            self.notify(sentence(fault, self.speaker), grave=True)
        self._show()

    def _end(self) -> None:
        self._run = self._asked = None
        self._value = ""
        self._drop_line()
        self._set_typing(typing=False)
        self.show_body()

    def _drop_line(self) -> None:
        for one in (self._line, self._field):
            if one is not None:
                one.forget()
        self._line = self._field = None

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    # the cards

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        say, tag, waiting = self.speaker.say, self.speaker.tag, self._found
        if not self.member.coordinator:
            self._column.addWidget(Strip(say("staff.merge.only_coordinator")))
        elif waiting is None:
            strip = Strip(say("staff.decide.no_store"), action_text=say("staff.merge.title"))
            strip.acted.connect(lambda: self.went.emit(Open("merge")))
            self._column.addWidget(strip)
        else:
            opened = [one for one in waiting.matters if one.matter.open]
            known = [one for one in waiting.matters if not one.matter.open]
            if not opened and not waiting.twice:
                self._column.addWidget(self._nothing())
            else:
                words = say("staff.decide.help")
                self._column.addWidget(Label(words, "body", quiet=True, tag=tag))
            for one in opened:
                self._column.addWidget(self._matter(one))
            for pair, event in waiting.twice:
                self._column.addWidget(self._twice(pair, event))
            for one in known:
                self._column.addWidget(self._clash(one))
            if waiting.more:
                words = say("staff.merge.more", count=indian_grouping(waiting.more))
                self._column.addWidget(Label(words, "body", quiet=True, tag=tag))
        self._column.addStretch(1)

    def _nothing(self) -> AnswerCard:
        say = self.speaker.say
        card = AnswerCard()
        card.show_answer(
            "good", say("staff.decide.none"), say("staff.decide.none_help"), self.speaker.tag
        )
        return card

    def _matter(self, asked: Asked) -> Card:
        say, matter = self.speaker.say, asked.matter
        heads = {
            CORRECTION: (joined((matter.name, matter.number)), self._which(asked)),
            CLOCK: (joined((matter.name, matter.number)), say("staff.decide.ahead")),
        }
        title, words = heads.get(matter.kind, ("", ""))
        if matter.kind == WRONG_CLOCK and matter.clock is not None:
            clock = matter.clock
            title = say("staff.decide.wrong_clock", code=alone(clock.code or clock.device_id[:6]))
            words = say(
                "staff.decide.wrong_clock_help",
                count=indian_grouping(clock.rows),
                first=self._moment(clock.first, asked.event),
                last=self._moment(clock.last, asked.event),
            )
        card = self._card(title, words)
        sides = [self._side(asked, at, title) for at in range(len(matter.sides))]
        card.column.addWidget(CardGrid(sides, columns=(1, 2)))
        if asked.shown is not None or matter.clock is not None:
            key = "staff.decide.other_time" if matter.clock else "staff.decide.other"
            other = TouchButton(say(key), "quiet", tag=self.speaker.tag)
            other.setAccessibleName(f"{other.text()}: {title}")
            other.clicked.connect(lambda: self._ask_other(asked))
            card.column.addWidget(other)
        return card

    def _which(self, asked: Asked) -> str:
        return self.speaker.say("staff.decide.which", label=asked.label)

    def _side(self, asked: Asked, at: int, title: str) -> Card:
        say, tag, side = self.speaker.say, self.speaker.tag, asked.matter.sides[at]
        words = asked.said[at] or say("staff.not_given")
        if asked.matter.clock is not None:
            words = say("staff.decide.leave_times" if side.stands else "staff.decide.move_times")
        card = Card(fill="ground")
        space = self.theme.space
        card.column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        card.column.addWidget(Label(alone(words), "lead", bold=True, tag=tag))
        who = self._who(side, asked.event)
        if who:
            card.column.addWidget(Label(who, "small", quiet=True, tag=tag))
        if side.stands:
            card.column.addWidget(Label(say("staff.decide.stands"), "small", bold=True, tag=tag))
        card.column.addStretch(1)
        take = TouchButton(say("staff.decide.take"), "plain", icon="check", tag=tag)
        take.setAccessibleName(f"{take.text()}: {words}. {title}")
        take.clicked.connect(lambda: self._take(asked, at + 1))
        card.column.addWidget(take)
        return card

    def _who(self, side: Side, event: Event) -> str:
        if not side.at:
            return ""
        actor = side.actor.removeprefix(_STAFF)
        return joined((side.code, actor, self._moment(side.at, event)))

    def _moment(self, at_ms: int, event: Event) -> str:
        at = local_time(at_ms, event.zone)
        return alone(f"{written_date(at.date())} {at:%H:%M}")

    def _clash(self, asked: Asked) -> Card:
        """Nothing to decide: how they are told apart."""
        say, matter = self.speaker.say, asked.matter
        key = "staff.decide.number" if matter.kind == "number" else "staff.decide.serial"
        card = self._card(say(key, number=alone(matter.number)), say("staff.decide.apart"))
        for side, said in zip(matter.sides, asked.said, strict=True):
            line = joined((said, side.name, side.code, self._moment(side.at, asked.event)))
            card.column.addWidget(Label(line, "body", tag=self.speaker.tag))
        return card

    def _twice(self, pair: Twice, event: Event) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self._card(say("staff.decide.twice"), self._reasons(pair))
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

    def _reasons(self, pair: Twice) -> str:
        say = self.speaker.say
        reasons = {
            "code": say("staff.decide.reason_code"),
            "mobile": say("staff.decide.reason_mobile"),
            "email": say("staff.decide.reason_email"),
            "name": say("staff.decide.reason_name"),
            "near_name": say("staff.decide.reason_near_name"),
            "pin_code": say("staff.decide.reason_pin_code"),
            "organisation": say("staff.decide.reason_organisation"),
            "district": say("staff.decide.reason_district"),
            "other_mobile": say("staff.decide.reason_other_mobile"),
            "other_email": say("staff.decide.reason_other_email"),
        }
        return joined(reasons[one] for one in pair.reasons if one in reasons)

    def _row(self, row: Row, event: Event) -> Card:
        tag, space = self.speaker.tag, self.theme.space
        card = Card(fill="ground")
        card.column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        card.column.addWidget(Label(alone(row.name), "lead", bold=True, tag=tag))
        when = self._moment(row.registered_at, event)
        for line in (
            joined((row.number, row.code, when)),
            joined((row.mobile, row.email)),
            joined((row.organisation, row.district, row.pin_code)),
        ):
            if line:
                card.column.addWidget(Label(line, "small", quiet=True, tag=tag))
        card.column.addStretch(1)
        return card

    def _card(self, title: str, words: str) -> Card:
        card, tag, space = Card(), self.speaker.tag, self.theme.space
        card.column.setContentsMargins(space(3), space(1.5), space(3), space(1.5))
        card.column.addWidget(Label(title, "lead", bold=True, tag=tag))
        if words:
            card.column.addWidget(Label(words, "body", tag=tag))
        card.setAccessibleName(f"{title}. {words}")
        return card

    # deciding

    def _take(self, asked: Asked, side: int) -> None:
        at, tag = self._at, self.speaker.tag
        if at is not None:
            self._work(lambda: settle_matter(at, asked, self.actor, tag, take=side))

    def _pair(self, pair: Twice, *, same: bool) -> None:
        at, tag = self._at, self.speaker.tag
        if at is not None:
            self._work(lambda: decide_pair(at, pair, self.actor, tag, same=same))

    def _ask_other(self, asked: Asked, problem: str = "", value: object = "") -> None:
        """Neither of them: what is right is given as the form asks it."""
        say, tag = self.speaker.say, self.speaker.tag
        self._end()
        self._asked, self._value = asked, value
        label = asked.label if asked.shown is not None else say("staff.decide.first_at")
        place = self._answer_to(asked, label, problem)
        go = TouchButton(say("staff.save"), "primary", icon="save", tag=tag)
        go.clicked.connect(self._typed)
        cancel = TouchButton(say("staff.cancel"), "quiet", tag=tag)
        cancel.clicked.connect(self._end)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(1.5))
        column.addWidget(Label(asked.matter.name, "small", quiet=True, tag=tag))
        column.addWidget(Label(label, "lead", bold=True, tag=tag))
        column.addWidget(place)
        buttons = QHBoxLayout()
        buttons.addWidget(go)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        if self._field is not None:
            self._field.focus()
            self._set_typing(typing=True)
        elif self._line is not None:
            self._line.setFocus()

    def _answer_to(self, asked: Asked, label: str, problem: str) -> QWidget:
        """The field of the question; for a wrong clock a line for the time."""
        if asked.shown is not None:
            self._field = field_for(replace(asked.shown, raw=self._value), self.speaker)
            self._field.answered.connect(self._answered)
            self._field.show_problem(problem)
            return self._field
        self._line = TypeLine("number", tag=self.speaker.tag, longest=_LONGEST)
        self._line.setText(str(self._value))
        self._line.set_names(label, self.speaker.say("staff.find.clear"))
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self._typed)
        self._line.textChanged.connect(lambda text: self._answered("", text))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._line)
        if problem:
            words = Label(problem, "body", bold=True, colour="danger", tag=self.speaker.tag)
            column.addWidget(words)
        return holder

    def _answered(self, _name: str, raw: object) -> None:
        self._value = raw

    def _typed(self) -> None:
        at, asked, tag, raw = self._at, self._asked, self.speaker.tag, self._value
        if at is None or asked is None or not raw:
            return
        value = " ".join(raw) if isinstance(raw, list) else str(raw).strip()
        if asked.matter.clock is not None:
            time = value.replace(".", ":").zfill(len("09:30"))  # the pad of digits has no colon
            value = f"{asked.event.day.isoformat()}T{time}"
        self._set_typing(typing=False)
        self._work(lambda: settle_matter(at, asked, self.actor, tag, value=value))
