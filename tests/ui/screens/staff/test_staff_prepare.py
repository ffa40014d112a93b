"""Before the first visitor: who answers at the venue, and what is ready."""

from __future__ import annotations

from kiosk.services.ports import StaffMember
from kiosk.services.prepare import set_up_list, tick
from tests.fakes import FakeClock
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.screens.staff.prepare import PreparePage
from ui.staff import make_side
from ui.widgets.choice_card import ChoiceCard


def ready(stage: Stage) -> list[str]:
    listed = stage.ask(set_up_list)
    return [one.item.id for one in listed if one.tick is not None]


def card(page: PreparePage, name: str) -> ChoiceCard:
    found = [one for one in page.findChildren(ChoiceCard, name) if one.isVisibleTo(page)]
    assert len(found) == 1
    return found[0]


def test_the_coordinator_sees_who_answers_and_ticks_what_is_ready(
    stage: Stage, clock: FakeClock
) -> None:
    page = stage.page(PreparePage, "prepare")
    shown = texts(page)
    assert "Sample contact at the venue" in shown
    assert "00000-00000 (sample, not a fact)" in shown
    assert "Sample host department, Karnataka" in shown
    assert "Ready: 0 of 6" in shown
    assert not card(page, "paper").isChecked()
    card(page, "paper").click()
    stage.settle()
    assert ready(stage) == ["paper"]
    assert card(page, "paper").isChecked()
    assert f"ready since {page.clock_time(clock.now_ms())}, Savita" in texts(page)
    assert "Ready: 1 of 6" in texts(page)
    card(page, "paper").click()
    stage.settle()
    assert ready(stage) == []
    assert "Ready: 0 of 6" in texts(page)


def test_when_all_is_ready_it_says_so_and_the_ticks_stay(stage: Stage) -> None:
    page = stage.page(PreparePage, "prepare")
    for item in stage.room.event.set_up:
        card(page, item.id).click()
        stage.settle()
    assert "Everything is ready" in texts(page)
    again = stage.page(PreparePage, "prepare")
    assert again is not page
    assert "Everything is ready" in texts(again)
    assert card(again, "notices").isChecked()


def test_by_keys_alone_the_focus_stays_at_what_was_ticked(stage: Stage) -> None:
    page = stage.page(PreparePage, "prepare")
    card(page, "scanner").setFocus()
    stage.qtbot.keyClick(card(page, "scanner"), " ")
    stage.settle()
    assert ready(stage) == ["scanner"]
    assert card(page, "scanner").hasFocus()


def test_staff_see_the_list_and_tick_nothing(stage: Stage) -> None:
    stage.ask(lambda desk: tick(desk, "power", "staff:Lakshmi"))
    side = make_side(stage.room, StaffMember("Iqbal", "", coordinator=False))
    stage.show(side)
    button(side, "Prepare").click()
    stage.settle()
    assert isinstance(side.page, PreparePage)
    assert "Lakshmi" in texts(side.page)
    assert "The coordinator ticks what is ready" in texts(side.page)
    assert side.page.findChildren(ChoiceCard) == []
