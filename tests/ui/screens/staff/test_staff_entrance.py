"""The passphrase after power-on, and the PIN: what is wrong is said, and nothing else is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk import bootstrap
from kiosk.domain.language import Tag
from kiosk.services.desk import Desk
from kiosk.services.staff import add_staff, unlock
from tests.ui.conftest import Tap
from tests.ui.screens.staff.stage import Stage, button, plain, texts
from ui.fields.type_line import TypeLine
from ui.screens.screen import Locked, Opened, Porch, SignedIn
from ui.screens.staff.people import PeoplePage
from ui.screens.staff.pin import PinScreen
from ui.screens.staff.unlock import UnlockScreen
from ui.staff import make_side
from ui.widgets.pin_pad import PinPad
from ui.worker import Worker

PIN, OTHER_PIN = "482913", "739152"


@dataclass
class Seconds:
    """A clock of seconds that a test sets."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def type_pin(stage: Stage, screen: object, pin: str) -> None:
    pads = screen.findChildren(PinPad)  # type: ignore[attr-defined]  # a QWidget, whichever
    pad = next(one for one in pads if one.isVisible())
    for digit in pin:
        button(pad, f"Digit {digit}").click()
    button(pad, "Enter").click()
    stage.settle()


def entrance(stage: Stage, clock: Seconds | None = None) -> PinScreen:
    screen = PinScreen(stage.room, clock or Seconds())
    stage.show(screen)
    return screen


def two_people(desk: Desk) -> None:
    add_staff(desk, "Lakshmi", PIN, coordinator=True)
    add_staff(desk, "Iqbal", OTHER_PIN, by="Lakshmi")


def test_the_first_time_a_coordinator_is_set_up_with_the_pin_twice(stage: Stage) -> None:
    screen = entrance(stage)
    assert "Set up the first coordinator" in texts(screen)
    screen.on_next()
    assert "Please write the name first" in texts(screen)
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("Lakshmi Rao")
    screen.on_next()
    stage.settle()
    type_pin(stage, screen, PIN)
    assert "The same PIN once more" in texts(screen)
    type_pin(stage, screen, OTHER_PIN)
    assert "The two PINs were not the same" in texts(screen)
    type_pin(stage, screen, PIN)
    type_pin(stage, screen, PIN)
    signed = stage.events[-1]
    assert isinstance(signed, SignedIn)
    assert (signed.member.name, signed.member.coordinator) == ("Lakshmi Rao", True)


def test_a_pin_that_is_easy_to_guess_is_refused_in_words(stage: Stage) -> None:
    screen = entrance(stage)
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("Lakshmi")
    screen.on_next()
    stage.settle()
    type_pin(stage, screen, "111111")
    type_pin(stage, screen, "111111")
    assert "too easy to guess" in texts(screen)
    assert stage.ask(lambda desk: desk.record.staff()) == []


def test_the_right_pin_signs_in_by_touch_and_by_keys(stage: Stage) -> None:
    stage.ask(two_people)
    screen = entrance(stage)
    button(screen, "Iqbal").click()
    stage.settle()
    pad = next(one for one in screen.findChildren(PinPad) if one.isVisible())
    for digit in OTHER_PIN:
        stage.qtbot.keyClick(pad, digit)
    stage.qtbot.keyClick(pad, Qt.Key.Key_Return)
    stage.settle()
    signed = stage.events[-1]
    assert isinstance(signed, SignedIn)
    assert not signed.member.coordinator


def test_a_pin_begun_by_touch_is_ended_by_keys(stage: Stage, tap: Tap) -> None:
    stage.ask(two_people)
    screen = entrance(stage)
    button(screen, "Lakshmi").click()
    pad = next(one for one in screen.findChildren(PinPad) if one.isVisible())
    tap(button(pad, f"Digit {PIN[0]}"))
    at = QApplication.focusWidget()
    assert at is not None
    QTest.keyClicks(at, PIN[1:])
    QTest.keyClick(at, Qt.Key.Key_Return)
    stage.settle()
    stage.qtbot.waitUntil(lambda: bool(stage.events), timeout=60_000)
    assert isinstance(stage.events[0], SignedIn)


