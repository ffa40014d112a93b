"""Back with a slip: held under the scanner, or number and secret code typed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.forms.model import Question
from kiosk.forms.session import Shown
from kiosk.services.desk import REGISTRATION
from kiosk.services.forms import open_session
from ui.fields.field import Field
from ui.fields.kinds import field_for
from ui.fields.text import LineField
from ui.journey import Step
from ui.notices import notice_of, sentence
from ui.recognise import Known, by_typing
from ui.screens.screen import Notice, Room
from ui.screens.visitor import VisitorScreen
from ui.visit import Visit
from ui.walk import Walk
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

NUMBER, CODE = "number", "code"
_OF_STRANGERS = ("name", "does")  # what is asked of somebody whom this kiosk never met


class SlipScreen(VisitorScreen):
    sensitive = True

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        sample = f"{room.device.code}-0057"
        self._fields = {
            NUMBER: self._field(NUMBER, self.say("slip.number", sample=sample)),
            CODE: self._field(CODE, self.say("slip.code")),
        }
        space, tag = self.theme.space, self.speaker.tag
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(self.say("slip.title"), "lead", bold=True, tag=tag))
        words.addWidget(Label(self.say("slip.detail"), "small", quiet=True, tag=tag))
        lost = TouchButton(self.say("slip.lost"), "quiet", icon="help", tag=tag)
        lost.clicked.connect(lambda: self.told.emit(Notice(self.say("slip.lost_detail"))))
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(lost, 0, Qt.AlignmentFlag.AlignTop)
        back = TouchButton(self.say("nav.back"), "plain", icon="back", tag=tag)
        back.clicked.connect(self.on_back)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(back, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._captioned(NUMBER, self.say("slip.number", sample=sample)), 2)
        row.addWidget(self._captioned(CODE, self.say("slip.code")), 3)
        column = self.column()
        column.setContentsMargins(space(6), space(1), space(6), 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addLayout(head)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _field(self, name: str, label: str) -> Field:
        question = Question(f"/slip/{name}", name, "text", appearance=("code",))
        typed = self.visit.typed.get(name, "")
        shown = Shown(
            question=question, path=question.path, name=name, relevant=True, required=True,
            readonly=False, value=typed, raw=typed, label=label, hint="", choices=(), problem=None,
        )  # fmt: skip
        field = field_for(shown, self.speaker, self.theme)
        field.answered.connect(self._on_answered)
        if isinstance(field, LineField):
            field.line.returnPressed.connect(self.on_next)
        return field

    def _captioned(self, name: str, caption: str) -> QWidget:
        widget = QWidget()
        column = QBoxLayout(QBoxLayout.Direction.TopToBottom, widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(caption, "small", quiet=True, tag=self.speaker.tag))
        column.addWidget(self._fields[name])
        return widget

    @property
    def fields(self) -> Mapping[str, Field]:
        """The lines for number and code."""
        return self._fields

    def enter(self) -> None:
        self._fields[NUMBER].focus()

    def _on_answered(self, name: str, raw: object) -> None:
        self.visit.typed[name] = str(raw)
        self._fields[name].show_problem("")

    def on_next(self) -> None:
        typed = self.visit.typed
        if not typed.get(CODE, "").strip() and not self._has_focus(CODE):
            self._fields[CODE].focus()
            return
        number, code = typed.get(NUMBER, ""), typed.get(CODE, "")
        self.set_waiting(True)
        self.room.worker.ask(
            lambda desk: by_typing(desk, number, code), self._on_found, self._on_failed
        )

    def _has_focus(self, name: str) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self._fields[name].isAncestorOf(focused)

    def _on_found(self, known: Known | None) -> None:
        if known is None and self.visit.own_details:
            self.visit.attendee = self.visit.own = None
            self.set_waiting(False)
            self.went.emit(Step.UNKNOWN)
            return
        if known is None:
            language = self.speaker.tag
            self.room.worker.ask(
                lambda desk: Walk(open_session(desk, REGISTRATION, language), only=_OF_STRANGERS),
                self._on_unknown,
            )
            return
        self.visit.attendee = known.attendee
        self.visit.certificate_due = known.certificate_due
        self.set_waiting(False)
        self.went.emit(Step.RECOGNISED)

    def _on_unknown(self, walk: Walk) -> None:
        self.visit.meeting = walk
        self.set_waiting(False)
        self.went.emit(Step.UNKNOWN)

    def _on_failed(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        field = getattr(fault, "field", None)
        if field in self._fields:
            self._fields[field].show_problem(sentence(fault, self.speaker))
            self._fields[field].focus()
        else:
            self.told.emit(notice_of(fault, self.speaker))

    def forget(self) -> None:
        for field in self._fields.values():
            field.forget()

    def keyboard(self) -> tuple[Tag, str] | None:
        return self.speaker.tag, "code"

    def next_text(self) -> str:
        return self.say("slip.find")

    def back_text(self) -> str:
        return self.say("nav.back")
