"""Who has a PIN here. The coordinator adds and removes colleagues and gives new PINs; everybody
changes their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.staff import (
    LONGEST_PIN,
    SHORTEST_PIN,
    add_staff,
    change_pin,
    remove_staff,
    unlock,
)
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.screens.screen import Locked, Room
from ui.screens.staff.frame import Page
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.label import Label
from ui.widgets.new_pin import NewPin
from ui.widgets.present_pin import PresentPin
from ui.widgets.question import Answer
from ui.widgets.row_card import RowCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

    Fault = VisitorError | EnvironmentFault

_LONGEST_NAME = 120


class PeoplePage(Page):
    """A list of names; over it, one at a time, the line for a new name or the pad for a PIN."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._staff: list[StaffMember] = []
        self._typing = False
        self._line: TypeLine | None = None
        self._coordinator: ChoiceCard | None = None
        self._pin: NewPin | PresentPin | None = None
        self._help = Label("", "body", quiet=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(self.theme.space(1.5))
        self._add = TouchButton("", "primary", icon="add")
        self._add.clicked.connect(self._ask_name)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(2))
        for widget in (self._help, self._add):
            column.addWidget(widget)
        column.addLayout(self._list)
        column.addStretch(1)
        self.set_body(self.scroller(content))
        self._add.setVisible(member.coordinator)
        self.says(self._help.set_text, self._help_words)
        self.says(self._add.set_text, lambda: self.speaker.say("staff.people.add"))

    def title(self) -> str:
        say = self.speaker.say
        return say("staff.people.title") if self.member.coordinator else say("staff.side.my_pin")

    def _help_words(self) -> str:
        say = self.speaker.say
        if self.member.coordinator:
            return say("staff.people.help")
        return say("staff.people.my_pin_help")

    def enter(self) -> None:
        self.porch.worker.ask(lambda desk: desk.record.staff(), self._show)

    def leave(self) -> None:
        self._end()

    def forget(self) -> None:
        self._end()

    def say_again(self) -> None:
        super().say_again()
        self._show(self._staff)

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "name") if self._typing else None

    def on_next(self) -> None:
        self._named()

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _end(self) -> None:
        if self._pin is not None:
            self._pin.pad.clear()
            if isinstance(self._pin, NewPin):
                self._pin.forget()
        self._line = self._coordinator = self._pin = None
        self._set_typing(typing=False)
        self.show_body()

    # the list

    def _show(self, staff: list[StaffMember]) -> None:
        self._staff = sorted(staff, key=lambda one: (not one.coordinator, one.name))
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for member in self._staff:
            if self.member.coordinator or self._is_me(member):
                self._list.addWidget(self._card(member))

    def _is_me(self, member: StaffMember) -> bool:
        return member.name == self.member.name

    def _card(self, member: StaffMember) -> RowCard:
        say = self.speaker.say
        role = say("staff.pin.coordinator") if member.coordinator else say("staff.pin.member")
        card = RowCard(member.name, role, tag=self.speaker.tag)
        if self._is_me(member):
            change = card.add_button(TouchButton(say("staff.people.my_pin"), "plain"))
            change.clicked.connect(lambda _on=False: self._ask_present())
        else:
            button = card.add_button(TouchButton(say("staff.people.new_pin"), "plain"))
            button.setAccessibleName(f"{button.text()}: {member.name}")
            button.clicked.connect(lambda: self._ask_new(member.name, member.coordinator))
        if self._may_go(member):
            remove = card.add_button(TouchButton(say("staff.people.remove"), "quiet"))
            remove.setAccessibleName(f"{remove.text()}: {member.name}")
            remove.clicked.connect(lambda: self._ask_removal(member.name))
        return card

    # a colleague who leaves

    def _may_go(self, member: StaffMember) -> bool:
        """The last coordinator stays: somebody must close the day."""
        others = [one for one in self._staff if one.coordinator and one.name != member.name]
        return self.member.coordinator and bool(others)

    def _ask_removal(self, name: str) -> None:
        say = self.speaker.say
        answers = [
            Answer("remove", say("staff.people.remove_yes"), "danger"),
            Answer("", say("staff.people.keep"), "plain"),
        ]
        title = say("staff.people.remove_sure", name=alone(name))
        detail = say("staff.people.remove_detail")
        self.ask(title, detail, answers, lambda said: self._remove(name) if said else None)

    def _remove(self, name: str) -> None:
        by = self.member.name

        def work(desk: Desk) -> list[StaffMember]:
            remove_staff(desk, name, by)
            return desk.record.staff()

        self.porch.worker.ask(work, lambda staff: self._removed(name, staff))

    def _removed(self, name: str, staff: list[StaffMember]) -> None:
        if name == self.member.name:
            self.went.emit(Locked())
            return
        self._show(staff)
        self.notify(self.speaker.say("staff.people.removed", name=alone(name)))

    # a new colleague

    def _ask_name(self) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        self._line = TypeLine("name", tag=tag, longest=_LONGEST_NAME)
        self._line.set_names(say("staff.people.name"), say("staff.find.clear"))
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self._named)
        self._coordinator = ChoiceCard(say("staff.people.coordinator"), many=True, tag=tag)
        self._problem = Label("", "body", bold=True, colour="danger", tag=tag)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Label(say("staff.people.name"), "body", bold=True, tag=tag))
        for widget in (self._line, self._problem, self._coordinator):
            column.addWidget(widget)
        buttons = QHBoxLayout()
        cancel = TouchButton(say("staff.cancel"), "plain", tag=tag)
        cancel.clicked.connect(self._end)
        go_on = TouchButton(say("staff.pin.enter_button"), "primary", tag=tag)
        go_on.clicked.connect(self._named)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        buttons.addWidget(go_on)
        column.addLayout(buttons)
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        self._line.setFocus()

    def _named(self) -> None:
        if self._line is None or self._coordinator is None:
            return
        say, name = self.speaker.say, self._line.text().strip()
        if not name:
            self._problem.set_text(say("staff.pin.name_missing"))
        elif any(one.name == name for one in self._staff):
            self._problem.set_text(say("staff.people.exists"))
        else:
            coordinator = self._coordinator.isChecked()
            self._end()
            self._ask_new(name, coordinator)

    # a PIN

    def _ask_new(self, name: str, coordinator: bool, problem: str = "") -> None:  # noqa: FBT001 - as the record has it
        def save(pin: str) -> None:
            by = self.member.name

            def work(desk: Desk) -> list[StaffMember]:
                add_staff(desk, name, pin, coordinator=coordinator, by=by)
                return desk.record.staff()

            def again(words: str) -> None:
                self._ask_new(name, coordinator, words)

            told = self.speaker.say("staff.pin.set", name=alone(name))
            self._save(work, told, again)

        self._ask_pin(name, save, problem)

    def _ask_present(self, problem: str = "") -> None:
        self._pin = PresentPin(self.speaker, (SHORTEST_PIN, LONGEST_PIN), problem=problem)
        self._pin.entered.connect(self._check_present)
        self._show_pin(self._pin)
        self._pin.pad.setFocus()

    def _check_present(self, pin: str) -> None:
        name = self.member.name

        def known(_member: StaffMember) -> None:
            self._end()
            self._ask_mine(pin)

        self.porch.worker.ask(
            lambda desk: unlock(desk, name, pin), known, self._telling(self._ask_present)
        )

    def _ask_mine(self, pin: str, problem: str = "") -> None:
        name = self.member.name

        def save(new: str) -> None:
            def work(desk: Desk) -> list[StaffMember]:
                change_pin(desk, name, pin, new)
                return desk.record.staff()

            told = self.speaker.say("staff.people.pin_changed")
            self._save(work, told, lambda words: self._ask_mine(pin, words))

        self._ask_pin(name, save, problem)

    def _ask_pin(self, name: str, save: Callable[[str], None], problem: str) -> None:
        self._pin = NewPin(self.speaker, SHORTEST_PIN, LONGEST_PIN)
        self._pin.chosen.connect(save)
        self._show_pin(self._pin)
        self._pin.begin(name, problem)

    def _show_pin(self, pin: QWidget) -> None:
        cancel = TouchButton(self.speaker.say("staff.cancel"), "quiet", tag=self.speaker.tag)
        cancel.clicked.connect(self._end)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pin)
        column.addWidget(cancel)
        column.addStretch(1)
        self.show_over(self.scroller(holder))

    def _save(
        self,
        work: Callable[[Desk], list[StaffMember]],
        told: str,
        again: Callable[[str], None],
    ) -> None:
        def saved(staff: list[StaffMember]) -> None:
            self._end()
            self._show(staff)
            self.notify(told)

        self.porch.worker.ask(work, saved, self._telling(again))

    def _telling(self, again: Callable[[str], None]) -> Callable[[Fault], None]:
        """Asks once more, and says what was wrong."""

        def refused(fault: Fault) -> None:
            if isinstance(fault, EnvironmentFault):
                self.porch.worker.faulted.emit(fault)
                return
            self._end()
            again(self.speaker.say(f"error.{fault.key}", **fault.values))

        return refused
