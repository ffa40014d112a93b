"""The coordinator's part of the tour: the day goes to a stick, and all sticks come together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStorageInfo
from PySide6.QtWidgets import QAbstractButton

from ui.screens.staff.carry import CarryPage
from ui.screens.staff.merge import MergePage
from ui.screens.staff.running import RunningPage
from ui.sticks import Target
from ui.tour.hands import TourError, plain, settle
from ui.tour.paper import Paperwork
from ui.tour.people import RESPELLED_AT_THE_FIRST
from ui.tour.visitor import traces

STICK = "SAMVAD"


class Coordinator(Paperwork):
    """Carries and merges by touches, on the pages of the staff's side."""

    def enter(self) -> None:
        """To the staff's side, without looking all over it."""
        self._enter()

    def carry(self, stick: Path) -> None:
        """Copies what only this laptop has, until the screen says that the stick may go."""
        self._open("carry")
        page = self._page()
        if not isinstance(page, CarryPage):
            raise TourError("there is no page for carrying")
        page.offer([_place(stick)])
        self._picture("carry")
        self._hands.touch_button(self._say("staff.carry.do"))
        self._picture("carry-where")
        self._touch_when_there(plain(self._say("staff.close.stick", name=STICK)))
        self._wait_for("staff.carry.safe")
        self._picture("carry-safe")
        self._touch_when_there(self._say("staff.carry.finish"))
        self._ask(lambda _desk: None)  # how things stand was read again
        self._picture("carried")

    def merge(self, stick: Path, folder: Path) -> None:
        """Merges the stick into a new store in this folder."""
        self._open("carry")
        self._touch_when_there(self._say("staff.merge.title"))
        self._hands.wait("the page for merging", lambda: self._page_is("merge"))
        page = self._page()
        if not isinstance(page, MergePage):
            raise TourError("there is no page for merging")
        page.offer([_place(stick)])
        page.keep_in(folder)
        self._picture("merge")
        self._hands.touch_button(self._say("staff.merge.do"))
        self._wait_for("staff.merge.everyone")
        self._picture("merged")

    def decide(self) -> None:
        """Decides on the page that follows what only a person can: a spelling, and odd clocks."""
        self._report.say("a coordinator decides what is open")
        self._touch_when_there(self._say("staff.merge.decide", count=""))
        self._hands.wait("the page for deciding", lambda: self._page_is("decide"))
        take = self._say("staff.decide.take")
        clock = f"{take}: {self._say('staff.decide.move_times')}"
        name = f"{take}: {RESPELLED_AT_THE_FIRST}"
        self._hands.wait("what is open", lambda: self._buttons(name) != [])
        self._picture("decide")
        self._decide(name)
        while self._buttons(clock):
            self._picture("decide-clock")
            self._decide(clock)
        other = f"{self._say('staff.decide.different')}: "
        while self._buttons(other):  # invented people who are nearly called alike
            self._picture("decide-twice")
            self._decide(other)
        self._wait_for("staff.decide.none")
        self._picture("decided")

    def _decide(self, says: str) -> None:
        """Touches one of these buttons, and waits until the store was read again."""
        self._hands.touch(self._buttons(says)[0])
        self._hands.wait("the store, read again", lambda: not self._runs())
        settle()

    def _runs(self) -> bool:
        """Whether the page is at work beside the record."""
        page = self._page()
        return isinstance(page, RunningPage) and page.running

    def _touch_when_there(self, says: str) -> None:
        """Pages that read the record build their cards when the answer comes."""
        self._hands.wait(f"the button {says!r}", lambda: bool(self._buttons(says)))
        self._hands.touch(self._buttons(says)[0])

    def _buttons(self, says: str) -> list[QAbstractButton]:
        """The buttons that are read out so, or go on from there."""
        buttons = self._seen(QAbstractButton)
        return [one for one in buttons if plain(one.accessibleName()).startswith(says)]

    def _wait_for(self, key: str) -> None:
        words = plain(self._say(key))
        self._hands.wait(words, lambda: any(words in plain(one) for one in self._shown()))

    def _shown(self) -> list[str]:
        return traces(self._kiosk.window, seen=True)


def _place(stick: Path) -> Target:
    return Target(stick, STICK, QStorageInfo(str(stick)).bytesAvailable())
