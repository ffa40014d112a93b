"""Backups to a stick: who chooses, what is seen, and that nobody waits for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.bootstrap_backups import MARK
from kiosk.services.ports import StaffMember
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, texts
from ui.keeping import Keeper, look_on_sticks
from ui.screens.staff.backups import BackupsPage, look_for_sticks
from ui.staff import make_side
from ui.sticks import Target


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "BLUE"
    folder.mkdir()
    return folder


def page_with(stage: Stage, *sticks: Path, coordinator: bool = True) -> BackupsPage:
    member = StaffMember("Savita", "", coordinator)
    page = BackupsPage(
        stage.room, member, lambda _data: [Target(one, one.name, 10**9) for one in sticks]
    )
    stage.show(page)
    page.enter()
    stage.settle()
    return page


@pytest.mark.parametrize("tag", ["en", "hi", "ur", "kn", "te"])
def test_the_coordinator_chooses_a_stick_and_the_first_is_made(
    stage: Stage, stick: Path, tag: str
) -> None:
    stage.speak(tag)
    say = stage.speaker.say
    page = page_with(stage, stick)
    assert say("staff.backups.never") in texts(page)
    assert say("staff.backups.nowhere") in texts(page)
    button(page, say("staff.backups.choose", stick="BLUE")).click()
    stage.settle()
    assert (stick / MARK).is_file()
    assert len(list(stick.glob("*.skb"))) == 1
    assert say("staff.backups.never") not in texts(page)
    assert str(stick) in texts(page)
    assert [one.text for one in stage.notices] == [say("staff.backups.begun")]
    button(page, say("staff.backups.stop")).click()
    stage.settle()
    assert say("staff.backups.nowhere") in texts(page)


def test_staff_see_when_the_last_was_made_and_choose_nothing(stage: Stage, stick: Path) -> None:
    button(page_with(stage, stick), "Keep backups on BLUE").click()
    stage.settle()
    page = page_with(stage, stick, coordinator=False)
    assert "Last backup: 10-01-2020" in texts(page)
    assert "Keep backups" not in texts(page)
    assert "Stop" not in texts(page)


def test_without_a_stick_it_says_so(stage: Stage) -> None:
    page = page_with(stage)
    assert "No stick is plugged in" in texts(page)
    page.say_again()
    assert "No stick is plugged in" in texts(page)
    assert all(one.stick for one in look_for_sticks(stage.data))


def test_a_stick_that_was_pulled_is_told(stage: Stage, stick: Path) -> None:
    page = page_with(stage, stick)
    stick.rmdir()
    button(page, "Keep backups on BLUE").click()
    stage.settle()
    assert [one.grave for one in stage.notices] == [True]
    assert str(stick) in stage.notices[0].text


def test_everybody_comes_there_from_preparing(stage: Stage) -> None:
    side = make_side(stage.room, StaffMember("Iqbal", "", coordinator=False))
    stage.show(side)
    button(side, "Prepare").click()
    stage.settle()
    button(side, "Backups").click()
    stage.settle()
    assert isinstance(side.page, BackupsPage)


def test_the_keeper_makes_them_beside_the_record(stage: Stage, stick: Path, qtbot: QtBot) -> None:
    elsewhere = stick.with_name("BLUE1")
    keeper = Keeper(lambda: [stick.parent, elsewhere])
    keeper.keep()  # the kiosk is not open yet: nothing to be done
    keeper.start(stage.desk)
    with qtbot.waitSignal(keeper.made, timeout=WAIT_MS) as told:
        keeper.keep()
        keeper.keep()  # one at a time
    assert told.args == [None]  # no place was chosen
    button(page_with(stage, stick), "Keep backups on BLUE").click()
    stage.settle()
    with qtbot.waitSignal(keeper.made, timeout=WAIT_MS) as told:
        keeper.keep()
    assert told.args is not None
    assert told.args[0].path.is_file()
    stick.rename(elsewhere)  # it was pulled, and is mounted under another name
    with qtbot.waitSignal(keeper.made, timeout=WAIT_MS) as told:
        keeper.keep()
    assert told.args is not None
    assert told.args[0].path.parent == elsewhere
    (elsewhere / MARK).unlink()
    with qtbot.waitSignal(keeper.failed, timeout=WAIT_MS) as told:
        keeper.keep()
    assert told.args is not None
    assert told.args[0].key == "backup_place_missing"
    keeper.close()
    assert all(one.is_dir() for one in look_on_sticks())
