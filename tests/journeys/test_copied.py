"""A laptop whose data were copied tells staff so, on the screen, once; and who forgot may go on."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton

from kiosk.bootstrap import demo_kiosk
from tests.journeys.day import Day
from ui.app import Kiosk, Options
from ui.journey import Place
from ui.screens.staff.forgotten import ForgottenScreen
from ui.screens.staff.unlock import UnlockScreen
from ui.tour.hands import Hands


def opened(folder: Path) -> Day:
    return Day(folder, None, QSize(1366, 768))


def told(day: Day) -> bool:
    """Whether the strip over the screen speaks of a copy."""
    code = day.kiosk.host.room.device.code
    words = day.say("command.identity_renewed", code=code, former="KA1")
    return day.shows(words)


def test_a_copy_says_so_on_its_first_screen_and_not_again(qapp: object, tmp_path: Path) -> None:
    demo_kiosk(tmp_path / "original" / "kiosk", attendees=1, seed=3)
    shutil.copytree(tmp_path / "original", tmp_path / "copy")
    first = opened(tmp_path / "copy")
    code = first.kiosk.host.room.device.code
    assert code != "KA1"
    assert told(first)
    first.end()
    again = opened(tmp_path / "copy")
    assert again.kiosk.host.room.device.code == code
    assert not told(again)
    again.end()


def test_from_the_locked_screen_to_the_stick_and_back(qapp: object, tmp_path: Path) -> None:
    demo_kiosk(tmp_path / "kiosk", attendees=1, seed=3)
    kiosk = Kiosk(Options(data=tmp_path / "kiosk", windowed=QSize(1366, 768)))
    kiosk.begin()
    kiosk.show()
    hands = Hands(kiosk.window)

    def touch(key: str) -> None:
        words = kiosk.speaker.say(key)
        screen = kiosk.window.screen_shown
        assert screen is not None
        (found,) = [one for one in screen.findChildren(QAbstractButton) if one.text() == words]
        hands.touch(found)

    hands.wait("the lock", lambda: isinstance(kiosk.window.screen_shown, UnlockScreen))
    touch("staff.forgotten.title")
    hands.wait("the stick", lambda: isinstance(kiosk.window.screen_shown, ForgottenScreen))
    assert kiosk.host.visit.place is Place.LOCKED
    touch("staff.forgotten.back")
    hands.wait("the lock", lambda: isinstance(kiosk.window.screen_shown, UnlockScreen))
    kiosk.window.close()
    kiosk.end()
