"""The staff's entrance: who are you, and the PIN. The first time: the first coordinator."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.staff import LONGEST_PIN, SHORTEST_PIN, add_staff, unlock
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.screens.screen import Room, Screen, SignedIn
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard
from ui.widgets.new_pin import NewPin, dress_pad
from ui.widgets.pin_pad import PinPad
from ui.widgets.scroll import ScrollColumn

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember

_LONGEST_NAME = 120
_TICK_MS = 250
_WAIT = "\u2007"  # as wide as a digit, so that nothing jumps while seconds count down


class PinScreen(Screen):
    """Steps: who, PIN; or, where nobody has a PIN yet: name, PIN, the same again.

    ``clock`` counts seconds and never runs backwards; it is what the wait is shown by. ``first``:
    the kiosk was unlocked a moment ago, and is not open to visitors before this is done.
    """

    shows_footer = True

    def __init__(
        self, room: Room, clock: Callable[[], float] = time.monotonic, *, first: bool = False
    ) -> None:
        super().__init__(room)
        self.room = room
        self._clock = clock
        self._first_of_all = first
        self._staff: list[StaffMember] = []
        self._member: StaffMember | None = None
        self._free_at = 0.0
        self._typing = False
        self._sayings: list[Callable[[], None]] = []
        self._views = QStackedLayout(self)
        self._empty = QWidget()
        self._who, self._pin, self._first, self._new = (
            self._make_who(), self._make_pin(), self._make_first(), self._make_new(),
        )  # fmt: skip
        for view in (self._empty, self._who, self._pin, self._first, self._new):
            self._views.addWidget(view)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self.say_again()

    # the views

    def _column(self) -> tuple[QWidget, QVBoxLayout]:
        holder = QWidget()
        column = QVBoxLayout(holder)
        space = self.theme.space
        column.setContentsMargins(space(8), space(3), space(8), space(2))
        column.setSpacing(space(2))
        return holder, column

    def _scroller(self, holder: QWidget) -> ScrollColumn:
        scroll = ScrollColumn(holder)
        say = self.speaker.say
        self._sayings.append(
            lambda: scroll.set_names(say("staff.scroll_up"), say("staff.scroll_down"))
        )
        return scroll

    def _label(self, sentence: Callable[[], str], label: Label) -> Label:
        self._sayings.append(lambda: label.set_text(sentence(), self.speaker.tag))
        return label

    def _make_who(self) -> QWidget:
        say = self.speaker.say
        holder, column = self._column()
        column.addWidget(self._label(lambda: say("staff.pin.who"), Label("", "title", bold=True)))
        column.addWidget(
            self._label(lambda: say("staff.pin.who_help"), Label("", "body", quiet=True))
        )
        self._cards = CardGrid(columns=(1, 2, 3))
        column.addWidget(self._cards)
        column.addStretch(1)
        return self._scroller(holder)

    def _make_pin(self) -> QWidget:
        holder, column = self._column()
        column.setSpacing(self.theme.space(0.5))
        column.setContentsMargins(self.theme.space(4), self.theme.space(1), self.theme.space(4), 0)
        self._greeting = Label("", "lead", bold=True, centred=True)
        self._problem = Label("", "body", bold=True, colour="danger", centred=True)
        self._pad = PinPad(SHORTEST_PIN, LONGEST_PIN)
        self._pad.entered.connect(self._entered)
        self._not_me = TouchButton("", "quiet")
        self._not_me.clicked.connect(self._ask_who)
        column.addWidget(self._greeting)
        column.addWidget(self._problem)
        for widget in (self._pad, self._not_me):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return self._scroller(holder)

    def _make_first(self) -> QWidget:
        say = self.speaker.say
        holder, column = self._column()
        title = Label("", "title", bold=True)
        column.addWidget(self._label(lambda: say("staff.pin.first_title"), title))
        help_text = Label("", "body", quiet=True)
        column.addWidget(self._label(lambda: say("staff.pin.first_help"), help_text))
        column.addWidget(self._label(lambda: say("staff.pin.name"), Label("", "body", bold=True)))
        self._name = TypeLine("name", tag=self.speaker.tag, longest=_LONGEST_NAME)
        self._name.touched.connect(lambda: self._set_typing(typing=True))
        self._name.returnPressed.connect(self.on_next)
        column.addWidget(self._name)
        self._name_problem = Label("", "body", bold=True, colour="danger")
        column.addWidget(self._name_problem)
        column.addStretch(1)
        return self._scroller(holder)

    def _make_new(self) -> QWidget:
        holder, column = self._column()
        self._new_pin = NewPin(self.speaker, SHORTEST_PIN, LONGEST_PIN)
        self._new_pin.chosen.connect(self._set_up)
        column.addWidget(self._new_pin)
        column.addStretch(1)
        return self._scroller(holder)

    # what the window calls

    def enter(self) -> None:
        self.forget()
        self._views.setCurrentWidget(self._empty)
        self.porch.worker.ask(lambda desk: desk.record.staff(), self._know)

    def leave(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._ticks.stop()
        self._member = None
        self._pad.clear()
        self._new_pin.forget()
        self._name.forget()
        self._set_typing(typing=False)

    def say_again(self) -> None:
        say = self.speaker.say
        for one in self._sayings:
            one()
        self._not_me.set_text(say("staff.pin.not_me"), self.speaker.tag)
        self._name.set_tag(self.speaker.tag)
        self._name.set_names(say("staff.pin.name"), say("staff.find.clear"))
        dress_pad(self._pad, self.speaker)
        self._new_pin.say_again()
        self._show_cards()
        self._greet()
        self._tick()

    def back_text(self) -> str:
        return "" if self._first_of_all else self.speaker.say("staff.visitors")

    def next_text(self) -> str:
        asks_name = self._views.currentWidget() is self._first
        return self.speaker.say("staff.pin.enter_button") if asks_name else ""

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "name") if self._typing else None

    def on_next(self) -> None:
        if self._views.currentWidget() is not self._first:
            return
        name = self._name.text().strip()
        self._tell_name("" if name else self.speaker.say("staff.pin.name_missing"))
        if name:
            self._set_typing(typing=False)
            self._show_view(self._new)
            self._new_pin.begin(name)

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _show_view(self, view: QWidget) -> None:
        self._views.setCurrentWidget(view)
        self.changed.emit()

    # who

    def _know(self, staff: list[StaffMember]) -> None:
        self._staff = sorted(staff, key=lambda one: (not one.coordinator, one.name))
        self._show_cards()
        if not staff:
            self._tell_name("")
            self._show_view(self._first)
            self._name.setFocus()
        elif len(staff) == 1:
            self._choose(staff[0])
        else:
            self._ask_who()

    def _show_cards(self) -> None:
        say = self.speaker.say
        self._cards.clear()
        for member in self._staff:
            role = say("staff.pin.coordinator") if member.coordinator else say("staff.pin.member")
            card = LinkCard(member.name, role, tag=self.speaker.tag)
            card.clicked.connect(lambda _on=False, member=member: self._choose(member))
            self._cards.add(card)

    def _ask_who(self) -> None:
        self._member = None
        self._pad.clear()
        self._show_view(self._who)

    def _choose(self, member: StaffMember) -> None:
        self._member = member
        self._free_at = 0.0
        self._pad.clear()
        self._pad.set_usable(True)
        self._tell("")
        self._not_me.setVisible(len(self._staff) > 1)
        self._greet()
        self._show_view(self._pin)
        self._pad.setFocus()

    def _greet(self) -> None:
        name = self._member.name if self._member is not None else ""
        self._greeting.set_text(
            self.speaker.say("staff.pin.enter", name=alone(name)), self.speaker.tag
        )

    # the PIN

    def _entered(self) -> None:
        member, pin = self._member, self._pad.digits
        self._pad.clear()
        if member is not None:
            self.set_waiting(True)
            self.porch.worker.ask(
                lambda desk: unlock(desk, member.name, pin), self._unlocked, self._refused
            )

    def _unlocked(self, member: StaffMember) -> None:
        self.set_waiting(False)
        self.forget()
        self.went.emit(SignedIn(member))

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        if isinstance(fault, EnvironmentFault) or self._member is None:
            self.porch.worker.faulted.emit(fault)
        elif fault.key == "pin_locked":
            self._free_at = self._clock() + float(str(fault.values["seconds"]))
            self._pad.set_usable(False)
            self._ticks.start()
            self._tick()
        else:
            self._tell(self.speaker.say("staff.pin.wrong", name=alone(self._member.name)))
            self._pad.setFocus()

    def _tick(self) -> None:
        """Says how long it is still, or that one may try again."""
        if self._member is None or not self._free_at:
            return
        left = self._free_at - self._clock()
        if left > 0:
            seconds = str(ceil(left)).rjust(2, _WAIT)
            name = alone(self._member.name)
            words = self.speaker.say("staff.pin.locked", name=name, seconds=seconds)
            self._tell(words)
            return
        self._ticks.stop()
        self._free_at = 0.0
        self._pad.set_usable(True)
        self._tell(self.speaker.say("staff.pin.free_again"), colour="ink")
        self._pad.setFocus()

    def _tell(self, words: str, colour: str = "danger") -> None:
        self._problem.set_colour(colour)
        self._problem.set_text(words, self.speaker.tag)
        self._problem.setVisible(bool(words))

    # the first coordinator

    def _tell_name(self, words: str) -> None:
        self._name_problem.set_text(words, self.speaker.tag)
        self._name_problem.setVisible(bool(words))
        self._name.set_wrong(bool(words))

    def _set_up(self, pin: str) -> None:
        name = self._name.text().strip()
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: add_staff(desk, name, pin, coordinator=True),
            self._unlocked,
            self._not_set_up,
        )

    def _not_set_up(self, fault: VisitorError | EnvironmentFault) -> None:
        self.set_waiting(False)
        if isinstance(fault, EnvironmentFault):
            self.porch.worker.faulted.emit(fault)
            return
        words = self.speaker.say(f"error.{fault.key}", **fault.values)
        if fault.field == "pin":
            self._new_pin.begin(self._name.text().strip(), words)
            return
        self._show_view(self._first)
        self._tell_name(words)
        self._name.setFocus()