def test_a_wait_is_counted_down_in_words_and_ends(stage: Stage) -> None:
    stage.ask(two_people)
    clock = Seconds()
    screen = entrance(stage, clock)
    button(screen, "Lakshmi").click()
    stage.settle()
    type_pin(stage, screen, OTHER_PIN)
    assert "This is not the PIN of Lakshmi" in texts(screen)
    for _ in range(2):
        type_pin(stage, screen, OTHER_PIN)
    assert "seconds left: 30" in texts(screen)
    pad = next(one for one in screen.findChildren(PinPad) if one.isVisible())
    stage.qtbot.keyClick(pad, "1")
    assert pad.digits == ""
    clock.now += 21
    stage.qtbot.waitUntil(lambda: "seconds left: \u20079" in texts(screen), timeout=60_000)
    clock.now += 9
    stage.qtbot.waitUntil(lambda: "You may try again now" in texts(screen), timeout=60_000)
    stage.qtbot.keyClick(pad, "1")
    assert pad.digits == "1"


def test_digits_of_other_scripts_are_digits_and_longer_pins_end(stage: Stage) -> None:
    stage.ask(two_people)
    screen = entrance(stage)
    button(screen, "Lakshmi").click()
    stage.settle()
    pad = next(one for one in screen.findChildren(PinPad) if one.isVisible())
    for digit in "४۸2೯" + "1" * 20:
        stage.qtbot.keyClick(pad, digit) if digit.isascii() else pad.type_digit(str(int(digit)))
    assert pad.digits == "4829" + "1" * 8
    stage.qtbot.keyClick(pad, Qt.Key.Key_Backspace)
    assert pad.digits == "4829" + "1" * 7
    screen.forget()
    assert pad.digits == ""


def test_a_coordinator_adds_a_colleague(stage: Stage) -> None:
    stage.ask(two_people)
    page = people_page(stage, "Lakshmi")
    button(page, "Add a colleague").click()
    stage.settle()
    line = next(one for one in page.findChildren(QLineEdit) if one.isVisibleTo(page))
    line.setText("Iqbal")
    button(page, "Enter").click()
    assert "has a PIN already" in texts(page)
    line.setText("ಸವಿತಾ")
    button(page, "Enter").click()
    stage.settle()
    type_pin(stage, page, "593817")
    type_pin(stage, page, "593817")
    assert stage.ask(lambda desk: unlock(desk, "ಸವಿತಾ", "593817")).name == "ಸವಿತಾ"
    assert "ಸವಿತಾ" in plain(stage.notices[-1].text)


def people_page(stage: Stage, name: str) -> PeoplePage:
    """The page as that member of the staff sees it."""
    members = stage.ask(lambda desk: desk.record.staff())
    member = next(one for one in members if one.name == name)
    side = make_side(stage.room, member)
    stage.show(side)
    side.open("people")
    stage.settle()
    assert isinstance(side.page, PeoplePage)
    return side.page


def names(stage: Stage) -> list[str]:
    return sorted(one.name for one in stage.ask(lambda desk: desk.record.staff()))


def test_a_coordinator_removes_a_colleague_after_a_second_word(stage: Stage) -> None:
    stage.ask(two_people)
    page = people_page(stage, "Lakshmi")
    for answer, left in (("Keep", ["Iqbal", "Lakshmi"]), ("Yes, remove", ["Lakshmi"])):
        button(page, "Remove: Iqbal").click()
        stage.settle()
        assert "Take the PIN of Iqbal away?" in texts(page)
        button(page, answer).click()
        stage.settle()
        assert names(stage) == left
    assert "Iqbal can no longer open" in plain(stage.notices[-1].text)
    assert "Iqbal" not in texts(page)
    assert "Remove" not in texts(page), "the last coordinator stays"


def test_who_removes_themselves_is_at_the_visitors_screen_again(stage: Stage) -> None:
    stage.ask(two_people)
    stage.ask(lambda desk: add_staff(desk, "Savita", "593817", coordinator=True, by="Lakshmi"))
    page = people_page(stage, "Lakshmi")
    button(page, "Remove: Lakshmi").click()
    stage.settle()
    button(page, "Yes, remove").click()
    stage.settle()
    assert names(stage) == ["Iqbal", "Savita"]
    assert isinstance(stage.events[-1], Locked)


