"""Backups to a second place: when the last was made, and where the coordinator wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import written_date
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.keeping import MINUTES
from ui.isolates import alone
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.sticks import Target, mounted, targets
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.keeping import Backup
    from kiosk.services.ports import StaffMember

Look = Callable[[Path], list[Target]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where regular backups go, and the last one."""

    place: Path | None
    last: Backup | None


def look_for_sticks(data: Path) -> list[Target]:
    """The sticks that are there now; a backup on this laptop itself would be lost with it."""
    return [one for one in targets(mounted(), data) if one.stick]


def kept(desk: Desk) -> Kept:
    """How it is now."""
    from kiosk.bootstrap_keeping import backups_of  # noqa: PLC0415 - seldom

    backups = backups_of(desk)
    return Kept(backups.place(), backups.last())


def choose(desk: Desk, folder: Path | None) -> Kept:
    """Has regular backups go there, and makes the first; or nowhere any more."""
    from kiosk.bootstrap_keeping import backups_of  # noqa: PLC0415 - seldom

    backups = backups_of(desk)
    backups.choose(folder)
    backups.keep()
    return kept(desk)


class BackupsPage(Page):
    """Everybody sees it; the coordinator chooses."""

    under = "prepare"

    def __init__(self, room: Room, member: StaffMember, look: Look = look_for_sticks) -> None:
        super().__init__(room, member)
        self._look = look
        self._kept = Kept(None, None)
        self._sticks: list[TouchButton] = []
        self._last, self._place = Label("", "lead", bold=True), Label("", "body")
        self._help, self._none = Label("", "body", quiet=True), Label("", "body")
        self._stop = TouchButton("", "quiet")
        self._stop.clicked.connect(lambda: self._choose(None))
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self.theme.space(1.5))
        for one in (self._last, self._place, self._help, self._none):
            self._column.addWidget(one)
        self._column.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addStretch(1)
        self.set_body(self.scroller(content))

    def title(self) -> str:
        return self.speaker.say("staff.backups.title")

    def enter(self) -> None:
        self.porch.worker.ask(kept, self._show)

    def say_again(self) -> None:
        super().say_again()
        self._show(self._kept)

    def _show(self, kept_now: Kept) -> None:
        self._kept = kept_now
        say, tag = self.speaker.say, self.speaker.tag
        place, last = kept_now.place, kept_now.last
        self._last.set_text(say("staff.backups.never") if last is None else self._told(last), tag)
        where = "" if place is None else alone(str(place))
        self._place.set_text(
            say("staff.backups.place", minutes=MINUTES, place=where)
            if place is not None
            else say("staff.backups.nowhere"),
            tag,
        )
        self._help.set_text(say("staff.backups.help"), tag)
        self._stop.set_text(say("staff.backups.stop"))
        self._stop.setVisible(place is not None and self.member.coordinator)
        self._show_sticks(self._look(self.room.data) if self.member.coordinator else [])

    def _show_sticks(self, sticks: list[Target]) -> None:
        for old in self._sticks:
            old.deleteLater()
        self._sticks = []
        say = self.speaker.say
        self._none.set_text(say("staff.backups.no_stick"), self.speaker.tag)
        self._none.setVisible(self.member.coordinator and not sticks)
        for at, stick in enumerate(sticks):
            button = TouchButton(say("staff.backups.choose", stick=alone(stick.stick)))
            button.clicked.connect(lambda _on=False, to=stick.folder: self._choose(to))
            self._column.insertWidget(4 + at, button, 0, Qt.AlignmentFlag.AlignLeading)
            self._sticks.append(button)

    def _told(self, last: Backup) -> str:
        made = datetime.fromtimestamp(last.made_at / 1000, ZoneInfo(self.room.event.zone))
        return self.speaker.say(
            "staff.backups.last",
            date=alone(written_date(made.date())),
            time=self.clock_time(last.made_at),
        )

    def _choose(self, folder: Path | None) -> None:
        def done(kept_now: Kept) -> None:
            self._show(kept_now)
            if folder is not None:
                self.notify(self.speaker.say("staff.backups.begun"))

        self.porch.worker.ask(lambda desk: choose(desk, folder), done, self._cannot)

    def _cannot(self, fault: VisitorError | EnvironmentFault) -> None:
        self.notify(sentence(fault, self.speaker), grave=True)
