"""Checking in at the door of a session: each slip is answered at once, and none is rejected."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import Number
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.check_in import CheckedIn, check_in
from kiosk.services.find import find_one
from ui.fields.type_line import TypeLine
from ui.isolates import alone, joined
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_LONGEST_SLIP = 4000
_KEPT = 4  # answers that stay below the newest one
_MOST_TIMES = 3
WHOLE_EVENT = ""


@dataclass(frozen=True, slots=True)
class Came:
    """One scan: who it was, and what the record says of it."""

    attendee: Attendee
    checked_in: CheckedIn


def number_in_full(text: str, device_code: str) -> str:
    """What was typed, or this kiosk's own number where somebody typed its digits alone."""
    bare = text.strip()
    if bare.isdecimal() and len(bare) <= 6:
        return f"{device_code}-{int(bare):04d}"
    return bare


def own_visitor(desk: Desk, text: str) -> Attendee:
    """Who this is; digits alone are a number of this kiosk, under any code that it has had."""
    codes = (desk.device.code, *desk.device.formers)
    numbers = [number_in_full(text, code) for code in codes]
    known = (one for one in numbers if desk.record.attendee_by_number(Number(one)) is not None)
    return find_one(desk, next(known, numbers[0]))


class ScanPage(Page):
    """First the session is chosen; then it waits for slips."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._session: str | None = None
        self._typing = False
        self._count = 0
        self._last: deque[Came] = deque(maxlen=_KEPT + 1)
        self._where = Label("", "lead", bold=True)
        self._other = TouchButton("", "tool")
        self._other.clicked.connect(self._choose)
        self._line = TypeLine("code", longest=_LONGEST_SLIP)
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self._entered)
        self._go = TouchButton("", "primary", icon="check")
        self._go.clicked.connect(self._entered)
        self._answer = AnswerCard()
        self._counted = Label("", "small", quiet=True)
        self._earlier = Label("", "body", quiet=True)
        self.set_body(self._lay_out())
        say = self.speaker.say
        self.says(self._other.set_text, lambda: say("staff.scan.other"))
        self.says(self._go.set_text, lambda: say("staff.scan.go"))
        self.says(self._line.setPlaceholderText, lambda: say("staff.scan.placeholder"))
        self.says(self._name_line, lambda: say("staff.scan.help"))

    def _lay_out(self) -> QWidget:
        space = self.theme.space
        head, line = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._where, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._other)
        line.setSpacing(space(1.5))
        line.addWidget(self._line, 1)
        line.addWidget(self._go)
        answers = QWidget()
        below = QVBoxLayout(answers)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(space(1))
        for widget in (self._answer, self._counted, self._earlier):
            below.addWidget(widget)
        below.addStretch(1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addLayout(head)
        column.addLayout(line)
        column.addWidget(self.scroller(answers), 1)
        return body

    def title(self) -> str:
        return self.speaker.say("staff.scan.title")

    # what the frame calls

    def enter(self) -> None:
        if self._session is None:
            self._choose()
        else:
            self._ready()

    def leave(self) -> None:
        self._typing = False

    def forget(self) -> None:
        self.show_body()
        self._session = None
        self._begin_counting()

    def say_again(self) -> None:
        super().say_again()
        if self._session is None:
            return
        self._where.set_text(self._session_title(self._session))
        self._show_last()

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "code") if self._typing else None

    def on_next(self) -> None:
        self._entered()

    @property
    def busy(self) -> bool:
        return False  # choosing a session is no work that a slip could spoil

    def on_slip(self, text: str) -> bool:
        """Checked in at once, and what stands in the line stays; before that, it is found."""
        if self._session is None:
            return super().on_slip(text)
        self._check_in(text, self._session)
        return True

    def _name_line(self, name: str) -> None:
        self._line.set_names(name, self.speaker.say("staff.find.clear"))

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    # the session

    def _session_title(self, session_id: str) -> str:
        for session in self.room.event.sessions:
            if session.id == session_id:
                return f"{session.starts} · {self.speaker.text(session.title)}"
        return self.speaker.say("staff.scan.event")

    def _choose(self) -> None:
        say = self.speaker.say
        self._set_typing(typing=False)
        cards = []
        for session in self.room.event.sessions:
            detail = f"{session.starts}–{session.ends}"
            if session.sample:
                detail = f"{detail} · {say('staff.scan.sample')}"
            card = LinkCard(self.speaker.text(session.title), detail, tag=self.speaker.tag)
            card.clicked.connect(lambda _on=False, chosen=session.id: self._chose(chosen))
            cards.append(card)
        whole = LinkCard(
            say("staff.scan.event"), say("staff.scan.event_detail"), tag=self.speaker.tag
        )
        whole.clicked.connect(lambda: self._chose(WHOLE_EVENT))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Label(say("staff.scan.choose"), "lead"))
        column.addWidget(CardGrid([*cards, whole], columns=(1, 2)))
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        (cards[0] if cards else whole).setFocus()

    def _chose(self, session_id: str) -> None:
        if session_id != self._session:
            self._session = session_id
            self._begin_counting()
        self.show_body()
        self._ready()

    def _begin_counting(self) -> None:
        self._count = 0
        self._last.clear()
        self._line.forget()
        self._show_last()

    def _ready(self) -> None:
        self._where.set_text(self._session_title(self._session or WHOLE_EVENT))
        self._show_last()
        self._line.setFocus()
        self._set_typing(typing=False)

    # a slip

    def _entered(self) -> None:
        text = self._line.text().strip()
        session = self._session
        self._line.forget()
        self._line.setFocus()
        if not text or session is None:
            self._set_typing(typing=False)
            return
        self._check_in(text, session)

    def _check_in(self, text: str, session: str) -> None:
        def work(desk: Desk) -> Came:
            attendee = own_visitor(desk, text)
            return Came(attendee, check_in(desk, attendee, session, self.actor))

        self.porch.worker.ask(work, self._came, lambda fault: self._refused(text, fault))

    def _came(self, came: Came) -> None:
        self._count += 1
        self._last.appendleft(came)
        self._show_last()

    def _refused(self, text: str, fault: VisitorError | EnvironmentFault) -> None:
        if isinstance(fault, EnvironmentFault):
            self.porch.worker.faulted.emit(fault)
            return
        say = self.speaker.say
        if fault.key == "number_unknown":
            words = say("staff.scan.unknown", number=alone(text[:20]))
        else:
            words = say(f"error.{fault.key}", **fault.values)
        self._answer.show_answer("danger", text[:20], words, self.speaker.tag)

    def _show_last(self) -> None:
        say = self.speaker.say
        tag = self.speaker.tag
        counted = say("staff.scan.count", count=self._count) if self._count else ""
        self._counted.set_text(counted, tag)
        if not self._last:
            self._answer.show_answer(
                "neutral", say("staff.scan.ready"), say("staff.scan.help"), tag
            )
            self._earlier.set_text("")
            return
        newest = self._last[0]
        name = joined((newest.attendee.name, newest.attendee.number))
        if newest.checked_in.first:
            self._answer.show_answer("good", name, say("staff.scan.first"), tag)
        else:
            times = self._times(newest.checked_in.before)
            self._answer.show_answer("again", name, say("staff.scan.before", times=times), tag)
        before = list(self._last)[1:]
        lines = [joined((one.attendee.number, one.attendee.name)) for one in before]
        title = [say("staff.scan.last")] if lines else []
        self._earlier.set_text("\n".join([*title, *lines]), tag)

    def _times(self, before: tuple[int, ...]) -> str:
        shown = [self.clock_time(at) for at in before[-_MOST_TIMES:]]
        return ", ".join(shown if len(before) <= _MOST_TIMES else ["…", *shown])
