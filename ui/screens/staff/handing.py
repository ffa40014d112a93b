"""Sticks between kiosks without a printer and print desks: taking sheets off, handing them over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.services.print_desk import (
    Handed,
    Loaded,
    desks_on,
    hand_over,
    handed_to,
    introduce,
    load,
    to_hand_over,
    write_again,
)
from ui.isolates import alone
from ui.print_words import way_back
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.sticks import Target, plugged
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember
    from kiosk.services.print_files import DeskCard
    from ui.widgets.surface import Card


@dataclass(frozen=True, slots=True)
class OnStick:
    """A stick that is there, with the desks whose it is and what went to each before."""

    stick: Target
    desks: tuple[tuple[DeskCard, int], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits here, and which sticks are there."""

    to_hand: int
    on_sticks: tuple[OnStick, ...]


def read_standing(desk: Desk, there: list[Target]) -> Standing:
    """How it stands now, on the disk and on the sticks."""
    on_sticks = [
        OnStick(
            stick,
            tuple((card, len(handed_to(desk, card))) for card in desks_on(desk, stick.folder)),
        )
        for stick in there
    ]
    return Standing(len(to_hand_over(desk)), tuple(on_sticks))


class HandingPage(Page):
    """``look`` tells the sticks that are in now."""

    under = "queue"

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[Path], list[Target]] = plugged
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._standing: Standing | None = None
        self._loaded: Loaded | None = None
        self._column = self.set_column()

    def title(self) -> str:
        return self.speaker.say("printing.desk.sticks")

    def enter(self) -> None:
        self.refresh()

    def leave(self) -> None:
        self._loaded = None

    def forget(self) -> None:
        self.leave()
        self._standing = None
        self._column.clear()

    def say_again(self) -> None:
        super().say_again()
        if self._standing is not None:
            self._show(self._standing)

    def refresh(self) -> None:
        """Reads the disk and the sticks again."""
        there = self._look(self.porch.data)
        self.porch.worker.ask(lambda desk: read_standing(desk, there), self._show)

    # what is shown

    def _show(self, standing: Standing) -> None:
        self._standing = standing
        say = self.speaker.say
        title, tag = say("printing.desk.title"), self.speaker.tag
        back = way_back(title, tag, lambda: self.went.emit(Open("desk")))
        self._column.put(
            back, *self._told_loaded(), self._sticks_card(standing), self._hand_card(standing)
        )

    def _sticks_card(self, standing: Standing) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("printing.desk.sticks"))
        buttons = []
        for one in standing.on_sticks:
            name = alone(one.stick.stick)
            buttons.append(TouchButton(say("printing.desk.load", stick=name), "plain", tag=tag))
            buttons[-1].clicked.connect(
                lambda _on=False, folder=one.stick.folder: self._load(folder)
            )
            buttons.append(TouchButton(say("printing.desk.own", stick=name), "quiet", tag=tag))
            buttons[-1].clicked.connect(lambda _on=False, stick=one.stick: self._own(stick))
        if not buttons:
            card.column.addWidget(Label(say("printing.desk.no_stick"), "body", tag=tag))
        words = Label(say("printing.desk.own_help"), "small", quiet=True, tag=tag)
        card.column.addWidget(CardGrid(buttons, columns=(1, 2)))
        card.column.addWidget(words)
        again = TouchButton(say("staff.refresh"), "quiet", tag=tag)
        again.clicked.connect(self.refresh)
        card.column.addWidget(again)
        return card

    def _hand_card(self, standing: Standing) -> Card:
        say, tag, count = self.speaker.say, self.speaker.tag, standing.to_hand
        card = self.card(say("printing.desk.hand_title"))
        words = say("printing.desk.hand_help", count=count)
        words = words if count else say("printing.desk.hand_none")
        card.column.addWidget(Label(words, "body", tag=tag))
        known = [(one.stick, *desk) for one in standing.on_sticks for desk in one.desks]
        for stick, desk, before in known:
            if count:
                text = say("printing.desk.hand", count=count, desk=alone(desk.code))
                button = TouchButton(text, "primary", icon="save", tag=tag)
                button.clicked.connect(
                    lambda _on=False, to=desk, at=stick.folder: self._hand(to, at)
                )
                card.column.addWidget(button)
            if before:
                again = TouchButton(say("printing.desk.again", desk=alone(desk.code)), "quiet")
                again.clicked.connect(
                    lambda _on=False, to=desk, at=stick.folder: self._write_again(to, at)
                )
                card.column.addWidget(again)
                help_ = Label(say("printing.desk.again_help"), "small", quiet=True, tag=tag)
                card.column.addWidget(help_)
        if count and not known:
            card.column.addWidget(Label(say("printing.desk.no_desk"), "small", quiet=True, tag=tag))
        return card

    def _told_loaded(self) -> list[QWidget]:
        """What came off a stick, until the page is left."""
        found, say = self._loaded, self.speaker.say
        if found is None:
            return []
        told = []
        if found.fresh:
            told.append((say("printing.desk.loaded", count=len(found.fresh)), "neutral"))
        if found.known:
            told.append((say("printing.desk.known", count=len(found.known)), "neutral"))
        if found.withdrawn:
            told.append((say("printing.desk.withdrawn", count=found.withdrawn), "neutral"))
        if found.others:
            codes = ", ".join(alone(code) for code in found.others)
            told.append((say("printing.desk.others", desks=codes), "danger"))
        if found.refused:
            files = ", ".join(alone(name) for name in found.refused)
            told.append((say("printing.desk.refused", files=files), "danger"))
        told = told or [(say("printing.desk.nothing"), "neutral")]
        return [Strip(words, "danger") if kind == "danger" else Strip(words)
                for words, kind in told]  # fmt: skip

    # what is done

    def _load(self, folder: Path) -> None:
        def loaded(found: Loaded) -> None:
            self._loaded = found
            self.refresh()

        self.porch.worker.ask(lambda desk: load(desk, folder), loaded)

    def _own(self, stick: Target) -> None:
        def done(_path: Path) -> None:
            code = alone(self.room.device.code)
            name = alone(stick.stick)
            self.notify(self.speaker.say("printing.desk.own_done", stick=name, desk=code))
            self.refresh()

        self.porch.worker.ask(lambda desk: introduce(desk, stick.folder), done)

    def _hand(self, card: DeskCard, folder: Path) -> None:
        def done(told: Handed) -> None:
            words = self.speaker.say(
                "printing.desk.handed", desk=alone(told.desk), count=told.sheets
            )
            self._ended(words)

        self.porch.worker.ask(lambda desk: hand_over(desk, card, folder), done, self._failed)

    def _write_again(self, card: DeskCard, folder: Path) -> None:
        def done(told: Handed) -> None:
            words = self.speaker.say(
                "printing.desk.written_again", desk=alone(told.desk), count=told.sheets
            )
            self._ended(words)

        self.porch.worker.ask(lambda desk: write_again(desk, card, folder), done, self._failed)

    def _ended(self, words: str) -> None:
        self.notify(words)
        self.refresh()

    def _failed(self, fault: object) -> None:
        """What was noted stays noted: the page then offers to write it once more."""
        self.porch.worker.faulted.emit(fault)
        self.refresh()
