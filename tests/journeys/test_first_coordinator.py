"""Who unlocked a new kiosk is its first coordinator: no visitor can be before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from kiosk.bootstrap import PRACTICE_PASSPHRASE, demo_kiosk
from kiosk.domain.language import Tag
from tests.journeys.day import PICTURES
from ui.app import Kiosk, Options
from ui.journey import Place
from ui.screens.staff.unlock import UnlockScreen
from ui.tour.evening import ask
from ui.tour.hands import Hands, settle
from ui.tour.play import LeapingClock
from ui.widgets.pin_pad import PinPad

PIN = "482913"


class Unlocked:
    """A kiosk that was switched on, and its passphrase typed on a real keyboard."""

    def __init__(self, data: Path, language: str | None = None) -> None:
        self.clock = LeapingClock()
        self.kiosk = Kiosk(
            Options(
                data=data, windowed=QSize(1366, 768), find_printer=lambda: None,
                now_ms=self.clock, language=Tag(language) if language else None,
            )
        )  # fmt: skip
        self.surprises: list[Exception] = []
        self.kiosk.worker.surprised.connect(self.surprises.append)
        self.kiosk.begin()
        self.kiosk.show()
        self.kiosk.settle()
        self.hands = Hands(self.kiosk.window)
        self.hands.wait("the lock", lambda: isinstance(self.screen, UnlockScreen))

    @property
    def screen(self) -> object:
        return self.kiosk.window.screen_shown

    @property
    def place(self) -> Place:
        return self.kiosk.host.visit.place

    def unlock(self) -> None:
        self.type(PRACTICE_PASSPHRASE)
        self.hands.wait("the kiosk to open", lambda: self.place is not Place.LOCKED)
        settle()

    def wait_for_the_name(self) -> None:
        """Until the record has said that nobody has a PIN yet."""
        self.hands.wait("the line for a name", lambda: isinstance(_focus(self), QLineEdit))

    def type(self, text: str) -> None:
        """On a real keyboard: into whatever has the focus, and Return."""
        QTest.keyClicks(self.kiosk.window.focusWidget(), text)
        QTest.keyClick(self.kiosk.window.focusWidget(), Qt.Key.Key_Return)
        settle()

    def say(self, key: str) -> str:
        return self.kiosk.speaker.say(key)

    def end(self) -> None:
        self.kiosk.window.may_close = True
        self.kiosk.window.close()
        self.kiosk.end()
        self.kiosk.window.deleteLater()
        QTest.qWait(0)


Switched = Callable[..., Unlocked]


@pytest.fixture
def switch_on(qapp: object, tmp_path: Path) -> Iterator[Switched]:
    """Switches the same new kiosk on, as often as one wishes."""
    demo_kiosk(tmp_path / "kiosk", attendees=0, seed=3)
    on: list[Unlocked] = []

    def switch(language: str | None = None) -> Unlocked:
        for one in on:
            one.end()
        on[:] = [Unlocked(tmp_path / "kiosk", language)]
        return on[0]

    yield switch
    for one in on:
        one.end()
        assert one.surprises == []


def test_a_new_kiosk_asks_who_unlocked_it_before_it_stands_open(switch_on: Switched) -> None:
    day = switch_on()
    day.unlock()
    assert day.place is Place.FIRST
    assert not day.kiosk.window.footer.back.isVisible()
    day.hands.touch_button(day.say("header.staff"))
    day.clock.leap(3600)
    day.kiosk.host.tick()
    assert day.place is Place.FIRST, "it waits for whoever unlocked it"
    day.wait_for_the_name()
    day.type("Lakshmi Rao")
    for _twice in range(2):
        day.type(PIN)
    day.hands.wait("the staff's side", lambda: day.place is Place.STAFF)
    staff = ask(day.kiosk, day.hands, lambda desk: desk.record.staff())
    assert [(one.name, one.coordinator) for one in staff] == [("Lakshmi Rao", True)]
    day.hands.touch_button(day.say("staff.side.lock"))
    day.hands.wait("the visitors' screen", lambda: day.place is Place.ATTRACT)

    again = switch_on()
    again.unlock()
    assert again.place is Place.ATTRACT, "there is a coordinator"


def test_one_that_was_switched_off_before_asks_again(switch_on: Switched) -> None:
    switch_on().unlock()
    again = switch_on()
    again.unlock()

    assert again.place is Place.FIRST


@pytest.mark.parametrize("tag", ["hi", "en", "ur", "kn", "te"])
def test_it_is_asked_in_the_language_of_who_unlocked_it(switch_on: Switched, tag: str) -> None:
    day = switch_on(tag)
    day.unlock()
    day.wait_for_the_name()
    assert day.kiosk.speaker.tag == Tag(tag)
    assert day.say("staff.pin.first_title") in _texts(day)
    PICTURES.mkdir(exist_ok=True)
    assert day.kiosk.window.grab().save(str(PICTURES / f"first-coordinator-{tag}.png"))


def test_digits_typed_after_the_language_was_chosen_are_those_of_the_pin(
    switch_on: Switched,
) -> None:
    day = switch_on("en")
    day.unlock()
    day.wait_for_the_name()
    day.type("Lakshmi Rao")
    assert isinstance(_focus(day), PinPad)
    day.hands.touch_button("Language: English")
    day.hands.touch_button("हिन्दी")
    settle()
    for _twice in range(2):
        day.type(PIN)
    day.hands.wait("the staff's side", lambda: day.place is Place.STAFF)
    assert day.kiosk.speaker.tag == Tag("hi")


def _focus(day: Unlocked) -> object:
    return day.kiosk.window.focusWidget()


def _texts(day: Unlocked) -> list[str]:
    return [one.text() for one in day.kiosk.window.findChildren(QLabel) if one.isVisible()]
