"""Erasing what is past its time: what would go is said, somebody says yes, and it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.bootstrap_keeping import backups_of
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.clock import SystemClock
from kiosk.services.ports import StaffMember
from tests.fakes import FakeClock
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.merging import StoreAt
from ui.screens.staff.frame import Open
from ui.screens.staff.prepare import PreparePage
from ui.screens.staff.purge import PurgePage

YEAR_S = 366 * 86_400


@pytest.fixture(autouse=True)
def today(clock: FakeClock) -> None:
    """An hour after the practice day was played, which is always now."""
    clock.pass_seconds((SystemClock().now_ms() - clock.now_ms()) / 1000 + 3600)


def erasing(stage: Stage, about: StoreAt | None = None, *, coordinator: bool = True) -> PurgePage:
    page = PurgePage(stage.room, StaffMember("Savita", "", coordinator))
    page.take(about)
    stage.show(page)
    stage.settle()
    return page


def people(stage: Stage) -> int:
    return stage.ask(lambda desk: desk.record.figures().registered)


@pytest.mark.parametrize("tag", ["en", "hi", "ur", "kn", "te"])
def test_on_the_day_itself_nobodys_time_has_come(stage: Stage, tag: str) -> None:
    stage.speak(tag)
    page = erasing(stage)
    say = stage.speaker.say
    assert say("staff.purge.none") in texts(page)
    assert say("staff.purge.held", count="12") in texts(page)
    assert say("staff.purge.do") not in texts(page)


def test_whose_time_has_come_goes_when_somebody_says_so(
    stage: Stage, clock: FakeClock, tmp_path: Path
) -> None:
    file = tmp_path / "before.skb"
    stage.ask(lambda desk: backups_of(desk).write(file))
    clock.pass_seconds(5 * YEAR_S)
    page = erasing(stage)
    shown = texts(page)
    assert "People whose time has come: 12" in shown
    assert "Whose time has come: 12; who withdrew among them: 0" in shown
    button(page, "Erase them now").click()
    assert "Erase for good? People: 12" in texts(page)
    assert "It says " in texts(page)
    button(page, "No, keep them").click()
    stage.settle()
    assert people(stage) == 12
    button(page, "Erase them now").click()
    button(page, "Yes, erase (12)").click()
    stage.settle()
    shown = texts(page)
    assert "People who were erased: 12" in shown
    assert str(file) in shown  # it still holds them, and only a person can find it
    assert people(stage) == 0
    button(page, "Done").click()
    assert "Nobody's time has come" in texts(page)
    assert stage.ask(lambda desk: desk.record.verify().ok)
    file.unlink()
    assert stage.ask(lambda desk: backups_of(desk).outlived()) == []


def test_stopping_keeps_the_others_and_a_clock_behind_erases_nobody(
    stage: Stage, clock: FakeClock
) -> None:
    page = erasing(stage)
    clock.pass_seconds(-5 * YEAR_S)
    page.enter()
    stage.settle()
    assert "Nothing was erased" in texts(page)
    assert people(stage) == 12
    clock.pass_seconds(20 * YEAR_S)
    page.enter()
    stage.settle()
    button(page, "Erase them now").click()
    assert "many years after all that was recorded here" in texts(page)
    with stage.at_work():
        button(page, "Yes, erase (12)").click()
        page.stop()
    stage.settle()
    assert "You stopped the erasing" in stage.notices[-1].text
    assert "People whose time has come: 12" in texts(page)


def test_a_merged_store_is_looked_at_across_its_events(stage: Stage, tmp_path: Path) -> None:
    stick, target = tmp_path / "stick", tmp_path / "m.db"
    stick.mkdir()
    stage.ask(lambda desk: desk.carry.sync(str(stick)))
    with open_merged(str(target), "gem-samvad", None, create=True) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    page = erasing(stage, StoreAt(target, "gem-samvad"))
    assert "People of whom something is held: 12" in texts(page)
    assert "Nobody's time has come" in texts(page)
    page.enter()
    page.stop()
    stage.settle()
    assert "You stopped it. Nothing was changed." in texts(page)
    button(page, "Try again").click()
    stage.settle()
    assert "People of whom something is held: 12" in texts(page)
    page.forget()
    assert "held" not in texts(page)


def test_a_store_that_is_not_there_is_told(stage: Stage, tmp_path: Path) -> None:
    page = erasing(stage, StoreAt(tmp_path / "gone.db", "gem-samvad"))
    assert "There is no merged store here" in texts(page)
    page.say_again()


def test_only_coordinators_erase_and_find_the_way(stage: Stage) -> None:
    assert "The coordinator erases" in texts(erasing(stage, coordinator=False))
    prepare = PreparePage(stage.room, StaffMember("Savita", "", coordinator=True))
    stage.show(prepare)
    stage.settle()
    button(prepare, "Erase what is past its time").click()
    assert stage.events[-1] == Open("purge")
