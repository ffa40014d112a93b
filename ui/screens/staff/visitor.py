"""One visitor as staff sees them: what is recorded, where they were, what they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee, Certificate, CheckIn
from kiosk.domain.clock import local_time, written_date
from kiosk.services.check_in import CheckedIn, check_in
from kiosk.services.correct import registration_answers
from kiosk.services.designs import badge_sheet
from kiosk.services.desk import REGISTRATION
from kiosk.services.forms import open_session
from kiosk.services.printing import queue
from ui.isolates import alone, joined
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.store_words import event_words, outlived_words
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import Kind, TouchButton
from ui.widgets.label import Label
from ui.widgets.strip import Mark, Strip
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kiosk.domain.language import Tag
    from kiosk.forms.session import Shown
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember

_BESIDE_EM = 38
_MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the page shows, read in one go."""

    attendee: Attendee
    rows: tuple[Shown, ...]
    check_ins: tuple[CheckIn, ...]
    certificates: tuple[Certificate, ...]
    here: bool  # this kiosk has a row of the visitor, so that it can be corrected


def read_dossier(desk: Desk, attendee: Attendee, language: Tag) -> Dossier:
    """What the record holds of one visitor, with the form's words in that language."""
    held = desk.record.attendee(attendee.id)
    known = held or attendee
    session = open_session(desk, REGISTRATION, language, registration_answers(known))
    return Dossier(
        known,
        tuple(shown for shown in session.questions() if shown.question.asked),
        tuple(desk.record.check_ins(known.id)),
        tuple(desk.record.certificates(known.id)),
        held is not None,
    )


def value_in_words(shown: Shown) -> str:
    """An answer as a person reads it."""
    labels = {choice.value: choice.label for choice in shown.choices}
    values = shown.value if isinstance(shown.value, list) else [shown.value]
    return ", ".join(labels.get(str(value), str(value)) for value in values if value != "")


def _queued(desk: Desk, attendee: Attendee, kind: str) -> PrintJob:
    """The visitor's badge or label in the print queue."""
    title = f"{attendee.number} {attendee.name}"
    sheet = badge_sheet(desk, attendee, kind)
    return queue(desk, sheet, kind, title, attendee_id=attendee.id)


