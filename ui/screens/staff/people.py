"""Who has a PIN here. The coordinator adds colleagues and gives new PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.staff import LONGEST_PIN, SHORTEST_PIN, add_staff
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.label import Label
from ui.widgets.new_pin import NewPin
from ui.widgets.row_card import RowCard

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_LONGEST_NAME = 120


class PeoplePage(Page):
    """A list of names; over it, one at a time, the line for a new name or the pad for a PIN."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._staff: list[StaffMember] = []
        self._typing = False
        self._line: TypeLine | None = None
        self._coordinator: ChoiceCard | None = None
        self._pin: NewPin | None = None
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
        self.says(self._help.set_text, lambda: self.speaker.say("staff.people.help"))
        self.says(self._add.set_text, lambda: self.speaker.say("staff.people.add"))

    def title(self) -> str:
        return self.speaker.say("staff.people.title")

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
        say = self.speaker.say
        for member in self._staff:
            role = say("staff.pin.coordinator") if member.coordinator else say("staff.pin.member")
            card = RowCard(member.name, role, tag=self.speaker.tag)
            button = card.add_button(TouchButton(say("staff.people.new_pin"), "plain"))
            button.clicked.connect(lambda _on=False, one=member: self._ask_pin(one.name, one))
            self._list.addWidget(card)

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
            self._ask_pin(name, None, coordinator=coordinator)

    # a PIN

    def _ask_pin(
        self, name: str, held: StaffMember | None, *, coordinator: bool = False, problem: str = ""
    ) -> None:
        may_close = held.coordinator if held is not None else coordinator
        self._pin = NewPin(self.speaker, SHORTEST_PIN, LONGEST_PIN)
        self._pin.chosen.connect(lambda pin: self._save(name, pin, held, coordinator=may_close))
        cancel = TouchButton(self.speaker.say("staff.cancel"), "quiet", tag=self.speaker.tag)
        cancel.clicked.connect(self._end)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pin)
        column.addWidget(cancel)
        column.addStretch(1)
        self.show_over(self.scroller(holder))
        self._pin.begin(name, problem)

    def _save(self, name: str, pin: str, held: StaffMember | None, *, coordinator: bool) -> None:
        def work(desk: Desk) -> list[StaffMember]:
            add_staff(desk, name, pin, coordinator=coordinator)
            return desk.record.staff()

        def refused(fault: VisitorError | EnvironmentFault) -> None:
            if isinstance(fault, EnvironmentFault):
                self.porch.worker.faulted.emit(fault)
                return
            words = self.speaker.say(f"error.{fault.key}", **fault.values)
            self._end()
            self._ask_pin(name, held, coordinator=coordinator, problem=words)

        self.porch.worker.ask(work, lambda staff: self._saved(name, staff), refused)

    def _saved(self, name: str, staff: list[StaffMember]) -> None:
        self._end()
        self._show(staff)
        self.notify(self.speaker.say("staff.pin.set", name=alone(name)))
