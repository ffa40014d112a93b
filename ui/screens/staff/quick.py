"""Registering somebody in ten seconds: name, what they do, consent heard and witnessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QVBoxLayout, QWidget

from kiosk.domain.event import valid_on
from kiosk.domain.language import in_language
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.refused import Refused
from kiosk.services.register import Registered, Registration
from kiosk.services.slips import register_and_queue
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kiosk.domain.language import Tag
    from kiosk.services.ports import PrintJob, StaffMember

_BESIDE_EM = 40  # wide enough for two columns


class QuickPage(Page):
    """The fields stay where they are from visitor to visitor; only the language is kept."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._typing = False
        self.line = TypeLine("name", tag=self.speaker.tag)
        self.line.touched.connect(lambda: self._set_typing(typing=True))
        self.line.returnPressed.connect(self.on_next)
        self.line.textEdited.connect(self._typed)
        self._does = self._make_does()
        self._languages = self._make_languages()
        self._consent = ChoiceCard("", "", many=True)
        self._problems = {name: Label("", "body", bold=True, colour="danger") for name in "ndc"}
        self._register = TouchButton("", "primary", icon="save")
        self._register.clicked.connect(self._save)
        self._read = TouchButton("", "quiet", icon="listen")
        self._read.clicked.connect(self._show_notice)
        self.set_body(self._lay_out())
        self._say_cards()

    def title(self) -> str:
        return self.speaker.say("staff.quick.title")

    # layout

    def _make_does(self) -> dict[str, ChoiceCard]:
        group = QButtonGroup(self)
        does = {}
        for category in valid_on(self.room.campaign.does, self.room.event.day):
            card = ChoiceCard(self.speaker.text(category.label), tag=self.speaker.tag)
            group.addButton(card)
            does[category.code] = card
        return does

    def _make_languages(self) -> dict[str, ChoiceCard]:
        group = QButtonGroup(self)
        cards = {}
        for tag, language in self.room.languages.items():
            card = ChoiceCard(language.native, tag=tag)
            group.addButton(card)
            cards[str(tag)] = card
        next(iter(cards.values())).setChecked(True)
        return cards

    def _lay_out(self) -> QWidget:
        space, say = self.theme.space, self.speaker.say
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(space(3))
        start, end = QVBoxLayout(), QVBoxLayout()
        for column, stretch in ((start, 4), (end, 5)):
            column.setSpacing(space(1))
            self._columns.addLayout(column, stretch)
        self._heading(start, lambda: say("staff.quick.name"))
        start.addWidget(self.line)
        start.addWidget(self._problems["n"])
        start.addWidget(self._consent)
        start.addWidget(self._problems["c"])
        self._heading(start, lambda: say("staff.quick.language"))
        start.addWidget(CardGrid(list(self._languages.values()), columns=(2, 3)))
        start.addStretch(1)
        self._heading(end, lambda: say("staff.quick.does"))
        end.addWidget(CardGrid(list(self._does.values()), columns=(1, 2)))
        end.addWidget(self._problems["d"])
        end.addStretch(1)
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(space(1.5))
        whole.addLayout(self._columns)
        self._actions = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._actions.setSpacing(space(2))
        self._actions.addWidget(self._read)
        self._actions.addStretch(1)
        self._actions.addWidget(self._register)
        whole.addStretch(1)
        self._scroll = self.scroller(content)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(1))
        rows.addWidget(self._scroll, 1)
        rows.addLayout(self._actions)
        return body

    def _heading(self, column: QVBoxLayout, sentence: Callable[[], str]) -> None:
        label = Label("", "body", bold=True)
        column.addWidget(label)
        self.says(label.set_text, sentence)

    def _say_cards(self) -> None:
        say = self.speaker.say
        for category in self.room.campaign.does:
            if category.code in self._does:
                text = self.speaker.text(category.label)
                self._does[category.code].set_texts(text, tag=self.speaker.tag)
        self._consent.set_texts(
            say("staff.quick.consent"), say("staff.quick.consent_detail"), self.speaker.tag
        )
        self._register.set_text(say("staff.quick.register"))
        self._read.set_text(say("staff.quick.read"))
        self.line.set_names(say("staff.quick.name"), say("staff.find.clear"))
        self.line.set_tag(self.speaker.tag)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_EM * self.theme.pixels("body")
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)

    # what the frame calls

    def enter(self) -> None:
        self.line.setFocus()

    def leave(self) -> None:
        self._typing = False
        self._start_again()

    def forget(self) -> None:
        self._start_again()

    def say_again(self) -> None:
        super().say_again()
        self._say_cards()

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.language, "name") if self._typing else None

    def on_next(self) -> None:
        self._set_typing(typing=False)
        first = next(iter(self._does.values()))
        first.setFocus()

    @property
    def busy(self) -> bool:
        return super().busy or bool(self.line.text().strip())

    @property
    def language(self) -> Tag:
        """In which slip and certificate will be, and whose letters the keyboard shows."""
        return next(tag for tag in self.room.languages if self._languages[str(tag)].isChecked())

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _start_again(self) -> None:
        self.show_body()
        self.line.forget()
        self._consent.setChecked(False)
        group = next(iter(self._does.values())).group()
        group.setExclusive(False)
        for card in self._does.values():
            card.setChecked(False)
        group.setExclusive(True)
        self._tell({})

    # the notice, to be read aloud

    def _show_notice(self) -> None:
        self._set_typing(typing=False)
        tag = self.language
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        for heading, sentence in self.room.campaign.notice.parts:
            column.addWidget(Label(in_language(heading, tag), "body", bold=True, tag=tag))
            column.addWidget(Label(in_language(sentence, tag), "lead", tag=tag))
        back = TouchButton(self.speaker.say("staff.quick.close_notice"), "primary", icon="back")
        back.clicked.connect(self.show_body)
        column.addWidget(back)
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        back.setFocus()

    # saving

    def _tell(self, problems: dict[str, str]) -> None:
        for name, label in self._problems.items():
            label.set_text(problems.get(name, ""))
            label.setVisible(bool(problems.get(name)))
        self.line.set_wrong("n" in problems)
        shown = next((label for label in self._problems.values() if label.text()), None)
        if shown is not None:
            QTimer.singleShot(0, self, lambda: self._scroll.show_widget(shown))

    def _typed(self) -> None:
        self._problems["n"].hide()
        self.line.set_wrong(False)

    def _save(self) -> None:
        say = self.speaker.say
        self._set_typing(typing=False)
        does = next((code for code, card in self._does.items() if card.isChecked()), "")
        problems = {}
        if not self.line.text().strip():
            problems["n"] = say("staff.pin.name_missing")
        if not does:
            problems["d"] = say("staff.quick.no_does")
        if not self._consent.isChecked():
            problems["c"] = say("staff.quick.no_consent")
        self._tell(problems)
        if problems:
            return
        registration = Registration(
            language=self.language,
            answers={"name": self.line.text(), "does": does},
            consents={
                purpose.code: purpose.required for purpose in self.room.campaign.notice.purposes
            },
            assisted=True,
            staff=self.member.name,
        )
        self.set_waiting(True)
        size = self.room.press.slip_size
        surprised = self.porch.worker.surprised.emit
        self.porch.worker.ask(
            lambda desk: register_and_queue(desk, registration, size, surprised),
            self._saved,
            self._refused,
        )

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        if isinstance(fault, EnvironmentFault):
            self.porch.worker.faulted.emit(fault)
            return
        words = self.speaker.words
        problems = fault.problems if isinstance(fault, Refused) else ()
        places = {"name": "n", "does": "d"}
        told = {places.get(one.field, "c"): one.message(words) for one in problems}
        self._tell(told or {"c": self.speaker.say(f"error.{fault.key}", **fault.values)})

    def _saved(self, saved: tuple[Registered, PrintJob | None]) -> None:
        self.set_waiting(False)
        registered, job = saved
        printing = job is not None and self.room.press.ready_for("slip")
        if job is not None and printing:
            self.room.press.send(job)
        self._start_again()
        self._show_done(registered, printing=printing)

    def _show_done(self, registered: Registered, *, printing: bool) -> None:
        say = self.speaker.say
        card = Card()
        name = registered.attendee.name
        tag = self.speaker.tag
        card.column.addWidget(
            Label(say("staff.quick.done", name=alone(name)), "lead", bold=True, tag=tag)
        )
        card.column.addWidget(Label(registered.attendee.number, "display", bold=True))
        if printing:
            card.column.addWidget(Label(say("staff.quick.slip_prints"), "body", tag=tag))
        else:
            card.column.addWidget(Label(say("staff.quick.no_printer"), "body", bold=True, tag=tag))
            card.column.addWidget(Label(say("staff.quick.code"), "body", quiet=True, tag=tag))
            card.column.addWidget(Label(registered.receipt_code, "lead", bold=True))
        again = TouchButton(say("staff.quick.next"), "primary", icon="add", tag=tag)
        again.clicked.connect(self._next_visitor)
        card.column.addWidget(again)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        again.setFocus()

    def _next_visitor(self) -> None:
        self.show_body()
        self.line.setFocus()
        self._set_typing(typing=True)