class VisitorPage(Page):
    """Comes from the search; leads to one field, or to the papers."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._attendee: Attendee | None = None
        self._dossier: Dossier | None = None
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._sides: QBoxLayout | None = None
        self._scroll = self.scroller(self._content)
        self._came: CheckedIn | None = None
        self._answer = AnswerCard()
        self._answer.hide()
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(self.theme.space(1))
        whole.addWidget(self._answer)  # above what scrolls: it is always seen
        whole.addWidget(self._scroll, 1)
        self.set_body(body)

    def title(self) -> str:
        if self._attendee is None:
            return ""
        return self._attendee.number if self._attendee.masked else self._attendee.name

    def take(self, about: object) -> None:
        if isinstance(about, Attendee):
            self._attendee = about

    def enter(self) -> None:
        self._hush()
        self._clear()
        self._scroll.to_top()
        self.refresh()

    def refresh(self) -> None:
        """Reads the visitor from the disk and shows them."""
        attendee = self._attendee
        if attendee is None:
            self.went.emit(Open("find"))
            return
        tag = self.speaker.tag
        self.porch.worker.ask(lambda desk: read_dossier(desk, attendee, tag), self._show)

    def leave(self) -> None:
        self._hush()

    def forget(self) -> None:
        self._attendee = self._dossier = None
        self._hush()
        self._clear()

    def say_again(self) -> None:
        super().say_again()
        if self._dossier is not None:
            self._show_answer()
            self.refresh()

    def on_back(self) -> None:
        self.went.emit(Open("find"))

    # what is shown

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._sides = None

    def _show(self, dossier: Dossier) -> None:
        self._clear()
        self._dossier, self._attendee = dossier, dossier.attendee
        say, space = self.speaker.say, self.theme.space
        self._column.setSpacing(space(1.5))
        back = TouchButton(say("staff.side.find"), "quiet", icon="back", tag=self.speaker.tag)
        back.clicked.connect(self.on_back)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(back)
        about = Label(self._about(dossier), "body", quiet=True, tag=self.speaker.tag)
        row.addWidget(about, 1, Qt.AlignmentFlag.AlignVCenter)
        self._column.addWidget(head)
        if dossier.attendee.masked:
            self._column.addWidget(Strip(self._masked(dossier.attendee)))
            self._column.addStretch(1)
            self.changed.emit()
            return
        sides = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, sides)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(space(2))
        self._sides.addWidget(self._data_card(dossier), 6)
        end = QVBoxLayout()
        end.setSpacing(space(2))
        end.addWidget(self._papers_card(dossier))
        end.addWidget(self._sessions_card(dossier))
        end.addStretch(1)
        self._sides.addLayout(end, 5)
        self._column.addWidget(sides)
        self._column.addStretch(1)
        self._turn_sides()
        self.changed.emit()

    def _about(self, dossier: Dossier) -> str:
        say, attendee = self.speaker.say, dossier.attendee
        language = self.room.languages.get(attendee.language)
        time = self.clock_time(attendee.registered_at)
        where = event_words(self.speaker, self.room.event)
        parts = [
            attendee.number,
            *(() if "check_in" in self.room.deeds else where),
            f"{say('staff.visitor.registered')} {say('staff.at_time', time=time)}",
            language.native if language is not None else attendee.language,
        ]
        if attendee.assisted:
            parts.append(say("staff.visitor.assisted"))
        if attendee.met != "registered":
            parts.append(say("staff.visitor.met_slip"))
        return joined(parts)

    def _masked(self, attendee: Attendee) -> str:
        at = attendee.withdrawn_at or 0
        day = written_date(local_time(at, self.room.event.zone).date())
        return self.speaker.say("staff.visitor.masked", date=alone(day), time=self.clock_time(at))

    def _data_card(self, dossier: Dossier) -> Card:
        say = self.speaker.say
        card = self._card(say("staff.visitor.data"))
        for shown in dossier.rows:
            card.column.addWidget(self._row(shown, dossier))
        if "withdraw" in self.room.deeds:
            withdraw = TouchButton(say("staff.visitor.withdraw"), "quiet", tag=self.speaker.tag)
            withdraw.clicked.connect(lambda: self.went.emit(Open("withdraw", dossier.attendee)))
            card.column.addWidget(withdraw)
        return card

    def _row(self, shown: Shown, dossier: Dossier) -> QWidget:
        say, space = self.speaker.say, self.theme.space
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(1))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Label(shown.label, "small", quiet=True, tag=self.speaker.tag))
        value = value_in_words(shown)
        if value:
            texts.addWidget(Label(value, "body", bold=True, tag=dossier.attendee.language))
        else:
            text = say("staff.not_given")
            texts.addWidget(Label(text, "body", quiet=True, tag=self.speaker.tag))
        line.addLayout(texts, 1)
        if dossier.here and "correct" in self.room.deeds:
            change = TouchButton(say("staff.change"), "quiet", tag=self.speaker.tag)
            change.setAccessibleName(say("staff.visitor.change_field", label=shown.label))
            about = (dossier.attendee, shown.name)
            change.clicked.connect(lambda: self.went.emit(Open("correct", about)))
            line.addWidget(change)
        return row

    def _papers_card(self, dossier: Dossier) -> Card:
        say, deeds = self.speaker.say, self.room.deeds
        card = self._card(say("staff.visitor.papers"))
        valid = next((one for one in dossier.certificates if one.status == "valid"), None)
        words = say("staff.visitor.no_certificate")
        if valid is not None:
            time = self.clock_time(valid.issued_at)
            words = say("staff.visitor.certificate", serial=alone(valid.serial), time=time)
        card.column.addWidget(Label(words, "body", tag=self.speaker.tag))
        for line in outlived_words(self.speaker, dossier.certificates):
            card.column.addWidget(Label(line, "small", quiet=True, tag=self.speaker.tag))
        buttons: list[tuple[str, Kind, str, Callable[[], object]]] = []
        if "issue" in deeds or (valid is not None and "reissue" in deeds):
            buttons.append(self._issuing(dossier, valid))
        if dossier.here and "slip" in deeds:
            to_slip = self._opening("slip", dossier)
            buttons.append((say("staff.visitor.new_slip"), "plain", "", to_slip))
        sheets = (("badge", "staff.designs.badge"), ("label", "staff.designs.label"))
        for sheet, name in sheets if "badge" in deeds else ():
            buttons.append((say(name), "quiet", "", partial(self._print, dossier, sheet)))
        if valid is not None and "revoke" in deeds:
            to_revoke = self._opening("revoke", dossier)
            buttons.append((say("staff.revoke.open"), "quiet", "", to_revoke))
        for text, kind, icon, act in buttons:
            button = TouchButton(text, kind, icon=icon, tag=self.speaker.tag)
            button.clicked.connect(lambda _on=False, act=act: act())
            card.column.addWidget(button)
        return card

    def _issuing(
        self, dossier: Dossier, valid: Certificate | None
    ) -> tuple[str, Kind, str, Callable[[], object]]:
        """The button that leads to the certificate."""
        say, act = self.speaker.say, self._opening("papers", dossier)
        if valid is None:
            return say("staff.visitor.issue"), "primary", "star", act
        if "issue" in self.room.deeds:
            return say("staff.visitor.print_again"), "plain", "printer", act
        return say("staff.store.see_certificate"), "plain", "star", act

    def _opening(self, page: str, dossier: Dossier) -> Callable[[], object]:
        return lambda: self.went.emit(Open(page, dossier.attendee))

    def _sessions_card(self, dossier: Dossier) -> Card:
        say = self.speaker.say
        card = self._card(say("staff.visitor.sessions"))
        sessions = [*(one.id for one in self.room.event.sessions), ""]
        if "check_in" not in self.room.deeds:  # only what was: nobody comes any more
            came = {fact.session_id for fact in dossier.check_ins}
            sessions = [one for one in sessions if one in came]
        for session_id in sessions:
            self._session_row(card, dossier, session_id)
        if not sessions:
            words = say("staff.store.nowhere")
            card.column.addWidget(Label(words, "body", quiet=True, tag=self.speaker.tag))
        return card

    def _session_title(self, session_id: str) -> str:
        for session in self.room.event.sessions:
            if session.id == session_id:
                return f"{session.starts} · {self.speaker.text(session.title)}"
        return self.speaker.say("staff.scan.event")

    def _session_row(self, card: Card, dossier: Dossier, session_id: str) -> None:
        say, title = self.speaker.say, self._session_title(session_id)
        row = QHBoxLayout()
        row.setSpacing(self.theme.space(1))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Label(title, "body", tag=self.speaker.tag))
        came = [fact.at for fact in dossier.check_ins if fact.session_id == session_id]
        if came:
            row.addWidget(Mark("check", "primary"))
            times = ", ".join(self.clock_time(at) for at in came[-4:])
            words = say("staff.visitor.was_there", times=times)
            texts.addWidget(Label(words, "small", bold=True, tag=self.speaker.tag))
        row.addLayout(texts, 1)
        if "check_in" in self.room.deeds:
            button = TouchButton(say("staff.visitor.check_in"), "quiet", tag=self.speaker.tag)
            button.setAccessibleName(say("staff.visitor.check_in_to", session=title))
            button.clicked.connect(lambda: self._check_in(dossier.attendee, session_id))
            row.addWidget(button)
        card.column.addLayout(row)

    def _card(self, title: str) -> Card:
        card = Card()
        card.column.addWidget(Label(title, "body", bold=True, tag=self.speaker.tag))
        return card

    # what is done

    def _check_in(self, attendee: Attendee, session_id: str) -> None:
        self.porch.worker.ask(
            lambda desk: check_in(desk, attendee, session_id, self.actor), self._checked_in
        )

    def _print(self, dossier: Dossier, kind: str) -> None:
        """A badge or a label: it is on the disk before it goes to the printer."""
        attendee = dossier.attendee

        def queued(job: PrintJob) -> None:
            say = self.speaker.say
            if self.room.press.ready_for(kind):
                self.room.press.send(job)
                self.notify(say("staff.designs.prints"))
            else:
                self.notify(say("staff.designs.waits"))

        self.porch.worker.ask(lambda desk: _queued(desk, attendee, kind), queued)

    def _checked_in(self, fact: CheckedIn) -> None:
        self._came = fact
        self._show_answer()
        self.refresh()

    def _show_answer(self) -> None:
        """When the person was checked in to which session; or that they were there before."""
        say, came = self.speaker.say, self._came
        if came is None:
            return
        time = self.clock_time(came.check_in.at)
        if came.first:
            words = say("staff.visitor.checked_in", time=time)
        else:
            times = ", ".join(self.clock_time(at) for at in came.before[-_MOST_TIMES:])
            words = say("staff.visitor.checked_in_again", times=times, time=time)
        title = self._session_title(came.check_in.session_id)
        self._answer.show_answer("good" if came.first else "again", title, words, self.speaker.tag)
        self._answer.show()

    def _hush(self) -> None:
        self._came = None
        self._answer.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn_sides()

    def _turn_sides(self) -> None:
        if self._sides is None:
            return
        beside = self.width() >= _BESIDE_EM * self.theme.pixels("body")
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