def test_everybody_changes_their_own_pin_and_nobody_else_s(stage: Stage) -> None:
    stage.ask(two_people)
    page = people_page(stage, "Iqbal")
    shown = texts(page)
    assert "Lakshmi" not in shown
    assert "Add a colleague" not in shown
    assert "Remove" not in shown
    button(page, "Change my PIN").click()
    stage.settle()
    type_pin(stage, page, PIN)
    assert "This PIN is not right" in texts(page)
    type_pin(stage, page, OTHER_PIN)
    type_pin(stage, page, "111111")
    type_pin(stage, page, "111111")
    assert "too easy to guess" in texts(page)
    type_pin(stage, page, "593817")
    type_pin(stage, page, "593817")
    assert stage.notices[-1].text == "Your new PIN is saved."
    member = stage.ask(lambda desk: unlock(desk, "Iqbal", "593817"))
    assert not member.coordinator


# power-on


@pytest.fixture
def porch(stage: Stage, practice_day: Path) -> Porch:
    worker = Worker()
    stage.qtbot.addWidget(stage.window)
    return Porch(speaker=stage.speaker, worker=worker, data=practice_day)


def wait_for(stage: Stage, screen: UnlockScreen, sentence: str) -> None:
    stage.qtbot.waitUntil(lambda: sentence in texts(screen), timeout=60_000)


def test_a_wrong_passphrase_is_told_and_the_right_one_opens(stage: Stage, porch: Porch) -> None:
    screen = UnlockScreen(porch)
    stage.show(screen)
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    assert line.echoMode() is QLineEdit.EchoMode.Password
    button(screen, "Open the kiosk").click()
    assert "Please enter the passphrase first" in texts(screen)
    line.setText("not this one")
    button(screen, "Open the kiosk").click()
    assert line.text() == ""
    wait_for(stage, screen, "This passphrase does not open the kiosk")
    assert stage.events == []
    line.setText(bootstrap.PRACTICE_PASSPHRASE)
    button(screen, "Open the kiosk").click()
    stage.qtbot.waitUntil(lambda: bool(stage.events), timeout=60_000)
    opened = stage.events[0]
    assert isinstance(opened, Opened)
    porch.worker.tell(lambda desk: desk.close())
    porch.worker.close()


def test_a_folder_without_a_kiosk_is_said_to_be_none(stage: Stage, tmp_path: Path) -> None:
    worker = Worker()
    screen = UnlockScreen(Porch(speaker=stage.speaker, worker=worker, data=tmp_path / "none"))
    stage.show(screen)
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("whatever")
    button(screen, "Open the kiosk").click()
    wait_for(stage, screen, "There is no kiosk in this folder")
    worker.close()


def test_what_is_typed_is_shown_only_on_wish(stage: Stage, porch: Porch) -> None:
    screen = UnlockScreen(porch)
    stage.show(screen)
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("six words")
    button(screen, "Show").click()
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    button(screen, "Hide").click()
    assert line.echoMode() is QLineEdit.EchoMode.Password
    screen.forget()
    assert line.text() == ""
    porch.worker.close()


def touch(stage: Stage, tap: Tap, keys: str) -> None:
    for key in keys:
        tap(stage.window.panel.key(key))


def test_a_passphrase_is_typed_by_touch_letter_for_letter(
    stage: Stage, porch: Porch, tap: Tap
) -> None:
    screen = UnlockScreen(porch)
    stage.show(screen)
    line = screen.findChild(TypeLine)
    assert isinstance(line, TypeLine)
    line.touched.emit()
    touch(stage, tap, "six words. on")
    assert line.text() == "six words. on"
    tap(button(screen, "Show"))
    touch(stage, tap, "ly")
    line.clear()
    touch(stage, tap, "i know")
    tap(button(screen, "Hide"))
    touch(stage, tap, " it")
    assert line.text() == "i know it"
    porch.worker.close()


def test_the_language_can_be_chosen_before_anything_is_open(stage: Stage, porch: Porch) -> None:
    screen = UnlockScreen(porch)
    stage.show(screen)
    button(screen, "తెలుగు").click()
    screen.say_again()
    assert stage.speaker.tag == Tag("te")
    assert "కియోస్క్" in stage.speaker.say("staff.unlock.title")
    assert stage.speaker.say("staff.unlock.title") in texts(screen)
    porch.worker.close()
