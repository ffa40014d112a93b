"""One field of one visitor is put right, checked as at registration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.correct import correct_attendee, registration_answers
from kiosk.services.desk import REGISTRATION
from kiosk.services.forms import open_session
from kiosk.services.refused import Refused
from ui.fields.kinds import field_for
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.forms.session import Shown
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember
    from ui.fields.field import Field


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of it; ``gone`` are questions that are no longer asked, and so their answers."""

    changed: bool
    gone: tuple[str, ...]


class CorrectPage(Page):
    """The question as the visitor saw it, with what was answered; saved or left."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._attendee: Attendee | None = None
        self._name = ""
        self._raw: object = None
        self._shown: Shown | None = None
        self._field: Field | None = None
        self._typing = False
        space = self.theme.space
        self._question = Label("", "lead", bold=True)
        self._place = QVBoxLayout()
        self._save = TouchButton("", "primary", icon="save")
        self._save.clicked.connect(self.on_next)
        self._cancel = TouchButton("", "plain")
        self._cancel.clicked.connect(self.on_back)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self._question)
        column.addLayout(self._place, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(space(2))
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        buttons.addWidget(self._save)
        column.addLayout(buttons)
        self.set_body(content)
        self.says(self._save.set_text, lambda: self.speaker.say("staff.save"))
        self.says(self._cancel.set_text, lambda: self.speaker.say("staff.cancel"))

    def title(self) -> str:
        return self._attendee.name if self._attendee is not None else ""

    def take(self, about: object) -> None:
        if isinstance(about, tuple):
            self._attendee, self._name = about

    def enter(self) -> None:
        attendee, name, tag = self._attendee, self._name, self.speaker.tag
        self._drop_field()
        if attendee is None:
            self.went.emit(Open("find"))
            return

        def work(desk: Desk) -> Shown:
            session = open_session(desk, REGISTRATION, tag, registration_answers(attendee))
            return session.shown(name)

        self.porch.worker.ask(work, self._show)

    def leave(self) -> None:
        self._typing = False

    def forget(self) -> None:
        self._drop_field()
        self._attendee, self._name = None, ""

    def say_again(self) -> None:
        super().say_again()
        if self._attendee is not None and self._field is not None:
            self.enter()

    @property
    def busy(self) -> bool:
        return self._field is not None

    def keyboard(self) -> tuple[Tag, str] | None:
        field, attendee = self._field, self._attendee
        if not self._typing or field is None or attendee is None or not field.wants_keyboard:
            return None
        return attendee.language, field.keyboard_kind

    # the field

    def _drop_field(self) -> None:
        self._raw, self._shown = None, None
        if self._field is not None:
            self._field.forget()
            while self._place.takeAt(0) is not None:
                continue
            self._field.hide()
            self._field.deleteLater()
            self._field = None

    def _show(self, shown: Shown) -> None:
        self._drop_field()
        self._shown, self._raw = shown, shown.raw
        self._question.set_text(shown.label)
        self._field = field_for(shown, self.speaker, self.theme)
        self._field.answered.connect(self._answered)
        self._place.addWidget(self._field)
        if self._field.wants_keyboard:
            self._place.addStretch(1)
        self._field.focus()
        self._typing = True
        self.changed.emit()

    def _answered(self, _name: str, raw: object) -> None:
        self._raw = raw

    def on_next(self) -> None:
        attendee, name, raw, tag = self._attendee, self._name, self._raw, self.speaker.tag
        if attendee is None or self._field is None:
            return

        def work(desk: Desk) -> Corrected:
            changed = correct_attendee(desk, attendee, {name: raw}, self.actor)
            form = open_session(desk, REGISTRATION, tag)
            gone = tuple(form.shown(one).label for one in changed if one != name)
            return Corrected(bool(changed), gone)

        self.set_waiting(True)
        self.porch.worker.ask(work, self._saved, self._refused)

    def on_back(self) -> None:
        self.went.emit(Open("visitor", self._attendee))

    def _saved(self, corrected: Corrected) -> None:
        self.set_waiting(False)
        say = self.speaker.say
        words = say("staff.visitor.saved") if corrected.changed else say("staff.visitor.unchanged")
        if corrected.gone:
            labels = ", ".join(alone(label) for label in corrected.gone)
            words = f"{words} {say('staff.visitor.no_longer_asked', labels=labels)}"
        self.notify(words)
        self.on_back()

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        if isinstance(fault, EnvironmentFault) or self._field is None:
            self.porch.worker.faulted.emit(fault)
            return
        problems = fault.problems if isinstance(fault, Refused) else ()
        words = [problem.message(self.speaker.words) for problem in problems]
        text = " ".join(words) or self.speaker.say(f"error.{fault.key}", **fault.values)
        self._field.show_problem(text)
