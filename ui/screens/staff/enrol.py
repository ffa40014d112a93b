"""Enrolling a laptop: from the campaign's folder on a stick, a file for the new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.sticks import Lies, campaign_folders, mounted
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.bootstrap_campaign import DeviceState
    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember

_LONGEST_CODE = 6

Look = Callable[[], list[Lies]]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What was written, and which laptops there are now."""

    state: DeviceState
    file: Path
    all: Sequence[DeviceState]


def look_on_sticks() -> list[Lies]:
    """The campaigns' folders on the sticks that are there now."""
    return campaign_folders(mounted())


def enrol(campaign: Path, code: str, stick: Path) -> Enrolled:
    """Writes the device file at the top of the stick, never over another."""
    from kiosk.bootstrap_campaign import campaign_devices, enrol_device  # noqa: PLC0415 - seldom

    names = (f"{code}{'' if at == 1 else f'-{at}'}.device" for at in count(1))
    file = next(path for path in (stick / name for name in names) if not path.exists())
    state = enrol_device(str(campaign), code, file)
    return Enrolled(state, file, campaign_devices(campaign))


class EnrolPage(Page):
    """For coordinators. ``look`` tells which campaigns' folders are on sticks now."""

    under = "prepare"

    def __init__(self, room: Room, member: StaffMember, look: Look = look_on_sticks) -> None:
        super().__init__(room, member)
        self._look = look
        self._found: list[Lies] = []
        self._chosen: Lies | None = None
        self._typing = False
        self._last: Enrolled | None = None
        self._help = Label("", "body", quiet=True)
        self._which = Label("", "body", bold=True)
        self._cards = QWidget()
        self._beside_cards = QVBoxLayout(self._cards)
        self._beside_cards.setContentsMargins(0, 0, 0, 0)
        self._again = TouchButton("", "tool")
        self._again.clicked.connect(self.look_again)
        self._name = Label("", "body", bold=True)
        self._line = TypeLine("code", longest=_LONGEST_CODE)
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self.on_next)
        self._problem = Label("", "body", bold=True, colour="danger")
        self._do = TouchButton("", "primary", icon="save")
        self._do.clicked.connect(self.on_next)
        self._done = Strip("")
        self._used = Strip("")
        self._listed = Card()
        self._lines = Label("", "body")
        self.set_body(self._lay_out())
        self._word()

    def _lay_out(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(1.5))
        self._listed.column.addWidget(self._lines)
        start = Qt.AlignmentFlag.AlignLeading
        for widget in (self._done, self._used, self._help, self._which, self._cards):
            column.addWidget(widget)
        column.addWidget(self._again, 0, start)
        for widget in (self._name, self._line, self._problem):
            column.addWidget(widget)
        column.addWidget(self._do, 0, start)
        column.addWidget(self._listed)
        column.addStretch(1)
        return self.scroller(content)

    def _word(self) -> None:
        say = self.speaker.say
        self.says(self._again.set_text, lambda: say("staff.enrol.look"))
        self.says(self._name.set_text, lambda: say("staff.enrol.code"))
        self.says(self._do.set_text, lambda: say("staff.enrol.do"))
        self.says(
            lambda name: self._line.set_names(name, say("staff.find.clear")),
            lambda: say("staff.enrol.code"),
        )

    def title(self) -> str:
        return self.speaker.say("staff.enrol.title")

    # what the frame calls

    def enter(self) -> None:
        self._last = None
        self.look_again()

    def forget(self) -> None:
        self._last = None
        self._line.forget()
        self._set_typing(typing=False)
        self._show()

    def say_again(self) -> None:
        super().say_again()
        self._show()

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "code") if self._typing else None

    def on_next(self) -> None:
        code, chosen = self._line.text().strip().upper(), self._chosen
        if chosen is None or not code:
            self._tell(self.speaker.say("staff.enrol.missing"))
            return
        self._set_typing(typing=False)
        self.porch.worker.ask(
            lambda _desk: enrol(chosen.path, code, chosen.root), self._enrolled, self._refused
        )

    # what it shows

    def look_again(self) -> None:
        """Looks at the sticks that are there now; the only campaign is chosen already."""
        self._found = self._look() if self.member.coordinator else []
        if self._chosen not in self._found:
            self._chosen = self._found[0] if len(self._found) == 1 else None
        self._show()

    def _show(self) -> None:
        say, tag, may = self.speaker.say, self.speaker.tag, self.member.coordinator
        self._help.set_text(say("staff.enrol.help" if may else "staff.enrol.only_coordinator"), tag)
        self._which.set_text(say("staff.enrol.which" if self._found else "staff.enrol.none"), tag)
        for widget in (self._which, self._cards, self._again, self._name, self._line, self._do):
            widget.setVisible(may)
        self._tell("")
        self._show_found()
        self._show_last()

    def _show_found(self) -> None:
        while (item := self._beside_cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        group = QButtonGroup(self._cards)
        cards = []
        for one in self._found:
            where = self.speaker.say("staff.enrol.on_stick", name=alone(one.stick))
            card = ChoiceCard(one.path.name, where, tag=self.speaker.tag)
            card.setChecked(one == self._chosen)
            card.clicked.connect(lambda _on=False, chosen=one: self._choose(chosen))
            group.addButton(card)
            cards.append(card)
        if cards:
            self._beside_cards.addWidget(CardGrid(cards, columns=(1, 2)))

    def _show_last(self) -> None:
        last, say = self._last, self.speaker.say
        for widget in (self._done, self._used, self._listed):
            widget.setVisible(last is not None)
        if last is None:
            return
        stick = self._chosen.stick if self._chosen is not None else ""
        code, file = alone(last.state.code), alone(last.file.name)
        self._done.set_text(say("staff.enrol.done", code=code, file=file, stick=alone(stick)))
        self._used.set_text(say("staff.enrol.used", code=code))
        self._used.setVisible(last.state.shared_code)
        lines = [say("staff.enrol.listed"), *(self._line_of(one) for one in last.all)]
        self._lines.set_text("\n".join(lines), self.speaker.tag)

    def _line_of(self, one: DeviceState) -> str:
        line = alone(f"{one.code} · {one.id[:6].upper()}")
        if one.revoked_after is None:
            return line
        return f"{line} · {self.speaker.say('staff.enrol.lost', number=one.revoked_after)}"

    def _choose(self, chosen: Lies) -> None:
        self._chosen = chosen
        self._tell("")

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _tell(self, words: str) -> None:
        self._problem.set_text(words, self.speaker.tag)
        self._problem.setVisible(bool(words))

    # what came of it

    def _enrolled(self, enrolled: Enrolled) -> None:
        self._last = enrolled
        self._line.forget()
        self._show()

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        self._tell(sentence(fault, self.speaker))
